"""What a message says about its sender is read without believing it."""

from dataclasses import replace

import pytest
from cryptography.x509 import SubjectKeyIdentifier
from lxml import etree

from gateway.domain.security import Proof
from gateway.foglio.parsing import parse
from gateway.wsse.certificates import key_identifier
from gateway.wsse.inbound import Claim, claim
from gateway.wsse.refusals import Refused
from tests.support.wsse_checks import MESSAGE, partner, trusting
from tests.support.wsse_keys import pair
from tests.support.wsse_messages import Signing, Token, add_token, signed, with_token

NAMED = partner(Proof.USERNAME_TOKEN, signers=())
OTHER = trusting(pair(name="second").pin())


def test_a_message_without_a_header_says_nothing() -> None:
    said = claim(parse(MESSAGE))
    assert said == Claim()
    assert not said.is_of(NAMED)


def test_a_token_says_a_name_and_no_key() -> None:
    said = claim(parse(with_token(MESSAGE, Token(password="altra"))))
    assert said == Claim(Token.username)
    assert said.is_of(NAMED)
    assert not Claim("ateneo-99").is_of(NAMED)


def test_a_signature_says_a_key_however_wrong_it_is() -> None:
    said = claim(parse(signed(MESSAGE).replace(b">30<", b">31<")))
    assert said.username == ""
    assert said.is_of(trusting(pair().pin()))
    assert not said.is_of(OTHER)


def test_a_key_that_is_only_named_is_known_by_the_pinned_certificate() -> None:
    said = claim(parse(signed(MESSAGE, how=Signing(key_form="serial"))))
    assert said.is_of(trusting(pair().pin(whole=True)))
    assert not said.is_of(trusting(pair().pin()))


def test_an_issuer_that_is_no_name_is_nobody() -> None:
    message = signed(MESSAGE, how=Signing(key_form="serial"))
    root = etree.fromstring(message)
    root.find(".//{*}X509IssuerName").text = "nessuno"
    assert not claim(root).is_of(trusting(pair().pin(whole=True)))
    root.find(".//{*}X509IssuerName").text = "CN=altri"
    assert not claim(root).is_of(trusting(pair().pin(whole=True)))


@pytest.mark.parametrize("number", ["", "-1", "uno", "²", "9" * 61])
def test_a_serial_number_that_is_none_is_refused(number: str) -> None:
    root = etree.fromstring(signed(MESSAGE, how=Signing(key_form="serial")))
    root.find(".//{*}X509SerialNumber").text = number
    with pytest.raises(Refused, match="key_form"):
        claim(root)


def test_two_tokens_or_two_signatures_say_nothing_that_is_read() -> None:
    root = etree.fromstring(with_token(MESSAGE))
    add_token(root, Token(username="altro"))
    with pytest.raises(Refused, match="part_repeated"):
        claim(root)
    with pytest.raises(Refused, match="part_repeated"):
        claim(parse(signed(signed(MESSAGE, how=Signing(ids={})))))


@pytest.mark.parametrize(
    ("form", "attribute", "value"),
    [
        ("ski", "EncodingType", "urn:hex"),
        ("ski", "ValueType", "urn:x"),
        ("ski", "ValueType", ""),
        ("identifier", "EncodingType", "urn:hex"),
    ],
)
def test_a_key_identifier_of_another_kind_is_refused(form: str, attribute: str, value: str) -> None:
    root = etree.fromstring(signed(MESSAGE, how=Signing(key_form=form)))
    root.find(".//{*}KeyIdentifier").set(attribute, value)
    with pytest.raises(Refused, match="key_form"):
        claim(root)


def test_an_empty_key_identifier_is_refused() -> None:
    root = etree.fromstring(signed(MESSAGE, how=Signing(key_form="ski")))
    root.find(".//{*}KeyIdentifier").text = ""
    with pytest.raises(Refused, match="key_form"):
        claim(root)


@pytest.mark.parametrize("form", ["data", "serial"])
def test_anything_else_beside_a_certificate_is_refused(form: str) -> None:
    root = etree.fromstring(signed(MESSAGE, how=Signing(key_form=form)))
    etree.SubElement(root.find(".//{*}X509Data"), "{http://www.w3.org/2000/09/xmldsig#}X509SKI")
    with pytest.raises(Refused, match="key_form"):
        claim(root)


def test_a_certificate_without_key_identifier_is_known_by_the_one_computed() -> None:
    bare = pair(name="bare", identified=False)
    assert (
        key_identifier(bare.der)
        == SubjectKeyIdentifier.from_public_key(bare.private.public_key()).digest
    )


def test_a_pin_whose_certificate_is_unreadable_knows_no_name() -> None:
    broken = replace(pair().pin(), certificate="-----BEGIN CERTIFICATE-----")
    assert not claim(parse(signed(MESSAGE, how=Signing(key_form="ski")))).is_of(trusting(broken))
