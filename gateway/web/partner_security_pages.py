"""A partner's security: proofs, pins, secrets, limits. Nothing secret is ever shown again."""

import secrets
from dataclasses import replace

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from gateway import certificates, pinning
from gateway.certificates import BadCertificate
from gateway.domain.calendar import italian_day
from gateway.domain.identifiers import parse_miur_code
from gateway.domain.partners import Partner
from gateway.domain.rejections import Rejection
from gateway.domain.security import KeyPin, Proof
from gateway.endings import last_day_of
from gateway.usecases import partners
from gateway.usecases.partner_security import SecurityChange, change_security
from gateway.usecases.ports import UnitOfWork
from gateway.web import audit
from gateway.web.access import allow, wiring
from gateway.web.administration import KEEPERS, changing
from gateway.web.forms import refusals
from gateway.web.language import say
from gateway.web.partners_pages import find
from gateway.web.security_forms import DemandsForm, PinForm, SecretsForm
from gateway.web.showing import agreed, changes, mark

pages = Blueprint(
    "partner_security",
    __name__,
    url_prefix="/ateneo/<university>/amministrazione/partner/<code>/sicurezza",
)
_KB = 1024


def _apply(code: str, change: SecurityChange) -> None:
    """Change a partner's security as it is now.

    Raises:
        Rejection: one of the two would be shut out.
    """

    def act(uow: UnitOfWork) -> None:
        today = italian_day(wiring().clock())
        partner = partners.find(parse_miur_code(code), uow=uow)
        changed = change_security(partner, change, others=uow.partners.all(), today=today)
        uow.partners.save(changed)

    changing(act)


def _back(university: str, code: str) -> Response:
    return redirect(url_for("partner_security.show", university=university, code=code))


@pages.get("")
@allow(*KEEPERS)
def show(university: str, code: str) -> str:
    """Show what is demanded and shown: fingerprints, ends, limits; never a secret."""
    partner = find(code)
    inbound, outbound = partner.inbound, partner.outbound
    groups = [
        (say("Chiavi TLS con cui ci chiama", "TLS keys it calls us with"), inbound.keys),
        (say("Chiavi con cui firma i messaggi", "Keys it signs messages with"), inbound.signers),
        (say("Chiavi TLS del suo server", "TLS keys of its server"), outbound.server_keys),
        (say("Chiavi con cui firma le risposte", "Keys it signs answers with"),
         outbound.answer_signers),
    ]  # fmt: skip
    return render_template(
        "partner_security.html",
        partner=partner,
        demands=_shown(partner),
        groups=[(title, [_pin(pin) for pin in pins]) for title, pins in groups],
        subjects=inbound.subjects,
        own=_own(partner),
    )


def _pin(pin: KeyPin) -> dict[str, object]:
    return {
        "sha256": pin.sha256,
        "until": pin.until,
        "ends": last_day_of(pin.certificate) if pin.certificate else None,
    }


def _own(partner: Partner) -> list[tuple[str, str]]:
    """Return what of ours is set, in words."""
    outbound, unset = partner.outbound, say("non impostato", "not set")
    is_set = say("impostata", "set")
    return [
        (say("Nostra password", "Our password"), is_set if partner.password_out else unset),
        (
            say("Sua password dello UsernameToken", "Its UsernameToken password"),
            is_set if partner.inbound.token_password else unset,
        ),
        (
            say("Nostra password dello UsernameToken", "Our UsernameToken password"),
            is_set if outbound.token_password else unset,
        ),
        (say("Nostro certificato TLS", "Our TLS certificate"), _subject(outbound.certificate)),
        (
            say("Nostro certificato di firma", "Our signing certificate"),
            _subject(outbound.signing_certificate),
        ),
        (
            say("Autorità del suo server", "Authorities of its server"),
            _subject(outbound.authorities),
        ),
    ]


def _subject(pem: str) -> str:
    if not pem:
        return say("non impostato", "not set")
    try:
        found = certificates.read_one(pem)
    except BadCertificate:
        return say("illeggibile", "unreadable")
    return f"{found.subject} ({found.ends:%d/%m/%Y})"


def _fields(partner: Partner) -> dict[str, object]:
    limits = partner.limits
    return {
        "proofs": partner.inbound.proofs,
        "sign_answers": partner.inbound.sign_answers,
        "proofs_out": partner.outbound.proofs,
        "per_minute": limits.per_minute,
        "burst": limits.burst,
        "concurrent": limits.concurrent,
        "body_kb": limits.body_bytes // _KB,
    }


def _shown(partner: Partner) -> dict[str, object]:
    return _fields(partner)


@pages.route("/richieste", methods=["GET", "POST"])
@allow(*KEEPERS, recent=True)
def demand(university: str, code: str) -> str | Response:
    """Change proofs and limits, after showing what will change."""
    partner = find(code)
    before = _fields(partner)
    form = DemandsForm(
        data={
            **before,
            "proofs": [proof.value for proof in partner.inbound.proofs],
            "proofs_out": [proof.value for proof in partner.outbound.proofs],
        }
    )
    form.choose()
    found = []
    if form.validate_on_submit():
        change, after = _wanted(form, partner)
        found = changes(before, after)
        try:
            changed = change_security(
                partner, change, others=(), today=italian_day(wiring().clock())
            )
            if found and agreed(found):
                _apply(code, change)
        except Rejection as rejection:
            form.form_errors, found = refusals(rejection), []
        else:
            if not found or agreed(found):
                if found:
                    audit.note("partner_security_changed", subject=changed.code, detail="demands")
                    flash(
                        say("Prove e limiti sono cambiati.", "Proofs and limits changed."),
                        "success",
                    )
                return _back(university, code)
    shown_mark = mark(found) if found else ""
    return render_template(
        "partner_demands.html", form=form, partner=partner, changes=found, mark=shown_mark
    )


def _wanted(form: DemandsForm, partner: Partner) -> tuple[SecurityChange, dict[str, object]]:
    proofs = frozenset(Proof(name) for name in form.proofs.data or ())
    out = frozenset(Proof(name) for name in form.proofs_out.data or ())
    limits = {
        "per_minute": form.per_minute.data or 1,
        "burst": form.burst.data or 1,
        "concurrent": form.concurrent.data or 1,
        "body_bytes": (form.body_kb.data or 0) * _KB,
    }
    after = _fields(partner) | {
        "proofs": proofs,
        "sign_answers": bool(form.sign_answers.data),
        "proofs_out": out,
        "per_minute": limits["per_minute"],
        "burst": limits["burst"],
        "concurrent": limits["concurrent"],
        "body_kb": form.body_kb.data or 0,
    }
    outbound: dict[str, object] = {"proofs": out} if out != partner.outbound.proofs else {}
    change = SecurityChange(
        proofs=proofs,
        sign_answers=bool(form.sign_answers.data),
        outbound=outbound,
        limits=limits,
    )
    return change, after


@pages.route("/chiavi", methods=["GET", "POST"])
@allow(*KEEPERS, recent=True)
def pin(university: str, code: str) -> str | Response:
    """Pin a key, beside those there are."""
    partner = find(code)
    form = PinForm()
    form.choose()
    if form.validate_on_submit():
        try:
            _apply(code, _pinned(form))
        except Rejection as rejection:
            form.form_errors = refusals(rejection)
        else:
            audit.note("partner_key_pinned", subject=partner.code, detail=form.use.data or "")
            flash(say("La chiave è fissata.", "The key is pinned."), "success")
            return _back(university, code)
    return render_template("partner_pin.html", form=form, partner=partner)


def _pinned(form: PinForm) -> SecurityChange:
    now, text, use = wiring().clock(), form.key.data or "", form.use.data or ""
    check = certificates.check_client if use == "keys" else certificates.check_sound
    if "BEGIN" in text:
        pin = pinning.pin_of_certificate(text, use, check, now, form.until.data)
    else:
        pin = pinning.pin_of_text(text, use, form.until.data, italian_day(now))
    return replace(SecurityChange(), **{use: (pin,)})  # type: ignore[arg-type]


@pages.post("/chiavi/togli")
@allow(*KEEPERS, recent=True)
def drop(university: str, code: str) -> Response:
    """Drop a pinned key."""
    fingerprint = request.form.get("sha256", "")
    try:
        _apply(code, SecurityChange(drop_pins=(fingerprint,)))
    except Rejection as rejection:
        for sentence in refusals(rejection):
            flash(sentence, "danger")
    else:
        audit.note("partner_key_dropped", subject=find(code).code, detail=fingerprint[:16])
        flash(say("La chiave non vale più.", "The key holds no more."), "success")
    return _back(university, code)


@pages.route("/credenziali", methods=["GET", "POST"])
@allow(*KEEPERS, recent=True)
def keep_secrets(university: str, code: str) -> str | Response:
    """Set secrets; those left empty stay."""
    partner = find(code)
    form = SecretsForm(data={"username_out": partner.username_out})
    if form.validate_on_submit():
        try:
            _set(form, code)
        except Rejection as rejection:
            form.form_errors = refusals(rejection)
        else:
            given = [item.short_name for item in form if item.data and item.name != "csrf_token"]
            audit.note("partner_secrets_set", subject=partner.code, detail=" ".join(given))
            flash(say("Le credenziali sono cambiate.", "The credentials have changed."), "success")
            return _back(university, code)
    return render_template("partner_secrets.html", form=form, partner=partner)


def _set(form: SecretsForm, code: str) -> None:
    now = wiring().clock()
    given = {item.short_name: (item.data or "") for item in form}
    outbound: dict[str, object] = {}
    if given["certificate"] or given["certificate_key"]:
        outbound["certificate"], outbound["certificate_key"] = pinning.pair_in(
            given["certificate"], given["certificate_key"], "tls", certificates.check_client, now
        )
    if given["signing_certificate"] or given["signing_key"]:
        outbound["signing_certificate"], outbound["signing_key"] = pinning.pair_in(
            given["signing_certificate"],
            given["signing_key"],
            "sign",
            certificates.check_sound,
            now,
        )
    if given["authorities"]:
        outbound["authorities"] = pinning.authorities_in(given["authorities"], "server", now)
    for name, field in (
        ("token_username", "token_username_out"),
        ("token_password", "token_password_out"),
    ):
        if given[field]:
            outbound[name] = given[field]
    change = SecurityChange(token_password=given["token_password"] or None, outbound=outbound)

    def act(uow: UnitOfWork) -> None:
        known = partners.find(parse_miur_code(code), uow=uow)
        named = replace(
            known,
            username_out=given["username_out"].strip() or known.username_out,
            password_out=given["password_out"] or known.password_out,
        )
        today = italian_day(now)
        changed = change_security(named, change, others=uow.partners.all(), today=today)
        uow.partners.save(changed)

    changing(act)


@pages.route("/password", methods=["GET", "POST"])
@allow(*KEEPERS, recent=True)
def renew_password(university: str, code: str) -> str | Response:
    """Make a new password for the partner and show it once; the old one ends at once."""
    partner = find(code)
    if request.method == "GET":
        return render_template("partner_renew.html", partner=partner)
    password = secrets.token_urlsafe(18)
    hashed = wiring().hash_password(password)

    def act(uow: UnitOfWork) -> None:
        known = partners.find(partner.code, uow=uow)
        partners.keep(replace(known, password_hash=hashed), uow=uow)

    changing(act)
    audit.note("partner_password_renewed", subject=partner.code)
    return Response(render_template("partner_password.html", partner=partner, password=password))
