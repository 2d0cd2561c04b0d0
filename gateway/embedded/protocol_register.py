"""The embedded protocol register: numbers by year, given in the commit they belong to (T17)."""

from datetime import datetime

from gateway.domain.calendar import italian_day
from gateway.usecases.ports import RegisterEntry, UnitOfWork


class EmbeddedRegister:
    """Implements ``ProtocolRegister`` over the unit of work at hand.

    A number whose transaction fails is given back: the register has no holes.
    """

    def __init__(self, uow: UnitOfWork) -> None:
        self._uow = uow

    def assign(self, entry: RegisterEntry, now: datetime) -> str:
        """Return a new protocol number (``2026/0000123``)."""
        return self._next("protocol", "", entry, now)

    def archive(self, entry: RegisterEntry, now: datetime) -> str:
        """Return a new archive number (``A-2026/0000123``)."""
        return self._next("archive", "A-", entry, now)

    def _next(self, series: str, prefix: str, entry: RegisterEntry, now: datetime) -> str:
        year = italian_day(now).year
        number = f"{prefix}{year}/{self._uow.registrations.next_number(series, year):07d}"
        self._uow.registrations.keep(series, number, entry.kind, entry.key, now)
        return number
