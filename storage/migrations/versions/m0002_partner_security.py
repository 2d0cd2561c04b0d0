"""What partners show beside a password, how much they may ask for, and who may look up titles."""

import sqlalchemy as sa
from alembic import op

revision = "m0002"
down_revision = "m0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go up."""
    op.add_column("partners", sa.Column("security_sealed", sa.LargeBinary()))
    op.add_column("partners", sa.Column("limits", sa.JSON()))
    for name in ("may_look_up", "egov"):
        op.add_column(
            "partners", sa.Column(name, sa.Boolean(), nullable=False, server_default=sa.false())
        )


def downgrade() -> None:
    """Go down."""
    for name in ("egov", "may_look_up", "limits", "security_sealed"):
        op.drop_column("partners", name)
