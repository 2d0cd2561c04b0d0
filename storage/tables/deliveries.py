"""Outgoing messages, alarms, and the nodes that work on them."""

import sqlalchemy as sa

from storage.tables.base import UtcDateTime, key, metadata, university

deliveries = sa.Table(
    "deliveries",
    metadata,
    key(),
    sa.Column("delivery_id", sa.String(40), nullable=False, unique=True),
    university(),
    sa.Column("partner", sa.String(5), nullable=False),
    sa.Column("side", sa.String(12), nullable=False),
    sa.Column("id_pratica", sa.String(64)),
    sa.Column("kind", sa.String(20), nullable=False),
    sa.Column("ordered", sa.Boolean, nullable=False),
    sa.Column("state", sa.String(12), nullable=False),
    sa.Column("attempts", sa.Integer, nullable=False),
    sa.Column("reached", sa.Boolean, nullable=False),
    sa.Column("meta_sealed", sa.LargeBinary),
    sa.Column("payload_sealed", sa.LargeBinary),
    sa.Column("trouble", sa.String(12), nullable=False),
    sa.Column("detail_sealed", sa.LargeBinary),
    sa.Column("created_at", UtcDateTime, nullable=False),
    sa.Column("updated_at", UtcDateTime, nullable=False),
    sa.Column("next_at", UtcDateTime),
    sa.Column("expires_at", UtcDateTime, nullable=False),
    sa.Index(None, "university", "partner", "id_pratica", "side"),
    sa.Index(None, "state", "next_at"),
    sa.Index(None, "university", "state", "id"),
)

alarms = sa.Table(
    "alarms",
    metadata,
    key(),
    university(),
    sa.Column("kind", sa.String(40), nullable=False),
    sa.Column("subject", sa.String(160), nullable=False),
    sa.Column("detail_sealed", sa.LargeBinary),
    sa.Column("raised_at", UtcDateTime, nullable=False),
    sa.Column("cleared_at", UtcDateTime),
    sa.Index(
        "uq_alarms_open",
        "university",
        "kind",
        "subject",
        unique=True,
        sqlite_where=sa.text("cleared_at IS NULL"),
        postgresql_where=sa.text("cleared_at IS NULL"),
    ),
)

nodes = sa.Table(
    "nodes",
    metadata,
    sa.Column("name", sa.String(120), primary_key=True),
    sa.Column("started_at", UtcDateTime, nullable=False),
    sa.Column("seen_at", UtcDateTime, nullable=False),
)
