"""Life cycles as tables: from which state, on which event, into which state, by whom.

A :class:`Lifecycle` answers two questions and does nothing else: what an event does in a state
(:meth:`Lifecycle.fire`) and which events are open to somebody now (:meth:`Lifecycle.events_from`).
It holds no state of its own, so an event that is not allowed cannot change anything. Only the
aggregates (``origin``, ``destination``) fire events; pages and commands ask what is open.

Each row names its source: a paragraph of the guideline, or "profile" where we had to choose.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import Generic, TypeVar

from gateway.domain.rejections import Cause, refuse

S = TypeVar("S", bound=StrEnum)
E = TypeVar("E", bound=StrEnum)


class Party(StrEnum):
    """Who may cause an event."""

    STUDENT = "student"
    SECRETARIAT = "secretariat"
    COMMISSION = "commission"
    PARTNER = "partner"
    SYSTEM = "system"


@dataclass(frozen=True, slots=True)
class Actor:
    """Somebody who acts: in which capacity, and the name the history keeps."""

    party: Party
    name: str


@dataclass(frozen=True, slots=True)
class Transition(Generic[S, E]):
    """One row: ``event`` in ``source`` leads to ``target``; ``by`` may cause it.

    ``notifies`` names the message that the partner is sent because of it, ``clause`` the source.
    """

    source: S
    event: E
    target: S
    by: frozenset[Party]
    clause: str
    notifies: str | None = None


class Lifecycle(Generic[S, E]):
    """An initial state and the rows that lead on from it."""

    def __init__(self, name: str, initial: S, *transitions: Transition[S, E]) -> None:
        self.name = name
        self.initial = initial
        self.transitions = transitions
        self._rows = {(row.source, row.event): row for row in transitions}

    def fire(self, state: S, event: E, party: Party) -> Transition[S, E]:
        """Return the row that ``event`` takes from ``state``.

        Raises:
            Rejection: there is no such row, or ``party`` may not cause it.
        """
        row = self._rows.get((state, event))
        if row is None or party not in row.by:
            raise refuse(Cause.EVENT_NOT_ALLOWED, state=state.value, event=event.value)
        return row

    def events_from(self, state: S, party: Party | None = None) -> Iterator[Transition[S, E]]:
        """Yield the rows that lead on from ``state``, those of ``party`` only if one is given."""
        for row in self.transitions:
            if row.source == state and (party is None or party in row.by):
                yield row

    def is_terminal(self, state: S) -> bool:
        """Tell whether nothing can happen any more in ``state``."""
        return next(self.events_from(state), None) is None
