"""Texts that a hosted university shows to people in place of the program's own."""

import sqlalchemy as sa

from storage.tables.base import UtcDateTime, key, metadata, university

university_texts = sa.Table(
    "university_texts",
    metadata,
    key(),
    university(),
    sa.Column("kind", sa.String(20), nullable=False),
    sa.Column("language", sa.String(2), nullable=False),
    sa.Column("text", sa.Text, nullable=False),
    sa.Column("changed_at", UtcDateTime, nullable=False),
    sa.UniqueConstraint("university", "kind", "language"),
)
