"""The work list: pages and counts over both sides, each by an index, none of them read whole.

A page is the best rows of several short lists, one for each queue (or state) and faculty that is
asked for: every one of them goes by an index that has its rows in the order of the page, and stops
when the page is full. Counts stop at ``CAP``. So what a page costs does not grow with the archive.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import UTC, date, datetime
from itertools import product
from typing import Any

import sqlalchemy as sa

from gateway.domain.attachments import AttachmentState
from gateway.domain.deliveries import OPEN_STATES, DeliveryState, Side
from gateway.domain.destination import DESTINATION, DestinationState
from gateway.domain.origin import ORIGIN, OriginState
from gateway.domain.worklist import QUEUES, Queue
from gateway.usecases.ports import PracticeKey
from gateway.usecases.worklist_ports import CAP, Beside, Order, Place, WorkItem, WorkSearch
from storage.context import Context, aware
from storage.practices import private_from_bytes
from storage.tables import attachments, deliveries, incoming, outgoing, partners

TABLE_OF = {Side.ORIGIN: outgoing, Side.DESTINATION: incoming}
PARTNER_OF = {Side.ORIGIN: outgoing.c.destination, Side.DESTINATION: incoming.c.origin}
_SHOWN = (
    "id",
    "id_pratica",
    "state",
    "queue",
    "version",
    "private_sealed",
    "course_code",
    "course_name",
    "academic_year",
    "faculty",
    "career_due",
    "created_at",
    "updated_at",
    "checked_at",
)
ENDED = [
    *((Side.ORIGIN, state.value) for state in OriginState if ORIGIN.is_terminal(state)),
    *(
        (Side.DESTINATION, state.value)
        for state in DestinationState
        if DESTINATION.is_terminal(state)
    ),
]
_AT_AN_END = frozenset(ENDED)
_OPEN = [state.value for state in OPEN_STATES]
_TO_COME = [AttachmentState.AWAITED.value, AttachmentState.FAILED.value]

Term = sa.ColumnElement[bool]


class WorklistRows:
    """Implements ``Worklist``."""

    def __init__(self, context: Context) -> None:
        self._c = context

    def page(self, search: WorkSearch) -> Sequence[WorkItem]:
        """Return a page of practices in the order asked for."""
        parts = [
            self._part(side, terms, search)
            for side, terms in self._lists(search)
            if search.side in (None, side)
        ]
        if not parts or search.faculties == frozenset():
            return []
        rows = self._c.connection.execute(sa.union_all(*parts)).all()
        return [self._read(row) for row in _sorted(rows, search.order)[: search.limit]]

    def _lists(self, search: WorkSearch) -> Iterator[tuple[Side, list[Term]]]:
        """Yield the short lists of which a page is made: their side, and what holds of them."""
        for side, terms in self._narrow(search):
            table = TABLE_OF[side]
            if search.faculties is None:
                yield side, terms
            else:
                for faculty in sorted(search.faculties):
                    yield side, [*terms, table.c.faculty == faculty]

    def _narrow(self, search: WorkSearch) -> Iterator[tuple[Side, list[Term]]]:
        if search.student is not None:
            index = self._c.cipher.index(search.student)
            yield from ((side, [TABLE_OF[side].c.student_index == index]) for side in Side)
        elif search.practices:
            yield from self._by_identifier(search)
        elif search.states:
            yield from ((side, _in_state(side, state)) for side, state in search.states)
        else:
            for queue in search.queues:
                side = QUEUES[queue].side
                yield side, [TABLE_OF[side].c.queue == queue.value]

    def _by_identifier(self, search: WorkSearch) -> Iterator[tuple[Side, list[Term]]]:
        """Yield practices by their identifier: unique with us, and for each origin."""
        yield Side.ORIGIN, [outgoing.c.id_pratica.in_(search.practices)]
        query = sa.select(partners.c.code).where(partners.c.university == self._c.university.code)
        known = list(self._c.connection.execute(query).scalars())
        yield (
            Side.DESTINATION,
            [incoming.c.origin.in_(known), incoming.c.id_pratica.in_(search.practices)],
        )

    def _part(self, side: Side, terms: list[Term], search: WorkSearch) -> sa.Select[Any]:
        table, partner = TABLE_OF[side], PARTNER_OF[side]
        more = [
            column == value
            for column, value in (
                (partner, search.partner),
                (table.c.course_code, search.course or None),
                (table.c.academic_year, search.year),
            )
            if value is not None
        ]
        if search.due_before is not None:
            more.append(table.c.career_due < search.due_before)
        if search.after is not None:
            more.append(_beyond(table, side, search.order, search.after))
        column = _column(table, search.order)
        if search.order is Order.DUE:
            more.append(column.is_not(None))
        down = search.order is Order.NEWEST
        rows = (
            sa.select(
                sa.literal(side.value).label("side"),
                partner.label("partner"),
                *(table.c[name] for name in _SHOWN),
            )
            .where(table.c.university == self._c.university.code, *terms, *more)
            .order_by(*((c.desc() if down else c) for c in (column, table.c.id)))
            .limit(search.limit)
        )
        return sa.select(rows.subquery())

    def counts(self, faculties: frozenset[str] | None) -> Mapping[Queue, int]:
        """Return how many practices each queue has, those beyond ``CAP`` not counted."""
        found = self._count(
            [
                (queue.value, waiting.side, [TABLE_OF[waiting.side].c.queue == queue.value])
                for queue, waiting in QUEUES.items()
            ],
            faculties,
        )
        return {queue: found[queue.value] for queue in QUEUES}

    def ended(self, faculties: frozenset[str] | None) -> Mapping[tuple[Side, str], int]:
        """Return how many practices each last state has, those beyond ``CAP`` not counted."""
        found = self._count(
            [(f"{side} {state}", side, _in_state(side, state)) for side, state in ENDED],
            faculties,
        )
        return {(side, state): found[f"{side} {state}"] for side, state in ENDED}

    def _count(
        self, wanted: list[tuple[str, Side, list[Term]]], faculties: frozenset[str] | None
    ) -> dict[str, int]:
        found = dict.fromkeys((name for name, _, _ in wanted), 0)
        if faculties == frozenset():
            return found
        asked: list[str | None] = [*sorted(faculties)] if faculties else [None]
        parts = [
            self._bounded(name, TABLE_OF[side], terms, faculty)
            for (name, side, terms), faculty in product(wanted, asked)
        ]
        for name, number in self._c.connection.execute(sa.union_all(*parts)):
            found[name] = min(found[name] + number, CAP + 1)
        return found

    def _bounded(
        self, name: str, table: sa.Table, terms: list[Term], faculty: str | None
    ) -> sa.Select[str, int]:
        """Return a count that stops; its order makes the database go by the index of that."""
        mine = [table.c.university == self._c.university.code, *terms]
        if faculty is not None:
            mine.append(table.c.faculty == faculty)
        in_order = sa.select(table.c.id).where(*mine).order_by(table.c.updated_at)
        rows = in_order.limit(CAP + 1).subquery()
        return sa.select(sa.literal(name), sa.func.count()).select_from(rows)

    def beside(self, keys: Collection[PracticeKey]) -> Mapping[PracticeKey, Beside]:
        """Return what stands beside some practices: attachments to come, open deliveries."""
        until: dict[PracticeKey, date] = {}
        sending: dict[PracticeKey, set[DeliveryState]] = {}
        for row in self._of(attachments, keys, attachments.c.state.in_(_TO_COME)):
            key = PracticeKey(Side(row.side), row.partner, row.id_pratica)
            until[key] = min(row.available_until, until.get(key, row.available_until))
        for row in self._of(deliveries, keys, deliveries.c.state.in_(_OPEN)):
            key = PracticeKey(Side(row.side), row.partner, row.id_pratica)
            sending.setdefault(key, set()).add(DeliveryState(row.state))
        return {key: Beside(until.get(key), frozenset(sending.get(key, ()))) for key in keys}

    def _of(
        self, table: sa.Table, keys: Collection[PracticeKey], term: Term
    ) -> Sequence[sa.Row[Any]]:
        if not keys:
            return []
        columns = [table.c[name] for name in ("side", "partner", "id_pratica", "state")]
        if table is attachments:
            columns.append(attachments.c.available_until)
        query = sa.select(*columns).where(
            table.c.university == self._c.university.code,
            table.c.partner.in_({key.partner for key in keys}),
            table.c.id_pratica.in_({key.id_pratica for key in keys}),
            term,
        )
        return self._c.connection.execute(query).all()

    def parked(self) -> int:
        """Return how many deliveries wait for a human, those beyond ``CAP`` not counted."""
        rows = (
            sa.select(deliveries.c.id)
            .where(
                deliveries.c.university == self._c.university.code,
                deliveries.c.state == DeliveryState.PARKED.value,
            )
            .order_by(deliveries.c.next_at)
            .limit(CAP + 1)
            .subquery()
        )
        query = sa.select(sa.func.count()).select_from(rows)
        return self._c.connection.execute(query).scalar_one()

    def _read(self, row: sa.Row[Any]) -> WorkItem:
        student, _ = private_from_bytes(self._c.cipher.open(row.private_sealed))
        return WorkItem(
            number=row.id,
            side=Side(row.side),
            partner=row.partner,
            id_pratica=row.id_pratica,
            state=row.state,
            queue=Queue(row.queue) if row.queue else None,
            version=row.version,
            surname=student.surname,
            name=student.name,
            course_code=row.course_code,
            course_name=row.course_name,
            academic_year=row.academic_year,
            faculty=row.faculty,
            career_due=row.career_due,
            created_at=aware(row.created_at),
            updated_at=aware(row.updated_at),
            checked_at=row.checked_at,
        )


def _in_state(side: Side, state: str) -> list[Term]:
    """Return what holds of practices in a state; of the archive, in the words of its index."""
    table = TABLE_OF[side]
    terms: list[Term] = [table.c.state == state]
    return [*terms, table.c.queue.is_(None)] if (side, state) in _AT_AN_END else terms


def _column(table: sa.Table, order: Order) -> sa.Column[Any]:
    column: sa.Column[Any] = table.c.career_due if order is Order.DUE else table.c.updated_at
    return column


def _beyond(table: sa.Table, side: Side, order: Order, place: Place) -> Term:
    """Return what holds of the rows of a side that come after the end of a page.

    Practices that are sorted by the same value stand one side after the other.
    """
    column = _column(table, order)
    kind = column.type
    value: date | datetime = (
        date.fromisoformat(place.value)
        if order is Order.DUE
        else datetime.fromisoformat(place.value).astimezone(UTC)
    )
    down = order is Order.NEWEST
    if side is place.side:
        rows = sa.tuple_(column, table.c.id)
        last = sa.tuple_(sa.literal(value, kind), sa.literal(place.number))
        return rows < last if down else rows > last
    comes_later = (side > place.side) is not down
    if down:
        return column <= value if comes_later else column < value
    return column >= value if comes_later else column > value


def _sorted(rows: Sequence[sa.Row[Any]], order: Order) -> list[sa.Row[Any]]:
    def rank(row: sa.Row[Any]) -> tuple[Any, str, int]:
        return row.career_due if order is Order.DUE else row.updated_at, row.side, row.id

    return sorted(rows, key=rank, reverse=order is Order.NEWEST)
