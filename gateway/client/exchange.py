"""One exchange with a peer: what proves us leaves with the message, what comes back is proved.

Partners and registries are asked in the same way; what is asked and answered is not known here.
"""

from dataclasses import dataclass

from lxml import etree

from gateway.client.message_security import MessageSecurity
from gateway.client.transport import LATER, PartnerTransport, basic, check_status, wait_of
from gateway.domain.deliveries import PartnerMisbehaved, PartnerUnreachable
from gateway.domain.partners import Partner
from gateway.domain.security import Proof
from gateway.foglio.parsing import ForbiddenDocument, NotXml, parse
from gateway.observation import note


@dataclass(frozen=True, slots=True)
class Answered:
    """An answer as it came, and its tree."""

    content: bytes
    root: etree._Element


class Exchanges:
    """Sends messages to whoever they are for, under the security of their record."""

    def __init__(self, transport: PartnerTransport, security: MessageSecurity) -> None:
        self._transport = transport
        self._security = security

    def send(
        self, partner: Partner, address: str, message: bytes, headers: dict[str, str]
    ) -> Answered:
        """Prove who we are, send, and return the answer, proved too where that is agreed.

        Raises:
            PartnerUnreachable, OutcomeUnknown, AnswerNotBelieved, PartnerMisbehaved: see
                ``domain.deliveries``.
        """
        if not address:
            reason = "no address"
            raise PartnerUnreachable(reason)
        security = partner.outbound
        said = {"Content-Type": "text/xml; charset=utf-8", **headers}
        if Proof.BASIC in security.proofs and partner.username_out:
            said["Authorization"] = basic(partner.username_out, partner.password_out)
        protected = self._security.protect(partner, message)
        response = self._transport.post(address, protected, said, partner.timeout_seconds, security)
        content, status = response.content, response.status_code
        note(status=status, bytes_out=len(protected), bytes_in=len(content))
        root = None
        if security.answer_signers and status not in LATER:
            root = self._security.open_answer(partner, content)
        # HTML in the place of SOAP is a failure, whatever the status
        is_soap = b"Envelope" in content[:2048]
        check_status(status, is_soap=is_soap, wait=wait_of(response.headers))
        return Answered(content, tree_of(content) if root is None else root)


def tree_of(content: bytes) -> etree._Element:
    """Return the tree of an answer that proves nothing.

    Raises:
        PartnerMisbehaved: it is not XML, or of a kind that we do not open.
    """
    try:
        return parse(content)
    except (NotXml, ForbiddenDocument) as error:
        message = "answer is not XML"
        raise PartnerMisbehaved(message) from error
