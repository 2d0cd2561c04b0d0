"""Careers that an origin's office imported, and fogli that it is working on."""

import sqlalchemy as sa
from alembic import op

revision = "m0011"
down_revision = "m0010"
branch_labels = None
depends_on = None


def _key() -> "sa.Column[int]":
    kind = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
    return sa.Column("id", kind, nullable=False)


def upgrade() -> None:
    """Go up."""
    moment = sa.DateTime(timezone=True)
    op.create_table(
        "student_careers",
        _key(),
        sa.Column("university", sa.String(5), nullable=False),
        sa.Column("student_index", sa.String(64), nullable=False),
        sa.Column("private_sealed", sa.LargeBinary(), nullable=False),
        sa.Column("content_sealed", sa.LargeBinary(), nullable=False),
        sa.Column("sections", sa.String(120), nullable=False),
        sa.Column("imported_at", moment, nullable=False),
        sa.Column("imported_by", sa.String(120), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_student_careers"),
        sa.UniqueConstraint(
            "university", "student_index", name="uq_student_careers_university_student_index"
        ),
    )
    op.create_index(
        "ix_student_careers_university_imported_at",
        "student_careers",
        ["university", "imported_at"],
    )
    op.create_table(
        "foglio_edits",
        _key(),
        sa.Column("university", sa.String(5), nullable=False),
        sa.Column("side", sa.String(12), nullable=False),
        sa.Column("partner", sa.String(5), nullable=False),
        sa.Column("id_pratica", sa.String(64), nullable=False),
        sa.Column("foglio", sa.BigInteger(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("content_sealed", sa.LargeBinary(), nullable=False),
        sa.Column("edited_at", moment, nullable=False),
        sa.Column("edited_by", sa.String(120), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_foglio_edits"),
        sa.UniqueConstraint(
            "university",
            "side",
            "partner",
            "id_pratica",
            name="uq_foglio_edits_university_side_partner_id_pratica",
        ),
    )
    op.create_index(
        "ix_foglio_edits_university_edited_at", "foglio_edits", ["university", "edited_at"]
    )


def downgrade() -> None:
    """Go down."""
    for name in ("foglio_edits", "student_careers"):
        op.drop_table(name)
