"""Numbers read from the database while it works: each is counted by an index, or of a small table.

Nothing of a message, a practice or a person is read: only how many there are, and how old.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from gateway.domain.attachments import AttachmentState
from gateway.domain.deliveries import OPEN_STATES, DeliveryState, Side
from storage.context import aware
from storage.database import JOBS_SCHEMA
from storage.encryption import Cipher
from storage.engine import is_sqlite
from storage.incoming import IncomingRows
from storage.journal_search import first_id
from storage.nodes import NodeRows
from storage.outgoing import OutgoingRows
from storage.tables import (
    alarms,
    attachments,
    deliveries,
    incoming,
    messages,
    metadata,
    outgoing,
    partners,
)

_OPEN = sorted(state.value for state in OPEN_STATES)
_JOB_TERMS = ("status = 'DELAYED'", "status IN ('ENQUEUED', 'PENDING')")
_SIDES = ((Side.ORIGIN, outgoing, OutgoingRows), (Side.DESTINATION, incoming, IncomingRows))


@dataclass(frozen=True, slots=True)
class Backlog:
    """Deliveries of a university, a kind and a state that have not ended.

    ``retrying`` were tried before, ``oldest`` is when the first of them was decided.
    """

    university: str
    kind: str
    state: str
    number: int
    retrying: int
    oldest: datetime


class Statistics:
    """Reads numbers; writes nothing."""

    def __init__(self, engine: sa.Engine, url: str) -> None:
        self._engine = engine
        self._url = url

    def backlog(self) -> Sequence[Backlog]:
        """Return the deliveries that have not ended."""
        query = (
            sa.select(
                deliveries.c.university,
                deliveries.c.kind,
                deliveries.c.state,
                sa.func.count(),
                sa.func.sum(sa.case((deliveries.c.attempts > 0, 1), else_=0)),
                sa.func.min(deliveries.c.created_at, type_=deliveries.c.created_at.type),
            )
            .where(deliveries.c.state.in_(_OPEN))
            .group_by(deliveries.c.university, deliveries.c.kind, deliveries.c.state)
        )
        with self._engine.connect() as connection:
            rows = connection.execute(query).all()
        return [
            Backlog(row[0], row[1], row[2], int(row[3]), int(row[4]), aware(row[5])) for row in rows
        ]

    def late(self, before: datetime) -> dict[str, int]:
        """Return how many deliveries of each university were due before a moment and still wait."""
        query = (
            sa.select(deliveries.c.university, sa.func.count())
            .where(deliveries.c.state == DeliveryState.WAITING.value, deliveries.c.next_at < before)
            .group_by(deliveries.c.university)
        )
        return self._numbers(query)

    def alarms(self) -> dict[tuple[str, str], int]:
        """Return how many alarms are open, by university and kind."""
        query = (
            sa.select(alarms.c.university, alarms.c.kind, sa.func.count())
            .where(alarms.c.cleared_at.is_(None))
            .group_by(alarms.c.university, alarms.c.kind)
        )
        with self._engine.connect() as connection:
            return {(row[0], row[1]): row[2] for row in connection.execute(query)}

    def practices(self) -> dict[tuple[str, str, str], int]:
        """Return how many practices there are, by university, side and state."""
        found = {}
        with self._engine.connect() as connection:
            for side, table, _ in _SIDES:
                query = sa.select(table.c.university, table.c.state, sa.func.count()).group_by(
                    table.c.university, table.c.state
                )
                for university, state, number in connection.execute(query):
                    found[university, side.value, state] = number
        return found

    def terms_late(self, universities: Sequence[str], today: date) -> dict[tuple[str, str], int]:
        """Return how many open practices are past the term of sections 3-4, also where none is."""
        found = {}
        with self._engine.connect() as connection:
            for university in universities:
                for side, table, rows in _SIDES:
                    query = sa.select(sa.func.count()).where(
                        table.c.university == university,
                        table.c.state.in_(rows._watched),  # noqa: SLF001
                        table.c.career_due < today,
                    )
                    found[university, side.value] = connection.execute(query).scalar_one()
        return found

    def attachments_failed(self) -> dict[str, int]:
        """Return how many attachments could not be obtained, by university."""
        failed: sa.ColumnElement[str] = sa.literal_column(
            f"'{AttachmentState.FAILED.value}'"
        )  # as the index says it
        query = (
            sa.select(attachments.c.university, sa.func.count())
            .where(attachments.c.state == failed)
            .group_by(attachments.c.university)
        )
        return self._numbers(query)

    def messages_since(self, university: str, since: datetime) -> dict[tuple[str, str], int]:
        """Return how many messages there were since a moment, by direction and result."""
        query = (
            sa.select(messages.c.direction, messages.c.result, sa.func.count())
            .where(messages.c.university == university, messages.c.message_id >= first_id(since))
            .group_by(messages.c.direction, messages.c.result)
        )
        with self._engine.connect() as connection:
            return {(row[0], row[1]): row[2] for row in connection.execute(query)}

    def tables(self) -> dict[str, int]:
        """Return how many rows each table has: all are counted, which may take a while."""
        with self._engine.connect() as connection:
            return {
                table.name: connection.execute(
                    sa.select(sa.func.count()).select_from(table)
                ).scalar_one()
                for table in metadata.sorted_tables
            }

    def nodes(self) -> dict[str, datetime]:
        """Return when each process that delivers was last heard of."""
        return NodeRows(self._engine).seen()

    def jobs(self) -> dict[str, int]:
        """Return how many jobs of the queue have not ended, by state.

        The terms are spelt as the job engine's partial indexes spell them, or none would be used.
        """
        sqlite = self._engine.dialect.name == "sqlite"
        table = "workflow_status" if sqlite else f"{JOBS_SCHEMA}.workflow_status"
        found = dict.fromkeys(("delayed", "enqueued", "pending"), 0)
        with self._engine.connect() as connection:
            for term in _JOB_TERMS:
                query = f"SELECT status, count(*) FROM {table} WHERE {term} GROUP BY status"  # noqa: S608
                for state, number in connection.exec_driver_sql(query):
                    found[state.lower()] = number
        return found

    def size_bytes(self) -> int:
        """Return the size of the database; that of SQLite with its log of writes."""
        if is_sqlite(self._url):
            file = Path(sa.make_url(self._url).database or "")
            return sum(_size(Path(f"{file}{ending}")) for ending in ("", "-wal"))
        with self._engine.connect() as connection:
            query = sa.select(sa.func.pg_database_size(sa.func.current_database()))
            return int(connection.execute(query).scalar_one())

    def waits_since(self, before: datetime) -> bool:
        """Tell whether a delivery has been due since before a moment."""
        query = (
            sa.select(deliveries.c.id)
            .where(deliveries.c.state == DeliveryState.WAITING.value, deliveries.c.next_at < before)
            .limit(1)
        )
        with self._engine.connect() as connection:
            return connection.execute(query).first() is not None

    def check_sealed(self, cipher: Cipher) -> None:
        """Check that a cipher opens something that is kept sealed; nothing kept is nothing wrong.

        Raises:
            Unreadable: it was sealed with other keys.
        """
        columns = (
            partners.c.password_out_sealed,
            incoming.c.private_sealed,
            outgoing.c.private_sealed,
            messages.c.request_sealed,
        )
        with self._engine.connect() as connection:
            for column in columns:
                key = next(iter(column.table.primary_key.columns))
                query = sa.select(column).order_by(key.desc()).limit(1)
                sealed = connection.execute(query).scalar()
                if sealed is not None:
                    cipher.open(sealed)
                    return

    def _numbers(self, query: sa.Select[Any]) -> dict[str, int]:
        with self._engine.connect() as connection:
            return {row[0]: row[1] for row in connection.execute(query)}


def _size(file: Path) -> int:
    try:
        return file.stat().st_size
    except OSError:
        return 0
