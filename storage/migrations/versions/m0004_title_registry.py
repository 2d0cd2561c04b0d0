"""The registry of titles that each university asks, and the verification of declared titles."""

import sqlalchemy as sa
from alembic import op

revision = "m0004"
down_revision = "m0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go up."""
    op.create_table(
        "registries",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("university", sa.String(length=5), nullable=False),
        sa.Column("name", sa.String(length=255), nullable=False),
        sa.Column("titles_url", sa.String(length=500), nullable=False),
        sa.Column("diplomas_url", sa.String(length=500), nullable=False),
        sa.Column("username", sa.String(length=100), nullable=False),
        sa.Column("password_sealed", sa.LargeBinary()),
        sa.Column("security_sealed", sa.LargeBinary()),
        sa.Column("egov", sa.Boolean(), nullable=False),
        sa.Column("sender", sa.String(length=100), nullable=False),
        sa.Column("recipient", sa.String(length=100), nullable=False),
        sa.Column("timeout_seconds", sa.Float(), nullable=False),
        sa.Column("found_seconds", sa.Integer(), nullable=False),
        sa.Column("not_found_seconds", sa.Integer(), nullable=False),
        sa.Column("per_day", sa.Integer(), nullable=False),
        sa.Column("per_office", sa.Integer(), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("verify", sa.String(length=12), nullable=False),
        sa.Column("forward", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_registries"),
        sa.UniqueConstraint("university", name="uq_registries_university"),
    )
    op.create_table(
        "registry_answers",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("university", sa.String(length=5), nullable=False),
        sa.Column("service", sa.String(length=12), nullable=False),
        sa.Column("student_index", sa.String(length=64), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("answer_sealed", sa.LargeBinary()),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_registry_answers"),
        sa.UniqueConstraint(
            "university",
            "student_index",
            "service",
            "year",
            name="uq_registry_answers_university_student_index_service_year",
        ),
    )
    op.create_index(
        "ix_registry_answers_university_expires_at",
        "registry_answers",
        ["university", "expires_at"],
    )
    op.create_table(
        "registry_circuits",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("university", sa.String(length=5), nullable=False),
        sa.Column("service", sa.String(length=12), nullable=False),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("failing_since", sa.DateTime(timezone=True)),
        sa.Column("probe_at", sa.DateTime(timezone=True)),
        sa.Column("trouble", sa.String(length=20), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_registry_circuits"),
        sa.UniqueConstraint(
            "university", "service", name="uq_registry_circuits_university_service"
        ),
    )
    op.create_table(
        "registry_queries",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("query_id", sa.String(length=40), nullable=False),
        sa.Column("university", sa.String(length=5), nullable=False),
        sa.Column("service", sa.String(length=12), nullable=False),
        sa.Column("student_index", sa.String(length=64), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("purpose", sa.String(length=12), nullable=False),
        sa.Column("reference", sa.String(length=80), nullable=False),
        sa.Column("words_sealed", sa.LargeBinary()),
        sa.Column("operator", sa.String(length=120), nullable=False),
        sa.Column("office", sa.String(length=120), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True)),
        sa.Column("outcome", sa.String(length=16), nullable=False),
        sa.Column("detail", sa.String(length=120), nullable=False),
        sa.Column("from_cache", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_registry_queries"),
        sa.UniqueConstraint("query_id", name="uq_registry_queries_query_id"),
    )
    op.create_index(
        "ix_registry_queries_university_student_index",
        "registry_queries",
        ["university", "student_index"],
    )
    op.create_index(
        "ix_registry_queries_university_asked_at", "registry_queries", ["university", "asked_at"]
    )
    op.create_table(
        "registry_quotas",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("university", sa.String(length=5), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("office", sa.String(length=120), nullable=False),
        sa.Column("spent", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_registry_quotas"),
        sa.UniqueConstraint(
            "university", "day", "office", name="uq_registry_quotas_university_day_office"
        ),
    )
    op.create_table(
        "title_verifications",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("university", sa.String(length=5), nullable=False),
        sa.Column("origin", sa.String(length=5), nullable=False),
        sa.Column("id_pratica", sa.String(length=64), nullable=False),
        sa.Column("title_id", sa.String(length=40), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=12), nullable=False),
        sa.Column("verdict", sa.String(length=16), nullable=False),
        sa.Column("reason", sa.String(length=24), nullable=False),
        sa.Column("detail", sa.String(length=80), nullable=False),
        sa.Column("judged_at", sa.DateTime(timezone=True)),
        sa.Column("since", sa.DateTime(timezone=True)),
        sa.Column("withdrawn", sa.Boolean(), nullable=False),
        sa.Column("declared_sealed", sa.LargeBinary(), nullable=False),
        sa.Column("fields_sealed", sa.LargeBinary()),
        sa.Column("history", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_title_verifications"),
        sa.UniqueConstraint(
            "university",
            "origin",
            "id_pratica",
            "title_id",
            name="uq_title_verifications_university_origin_id_pratica_title_id",
        ),
    )
    op.create_table(
        "verifications",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("verification_id", sa.String(length=40), nullable=False),
        sa.Column("university", sa.String(length=5), nullable=False),
        sa.Column("origin", sa.String(length=5), nullable=False),
        sa.Column("id_pratica", sa.String(length=64), nullable=False),
        sa.Column("cause", sa.String(length=12), nullable=False),
        sa.Column("operator", sa.String(length=120), nullable=False),
        sa.Column("office", sa.String(length=120), nullable=False),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("next_at", sa.DateTime(timezone=True)),
        sa.Column("renewed_at", sa.DateTime(timezone=True)),
        sa.Column("fresh", sa.Boolean(), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True)),
        sa.Column("trouble", sa.String(length=20), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_verifications"),
        sa.UniqueConstraint(
            "university",
            "origin",
            "id_pratica",
            name="uq_verifications_university_origin_id_pratica",
        ),
        sa.UniqueConstraint("verification_id", name="uq_verifications_verification_id"),
    )
    op.create_index("ix_verifications_state_next_at", "verifications", ["state", "next_at"])


def downgrade() -> None:
    """Go down."""
    for name in (
        "verifications",
        "title_verifications",
        "registry_quotas",
        "registry_queries",
        "registry_circuits",
        "registry_answers",
        "registries",
    ):
        op.drop_table(name)
