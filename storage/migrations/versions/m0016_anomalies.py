"""Whether what the commission reported still waits for the secretariat."""

import sqlalchemy as sa
from alembic import op

revision = "m0016"
down_revision = "m0015"
branch_labels = None
depends_on = None

_OPEN = """
UPDATE incoming SET anomaly_open = :open, queue = 'anomaly_reported'
WHERE state = 'autorizzata valutazione' AND EXISTS (
 SELECT 1 FROM history AS told
 WHERE told.university = incoming.university AND told.side = 'destination'
  AND told.partner = incoming.origin AND told.id_pratica = incoming.id_pratica
  AND told.event = 'report_anomaly' AND NOT EXISTS (
   SELECT 1 FROM history AS asked
   WHERE asked.university = told.university AND asked.side = told.side
    AND asked.partner = told.partner AND asked.id_pratica = told.id_pratica
    AND asked.event = 'ask_revision' AND asked.id > told.id))
"""
_CLOSED = """
UPDATE incoming SET queue = CASE WHEN revision_open THEN 'integration_awaited' ELSE 'to_decide' END
WHERE queue = 'anomaly_reported'
"""


def upgrade() -> None:
    """Go up. What was reported before and not answered waits for the secretariat, too."""
    op.add_column(
        "incoming",
        sa.Column("anomaly_open", sa.Boolean(), nullable=False, server_default=sa.false()),
    )
    op.get_bind().execute(sa.text(_OPEN), {"open": True})


def downgrade() -> None:
    """Go down."""
    op.execute(_CLOSED)
    op.drop_column("incoming", "anomaly_open")
