"""A signed message is believed when its Body and its Timestamp are what a pinned key signed."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from gateway.domain.security import KeyPin
from gateway.wsse.refusals import Flaw, Refused
from tests.support.clock import START
from tests.support.wsse_checks import MESSAGE, Memory, judge, refused, trusting
from tests.support.wsse_keys import pair
from tests.support.wsse_messages import MORE, Signing, signed


def test_a_signed_message_is_believed() -> None:
    root = judge(signed(MESSAGE))
    assert root.findtext("{*}Body/{*}Chiede/Nome") == "Ada & figli"


@pytest.mark.parametrize("form", ["binary", "identifier", "data"])
def test_the_key_may_come_with_its_certificate(form: str) -> None:
    judge(signed(MESSAGE, how=Signing(key_form=form)))


@pytest.mark.parametrize("form", ["ski", "thumbprint", "serial"])
def test_a_key_may_be_named_if_its_certificate_is_pinned(form: str) -> None:
    message = signed(MESSAGE, how=Signing(key_form=form))
    judge(message, trusting(pair().pin(whole=True)))
    refused(message, Flaw.KEY_UNKNOWN)
    other = pair(name="second", serial=99).pin(whole=True)
    refused(message, Flaw.KEY_UNKNOWN, trusting(other))


def test_the_right_one_of_two_pinned_certificates_is_taken() -> None:
    message = signed(MESSAGE, pair(name="second"), Signing(key_form="ski"))
    judge(message, trusting(pair().pin(whole=True), pair(name="second").pin(whole=True)))


def test_a_name_is_not_enough_for_a_pin_whose_certificate_has_another_key() -> None:
    lying = replace(pair().pin(whole=True), sha256=pair(name="second").sha256)
    refused(signed(MESSAGE, how=Signing(key_form="ski")), Flaw.KEY_UNKNOWN, trusting(lying))


@pytest.mark.parametrize("size", ["256", "384", "512"])
def test_rsa_signs_with_any_of_the_strong_digests(size: str) -> None:
    judge(signed(MESSAGE, how=Signing(method=f"{MORE}rsa-sha{size}")))


@pytest.mark.parametrize("kind", ["p256", "p384"])
@pytest.mark.parametrize("size", ["256", "384", "512"])
def test_elliptic_curves_sign_too(kind: str, size: str) -> None:
    key = pair(kind)
    message = signed(MESSAGE, key, Signing(method=f"{MORE}ecdsa-sha{size}"))
    judge(message, trusting(key.pin()))


@pytest.mark.parametrize("digest", [f"{MORE}sha384", "http://www.w3.org/2001/04/xmlenc#sha512"])
def test_references_may_have_longer_digests(digest: str) -> None:
    judge(signed(MESSAGE, how=Signing(digest=digest)))


def test_inclusive_prefixes_are_heeded() -> None:
    judge(signed(MESSAGE, how=Signing(prefixes="p s")))


def test_a_message_spread_over_lines_is_believed_as_it_is() -> None:
    spread = MESSAGE.replace(b"><", b">\n  <").replace(b"figli", b"figli\n\t ")
    judge(signed(spread))


def test_comments_are_not_part_of_what_is_signed() -> None:
    message = signed(MESSAGE).replace(b"Ada ", b"A<!-- ha -->da ")
    assert judge(message).findtext("{*}Body/{*}Chiede/Nome") == "Ada & figli"


def test_characters_written_otherwise_are_the_same_message() -> None:
    message = signed(MESSAGE).replace(b"Ada &amp; figli", b"<![CDATA[Ada & ]]>&#102;igli")
    judge(message)


def test_expiry_need_not_be_told() -> None:
    judge(signed(MESSAGE, how=Signing(expires=None)))


def test_two_keys_are_good_while_one_takes_over_from_the_other() -> None:
    day = START.date()
    both = trusting(pair().pin(day), pair(name="second").pin())
    judge(signed(MESSAGE), both)
    judge(signed(MESSAGE, pair(name="second")), both)
    refused(
        signed(MESSAGE, how=Signing(created=START + timedelta(days=1), expires=None)),
        Flaw.KEY_ENDED,
        both,
        now=START + timedelta(days=1),
    )


def test_a_renewed_certificate_of_the_same_key_stays_good() -> None:
    renewed = pair(ends=date(2030, 1, 1), serial=4712)
    assert renewed.der != pair().der
    judge(signed(MESSAGE, renewed), trusting(pair().pin()))


def test_a_pin_in_capitals_is_the_same_pin() -> None:
    judge(signed(MESSAGE), trusting(KeyPin(pair().sha256.upper())))


def test_a_signature_is_remembered_as_long_as_a_copy_could_be_fresh() -> None:
    memory = Memory()
    judge(signed(MESSAGE), memory=memory)
    ((mark, until),) = memory.marks.items()
    assert mark.startswith("signature:")
    assert until >= START + timedelta(minutes=6)
    with pytest.raises(Refused, match="replayed"):
        judge(signed(MESSAGE), memory=memory)
