"""Whose turn it is: what of all practices waits for the office, the partner or the student.

A practice stands in exactly one :class:`Queue` for as long as it is open, and in none once it has
ended. Which one follows from its state and from what it still lacks: a token, sections 3-4 that are
owed, a revision that was asked for, an answer to what the commission reported. The store keeps the
queue beside the practice, so that lists and counts go by an index; it is written whenever the
practice is.
"""

from dataclasses import dataclass
from enum import StrEnum

from gateway.domain.deliveries import Side
from gateway.domain.destination import DestinationEvent, DestinationState, IncomingTransfer
from gateway.domain.origin import OriginEvent, OriginState, OutgoingTransfer
from gateway.domain.terms import CAREER

Event = OriginEvent | DestinationEvent


class Turn(StrEnum):
    """Who has to do something next."""

    OFFICE = "office"
    PARTNER = "partner"
    STUDENT = "student"


class Queue(StrEnum):
    """Why a practice waits."""

    DRAFT = "draft"
    TO_PROCESS = "to_process"
    TO_SEND = "to_send"
    ON_ITS_WAY = "on_its_way"
    UNDER_WAY = "under_way"
    CAREER_TO_SEND = "career_to_send"
    REVISION_TO_ANSWER = "revision_to_answer"
    TO_VERIFY = "to_verify"
    REVISION_AWAITED = "revision_awaited"
    TOKEN_TO_ASSIGN = "token_to_assign"
    TO_ENROL = "to_enrol"
    CAREER_AWAITED = "career_awaited"
    INTEGRATION_AWAITED = "integration_awaited"
    TO_EVALUATE = "to_evaluate"
    ANOMALY_REPORTED = "anomaly_reported"
    TO_DECIDE = "to_decide"
    TO_CONCLUDE = "to_conclude"


@dataclass(frozen=True, slots=True)
class Waiting:
    """What a queue means: at which side, whose turn it is, by which event it usually goes on."""

    side: Side
    turn: Turn
    goes_on_by: Event


_O, _D = OriginEvent, DestinationEvent
QUEUES: dict[Queue, Waiting] = {
    Queue.TO_PROCESS: Waiting(Side.ORIGIN, Turn.OFFICE, _O.PROCESS),
    Queue.TO_SEND: Waiting(Side.ORIGIN, Turn.OFFICE, _O.AUTHORISE_SENDING),
    Queue.REVISION_TO_ANSWER: Waiting(Side.ORIGIN, Turn.OFFICE, _O.AUTHORISE_DATA),
    Queue.CAREER_TO_SEND: Waiting(Side.ORIGIN, Turn.OFFICE, _O.AUTHORISE_DATA),
    Queue.TO_VERIFY: Waiting(Side.DESTINATION, Turn.OFFICE, _D.AUTHORISE_ENROLMENT),
    Queue.TOKEN_TO_ASSIGN: Waiting(Side.DESTINATION, Turn.OFFICE, _D.ASSIGN_TOKEN),
    Queue.TO_EVALUATE: Waiting(Side.DESTINATION, Turn.OFFICE, _D.AUTHORISE_EVALUATION),
    Queue.ANOMALY_REPORTED: Waiting(Side.DESTINATION, Turn.OFFICE, _D.ASK_REVISION),
    Queue.TO_DECIDE: Waiting(Side.DESTINATION, Turn.OFFICE, _D.DECIDE),
    Queue.TO_CONCLUDE: Waiting(Side.DESTINATION, Turn.OFFICE, _D.COMPLETE),
    Queue.ON_ITS_WAY: Waiting(Side.ORIGIN, Turn.PARTNER, _O.ACCEPTED),
    Queue.UNDER_WAY: Waiting(Side.ORIGIN, Turn.PARTNER, _O.CLOSED),
    Queue.REVISION_AWAITED: Waiting(Side.DESTINATION, Turn.PARTNER, _D.RECEIVE_REVISION),
    Queue.CAREER_AWAITED: Waiting(Side.DESTINATION, Turn.PARTNER, _D.RECEIVE_DATA),
    Queue.INTEGRATION_AWAITED: Waiting(Side.DESTINATION, Turn.PARTNER, _D.RECEIVE_REVISION),
    Queue.DRAFT: Waiting(Side.ORIGIN, Turn.STUDENT, _O.CONFIRM),
    Queue.TO_ENROL: Waiting(Side.DESTINATION, Turn.STUDENT, _D.ENROL),
}
"""Every queue, in the order in which lists show them."""

_ORIGIN = {
    OriginState.BOZZA: Queue.DRAFT,
    OriginState.PRESENTATA: Queue.TO_PROCESS,
    OriginState.ELABORATA: Queue.TO_SEND,
    OriginState.VALIDATA: Queue.ON_ITS_WAY,
    OriginState.TRASFERITA: Queue.UNDER_WAY,
    OriginState.RICHIESTA_REVISIONE: Queue.REVISION_TO_ANSWER,
}
_DESTINATION = {
    DestinationState.RICEVUTA: Queue.TO_VERIFY,
    DestinationState.RICHIESTA_REVISIONE: Queue.REVISION_AWAITED,
    DestinationState.AUTORIZZATA_IMMATRICOLAZIONE: Queue.TO_ENROL,
    DestinationState.IMMATRICOLATO: Queue.TO_EVALUATE,
    DestinationState.AUTORIZZATA_VALUTAZIONE: Queue.TO_DECIDE,
    DestinationState.DELIBERATA: Queue.TO_CONCLUDE,
}
_INTEGRATED = frozenset({Queue.TO_EVALUATE, Queue.TO_DECIDE})
"""What stands still while an integration of the foglio is awaited (A.4.2, Valutazione)."""


def queue_of(transfer: OutgoingTransfer | IncomingTransfer) -> Queue | None:
    """Return in which queue a practice stands, ``None`` when it has ended."""
    if isinstance(transfer, OutgoingTransfer):
        return _at_origin(transfer)
    return _at_destination(transfer)


def _at_origin(transfer: OutgoingTransfer) -> Queue | None:
    if transfer.state is OriginState.TRASFERITA and transfer.career_due is not None:
        return Queue.CAREER_TO_SEND
    return _ORIGIN.get(transfer.state)


def _at_destination(transfer: IncomingTransfer) -> Queue | None:
    queue = _DESTINATION.get(transfer.state)
    if queue is Queue.TO_ENROL and transfer.token is None:
        return Queue.TOKEN_TO_ASSIGN
    if queue is Queue.TO_DECIDE and transfer.anomaly_open:
        return Queue.ANOMALY_REPORTED
    if queue in _INTEGRATED and transfer.revision_open:
        return Queue.INTEGRATION_AWAITED
    if queue is Queue.TO_EVALUATE and not transfer.sections >= CAREER:
        return Queue.CAREER_AWAITED
    return queue


def queues_of(turn: Turn, side: Side | None = None) -> list[Queue]:
    """Return the queues in which it is somebody's turn, of one side or of both."""
    return [
        queue
        for queue, waiting in QUEUES.items()
        if waiting.turn is turn and side in (None, waiting.side)
    ]
