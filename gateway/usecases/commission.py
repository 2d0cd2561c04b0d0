"""The commission's work: which careers wait for it, the decision in the making, what is amiss.

A member sees the practices of their faculties. A draft is saved by one after another and decided by
one (``destination.decide``). None of these commits.
"""

from collections.abc import Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field, replace
from datetime import datetime

from gateway.domain import delibera as decisions
from gateway.domain.calendar import italian_day
from gateway.domain.delibera_draft import DeliberaDraft
from gateway.domain.destination import DestinationState, IncomingTransfer
from gateway.domain.foglio_congedo import Career
from gateway.domain.lifecycle import Actor
from gateway.domain.messages import MAX_NOTES, checked_words
from gateway.domain.rejections import Cause, Reason, Rejection, refuse
from gateway.usecases import destination, foglios
from gateway.usecases.faculties import faculty_of
from gateway.usecases.ports import (
    ConcurrentChange,
    FoglioDocuments,
    ProtocolRegister,
    UnitOfWork,
)

MOST = 1000
"""Practices read for a list."""
SEEN = (
    DestinationState.AUTORIZZATA_VALUTAZIONE,
    DestinationState.DELIBERATA,
    DestinationState.COMPLETATA,
)
"""The states in which a practice concerns the commission; only the first can be worked on."""


@dataclass(frozen=True, slots=True)
class Waiting:
    """A practice for the commission, with the faculty it belongs to and who drafted last."""

    transfer: IncomingTransfer
    faculty_code: str
    draft: DeliberaDraft | None = field(default=None, repr=False)


def concerns(
    transfer: IncomingTransfer, faculties: AbstractSet[str] | None, *, uow: UnitOfWork
) -> bool:
    """Tell whether a practice is for somebody of these faculties (``None``: of all)."""
    if transfer.state not in SEEN:
        return False
    return faculties is None or faculty_of(transfer, uow=uow) in faculties


def listing(
    state: DestinationState, faculties: AbstractSet[str] | None, *, uow: UnitOfWork
) -> Sequence[Waiting]:
    """Return the practices of some faculties in a state, the newest change first."""
    found = []
    for transfer in uow.incoming.in_state(state, MOST):
        faculty = faculty_of(transfer, uow=uow)
        if faculties is None or faculty in faculties:
            found.append(Waiting(transfer, faculty, draft_of(transfer, uow=uow)))
    return found


def draft_of(transfer: IncomingTransfer, *, uow: UnitOfWork) -> DeliberaDraft | None:
    """Return the decision in the making, ``None`` if nobody began."""
    key = destination.key_of(transfer)
    return uow.delibera_drafts.get(key.side, key.partner, key.id_pratica)


def save_draft(
    transfer: IncomingTransfer,
    draft: DeliberaDraft,
    actor: Actor,
    *,
    uow: UnitOfWork,
    now: datetime,
) -> DeliberaDraft:
    """Keep a draft.

    Raises:
        Rejection: the practice is not under evaluation.
        ConcurrentChange: somebody saved another meanwhile.
    """
    if transfer.state is not DestinationState.AUTORIZZATA_VALUTAZIONE:
        raise refuse(Cause.EVENT_NOT_ALLOWED, state=transfer.state.value, event="decide")
    key = destination.key_of(transfer)
    kept = replace(draft, changed_by=actor.name, changed_at=now)
    return uow.delibera_drafts.save(key.side, key.partner, key.id_pratica, kept)


def faults(draft: DeliberaDraft, career: Career, now: datetime) -> Sequence[Reason]:
    """Return everything that stands between a draft and a decision."""
    try:
        made = draft.delibera()
    except Rejection as rejection:
        return rejection.reasons
    if made.decided_on > italian_day(now):
        return [Reason(Cause.DATE_IMPOSSIBLE, "decided_on")]
    if career.cfu and not made.conversions:
        return [Reason(Cause.ELEMENT_MISSING, "conversions", {"element": "conversions"})]
    try:
        decisions.check(made, career)
    except Rejection as rejection:
        return rejection.reasons
    return []


def decide(
    transfer: IncomingTransfer,
    version: int,
    actor: Actor,
    *,
    uow: UnitOfWork,
    register: ProtocolRegister,
    documents: FoglioDocuments,
    now: datetime,
) -> IncomingTransfer:
    """Make the draft of this version the decision.

    Raises:
        Rejection: the table does not add up, or the practice is not under evaluation.
        ConcurrentChange: it is not the draft that was looked at.
    """
    draft = draft_of(transfer, uow=uow) or DeliberaDraft()
    if draft.version != version:
        raise ConcurrentChange
    career = foglios.career(destination.key_of(transfer), uow=uow, documents=documents)
    wrong = faults(draft, career, now)
    if wrong:
        raise Rejection(wrong)
    return destination.decide(
        transfer,
        actor,
        draft.delibera(),
        uow=uow,
        register=register,
        documents=documents,
        now=now,
    )


def report_anomaly(
    transfer: IncomingTransfer, actor: Actor, notes: str, *, uow: UnitOfWork, now: datetime
) -> IncomingTransfer:
    """Tell the secretariat what is wrong with the career (A.4.2, Valutazione).

    Raises:
        Rejection: nothing is said, too much is, or the practice is not under evaluation.
    """
    said = checked_words(notes, "Note", MAX_NOTES)
    if not said.strip():
        raise refuse(Cause.ELEMENT_MISSING, "notes", element="notes")
    return uow.incoming.save(transfer.report_anomaly(said, actor=actor, now=now))
