"""The address of the two lookups: ``/soap/ans/titoli`` and ``/soap/ans/diplomi``.

They are asked by partners of any hosted university and name none; the one whose partner asks keeps
the journal. A request is judged in this order and stops at the first refusal: address, method and
media type, caller, leave to look up, limits of the partner, size, envelope, what the message
proves, operation, e-Gov header, contract. A partner that proves itself in its messages only cannot
ask here: nobody would know whose partner it is. A caller nobody knows belongs to no hosted
university: it leaves a line in the log and no row.
"""

from collections.abc import Iterable
from typing import Any

from lxml import etree

from gateway.contracts import Lookup
from gateway.domain.calendar import italian_day
from gateway.domain.identifiers import MiurCode
from gateway.domain.messages import ReceivedMessage
from gateway.domain.partners import Partner
from gateway.egov import HEADER, EgovHeader, WrongEgov, find_header, read_header
from gateway.logs import current_message, new_message_id
from gateway.observation import given_correlation, note
from gateway.soap.application import Response, RoleServices
from gateway.soap.contract_endpoint import StartResponse, answer_contract
from gateway.soap.faults import may_not_look_up, no_call, not_hosted
from gateway.soap.reception import Reception, Visit
from gateway.soap.requests import check_form
from gateway.soap.titles_service import Answered, LookupCall, LookupHandler
from gateway.soap.wiring import Wiring

MOUNT = "soap/ans"
SOURCE_HEADER = "Congedo-Fonte"
"""The HTTP header that tells who spoke."""

_FORWARDED = "HTTP_CONGEDO_INOLTRO"
"""Another installation was asked and passes the question on (``Congedo-Inoltro``)."""

_XML = "text/xml; charset=utf-8"
_LOOKUPS = {lookup.value: lookup for lookup in Lookup}


class LookupEndpoint:
    """A WSGI application for both lookups."""

    def __init__(self, wiring: Wiring, reception: Reception) -> None:
        self._wiring = wiring
        self._reception = reception
        self._services = {lookup: RoleServices(lookup) for lookup in Lookup}

    def __call__(self, environ: dict[str, Any], start_response: StartResponse) -> Iterable[bytes]:
        """Answer a request below the mount point."""
        message_id = new_message_id()
        note(message_id=message_id)
        reset = current_message.set(message_id)
        try:
            lookup = _LOOKUPS.get(str(environ.get("PATH_INFO", "")).strip("/"))
            if environ.get("REQUEST_METHOD") in ("GET", "HEAD"):
                public = self._wiring.public_url
                return answer_contract(
                    environ, start_response, lookup, public_url=public, mount=MOUNT
                )
            with self._reception.visit(environ, message_id) as visit:
                visit.confidential = lookup is Lookup.DIPLOMA  # it may hold a student's password
                spyne = self._services[lookup or Lookup.TITLES]
                status, headers, body = self._reception.answer(
                    visit, spyne, lambda: self._answer(environ, visit, lookup)
                )
            start_response(status, headers)
            return [body]
        finally:
            current_message.reset(reset)

    def _answer(self, environ: dict[str, Any], visit: Visit, lookup: Lookup | None) -> Response:
        if lookup is None:
            raise not_hosted()
        call, handler = self._call(environ, visit, lookup)
        answered = handler(call)
        return "200 OK", _headers(answered), answered.content

    def _call(
        self, environ: dict[str, Any], visit: Visit, lookup: Lookup
    ) -> tuple[LookupCall, LookupHandler]:
        """Return an authenticated call and the function that judges and answers it.

        Raises:
            InvalidCall: at the first of the checks that the module names.
        """
        check_form(environ)
        wiring, today = self._wiring, italian_day(visit.received_at)
        university, caller = self._reception.callers.identify_anywhere(environ, today)
        visit.university, visit.partner = university, caller
        if not caller.may_look_up:
            raise may_not_look_up()
        understood = {HEADER} if caller.egov else frozenset[str]()
        body, partner = self._reception.open(environ, visit, wiring.small_limit, understood)
        found = self._services[lookup].find(str(body.tag))
        if found is None:
            raise no_call("UnknownOperation", "Operazione non prevista da questo servizio")
        visit.operation, handler = found
        header = _egov(body, lookup) if partner.egov else None
        universities = wiring.letting_look_up(partner.code, today)
        message = _message(visit, university, partner)
        forwarded = bool(environ.get(_FORWARDED))
        call = LookupCall(wiring, partner, message, body, universities, forwarded, header)
        return call, handler


def _message(visit: Visit, university: MiurCode, caller: Partner) -> ReceivedMessage:
    return ReceivedMessage(
        university=university,
        caller=caller.code,
        operation=visit.operation,
        id_pratica=None,
        content=visit.content,
        received_at=visit.received_at,
        message_id=visit.message_id,
        address=visit.address,
        correlation=given_correlation(),
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
