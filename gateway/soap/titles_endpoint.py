"""The address of the two lookups: ``/soap/ans/titoli`` and ``/soap/ans/diplomi``.

They are asked by partners of any hosted university and name none; the one whose partner asks keeps
the journal. A request is judged in this order and stops at the first refusal: address, method and
media type, caller, leave to look up, size, envelope, operation, e-Gov header, contract. A caller
nobody knows belongs to no hosted university: it leaves a line in the log and no row.
"""

from collections.abc import Iterable, Mapping
from typing import Any

from lxml import etree

from gateway.contracts import Lookup
from gateway.domain.calendar import italian_day
from gateway.domain.messages import ExchangeResult, LookupOperation, ReceivedMessage
from gateway.domain.partners import Partner, University
from gateway.egov import HEADER, EgovHeader, WrongEgov, find_header, read_header
from gateway.logs import current_message, get_logger, new_message_id
from gateway.soap.application import Response, RoleServices
from gateway.soap.callers import Callers
from gateway.soap.contract_endpoint import StartResponse, answer_contract
from gateway.soap.faults import (
    InvalidCall,
    busy,
    internal,
    may_not_look_up,
    no_call,
    not_hosted,
)
from gateway.soap.protocol import open_envelope
from gateway.soap.requests import check_form, read_body
from gateway.soap.titles_service import Answered, LookupCall, LookupHandler
from gateway.soap.wiring import Wiring
from gateway.usecases.ports import StoreUnavailable
from gateway.usecases.transaction import transact

MOUNT = "soap/ans"
SOURCE_HEADER = "Congedo-Fonte"
"""The HTTP header that tells who spoke."""

_FORWARDED = "HTTP_CONGEDO_INOLTRO"
"""Another installation was asked and passes the question on (``Congedo-Inoltro``)."""

_log = get_logger(__name__)
_XML = "text/xml; charset=utf-8"
_LOOKUPS = {lookup.value: lookup for lookup in Lookup}


class _Request:
    """What is known of a request so far."""

    __slots__ = (
        "address",
        "content",
        "lookup",
        "message_id",
        "operation",
        "partner",
        "received_at",
        "university",
    )

    def __init__(
        self, environ: Mapping[str, Any], message_id: str, lookup: Lookup | None, wiring: Wiring
    ) -> None:
        self.message_id = message_id
        self.address = str(environ.get("REMOTE_ADDR") or "")
        self.received_at = wiring.clock()
        self.lookup = lookup
        self.university: University | None = None
        self.partner: Partner | None = None
        self.operation: LookupOperation | None = None
        self.content = b""

    def message(self, university: University, caller: Partner) -> ReceivedMessage:
        """Return the message as the journal keeps it."""
        return ReceivedMessage(
            university=university.code,
            caller=caller.code,
            operation=self.operation,
            id_pratica=None,
            content=self.content,
            received_at=self.received_at,
            message_id=self.message_id,
            address=self.address,
        )


class LookupEndpoint:
    """A WSGI application for both lookups."""

    def __init__(self, wiring: Wiring) -> None:
        self._wiring = wiring
        self._callers = Callers(wiring)
        self._services = {lookup: RoleServices(lookup) for lookup in Lookup}

    def __call__(self, environ: dict[str, Any], start_response: StartResponse) -> Iterable[bytes]:
        """Answer a request below the mount point."""
        message_id = new_message_id()
        reset = current_message.set(message_id)
        try:
            lookup = _LOOKUPS.get(str(environ.get("PATH_INFO", "")).strip("/"))
            if environ.get("REQUEST_METHOD") in ("GET", "HEAD"):
                public = self._wiring.public_url
                return answer_contract(
                    environ, start_response, lookup, public_url=public, mount=MOUNT
                )
            request = _Request(environ, message_id, lookup, self._wiring)
            status, headers, body = self._answer(environ, request)
            start_response(status, headers)
            return [body]
        finally:
            current_message.reset(reset)

    def _answer(self, environ: dict[str, Any], request: _Request) -> Response:
        try:
            call, handler = self._call(environ, request)
            answered = handler(call)
        except InvalidCall as refusal:
            return self._fault(request, refusal)
        except StoreUnavailable as trouble:
            _log.error("store_unavailable", trouble=str(trouble))
            return self._spyne(request).fault(busy())
        except Exception:  # noqa: BLE001  the guard: a bug of ours must not reach the peer
            _log.exception("service_failed", operation=request.operation)
            return self._fault(request, internal(request.message_id))
        return "200 OK", _headers(answered), answered.content

    def _spyne(self, request: _Request) -> RoleServices:
        return self._services[request.lookup or Lookup.TITLES]

    def _call(self, environ: dict[str, Any], request: _Request) -> tuple[LookupCall, LookupHandler]:
        """Return an authenticated call and the function that judges and answers it.

        Raises:
            InvalidCall: at the first of the checks that the module names.
        """
        if request.lookup is None:
            raise not_hosted()
        check_form(environ)
        wiring = self._wiring
        today = italian_day(request.received_at)
        university, partner = self._callers.identify_anywhere(environ, today)
        request.university, request.partner = university, partner
        universities = wiring.letting_look_up(partner.code, today)
        if not universities or not partner.may_look_up:
            raise may_not_look_up()
        request.content = read_body(environ, wiring.small_limit)
        body = open_envelope(request.content, {HEADER} if partner.egov else ())
        found = self._spyne(request).find(str(body.tag))
        if found is None:
            raise no_call("UnknownOperation", "Operazione non prevista da questo servizio")
        request.operation, handler = found
        header = _egov(body, request.lookup) if partner.egov else None
        message = request.message(university, partner)
        forwarded = bool(environ.get(_FORWARDED))
        call = LookupCall(wiring, partner, message, body, universities, forwarded, header)
        return call, handler

    def _fault(self, request: _Request, refusal: InvalidCall) -> Response:
        response = self._spyne(request).fault(refusal)
        code = int(refusal.status.split(" ", 1)[0])
        university, partner = request.university, request.partner
        _log.warning(
            "call_refused",
            status=code,
            fault=refusal.code,
            university=university and university.code,
        )
        if university is None or partner is None:
            return response
        if request.lookup is Lookup.DIPLOMA:
            request.content = b""  # what is no valid call may hold a student's password anywhere
        try:
            self._note_fault(request.message(university, partner), code, response[2])
        except Exception:  # noqa: BLE001  the answer is a fault already; it must leave
            _log.exception("journal_failed")
        return response

    def _note_fault(self, message: ReceivedMessage, code: int, answer: bytes) -> None:
        transact(
            message.university,
            lambda uow: uow.journal.add(
                message,
                result=ExchangeResult.FAULT,
                code=code,
                answer=answer,
                answered_at=self._wiring.clock(),
            ),
            open_uow=self._wiring.open_uow,
            lasting=False,
        )


def _headers(answered: Answered) -> list[tuple[str, str]]:
    return [
        ("Content-Type", _XML),
        ("Content-Length", str(len(answered.content))),
        (SOURCE_HEADER, answered.source.value),
    ]


def _egov(body: etree._Element, lookup: Lookup) -> EgovHeader | None:
    """Return what the e-Gov header says; a partner of that kind may leave it out.

    Raises:
        InvalidCall: it is not one of a call of this lookup.
    """
    try:
        block = find_header(body.getroottree().getroot())
        return read_header(block, lookup) if block is not None else None
    except WrongEgov as wrong:
        text = f"Busta e-Gov incompleta o non coerente con il servizio: {wrong.path}"
        raise no_call("EGov", text) from wrong
