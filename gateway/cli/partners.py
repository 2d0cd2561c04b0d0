"""Partners of a hosted university."""

import secrets
import sys
from dataclasses import replace
from datetime import datetime
from urllib.parse import urlsplit

import typer

from gateway.cli.context import UNIVERSITY, Session, partner_code, session
from gateway.cli.language import say
from gateway.domain.deliveries import (
    OutcomeUnknown,
    PartnerMisbehaved,
    PartnerUnreachable,
    Side,
)
from gateway.domain.messages import Operation
from gateway.domain.partners import Partner, ToleranceRule, University
from gateway.domain.rejections import Cause, refuse
from gateway.soap.callers import hash_password
from gateway.usecases.ports import PartnerCall

app = typer.Typer(no_args_is_help=True, help=say("Partner", "Partners"))

_NAME = typer.Option(None, "--name")
_NAME_EN = typer.Option(None, "--name-en")
_SCHAC = typer.Option(None, "--schac")
_ERASMUS = typer.Option(None, "--erasmus")
_DESTINATION = typer.Option(
    None, "--destination-url", help=say("Servizi di destinazione", "Its destination services")
)
_ORIGIN = typer.Option(
    None, "--origin-url", help=say("Servizi di provenienza", "Its origin services")
)
_USER_IN = typer.Option(None, "--username-in", help=say("Nome con cui chiama", "How it calls us"))
_PASS_IN = typer.Option(
    None,
    "--password-in",
    help=say("Sua password verso di noi; - la legge", "Its password with us; - reads it"),
)
_USER_OUT = typer.Option(
    None, "--username-out", help=say("Nostro nome presso di lui", "Our name there")
)
_PASS_OUT = typer.Option(
    None,
    "--password-out",
    help=say("Nostra password presso di lui; - la legge", "Our password there; - reads it"),
)
_FROM = typer.Option(None, "--active-from", formats=["%Y-%m-%d"])
_TO = typer.Option(None, "--active-to", formats=["%Y-%m-%d"])
_TIMEOUT = typer.Option(None, "--timeout", min=1, max=600)
_TOLERATE = typer.Option(
    None, "--tolerate", help=say("Solo queste tolleranze", "These tolerances only")
)
_STRICT = typer.Option(False, "--strict", help=say("Nessuna tolleranza", "No tolerance"))


def _secret(given: str | None) -> str | None:
    """Return a password given on the line, or read from standard input."""
    return sys.stdin.readline().rstrip("\n") if given == "-" else given


def _address(given: str | None, option: str) -> str | None:
    if given and urlsplit(given).scheme not in ("http", "https"):
        raise refuse(Cause.PARAMETER_INVALID, option)
    return given


@app.command(help=say("Registra un partner", "Register a partner"))
def add(
    context: typer.Context,
    code: str,
    university: str = UNIVERSITY,
    name: str | None = _NAME,
    name_en: str | None = _NAME_EN,
    schac: str | None = _SCHAC,
    erasmus: str | None = _ERASMUS,
    destination_url: str | None = _DESTINATION,
    origin_url: str | None = _ORIGIN,
    username_in: str | None = _USER_IN,
    password_in: str | None = _PASS_IN,
    username_out: str | None = _USER_OUT,
    password_out: str | None = _PASS_OUT,
    active_from: datetime | None = _FROM,
    active_to: datetime | None = _TO,
    timeout: float | None = _TIMEOUT,
    tolerate: list[ToleranceRule] | None = _TOLERATE,
    strict: bool = _STRICT,
) -> None:
    """Register a partner; without a password of its own, one is made and printed once."""
    with session(context) as work:
        hosted = work.university(university)
        parsed = partner_code(code)
        password = _secret(password_in) or secrets.token_urlsafe(18)
        partner = _changed(
            Partner(code=parsed, name=name or parsed, username_in=f"ateneo-{parsed}"),
            name=name,
            name_en=name_en,
            schac=schac,
            erasmus=erasmus,
            destination_url=_address(destination_url, "--destination-url"),
            origin_url=_address(origin_url, "--origin-url"),
            username_in=username_in,
            password_hash=hash_password(password),
            username_out=username_out,
            password_out=_secret(password_out),
            active_from=active_from.date() if active_from else None,
            active_to=active_to.date() if active_to else None,
            timeout_seconds=timeout,
            tolerances=_tolerances(tolerate, strict=strict),
        )
        with work.installation.store.open_uow(hosted.code) as uow:
            if uow.partners.get(parsed) is not None:
                raise refuse(Cause.ALREADY_EXISTS, parsed)
            uow.partners.save(partner)
            uow.commit()
        made = {} if password_in else {"password_in": password}
        work.output.done(
            "Partner {code} registrato; chiama come {username_in}"
            + ("; password: {password_in}" if made else ""),
            "Partner {code} registered; it calls as {username_in}"
            + ("; password: {password_in}" if made else ""),
            code=parsed,
            username_in=partner.username_in,
            **made,
        )


def _changed(partner: Partner, **fields: object) -> Partner:
    given = {name: value for name, value in fields.items() if value is not None}
    return replace(partner, **given)  # type: ignore[arg-type]


def _tolerances(
    wanted: list[ToleranceRule] | None, *, strict: bool
) -> frozenset[ToleranceRule] | None:
    if strict:
        return frozenset()
    return frozenset(wanted) if wanted else None


@app.command("set", help=say("Cambia la scheda di un partner", "Change a partner's record"))
def change(
    context: typer.Context,
    code: str,
    university: str = UNIVERSITY,
    name: str | None = _NAME,
    name_en: str | None = _NAME_EN,
    schac: str | None = _SCHAC,
    erasmus: str | None = _ERASMUS,
    destination_url: str | None = _DESTINATION,
    origin_url: str | None = _ORIGIN,
    username_in: str | None = _USER_IN,
    password_in: str | None = _PASS_IN,
    username_out: str | None = _USER_OUT,
    password_out: str | None = _PASS_OUT,
    active_from: datetime | None = _FROM,
    active_to: datetime | None = _TO,
    timeout: float | None = _TIMEOUT,
    tolerate: list[ToleranceRule] | None = _TOLERATE,
    strict: bool = _STRICT,
) -> None:
    """Change what is given and leave the rest."""
    with session(context) as work:
        hosted = work.university(university)
        password = _secret(password_in)
        with work.installation.store.open_uow(hosted.code) as uow:
            partner = uow.partners.get(partner_code(code))
            if partner is None:
                raise refuse(Cause.PARTNER_UNKNOWN, partner=code)
            partner = _changed(
                partner,
                name=name,
                name_en=name_en,
                schac=schac,
                erasmus=erasmus,
                destination_url=_address(destination_url, "--destination-url"),
                origin_url=_address(origin_url, "--origin-url"),
                username_in=username_in,
                password_hash=hash_password(password) if password else None,
                username_out=username_out,
                password_out=_secret(password_out),
                active_from=active_from.date() if active_from else None,
                active_to=active_to.date() if active_to else None,
                timeout_seconds=timeout,
                tolerances=_tolerances(tolerate, strict=strict),
            )
            uow.partners.save(partner)
            uow.commit()
        _show(work, hosted, partner)


@app.command("list", help=say("Elenca i partner", "List the partners"))
def listing(context: typer.Context, university: str = UNIVERSITY) -> None:
    """List the partners of a hosted university."""
    with session(context) as work:
        hosted = work.university(university)
        with work.installation.store.open_uow(hosted.code) as uow:
            rows = [
                {
                    "code": item.code,
                    "name": item.name,
                    "destination_url": item.destination_url,
                    "origin_url": item.origin_url,
                    "active": item.active_on(work.installation.today()),
                }
                for item in uow.partners.all()
            ]
        work.output.rows(say("Partner", "Partners"), rows)


@app.command(help=say("Mostra un partner", "Show a partner"))
def show(context: typer.Context, code: str, university: str = UNIVERSITY) -> None:
    """Show a partner."""
    with session(context) as work:
        hosted = work.university(university)
        with work.installation.store.open_uow(hosted.code) as uow:
            partner = uow.partners.get(partner_code(code))
        if partner is None:
            raise refuse(Cause.PARTNER_UNKNOWN, partner=code)
        _show(work, hosted, partner)


def _show(work: Session, hosted: University, partner: Partner) -> None:
    with work.installation.store.open_uow(hosted.code) as uow:
        tolerated = uow.journal.tolerated(partner.code)
    terms = partner.terms
    work.output.record(
        partner.name,
        {
            "code": partner.code,
            "name": partner.name,
            "name_en": partner.name_en,
            "schac": partner.schac,
            "erasmus": partner.erasmus,
            "destination_url": partner.destination_url,
            "origin_url": partner.origin_url,
            "username_in": partner.username_in,
            "username_out": partner.username_out,
            "password_out_set": bool(partner.password_out),
            "active_from": partner.active_from,
            "active_to": partner.active_to,
            "timeout_seconds": partner.timeout_seconds,
            "tolerances": partner.tolerances,
            "tolerated": [f"{rule}: {count}" for rule, count in tolerated.items()],
            "sending_mode": terms.sending_mode if terms else None,
            "token_mode": terms.token_mode if terms else None,
            "career_days": terms.career_days if terms else None,
        },
    )


@app.command("test", help=say("Prova a chiamare un partner (T2)", "Try to call a partner (T2)"))
def probe_partner(context: typer.Context, code: str, university: str = UNIVERSITY) -> None:
    """Ask a partner for its terms and say what came of it."""
    with session(context) as work:
        hosted = work.university(university)
        with work.installation.store.open_uow(hosted.code) as uow:
            partner = uow.partners.get(partner_code(code))
        if partner is None:
            raise refuse(Cause.PARTNER_UNKNOWN, partner=code)
        ok, what = probe(work, hosted, partner)
        work.output.record(partner.name, {"code": partner.code, "reachable": ok, "answer": what})
        raise typer.Exit(0 if ok else 1)


def probe(work: Session, hosted: University, partner: Partner) -> tuple[bool, str]:
    """Return whether a partner answers T2, and what it said."""
    call = PartnerCall(operation=Operation.GET_INFO_WORKFLOW, caller=hosted.code)
    services = work.installation.partners
    try:
        answer = services.send(partner, Side.ORIGIN, call.operation, services.write(call))
    except (PartnerUnreachable, OutcomeUnknown, PartnerMisbehaved) as trouble:
        return False, f"{type(trouble).__name__}: {trouble}"
    return answer.outcome.accepted, f"{answer.outcome.code}: {answer.outcome.description}"
