"""A partner's security is changed so that neither of the two is shut out unawares."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from gateway.domain.partners import Partner
from gateway.domain.rejections import Rejection
from gateway.domain.security import (
    InboundSecurity,
    KeyPin,
    Limits,
    OutboundSecurity,
    Proof,
    SubjectPin,
)
from gateway.usecases.partner_security import SecurityChange, change_security
from tests.support.fakes_samples import MONTELAGO, ROCCASOLE, partner

TODAY = date(2026, 9, 21)
YESTERDAY = TODAY - timedelta(days=1)
KEY, OTHER = KeyPin("a" * 64, None, "PEM"), KeyPin("b" * 64)
SUBJECT = SubjectPin("AUTORITA", "CN=servizi")
BASIC, CERTIFICATE = frozenset({Proof.BASIC}), frozenset({Proof.CERTIFICATE})
OWN = {"certificate": "PEM", "certificate_key": "CHIAVE"}
SIGNING = {"signing_certificate": "PEM", "signing_key": "CHIAVE"}


def known(**fields: object) -> Partner:
    named = {"username_in": "ateneo-92", "password_hash": "h", "username_out": "ateneo-91"}
    return replace(partner(MONTELAGO), **{**named, **fields})  # type: ignore[arg-type]


def changed(before: Partner, *others: Partner, **change: object) -> Partner:
    wanted = SecurityChange(**change)  # type: ignore[arg-type]
    return change_security(before, wanted, others=others, today=TODAY)


def refused(before: Partner, *others: Partner, **change: object) -> list[tuple[str, str]]:
    with pytest.raises(Rejection) as caught:
        changed(before, *others, **change)
    return [(reason.path, reason.params["why"]) for reason in caught.value.reasons]


def test_nothing_asked_changes_nothing() -> None:
    assert changed(known()) == known()


def test_proofs_and_what_they_are_checked_by_are_set_together() -> None:
    after = changed(
        known(),
        proofs=frozenset(Proof),
        keys=(KEY,),
        subjects=(SUBJECT,),
        signers=(OTHER,),
        token_password="segreta",
        sign_answers=True,
        outbound={"proofs": frozenset(Proof), "token_username": "n", "token_password": "p"}
        | OWN
        | SIGNING,
        answer_signers=(KEY,),
        server_keys=(OTHER,),
        limits={"per_minute": 60},
    )
    assert after.inbound == InboundSecurity(
        proofs=frozenset(Proof),
        keys=(KEY,),
        subjects=(SUBJECT,),
        signers=(OTHER,),
        token_password="segreta",
        sign_answers=True,
    )
    assert after.outbound == OutboundSecurity(
        proofs=frozenset(Proof),
        token_username="n",
        token_password="p",
        answer_signers=(KEY,),
        server_keys=(OTHER,),
        **OWN,  # type: ignore[arg-type]
        **SIGNING,  # type: ignore[arg-type]
    )
    assert after.limits == Limits(per_minute=60)
    assert changed(after, sign_answers=False).inbound.sign_answers is False


@pytest.mark.parametrize(
    ("before", "proof", "why"),
    [
        (known(username_in=""), Proof.BASIC, "basic_without_password"),
        (known(password_hash=""), Proof.BASIC, "basic_without_password"),
        (known(), Proof.CERTIFICATE, "certificate_without_pin"),
        (known(), Proof.USERNAME_TOKEN, "token_without_password"),
        (known(), Proof.SIGNATURE, "signature_without_signer"),
    ],
)
def test_a_proof_that_nothing_could_check_is_refused(
    before: Partner, proof: Proof, why: str
) -> None:
    assert refused(before, proofs=frozenset({proof})) == [("--proof", why)]


def test_a_partner_that_proves_nothing_is_refused() -> None:
    assert refused(known(), proofs=frozenset()) == [("--proof", "no_proof")]


def test_answers_are_not_signed_without_a_key() -> None:
    assert refused(known(), sign_answers=True) == [("--sign-answers", "answers_without_key")]


@pytest.mark.parametrize(
    ("proof", "why"),
    [
        (Proof.BASIC, "basic_out_missing"),
        (Proof.CERTIFICATE, "own_certificate_missing"),
        (Proof.USERNAME_TOKEN, "token_out_missing"),
        (Proof.SIGNATURE, "signing_missing"),
    ],
)
def test_what_we_do_not_have_we_cannot_show(proof: Proof, why: str) -> None:
    wanted = {"proofs": frozenset({proof})}
    assert refused(known(username_out=""), outbound=wanted) == [("--proof-out", why)]


def test_a_partner_that_we_call_without_a_name_may_stay_so() -> None:
    assert changed(known(username_out=""), keys=(KEY,)).inbound.keys == (KEY,)


def with_pins(*keys: KeyPin, subjects: tuple[SubjectPin, ...] = ()) -> Partner:
    return known(inbound=InboundSecurity(proofs=CERTIFICATE, keys=keys, subjects=subjects))


def test_a_new_key_stands_beside_the_old_one() -> None:
    assert changed(with_pins(KEY), keys=(OTHER,)).inbound.keys == (KEY, OTHER)


def test_a_key_pinned_again_takes_the_new_day_and_keeps_its_certificate() -> None:
    again = KeyPin(KEY.sha256, TODAY)
    assert changed(with_pins(KEY), keys=(again,)).inbound.keys == (replace(KEY, until=TODAY),)
    renewed = KeyPin(KEY.sha256, None, "PEM NUOVO")
    assert changed(with_pins(KEY), keys=(renewed,)).inbound.keys == (renewed,)


def test_a_key_is_dropped_by_the_beginning_of_its_fingerprint() -> None:
    assert changed(with_pins(KEY, OTHER), drop_pins=("AAAAAAAA",)).inbound.keys == (OTHER,)
    out = known(outbound=OutboundSecurity(server_keys=(KEY,), answer_signers=(OTHER,)))
    after = changed(out, drop_pins=(KEY.sha256, "b" * 8))
    assert (after.outbound.server_keys, after.outbound.answer_signers) == ((), ())


@pytest.mark.parametrize("beginning", ["c" * 8, "a" * 7, ""])
def test_a_key_that_is_not_pinned_cannot_be_dropped(beginning: str) -> None:
    assert refused(with_pins(KEY, OTHER), drop_pins=(beginning,)) == [("--drop-pin", "pin_unknown")]


def test_a_beginning_that_two_keys_have_drops_neither() -> None:
    twin = KeyPin("a" * 8 + "c" * 56)
    assert refused(with_pins(KEY, twin), drop_pins=("a" * 8,)) == [("--drop-pin", "pin_unknown")]


@pytest.mark.parametrize(
    "drop", [{"drop_pins": ("a" * 8,)}, {"keys": (KeyPin(KEY.sha256, YESTERDAY),)}]
)
def test_the_last_good_key_of_a_partner_that_must_show_one_stays(drop: dict[str, object]) -> None:
    expected = [("--proof", "certificate_without_pin")]
    assert refused(with_pins(KEY), **drop) == expected
    assert changed(with_pins(KEY), proofs=BASIC, **drop).inbound.proofs == BASIC


def test_a_subject_is_added_changed_and_dropped() -> None:
    before = with_pins(KEY)
    added = changed(before, subjects=(SUBJECT,))
    assert added.inbound.subjects == (SUBJECT,)
    ending = replace(SUBJECT, until=TODAY)
    assert changed(added, subjects=(ending,)).inbound.subjects == (ending,)
    assert changed(added, drop_subjects=("CN=servizi",)).inbound.subjects == ()
    assert refused(before, drop_subjects=("CN=altro",)) == [("--drop-subject", "pin_unknown")]
    assert refused(with_pins(subjects=(SUBJECT,)), drop_subjects=("CN=servizi",)) == [
        ("--proof", "certificate_without_pin")
    ]


def test_two_partners_share_no_key() -> None:
    other = replace(with_pins(KEY), code=ROCCASOLE)
    assert refused(known(), other, keys=(KEY,)) == [("--certificate", "pin_shared")]
    assert changed(known(), with_pins(KEY), other, keys=(OTHER,)).inbound.keys == (OTHER,)


def test_fewer_at_once_than_at_the_same_time_is_nonsense() -> None:
    assert refused(known(), limits={"burst": 4}) == [("--burst", "burst_too_small")]
    assert changed(known(), limits={"burst": 4, "concurrent": 4}).limits.burst == 4
