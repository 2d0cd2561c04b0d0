"""Practices on both sides, and the foglio documents they carry.

``queue`` says whose turn it is (``gateway.domain.worklist``), nothing once the practice has ended:
lists of what waits read indexes in which the archive does not stand.
"""

import sqlalchemy as sa

from storage.tables.base import UtcDateTime, key, metadata, university

WAITING, ENDED, OWING = "queue IS NOT NULL", "queue IS NULL", "career_due IS NOT NULL"


def _partial(name: str, where: str, *columns: str) -> sa.Index:
    term = sa.text(where)
    return sa.Index(name, *columns, sqlite_where=term, postgresql_where=term)


outgoing = sa.Table(
    "outgoing",
    metadata,
    key(),
    university(),
    sa.Column("id_pratica", sa.String(64), nullable=False),
    sa.Column("destination", sa.String(5), nullable=False),
    sa.Column("state", sa.String(40), nullable=False),
    sa.Column("version", sa.Integer, nullable=False),
    sa.Column("course_code", sa.String(40), nullable=False),
    sa.Column("course_name", sa.String(255), nullable=False),
    sa.Column("academic_year", sa.Integer, nullable=False),
    sa.Column("student_index", sa.String(64), nullable=False),
    sa.Column("private_sealed", sa.LargeBinary, nullable=False),
    sa.Column("foglio", sa.BigInteger, nullable=False),
    sa.Column("sections", sa.String(120), nullable=False),
    sa.Column("sent", sa.String(120), nullable=False),
    sa.Column("terms", sa.JSON),
    sa.Column("career_due", sa.Date),
    sa.Column("revision_sealed", sa.LargeBinary),
    sa.Column("protocol_number", sa.String(40), nullable=False),
    sa.Column("archive_number", sa.String(40), nullable=False),
    sa.Column("course_enrolled", sa.String(40), nullable=False),
    sa.Column("created_at", UtcDateTime, nullable=False),
    sa.Column("updated_at", UtcDateTime, nullable=False),
    sa.Column("checked_at", UtcDateTime),
    sa.Column("faculty", sa.String(40), nullable=False, server_default=sa.text("''")),
    sa.Column("queue", sa.String(24)),
    sa.UniqueConstraint("university", "id_pratica"),
    sa.Index(None, "university", "state", "updated_at", "id"),
    sa.Index(None, "university", "student_index"),
    _partial("ix_outgoing_queue", WAITING, "university", "queue", "updated_at", "id"),
    _partial("ix_outgoing_faculty", WAITING, "university", "faculty", "queue", "updated_at", "id"),
    _partial("ix_outgoing_ended", ENDED, "university", "faculty", "state", "updated_at", "id"),
    _partial("ix_outgoing_due", OWING, "university", "career_due", "id"),
)

incoming = sa.Table(
    "incoming",
    metadata,
    key(),
    university(),
    sa.Column("origin", sa.String(5), nullable=False),
    sa.Column("id_pratica", sa.String(64), nullable=False),
    sa.Column("state", sa.String(40), nullable=False),
    sa.Column("version", sa.Integer, nullable=False),
    sa.Column("course_code", sa.String(40), nullable=False),
    sa.Column("course_name", sa.String(255), nullable=False),
    sa.Column("academic_year", sa.Integer, nullable=False),
    sa.Column("student_index", sa.String(64), nullable=False),
    sa.Column("private_sealed", sa.LargeBinary, nullable=False),
    sa.Column("token_used", sa.Boolean, nullable=False),
    sa.Column("sections", sa.String(120), nullable=False),
    sa.Column("career_due", sa.Date),
    sa.Column("revision_open", sa.Boolean, nullable=False),
    sa.Column("protocol_number", sa.String(40), nullable=False),
    sa.Column("matricola", sa.String(40), nullable=False),
    sa.Column("course_enrolled", sa.String(40), nullable=False),
    sa.Column("created_at", UtcDateTime, nullable=False),
    sa.Column("updated_at", UtcDateTime, nullable=False),
    sa.Column("checked_at", UtcDateTime),
    sa.Column("faculty", sa.String(40), nullable=False, server_default=sa.text("''")),
    sa.Column("queue", sa.String(24)),
    sa.Column("anomaly_open", sa.Boolean, nullable=False, server_default=sa.false()),
    sa.UniqueConstraint("university", "origin", "id_pratica"),
    sa.Index(None, "university", "state", "updated_at", "id"),
    sa.Index(None, "university", "student_index"),
    _partial("ix_incoming_queue", WAITING, "university", "queue", "updated_at", "id"),
    _partial("ix_incoming_faculty", WAITING, "university", "faculty", "queue", "updated_at", "id"),
    _partial("ix_incoming_ended", ENDED, "university", "faculty", "state", "updated_at", "id"),
    _partial("ix_incoming_due", OWING, "university", "career_due", "id"),
)

foglio_drafts = sa.Table(
    "foglio_drafts",
    metadata,
    key(),
    university(),
    sa.Column("sha256", sa.String(64), nullable=False),
    sa.Column("content_sealed", sa.LargeBinary, nullable=False),
    sa.Column("created_at", UtcDateTime, nullable=False),
)
