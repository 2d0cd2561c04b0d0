"""One authenticated, valid call on its way through a service."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

from lxml import etree

from gateway.domain.messages import Operation, ReceivedMessage
from gateway.domain.partners import Partner
from gateway.domain.rejections import Reason, Rejection
from gateway.observation import note
from gateway.soap import writing
from gateway.soap.outcomes import outcome_of
from gateway.soap.wiring import Wiring
from gateway.usecases.exchange import Writing, answer_once, refuse_message
from gateway.usecases.ports import UnitOfWork

C = TypeVar("C")
R = TypeVar("R")

_WITH_FOGLIO = frozenset({Operation.PUT_PROCESSO, Operation.PUT_DATI})
"""These say everything wrong with their foglio at once: the schema is one voice among others."""


@dataclass(frozen=True, slots=True)
class Call:
    """A message that is a valid call. ``reasons`` are what its values break of the contract."""

    wiring: Wiring
    partner: Partner
    message: ReceivedMessage
    body: etree._Element
    reasons: tuple[Reason, ...] = ()

    def answer(
        self,
        operation: Operation,
        read: Callable[[], C],
        act: Callable[[C, UnitOfWork], R],
        write: Callable[[R], str],
    ) -> bytes:
        """Read the command, let it act in one commit with its journal row, write the answer.

        A refusal, in reading or in acting, becomes an outcome with every reason.
        """
        sides = Writing(
            accepted=lambda result: writing.accepted(operation, write(result)),  # type: ignore[arg-type]
            refused=lambda rejection: _refusal(operation, rejection),
        )
        try:
            self._check(operation)
            command = read()
        except Rejection as rejection:
            answer = refuse_message(
                self.message,
                rejection,
                writing=sides,
                open_uow=self.wiring.open_uow,
                clock=self.wiring.clock,
            )
        else:
            answer = answer_once(
                self.message,
                lambda uow: act(command, uow),
                writing=sides,
                open_uow=self.wiring.open_uow,
                clock=self.wiring.clock,
            )
        note(result=answer.result.value, code=answer.code, tolerated=self.message.tolerated)
        return answer.content

    def _check(self, operation: Operation) -> None:
        if self.reasons and operation not in _WITH_FOGLIO:
            raise Rejection(self.reasons)


def _refusal(operation: Operation, rejection: Rejection) -> tuple[int, bytes]:
    outcome = outcome_of(rejection)
    return outcome.code, writing.envelope(operation, outcome)
