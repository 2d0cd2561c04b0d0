"""What a partner must show and what it is shown, changed so that nobody is locked out unawares.

A proof that is demanded without anything to check it by would refuse a partner for ever; one that
we are to show and do not have would fail at the first message. Both are refused here.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import date

from gateway.domain.partners import Partner
from gateway.domain.rejections import Cause, Reason, Rejection, refuse
from gateway.domain.security import KeyPin, Limits, OutboundSecurity, Proof, SubjectPin

LEAST_PREFIX = 8
"""How many figures of a fingerprint name a pin that is to be dropped."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SecurityChange:
    """What is to become of a partner's security; what is ``None`` or empty stays as it is.

    Pins are added; one of a key that is pinned already takes its place. ``drop_pins`` are
    fingerprints or their beginnings, ``drop_subjects`` subjects as they were given.
    """

    proofs: frozenset[Proof] | None = None
    keys: tuple[KeyPin, ...] = ()
    subjects: tuple[SubjectPin, ...] = ()
    signers: tuple[KeyPin, ...] = ()
    token_password: str | None = field(default=None, repr=False)
    sign_answers: bool | None = None
    outbound: dict[str, object] | None = field(default=None, repr=False)
    answer_signers: tuple[KeyPin, ...] = ()
    server_keys: tuple[KeyPin, ...] = ()
    drop_pins: tuple[str, ...] = ()
    drop_subjects: tuple[str, ...] = ()
    limits: dict[str, int] | None = None


def change_security(
    partner: Partner, change: SecurityChange, *, others: Iterable[Partner], today: date
) -> Partner:
    """Return a partner with its security changed; ``others`` are those it may share no key with.

    Raises:
        Rejection: a pin to be dropped is not there, or the result would shut out one of the two.
    """
    inbound, outbound = partner.inbound, partner.outbound
    before = {
        "keys": inbound.keys,
        "signers": inbound.signers,
        "answer_signers": outbound.answer_signers,
        "server_keys": outbound.server_keys,
    }
    kept = _without_keys(before, change.drop_pins)
    changed = replace(
        partner,
        inbound=replace(
            inbound,
            proofs=inbound.proofs if change.proofs is None else change.proofs,
            keys=_joined(kept["keys"], change.keys),
            signers=_joined(kept["signers"], change.signers),
            subjects=_subjects(inbound.subjects, change),
            token_password=_or(change.token_password, inbound.token_password),
            sign_answers=(
                inbound.sign_answers if change.sign_answers is None else change.sign_answers
            ),
        ),
        outbound=replace(
            _with(outbound, change.outbound or {}),
            answer_signers=_joined(kept["answer_signers"], change.answer_signers),
            server_keys=_joined(kept["server_keys"], change.server_keys),
        ),
        limits=replace(partner.limits, **(change.limits or {})),
    )
    _check_limits(changed.limits)
    named = "proofs" in (change.outbound or {})
    _check(changed, tuple(others), today, named_out=named)
    return changed


def _with(outbound: OutboundSecurity, fields: dict[str, object]) -> OutboundSecurity:
    return replace(outbound, **fields)  # type: ignore[arg-type]


def _or(new: str | None, old: str) -> str:
    return old if new is None else new


def _joined(old: tuple[KeyPin, ...], new: tuple[KeyPin, ...]) -> tuple[KeyPin, ...]:
    """Return old pins and new ones; a certificate stays with its key when only the day changes."""
    known = {pin.sha256: pin for pin in old}
    for pin in new:
        before = known.get(pin.sha256)
        certificate = pin.certificate or (before.certificate if before else "")
        known[pin.sha256] = replace(pin, certificate=certificate)
    return tuple(known.values())


def _subjects(old: tuple[SubjectPin, ...], change: SecurityChange) -> tuple[SubjectPin, ...]:
    missing = set(change.drop_subjects) - {pin.subject for pin in old}
    if missing:
        raise refuse(Cause.PARAMETER_INVALID, "--drop-subject", why="pin_unknown")
    kept = {
        (pin.authority, pin.subject): pin for pin in old if pin.subject not in change.drop_subjects
    }
    kept |= {(pin.authority, pin.subject): pin for pin in change.subjects}
    return tuple(kept.values())


def _without_keys(
    pins: dict[str, tuple[KeyPin, ...]], dropped: tuple[str, ...]
) -> dict[str, tuple[KeyPin, ...]]:
    """Return the pins of each list without those whose fingerprint begins as one to be dropped."""
    for beginning in dropped:
        found = {pin.sha256 for held in pins.values() for pin in held}
        matching = {sha256 for sha256 in found if sha256.startswith(beginning.lower())}
        if len(beginning) < LEAST_PREFIX or len(matching) != 1:
            raise refuse(Cause.PARAMETER_INVALID, "--drop-pin", why="pin_unknown")
        pins = {
            name: tuple(pin for pin in held if pin.sha256 not in matching)
            for name, held in pins.items()
        }
    return pins


def _check_limits(limits: Limits) -> None:
    if limits.burst < limits.concurrent:
        raise refuse(Cause.PARAMETER_INVALID, "--burst", why="burst_too_small")


def _check(partner: Partner, others: tuple[Partner, ...], today: date, *, named_out: bool) -> None:
    reasons = [*_shut_out(partner, today), *_not_shown(partner, named_out=named_out)]
    mine = {pin.sha256 for pin in partner.inbound.keys}
    reasons += [
        Reason(
            Cause.PARAMETER_INVALID, "--certificate", {"why": "pin_shared", "partner": other.code}
        )
        for other in others
        if other.code != partner.code and mine & {pin.sha256 for pin in other.inbound.keys}
    ]
    if reasons:
        raise Rejection(reasons)


def _wrong(option: str, why: str) -> Reason:
    return Reason(Cause.PARAMETER_INVALID, option, {"why": why})


def _shut_out(partner: Partner, today: date) -> list[Reason]:
    """Return why a partner could never prove what it must."""
    inbound = partner.inbound
    pins: tuple[KeyPin | SubjectPin, ...] = (*inbound.keys, *inbound.subjects)
    checks = {
        Proof.BASIC: ("basic_without_password", partner.username_in and partner.password_hash),
        Proof.CERTIFICATE: ("certificate_without_pin", any(pin.good_on(today) for pin in pins)),
        Proof.USERNAME_TOKEN: (
            "token_without_password",
            partner.username_in and inbound.token_password,
        ),
        Proof.SIGNATURE: (
            "signature_without_signer",
            any(pin.good_on(today) for pin in inbound.signers),
        ),
    }
    found = [
        _wrong("--proof", why)
        for proof, (why, sound) in checks.items()
        if proof in inbound.proofs and not sound
    ]
    if not inbound.proofs:
        found.append(_wrong("--proof", "no_proof"))
    if inbound.sign_answers and not partner.outbound.signing_key:
        found.append(_wrong("--sign-answers", "answers_without_key"))
    return found


def _not_shown(partner: Partner, *, named_out: bool) -> list[Reason]:
    """Return why we could never show what we are to show."""
    outbound = partner.outbound
    checks = {
        Proof.BASIC: ("basic_out_missing", partner.username_out or not named_out),
        Proof.CERTIFICATE: (
            "own_certificate_missing",
            outbound.certificate and outbound.certificate_key,
        ),
        Proof.USERNAME_TOKEN: (
            "token_out_missing",
            outbound.token_username and outbound.token_password,
        ),
        Proof.SIGNATURE: (
            "signing_missing",
            outbound.signing_certificate and outbound.signing_key,
        ),
    }
    return [
        _wrong("--proof-out", why)
        for proof, (why, sound) in checks.items()
        if proof in outbound.proofs and not sound
    ]
