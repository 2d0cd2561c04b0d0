"""Answering a message exactly once (T15).

An accepted message, its effect and its answer are one commit. The same message again, in whatever
encoding, gets the stored answer byte for byte, for the life of the practice; when the answer has
gone with the term of keeping, the repeat is told so, and has no effect either. A refused message
had no effect: it is judged anew each time, since what stood in its way may have been removed. Reads
have no effect either and always tell the present: their journal rows need not wait for the disk.
Whatever happens, the journal has a row before the answer leaves; if that row cannot be written,
the caller learns of a failure, never of success.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import TypeVar

from gateway.domain.messages import CHANGING, ExchangeResult, ReceivedMessage
from gateway.domain.rejections import Cause, Rejection, refuse
from gateway.usecases.ports import OpenUnitOfWork, UnitOfWork
from gateway.usecases.transaction import transact

R = TypeVar("R")


@dataclass(frozen=True, slots=True)
class Answer:
    """The bytes to send back, how the message ended and the outcome code they carry."""

    content: bytes = field(repr=False)
    result: ExchangeResult
    code: int


@dataclass(frozen=True, slots=True)
class Writing:
    """How results and refusals become bytes; a refusal also has a code."""

    accepted: Callable[[object], bytes]
    refused: Callable[[Rejection], tuple[int, bytes]]


def answer_once(
    message: ReceivedMessage,
    act: Callable[[UnitOfWork], object],
    *,
    writing: Writing,
    open_uow: OpenUnitOfWork,
    clock: Callable[[], datetime],
) -> Answer:
    """Let ``act`` handle ``message`` in one unit of work, or give the answer it got before.

    Raises:
        ConcurrentChange: the practice was changed by others again and again.
    """
    lasting = message.operation in CHANGING

    def repeat(uow: UnitOfWork) -> Answer | None:
        earlier = uow.journal.find_accepted(message) if lasting else None
        if earlier is None:
            return None
        if earlier.removed:
            code, content = writing.refused(refuse(Cause.CONTENT_REMOVED, "IdPratica"))
            answer = Answer(content, ExchangeResult.REFUSED, code)
        else:
            answer = Answer(earlier.content, ExchangeResult.REPEATED, 0)
        _note(uow, message, answer, clock(), repeats=earlier.message_id)
        return answer

    def handle(uow: UnitOfWork) -> Answer:
        repeated = repeat(uow)
        if repeated is not None:
            return repeated
        answer = Answer(writing.accepted(act(uow)), ExchangeResult.ACCEPTED, 0)
        _note(uow, message, answer, clock())
        return answer

    def in_one(step: Callable[[UnitOfWork], R]) -> R:
        return transact(message.university, step, open_uow=open_uow, lasting=lasting)

    try:
        return in_one(handle)
    except Rejection as rejection:
        # a copy that overtook this one between two reads may be what stood in its way
        repeated = in_one(repeat) if lasting else None
        if repeated is not None:
            return repeated
        return refuse_message(message, rejection, writing=writing, open_uow=open_uow, clock=clock)


def refuse_message(
    message: ReceivedMessage,
    rejection: Rejection,
    *,
    writing: Writing,
    open_uow: OpenUnitOfWork,
    clock: Callable[[], datetime],
) -> Answer:
    """Note a refused message in the journal, and nothing else; return the answer."""
    code, content = writing.refused(rejection)
    answer = Answer(content, ExchangeResult.REFUSED, code)
    transact(
        message.university,
        lambda uow: _note(uow, message, answer, clock()),
        open_uow=open_uow,
        lasting=message.operation in CHANGING,
    )
    return answer


def _note(
    uow: UnitOfWork, message: ReceivedMessage, answer: Answer, now: datetime, repeats: str = ""
) -> None:
    uow.journal.add(
        message,
        result=answer.result,
        code=answer.code,
        answer=b"" if answer.result is ExchangeResult.REPEATED else answer.content,
        answered_at=now,
        repeats=repeats,
    )
