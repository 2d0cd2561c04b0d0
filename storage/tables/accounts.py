"""Accounts of the offices' application, what they may do, their sessions."""

import sqlalchemy as sa

from storage.tables.base import UtcDateTime, key, metadata

accounts = sa.Table(
    "accounts",
    metadata,
    key(),
    sa.Column("username", sa.String(80), nullable=False, unique=True),
    sa.Column("subject", sa.String(200), unique=True),
    sa.Column("private_sealed", sa.LargeBinary, nullable=False),
    sa.Column("student_index", sa.String(64)),
    sa.Column("password_hash", sa.String(200), nullable=False),
    sa.Column("language", sa.String(2), nullable=False),
    sa.Column("active", sa.Boolean, nullable=False),
    sa.Column("must_change", sa.Boolean, nullable=False),
    sa.Column("created_at", UtcDateTime, nullable=False),
    sa.Column("updated_at", UtcDateTime, nullable=False),
    sa.Index(None, "student_index"),
)

grants = sa.Table(
    "grants",
    metadata,
    key(),
    sa.Column("account_id", sa.BigInteger, nullable=False),
    sa.Column("role", sa.String(20), nullable=False),
    sa.Column("university", sa.String(5), nullable=False),
    sa.Column("faculty", sa.String(40), nullable=False),
    sa.UniqueConstraint("account_id", "role", "university", "faculty"),
    sa.Index(None, "university"),
)

web_sessions = sa.Table(
    "web_sessions",
    metadata,
    key(),
    sa.Column("mark", sa.String(64), nullable=False, unique=True),
    sa.Column("account_id", sa.BigInteger, nullable=False),
    sa.Column("began_at", UtcDateTime, nullable=False),
    sa.Column("seen_at", UtcDateTime, nullable=False),
    sa.Column("proved_at", UtcDateTime, nullable=False),
    sa.Column("ended_at", UtcDateTime),
    sa.Index(None, "account_id"),
)
