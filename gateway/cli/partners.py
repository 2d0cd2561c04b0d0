"""Partners of a hosted university."""

import secrets
from dataclasses import replace
from datetime import datetime

import typer

from gateway.cli import partner_options as given
from gateway.cli.context import Session, partner_code, session
from gateway.cli.language import say
from gateway.cli.parameters import PARTNER, UNIVERSITY, secret
from gateway.cli.partner_security import HELP as SECURITY_HELP
from gateway.cli.partner_security import security, security_fields
from gateway.cli.probing import probe
from gateway.domain.partners import Partner, ToleranceRule, University
from gateway.soap.passwords import hash_password
from gateway.usecases import partners
from gateway.usecases.partners import checked_address

app = typer.Typer(no_args_is_help=True, help=say("Partner", "Partners"))


def address(wanted: str | None, option: str) -> str | None:
    """Return an address as typed; an empty one takes away what there was."""
    return checked_address(wanted, option) if wanted is not None else None


@app.command(help=say("Registra un partner", "Register a partner"))
def add(
    context: typer.Context,
    code: str = PARTNER,
    university: str = UNIVERSITY,
    name: str | None = given.NAME,
    name_en: str | None = given.NAME_EN,
    schac: str | None = given.SCHAC,
    erasmus: str | None = given.ERASMUS,
    destination_url: str | None = given.DESTINATION,
    origin_url: str | None = given.ORIGIN,
    username_in: str | None = given.USER_IN,
    password_in: str | None = given.PASS_IN,
    username_out: str | None = given.USER_OUT,
    password_out: str | None = given.PASS_OUT,
    active_from: datetime | None = given.FROM,
    active_to: datetime | None = given.TO,
    timeout: float | None = given.TIMEOUT,
    tolerate: list[ToleranceRule] | None = given.TOLERATE,
    strict: bool = given.STRICT,
    lookups: bool | None = given.LOOKUPS,
    egov: bool | None = given.EGOV,
) -> None:
    """Register a partner; without a password of its own, one is made and printed once."""
    with session(context) as work:
        hosted = work.university(university)
        parsed = partner_code(code)
        chosen = secret(password_in)
        password = chosen or secrets.token_urlsafe(18)
        partner = _changed(
            Partner(code=parsed, name=name or parsed, username_in=f"ateneo-{parsed}"),
            name=name,
            name_en=name_en,
            schac=schac,
            erasmus=erasmus,
            destination_url=address(destination_url, "--destination-url"),
            origin_url=address(origin_url, "--origin-url"),
            username_in=username_in,
            password_hash=hash_password(password),
            username_out=username_out,
            password_out=secret(password_out),
            active_from=active_from.date() if active_from else None,
            active_to=active_to.date() if active_to else None,
            timeout_seconds=timeout,
            tolerances=_tolerances(tolerate, strict=strict),
            may_look_up=lookups,
            egov=egov,
        )
        with work.installation.store.open_uow(hosted.code) as uow:
            partners.register(partner, uow=uow)
            uow.commit()
        made = {} if chosen else {"password_in": password}
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
    new = {name: value for name, value in fields.items() if value is not None}
    return replace(partner, **new)  # type: ignore[arg-type]


def _without_days(partner: Partner, *, first: bool, last: bool) -> Partner:
    """Return the record without the days that are to be forgotten."""
    return replace(
        partner,
        active_from=None if first else partner.active_from,
        active_to=None if last else partner.active_to,
    )


def _tolerances(
    wanted: list[ToleranceRule] | None, *, strict: bool
) -> frozenset[ToleranceRule] | None:
    if strict:
        return frozenset()
    return frozenset(wanted) if wanted else None


@app.command("set", help=say("Cambia la scheda di un partner", "Change a partner's record"))
def change(
    context: typer.Context,
    code: str = PARTNER,
    university: str = UNIVERSITY,
    name: str | None = given.NAME,
    name_en: str | None = given.NAME_EN,
    schac: str | None = given.SCHAC,
    erasmus: str | None = given.ERASMUS,
    destination_url: str | None = given.DESTINATION,
    origin_url: str | None = given.ORIGIN,
    username_in: str | None = given.USER_IN,
    password_in: str | None = given.PASS_IN,
    username_out: str | None = given.USER_OUT,
    password_out: str | None = given.PASS_OUT,
    active_from: datetime | None = given.FROM,
    active_to: datetime | None = given.TO,
    no_active_from: bool = given.NO_FROM,
    no_active_to: bool = given.NO_TO,
    timeout: float | None = given.TIMEOUT,
    tolerate: list[ToleranceRule] | None = given.TOLERATE,
    strict: bool = given.STRICT,
    lookups: bool | None = given.LOOKUPS,
    egov: bool | None = given.EGOV,
) -> None:
    """Change what is given and leave the rest."""
    with session(context) as work:
        hosted = work.university(university)
        password = secret(password_in)
        with work.installation.store.open_uow(hosted.code) as uow:
            partner = _changed(
                _without_days(
                    partners.find(partner_code(code), uow=uow),
                    first=no_active_from,
                    last=no_active_to,
                ),
                name=name,
                name_en=name_en,
                schac=schac,
                erasmus=erasmus,
                destination_url=address(destination_url, "--destination-url"),
                origin_url=address(origin_url, "--origin-url"),
                username_in=username_in,
                password_hash=hash_password(password) if password else None,
                username_out=username_out,
                password_out=secret(password_out),
                active_from=active_from.date() if active_from else None,
                active_to=active_to.date() if active_to else None,
                timeout_seconds=timeout,
                tolerances=_tolerances(tolerate, strict=strict),
                may_look_up=lookups,
                egov=egov,
            )
            partners.keep(partner, uow=uow)
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
def show(context: typer.Context, code: str = PARTNER, university: str = UNIVERSITY) -> None:
    """Show a partner."""
    with session(context) as work:
        hosted = work.university(university)
        with work.installation.store.open_uow(hosted.code) as uow:
            partner = partners.find(partner_code(code), uow=uow)
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
            "may_look_up": partner.may_look_up,
            "egov": partner.egov,
            "tolerances": partner.tolerances,
            "tolerated": [f"{rule}: {count}" for rule, count in tolerated.items()],
            "sending_mode": terms.sending_mode if terms else None,
            "token_mode": terms.token_mode if terms else None,
            "career_days": terms.career_days if terms else None,
            **security_fields(partner, as_json=work.output.as_json),
        },
    )


app.command("security", help=SECURITY_HELP)(security)


@app.command("test", help=say("Prova a chiamare un partner (T2)", "Try to call a partner (T2)"))
def probe_partner(
    context: typer.Context, code: str = PARTNER, university: str = UNIVERSITY
) -> None:
    """Ask a partner for its terms, keep them, and say what came of it."""
    with session(context) as work:
        hosted = work.university(university)
        with work.installation.store.open_uow(hosted.code) as uow:
            partner = partners.find(partner_code(code), uow=uow)
        ok, what = probe(work, hosted, partner)
        work.output.record(partner.name, {"code": partner.code, "reachable": ok, "answer": what})
        raise typer.Exit(0 if ok else 1)
