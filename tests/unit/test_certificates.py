"""Certificates as texts: what is read, what is compared, what may be relied on."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, ed25519

from gateway import certificates
from gateway.certificates import BadCertificate, Certificate, read_all, read_der, read_one
from gateway.domain.partners import Partner
from gateway.domain.security import (
    Ending,
    InboundSecurity,
    KeyPin,
    OutboundSecurity,
    Proof,
    SubjectPin,
)
from gateway.endings import endings, last_day_of
from tests.support.certificates import CLIENT, SERVER, Identity, encrypted_key, make, small_rsa_key
from tests.support.universities import MONTELAGO

NOW = datetime.now(UTC)
AUTHORITY = make("Autorita", authority=True)
LEAF = make("servizi", AUTHORITY, purposes=(CLIENT,))
SUBJECT = LEAF.subject


def certified(leaf: Identity, authority: Identity = AUTHORITY, subject: str = SUBJECT) -> bool:
    found = read_one(leaf.certificate), read_one(authority.certificate)
    return certificates.certified(*found, subject)


def word(act: Callable[[], object]) -> str:
    with pytest.raises(BadCertificate) as caught:
        act()
    return str(caught.value)


def test_text_and_bytes_are_the_same_certificate() -> None:
    assert read_one(LEAF.certificate) == read_der(LEAF.der)
    assert read_one(LEAF.certificate).subject == "CN=servizi,O=Ateneo inventato"


def test_a_renewed_certificate_of_the_same_key_has_the_same_pin() -> None:
    again = make("altro nome", key=LEAF.private)
    assert again.pin.sha256 == LEAF.pin.sha256
    assert make("servizi").pin.sha256 != LEAF.pin.sha256


def test_a_chain_is_read_in_its_order_and_begins_with_the_leaf() -> None:
    chain = LEAF.certificate + AUTHORITY.certificate
    assert [item.subject for item in read_all(chain)] == [LEAF.subject, AUTHORITY.subject]
    assert read_one(chain).subject == LEAF.subject


@pytest.mark.parametrize("text", ["", "abc", "è", "-----BEGIN CERTIFICATE-----", LEAF.key])
def test_what_is_no_certificate_is_said_to_be_none(text: str) -> None:
    assert word(lambda: read_one(text)) == "not_a_certificate"
    assert word(lambda: read_der(text.encode())) == "not_a_certificate"


def test_a_key_belongs_to_its_certificate_only() -> None:
    leaf = read_one(LEAF.certificate)
    assert certificates.belongs(LEAF.key, leaf)
    assert not certificates.belongs(AUTHORITY.key, leaf)
    assert word(lambda: certificates.belongs(LEAF.certificate, leaf)) == "not_a_key"
    assert word(lambda: certificates.belongs(encrypted_key(LEAF), leaf)) == "key_encrypted"


Check = Callable[[Certificate, datetime], None]


@pytest.mark.parametrize(
    "check", [certificates.check_sound, certificates.check_client, certificates.check_authority]
)
def test_what_has_ended_or_is_weak_is_not_relied_on(check: Check) -> None:
    old = make("x", begins=NOW - timedelta(days=9), ends=NOW - timedelta(days=1), authority=True)
    small = make("x", key=small_rsa_key(), authority=True)
    curve = make("x", key=ec.generate_private_key(ec.SECP192R1()), authority=True)
    assert word(lambda: check(read_one(old.certificate), NOW)) == "expired"
    assert word(lambda: check(read_one(small.certificate), NOW)) == "weak_key"
    assert word(lambda: check(read_one(curve.certificate), NOW)) == "weak_key"
    check(read_one(AUTHORITY.certificate), NOW)


def test_a_certificate_that_is_not_valid_yet_may_be_pinned_beforehand() -> None:
    early = make("x", begins=NOW + timedelta(days=5))
    certificates.check_client(read_one(early.certificate), NOW)
    assert not read_one(early.certificate).valid_at(NOW)


def test_a_client_s_certificate_is_made_for_clients() -> None:
    server = make("x", purposes=(SERVER,))
    assert word(lambda: certificates.check_client(read_one(server.certificate), NOW)) == (
        "not_for_clients"
    )
    for purposes in ((CLIENT,), (SERVER, CLIENT), ()):
        certificates.check_client(read_one(make("x", purposes=purposes).certificate), NOW)


def test_only_an_authority_certifies() -> None:
    assert word(lambda: certificates.check_authority(read_one(LEAF.certificate), NOW)) == (
        "not_an_authority"
    )
    assert certified(LEAF)
    below = make("servizi", LEAF)
    assert not certified(below, LEAF)


def test_an_authority_certifies_what_it_signed_itself() -> None:
    between = make("Intermedia", AUTHORITY, authority=True)
    assert not certified(make("servizi", between))
    assert certified(make("servizi", between), between)
    namesake = make("Autorita", authority=True)
    assert not certified(make("servizi", namesake))


def test_an_authority_certifies_by_sound_means_only() -> None:
    assert not certified(make("servizi", AUTHORITY, key=small_rsa_key()))
    assert not certified(make("servizi", AUTHORITY, purposes=(SERVER,)))
    weak = make("servizi", AUTHORITY, signed_with=hashes.SHA224())
    assert not certified(weak)


def test_modern_curves_are_keys_too() -> None:
    assert certificates.strong(ed25519.Ed25519PrivateKey.generate().public_key())


def test_a_subject_is_compared_by_its_parts() -> None:
    assert certified(LEAF, subject="CN=servizi,O=Ateneo inventato")
    assert certified(LEAF, subject="CN=serv\\69zi,O=Ateneo inventato")


@pytest.mark.parametrize(
    "subject",
    [
        "",
        "servizi",
        "CN=servizi",
        "O=Ateneo inventato,CN=servizi",
        "CN=Servizi,O=Ateneo inventato",
        "CN=servizi+O=Ateneo inventato",
        "CN=servizi,O=Ateneo inventato,C=IT",
    ],
)
def test_another_subject_is_another(subject: str) -> None:
    assert not certified(LEAF, subject=subject)


@pytest.mark.parametrize("subject", ["", "servizi", "=x", "CN=a,,O=b"])
def test_what_is_no_subject_is_said_to_be_none(subject: str) -> None:
    assert word(lambda: certificates.read_subject(subject)) == "not_a_subject"


def day(identity: Identity) -> date:
    found = last_day_of(identity.certificate)
    assert found is not None
    return found


SOON, LATE = date(2027, 1, 10), date(2031, 1, 10)


def of(
    inbound: InboundSecurity | None = None, outbound: OutboundSecurity | None = None
) -> list[Ending]:
    partner = Partner(
        code=MONTELAGO,
        name="",
        inbound=inbound or InboundSecurity(),
        outbound=outbound or OutboundSecurity(),
    )
    return list(endings(partner))


CERTIFICATE = frozenset({Proof.CERTIFICATE})


def test_of_several_keys_the_last_one_counts() -> None:
    two = (KeyPin("a", SOON), KeyPin("b", LATE))
    assert of(InboundSecurity(proofs=CERTIFICATE, keys=two)) == [Ending("keys", LATE)]
    endless = (*two, KeyPin("c"))
    assert of(InboundSecurity(proofs=CERTIFICATE, keys=endless)) == []
    assert of(InboundSecurity(keys=two)) == []  # nothing relies on them


def test_a_pin_ends_with_its_certificate_or_its_day_whichever_comes_first() -> None:
    pin = LEAF.pin
    inbound = InboundSecurity(proofs=CERTIFICATE, keys=(pin,))
    assert of(inbound) == [Ending("keys", day(LEAF))]
    early = replace(inbound, keys=(replace(pin, until=date(2026, 1, 1)),))
    assert of(early) == [Ending("keys", date(2026, 1, 1))]
    subject = SubjectPin(AUTHORITY.certificate, SUBJECT, LATE)
    certified_only = InboundSecurity(proofs=CERTIFICATE, subjects=(subject,))
    assert of(certified_only) == [Ending("keys", day(AUTHORITY))]


def test_what_we_show_and_by_what_we_know_a_partner_is_watched() -> None:
    outbound = OutboundSecurity(
        proofs=frozenset(Proof),
        certificate=LEAF.certificate,
        signing_certificate=LEAF.certificate,
        authorities=AUTHORITY.certificate,
        server_keys=(KeyPin("a", SOON),),
        answer_signers=(KeyPin("b", LATE),),
    )
    inbound = InboundSecurity(proofs=frozenset({Proof.SIGNATURE}), signers=(KeyPin("c", SOON),))
    assert {ending.what: ending.last_day for ending in of(inbound, outbound)} == {
        "signers": SOON,
        "server_keys": SOON,
        "answer_signers": LATE,
        "certificate_out": day(LEAF),
        "signing_certificate": day(LEAF),
        "server_authorities": day(AUTHORITY),
    }


def test_what_cannot_be_read_has_no_end() -> None:
    assert last_day_of("guasto") is None
    broken = OutboundSecurity(proofs=CERTIFICATE, certificate="guasto", authorities="guasto")
    assert of(outbound=broken) == []
