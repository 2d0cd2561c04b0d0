"""What a message itself proves: WS-Security, verified before anything of the message is believed.

``reads_security`` and ``is_faithful`` say how the envelope must be opened; ``confirm`` verifies it
and then makes its tree an ordinary one; ``sign`` signs an answer. Why a message is refused goes
into the log as one word; the sender learns no more than that it is not believed.
"""

from collections.abc import Iterable

from lxml import etree

from gateway.domain.identifiers import MiurCode
from gateway.domain.partners import Partner
from gateway.domain.security import Proof
from gateway.foglio.parsing import parse, settle
from gateway.logs import get_logger
from gateway.soap.faults import unauthenticated
from gateway.soap.wiring import Wiring
from gateway.wsse import inbound, outbound
from gateway.wsse.names import SECURITY
from gateway.wsse.refusals import Flaw, Refused

_log = get_logger(__name__)


def reads_security(partner: Partner | None) -> frozenset[str]:
    """Return the headers that are understood; ``None`` is a sender still to be found."""
    heeded = partner is None or inbound.demanded(partner.inbound)
    return frozenset({SECURITY}) if heeded else frozenset()


def is_faithful(partner: Partner | None) -> bool:
    """Tell whether the envelope must stay as it was sent until ``confirm`` has seen it."""
    return partner is None or Proof.SIGNATURE in partner.inbound.proofs


class MessageProofs:
    """Verifies what messages prove, and proves our answers."""

    def __init__(self, wiring: Wiring) -> None:
        self._wiring = wiring

    def confirm(
        self,
        partner: Partner | None,
        university: MiurCode,
        candidates: Iterable[Partner],
        root: etree._Element,
    ) -> Partner:
        """Return the partner that sends an envelope, once it proves all that must be proven in it.

        ``partner`` is the one that the connection proved; without one, it is found by what the
        message says among ``candidates``, which prove nothing by the connection. The clock is asked
        here, after the message was read: a request held back does not make an old message fresh.

        Raises:
            InvalidCall: the message does not prove what its sender must.
            StoreUnavailable: what was seen before cannot be looked up.
        """
        try:
            found = partner or _claimed(root, candidates)
            inbound.check(
                root,
                found,
                now=self._wiring.clock(),
                remember=lambda mark, until: self._wiring.remember(university, mark, until),
                window=self._wiring.window,
            )
        except Refused as refused:
            code = partner.code if partner else ""
            _log.warning(
                "message_not_believed", reason=refused.flaw, university=university, partner=code
            )
            raise unauthenticated() from refused
        if is_faithful(partner):
            settle(root)
        return found

    def sign(self, partner: Partner | None, answer: bytes) -> bytes:
        """Return an answer as its partner wants it: signed, or as it is.

        Raises:
            UnusableKey: our signing key or certificate for this partner is none.
        """
        if partner is None or not partner.inbound.sign_answers:
            return answer
        security = partner.outbound
        signer = outbound.make_signer(security.signing_certificate, security.signing_key)
        root = parse(answer, faithful=True)
        outbound.protect(root, self._wiring.clock(), signer=signer)
        return bytes(etree.tostring(root, xml_declaration=True, encoding="UTF-8"))


def _claimed(root: etree._Element, candidates: Iterable[Partner]) -> Partner:
    """Return the partner that a message names; one that must prove nothing is nobody."""
    said = inbound.claim(root)
    proving = (partner for partner in candidates if inbound.demanded(partner.inbound))
    named = next((partner for partner in proving if said.is_of(partner)), None)
    if named is None:
        raise Refused(Flaw.USER_UNKNOWN)
    return named
