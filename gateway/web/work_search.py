"""The work list's address: what it asks for, read and written; nothing of a person stands in it."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import StrEnum
from typing import TypeVar
from urllib.parse import urlencode

from gateway.domain.deliveries import Side
from gateway.domain.destination import DESTINATION, DestinationState
from gateway.domain.identifiers import IdPratica, MiurCode, make_id_pratica
from gateway.domain.origin import ORIGIN, OriginState
from gateway.domain.partners import University
from gateway.domain.worklist import QUEUES, Queue, Turn, queues_of
from gateway.usecases.worklist_ports import Order, Place, WorkSearch
from gateway.web.asked import day_in, number_in

E = TypeVar("E", bound=StrEnum)

ENDED = "ended"
_YEARS_BACK = 2
_TEXT = 64
_YEAR_LETTERS, _NUMBER_LETTERS = 4, 7
_STATES: Mapping[Side, tuple[str, ...]] = {
    Side.ORIGIN: tuple(state.value for state in OriginState),
    Side.DESTINATION: tuple(state.value for state in DestinationState),
}
STATES = tuple(dict.fromkeys(state for states in _STATES.values() for state in states))
"""Every state of both sides, once."""
_LAST: Mapping[Side, tuple[str, ...]] = {
    Side.ORIGIN: tuple(state.value for state in OriginState if ORIGIN.is_terminal(state)),
    Side.DESTINATION: tuple(
        state.value for state in DestinationState if DESTINATION.is_terminal(state)
    ),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """What an address of the work list asks for. ``group`` is a turn, or ``ended``."""

    group: str = Turn.OFFICE.value
    queue: Queue | None = None
    side: Side | None = None
    state: str = ""
    partner: str = ""
    course: str = ""
    year: int | None = None
    overdue: bool = False
    practice: str = ""
    order: Order | None = None
    after: Place | None = None

    def search(
        self, university: University, faculties: frozenset[str] | None, today: date, limit: int
    ) -> WorkSearch:
        """Return what the store is asked for."""
        made = WorkSearch(
            side=self.side,
            partner=MiurCode(self.partner) if self.partner else None,
            course=self.course,
            year=self.year,
            due_before=today if self.overdue else None,
            faculties=faculties,
            order=self.sorted_by,
            after=self.after,
            limit=limit,
        )
        if self.practice:
            return replace(made, practices=_identifiers(self.practice, university, today))
        if self.state:
            found = [(side, self.state) for side in Side if self.state in _STATES[side]]
            return replace(made, states=[item for item in found if self._takes(item[0])])
        if self.group == ENDED:
            found = [(side, state) for side in Side for state in _LAST[side] if self._takes(side)]
            return replace(made, states=found)
        if self.queue is not None:
            return replace(made, queues=[self.queue])
        return replace(made, queues=queues_of(Turn(self.group), self.side))

    def _takes(self, side: Side) -> bool:
        return self.side in (None, side)

    @property
    def sorted_by(self) -> Order:
        """The order of the list: what waits longest first, what ended last first."""
        if self.overdue:
            return Order.DUE
        archive = self.group == ENDED or self.practice
        return self.order or (Order.NEWEST if archive else Order.LONGEST)

    def query(self, **changes: object) -> str:
        """Return the part of the address that asks for this, changed."""
        wish = replace(self, **{"after": None, **changes})  # type: ignore[arg-type]
        asked = {
            "gruppo": wish.group if wish.group != Turn.OFFICE.value else "",
            "coda": wish.queue.value if wish.queue else "",
            "lato": wish.side.value if wish.side else "",
            "stato": wish.state,
            "partner": wish.partner,
            "corso": wish.course,
            "anno": str(wish.year or ""),
            "scaduti": "1" if wish.overdue else "",
            "pratica": wish.practice,
            "ordine": wish.order.value if wish.order else "",
            "dopo": _written(wish.after) if wish.after else "",
        }
        return urlencode({name: value for name, value in asked.items() if value})


def read_wish(args: Mapping[str, str]) -> Wish:
    """Return what an address asks for; what cannot be read is left out."""
    queue = _one_of(Queue, args.get("coda", ""))
    groups = {turn.value for turn in Turn} | {ENDED}
    group = QUEUES[queue].turn.value if queue else args.get("gruppo", "")
    year = args.get("anno", "")
    wish = Wish(
        group=group if group in groups else Turn.OFFICE.value,
        queue=queue,
        side=_one_of(Side, args.get("lato", "")),
        state=args.get("stato", "") if args.get("stato", "") in STATES else "",
        partner=args.get("partner", "").strip().upper()[:5],
        course=args.get("corso", "").strip()[:40],
        year=number_in(year) if len(year) == _YEAR_LETTERS else None,
        overdue=args.get("scaduti", "") == "1",
        practice=args.get("pratica", "").strip()[:_TEXT],
        order=_one_of(Order, args.get("ordine", "")),
    )
    return replace(wish, after=_read_place(args.get("dopo", ""), wish.sorted_by))


def _one_of(kind: type[E], value: str) -> E | None:
    return kind(value) if value in {item.value for item in kind} else None


def _written(place: Place) -> str:
    return f"{place.value}~{place.side.value}~{place.number}"


def _read_place(text: str, order: Order) -> Place | None:
    """Return the end of a page, ``None`` if it is that of no page in this order."""
    value, _, rest = text.partition("~")
    side, _, number = rest.partition("~")
    known, place = _one_of(Side, side), number_in(number)
    sound = day_in(value) if order is Order.DUE else _instant(value)
    return Place(value, known, place) if known and place is not None and sound else None


def _instant(text: str) -> datetime | None:
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        return None
    return found if day_in(found.date().isoformat()) else None


def _identifiers(text: str, university: University, today: date) -> list[IdPratica]:
    """Return which practices somebody may mean: the identifier, or its number only."""
    found = [IdPratica(text), IdPratica(text.upper())]
    number = number_in(text)
    if number is not None and len(text) <= _NUMBER_LETTERS:
        years = range(today.year, today.year - _YEARS_BACK, -1)
        prefix = university.practice_prefix
        found += [make_id_pratica(prefix, year, number) for year in years]
    return list(dict.fromkeys(found))
