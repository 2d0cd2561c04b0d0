"""Texts that a hosted university shows to people in place of the program's own."""

import sqlalchemy as sa
from alembic import op

revision = "m0014"
down_revision = "m0013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go up."""
    kind = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
    op.create_table(
        "university_texts",
        sa.Column("id", kind, nullable=False),
        sa.Column("university", sa.String(5), nullable=False),
        sa.Column("kind", sa.String(20), nullable=False),
        sa.Column("language", sa.String(2), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_university_texts"),
        sa.UniqueConstraint(
            "university",
            "kind",
            "language",
            name="uq_university_texts_university_kind_language",
        ),
    )


def downgrade() -> None:
    """Go down."""
    op.drop_table("university_texts")
