"""What happened to a practice: who, what, when, why. Entries are added, never changed."""

from dataclasses import dataclass, field
from datetime import datetime

from gateway.domain.lifecycle import Actor

UNTOLD = frozenset({"recall", "reconcile"})
"""Events whose notes stay in the house: why a sending was taken back, which record was chosen."""


@dataclass(frozen=True, slots=True)
class HistoryEntry:
    """One change. ``source`` is the state before, ``None`` at the birth of the practice.

    ``reference`` is a number people look for: of the register, of the archive, of the decision.
    """

    at: datetime
    actor: Actor
    event: str
    source: str | None
    target: str
    notes: str = field(default="", repr=False)
    reference: str | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class Step:
    """Entry into a state, as partner and student are told (guideline A.2, Get_Status)."""

    state: str
    entered_at: datetime
    notes: str = field(default="", repr=False)
