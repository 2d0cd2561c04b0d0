"""Figures: counted by the database, over an index of the period.

A month begins at Italian midnight, whatever the database knows of zones: its moments are given.
Waiting times are of stays in a state that ended in the period; median and ninth tenth are taken by
rank, so that both databases say the same.
"""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

import sqlalchemy as sa

from gateway.domain.deliveries import Side
from gateway.domain.destination import DESTINATION, DestinationState
from gateway.domain.identifiers import MiurCode
from gateway.domain.messages import ExchangeResult
from gateway.domain.origin import ORIGIN, OriginEvent, OriginState
from gateway.usecases.figures_ports import Flow, Months, Refusals, Wait
from storage.journal_search import first_id
from storage.tables import history, messages
from storage.unit_of_work import available

_RECEIVED = "receive"
_BEGIN = ((Side.ORIGIN, OriginEvent.CONFIRM.value), (Side.DESTINATION, _RECEIVED))
"""With which event a practice counts as begun: submitted, or received."""
_ORDER = {
    **{(Side.ORIGIN.value, state.value): place for place, state in enumerate(OriginState)},
    **{
        (Side.DESTINATION.value, state.value): place for place, state in enumerate(DestinationState)
    },
}


class FigureRows:
    """Implements ``Figures``."""

    def __init__(self, reader: sa.Engine) -> None:
        self._reader = reader

    def flows(self, university: MiurCode, months: Months) -> Sequence[Flow]:
        """Return how many practices began, by side, month and partner."""
        month = sa.case(
            *((history.c.at < bound, number) for number, bound in enumerate(months.bounds[1:])),
            else_=-1,
        ).label("month")
        began = sa.or_(
            *(
                sa.and_(history.c.side == side.value, history.c.event == name)
                for side, name in _BEGIN
            )
        )
        query = (
            sa.select(history.c.side, month, history.c.partner, sa.func.count().label("number"))
            .where(*_within(university, months), began)
            .group_by(history.c.side, month, history.c.partner)
            .order_by(history.c.side, month, history.c.partner)
        )
        return [
            Flow(Side(row.side), months.firsts[row.month], MiurCode(row.partner), row.number)
            for row in self._all(query)
        ]

    def waits(self, university: MiurCode, months: Months) -> Sequence[Wait]:
        """Return how long practices stayed in each state, of those that left it in the period."""
        entered, left = history.alias("entered"), history.alias("left")
        same = (
            entered.c.university == left.c.university,
            entered.c.partner == left.c.partner,
            entered.c.id_pratica == left.c.id_pratica,
            entered.c.side == left.c.side,
            entered.c.target == left.c.source,
            sa.or_(entered.c.source.is_(None), entered.c.source != entered.c.target),
            entered.c.id < left.c.id,
        )
        since = sa.select(sa.func.max(entered.c.at)).where(*same).correlate(left).scalar_subquery()
        stays = (
            sa.select(
                left.c.side,
                left.c.source.label("state"),
                self._seconds(left.c.at, since).label("seconds"),
            )
            .where(
                left.c.university == university,
                left.c.at >= months.bounds[0],
                left.c.at < months.bounds[-1],
                left.c.source != left.c.target,
            )
            .subquery("stays")
        )
        return self._ranked(stays)

    def _ranked(self, stays: sa.Subquery) -> list[Wait]:
        """Return median and ninth tenth of some stays."""
        by = (stays.c.side, stays.c.state)
        ranked = (
            sa.select(
                *by,
                stays.c.seconds,
                sa.func.row_number().over(partition_by=by, order_by=stays.c.seconds).label("place"),
                sa.func.count().over(partition_by=by).label("number"),
            )
            .where(stays.c.seconds.is_not(None))
            .subquery("ranked")
        )
        number = ranked.c.number

        def at(tenths: int) -> sa.ColumnElement[Any]:
            """Return the value at a rank: the smallest with so many tenths at or below it."""
            rank = (number * tenths + 9) // 10
            return sa.func.max(sa.case((ranked.c.place == rank, ranked.c.seconds)))

        query = sa.select(
            ranked.c.side,
            ranked.c.state,
            sa.func.max(number).label("number"),
            at(5).label("median"),
            at(9).label("most"),
        ).group_by(ranked.c.side, ranked.c.state)
        rows = sorted(self._all(query), key=lambda row: (row.side, _ORDER[row.side, row.state]))
        return [
            Wait(
                Side(row.side),
                row.state,
                row.number,
                timedelta(seconds=round(row.median)),
                timedelta(seconds=round(row.most)),
            )
            for row in rows
            if not _is_terminal(row.side, row.state)
        ]

    def refusals(self, university: MiurCode, months: Months) -> Sequence[Refusals]:
        """Return how many messages were refused, by direction and code, the most first."""
        number = sa.func.count().label("number")
        query = (
            sa.select(messages.c.direction, messages.c.code, number)
            .where(
                messages.c.university == university,
                messages.c.result == ExchangeResult.REFUSED.value,
                messages.c.message_id >= first_id(months.bounds[0]),
                messages.c.message_id < first_id(months.bounds[-1]),
            )
            .group_by(messages.c.direction, messages.c.code)
            .order_by(messages.c.direction, number.desc(), messages.c.code)
        )
        return [Refusals(row.direction, row.code, row.number) for row in self._all(query)]

    def _seconds(
        self, later: sa.ColumnElement[Any], earlier: sa.ColumnElement[Any]
    ) -> sa.ColumnElement[Any]:
        """Return the seconds between two moments."""
        if self._reader.dialect.name == "sqlite":
            return (sa.func.julianday(later) - sa.func.julianday(earlier)) * 86400.0
        return sa.cast(sa.func.extract("epoch", later - earlier), sa.Float)

    def _all(self, query: sa.Select[Any]) -> Sequence[sa.Row[Any]]:
        with available(), self._reader.connect() as connection:
            return connection.execute(query).all()


def _within(university: MiurCode, months: Months) -> tuple[sa.ColumnElement[bool], ...]:
    return (
        history.c.university == university,
        history.c.at >= months.bounds[0],
        history.c.at < months.bounds[-1],
    )


def _is_terminal(side: str, state: str) -> bool:
    if side == Side.ORIGIN.value:
        return ORIGIN.is_terminal(OriginState(state))
    return DESTINATION.is_terminal(DestinationState(state))
