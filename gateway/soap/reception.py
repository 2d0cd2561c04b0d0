"""What every call goes through, whatever it asks for.

Before a service judges it: the limits of its sender, its size, the envelope, what the message
proves of the sender. After: whatever happened becomes an answer, signed where that is agreed, and
what reached no use case is noted in the journal.
"""

from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from lxml import etree

from gateway.domain.calendar import italian_day
from gateway.domain.identifiers import MiurCode
from gateway.domain.messages import ExchangeResult, LookupOperation, Operation, ReceivedMessage
from gateway.domain.partners import Partner
from gateway.logs import get_logger, new_message_id
from gateway.observation import BUSY, ERROR, given_correlation, note, operation_name
from gateway.soap.application import Response, RoleServices
from gateway.soap.callers import Callers
from gateway.soap.faults import InvalidCall, Overloaded, busy, internal
from gateway.soap.limits import PartnerLimits, Turn
from gateway.soap.message_proofs import MessageProofs, is_faithful, reads_security
from gateway.soap.protocol import open_envelope
from gateway.soap.requests import read_body
from gateway.soap.strangers import Strangers
from gateway.soap.wiring import Wiring
from gateway.usecases.ports import StoreUnavailable
from gateway.usecases.transaction import transact
from gateway.wsse.outbound import UnusableKey

_log = get_logger(__name__)


@dataclass(slots=True)
class Visit:
    """What is known of a call so far.

    ``university`` is the hosted one whose journal notes it. What a ``confidential`` one holds is
    kept nowhere when it ends as a fault.
    """

    message_id: str
    address: str
    received_at: datetime
    turn: Turn
    university: MiurCode | None = None
    partner: Partner | None = None
    operation: Operation | LookupOperation | None = None
    content: bytes = b""
    confidential: bool = False


class Reception:
    """Receives calls for the endpoints and gives their answers back.

    There is one for a process: a partner's limits hold over all that it asks.
    """

    def __init__(self, wiring: Wiring) -> None:
        self._wiring = wiring
        self._proofs = MessageProofs(wiring)
        self.callers = Callers(wiring, self._proofs)
        self._limits = PartnerLimits(wiring.threads)
        self._strangers = Strangers()

    @contextmanager
    def visit(self, environ: Mapping[str, Any], message_id: str) -> Iterator[Visit]:
        """Yield a new call; what is known of it at its end is told to who observes."""
        with self._limits.turn() as turn:
            address = str(environ.get("REMOTE_ADDR") or "")
            visit = Visit(message_id, address, self._wiring.clock(), turn)
            yield visit
            note(
                university=visit.university or "",
                partner=visit.partner.code if visit.partner else "",
                operation=operation_name(visit.operation),
                bytes_in=len(visit.content),
            )

    def open(
        self,
        environ: Mapping[str, Any],
        visit: Visit,
        limit: int,
        understood: Collection[str] = (),
    ) -> tuple[etree._Element, Partner]:
        """Return the body of a call and its sender, who has proved all that must be proven.

        ``visit`` tells the university and whom the connection proved, if anybody; ``limit`` is in
        bytes, ``understood`` names headers that the service will heed.

        Raises:
            InvalidCall: too much, too large, no envelope, or not proved.
        """
        university, caller = visit.university, visit.partner
        assert university is not None
        visit.turn.take(university, caller)
        own = caller.limits.body_bytes if caller else 0
        visit.content = read_body(environ, min(limit, own or limit))
        body = open_envelope(
            visit.content,
            understood={*understood, *reads_security(caller)},
            faithful=is_faithful(caller),
        )
        envelope = body.getroottree().getroot()
        today = italian_day(visit.received_at)
        partner = self.callers.confirm(caller, university, envelope, today)
        visit.partner = partner
        if caller is None:
            visit.turn.take(university, partner)
        return body, partner

    def answer(self, visit: Visit, spyne: RoleServices, act: Callable[[], Response]) -> Response:
        """Return the answer to a call that ``act`` judges and handles, whatever happens in it."""
        response = self._signed(visit, spyne, self._guarded(visit, spyne, act))
        self._note_refused(visit)
        return response

    def busy(self, spyne: RoleServices) -> Response:
        """Return the answer of a moment in which nothing can be done."""
        refusal = busy()
        note(result=BUSY, fault=refusal.code)
        return spyne.fault(refusal)

    def _guarded(self, visit: Visit, spyne: RoleServices, act: Callable[[], Response]) -> Response:
        try:
            return act()
        except Overloaded as refusal:  # costs no statement: noted with the next call let in
            note(result=BUSY, fault=refusal.code)
            return spyne.fault(refusal)
        except InvalidCall as refusal:
            return self._fault(visit, spyne, refusal)
        except StoreUnavailable as trouble:
            _log.error("store_unavailable", trouble=str(trouble))
            return self.busy(spyne)
        except Exception:  # noqa: BLE001  the guard: a bug of ours must not reach the peer
            _log.exception("service_failed", operation=visit.operation)
            return self._fault(visit, spyne, internal(visit.message_id))

    def _signed(self, visit: Visit, spyne: RoleServices, response: Response) -> Response:
        """Sign the answer where that is agreed; one that cannot be signed says nothing."""
        status, headers, body = response
        try:
            signed = self._proofs.sign(visit.partner, body)
        except UnusableKey:
            _log.exception("answer_not_signed", university=visit.university)
            return spyne.fault(internal(visit.message_id))
        kept = [(name, value) for name, value in headers if name != "Content-Length"]
        return status, [*kept, ("Content-Length", str(len(signed)))], signed

    def _fault(self, visit: Visit, spyne: RoleServices, refusal: InvalidCall) -> Response:
        response = spyne.fault(refusal)
        note(result=_result_of(visit, refusal), fault=refusal.code)
        status = int(refusal.status.split(" ", 1)[0])
        _log.warning("call_refused", status=status, fault=refusal.code, university=visit.university)
        self._note_fault(visit, status, response[2])
        return response

    def _note_fault(self, visit: Visit, code: int, answer: bytes) -> None:
        """Note a fault in the journal; callers nobody knows only so often, and without content."""
        left_out = 0 if visit.partner else self._strangers.admit()
        if left_out is not None:
            known = visit.partner is not None
            content = visit.content if known and not visit.confidential else b""
            self._note(visit, code, left_out, content=content, answer=answer if known else b"")

    def _note_refused(self, visit: Visit) -> None:
        """Note calls refused by the partner's limits: one row for all since the last one."""
        refused = visit.turn.refused
        if refused:
            partner = visit.partner.code if visit.partner else ""
            _log.warning("calls_over_limit", count=refused, partner=partner)
            self._note(visit, 503, refused - 1, message_id=new_message_id())

    def _note(
        self,
        visit: Visit,
        code: int,
        left_out: int,
        *,
        content: bytes = b"",
        answer: bytes = b"",
        message_id: str = "",
    ) -> None:
        university, partner = visit.university, visit.partner
        if university is None:
            return
        message = ReceivedMessage(
            university=university,
            caller=partner.code if partner else MiurCode(""),
            operation=visit.operation if answer else None,
            id_pratica=None,
            content=content,
            received_at=visit.received_at,
            message_id=message_id or visit.message_id,
            address=visit.address,
            correlation=given_correlation(),
        )
        try:
            transact(
                university,
                lambda uow: uow.journal.add(
                    message,
                    result=ExchangeResult.FAULT if partner else ExchangeResult.STRANGER,
                    code=code,
                    answer=answer,
                    answered_at=self._wiring.clock(),
                    repeats=f"+{left_out}" if left_out else "",
                ),
                open_uow=self._wiring.open_uow,
                lasting=False,
            )
        except Exception:  # noqa: BLE001  the answer is there already; it must leave
            _log.exception("journal_failed")


def _result_of(visit: Visit, refusal: InvalidCall) -> str:
    """Return how a call that ends as a fault is counted."""
    if refusal.code.startswith("Server"):
        return BUSY if refusal.headers.get("Retry-After") else ERROR
    return (ExchangeResult.FAULT if visit.partner else ExchangeResult.STRANGER).value
