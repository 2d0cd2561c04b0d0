"""Students who arrive: enrolments, who is enrolled already, drafts of decisions, sessions."""

import sqlalchemy as sa

from storage.tables.base import UtcDateTime, key, metadata, university

enrolments = sa.Table(
    "enrolments",
    metadata,
    key(),
    university(),
    sa.Column("origin", sa.String(5), nullable=False),
    sa.Column("id_pratica", sa.String(64), nullable=False),
    sa.Column("version", sa.Integer, nullable=False),
    sa.Column("content_sealed", sa.LargeBinary, nullable=False),
    sa.Column("updated_at", UtcDateTime, nullable=False),
    sa.UniqueConstraint("university", "origin", "id_pratica"),
)

enrolled_students = sa.Table(
    "enrolled_students",
    metadata,
    key(),
    university(),
    sa.Column("student_index", sa.String(64), nullable=False),
    sa.Column("matricola_index", sa.String(64), nullable=False),
    sa.Column("person_sealed", sa.LargeBinary, nullable=False),
    sa.Column("course_code", sa.String(40), nullable=False),
    sa.Column("course_name", sa.String(255), nullable=False),
    sa.Column("updated_at", UtcDateTime, nullable=False),
    sa.UniqueConstraint("university", "matricola_index"),
    sa.Index(None, "university", "student_index"),
    sa.Index(None, "university", "updated_at"),
)

delibera_drafts = sa.Table(
    "delibera_drafts",
    metadata,
    key(),
    university(),
    sa.Column("side", sa.String(12), nullable=False),
    sa.Column("partner", sa.String(5), nullable=False),
    sa.Column("id_pratica", sa.String(64), nullable=False),
    sa.Column("version", sa.Integer, nullable=False),
    sa.Column("content_sealed", sa.LargeBinary, nullable=False),
    sa.Column("changed_by", sa.String(120), nullable=False),
    sa.Column("updated_at", UtcDateTime, nullable=False),
    sa.UniqueConstraint("university", "partner", "id_pratica", "side"),
)

arrival_sessions = sa.Table(
    "arrival_sessions",
    metadata,
    key(),
    university(),
    sa.Column("origin", sa.String(5), nullable=False),
    sa.Column("id_pratica", sa.String(64), nullable=False),
    sa.Column("mark", sa.String(64), nullable=False, unique=True),
    sa.Column("began_at", UtcDateTime, nullable=False),
    sa.Column("seen_at", UtcDateTime, nullable=False),
    sa.Column("ended_at", UtcDateTime),
    sa.Column("secret_sealed", sa.LargeBinary),
    sa.Index(None, "university", "origin", "id_pratica"),
    sa.Index(None, "began_at"),
)

arrival_tries = sa.Table(
    "arrival_tries",
    metadata,
    key(),
    university(),
    sa.Column("kind", sa.String(10), nullable=False),
    sa.Column("digest", sa.String(64), nullable=False),
    sa.Column("tries", sa.Integer, nullable=False),
    sa.Column("began_at", UtcDateTime, nullable=False),
    sa.UniqueConstraint("university", "kind", "digest"),
    sa.Index(None, "began_at"),
)
