"""What a partner must show, what we show it, by what the two know each other, and its limits."""

from collections.abc import Iterable
from datetime import UTC, date, datetime
from pathlib import Path

import typer

from gateway import certificates
from gateway.cli import security_files as files
from gateway.cli import security_options as given
from gateway.cli.context import Session, partner_code, session
from gateway.cli.language import say
from gateway.cli.parameters import PARTNER, UNIVERSITY, secret
from gateway.domain.calendar import italian_day
from gateway.domain.partners import Partner, University
from gateway.domain.rejections import Cause, refuse
from gateway.domain.security import KeyPin, Proof, SubjectPin
from gateway.endings import last_day_of
from gateway.usecases.partner_security import SecurityChange, change_security

HELP = say(
    "Mostra e cambia prove, certificati e limiti di un partner",
    "Show and change a partner's proofs, certificates and limits",
)


def security(
    context: typer.Context,
    code: str = PARTNER,
    university: str = UNIVERSITY,
    proof: list[Proof] | None = given.PROOF,
    certificate: list[Path] | None = given.CERTIFICATE,
    pin: list[str] | None = given.PIN,
    authority: Path | None = given.AUTHORITY,
    subject: list[str] | None = given.SUBJECT,
    until: datetime | None = given.UNTIL,
    drop_pin: list[str] | None = given.DROP_PIN,
    drop_subject: list[str] | None = given.DROP_SUBJECT,
    token_password: str | None = given.TOKEN_PASSWORD,
    signer: list[Path] | None = given.SIGNER,
    sign_answers: bool | None = given.SIGN_ANSWERS,
    proof_out: list[Proof] | None = given.PROOF_OUT,
    client_certificate: Path | None = given.CLIENT_CERTIFICATE,
    client_key: Path | None = given.CLIENT_KEY,
    token_username_out: str | None = given.TOKEN_USER_OUT,
    token_password_out: str | None = given.TOKEN_PASS_OUT,
    signing_certificate: Path | None = given.SIGNING_CERTIFICATE,
    signing_key: Path | None = given.SIGNING_KEY,
    answer_signer: list[Path] | None = given.ANSWER_SIGNER,
    server_authorities: Path | None = given.SERVER_AUTHORITIES,
    public_authorities: bool = given.PUBLIC_AUTHORITIES,
    server_pin: list[str] | None = given.SERVER_PIN,
    per_minute: int | None = given.PER_MINUTE,
    burst: int | None = given.BURST,
    concurrent: int | None = given.CONCURRENT,
    body_kb: int | None = given.BODY_KB,
) -> None:
    """Change what is given, leave the rest, and show what there is then; keys are never shown."""
    with session(context) as work:
        hosted = work.university(university)
        now = work.installation.clock()
        read = _Reader(now, until.date() if until else None)
        token_in = secret(token_password)
        change = SecurityChange(
            proofs=frozenset(proof) if proof else None,
            keys=(*read.clients(certificate), *read.pins(pin)),
            subjects=files.subject_pins(authority, subject or (), now, read.until),
            signers=read.signers(signer, "--signer"),
            token_password=token_in,
            sign_answers=sign_answers,
            outbound={
                **({"proofs": frozenset(proof_out)} if proof_out else {}),
                **read.own(client_certificate, client_key),
                **read.signing(signing_certificate, signing_key),
                **read.authorities(server_authorities, public=public_authorities),
                **_given(
                    token_username=token_username_out, token_password=secret(token_password_out)
                ),
            },
            answer_signers=read.signers(answer_signer, "--answer-signer"),
            server_keys=read.servers(server_pin),
            drop_pins=tuple(drop_pin or ()),
            drop_subjects=tuple(drop_subject or ()),
            limits=_limits(per_minute, burst, concurrent, body_kb),
        )
        _show(work, _changed(work, hosted, code, change))


def _given(**fields: str | None) -> dict[str, object]:
    return {name: value for name, value in fields.items() if value is not None}


def _limits(
    per_minute: int | None, burst: int | None, concurrent: int | None, body_kb: int | None
) -> dict[str, int]:
    named = {
        "per_minute": per_minute,
        "burst": burst,
        "concurrent": concurrent,
        "body_bytes": body_kb * 1024 if body_kb is not None else None,
    }
    return {name: value for name, value in named.items() if value is not None}


class _Reader:
    """Reads what the options name, at one moment, with one last day for all of it."""

    def __init__(self, now: datetime, until: date | None) -> None:
        self.now = now
        self.today = italian_day(now)
        self.until = until
        if until is not None and until < self.today:
            raise refuse(Cause.PARAMETER_INVALID, "--until", why="pin_ended")

    def clients(self, named: Iterable[Path] | None) -> tuple[KeyPin, ...]:
        check = certificates.check_client
        return files.pins_of_files(named or (), "--certificate", check, self.now, self.until)

    def pins(self, typed: Iterable[str] | None) -> tuple[KeyPin, ...]:
        return files.pins_of_texts(typed or (), "--pin", self.until, self.today)

    def signers(self, named: Iterable[Path] | None, option: str) -> tuple[KeyPin, ...]:
        check = certificates.check_sound
        return files.pins_of_files(named or (), option, check, self.now, self.until)

    def servers(self, typed: Iterable[str] | None) -> tuple[KeyPin, ...]:
        return files.server_pins(typed or (), "--server-pin", self.now, self.until, self.today)

    def own(self, certificate: Path | None, key: Path | None) -> dict[str, object]:
        check = certificates.check_client
        pair = files.pair_of(certificate, key, "--client-certificate", check, self.now)
        return {"certificate": pair[0], "certificate_key": pair[1]} if pair else {}

    def signing(self, certificate: Path | None, key: Path | None) -> dict[str, object]:
        check = certificates.check_sound
        pair = files.pair_of(certificate, key, "--signing-certificate", check, self.now)
        return {"signing_certificate": pair[0], "signing_key": pair[1]} if pair else {}

    def authorities(self, file: Path | None, *, public: bool) -> dict[str, object]:
        found = "" if public else files.authorities_of(file, self.now)
        return _given(authorities=found)


def _changed(work: Session, hosted: University, code: str, change: SecurityChange) -> Partner:
    """Return the partner as it is then; nothing given changes nothing."""
    with work.installation.store.open_uow(hosted.code) as uow:
        partner = uow.partners.get(partner_code(code))
        if partner is None:
            raise refuse(Cause.PARTNER_UNKNOWN, partner=partner_code(code))
        if change == SecurityChange(outbound={}, limits={}):
            return partner
        others, today = uow.partners.all(), italian_day(work.installation.clock())
        changed = change_security(partner, change, others=others, today=today)
        uow.partners.save(changed)
        uow.commit()
    return changed


def _show(work: Session, partner: Partner) -> None:
    rows = security_fields(partner, as_json=work.output.as_json)
    work.output.record(partner.name, {"code": partner.code, **rows})


def security_fields(partner: Partner, *, as_json: bool) -> dict[str, object]:
    """Return what is demanded and shown: fingerprints, subjects, ends, limits; never a secret."""
    inbound, outbound, limits = partner.inbound, partner.outbound, partner.limits

    def pins(found: Iterable[KeyPin | SubjectPin]) -> list[object]:
        return [described if as_json else _line(described) for described in map(_pin, found)]

    return {
        "proofs": inbound.proofs,
        "keys": pins(inbound.keys),
        "subjects": pins(inbound.subjects),
        "token_password_set": bool(inbound.token_password),
        "signers": pins(inbound.signers),
        "sign_answers": inbound.sign_answers,
        "proofs_out": outbound.proofs,
        "certificate_out": _own(outbound.certificate, as_json=as_json),
        "token_username_out": outbound.token_username,
        "token_password_out_set": bool(outbound.token_password),
        "signing_certificate": _own(outbound.signing_certificate, as_json=as_json),
        "answer_signers": pins(outbound.answer_signers),
        "server_authorities": _subjects(outbound.authorities),
        "server_keys": pins(outbound.server_keys),
        "per_minute": limits.per_minute,
        "burst": limits.burst,
        "concurrent": limits.concurrent,
        "body_kb": limits.body_bytes // 1024,
    }


def _pin(pin: KeyPin | SubjectPin) -> dict[str, object]:
    if isinstance(pin, SubjectPin):
        shown = certificates.read_one(pin.authority)
        named: dict[str, object] = {"subject": pin.subject, "authority": shown.subject}
        ends: date | None = last_day_of(pin.authority)
    else:
        named = {"sha256": pin.sha256}
        ends = last_day_of(pin.certificate) if pin.certificate else None
    return {**named, "until": pin.until, "certificate_ends": ends}


def _own(pem: str, *, as_json: bool) -> object:
    if not pem:
        return None
    found = certificates.read_one(pem)
    described: dict[str, object] = {
        "sha256": found.key,
        "subject": found.subject,
        "certificate_ends": italian_day(found.ends.astimezone(UTC)),
    }
    return described if as_json else _line(described)


def _subjects(pem: str) -> list[str]:
    return [found.subject for found in certificates.read_all(pem)] if pem else []


def _line(described: dict[str, object]) -> str:
    """Return a pin or a certificate as people read it: what it is, and until when."""
    named = [
        str(described[name]) for name in ("sha256", "subject", "authority") if name in described
    ]
    ends = [day for day in (described.get("until"), described.get("certificate_ends")) if day]
    until = min(ends, key=str, default=None)
    last = say("fino al {day}", "until {day}", day=f"{until:%d/%m/%Y}") if until else ""
    return " ".join([" < ".join(named), last]).strip()
