"""Which months figures are about."""

from datetime import date, datetime, time

from gateway.domain.calendar import ITALY
from gateway.domain.rejections import Cause, refuse
from gateway.usecases.figures_ports import Months

MOST = 36
"""Months that one look may span."""


def months_between(first: date, last: date) -> Months:
    """Return the months from that of ``first`` to that of ``last``, as Italy counts them.

    Raises:
        Rejection: they are in the wrong order, or too many.
    """
    count = (last.year - first.year) * 12 + last.month - first.month + 1
    if not 1 <= count <= MOST:
        raise refuse(Cause.PARAMETER_INVALID, "mese", why="period_months", most=str(MOST))
    firsts = tuple(_later(first, number) for number in range(count + 1))
    bounds = tuple(datetime.combine(day, time(), ITALY) for day in firsts)
    return Months(firsts[:-1], bounds)


def year_until(day: date) -> Months:
    """Return the twelve months that end with that of a day."""
    return months_between(_later(day, -11), day)


def _later(day: date, months: int) -> date:
    whole = day.year * 12 + day.month - 1 + months
    return date(whole // 12, whole % 12 + 1, 1)
