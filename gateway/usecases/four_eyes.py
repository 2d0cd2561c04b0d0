"""Four eyes (a university may demand them): one person proposes, another approves or declines.

What an approval does is the act itself, in the same commit; it is given as a function, since every
act has its own. The command line is not bound by four eyes: whoever has it administers the machine.
"""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import TypeVar

from gateway.domain.deliveries import Side
from gateway.domain.destination import DestinationEvent, IncomingTransfer
from gateway.domain.lifecycle import Actor
from gateway.domain.origin import OriginEvent, OutgoingTransfer
from gateway.domain.proposals import Proposal
from gateway.domain.rejections import Cause, refuse
from gateway.usecases import destination, origin
from gateway.usecases.ports import PracticeKey, UnitOfWork

Transfer = OutgoingTransfer | IncomingTransfer
R = TypeVar("R")

BOUND = frozenset(
    {
        (Side.ORIGIN, OriginEvent.ASK_CANCELLATION.value),
        (Side.DESTINATION, DestinationEvent.COMPLETE.value),
        (Side.DESTINATION, DestinationEvent.REFUSE.value),
        (Side.DESTINATION, DestinationEvent.CANCEL.value),
    }
)
"""What ends a practice at both universities: Chiudi, Rifiuta, Annulla."""


def key_of(transfer: Transfer) -> PracticeKey:
    """Return the key of a practice of either side."""
    if isinstance(transfer, OutgoingTransfer):
        return origin.key_of(transfer)
    return destination.key_of(transfer)


def find(key: PracticeKey, *, uow: UnitOfWork) -> Transfer:
    """Return the practice of a key.

    Raises:
        Rejection: there is none.
    """
    if key.side is Side.ORIGIN:
        return origin.find(key.id_pratica, uow=uow)
    return destination.find(key.partner, key.id_pratica, uow=uow)


def propose(
    transfer: Transfer,
    event: str,
    words: Mapping[str, str],
    actor: Actor,
    *,
    uow: UnitOfWork,
    now: datetime,
) -> Proposal:
    """Keep what somebody wants to do to a practice; it takes the place of what was open for it.

    The same wish of the same person is kept once, however often it is sent.

    Raises:
        Rejection: the act is none that a second person confirms.
    """
    key = key_of(transfer)
    if (key.side, event) not in BOUND:
        raise refuse(Cause.EVENT_NOT_ALLOWED, state=transfer.state.value, event=event)
    for earlier in uow.proposals.of(key):
        said = (earlier.event, earlier.words, earlier.proposed_by)
        if earlier.holds_for(transfer.version) and said == (event, words, actor.name):
            return earlier
        if earlier.is_open:
            uow.proposals.save(earlier.lapsed(now))
    return uow.proposals.add(
        Proposal(
            side=key.side,
            partner=key.partner,
            id_pratica=key.id_pratica,
            event=event,
            version=transfer.version,
            words=words,
            proposed_by=actor.name,
            proposed_at=now,
        )
    )


def load(proposal_id: int, *, uow: UnitOfWork) -> tuple[Proposal, Transfer]:
    """Return a proposal and the practice it is about.

    Raises:
        Rejection: there is no such proposal.
    """
    proposal = uow.proposals.get(proposal_id)
    if proposal is None:
        raise refuse(Cause.PROPOSAL_NOT_FOUND)
    key = PracticeKey(proposal.side, proposal.partner, proposal.id_pratica)
    return proposal, find(key, uow=uow)


def approve(
    proposal_id: int,
    actor: Actor,
    perform: Callable[[Proposal, Transfer], R],
    *,
    uow: UnitOfWork,
    now: datetime,
) -> R:
    """Do what somebody else proposed.

    Raises:
        Rejection: it is decided, the approver is its author, the practice has changed since, or
            the act itself is refused.
    """
    proposal, transfer = load(proposal_id, uow=uow)
    if proposal.is_open and not proposal.holds_for(transfer.version):
        raise refuse(Cause.PROPOSAL_LAPSED)
    uow.proposals.save(proposal.approved(actor.name, now))
    return perform(proposal, transfer)


def decline(
    proposal_id: int, actor: Actor, why: str, *, uow: UnitOfWork, now: datetime
) -> Proposal:
    """Decline what somebody proposed; its author takes it back this way.

    Raises:
        Rejection: it is decided already.
    """
    proposal, _ = load(proposal_id, uow=uow)
    return uow.proposals.save(proposal.declined(actor.name, why, now))


def standing(transfer: Transfer, *, uow: UnitOfWork) -> Proposal | None:
    """Return the proposal that waits for a second person, if it still fits the practice."""
    found = (item for item in uow.proposals.of(key_of(transfer)))
    return next((item for item in found if item.holds_for(transfer.version)), None)
