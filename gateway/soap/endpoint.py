"""The address of a hosted university's services: ``/soap/<MIUR code>/<role>``.

A request is judged in this order, and stops at the first refusal: address, method and media type,
caller, size, envelope, operation and contract, ``MiurAteneoChiamante``. Only then does a use case
run. What ends as a fault is noted in the journal here; what reaches a use case is noted with its
effect.
"""

import io
from collections.abc import Iterable, Mapping
from typing import Any

from lxml import etree

from gateway.contracts import Role
from gateway.domain.calendar import italian_day
from gateway.domain.identifiers import IdPratica, MiurCode, parse_id_pratica, parse_miur_code
from gateway.domain.messages import ExchangeResult, Operation, ReceivedMessage
from gateway.domain.partners import Partner
from gateway.domain.rejections import Rejection
from gateway.foglio.canonical import fingerprint
from gateway.foglio.reading import text
from gateway.logs import current_message, get_logger, new_message_id
from gateway.soap.application import Handler, make_application
from gateway.soap.callers import Callers
from gateway.soap.calls import Call
from gateway.soap.contract_endpoint import StartResponse, answer_contract
from gateway.soap.faults import InvalidCall, forbidden, internal, not_hosted
from gateway.soap.protocol import CALL_KEY, Envelope, fail
from gateway.soap.requests import check_form, read_body
from gateway.soap.strangers import Strangers
from gateway.soap.wiring import Wiring
from gateway.usecases.transaction import transact

_log = get_logger(__name__)
_REQUEST_KEY = "congedo.request"


class _Request:
    """What is known of a request so far."""

    __slots__ = ("address", "message_id", "operation", "partner", "received_at", "university")

    def __init__(self, environ: Mapping[str, Any], message_id: str, wiring: Wiring) -> None:
        self.message_id = message_id
        self.address = str(environ.get("REMOTE_ADDR") or "")
        self.received_at = wiring.clock()
        self.university: MiurCode | None = None
        self.partner: Partner | None = None
        self.operation: Operation | None = None


class SoapEndpoint:
    """A WSGI application for every hosted university and both roles."""

    def __init__(self, wiring: Wiring) -> None:
        self._wiring = wiring
        self._callers = Callers(wiring)
        self._strangers = Strangers()
        self._applications = {role: make_application(role, self._dispatch) for role in Role}

    def __call__(self, environ: dict[str, Any], start_response: StartResponse) -> Iterable[bytes]:
        """Answer a request below the mount point."""
        message_id = new_message_id()
        reset = current_message.set(message_id)
        try:
            code, _, role = str(environ.get("PATH_INFO", "")).strip("/").partition("/")
            hosted = self._hosted(code) if role in list(Role) else None
            if environ.get("REQUEST_METHOD") in ("GET", "HEAD"):
                return answer_contract(
                    environ,
                    start_response,
                    Role(role) if hosted else None,
                    public_url=self._wiring.public_url,
                )
            request = _Request(environ, message_id, self._wiring)
            request.university = hosted
            status, headers, body = self._answer(environ, request, role)
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

    def _answer(
        self, environ: dict[str, Any], request: _Request, role: str
    ) -> tuple[str, list[tuple[str, str]], bytes]:
        spoken = Role(role) if role in list(Role) else Role.DESTINATION
        envelope = self._envelope(environ, request, spoken)
        inner = _inner_environ(environ, envelope, request)
        status, headers, body = _run(self._applications[spoken], inner)
        if not status.startswith("200"):
            status, body = self._note_fault(request, envelope, status, body)
        return status, headers, body

    def _envelope(self, environ: dict[str, Any], request: _Request, role: Role) -> Envelope:
        wiring = self._wiring
        limit = wiring.foglio_limit if role is Role.DESTINATION else wiring.small_limit
        try:
            if request.university is None:
                raise not_hosted()
            check_form(environ)
            today = italian_day(request.received_at)
            request.partner = self._callers.identify(request.university, environ, today)
            content = read_body(environ, limit)
        except InvalidCall as refusal:
            return Envelope(b"", refusal=refusal)
        return Envelope(content, request.partner.tolerances, wiring.small_limit)

    def _dispatch(
        self,
        ctx: Any,
        body: etree._Element,
        operation: Operation,
        handler: Handler,
    ) -> bytes:
        environ = ctx.transport.req_env
        request: _Request = environ[_REQUEST_KEY]
        try:
            call = self._call(request, environ[CALL_KEY], body, operation)
            return handler(call)
        except InvalidCall as refusal:
            fail(ctx, refusal)
        except Exception:  # noqa: BLE001  the guard: a bug of ours must not reach the peer
            _log.exception("service_failed", operation=operation.value)
            fail(ctx, internal(request.message_id))
        raise AssertionError  # fail() always raises

    def _call(
        self, request: _Request, envelope: Envelope, body: etree._Element, operation: Operation
    ) -> Call:
        partner, university = request.partner, request.university
        assert partner is not None and university is not None  # noqa: PT018  identified
        request.operation = operation
        wrong = {reason.path for reason in envelope.reasons}
        if "MiurAteneoChiamante" not in wrong:
            declared = parse_miur_code(text(body, "MiurAteneoChiamante"))
            if declared != partner.code:
                raise forbidden()
        message = ReceivedMessage(
            university=university,
            caller=partner.code,
            operation=operation,
            id_pratica=_id_pratica(body),
            fingerprint=fingerprint(body),
            content=envelope.content,
            received_at=request.received_at,
            message_id=request.message_id,
            address=request.address,
            tolerated=envelope.tolerated,
        )
        return Call(self._wiring, partner, message, body, envelope.reasons)

    def _note_fault(
        self, request: _Request, envelope: Envelope, status: str, body: bytes
    ) -> tuple[str, bytes]:
        """Note a fault in the journal; callers nobody knows only so often, and without content."""
        code = int(status.split(" ", 1)[0])
        _log.warning("call_refused", status=code, university=request.university)
        if request.university is None:
            return status, body
        known = request.partner is not None
        left_out = 0 if known else self._strangers.admit()
        if left_out is None:
            return status, body
        message = ReceivedMessage(
            university=request.university,
            caller=request.partner.code if request.partner else MiurCode(""),
            operation=request.operation,
            id_pratica=None,
            fingerprint="",
            content=envelope.content,
            received_at=request.received_at,
            message_id=request.message_id,
            address=request.address,
        )
        try:
            transact(
                request.university,
                lambda uow: uow.journal.add(
                    message,
                    result=ExchangeResult.FAULT if known else ExchangeResult.STRANGER,
                    code=code,
                    answer=body if known else b"",
                    answered_at=self._wiring.clock(),
                    repeats=f"+{left_out}" if left_out else "",
                ),
                open_uow=self._wiring.open_uow,
            )
        except Exception:  # noqa: BLE001  the answer is a fault already; it must leave
            _log.exception("journal_failed")
        return status, body


def _id_pratica(body: etree._Element) -> IdPratica | None:
    try:
        return parse_id_pratica(text(body, "IdPratica"))
    except Rejection:
        return None


def _inner_environ(
    environ: Mapping[str, Any], envelope: Envelope, request: _Request
) -> dict[str, Any]:
    """Return the environment Spyne sees: its own reading of headers and body finds nothing odd."""
    return {
        "REQUEST_METHOD": "POST",
        "SCRIPT_NAME": "",
        "PATH_INFO": "/",
        "QUERY_STRING": "",
        "SERVER_NAME": "congedo",
        "SERVER_PORT": "80",
        "SERVER_PROTOCOL": "HTTP/1.1",
        "CONTENT_TYPE": "text/xml",
        "CONTENT_LENGTH": "0",
        "wsgi.url_scheme": "http",
        "wsgi.input": io.BytesIO(),
        "wsgi.errors": environ.get("wsgi.errors"),
        CALL_KEY: envelope,
        _REQUEST_KEY: request,
    }


def _run(
    application: Any,
    environ: dict[str, Any],
) -> tuple[str, list[tuple[str, str]], bytes]:
    started: list[tuple[str, list[tuple[str, str]]]] = []

    def start(status: str, headers: list[tuple[str, str]]) -> None:
        started.append((status, headers))

    body = b"".join(application(environ, start))
    status, headers = started[0]
    kept = [(name, value) for name, value in headers if name.lower() != "content-length"]
    return status, [*kept, ("Content-Length", str(len(body)))], body
