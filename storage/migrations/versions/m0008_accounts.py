"""Accounts of the offices' application, what they may do, their sessions."""

import sqlalchemy as sa
from alembic import op

revision = "m0008"
down_revision = "m0007"
branch_labels = None
depends_on = None


def _key() -> "sa.Column[int]":
    kind = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
    return sa.Column("id", kind, nullable=False)


def upgrade() -> None:
    """Go up."""
    moment = sa.DateTime(timezone=True)
    op.create_table(
        "accounts",
        _key(),
        sa.Column("username", sa.String(80), nullable=False),
        sa.Column("subject", sa.String(200)),
        sa.Column("private_sealed", sa.LargeBinary(), nullable=False),
        sa.Column("student_index", sa.String(64)),
        sa.Column("password_hash", sa.String(200), nullable=False),
        sa.Column("language", sa.String(2), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("must_change", sa.Boolean(), nullable=False),
        sa.Column("created_at", moment, nullable=False),
        sa.Column("updated_at", moment, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_accounts"),
        sa.UniqueConstraint("username", name="uq_accounts_username"),
        sa.UniqueConstraint("subject", name="uq_accounts_subject"),
    )
    op.create_index("ix_accounts_student_index", "accounts", ["student_index"])
    op.create_table(
        "grants",
        _key(),
        sa.Column("account_id", sa.BigInteger(), nullable=False),
        sa.Column("role", sa.String(20), nullable=False),
        sa.Column("university", sa.String(5), nullable=False),
        sa.Column("faculty", sa.String(40), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_grants"),
        sa.UniqueConstraint(
            "account_id",
            "role",
            "university",
            "faculty",
            name="uq_grants_account_id_role_university_faculty",
        ),
    )
    op.create_index("ix_grants_university", "grants", ["university"])
    op.create_table(
        "web_sessions",
        _key(),
        sa.Column("mark", sa.String(64), nullable=False),
        sa.Column("account_id", sa.BigInteger(), nullable=False),
        sa.Column("began_at", moment, nullable=False),
        sa.Column("seen_at", moment, nullable=False),
        sa.Column("proved_at", moment, nullable=False),
        sa.Column("ended_at", moment),
        sa.PrimaryKeyConstraint("id", name="pk_web_sessions"),
        sa.UniqueConstraint("mark", name="uq_web_sessions_mark"),
    )
    op.create_index("ix_web_sessions_account_id", "web_sessions", ["account_id"])


def downgrade() -> None:
    """Go down."""
    for name in ("web_sessions", "grants", "accounts"):
        op.drop_table(name)
