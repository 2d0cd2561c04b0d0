"""Indexes of the offices' pages: none of them reads a log or an archive from end to end."""

import sqlalchemy as sa
from alembic import op

revision = "m0015"
down_revision = "m0014"
branch_labels = None
depends_on = None

_ENDED = ["university", "faculty", "state", "updated_at", "id"]
_IN_ORDER = ["university", "state", "updated_at", "id"]
_INDEXES = (
    ("audit_entries", ["university", "action", "at"]),
    ("audit_entries", ["university", "practice", "at"]),
    ("audit_entries", ["university", "username", "at"]),
    ("deliveries", ["university", "state", "id"]),
    ("grants", ["university", "role", "account_id"]),
    ("student_careers", ["university", "id"]),
    ("outgoing", _IN_ORDER),
    ("incoming", _IN_ORDER),
)
_SHORTER = (
    ("audit_entries", ["university", "practice"]),
    ("grants", ["university"]),
    ("outgoing", _IN_ORDER[:-1]),
    ("incoming", _IN_ORDER[:-1]),
)
"""What the longer ones serve as well."""
_PARTIAL = (
    (
        "ix_messages_tolerated",
        "messages",
        ["university", "partner", "tolerated"],
        "tolerated <> ''",
    ),
    ("ix_outgoing_ended", "outgoing", _ENDED, "queue IS NULL"),
    ("ix_incoming_ended", "incoming", _ENDED, "queue IS NULL"),
)


def _name(table: str, columns: list[str]) -> str:
    return "_".join(["ix", table, *columns])


def upgrade() -> None:
    """Go up."""
    for table, columns in _INDEXES:
        op.create_index(_name(table, columns), table, columns)
    for name, table, columns, where in _PARTIAL:
        term = sa.text(where)
        op.create_index(name, table, columns, sqlite_where=term, postgresql_where=term)
    for table, columns in _SHORTER:
        op.drop_index(_name(table, columns), table)


def downgrade() -> None:
    """Go down."""
    for table, columns in _SHORTER:
        op.create_index(_name(table, columns), table, columns)
    for name, table, _, _ in _PARTIAL:
        op.drop_index(name, table)
    for table, columns in _INDEXES:
        op.drop_index(_name(table, columns), table)
