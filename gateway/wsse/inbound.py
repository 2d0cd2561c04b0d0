"""What a message says about its sender, and whether it proves it: the seam for services.

``claim`` reads and verifies nothing; ``check`` verifies everything that a partner must show in the
message itself. Both work on the tree that will be used; it must still be as it was sent, before
anything is mended or stripped.
"""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from lxml import etree

from gateway.domain.partners import Partner
from gateway.domain.security import InboundSecurity, KeyPin, Proof
from gateway.wsse.headers import open_secured
from gateway.wsse.keys import NamedKey
from gateway.wsse.refusals import Flaw, Refused
from gateway.wsse.signatures import Proven, check_signature, signer_of
from gateway.wsse.timestamps import Window
from gateway.wsse.tokens import read_token, username_of

MESSAGE_PROOFS = frozenset({Proof.USERNAME_TOKEN, Proof.SIGNATURE})
"""The proofs that stand in the message; the others belong to the connection."""

Remember = Callable[[str, datetime], bool]
"""Remembers a mark until a moment; tells whether it was new. All processes share the memory."""


@dataclass(frozen=True, slots=True)
class Claim:
    """Who a message says it comes from; nothing of it is verified."""

    username: str = ""
    key: NamedKey | None = None

    def is_of(self, partner: Partner) -> bool:
        """Tell whether the message names this partner, by its key or else by its name."""
        if self.key is not None and self.key.find(partner.inbound.signers) is not None:
            return True
        return bool(self.username) and self.username == partner.username_in


def demanded(security: InboundSecurity) -> frozenset[Proof]:
    """Return what must be proven in the message itself."""
    return security.proofs & MESSAGE_PROOFS


def claim(root: etree._Element) -> Claim:
    """Return what a message says about its sender.

    Raises:
        Refused: its header says it twice, or in a form we do not read.
    """
    secured = open_secured(root)
    if secured.security is None:
        return Claim()
    return Claim(username_of(secured.security), signer_of(secured))


def check(
    root: etree._Element,
    partner: Partner,
    *,
    now: datetime,
    remember: Remember,
    window: Window = Window(),  # noqa: B008  frozen
) -> None:
    """Verify all that ``partner`` must show in the message itself.

    A nonce or a signature is remembered only when everything is right, so that strangers fill no
    memory and block nobody.

    Raises:
        Refused: with the first flaw found.
    """
    wanted = demanded(partner.inbound)
    if not wanted:
        return
    secured = open_secured(root)
    if secured.security is None:
        raise Refused(Flaw.SECURITY_MISSING)
    proven: list[Proven] = []
    if Proof.USERNAME_TOKEN in wanted:
        proven.append(_check_token(secured.security, partner, now, window))
    if Proof.SIGNATURE in wanted:
        proven.append(check_signature(secured, partner.inbound.signers, now, window))
    for found in proven:
        if not remember(found.mark, window.remembered_until(found.created)):
            raise Refused(Flaw.REPLAYED)


def check_answer(
    root: etree._Element,
    signers: tuple[KeyPin, ...],
    *,
    now: datetime,
    remember: Remember,
    window: Window = Window(),  # noqa: B008  frozen
) -> None:
    """Verify that an answer is signed by one of the keys pinned for it.

    Raises:
        Refused: with the first flaw found.
    """
    proven = check_signature(open_secured(root), signers, now, window)
    if not remember(proven.mark, window.remembered_until(proven.created)):
        raise Refused(Flaw.REPLAYED)


def _check_token(
    security: etree._Element, partner: Partner, now: datetime, window: Window
) -> Proven:
    token = read_token(security)
    window.check(token.created, now)
    token.check(partner.username_in, partner.inbound.token_password)
    mark = hashlib.sha256(partner.code.encode() + b"\0" + token.nonce).hexdigest()
    return Proven(token.created, f"nonce:{mark}")
