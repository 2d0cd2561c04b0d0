"""The journal: every message in and out, with its answer. Only ``pending`` rows ever change.

``sections`` is set for an accepted message that brought a foglio: the journal keeps the foglio as
received. Identifiers sort by time. When the term of a message's content has passed, the content
goes and the row stays; ``canonical`` is then the fingerprint by which a repeat is still known.
"""

import sqlalchemy as sa

from storage.tables.base import UtcDateTime, metadata, university

LOOSE = "request_sealed IS NOT NULL AND (id_pratica IS NULL OR result <> 'accepted')"
"""What holds of every message with a content that may belong to no practice."""

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
    sa.Index(None, "university", "partner", "id_pratica"),
    sa.Index(
        "ix_messages_loose",
        "university",
        "began_at",
        sqlite_where=sa.text(LOOSE),
        postgresql_where=sa.text(LOOSE),
    ),
    sqlite_with_rowid=False,
)
