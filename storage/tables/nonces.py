"""Marks of messages that are good once, until they are stale."""

import sqlalchemy as sa

from storage.tables.base import UtcDateTime, metadata

nonces = sa.Table(
    "nonces",
    metadata,
    sa.Column("university", sa.String(5), primary_key=True),
    sa.Column("mark", sa.String(80), primary_key=True),
    sa.Column("until", UtcDateTime, nullable=False, index=True),
    sqlite_with_rowid=False,
)
