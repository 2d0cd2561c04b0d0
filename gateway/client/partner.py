"""The services of partners over SOAP: implements ``PartnerServices``."""

from gateway.client.exchange import Exchanges
from gateway.client.message_security import MessageSecurity
from gateway.client.reading import read
from gateway.client.transport import PartnerTransport
from gateway.client.writing import soap_action, write
from gateway.correlation import REQUEST_HEADER
from gateway.correlation import write as write_correlation
from gateway.domain.deliveries import Side
from gateway.domain.messages import Operation
from gateway.domain.partners import Partner
from gateway.logs import get_logger
from gateway.usecases.partner_ports import PartnerAnswer, PartnerCall

_log = get_logger(__name__)
_ORIGIN_ONLY = frozenset({Operation.REQUIRE_REFRESH, Operation.RET_TOKEN, Operation.GET_ALLEGATO})


class SoapPartners:
    """Calls partners; knows nothing of practices."""

    def __init__(self, transport: PartnerTransport, security: MessageSecurity) -> None:
        self._exchanges = Exchanges(transport, security)

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
        headers = {"SOAPAction": soap_action(operation)}
        said = write_correlation(correlation, correlation)
        if said:
            headers[REQUEST_HEADER] = said
        address = address_of(partner, side, operation)
        answered = self._exchanges.send(partner, address, message, headers)
        answer = read(operation, answered.content, answered.root)
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
