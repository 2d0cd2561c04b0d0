"""Nonces and signatures of messages that were accepted, until they are stale."""

import sqlalchemy as sa
from alembic import op

revision = "m0005"
down_revision = "m0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go up."""
    op.create_table(
        "nonces",
        sa.Column("university", sa.String(5), nullable=False),
        sa.Column("mark", sa.String(80), nullable=False),
        sa.Column("until", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("university", "mark", name="pk_nonces"),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_nonces_until", "nonces", ["until"])


def downgrade() -> None:
    """Go down."""
    op.drop_table("nonces")
