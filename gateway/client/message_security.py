"""WS-Security with partners: our messages protected as they leave, their answers verified.

A header is made at each sending, so that a repeat is as fresh as a first. An answer that does not
prove itself is not read at all.
"""

from collections.abc import Callable
from datetime import datetime

from lxml import etree

from gateway.domain.deliveries import AnswerNotBelieved, PartnerUnreachable
from gateway.domain.partners import Partner
from gateway.domain.security import OutboundSecurity, Proof
from gateway.foglio.parsing import ForbiddenDocument, NotXml, parse, settle
from gateway.logs import get_logger
from gateway.wsse import inbound, outbound
from gateway.wsse.memory import Recent
from gateway.wsse.refusals import Refused
from gateway.wsse.timestamps import Window

_log = get_logger(__name__)


class MessageSecurity:
    """Adds proofs to messages and demands them of answers, as each partner's record says."""

    def __init__(self, clock: Callable[[], datetime], window: Window | None = None) -> None:
        self._clock = clock
        self._window = window or Window()
        self._seen = Recent(clock)

    def protect(self, partner: Partner, message: bytes) -> bytes:
        """Return a message with the header that the partner demands.

        Raises:
            PartnerUnreachable: what we need for this partner is missing or unusable; nothing left.
        """
        security = partner.outbound
        if not inbound.MESSAGE_PROOFS & security.proofs:
            return message
        try:
            signer = None
            if Proof.SIGNATURE in security.proofs:
                signer = outbound.make_signer(security.signing_certificate, security.signing_key)
            root = parse(message, faithful=True)
            outbound.protect(root, self._clock(), token=_token(partner, security), signer=signer)
        except outbound.UnusableKey as error:
            reason = "signing key"
            raise PartnerUnreachable(reason) from error
        return bytes(etree.tostring(root, xml_declaration=True, encoding="UTF-8"))

    def open_answer(self, partner: Partner, content: bytes) -> etree._Element:
        """Return the tree of an answer that is signed by a key pinned for the partner's answers.

        Raises:
            AnswerNotBelieved: it is not.
        """
        signers = partner.outbound.answer_signers
        try:
            root = parse(content, faithful=True)
            inbound.check_answer(
                root, signers, now=self._clock(), remember=self._seen, window=self._window
            )
        except (NotXml, ForbiddenDocument) as error:
            reason = "answer: not_xml"
            raise AnswerNotBelieved(reason) from error
        except Refused as refused:
            _log.warning("answer_not_believed", reason=refused.flaw, partner=partner.code)
            reason = f"answer: {refused.flaw}"
            raise AnswerNotBelieved(reason) from refused
        settle(root)
        return root


def _token(partner: Partner, security: OutboundSecurity) -> outbound.UserPassword | None:
    if Proof.USERNAME_TOKEN not in security.proofs:
        return None
    name = security.token_username or partner.username_out
    if not name or not security.token_password:
        reason = "token without name or password"
        raise PartnerUnreachable(reason)
    return outbound.UserPassword(name, security.token_password)
