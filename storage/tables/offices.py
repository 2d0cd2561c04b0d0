"""What the offices' pages keep: saved filters of the work list, proposals for a second person."""

import sqlalchemy as sa

from storage.tables.base import UtcDateTime, key, metadata, university

saved_filters = sa.Table(
    "saved_filters",
    metadata,
    key(),
    university(),
    sa.Column("account_id", sa.BigInteger, nullable=False),
    sa.Column("name", sa.String(60), nullable=False),
    sa.Column("query", sa.String(500), nullable=False),
    sa.UniqueConstraint("university", "account_id", "name"),
)

proposals = sa.Table(
    "proposals",
    metadata,
    key(),
    university(),
    sa.Column("side", sa.String(12), nullable=False),
    sa.Column("partner", sa.String(5), nullable=False),
    sa.Column("id_pratica", sa.String(64), nullable=False),
    sa.Column("event", sa.String(40), nullable=False),
    sa.Column("version", sa.Integer, nullable=False),
    sa.Column("words_sealed", sa.LargeBinary),
    sa.Column("proposed_by", sa.String(80), nullable=False),
    sa.Column("proposed_at", UtcDateTime, nullable=False),
    sa.Column("state", sa.String(12), nullable=False),
    sa.Column("ended_by", sa.String(80), nullable=False),
    sa.Column("ended_at", UtcDateTime),
    sa.Column("why_sealed", sa.LargeBinary),
    sa.Index(None, "university", "partner", "id_pratica", "side"),
    sa.Index(
        "ix_proposals_open",
        "university",
        sqlite_where=sa.text("state = 'open'"),
        postgresql_where=sa.text("state = 'open'"),
    ),
)
