"""Accounts of the offices' application: how people sign in, what they may do, what they did."""

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
    sa.Column("version", sa.Integer, nullable=False, server_default=sa.text("0")),
    sa.Column("seen_at", UtcDateTime),
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
    sa.Index(None, "university", "role", "account_id"),
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
    sa.Column("way", sa.String(60), nullable=False, server_default="password"),
    sa.Column("device_sealed", sa.LargeBinary),
    sa.Index(None, "account_id"),
)

second_factors = sa.Table(
    "second_factors",
    metadata,
    key(),
    sa.Column("account_id", sa.BigInteger, nullable=False, unique=True),
    sa.Column("secret_sealed", sa.LargeBinary, nullable=False),
    sa.Column("confirmed_at", UtcDateTime),
    sa.Column("last_step", sa.BigInteger, nullable=False),
)

recovery_codes = sa.Table(
    "recovery_codes",
    metadata,
    key(),
    sa.Column("account_id", sa.BigInteger, nullable=False),
    sa.Column("code_index", sa.String(64), nullable=False),
    sa.Column("used_at", UtcDateTime),
    sa.UniqueConstraint("account_id", "code_index"),
)

invitations = sa.Table(
    "invitations",
    metadata,
    key(),
    sa.Column("mark", sa.String(64), nullable=False, unique=True),
    sa.Column("account_id", sa.BigInteger, nullable=False),
    sa.Column("until", UtcDateTime, nullable=False),
    sa.Index(None, "account_id"),
)

throttles = sa.Table(
    "throttles",
    metadata,
    sa.Column("mark", sa.String(64), primary_key=True),
    sa.Column("failures", sa.Integer, nullable=False),
    sa.Column("last_at", UtcDateTime, nullable=False),
    sa.Column("until", UtcDateTime, nullable=False),
    sa.Index(None, "last_at"),
)

identity_providers = sa.Table(
    "identity_providers",
    metadata,
    key(),
    sa.Column("name", sa.String(40), nullable=False, unique=True),
    sa.Column("label", sa.String(120), nullable=False),
    sa.Column("label_en", sa.String(120), nullable=False),
    sa.Column("issuer", sa.String(300), nullable=False),
    sa.Column("client_id", sa.String(200), nullable=False),
    sa.Column("secret_sealed", sa.LargeBinary),
    sa.Column("scopes", sa.String(200), nullable=False),
    sa.Column("subject_claim", sa.String(60), nullable=False),
    sa.Column("fiscal_code_claim", sa.String(60), nullable=False),
    sa.Column("student_university", sa.String(5), nullable=False),
    sa.Column("active", sa.Boolean, nullable=False),
)

audit_entries = sa.Table(
    "audit_entries",
    metadata,
    key(),
    sa.Column("at", UtcDateTime, nullable=False),
    sa.Column("university", sa.String(5), nullable=False),
    sa.Column("account_id", sa.BigInteger, nullable=False),
    sa.Column("username", sa.String(80)),
    sa.Column("action", sa.String(60), nullable=False),
    sa.Column("practice", sa.String(64), nullable=False),
    sa.Column("subject", sa.String(120)),
    sa.Column("detail", sa.String(500)),
    sa.Index(None, "university", "practice", "at"),
    sa.Index(None, "university", "at"),
    sa.Index(None, "university", "action", "at"),
    sa.Index(None, "university", "username", "at"),
    sa.Index(None, "account_id"),
)
