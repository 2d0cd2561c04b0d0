"""Partners: how they are, their records, a test call."""

import secrets
from dataclasses import replace

from flask import Blueprint, abort, flash, redirect, render_template, url_for
from werkzeug.wrappers import Response

from gateway.domain.calendar import italian_day
from gateway.domain.identifiers import MiurCode, parse_miur_code
from gateway.domain.partners import Partner
from gateway.domain.rejections import Rejection
from gateway.endings import endings
from gateway.texts.fields import label
from gateway.texts.machine import trouble
from gateway.usecases import partners
from gateway.usecases.certificate_watch import ending_soon
from gateway.usecases.ports import UnitOfWork
from gateway.web import audit
from gateway.web.access import allow, hosted, wiring
from gateway.web.administration import KEEPERS, LOOKED_BACK, administered, changing, reading
from gateway.web.forms import refusals
from gateway.web.language import day, language, say
from gateway.web.partner_form import TOLERANCES, form_of, record, wanted
from gateway.web.showing import agreed, changes, mark
from gateway.web.terms_pages import SENDING, TOKENS

pages = Blueprint("partners", __name__, url_prefix="/ateneo/<university>/amministrazione/partner")


@pages.get("")
@allow(*KEEPERS)
def listing(university: str) -> str:
    """List the partners with how they are."""
    now = wiring().clock()
    today = italian_day(now)
    with reading()(hosted().code) as uow:
        known = uow.partners.all()
        exchanged = uow.administration.exchanges(now - LOOKED_BACK)
        waiting = uow.administration.waiting()
    rows = [
        {
            "partner": item,
            "active": item.active_on(today),
            "exchanges": exchanged.get(item.code),
            "waiting": waiting.get(item.code, 0),
            "endings": endings_of(item),
        }
        for item in known
    ]
    return render_template("partners.html", rows=rows)


def endings_of(partner: Partner) -> list[str]:
    """Return what a partner relies on that ends soon, in words."""
    today = italian_day(wiring().clock())
    return [
        f"{label(ending.what, language())}: {day(ending.last_day)}"
        for ending in ending_soon(partner, endings, today)
    ]


def find(code: str) -> Partner:
    """Return the partner in the address."""
    try:
        with reading()(hosted().code) as uow:
            return partners.find(parse_miur_code(code), uow=uow)
    except Rejection:
        abort(404)


@pages.get("/<code>")
@allow(*KEEPERS)
def show(university: str, code: str) -> str:
    """Show a partner: its record, what it owes, what can be done."""
    partner = find(code)
    now = wiring().clock()
    with reading()(hosted().code) as uow:
        exchanged = uow.administration.exchanges(now - LOOKED_BACK).get(partner.code)
        tolerated = uow.administration.tolerated(partner.code)
        waiting = uow.administration.waiting().get(partner.code, 0)
    return render_template(
        "partner.html",
        partner=partner,
        active=partner.active_on(italian_day(now)),
        exchanges=exchanged,
        tolerances=[(text, tolerated.get(rule.value, 0), rule in partner.tolerances)
                    for rule, text in TOLERANCES.items()],
        waiting=waiting,
        endings=endings_of(partner),
        sending=SENDING,
        tokens=TOKENS,
    )  # fmt: skip


@pages.route("/nuovo", methods=["GET", "POST"])
@allow(*KEEPERS)
def add(university: str) -> str | Response:
    """Register a partner; the password it is to show is made and shown once."""
    form = form_of(None)
    if form.validate_on_submit():
        password = secrets.token_urlsafe(18)
        try:
            code = parse_miur_code(form.code.data or "")
            blank = Partner(code=code, name="", password_hash=wiring().hash_password(password))
            made = wanted(form, blank)
            made = replace(made, username_in=made.username_in or f"ateneo-{code}")
            changing(lambda uow: partners.register(made, uow=uow))
        except Rejection as rejection:
            form.form_errors = refusals(rejection)
        else:
            audit.note("partner_added", subject=made.code)
            return Response(
                render_template("partner_password.html", partner=made, password=password)
            )
    return render_template("partner_edit.html", form=form, partner=None, changes=(), mark="")


@pages.route("/<code>/scheda", methods=["GET", "POST"])
@allow(*KEEPERS)
def edit(university: str, code: str) -> str | Response:
    """Change a record, after showing what will change."""
    partner = find(code)
    form = form_of(partner)
    found = []
    if form.validate_on_submit():
        try:
            changed = wanted(form, partner)
            found = changes(record(partner), record(changed))
            if found and agreed(found):
                _keep(partner, changed)
        except Rejection as rejection:
            form.form_errors, found = refusals(rejection), []
        else:
            if not found:
                flash(say("Non è cambiato nulla.", "Nothing has changed."), "info")
            if not found or agreed(found):
                return redirect(url_for("partners.show", university=university, code=code))
    return render_template(
        "partner_edit.html",
        form=form,
        partner=partner,
        changes=found,
        mark=mark(found) if found else "",
    )


def _keep(before: Partner, changed: Partner) -> None:
    """Keep the changed record; what others changed of its security meanwhile stays."""
    new = record(changed)

    def act(uow: UnitOfWork) -> None:
        now_kept = partners.find(before.code, uow=uow)
        partners.keep(replace(now_kept, **new), uow=uow)  # type: ignore[arg-type]

    changing(act)
    names = [name for name, value in record(before).items() if new[name] != value]
    audit.note("partner_changed", subject=before.code, detail=" ".join(names))
    flash(say("La scheda è cambiata.", "The record has changed."), "success")


@pages.post("/<code>/prova")
@allow(*KEEPERS)
def probe(university: str, code: str) -> Response:
    """Call a partner (T2), keep its terms, and say what came of it."""
    partner = find(code)
    found = partners.probe(MiurCode(hosted().code), partner, desk=administered().desk())
    audit.note("partner_tested", subject=partner.code)
    if found.outcome is None:
        flash(trouble(found.trouble, found.detail, language()), "danger")
    elif found.reached:
        flash(
            say("Risponde: le sue condizioni sono aggiornate.", "It answers: terms kept."),
            "success",
        )
    else:
        said = f"{found.outcome.code}: {found.outcome.description}"
        flash(say("Risponde con un rifiuto: {said}", "It refuses: {said}", said=said), "warning")
    return redirect(url_for("partners.show", university=university, code=code))
