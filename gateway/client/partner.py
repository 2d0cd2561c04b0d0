"""The services of partners over SOAP: implements ``PartnerServices``."""

import requests

from gateway.client.message_security import MessageSecurity
from gateway.client.reading import read, read_tree
from gateway.client.transport import (
    LATER,
    PartnerTransport,
    basic,
    check_status,
    wait_of,
)
from gateway.client.writing import soap_action, write
from gateway.correlation import REQUEST_HEADER
from gateway.correlation import write as write_correlation
from gateway.domain.deliveries import PartnerUnreachable, Side
from gateway.domain.messages import Operation
from gateway.domain.partners import Partner
from gateway.domain.security import Proof
from gateway.logs import get_logger
from gateway.observation import note
from gateway.usecases.ports import PartnerAnswer, PartnerCall

_log = get_logger(__name__)
_ORIGIN_ONLY = frozenset({Operation.REQUIRE_REFRESH, Operation.RET_TOKEN, Operation.GET_ALLEGATO})


class SoapPartners:
    """Calls partners; knows nothing of practices."""

    def __init__(self, transport: PartnerTransport, security: MessageSecurity) -> None:
        self._transport = transport
        self._security = security

    def write(self, call: PartnerCall) -> bytes:
        """Return the envelope of a call."""
        return write(call)

    def send(
        self,
        partner: Partner,
        side: Side,
        operation: Operation,
        message: bytes,
        *,
        correlation: str = "",
    ) -> PartnerAnswer:
        """Send a message as the given side and return the answer, refusals included.

        Raises:
            PartnerUnreachable, OutcomeUnknown, AnswerNotBelieved, PartnerMisbehaved: see
                ``domain.deliveries``.
        """
        address = address_of(partner, side, operation)
        if not address:
            reason = "no address"
            raise PartnerUnreachable(reason)
        headers = {
            "Content-Type": "text/xml; charset=utf-8",
            "SOAPAction": soap_action(operation),
        }
        security = partner.outbound
        if Proof.BASIC in security.proofs and partner.username_out:
            headers["Authorization"] = basic(partner.username_out, partner.password_out)
        said = write_correlation(correlation, correlation)
        if said:
            headers[REQUEST_HEADER] = said
        protected = self._security.protect(partner, message)
        response = self._transport.post(
            address, protected, headers, partner.timeout_seconds, security
        )
        note(status=response.status_code, bytes_in=len(response.content))
        root = None
        if partner.outbound.answer_signers and response.status_code not in LATER:
            root = self._security.open_answer(partner, response.content)
        wait = wait_of(response.headers)
        check_status(response.status_code, is_soap=_is_soap(response), wait=wait)
        answer = (
            read(operation, response.content)
            if root is None
            else read_tree(operation, response.content, root)
        )
        if answer.slips:
            _log.info(
                "answer_deviates", partner=partner.code, operation=operation, slips=answer.slips
            )
        return answer


def address_of(partner: Partner, side: Side, operation: Operation) -> str:
    """Return where an operation of a partner is, for one who plays ``side``."""
    if operation in _ORIGIN_ONLY or side is Side.DESTINATION:
        return partner.origin_url
    return partner.destination_url


def _is_soap(response: requests.Response) -> bool:
    """Tell whether an answer may be SOAP: HTML in its place is a failure, whatever the status."""
    return b"Envelope" in response.content[:2048]
