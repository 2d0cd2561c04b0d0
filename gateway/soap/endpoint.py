"""The address of a hosted university's services: ``/soap/<MIUR code>/<role>``.

A request is judged in this order, and stops at the first refusal: address, method and media type,
caller, limits of the partner, size, envelope, what the message proves of the caller, operation and
contract, ``MiurAteneoChiamante``. Only then does a use case run. What ends as a fault is noted in
the journal here; what reaches a use case is noted with its effect.
"""

from collections.abc import Iterable
from typing import Any

from lxml import etree

from gateway.contracts import Role
from gateway.domain.calendar import italian_day
from gateway.domain.identifiers import IdPratica, MiurCode, parse_id_pratica, parse_miur_code
from gateway.domain.messages import ReceivedMessage
from gateway.domain.partners import Partner
from gateway.domain.rejections import Rejection
from gateway.foglio.reading import sections_of, student_of, text
from gateway.logs import current_message, new_message_id
from gateway.observation import given_correlation, note
from gateway.soap.application import Handler, Response, RoleServices
from gateway.soap.calls import Call
from gateway.soap.contract_endpoint import StartResponse, answer_contract
from gateway.soap.faults import forbidden, no_call, not_hosted, too_large
from gateway.soap.protocol import Judgement, judge
from gateway.soap.reception import Reception, Visit
from gateway.soap.requests import check_form
from gateway.soap.wiring import Wiring
from gateway.usecases.ports import StoreUnavailable

_XML = "text/xml; charset=utf-8"


class SoapEndpoint:
    """A WSGI application for every hosted university and both roles."""

    def __init__(self, wiring: Wiring, reception: Reception) -> None:
        self._wiring = wiring
        self._reception = reception
        self._services = {role: RoleServices(role) for role in Role}

    def __call__(self, environ: dict[str, Any], start_response: StartResponse) -> Iterable[bytes]:
        """Answer a request below the mount point."""
        message_id = new_message_id()
        note(message_id=message_id)
        reset = current_message.set(message_id)
        try:
            code, _, name = str(environ.get("PATH_INFO", "")).strip("/").partition("/")
            spoken = Role(name) if name in _ROLES else None
            try:
                hosted = self._hosted(code) if spoken else None
            except StoreUnavailable:
                return _send(start_response, self._reception.busy(self._services[Role.DESTINATION]))
            if environ.get("REQUEST_METHOD") in ("GET", "HEAD"):
                public = self._wiring.public_url
                found = spoken if hosted else None
                return answer_contract(environ, start_response, found, public_url=public)
            with self._reception.visit(environ, message_id) as visit:
                visit.university = hosted
                role = spoken or Role.DESTINATION
                response = self._reception.answer(
                    visit, self._services[role], lambda: self._answer(environ, visit, role)
                )
            return _send(start_response, response)
        finally:
            current_message.reset(reset)

    def _hosted(self, code: str) -> MiurCode | None:
        try:
            university = self._wiring.find_university(parse_miur_code(code))
        except Rejection:
            return None
        return university.code if university else None

    def _answer(self, environ: dict[str, Any], visit: Visit, role: Role) -> Response:
        call, handler = self._call(environ, visit, role)
        content = handler(call)
        return "200 OK", [("Content-Type", _XML), ("Content-Length", str(len(content)))], content

    def _call(self, environ: dict[str, Any], visit: Visit, role: Role) -> tuple[Call, Handler]:
        """Return a valid call and the function that answers it.

        Raises:
            InvalidCall: at the first of the checks that the module names.
        """
        if visit.university is None:
            raise not_hosted()
        check_form(environ)
        wiring, today = self._wiring, italian_day(visit.received_at)
        visit.partner = self._reception.callers.identify(visit.university, environ, today)
        large = role is Role.DESTINATION
        limit = wiring.foglio_limit if large else wiring.small_limit
        body, partner = self._reception.open(environ, visit, limit)
        found = self._services[role].find(str(body.tag))
        if found is None:
            raise no_call("UnknownOperation", "Operazione non prevista da questo servizio")
        visit.operation, handler = found
        if len(visit.content) > wiring.small_limit and body.find("{*}FoglioCongedo") is None:
            raise too_large(wiring.small_limit)
        judgement = judge(body, role, partner.tolerances)
        _check_declared_caller(body, judgement, partner)
        message = _message(visit, visit.university, partner, body, judgement)
        return Call(wiring, partner, message, body, judgement.reasons), handler


_ROLES = frozenset(role.value for role in Role)


def _message(
    visit: Visit,
    university: MiurCode,
    partner: Partner,
    body: etree._Element,
    judgement: Judgement,
) -> ReceivedMessage:
    return ReceivedMessage(
        university=university,
        caller=partner.code,
        operation=visit.operation,
        id_pratica=_id_pratica(body),
        content=visit.content,
        received_at=visit.received_at,
        message_id=visit.message_id,
        sections=sections_of(body),
        address=visit.address,
        tolerated=judgement.tolerated,
        student=student_of(body),
        correlation=given_correlation(),
    )


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


def _send(start_response: StartResponse, response: Response) -> Iterable[bytes]:
    status, headers, body = response
    start_response(status, headers)
    return [body]
