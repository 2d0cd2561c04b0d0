"""Doing an act: from side and event to the use case that lets it happen.

Everything happens in the unit of work given; whoever calls commits.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from gateway.domain.deliveries import Side
from gateway.domain.destination import DestinationEvent
from gateway.domain.lifecycle import Actor
from gateway.domain.origin import OriginEvent
from gateway.domain.rejections import Cause, refuse
from gateway.usecases import delivery_by_hand, destination, origin
from gateway.usecases.ports import UnitOfWork
from gateway.web import buttons
from gateway.web.wiring import WebWiring

_O, _D = OriginEvent, DestinationEvent


@dataclass(frozen=True, slots=True)
class Doing:
    """An act at work: the practice, who acts, with which words, and what it needs."""

    transfer: Any
    actor: Actor
    words: Mapping[str, str] = field(repr=False)
    uow: UnitOfWork
    wiring: WebWiring
    now: datetime

    def word(self, name: str) -> str:
        """Return what was written for a field, without blanks around it."""
        return self.words.get(name, "").strip()

    @property
    def beside(self) -> dict[str, Any]:
        """What every use case takes."""
        return {"uow": self.uow, "now": self.now}

    @property
    def register(self) -> Any:
        """The protocol register."""
        return self.wiring.register_for(self.uow)

    @property
    def student_file(self) -> Any:
        """The student's digital file."""
        return self.wiring.student_file_for(self.uow)


def _recall(do: Doing) -> object:
    sending = buttons.first_sending(do.transfer, uow=do.uow)
    if sending is None:
        raise refuse(Cause.DELIVERY_NOT_STOPPABLE)
    return delivery_by_hand.abandon(sending.delivery_id, do.actor, do.word("why"), **do.beside)


def _send(do: Doing) -> object:
    return origin.authorise_sending(
        do.transfer,
        do.actor,
        documents=do.wiring.documents,
        register=do.register,
        administrative_only=bool(do.word("administrative")),
        **do.beside,
    )


_PERFORM: dict[tuple[Side, OriginEvent | DestinationEvent], Callable[[Doing], object]] = {
    (Side.ORIGIN, _O.PROCESS): lambda do: origin.process(
        do.transfer, do.actor, documents=do.wiring.documents, **do.beside
    ),
    (Side.ORIGIN, _O.AUTHORISE_SENDING): _send,
    (Side.ORIGIN, _O.RECALL): _recall,
    (Side.ORIGIN, _O.AUTHORISE_DATA): lambda do: origin.authorise_data(
        do.transfer,
        do.actor,
        do.word("notes"),
        documents=do.wiring.documents,
        register=do.register,
        **do.beside,
    ),
    (Side.ORIGIN, _O.WITHDRAW): lambda do: origin.drop(
        do.transfer, do.actor, do.word("why"), **do.beside
    ),
    (Side.ORIGIN, _O.ASK_CANCELLATION): lambda do: origin.ask_cancellation(
        do.transfer, do.actor, do.word("why"), **do.beside
    ),
    (Side.DESTINATION, _D.AUTHORISE_ENROLMENT): lambda do: destination.authorise_enrolment(
        do.transfer, do.actor, **do.beside
    ),
    (Side.DESTINATION, _D.AUTHORISE_EVALUATION): lambda do: destination.authorise_evaluation(
        do.transfer, do.actor, **do.beside
    ),
    (Side.DESTINATION, _D.ASK_REVISION): lambda do: destination.ask_revision(
        do.transfer,
        do.actor,
        do.word("reason"),
        do.word("notes"),
        register=do.register,
        **do.beside,
    ),
    (Side.DESTINATION, _D.ASSIGN_TOKEN): lambda do: destination.assign_token(
        do.transfer, do.actor, new_token=do.wiring.new_token, **do.beside
    ),
    (Side.DESTINATION, _D.COMPLETE): lambda do: destination.complete(
        do.transfer, do.actor, register=do.register, notes=do.word("notes"), **do.beside
    ),
    (Side.DESTINATION, _D.REFUSE): lambda do: destination.refuse_transfer(
        do.transfer,
        do.actor,
        do.word("why"),
        register=do.register,
        student_file=do.student_file,
        **do.beside,
    ),
    (Side.DESTINATION, _D.CANCEL): lambda do: destination.cancel(
        do.transfer, do.actor, do.word("why"), student_file=do.student_file, **do.beside
    ),
}
"""Every act that has no page of its own."""

HERE = frozenset((side, event.value) for side, event in _PERFORM)
"""The acts that are done here, by side and event."""


def perform(side: Side, event: str, doing: Doing) -> None:
    """Do an act.

    Raises:
        Rejection: it is no act that is done here, or it is refused.
    """
    acts = {(where, row.value): act for (where, row), act in _PERFORM.items()}
    if (side, event) not in acts:
        raise refuse(Cause.EVENT_NOT_ALLOWED, state=doing.transfer.state.value, event=event)
    acts[side, event](doing)
