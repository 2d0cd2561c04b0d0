"""Looking for messages: by whom, about whom, how they ended, when; page by page.

A search that names a practice, a student or a correlation goes by the index of that, one for
what went wrong by the index of that. Any other reads the one index that holds all it may ask for in
the order of time, and stops when the page is full. Contents are fetched for nobody here.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from gateway.domain.deliveries import Side
from gateway.domain.messages import ExchangeResult
from gateway.usecases.journal_ports import JournalEntry, Search
from gateway.usecases.ports import PracticeKey
from storage.context import Context, aware
from storage.tables import messages, partners, register_entries
from storage.tables.journal import CODED_WHERE, TROUBLED_WHERE

_NO_TROUBLE = (ExchangeResult.ACCEPTED, ExchangeResult.REPEATED, ExchangeResult.PENDING)
_SERIES = ("protocol", "archive")
"""The series of the register: its index begins with them."""
_SHOWN = [column for column in messages.columns if not column.name.endswith("_sealed")]


class JournalSearch:
    """Looks for messages of the hosted university. Implements ``JournalReader``."""

    def __init__(self, context: Context) -> None:
        self._c = context

    def find(self, search: Search) -> Sequence[sa.Row[Any]]:
        """Return a page of messages without their contents, newest first."""
        ids = (
            self._narrowed(search)
            .where(_owner(search) == self._c.university.code, *_terms(search))
            .order_by(messages.c.message_id.desc())
            .limit(search.limit)
        )
        query = (
            sa.select(*_SHOWN)
            .where(messages.c.message_id.in_(ids))
            .order_by(messages.c.message_id.desc())
        )
        return self._c.connection.execute(query).all()

    def get(self, message_id: str) -> sa.Row[Any] | None:
        """Return a message without its contents."""
        query = sa.select(*_SHOWN).where(
            messages.c.message_id == message_id,
            messages.c.university == self._c.university.code,
        )
        return self._c.connection.execute(query).one_or_none()

    def entries(self, search: Search) -> Sequence[JournalEntry]:
        """Return a page of messages, newest first."""
        return [_entry(row) for row in self.find(search)]

    def entry(self, message_id: str) -> JournalEntry | None:
        """Return a message."""
        row = self.get(message_id)
        return _entry(row) if row is not None else None

    def of_practice(self, key: PracticeKey) -> Sequence[JournalEntry]:
        """Return every message about a practice, oldest first."""
        query = (
            sa.select(*_SHOWN)
            .where(
                messages.c.university == self._c.university.code,
                messages.c.partner == key.partner,
                messages.c.id_pratica == key.id_pratica,
            )
            .order_by(messages.c.message_id)
        )
        return [_entry(row) for row in self._c.connection.execute(query)]

    def opened(self, message_id: str) -> tuple[bytes, bytes]:
        """Return a message and its answer; what is not kept is empty."""
        request, answer = self._sealed(
            message_id, messages.c.request_sealed, messages.c.answer_sealed
        )
        return request, answer

    def answer(self, message_id: str) -> bytes:
        """Return the answer to a message, empty if there is none."""
        return self._sealed(message_id, messages.c.answer_sealed)[0]

    def numbered(self, number: str) -> PracticeKey | None:
        """Return the practice for which the register gave a number."""
        columns = register_entries.c
        query = sa.select(columns.side, columns.partner, columns.id_pratica).where(
            columns.university == self._c.university.code,
            columns.series.in_(_SERIES),
            columns.number == number,
        )
        row = self._c.connection.execute(query).first()
        return PracticeKey(Side(row.side), row.partner, row.id_pratica) if row else None

    def _sealed(self, message_id: str, *columns: sa.Column[bytes]) -> list[bytes]:
        query = sa.select(*columns).where(
            messages.c.message_id == message_id,
            messages.c.university == self._c.university.code,
        )
        row = self._c.connection.execute(query).one_or_none()
        parts = row or [None] * len(columns)
        return [self._c.cipher.open(part) if part is not None else b"" for part in parts]

    def _narrowed(self, search: Search) -> sa.Select[tuple[str]]:
        ids = sa.select(messages.c.message_id)
        if search.correlation:
            return ids.where(messages.c.message_id.in_(_halves(search.correlation)))
        if search.student is not None:
            return ids.where(messages.c.student_index == self._c.cipher.index(search.student))
        if search.practice is not None:
            return ids.where(messages.c.partner.in_(self._partners(search)))
        where = _trouble(search)
        return ids.where(sa.text(where)) if where else ids

    def _partners(self, search: Search) -> list[str]:
        """Return the partners that a practice may be with: the index of practices begins there."""
        if search.partner is not None:
            return [search.partner]
        query = sa.select(partners.c.code).where(partners.c.university == self._c.university.code)
        return list(self._c.connection.execute(query).scalars())


def _entry(row: sa.Row[Any]) -> JournalEntry:
    return JournalEntry(
        message_id=row.message_id,
        direction=row.direction,
        partner=row.partner,
        operation=row.operation,
        id_pratica=row.id_pratica,
        result=ExchangeResult(row.result),
        code=row.code,
        began_at=aware(row.began_at),
        ended_at=row.ended_at,
        request_bytes=row.request_bytes,
        address=row.address,
        sections=tuple(row.sections.split()),
        tolerated=tuple(row.tolerated.split()),
        repeats=row.repeats,
        delivery_id=row.delivery_id,
        correlation=row.correlation or row.message_id,
    )


def _halves(correlation: str) -> sa.CompoundSelect[tuple[str]]:
    """Return the messages of an exchange: ours by its own identifier, or what came by a partner's.

    Either by an index: told by OR in one statement, SQLite would read the whole journal instead.
    """
    twin = messages.alias()
    ours = sa.select(twin.c.message_id).where(twin.c.message_id == correlation)
    theirs = sa.select(twin.c.message_id).where(twin.c.correlation == correlation)
    return sa.union_all(ours, theirs)


def _trouble(search: Search) -> str:
    """Return the words of the partial index that a search may go by, if it looks for trouble."""
    if search.result is not None and search.result not in _NO_TROUBLE:
        return TROUBLED_WHERE
    return CODED_WHERE if search.code is not None and search.code > 0 else ""


def _owner(search: Search) -> sa.ColumnElement[str]:
    """Return the university of a message, so written that no index of universities is preferred."""
    narrow = search.correlation or search.student or search.practice
    column: sa.ColumnElement[str] = messages.c.university
    return sa.func.coalesce(column, "") if _trouble(search) and not narrow else column


def _terms(search: Search) -> list[sa.ColumnElement[bool]]:
    columns = messages.c
    given = (
        (columns.id_pratica, search.practice),
        (columns.partner, search.partner),
        (columns.operation, search.operation and search.operation.value),
        (columns.direction, search.direction or None),
        (columns.result, search.result and search.result.value),
        (columns.code, search.code),
    )
    terms = [column == value for column, value in given if value is not None]
    if search.since is not None:
        terms.append(columns.message_id >= first_id(search.since))
    if search.until is not None:
        terms.append(columns.message_id < first_id(search.until))
    if search.after:
        terms.append(columns.message_id < search.after)
    return terms


def first_id(moment: datetime) -> str:
    """Return what the identifiers of messages from a moment on do not come before."""
    return f"{int(moment.timestamp() * 1_000_000) * 1000:016x}"
