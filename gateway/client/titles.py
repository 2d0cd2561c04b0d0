"""The registry of titles over SOAP: implements ``RegistryService`` (A4).

The same client serves the national registry and another installation of ours: the contracts are
those of appendix F.3, read from our own files.
"""

from datetime import datetime

from gateway.client.exchange import Exchanges
from gateway.client.message_security import MessageSecurity
from gateway.client.title_wire import read, slips, soap_action, write
from gateway.client.transport import PartnerTransport
from gateway.domain.lookups import Question, Reply
from gateway.domain.registry import TitleRegistry
from gateway.logs import get_logger

_log = get_logger(__name__)


class SoapRegistry:
    """Asks registries; knows nothing of practices, quotas and memory."""

    def __init__(self, transport: PartnerTransport, security: MessageSecurity) -> None:
        self._exchanges = Exchanges(transport, security)

    def ask(
        self, registry: TitleRegistry, question: Question, query_id: str, now: datetime
    ) -> Reply:
        """Ask a registry and return its reply.

        Raises:
            PartnerUnreachable, OutcomeUnknown, PartnerMisbehaved: see ``domain.deliveries``.
        """
        headers = {"SOAPAction": soap_action(question.service)}
        if question.forwarded:
            headers["Congedo-Inoltro"] = "1"
        message = write(question, registry, query_id, now)
        address = registry.address_of(question.service)
        answered = self._exchanges.send(registry.as_partner(), address, message, headers)
        reply = read(question, answered.root)
        if deviating := slips(question, answered.root):
            _log.info("answer_deviates", operation=question.service, slips=deviating)
        return reply
