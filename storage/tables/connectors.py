"""The universities' own systems that are asked over HTTP: register, student file."""

import sqlalchemy as sa

from storage.tables.base import metadata

connectors = sa.Table(
    "connectors",
    metadata,
    sa.Column("university", sa.String(5), primary_key=True),
    sa.Column("system", sa.String(20), primary_key=True),
    sa.Column("url", sa.String(500), nullable=False),
    sa.Column("secret_sealed", sa.LargeBinary),
    sa.Column("certificate", sa.String(500), nullable=False),
    sa.Column("seconds", sa.Float, nullable=False),
)
