"""Awarded titles with their changes and imports, and student credentials."""

import sqlalchemy as sa
from alembic import op

revision = "m0003"
down_revision = "m0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go up."""
    op.create_table(
        "titles",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("university", sa.String(length=5), nullable=False),
        sa.Column("kind", sa.String(length=12), nullable=False),
        sa.Column("student_index", sa.String(length=64), nullable=False),
        sa.Column("title_key", sa.String(length=64), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("run", sa.BigInteger(), nullable=False),
        sa.Column("content_sealed", sa.LargeBinary(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("withdrawn_at", sa.DateTime(timezone=True)),
        sa.PrimaryKeyConstraint("id", name="pk_titles"),
        sa.UniqueConstraint("university", "title_key", name="uq_titles_university_title_key"),
    )
    op.create_index("ix_titles_student_index", "titles", ["student_index"])
    op.create_index("ix_titles_university_id", "titles", ["university", "id"])
    op.create_table(
        "title_changes",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("university", sa.String(length=5), nullable=False),
        sa.Column("title", sa.BigInteger(), nullable=False),
        sa.Column("student_index", sa.String(length=64), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("party", sa.String(length=12), nullable=False),
        sa.Column("actor", sa.String(length=120), nullable=False),
        sa.Column("event", sa.String(length=12), nullable=False),
        sa.Column("former_key", sa.String(length=64), nullable=False),
        sa.Column("why_sealed", sa.LargeBinary()),
        sa.Column("before_sealed", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_title_changes"),
    )
    op.create_index(
        "ix_title_changes_university_former_key", "title_changes", ["university", "former_key"]
    )
    op.create_index("ix_title_changes_university_title", "title_changes", ["university", "title"])
    op.create_index(
        "ix_title_changes_university_student_index",
        "title_changes",
        ["university", "student_index"],
    )
    op.create_table(
        "title_runs",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("university", sa.String(length=5), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("replacing", sa.Boolean(), nullable=False),
        sa.Column("actor", sa.String(length=120), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("added", sa.Integer(), nullable=False),
        sa.Column("unchanged", sa.Integer(), nullable=False),
        sa.Column("replaced", sa.Integer(), nullable=False),
        sa.Column("refused", sa.Integer(), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("finished_at", sa.DateTime(timezone=True)),
        sa.PrimaryKeyConstraint("id", name="pk_title_runs"),
    )
    op.create_index("ix_title_runs_university_digest", "title_runs", ["university", "digest"])
    op.create_table(
        "title_refusals",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("university", sa.String(length=5), nullable=False),
        sa.Column("run", sa.BigInteger(), nullable=False),
        sa.Column("line", sa.Integer(), nullable=False),
        sa.Column("cause", sa.String(length=40), nullable=False),
        sa.Column("path", sa.String(length=120), nullable=False),
        sa.Column("params", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_title_refusals"),
    )
    op.create_index("ix_title_refusals_university_run", "title_refusals", ["university", "run"])
    op.create_table(
        "student_credentials",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("university", sa.String(length=5), nullable=False),
        sa.Column("user_index", sa.String(length=64), nullable=False),
        sa.Column("student_index", sa.String(length=64), nullable=False),
        sa.Column("password_hash", sa.String(length=255), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_student_credentials"),
        sa.UniqueConstraint(
            "university", "user_index", name="uq_student_credentials_university_user_index"
        ),
    )
    op.create_index("ix_student_credentials_user_index", "student_credentials", ["user_index"])


def downgrade() -> None:
    """Go down."""
    for name in ("student_credentials", "title_refusals", "title_runs", "title_changes", "titles"):
        op.drop_table(name)
