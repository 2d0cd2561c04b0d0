"""Careers that an origin's office imported, and fogli that it is working on."""

import sqlalchemy as sa

from storage.tables.base import UtcDateTime, key, metadata, university

student_careers = sa.Table(
    "student_careers",
    metadata,
    key(),
    university(),
    sa.Column("student_index", sa.String(64), nullable=False),
    sa.Column("private_sealed", sa.LargeBinary, nullable=False),
    sa.Column("content_sealed", sa.LargeBinary, nullable=False),
    sa.Column("sections", sa.String(120), nullable=False),
    sa.Column("imported_at", UtcDateTime, nullable=False),
    sa.Column("imported_by", sa.String(120), nullable=False),
    sa.UniqueConstraint("university", "student_index"),
    sa.Index(None, "university", "imported_at"),
    sa.Index(None, "university", "id"),
)

foglio_edits = sa.Table(
    "foglio_edits",
    metadata,
    key(),
    university(),
    sa.Column("side", sa.String(12), nullable=False),
    sa.Column("partner", sa.String(5), nullable=False),
    sa.Column("id_pratica", sa.String(64), nullable=False),
    sa.Column("foglio", sa.BigInteger, nullable=False),
    sa.Column("version", sa.Integer, nullable=False),
    sa.Column("content_sealed", sa.LargeBinary, nullable=False),
    sa.Column("edited_at", UtcDateTime, nullable=False),
    sa.Column("edited_by", sa.String(120), nullable=False),
    sa.UniqueConstraint("university", "side", "partner", "id_pratica"),
    sa.Index(None, "university", "edited_at"),
)
