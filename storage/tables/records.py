"""What stands beside a practice.

history, checks, attachments, decisions, the partner's progress, and the rows of the embedded
register and student file.
"""

import sqlalchemy as sa

from storage.tables.base import UtcDateTime, key, metadata, university


def _practice() -> list[sa.Column[str]]:
    return [
        university(),
        sa.Column("side", sa.String(12), nullable=False),
        sa.Column("partner", sa.String(5), nullable=False),
        sa.Column("id_pratica", sa.String(64), nullable=False),
    ]


_PRACTICE = ("university", "partner", "id_pratica", "side")

history = sa.Table(
    "history",
    metadata,
    key(),
    *_practice(),
    sa.Column("at", UtcDateTime, nullable=False),
    sa.Column("party", sa.String(12), nullable=False),
    sa.Column("actor", sa.String(120), nullable=False),
    sa.Column("event", sa.String(40), nullable=False),
    sa.Column("source", sa.String(40)),
    sa.Column("target", sa.String(40), nullable=False),
    sa.Column("notes_sealed", sa.LargeBinary),
    sa.Column("reference", sa.String(80)),
    sa.Index(None, *_PRACTICE),
    sa.Index(None, "university", "at"),
)

checks = sa.Table(
    "checks",
    metadata,
    key(),
    *_practice(),
    sa.Column("kind", sa.String(20), nullable=False),
    sa.Column("passed", sa.Boolean),
    sa.Column("detail_sealed", sa.LargeBinary),
    sa.Column("cleared_by", sa.String(120), nullable=False),
    sa.Column("cleared_at", UtcDateTime),
    sa.Column("cleared_for_sealed", sa.LargeBinary),
    sa.Index(None, *_PRACTICE),
)

attachments = sa.Table(
    "attachments",
    metadata,
    key(),
    *_practice(),
    sa.Column("attachment_id", sa.String(40), nullable=False),
    sa.Column("name_sealed", sa.LargeBinary, nullable=False),
    sa.Column("media_type", sa.String(100), nullable=False),
    sa.Column("available_until", sa.Date, nullable=False),
    sa.Column("size", sa.Integer),
    sa.Column("sha256", sa.String(64)),
    sa.Column("state", sa.String(12), nullable=False),
    sa.Column("problem_sealed", sa.LargeBinary),
    sa.Column("content_sealed", sa.LargeBinary),
    sa.UniqueConstraint(*_PRACTICE, "attachment_id"),
    sa.Index(
        "ix_attachments_failed",
        "university",
        sqlite_where=sa.text("state = 'failed'"),
        postgresql_where=sa.text("state = 'failed'"),
    ),
)

delibere = sa.Table(
    "delibere",
    metadata,
    key(),
    *_practice(),
    sa.Column("protocol_number", sa.String(40), nullable=False),
    sa.Column("content_sealed", sa.LargeBinary, nullable=False),
    sa.UniqueConstraint(*_PRACTICE),
)

remote_progress = sa.Table(
    "remote_progress",
    metadata,
    key(),
    *_practice(),
    sa.Column("asked_at", UtcDateTime, nullable=False),
    sa.Column("steps_sealed", sa.LargeBinary, nullable=False),
    sa.UniqueConstraint(*_PRACTICE),
)

counters = sa.Table(
    "counters",
    metadata,
    sa.Column("university", sa.String(5), primary_key=True),
    sa.Column("series", sa.String(20), primary_key=True),
    sa.Column("year", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("value", sa.Integer, nullable=False),
    sqlite_with_rowid=False,
)

register_entries = sa.Table(
    "register_entries",
    metadata,
    key(),
    *_practice(),
    sa.Column("series", sa.String(20), nullable=False),
    sa.Column("number", sa.String(40), nullable=False),
    sa.Column("kind", sa.String(20), nullable=False),
    sa.Column("at", UtcDateTime, nullable=False),
    sa.UniqueConstraint("university", "series", "number"),
)

student_files = sa.Table(
    "student_files",
    metadata,
    key(),
    university(),
    sa.Column("student_index", sa.String(64), nullable=False),
    sa.Column("matricola", sa.String(64), nullable=False),
    sa.Column("event", sa.String(20), nullable=False),
    sa.Column("document", sa.String(120), nullable=False),
    sa.Column("at", UtcDateTime, nullable=False),
    sa.Index(None, "university", "student_index"),
)
