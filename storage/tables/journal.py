"""The journal: every message in and out, with its answer. Only ``pending`` rows ever change.

``sections`` is set for an accepted message that brought a foglio: the journal keeps the foglio as
received. Identifiers sort by time. When the term of a message's content has passed, the content
goes and the row stays; ``canonical`` is then the fingerprint by which a repeat is still known.
``student_index`` finds the messages that carry or concern a student; ``correlation`` is the
caller's identifier of the exchange, where it gave one: that of a message we sent is its own.
"""

import sqlalchemy as sa

from storage.tables.base import UtcDateTime, metadata, university

SEARCHED = "ix_messages_searched"
SEARCHED_COLUMNS = (
    "university",
    "message_id",
    "direction",
    "partner",
    "operation",
    "result",
    "code",
)
"""What the journal is searched by, in the order of time: new entries go to the end of the index,
and a search reads these few bytes of a message in place of its contents."""

TROUBLED, TROUBLED_WHERE = (
    "ix_messages_troubled",
    "result NOT IN ('accepted', 'repeated', 'pending')",
)
CODED, CODED_WHERE = "ix_messages_coded", "code > 0"
"""What went wrong, by how and by which code: what goes well costs these indexes nothing. A query
must say the same words to be given them."""

TOLERATED, TOLERATED_WHERE = "ix_messages_tolerated", "tolerated <> ''"
"""What was let pass by a rule of tolerance: to be counted for a partner without its messages."""


def _partial(name: str, where: str, *columns: str) -> sa.Index:
    term = sa.text(where)
    return sa.Index(name, *columns, sqlite_where=term, postgresql_where=term)


LOOSE = (
    "(request_sealed IS NOT NULL OR student_index IS NOT NULL)"
    " AND (id_pratica IS NULL OR result <> 'accepted')"
)
"""What holds of every message that tells of somebody and may belong to no practice."""

messages = sa.Table(
    "messages",
    metadata,
    sa.Column("message_id", sa.String(40), primary_key=True),
    university(),
    sa.Column("direction", sa.String(3), nullable=False),
    sa.Column("partner", sa.String(5), nullable=False),
    sa.Column("operation", sa.String(40), nullable=False),
    sa.Column("id_pratica", sa.String(64)),
    sa.Column("sha256", sa.String(64), nullable=False),
    sa.Column("result", sa.String(12), nullable=False),
    sa.Column("code", sa.Integer, nullable=False),
    sa.Column("began_at", UtcDateTime, nullable=False),
    sa.Column("ended_at", UtcDateTime),
    sa.Column("request_sealed", sa.LargeBinary),
    sa.Column("answer_sealed", sa.LargeBinary),
    sa.Column("request_bytes", sa.Integer, nullable=False),
    sa.Column("address", sa.String(60), nullable=False),
    sa.Column("sections", sa.String(120), nullable=False),
    sa.Column("tolerated", sa.String(120), nullable=False),
    sa.Column("repeats", sa.String(40), nullable=False),
    sa.Column("delivery_id", sa.String(40), nullable=False),
    sa.Column("canonical", sa.String(64)),
    sa.Column("student_index", sa.String(64)),
    sa.Column("correlation", sa.String(32)),
    sa.Index(None, "university", "partner", "id_pratica"),
    sa.Index(SEARCHED, *SEARCHED_COLUMNS),
    _partial("ix_messages_student", "student_index IS NOT NULL", "student_index", "message_id"),
    _partial("ix_messages_correlation", "correlation IS NOT NULL", "correlation"),
    _partial(TROUBLED, TROUBLED_WHERE, "result", "message_id"),
    _partial(CODED, CODED_WHERE, "code", "message_id"),
    _partial(TOLERATED, TOLERATED_WHERE, "university", "partner", "tolerated"),
    sa.Index(
        "ix_messages_loose",
        "university",
        "began_at",
        sqlite_where=sa.text(LOOSE),
        postgresql_where=sa.text(LOOSE),
    ),
    sqlite_with_rowid=False,
)
