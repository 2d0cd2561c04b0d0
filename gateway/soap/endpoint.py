"""The address of a hosted university's services: ``/soap/<MIUR code>/<role>``.

A request is judged in this order, and stops at the first refusal: address, method and media type,
caller, size, envelope, operation and contract, ``MiurAteneoChiamante``. Only then does a use case
run. What ends as a fault is noted in the journal here; what reaches a use case is noted with its
effect.
"""

from collections.abc import Iterable, Mapping
from typing import Any

from lxml import etree

from gateway.contracts import Role
from gateway.domain.calendar import italian_day
from gateway.domain.identifiers import IdPratica, MiurCode, parse_id_pratica, parse_miur_code
from gateway.domain.messages import ExchangeResult, Operation, ReceivedMessage
from gateway.domain.partners import Partner
from gateway.domain.rejections import Rejection
from gateway.foglio.reading import sections_of, text
from gateway.logs import current_message, get_logger, new_message_id
from gateway.soap.application import Handler, Response, RoleServices
from gateway.soap.callers import Callers
from gateway.soap.calls import Call
from gateway.soap.contract_endpoint import StartResponse, answer_contract
from gateway.soap.faults import (
    InvalidCall,
    busy,
    forbidden,
    internal,
    no_call,
    not_hosted,
    too_large,
)
from gateway.soap.protocol import Judgement, judge, open_envelope
from gateway.soap.requests import check_form, read_body
from gateway.soap.strangers import Strangers
from gateway.soap.wiring import Wiring
from gateway.usecases.ports import StoreUnavailable
from gateway.usecases.transaction import transact

_log = get_logger(__name__)
_XML = "text/xml; charset=utf-8"


class _Request:
    """What is known of a request so far."""

    __slots__ = (
        "address",
        "content",
        "message_id",
        "operation",
        "partner",
        "received_at",
        "role",
        "university",
    )

    def __init__(self, environ: Mapping[str, Any], message_id: str, wiring: Wiring) -> None:
        self.message_id = message_id
        self.address = str(environ.get("REMOTE_ADDR") or "")
        self.received_at = wiring.clock()
        self.university: MiurCode | None = None
        self.role = Role.DESTINATION
        self.partner: Partner | None = None
        self.operation: Operation | None = None
        self.content = b""


class SoapEndpoint:
    """A WSGI application for every hosted university and both roles."""

    def __init__(self, wiring: Wiring) -> None:
        self._wiring = wiring
        self._callers = Callers(wiring)
        self._strangers = Strangers()
        self._services = {role: RoleServices(role) for role in Role}

    def __call__(self, environ: dict[str, Any], start_response: StartResponse) -> Iterable[bytes]:
        """Answer a request below the mount point."""
        message_id = new_message_id()
        reset = current_message.set(message_id)
        try:
            code, _, role = str(environ.get("PATH_INFO", "")).strip("/").partition("/")
            spoken = Role(role) if role in _ROLES else None
            try:
                hosted = self._hosted(code) if spoken else None
            except StoreUnavailable:
                status, headers, body = self._services[Role.DESTINATION].fault(busy())
                start_response(status, headers)
                return [body]
            if environ.get("REQUEST_METHOD") in ("GET", "HEAD"):
                public = self._wiring.public_url
                found = spoken if hosted else None
                return answer_contract(environ, start_response, found, public_url=public)
            request = _Request(environ, message_id, self._wiring)
            request.university = hosted
            request.role = spoken or Role.DESTINATION
            status, headers, body = self._answer(environ, request)
            start_response(status, headers)
            return [body]
        finally:
            current_message.reset(reset)

    def _hosted(self, code: str) -> MiurCode | None:
        try:
            university = self._wiring.find_university(parse_miur_code(code))
        except Rejection:
            return None
        return university.code if university else None

    def _answer(self, environ: dict[str, Any], request: _Request) -> Response:
        try:
            call, handler = self._call(environ, request)
            content = handler(call)
        except InvalidCall as refusal:
            return self._fault(request, refusal)
        except StoreUnavailable as trouble:
            _log.error("store_unavailable", trouble=str(trouble))
            return self._services[request.role].fault(busy())
        except Exception:  # noqa: BLE001  the guard: a bug of ours must not reach the peer
            _log.exception("service_failed", operation=request.operation)
            return self._fault(request, internal(request.message_id))
        return "200 OK", [("Content-Type", _XML), ("Content-Length", str(len(content)))], content

    def _call(self, environ: dict[str, Any], request: _Request) -> tuple[Call, Handler]:
        """Return a valid call and the function that answers it.

        Raises:
            InvalidCall: at the first of the checks that the module names.
        """
        if request.university is None:
            raise not_hosted()
        check_form(environ)
        today = italian_day(request.received_at)
        partner = request.partner = self._callers.identify(request.university, environ, today)
        wiring = self._wiring
        large = request.role is Role.DESTINATION
        limit = wiring.foglio_limit if large else wiring.small_limit
        request.content = read_body(environ, limit)
        body = open_envelope(request.content)
        found = self._services[request.role].find(str(body.tag))
        if found is None:
            raise no_call("UnknownOperation", "Operazione non prevista da questo servizio")
        request.operation, handler = found
        if len(request.content) > wiring.small_limit and body.find("{*}FoglioCongedo") is None:
            raise too_large(wiring.small_limit)
        judgement = judge(body, request.role, partner.tolerances)
        _check_declared_caller(body, judgement, partner)
        message = self._message(request, request.university, partner, body, judgement)
        return Call(wiring, partner, message, body, judgement.reasons), handler

    @staticmethod
    def _message(
        request: _Request,
        university: MiurCode,
        partner: Partner,
        body: etree._Element,
        judgement: Judgement,
    ) -> ReceivedMessage:
        return ReceivedMessage(
            university=university,
            caller=partner.code,
            operation=request.operation,
            id_pratica=_id_pratica(body),
            content=request.content,
            received_at=request.received_at,
            message_id=request.message_id,
            sections=sections_of(body),
            address=request.address,
            tolerated=judgement.tolerated,
        )

    def _fault(self, request: _Request, refusal: InvalidCall) -> Response:
        response = self._services[request.role].fault(refusal)
        status = int(refusal.status.split(" ", 1)[0])
        _log.warning(
            "call_refused", status=status, fault=refusal.code, university=request.university
        )
        self._note_fault(request, status, response[2])
        return response

    def _note_fault(self, request: _Request, code: int, body: bytes) -> None:
        """Note a fault in the journal; callers nobody knows only so often, and without content."""
        university, partner = request.university, request.partner
        left_out = 0 if partner else self._strangers.admit()
        if university is None or left_out is None:
            return
        message = ReceivedMessage(
            university=university,
            caller=partner.code if partner else MiurCode(""),
            operation=request.operation,
            id_pratica=None,
            content=request.content,
            received_at=request.received_at,
            message_id=request.message_id,
            address=request.address,
        )
        try:
            transact(
                university,
                lambda uow: uow.journal.add(
                    message,
                    result=ExchangeResult.FAULT if partner else ExchangeResult.STRANGER,
                    code=code,
                    answer=body if partner else b"",
                    answered_at=self._wiring.clock(),
                    repeats=f"+{left_out}" if left_out else "",
                ),
                open_uow=self._wiring.open_uow,
                lasting=False,
            )
        except Exception:  # noqa: BLE001  the answer is a fault already; it must leave
            _log.exception("journal_failed")


_ROLES = frozenset(role.value for role in Role)


def _check_declared_caller(body: etree._Element, judgement: Judgement, partner: Partner) -> None:
    """Compare ``MiurAteneoChiamante`` with who is authenticated; what is no code is refused later.

    Raises:
        InvalidCall: the caller says to be somebody else.
    """
    if any(reason.path == "MiurAteneoChiamante" for reason in judgement.reasons):
        return
    if parse_miur_code(text(body, "MiurAteneoChiamante")) != partner.code:
        raise forbidden()


def _id_pratica(body: etree._Element) -> IdPratica | None:
    try:
        return parse_id_pratica(text(body, "IdPratica"))
    except Rejection:
        return None
