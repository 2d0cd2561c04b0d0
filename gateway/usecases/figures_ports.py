"""How the transfers of a university fare, in numbers."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Protocol

from gateway.domain.deliveries import Side
from gateway.domain.identifiers import MiurCode


@dataclass(frozen=True, slots=True)
class Flow:
    """How many practices began in a month with a partner; ``month`` is its first day."""

    side: Side
    month: date
    partner: MiurCode
    number: int


@dataclass(frozen=True, slots=True)
class Wait:
    """How long practices stayed in a state: how many that left it, the median, and nine of ten."""

    side: Side
    state: str
    number: int
    median: timedelta
    most: timedelta


@dataclass(frozen=True, slots=True)
class Refusals:
    """How many messages were refused with a code: ours by partners (out), theirs by us (in)."""

    direction: str
    code: int
    number: int


@dataclass(frozen=True, slots=True)
class Months:
    """A period of whole months: the moments at which each begins in Italy, and at which it ends.

    ``bounds`` has one moment more than there are months.
    """

    firsts: tuple[date, ...]
    bounds: tuple[datetime, ...]


class Figures(Protocol):
    """Counts, each in one query over the period; nothing of a person is read."""

    def flows(self, university: MiurCode, months: Months) -> Sequence[Flow]: ...
    def waits(self, university: MiurCode, months: Months) -> Sequence[Wait]: ...
    def refusals(self, university: MiurCode, months: Months) -> Sequence[Refusals]: ...
