"""Mails, what universities and readers decided about them; systems asked over HTTP; figures."""

import sqlalchemy as sa
from alembic import op

revision = "m0013"
down_revision = "m0012"
branch_labels = None
depends_on = None


def _key() -> "sa.Column[int]":
    kind = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
    return sa.Column("id", kind, nullable=False)


def upgrade() -> None:
    """Go up."""
    moment = sa.DateTime(timezone=True)
    op.create_table(
        "mails",
        _key(),
        sa.Column("mail_id", sa.String(80), nullable=False),
        sa.Column("message_id", sa.String(330), nullable=False),
        sa.Column("university", sa.String(5), nullable=False),
        sa.Column("side", sa.String(12), nullable=False),
        sa.Column("partner", sa.String(5), nullable=False),
        sa.Column("id_pratica", sa.String(64), nullable=False),
        sa.Column("kind", sa.String(24), nullable=False),
        sa.Column("recipient_sealed", sa.LargeBinary(), nullable=False),
        sa.Column("state", sa.String(12), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("trouble", sa.String(80), nullable=False),
        sa.Column("created_at", moment, nullable=False),
        sa.Column("updated_at", moment, nullable=False),
        sa.Column("next_at", moment),
        sa.Column("expires_at", moment, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_mails"),
        sa.UniqueConstraint("mail_id", name="uq_mails_mail_id"),
    )
    op.create_index(
        "ix_mails_university_partner_id_pratica_side",
        "mails",
        ["university", "partner", "id_pratica", "side"],
    )
    op.create_index(
        "ix_mails_university_state_next_at", "mails", ["university", "state", "next_at"]
    )
    op.create_table(
        "mail_settings",
        sa.Column("university", sa.String(5), nullable=False),
        sa.Column("sender", sa.String(254), nullable=False),
        sa.Column("offices", sa.JSON(), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("university", name="pk_mail_settings"),
    )
    op.create_table(
        "mail_choices",
        _key(),
        sa.Column("university", sa.String(5), nullable=False),
        sa.Column("recipient_index", sa.String(64), nullable=False),
        sa.Column("student_index", sa.String(64)),
        sa.Column("code", sa.String(64), nullable=False),
        sa.Column("off", sa.String(200), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_mail_choices"),
        sa.UniqueConstraint("code", name="uq_mail_choices_code"),
        sa.UniqueConstraint(
            "university", "recipient_index", name="uq_mail_choices_university_recipient_index"
        ),
    )
    op.create_index(
        "ix_mail_choices_university_student_index", "mail_choices", ["university", "student_index"]
    )
    op.create_table(
        "connectors",
        sa.Column("university", sa.String(5), nullable=False),
        sa.Column("system", sa.String(20), nullable=False),
        sa.Column("url", sa.String(500), nullable=False),
        sa.Column("secret_sealed", sa.LargeBinary()),
        sa.Column("certificate", sa.String(500), nullable=False),
        sa.Column("seconds", sa.Float(), nullable=False),
        sa.PrimaryKeyConstraint("university", "system", name="pk_connectors"),
    )
    op.create_index("ix_history_university_at", "history", ["university", "at"])


def downgrade() -> None:
    """Go down."""
    op.drop_index("ix_history_university_at", "history")
    for name in ("connectors", "mail_choices", "mail_settings", "mails"):
        op.drop_table(name)
