"""What the journal is searched by: the student, the caller's identifier, all else by time."""

import sqlalchemy as sa
from alembic import op

revision = "m0007"
down_revision = "m0006"
branch_labels = None
depends_on = None

_SEARCHED = ["university", "message_id", "direction", "partner", "operation", "result", "code"]
_LOOSE = (
    "(request_sealed IS NOT NULL OR student_index IS NOT NULL)"
    " AND (id_pratica IS NULL OR result <> 'accepted')"
)
_PARTIAL = (
    (
        "ix_messages_student",
        "messages",
        ["student_index", "message_id"],
        "student_index IS NOT NULL",
    ),
    (
        "ix_messages_troubled",
        "messages",
        ["result", "message_id"],
        "result NOT IN ('accepted', 'repeated', 'pending')",
    ),
    ("ix_messages_coded", "messages", ["code", "message_id"], "code > 0"),
    ("ix_messages_correlation", "messages", ["correlation"], "correlation IS NOT NULL"),
    (
        "ix_messages_loose",
        "messages",
        ["university", "began_at"],
        _LOOSE,
    ),
    ("ix_attachments_failed", "attachments", ["university"], "state = 'failed'"),
)


def upgrade() -> None:
    """Go up. Rows of before are given their student by ``congedo journal reindex``."""
    op.add_column("messages", sa.Column("student_index", sa.String(64)))
    op.add_column("messages", sa.Column("correlation", sa.String(32)))
    op.create_index("ix_messages_searched", "messages", _SEARCHED)
    for name, table, columns, where in _PARTIAL:
        term = sa.text(where)
        op.create_index(name, table, columns, sqlite_where=term, postgresql_where=term)


def downgrade() -> None:
    """Go down."""
    for name, table, _, _ in _PARTIAL:
        op.drop_index(name, table)
    op.drop_index("ix_messages_searched", "messages")
    op.drop_column("messages", "correlation")
    op.drop_column("messages", "student_index")
