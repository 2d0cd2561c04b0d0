"""Second factors, throttles, invitations, providers of identities, and what people did."""

import sqlalchemy as sa
from alembic import op

revision = "m0009"
down_revision = "m0008"
branch_labels = None
depends_on = None

_NEW = (
    "audit_entries",
    "identity_providers",
    "throttles",
    "invitations",
    "recovery_codes",
    "second_factors",
)


def _key() -> "sa.Column[int]":
    kind = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
    return sa.Column("id", kind, nullable=False)


def upgrade() -> None:
    """Go up."""
    moment = sa.DateTime(timezone=True)
    op.add_column(
        "universities",
        sa.Column("second_factor", sa.Boolean(), nullable=False, server_default=sa.false()),
    )
    op.add_column(
        "accounts", sa.Column("version", sa.Integer(), nullable=False, server_default=sa.text("0"))
    )
    op.add_column("accounts", sa.Column("seen_at", moment))
    op.add_column(
        "web_sessions", sa.Column("way", sa.String(60), nullable=False, server_default="password")
    )
    op.add_column("web_sessions", sa.Column("device_sealed", sa.LargeBinary()))
    op.create_table(
        "second_factors",
        _key(),
        sa.Column("account_id", sa.BigInteger(), nullable=False),
        sa.Column("secret_sealed", sa.LargeBinary(), nullable=False),
        sa.Column("confirmed_at", moment),
        sa.Column("last_step", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_second_factors"),
        sa.UniqueConstraint("account_id", name="uq_second_factors_account_id"),
    )
    op.create_table(
        "recovery_codes",
        _key(),
        sa.Column("account_id", sa.BigInteger(), nullable=False),
        sa.Column("code_index", sa.String(64), nullable=False),
        sa.Column("used_at", moment),
        sa.PrimaryKeyConstraint("id", name="pk_recovery_codes"),
        sa.UniqueConstraint(
            "account_id", "code_index", name="uq_recovery_codes_account_id_code_index"
        ),
    )
    op.create_table(
        "invitations",
        _key(),
        sa.Column("mark", sa.String(64), nullable=False),
        sa.Column("account_id", sa.BigInteger(), nullable=False),
        sa.Column("until", moment, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_invitations"),
        sa.UniqueConstraint("mark", name="uq_invitations_mark"),
    )
    op.create_index("ix_invitations_account_id", "invitations", ["account_id"])
    op.create_table(
        "throttles",
        sa.Column("mark", sa.String(64), nullable=False),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("last_at", moment, nullable=False),
        sa.Column("until", moment, nullable=False),
        sa.PrimaryKeyConstraint("mark", name="pk_throttles"),
    )
    op.create_index("ix_throttles_last_at", "throttles", ["last_at"])
    op.create_table(
        "identity_providers",
        _key(),
        sa.Column("name", sa.String(40), nullable=False),
        sa.Column("label", sa.String(120), nullable=False),
        sa.Column("label_en", sa.String(120), nullable=False),
        sa.Column("issuer", sa.String(300), nullable=False),
        sa.Column("client_id", sa.String(200), nullable=False),
        sa.Column("secret_sealed", sa.LargeBinary()),
        sa.Column("scopes", sa.String(200), nullable=False),
        sa.Column("subject_claim", sa.String(60), nullable=False),
        sa.Column("fiscal_code_claim", sa.String(60), nullable=False),
        sa.Column("student_university", sa.String(5), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_identity_providers"),
        sa.UniqueConstraint("name", name="uq_identity_providers_name"),
    )
    op.create_table(
        "audit_entries",
        _key(),
        sa.Column("at", moment, nullable=False),
        sa.Column("university", sa.String(5), nullable=False),
        sa.Column("account_id", sa.BigInteger(), nullable=False),
        sa.Column("username", sa.String(80)),
        sa.Column("action", sa.String(60), nullable=False),
        sa.Column("practice", sa.String(64), nullable=False),
        sa.Column("subject", sa.String(120)),
        sa.Column("detail", sa.String(500)),
        sa.PrimaryKeyConstraint("id", name="pk_audit_entries"),
    )
    op.create_index(
        "ix_audit_entries_university_practice", "audit_entries", ["university", "practice"]
    )
    op.create_index("ix_audit_entries_university_at", "audit_entries", ["university", "at"])
    op.create_index("ix_audit_entries_account_id", "audit_entries", ["account_id"])


def downgrade() -> None:
    """Go down."""
    for name in _NEW:
        op.drop_table(name)
    op.drop_column("web_sessions", "device_sealed")
    op.drop_column("web_sessions", "way")
    op.drop_column("accounts", "seen_at")
    op.drop_column("accounts", "version")
    op.drop_column("universities", "second_factor")
