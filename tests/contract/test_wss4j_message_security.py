"""Messages that Apache WSS4J 4.0.0 signed, kept as it wrote them: token, timestamp, signature.

Made from the smallest call (T2) with a PasswordDigest token, RSA-SHA256 and SHA-256, one file for
each way in which WSS4J names the key. The key was thrown away.
"""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from lxml import etree

from gateway.domain.security import KeyPin, Proof
from gateway.wsse.certificates import read_pem
from gateway.wsse.refusals import Flaw
from gateway.wsse.timestamps import parse_moment
from tests.support.wsse_checks import judge, partner, refused

pytestmark = pytest.mark.contract

GOLDEN = Path(__file__).parent / "golden" / "wss4j"
PEM = (GOLDEN / "certificate.pem").read_text()
FORMS = ("direct", "x509", "ski", "serial", "thumbprint")


def message(form: str) -> bytes:
    """Return a message as it was sent."""
    return (GOLDEN / f"{form}.xml").read_bytes()


def pin() -> KeyPin:
    """Return the pin of the key that signed."""
    known = read_pem(PEM)
    assert known is not None
    return KeyPin(known.pin, certificate=PEM)


BOTH = partner(Proof.USERNAME_TOKEN, Proof.SIGNATURE, signers=(pin(),))


@pytest.mark.parametrize("form", FORMS)
def test_a_message_of_wss4js_is_believed(form: str) -> None:
    created = etree.fromstring(message(form)).findtext(".//{*}Timestamp/{*}Created")
    now = parse_moment(created) + timedelta(seconds=1)
    root = judge(message(form), BOTH, now=now)
    assert root.findtext(".//MiurAteneoChiamante") == "91"
    refused(message(form).replace(b">91<", b">93<"), Flaw.SIGNATURE_WRONG, BOTH, now=now)
    refused(message(form), Flaw.TIME_STALE, BOTH, now=now + timedelta(minutes=5))


@pytest.mark.parametrize("form", FORMS)
def test_a_message_that_does_not_carry_its_certificate_needs_it_pinned(form: str) -> None:
    created = etree.fromstring(message(form)).findtext(".//{*}Timestamp/{*}Created")
    now = parse_moment(created)
    bare = replace(BOTH.inbound, signers=(KeyPin(pin().sha256),))
    who = replace(BOTH, inbound=bare)
    if form in ("direct", "x509"):
        judge(message(form), who, now=now)
    else:
        refused(message(form), Flaw.KEY_UNKNOWN, who, now=now)
