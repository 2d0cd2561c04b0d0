"""A warning in time: certificates and pins after whose end one of the two could not call."""

from collections.abc import Callable, Iterable
from datetime import date, datetime, timedelta

from gateway.domain.calendar import italian_day
from gateway.domain.partners import Partner
from gateway.domain.security import Ending
from gateway.usecases.ports import UnitOfWork

ALARM_CERTIFICATE = "certificate_ends"
ENDS_SOON = timedelta(days=30)

Endings = Callable[[Partner], Iterable[Ending]]
"""Reads from a partner's record when each thing that is relied on ends."""


def ending_soon(partner: Partner, endings: Endings, today: date) -> list[Ending]:
    """Return what of an active partner ends within 30 days, or has ended."""
    if not partner.active_on(today):
        return []
    return [ending for ending in endings(partner) if ending.last_day <= today + ENDS_SOON]


def watch_certificates(
    *, uow: UnitOfWork, now: datetime, endings: Endings, listener: date | None = None
) -> int:
    """Raise an alarm for each thing that ends soon; one that was renewed ends its alarm.

    ``listener`` is the last day of the certificate we serve with. Returns how many are open.
    """
    today = italian_day(now)
    found = {
        f"{partner.code} {ending.what}": ending.last_day
        for partner in uow.partners.all()
        for ending in ending_soon(partner, endings, today)
    }
    if listener is not None and listener <= today + ENDS_SOON:
        found["listener"] = listener
    for subject, last_day in found.items():
        uow.alarms.raise_(ALARM_CERTIFICATE, subject, str(last_day), now)
    for kind, subject, _, _ in uow.alarms.open_ones():
        if kind == ALARM_CERTIFICATE and subject not in found:
            uow.alarms.clear(kind, subject, now)
    return len(found)
