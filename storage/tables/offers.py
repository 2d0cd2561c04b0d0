"""The hosted universities' offers, and partners' offers as last fetched."""

import sqlalchemy as sa

from storage.tables.base import UtcDateTime, key, metadata, university

offers = sa.Table(
    "offers",
    metadata,
    key(),
    university(),
    sa.Column("year", sa.Integer, nullable=False),
    sa.Column("published_at", UtcDateTime, nullable=False),
    sa.UniqueConstraint("university", "year"),
)

courses = sa.Table(
    "courses",
    metadata,
    key(),
    university(),
    sa.Column("year", sa.Integer, nullable=False),
    sa.Column("position", sa.Integer, nullable=False),
    sa.Column("code", sa.String(40), nullable=False),
    sa.Column("course", sa.JSON, nullable=False),
    sa.UniqueConstraint("university", "year", "code"),
)

cached_offers = sa.Table(
    "cached_offers",
    metadata,
    key(),
    university(),
    sa.Column("partner", sa.String(5), nullable=False),
    sa.Column("year", sa.Integer, nullable=False),
    sa.Column("fetched_at", UtcDateTime, nullable=False),
    sa.Column("courses", sa.JSON, nullable=False),
    sa.UniqueConstraint("university", "partner", "year"),
)

admissions = sa.Table(
    "admissions",
    metadata,
    key(),
    university(),
    sa.Column("course", sa.String(40), nullable=False),
    sa.Column("year", sa.Integer, nullable=False),
    sa.Column("student_index", sa.String(64), nullable=False),
    sa.UniqueConstraint("university", "course", "year", "student_index"),
)
