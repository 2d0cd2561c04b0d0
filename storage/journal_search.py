"""Looking for messages: by whom, about whom, how they ended, when; page by page.

A search that names a practice, a student or a correlation goes by the index of that, one for
what went wrong by the index of that. Any other reads the one index that holds all it may ask for in
the order of time, and stops when the page is full. Contents are fetched for nobody here.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from gateway.domain.identifiers import CodiceFiscale, IdPratica, MiurCode
from gateway.domain.messages import ExchangeResult, Operation
from storage.context import Context
from storage.tables import messages, partners
from storage.tables.journal import CODED, CODED_WHERE, SEARCHED, TROUBLED, TROUBLED_WHERE

_NO_TROUBLE = (ExchangeResult.ACCEPTED, ExchangeResult.REPEATED, ExchangeResult.PENDING)
_SHOWN = [column for column in messages.columns if not column.name.endswith("_sealed")]


@dataclass(frozen=True, slots=True, kw_only=True)
class Search:
    """What is looked for; what is not given does not matter.

    ``since`` is inclusive, ``until`` is not: both compare the moment that a message's identifier
    begins with. ``after`` is the last identifier of the page before.
    """

    practice: IdPratica | None = None
    student: CodiceFiscale | None = None
    correlation: str = ""
    partner: MiurCode | None = None
    operation: Operation | None = None
    direction: str = ""
    result: ExchangeResult | None = None
    code: int | None = None
    since: datetime | None = None
    until: datetime | None = None
    after: str = ""
    limit: int = 50


class JournalSearch:
    """Looks for messages of the hosted university."""

    def __init__(self, context: Context) -> None:
        self._c = context

    def find(self, search: Search) -> Sequence[sa.Row[Any]]:
        """Return a page of messages without their contents, newest first."""
        ids = (
            self._narrowed(search)
            .where(messages.c.university == self._c.university.code, *_terms(search))
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

    def _narrowed(self, search: Search) -> sa.Select[tuple[str]]:
        ids = sa.select(messages.c.message_id)
        if search.correlation:
            return ids.where(
                sa.or_(
                    messages.c.message_id == search.correlation,
                    messages.c.correlation == search.correlation,
                )
            )
        if search.student is not None:
            return ids.where(messages.c.student_index == self._c.cipher.index(search.student))
        if search.practice is not None:
            return ids.where(messages.c.partner.in_(self._partners(search)))
        if search.result is not None and search.result not in _NO_TROUBLE:
            return _by(TROUBLED, ids.where(sa.text(TROUBLED_WHERE)))
        if search.code is not None and search.code > 0:
            return _by(CODED, ids.where(sa.text(CODED_WHERE)))
        return _by(SEARCHED, ids)

    def _partners(self, search: Search) -> list[str]:
        """Return the partners that a practice may be with: the index of practices begins there."""
        if search.partner is not None:
            return [search.partner]
        query = sa.select(partners.c.code).where(partners.c.university == self._c.university.code)
        return list(self._c.connection.execute(query).scalars())


def _by(index: str, query: sa.Select[tuple[str]]) -> sa.Select[tuple[str]]:
    """Have SQLite, which keeps no statistics, take the index that gives the order of time."""
    return query.with_hint(messages, f"INDEXED BY {index}", "sqlite")


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
