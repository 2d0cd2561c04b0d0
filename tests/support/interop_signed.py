"""Foreign software that proves itself by WS-Security: what it is told, and our client towards it.

A program is told its own key (PKCS #12), the one certificate that it trusts, and the name and the
password of the token: ``{user, password, alias, key, keyPassword, trusted, method}``. Keys are made
for each run.
"""

import json
import secrets
from base64 import b64encode
from dataclasses import replace
from pathlib import Path
from typing import Any

import requests
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import BestAvailableEncryption, pkcs12

from gateway.bootstrap import now
from gateway.client.message_security import MessageSecurity
from gateway.client.partner import SoapPartners
from gateway.client.transport import PartnerTransport
from gateway.domain.deliveries import Side
from gateway.domain.identifiers import MiurCode
from gateway.domain.messages import Operation
from gateway.domain.partners import Partner
from gateway.domain.security import OutboundSecurity, Proof
from gateway.usecases.partner_ports import PartnerAnswer, PartnerCall
from tests.support.interop_world import foreign_partner
from tests.support.universities import MONTELAGO, VALDOMBRA
from tests.support.wsse_keys import Pair
from tests.support.wsse_messages import MORE, Token
from tests.support.wsse_worlds import key_of


def told(
    code: MiurCode, caller: MiurCode, by: Pair | None = None, trusting: Pair | None = None
) -> dict[str, str]:
    """Return what software is told that is ``code``, when ``caller`` is who calls.

    A client is its own caller, a server's is its peer. Without more said, both have their own keys.
    """
    own, secret = by or key_of(code), secrets.token_hex(16)
    peer = trusting or key_of(MONTELAGO if code == VALDOMBRA else VALDOMBRA)
    sealed = BestAvailableEncryption(secret.encode())
    key = pkcs12.serialize_key_and_certificates(b"own", own.private, own.certificate, None, sealed)
    kind = "rsa" if isinstance(own.private, rsa.RSAPrivateKey) else "ecdsa"
    return {
        "user": f"ateneo-{caller}",
        "password": Token.password,
        "alias": "own",
        "key": b64encode(key).decode(),
        "keyPassword": secret,
        "trusted": b64encode(peer.der).decode(),
        "method": f"{MORE}{kind}-sha256",
    }


def signing_with(by: Pair) -> dict[str, str]:
    """Return a signing key as our record of a partner holds it."""
    return {"signing_certificate": by.pem, "signing_key": by.key_pem}


def doubts(log: Path) -> list[str]:
    """Return why a server did not believe messages, in the order of its log."""
    lines = log.read_text("utf-8").splitlines()
    return [str(json.loads(line)["reason"]) for line in lines if "message_not_believed" in line]


class SignedCalls:
    """Our client towards CXF's servers: as 91 to the destination, as 92 to the origin."""

    def __init__(self, address: str) -> None:
        self.address = address
        self.transport = Kept()
        self.services = SoapPartners(self.transport, MessageSecurity(now))

    def partner(self, us: MiurCode, **changes: Any) -> Partner:
        """Return them as ``us`` knows them."""
        them = MONTELAGO if us == VALDOMBRA else VALDOMBRA
        ours = key_of(us)
        shown = OutboundSecurity(
            proofs=frozenset({Proof.USERNAME_TOKEN, Proof.SIGNATURE}),
            token_username=f"ateneo-{us}",
            token_password=Token.password,
            signing_certificate=ours.pem,
            signing_key=ours.key_pem,
            answer_signers=(key_of(them).pin(),),
        )
        return replace(foreign_partner(self.address, them), outbound=replace(shown, **changes))

    def send(
        self, side: Side, operation: Operation, given: dict[str, Any], **changes: Any
    ) -> PartnerAnswer:
        """Call them and return their answer, once it is believed."""
        us = VALDOMBRA if side is Side.ORIGIN else MONTELAGO
        call = PartnerCall(operation=operation, caller=us, **given)
        return self.services.send(
            self.partner(us, **changes), side, operation, self.services.write(call)
        )


class Kept(PartnerTransport):
    """Remembers the newest message as it left, and its answer."""

    def __init__(self) -> None:
        super().__init__()
        self.posted: tuple[Any, ...] = ()
        self.response = requests.Response()

    def post(self, *given: Any, **options: Any) -> requests.Response:
        self.posted = given
        self.response = super().post(*given, **options)
        return self.response
