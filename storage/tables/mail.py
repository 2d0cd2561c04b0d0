"""Mails to students and offices, what universities and readers decided about them."""

import sqlalchemy as sa

from storage.tables.base import UtcDateTime, key, metadata, university

mails = sa.Table(
    "mails",
    metadata,
    key(),
    sa.Column("mail_id", sa.String(80), nullable=False, unique=True),
    sa.Column("message_id", sa.String(330), nullable=False),
    university(),
    sa.Column("side", sa.String(12), nullable=False),
    sa.Column("partner", sa.String(5), nullable=False),
    sa.Column("id_pratica", sa.String(64), nullable=False),
    sa.Column("kind", sa.String(24), nullable=False),
    sa.Column("recipient_sealed", sa.LargeBinary, nullable=False),
    sa.Column("state", sa.String(12), nullable=False),
    sa.Column("attempts", sa.Integer, nullable=False),
    sa.Column("trouble", sa.String(80), nullable=False),
    sa.Column("created_at", UtcDateTime, nullable=False),
    sa.Column("updated_at", UtcDateTime, nullable=False),
    sa.Column("next_at", UtcDateTime),
    sa.Column("expires_at", UtcDateTime, nullable=False),
    sa.Index(None, "university", "partner", "id_pratica", "side"),
    sa.Index(None, "university", "state", "next_at"),
)

mail_settings = sa.Table(
    "mail_settings",
    metadata,
    sa.Column("university", sa.String(5), primary_key=True),
    sa.Column("sender", sa.String(254), nullable=False),
    sa.Column("offices", sa.JSON, nullable=False),
    sa.Column("active", sa.Boolean, nullable=False),
)

mail_choices = sa.Table(
    "mail_choices",
    metadata,
    key(),
    university(),
    sa.Column("recipient_index", sa.String(64), nullable=False),
    sa.Column("student_index", sa.String(64)),
    sa.Column("code", sa.String(64), nullable=False, unique=True),
    sa.Column("off", sa.String(200), nullable=False),
    sa.UniqueConstraint("university", "recipient_index"),
    sa.Index(None, "university", "student_index"),
)
