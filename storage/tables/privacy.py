"""The care of personal data: terms of keeping that a university changed, and who looked."""

import sqlalchemy as sa

from storage.tables.base import UtcDateTime, key, metadata, university

retention_terms = sa.Table(
    "retention_terms",
    metadata,
    key(),
    university(),
    sa.Column("kind", sa.String(40), nullable=False),
    sa.Column("days", sa.Integer),
    sa.UniqueConstraint("university", "kind"),
)

accesses = sa.Table(
    "accesses",
    metadata,
    key(),
    university(),
    sa.Column("at", UtcDateTime, nullable=False),
    sa.Column("operator", sa.String(120), nullable=False),
    sa.Column("command", sa.String(60), nullable=False),
    sa.Column("purpose_sealed", sa.LargeBinary),
    sa.Column("subject", sa.String(64), nullable=False),
    sa.Column("id_pratica", sa.String(64)),
    sa.Column("row_count", sa.Integer, nullable=False),
    sa.Index(None, "university", "subject"),
)
