"""Reading the work list: what is asked of the store, and what it tells."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from typing import Protocol

from gateway.domain.deliveries import DeliveryState, Side
from gateway.domain.identifiers import CodiceFiscale, IdPratica, MiurCode
from gateway.domain.worklist import Queue
from gateway.usecases.practice_keys import PracticeKey

CAP = 999
"""How far practices are counted: beyond it people are told "more than"."""


class Order(StrEnum):
    """In which order practices are listed."""

    LONGEST = "longest"
    """What has not moved for the longest time first."""
    NEWEST = "newest"
    DUE = "due"
    """By the term of sections 3-4; practices without one are left out."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where a page ended: what its last practice is sorted by, its side, its number."""

    value: str
    side: Side
    number: int


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkSearch:
    """What is looked for; what is not given does not matter.

    ``queues``, ``states``, a ``student`` or ``practices``: one of them must be given, it says by
    which index the store goes. ``faculties`` are those that the reader may see, ``None`` for all.
    """

    queues: Sequence[Queue] = ()
    states: Sequence[tuple[Side, str]] = ()
    student: CodiceFiscale | None = field(default=None, repr=False)
    practices: Sequence[IdPratica] = ()
    side: Side | None = None
    partner: MiurCode | None = None
    course: str = ""
    year: int | None = None
    due_before: date | None = None
    faculties: frozenset[str] | None = None
    order: Order = Order.LONGEST
    after: Place | None = None
    limit: int = 25


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkItem:
    """A practice as lists show it. ``queue`` is ``None`` once it has ended."""

    number: int
    side: Side
    partner: MiurCode
    id_pratica: IdPratica
    state: str
    queue: Queue | None
    version: int
    surname: str = field(repr=False)
    name: str = field(repr=False)
    course_code: str
    course_name: str
    academic_year: int
    faculty: str
    career_due: date | None
    created_at: datetime
    updated_at: datetime
    checked_at: datetime | None

    @property
    def key(self) -> PracticeKey:
        """The key of the practice."""
        return PracticeKey(self.side, self.partner, self.id_pratica)

    def place(self, order: Order) -> Place:
        """Return where a page that ends with this practice ends."""
        due = self.career_due.isoformat() if self.career_due else ""
        value = due if order is Order.DUE else self.updated_at.isoformat(timespec="microseconds")
        return Place(value, self.side, self.number)


@dataclass(frozen=True, slots=True)
class Beside:
    """What stands beside a practice that lists tell too.

    ``attachments_until`` is the first last day of an attachment still to be fetched; ``sending``
    are the states of its open deliveries.
    """

    attachments_until: date | None = None
    sending: frozenset[DeliveryState] = frozenset()


class Worklist(Protocol):
    """The practices of both sides of the hosted university, as lists show them."""

    def page(self, search: WorkSearch) -> Sequence[WorkItem]: ...
    def counts(self, faculties: frozenset[str] | None) -> Mapping[Queue, int]:
        """Return how many practices each queue has, those beyond ``CAP`` not counted."""

    def ended(self, faculties: frozenset[str] | None) -> Mapping[tuple[Side, str], int]:
        """Return how many practices each last state has, those beyond ``CAP`` not counted."""

    def beside(self, keys: Collection[PracticeKey]) -> Mapping[PracticeKey, Beside]: ...
    def parked(self) -> int:
        """Return how many deliveries wait for a human, those beyond ``CAP`` not counted."""


@dataclass(frozen=True, slots=True)
class SavedFilter:
    """A search somebody comes back to: its name, and the address that asks for it."""

    filter_id: int
    name: str = field(repr=False)
    query: str = field(repr=False)


class SavedFilters(Protocol):
    """The saved searches of each account at the hosted university."""

    def of(self, account_id: int) -> Sequence[SavedFilter]: ...
    def keep(self, account_id: int, name: str, query: str) -> None:
        """Keep a search, in place of the one that the account has under this name."""

    def drop(self, account_id: int, filter_id: int) -> None: ...
