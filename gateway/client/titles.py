"""The registry of titles over SOAP: implements ``RegistryService`` (A4).

The same client serves the national registry and another installation of ours: the contracts are
those of appendix F.3, read from our own files.
"""

from datetime import datetime

from lxml import etree

from gateway.client.message_security import MessageSecurity
from gateway.client.title_wire import read, slips, soap_action, write
from gateway.client.transport import LATER, PartnerTransport, basic, check_status, wait_of
from gateway.domain.deliveries import PartnerUnreachable
from gateway.domain.lookups import Question, Reply
from gateway.domain.partners import Partner
from gateway.domain.registry import TitleRegistry
from gateway.domain.security import Proof
from gateway.logs import get_logger
from gateway.observation import note

_log = get_logger(__name__)


class SoapRegistry:
    """Asks registries; knows nothing of practices, quotas and memory."""

    def __init__(self, transport: PartnerTransport, security: MessageSecurity) -> None:
        self._transport = transport
        self._security = security

    def ask(
        self, registry: TitleRegistry, question: Question, query_id: str, now: datetime
    ) -> Reply:
        """Ask a registry and return its reply.

        Raises:
            PartnerUnreachable, OutcomeUnknown, PartnerMisbehaved: see ``domain.deliveries``.
        """
        address = registry.address_of(question.service)
        if not address:
            reason = "no address"
            raise PartnerUnreachable(reason)
        message = write(question, registry, query_id, now)
        headers = {
            "Content-Type": "text/xml; charset=utf-8",
            "SOAPAction": soap_action(question.service),
        }
        if question.forwarded:
            headers["Congedo-Inoltro"] = "1"
        content = self._exchange(registry.as_partner(), address, message, headers)
        reply = read(question, content)
        if deviating := slips(question, content):
            _log.info("answer_deviates", operation=question.service, slips=deviating)
        return reply

    def _exchange(
        self, partner: Partner, address: str, message: bytes, headers: dict[str, str]
    ) -> bytes:
        """Prove who we are, send, and return an answer that is proved too where that is agreed.

        Raises:
            PartnerUnreachable, OutcomeUnknown, PartnerMisbehaved: see ``domain.deliveries``.
        """
        security = partner.outbound
        if Proof.BASIC in security.proofs and partner.username_out:
            headers["Authorization"] = basic(partner.username_out, partner.password_out)
        protected = self._security.protect(partner, message)
        response = self._transport.post(
            address, protected, headers, partner.timeout_seconds, security
        )
        note(status=response.status_code, bytes_out=len(protected), bytes_in=len(response.content))
        proved = None
        if security.answer_signers and response.status_code not in LATER:
            proved = self._security.open_answer(partner, response.content)
        is_soap = b"Envelope" in response.content[:2048]
        check_status(response.status_code, is_soap=is_soap, wait=wait_of(response.headers))
        return response.content if proved is None else etree.tostring(proved)
