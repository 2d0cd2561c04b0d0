"""Everything else that is tried against a signature: each is refused, and its word says why."""

import base64
import re
import time
from collections.abc import Callable
from datetime import date, timedelta

import pytest
from lxml import etree

from gateway.domain.security import Proof
from gateway.foglio.parsing import ForbiddenDocument
from gateway.wsse.refusals import Flaw, Refused
from tests.support.clock import START
from tests.support.wsse_checks import MESSAGE, judge, partner, refused, trusting
from tests.support.wsse_keys import pair
from tests.support.wsse_messages import (
    DS,
    EXC,
    MORE,
    NS,
    OASIS,
    WSSE,
    Signing,
    security_of,
    signed,
)

Tree = etree._Element
MINUTE = timedelta(minutes=1)


def changed(path: str, change: Callable[[Tree], object], how: Signing | None = None) -> bytes:
    """Return the signed message with one element changed."""
    root = etree.fromstring(signed(MESSAGE, how=how))
    change(root.xpath(path, namespaces=NS)[0])
    return bytes(etree.tostring(root))


def set_text(text: str) -> Callable[[Tree], object]:
    """Return a change of an element's text."""

    def change(element: Tree) -> None:
        element.text = text

    return change


def dropped(element: Tree) -> None:
    """Take an element out."""
    element.getparent().remove(element)


# The message


def test_a_tampered_body_is_refused() -> None:
    refused(signed(MESSAGE).replace(b">30<", b">31<"), Flaw.SIGNATURE_WRONG)


def test_an_attribute_added_to_the_body_is_refused() -> None:
    refused(changed("//s:Body", lambda body: body.set("a", "b")), Flaw.SIGNATURE_WRONG)


def test_a_processing_instruction_put_into_the_body_is_refused() -> None:
    refused(signed(MESSAGE).replace(b">Ada", b">A<?x y?>da"), Flaw.SIGNATURE_WRONG)


def test_blanks_put_between_the_elements_of_the_body_are_refused() -> None:
    refused(signed(MESSAGE).replace(b"<Voto", b" <Voto"), Flaw.SIGNATURE_WRONG)


def test_a_stripped_signature_is_refused() -> None:
    refused(changed("//ds:Signature", dropped), Flaw.SIGNATURE_MISSING)


def test_a_stripped_header_is_refused() -> None:
    refused(MESSAGE, Flaw.SECURITY_MISSING)
    refused(changed("//s:Header", dropped), Flaw.SECURITY_MISSING)


def test_a_stripped_timestamp_is_refused() -> None:
    refused(changed("//wsu:Timestamp", dropped), Flaw.TIMESTAMP_MISSING)


def test_a_token_does_not_stand_for_a_signature() -> None:
    root = etree.fromstring(MESSAGE)
    security_of(root)
    refused(bytes(etree.tostring(root)), Flaw.SIGNATURE_MISSING)


# Time


def test_a_stale_timestamp_is_refused() -> None:
    how = Signing(created=START - 5 * MINUTE, expires=None)
    refused(signed(MESSAGE, how=how), Flaw.TIME_STALE)
    judge(signed(MESSAGE, how=how), now=START - timedelta(milliseconds=1))


def test_a_timestamp_from_the_future_is_refused() -> None:
    ahead = MINUTE + timedelta(milliseconds=1)
    refused(signed(MESSAGE, how=Signing(created=START + ahead, expires=None)), Flaw.TIME_FUTURE)
    judge(signed(MESSAGE, how=Signing(created=START + MINUTE, expires=None)))


def test_an_expired_message_is_refused_however_fresh() -> None:
    how = Signing(created=START - MINUTE, expires=START)
    refused(signed(MESSAGE, how=how), Flaw.TIME_EXPIRED)
    judge(signed(MESSAGE, how=how), now=START - timedelta(milliseconds=1))


def test_a_message_that_expires_before_it_is_made_is_refused() -> None:
    how = Signing(created=START + MINUTE, expires=START + MINUTE / 2)
    refused(signed(MESSAGE, how=how), Flaw.TIME_EXPIRED)


def test_a_long_life_does_not_make_a_message_fresh() -> None:
    how = Signing(created=START - 6 * MINUTE, expires=START + 1000 * MINUTE)
    refused(signed(MESSAGE, how=how), Flaw.TIME_STALE)


@pytest.mark.parametrize(
    "moment",
    [
        "",
        "oggi",
        "2026-09-21",
        "2026-09-21T08:00:00",
        "2026-13-21T08:00:00Z",
        "2026-09-21T25:00:00Z",
        "2026-W39-1T08:00:00Z",
        "0001-01-01T00:00:00+14:00",
        "9999-12-31T23:59:59-14:00",
        "2026-09-21T08:00:00+99:99",
        "２０２６-09-21T08:00:00Z",
    ],
)
def test_a_moment_that_is_none_is_refused(moment: str) -> None:
    refused(changed("//wsu:Created", set_text(moment)), Flaw.TIME_UNREADABLE)
    refused(changed("//wsu:Expires", set_text(moment)), Flaw.TIME_UNREADABLE)


# Keys


def test_a_wrong_key_is_refused() -> None:
    refused(signed(MESSAGE, pair(name="second")), Flaw.KEY_UNKNOWN)


def test_a_signature_by_another_key_than_the_one_shown_is_refused() -> None:
    root = etree.fromstring(signed(MESSAGE, pair(name="second")))
    token = root.xpath("//wsse:BinarySecurityToken", namespaces=NS)[0]
    token.text = base64.b64encode(pair().der).decode()
    refused(bytes(etree.tostring(root)), Flaw.SIGNATURE_WRONG)


def test_a_partner_without_pinned_keys_proves_nothing() -> None:
    refused(signed(MESSAGE), Flaw.KEY_UNKNOWN, trusting())


def test_a_pin_past_its_last_day_is_refused() -> None:
    refused(signed(MESSAGE), Flaw.KEY_ENDED, trusting(pair().pin(date(2026, 9, 20))))


def test_the_last_day_of_a_pin_is_that_of_the_italian_calendar() -> None:
    late = START.replace(hour=22, minute=30)  # past midnight in Rome
    message = signed(MESSAGE, how=Signing(created=late, expires=None))
    refused(message, Flaw.KEY_ENDED, trusting(pair().pin(date(2026, 9, 21))), now=late)


@pytest.mark.parametrize(
    ("begins", "ends"),
    [(date(2025, 1, 1), date(2026, 9, 21)), (date(2026, 9, 22), date(2027, 1, 1))],
)
def test_an_expired_certificate_and_one_not_yet_good_are_refused(begins: date, ends: date) -> None:
    key = pair(begins=begins, ends=ends)
    refused(signed(MESSAGE, key), Flaw.CERTIFICATE_DATES, trusting(key.pin()))
    named = signed(MESSAGE, key, Signing(key_form="ski"))
    refused(named, Flaw.CERTIFICATE_DATES, trusting(key.pin(whole=True)))


@pytest.mark.parametrize(("kind", "method"), [("rsa1024", "rsa-sha256"), ("p192", "ecdsa-sha256")])
def test_a_weak_key_is_refused_even_when_pinned(kind: str, method: str) -> None:
    key = pair(kind)
    message = signed(MESSAGE, key, Signing(method=f"{MORE}{method}"))
    refused(message, Flaw.KEY_WEAK, trusting(key.pin()))


def test_a_key_of_an_old_kind_is_refused_even_when_pinned() -> None:
    key = pair("dsa")
    refused(signed(MESSAGE, key), Flaw.KEY_WEAK, trusting(key.pin()))


@pytest.mark.parametrize(("kind", "method"), [("p256", "rsa-sha256"), ("rsa2048", "ecdsa-sha256")])
def test_a_method_for_another_kind_of_key_is_refused(kind: str, method: str) -> None:
    key = pair(kind)
    message = signed(MESSAGE, key, Signing(method=f"{MORE}{method}"))
    refused(message, Flaw.ALGORITHM, trusting(key.pin()))


@pytest.mark.parametrize("content", ["", "AAAA", "nicht base64!", "MIIB" * 6000])
def test_a_certificate_that_is_none_is_refused(content: str) -> None:
    message = changed("//wsse:BinarySecurityToken", set_text(content))
    with pytest.raises(Refused) as caught:
        judge(message)
    assert caught.value.flaw in (Flaw.CERTIFICATE_UNREADABLE, Flaw.PART_UNFIT)


@pytest.mark.parametrize(
    ("path", "change"),
    [
        ("//wsse:Reference", lambda found: found.set("URI", "#altro")),
        ("//wsse:Reference", lambda found: found.set("URI", "#")),
        ("//wsse:Reference", lambda found: found.set("URI", "http://127.0.0.1:1/")),
        ("//wsse:Reference", lambda found: found.set("ValueType", "urn:x")),
        ("//wsse:Reference", lambda found: setattr(found, "tag", f"{{{WSSE}}}Embedded")),
        ("//wsse:Reference", dropped),
        ("//wsse:SecurityTokenReference", dropped),
        ("//wsse:BinarySecurityToken", dropped),
        ("//wsse:BinarySecurityToken", lambda found: found.set("ValueType", "urn:x")),
        ("//wsse:BinarySecurityToken", lambda found: found.set("EncodingType", "urn:x")),
        ("//ds:KeyInfo", lambda found: etree.SubElement(found, f"{{{DS}}}KeyValue")),
        ("//ds:KeyInfo", lambda found: etree.SubElement(found, f"{{{DS}}}RetrievalMethod")),
        ("//ds:KeyInfo", lambda found: etree.SubElement(found, f"{{{DS}}}KeyName")),
        (
            "//wsse:SecurityTokenReference",
            lambda found: etree.SubElement(found, f"{{{WSSE}}}KeyIdentifier"),
        ),
    ],
)
def test_a_key_named_in_a_form_we_do_not_read_is_refused(
    path: str, change: Callable[[Tree], object]
) -> None:
    refused(changed(path, change), Flaw.KEY_FORM)


@pytest.mark.parametrize("name", ["KeyValue", "RetrievalMethod", "KeyName", "X509Data", "MgmtData"])
def test_a_key_that_is_not_behind_a_token_reference_is_refused(name: str) -> None:
    def swap(info: Tree) -> None:
        info.remove(info[0])
        etree.SubElement(info, f"{{{DS}}}{name}", URI="http://127.0.0.1:1/")

    refused(changed("//ds:KeyInfo", swap), Flaw.KEY_FORM)


# Algorithms


@pytest.mark.parametrize(
    "method",
    [
        f"{DS}rsa-sha1",
        f"{MORE}rsa-md5",
        f"{MORE}rsa-sha224",
        f"{DS}hmac-sha1",
        f"{MORE}hmac-sha256",
        f"{MORE}ecdsa-sha1",
    ],
)
def test_a_weaker_signature_method_is_refused(method: str) -> None:
    key = pair("p256") if "ecdsa" in method else pair()
    refused(signed(MESSAGE, key, Signing(method=method)), Flaw.ALGORITHM, trusting(key.pin()))


@pytest.mark.parametrize("digest", [f"{DS}sha1", f"{MORE}md5", f"{MORE}sha224"])
def test_a_weaker_digest_is_refused(digest: str) -> None:
    refused(signed(MESSAGE, how=Signing(digest=digest)), Flaw.ALGORITHM)


@pytest.mark.parametrize(
    "canonical",
    [
        "http://www.w3.org/TR/2001/REC-xml-c14n-20010315",
        "http://www.w3.org/TR/2001/REC-xml-c14n-20010315#WithComments",
        "http://www.w3.org/2006/12/xml-c14n11",
        f"{EXC}WithComments",
    ],
)
def test_another_canonicalisation_is_refused(canonical: str) -> None:
    refused(signed(MESSAGE, how=Signing(canonical=canonical)), Flaw.TRANSFORM)
    refused(signed(MESSAGE, how=Signing(transforms=(canonical,))), Flaw.TRANSFORM)


@pytest.mark.parametrize(
    "transform",
    [
        "http://www.w3.org/TR/1999/REC-xslt-19991116",
        "http://www.w3.org/TR/1999/REC-xpath-19991116",
        "http://www.w3.org/2002/06/xmldsig-filter2",
        f"{DS}base64",
        f"{DS}enveloped-signature",
        f"{OASIS}soap-message-security-1.0#STR-Transform",
    ],
)
def test_a_transform_that_could_do_anything_is_refused(transform: str) -> None:
    for chain in ((transform,), (transform, EXC), (EXC, transform)):
        refused(signed(MESSAGE, how=Signing(transforms=chain)), Flaw.TRANSFORM)


def test_a_reference_without_transforms_is_refused() -> None:
    refused(signed(MESSAGE, how=Signing(transforms=())), Flaw.TRANSFORM)
    refused(changed("//ds:Transforms", dropped), Flaw.TRANSFORM)


@pytest.mark.parametrize("path", ["//ds:SignatureMethod", "//ds:DigestMethod"])
def test_parameters_of_a_method_are_refused(path: str) -> None:
    def add(method: Tree) -> None:
        etree.SubElement(method, f"{{{DS}}}HMACOutputLength").text = "1"

    refused(changed(path, add), Flaw.ALGORITHM)


@pytest.mark.parametrize("path", ["//ds:CanonicalizationMethod", "//ds:Transform"])
def test_parameters_of_a_canonicalisation_are_refused(path: str) -> None:
    refused(changed(path, lambda found: etree.SubElement(found, f"{{{DS}}}XPath")), Flaw.TRANSFORM)


# Form and size


@pytest.mark.parametrize(
    ("path", "flaw"),
    [
        ("//ds:SignedInfo", Flaw.SIGNATURE_FORM),
        ("//ds:SignatureValue", Flaw.SIGNATURE_FORM),
        ("//ds:KeyInfo", Flaw.SIGNATURE_FORM),
        ("//ds:CanonicalizationMethod", Flaw.SIGNATURE_FORM),
        ("//ds:SignatureMethod", Flaw.SIGNATURE_FORM),
        ("//ds:DigestMethod", Flaw.TRANSFORM),
        ("//ds:DigestValue", Flaw.TRANSFORM),
    ],
)
def test_a_signature_that_lacks_a_part_is_refused(path: str, flaw: Flaw) -> None:
    refused(changed(path, dropped), flaw)


@pytest.mark.parametrize("value", ["", "AAAA", "***"])
def test_a_digest_that_is_none_is_refused(value: str) -> None:
    refused(changed("//ds:DigestValue", set_text(value)), Flaw.SIGNATURE_FORM)


def test_a_signature_value_that_is_none_is_refused() -> None:
    refused(changed("//ds:SignatureValue", set_text("***")), Flaw.SIGNATURE_FORM)
    refused(changed("//ds:SignatureValue", set_text("")), Flaw.SIGNATURE_WRONG)


def test_an_instruction_within_the_signature_is_refused() -> None:
    for name in (b"SignatureValue", b"DigestValue", b"SignedInfo"):
        inside = signed(MESSAGE).replace(b"<ds:" + name + b">", b"<ds:" + name + b"><?x?>", 1)
        with pytest.raises(Refused, match="part_unfit"):
            judge(inside)


def many(element: Tree) -> None:
    """Repeat an element beyond all reason."""
    parent = element.getparent()
    text = etree.tostring(element) * 250
    parent.extend(list(etree.fromstring(b"<x>" + text + b"</x>")))


@pytest.mark.parametrize(
    "path", ["//ds:Reference", "//ds:Transform", "//ds:Signature", "//wsu:Timestamp"]
)
def test_a_huge_number_of_parts_is_refused_in_no_time(path: str) -> None:
    message = changed(path, many)
    began = time.perf_counter()
    with pytest.raises(Refused, match="part_unfit"):
        judge(message)
    assert time.perf_counter() - began < 1


def test_more_parts_than_any_message_has_are_not_even_read() -> None:
    reference = re.compile(rb"<ds:Reference .*?</ds:Reference>")
    message = reference.sub(lambda found: found.group() * 5_000, signed(MESSAGE), 1)
    began = time.perf_counter()
    with pytest.raises(ForbiddenDocument):
        judge(message)
    assert time.perf_counter() - began < 1


def test_a_huge_list_of_prefixes_is_refused() -> None:
    how = Signing(prefixes=" ".join(f"p{number}" for number in range(1000)))
    refused(signed(MESSAGE, how=how), Flaw.TRANSFORM)


def test_what_proves_nothing_of_itself_is_not_looked_at() -> None:
    nobody = partner(Proof.BASIC)
    judge(MESSAGE, nobody)
    judge(b"<x/>", nobody)
