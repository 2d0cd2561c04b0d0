"""What we add to our messages: fresh each time, and believed by our own rules and by others'."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
import xmlsec
from lxml import etree
from zeep.wsse.signature import _make_verify_key, _verify_envelope_with_key

from gateway.domain.security import Proof
from gateway.foglio.parsing import parse
from gateway.wsse import libraries
from gateway.wsse.inbound import check_answer
from gateway.wsse.memory import Recent
from gateway.wsse.outbound import UnusableKey, UserPassword, make_signer, protect
from gateway.wsse.refusals import Refused
from tests.support.clock import START, HandClock
from tests.support.wsse_checks import MESSAGE, NAMING, SIGNING, Memory, judge, partner, trusting
from tests.support.wsse_keys import pair
from tests.support.wsse_messages import NS, Token, signed

TOKEN = UserPassword(Token.username, Token.password)


def sent(content: bytes = MESSAGE, **proofs: object) -> bytes:
    """Return a message as it leaves."""
    root = parse(content, faithful=True)
    protect(root, START, **proofs)  # type: ignore[arg-type]
    return bytes(etree.tostring(root, xml_declaration=True, encoding="UTF-8"))


@pytest.mark.parametrize("kind", ["rsa2048", "p256", "p384"])
def test_our_signature_is_believed(kind: str) -> None:
    key = pair(kind)
    message = sent(signer=make_signer(key.pem, key.key_pem))
    judge(message, trusting(key.pin()))


def test_our_signature_is_believed_by_zeep() -> None:
    message = etree.fromstring(sent(signer=make_signer(pair().pem, pair().key_pem)))
    _verify_envelope_with_key(message, _make_verify_key(pair().pem.encode()))


def test_our_token_is_believed() -> None:
    judge(sent(token=TOKEN), NAMING)


def test_both_together_are_believed() -> None:
    both = partner(Proof.USERNAME_TOKEN, Proof.SIGNATURE)
    judge(sent(token=TOKEN, signer=make_signer(pair().pem, pair().key_pem)), both)


def test_a_message_sent_again_has_a_header_of_its_own() -> None:
    signer = make_signer(pair().pem, pair().key_pem)
    first, second = (etree.fromstring(sent(token=TOKEN, signer=signer)) for _ in range(2))
    for path in ("//wsse:Nonce", "//wsse:Password", "//ds:SignatureValue"):
        one, other = (root.xpath(path, namespaces=NS)[0].text for root in (first, second))
        assert one != other
    ids = [set(root.xpath("//@wsu:Id", namespaces=NS)) for root in (first, second)]
    assert not ids[0] & ids[1]


def test_a_header_that_is_there_is_used() -> None:
    content = MESSAGE.replace(b"<s:Body", b"<s:Header/><s:Body")
    assert sent(content, token=TOKEN).count(b"Header") == 2


def test_what_stands_in_the_body_is_left_as_it_is() -> None:
    content = MESSAGE.replace(b"figli", "figli\n\t è <?x y?>".encode())
    message = sent(content, signer=make_signer(pair().pem, pair().key_pem))
    assert "figli\n\t è <?x y?>".encode() in message
    judge(message)


def test_a_message_is_not_protected_twice() -> None:
    with pytest.raises(Refused, match="security_repeated"):
        sent(signed(MESSAGE), token=TOKEN)


@pytest.mark.parametrize(
    ("certificate", "key"),
    [
        ("", ""),
        ("rsa2048 first", ""),
        ("", "rsa2048 first"),
        ("rsa2048 first", "rsa2048 second"),
        ("rsa2048 first", "p256 first"),
        ("rsa1024 first", "rsa1024 first"),
        ("dsa first", "dsa first"),
    ],
)
def test_a_key_that_cannot_sign_is_noticed_before_anything_leaves(
    certificate: str, key: str
) -> None:
    shown = pair(*certificate.split()).pem if certificate else ""
    private = pair(*key.split()).key_pem if key else ""
    with pytest.raises(UnusableKey):
        make_signer(shown, private)


def test_our_own_certificate_may_be_past_its_days() -> None:
    old = pair(begins=date(2020, 1, 1), ends=date(2021, 1, 1))
    assert make_signer(old.pem, old.key_pem).certificate


def test_an_answer_seen_before_is_not_new() -> None:
    clock = HandClock()
    seen = Recent(clock, limit=4)
    until = clock() + timedelta(minutes=5)
    assert seen("a", until)
    assert not seen("a", until)


def test_the_memory_of_answers_is_bounded() -> None:
    clock = HandClock()
    seen = Recent(clock, limit=4)
    for number in range(4):
        assert seen(f"old{number}", clock() + timedelta(minutes=number))
    clock.advance(minutes=2.5)
    assert seen("new", clock() + timedelta(minutes=5))  # the first three are forgotten
    assert not seen("old3", clock())
    assert seen("old0", clock() + timedelta(minutes=5))
    assert seen("more", clock() + timedelta(minutes=5))
    assert seen("most", clock() + timedelta(minutes=5))  # nothing is old: half goes
    assert not seen("most", clock())


def test_an_answer_is_judged_by_the_keys_pinned_for_answers() -> None:
    signer = make_signer(pair().pem, pair().key_pem)
    memory, pins = Memory(), (pair().pin(),)
    answer = parse(sent(signer=signer), faithful=True)
    check_answer(answer, pins, now=START, remember=memory)
    with pytest.raises(Refused, match="replayed"):
        check_answer(answer, pins, now=START, remember=memory)
    with pytest.raises(Refused, match="security_missing"):
        check_answer(parse(MESSAGE), pins, now=START, remember=memory)
    with pytest.raises(Refused, match="key_unknown"):
        check_answer(answer, (pair(name="second").pin(),), now=START, remember=Memory())


def test_the_libraries_share_one_libxml2() -> None:
    libraries.check_libraries()


def test_libraries_that_differ_are_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(xmlsec, "get_libxml_version", lambda: (2, 9, 14))
    with pytest.raises(libraries.MixedLibraries, match=r"lxml [\d.]+, xmlsec 2\.9\.14"):
        libraries.check_libraries()


def test_a_partner_of_ours_needs_the_pin_of_our_key() -> None:
    message = sent(signer=make_signer(pair().pem, pair().key_pem))
    other = replace(SIGNING.inbound, signers=(pair(name="second").pin(),))
    with pytest.raises(Refused, match="key_unknown"):
        judge(message, replace(SIGNING, inbound=other))
