"""Awarded titles, what became of them, the imports that brought them, student credentials.

A title is found by the digest of its student's codice fiscale; ``title_key`` is the digest of what
tells it from others, ``former_key`` one that it had before a correction, when it may have been
somebody else's: a change is its student's of then. Both kinds of title are in
one table: a lookup opens the few rows of one student and no others.
"""

import sqlalchemy as sa

from storage.tables.base import UtcDateTime, key, metadata, university

titles = sa.Table(
    "titles",
    metadata,
    key(),
    university(),
    sa.Column("kind", sa.String(12), nullable=False),
    sa.Column("student_index", sa.String(64), nullable=False),
    sa.Column("title_key", sa.String(64), nullable=False),
    sa.Column("version", sa.Integer, nullable=False),
    sa.Column("run", sa.BigInteger, nullable=False),
    sa.Column("content_sealed", sa.LargeBinary, nullable=False),
    sa.Column("recorded_at", UtcDateTime, nullable=False),
    sa.Column("withdrawn_at", UtcDateTime),
    sa.UniqueConstraint("university", "title_key"),
    sa.Index(None, "student_index"),
    sa.Index(None, "university", "id"),
)

title_changes = sa.Table(
    "title_changes",
    metadata,
    key(),
    university(),
    sa.Column("title", sa.BigInteger, nullable=False),
    sa.Column("student_index", sa.String(64), nullable=False),
    sa.Column("at", UtcDateTime, nullable=False),
    sa.Column("party", sa.String(12), nullable=False),
    sa.Column("actor", sa.String(120), nullable=False),
    sa.Column("event", sa.String(12), nullable=False),
    sa.Column("former_key", sa.String(64), nullable=False),
    sa.Column("why_sealed", sa.LargeBinary),
    sa.Column("before_sealed", sa.LargeBinary, nullable=False),
    sa.Index(None, "university", "title"),
    sa.Index(None, "university", "former_key"),
    sa.Index(None, "university", "student_index"),
)

title_runs = sa.Table(
    "title_runs",
    metadata,
    key(),
    university(),
    sa.Column("digest", sa.String(64), nullable=False),
    sa.Column("replacing", sa.Boolean, nullable=False),
    sa.Column("actor", sa.String(120), nullable=False),
    sa.Column("position", sa.Integer, nullable=False),
    sa.Column("added", sa.Integer, nullable=False),
    sa.Column("unchanged", sa.Integer, nullable=False),
    sa.Column("replaced", sa.Integer, nullable=False),
    sa.Column("refused", sa.Integer, nullable=False),
    sa.Column("started_at", UtcDateTime, nullable=False),
    sa.Column("updated_at", UtcDateTime, nullable=False),
    sa.Column("finished_at", UtcDateTime),
    sa.Index(None, "university", "digest"),
)

title_refusals = sa.Table(
    "title_refusals",
    metadata,
    key(),
    university(),
    sa.Column("run", sa.BigInteger, nullable=False),
    sa.Column("line", sa.Integer, nullable=False),
    sa.Column("cause", sa.String(40), nullable=False),
    sa.Column("path", sa.String(120), nullable=False),
    sa.Column("params", sa.JSON, nullable=False),
    sa.Index(None, "university", "run"),
)

student_credentials = sa.Table(
    "student_credentials",
    metadata,
    key(),
    university(),
    sa.Column("user_index", sa.String(64), nullable=False),
    sa.Column("student_index", sa.String(64), nullable=False),
    sa.Column("password_hash", sa.String(255), nullable=False),
    sa.Column("updated_at", UtcDateTime, nullable=False),
    sa.UniqueConstraint("university", "user_index"),
    sa.Index(None, "user_index"),
)
