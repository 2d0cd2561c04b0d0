"""The registry of titles over SOAP: implements ``RegistryService`` (A4).

The same client serves the national registry and another installation of ours: the contracts are
those of appendix F.3, read from our own files.
"""

from datetime import datetime

import requests

from gateway.client.title_wire import read, slips, soap_action, write
from gateway.client.transport import PartnerTransport, basic, check_status
from gateway.domain.deliveries import PartnerUnreachable
from gateway.domain.lookups import Question, Reply
from gateway.domain.partners import Partner
from gateway.domain.registry import TitleRegistry
from gateway.domain.security import Proof
from gateway.logs import get_logger

_log = get_logger(__name__)


class SoapRegistry:
    """Asks registries; knows nothing of practices, quotas and memory."""

    def __init__(self, transport: PartnerTransport) -> None:
        self._transport = transport

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
        response = self._exchange(registry.as_partner(), address, message, headers)
        check_status(response.status_code, is_soap=b"Envelope" in response.content[:2048])
        reply = read(question, response.content)
        if deviating := slips(question, response.content):
            _log.info("answer_deviates", operation=question.service, slips=deviating)
        return reply

    def _exchange(
        self, partner: Partner, address: str, message: bytes, headers: dict[str, str]
    ) -> requests.Response:
        """Prove who we are and send: the one place where a registry is like any partner.

        Raises:
            PartnerUnreachable: the record demands what cannot be proved here; nothing left.
        """
        security = partner.outbound
        pinned = security.server_keys or security.authorities or security.answer_signers
        if pinned or not security.proofs <= {Proof.BASIC}:
            reason = "ProofNotPossible"
            raise PartnerUnreachable(reason)
        if Proof.BASIC in security.proofs and partner.username_out:
            headers["Authorization"] = basic(partner.username_out, partner.password_out)
        return self._transport.post(address, message, headers, partner.timeout_seconds)
