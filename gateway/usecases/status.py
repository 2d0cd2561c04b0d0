"""Progress of a practice on both sides (T7, T20)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from gateway.domain.deliveries import DeliveryKind, Side
from gateway.domain.history import Step
from gateway.domain.identifiers import IdPratica, MiurCode
from gateway.domain.rejections import Cause, refuse
from gateway.usecases import origin_inbox
from gateway.usecases.ports import PracticeKey, UnitOfWork
from gateway.usecases.posting import post

LATELY = timedelta(minutes=5)
"""How old the partner's answer must be before a student may have it asked for again."""
NOT_ARRIVED = "Domanda non ancora pervenuta"
"""What stands for the destination's progress before the sending (guideline A.4.1)."""


@dataclass(frozen=True, slots=True)
class Progress:
    """Both sides of a practice: our steps, the partner's, and when the partner was asked."""

    here: Sequence[Step]
    there: Sequence[Step]
    asked_at: datetime | None


def get_status(
    side: Side, caller: MiurCode, id_pratica: IdPratica, *, uow: UnitOfWork
) -> Sequence[Step]:
    """T7: return the steps of the work flow on ``side`` of this university.

    Raises:
        Rejection: no such practice for this caller.
    """
    if side is Side.ORIGIN:
        origin_inbox.find_sent(caller, id_pratica, uow=uow)
    steps = uow.records.steps(PracticeKey(side, caller, id_pratica))
    if not steps:  # a practice has a first step from its birth
        raise refuse(Cause.PRACTICE_NOT_FOUND, "IdPratica")
    return steps


def progress(key: PracticeKey, *, uow: UnitOfWork) -> Progress:
    """Return both sides of a practice as known now."""
    remote = uow.records.remote(key)
    asked_at, there = remote if remote is not None else (None, ())
    return Progress(uow.records.steps(key), there, asked_at)


_ORIGIN_FOLLOWS = frozenset({"RICHIESTA REVISIONE", "CHIUSA", "RESPINTA", "CANCELLATA"})
_ORIGIN, _DESTINATION, _ORIGIN_AFTER = range(3)


def in_one_line(known: Progress, side: Side) -> list[tuple[Side, Step]]:
    """Return the steps of both sides in the order they were taken; ``side`` is ours.

    T7 tells whole seconds. Within one the destination follows the origin, but for the states that
    the origin takes because of the destination.
    """
    other = Side.DESTINATION if side is Side.ORIGIN else Side.ORIGIN
    ours = [(side, step) for step in known.here]
    theirs = [(other, step) for step in known.there]
    line: list[tuple[Side, Step]] = []
    while ours and theirs:
        line.append((ours if when(*ours[0]) <= when(*theirs[0]) else theirs).pop(0))
    return line + ours + theirs


def when(side: Side, step: Step) -> tuple[datetime, int]:
    """Return what a side's steps are put in order by."""
    rank = _DESTINATION
    if side is Side.ORIGIN:
        rank = _ORIGIN_AFTER if step.state.upper() in _ORIGIN_FOLLOWS else _ORIGIN
    return step.entered_at.replace(microsecond=0), rank


def ask_unless_lately(key: PracticeKey, *, uow: UnitOfWork, now: datetime) -> bool:
    """Ask the partner for a student, who may press a button often; tell what was done.

    ``False``: what is known is of a moment ago.
    """
    known = uow.records.remote(key)
    if known is not None and now - known[0] < LATELY:
        return False
    ask_partner(key, uow=uow, now=now)
    return True


def ask_partner(key: PracticeKey, *, uow: UnitOfWork, now: datetime) -> bool:
    """Put a T7 to the partner in line, unless one is there; tell whether it was."""
    if uow.deliveries.open_of(DeliveryKind.STATUS, key.partner, key.id_pratica):
        return False
    post(DeliveryKind.STATUS, key, uow=uow, now=now)
    return True
