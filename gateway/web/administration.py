"""The first page of an administrator, deliveries and alarms: what waits for a person."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import TypeVar, cast

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask_wtf import FlaskForm
from werkzeug.wrappers import Response
from wtforms import SelectField, StringField
from wtforms.validators import InputRequired, Length

from gateway.domain.accounts import Role
from gateway.domain.calendar import italian_day, transfer_year
from gateway.domain.deliveries import Delivery, DeliveryState
from gateway.domain.lifecycle import Actor, Party
from gateway.domain.rejections import Cause, Rejection, refuse
from gateway.endings import endings
from gateway.texts import Text
from gateway.texts.fields import word
from gateway.texts.machine import in_words
from gateway.usecases import delivery_by_hand
from gateway.usecases.administration_ports import (
    AdministrationUnitOfWork,
    OpenAdministrationUnitOfWork,
)
from gateway.usecases.certificate_watch import ending_soon
from gateway.usecases.delivery import load
from gateway.usecases.ports import OpenUnitOfWork, UnitOfWork
from gateway.usecases.transaction import transact
from gateway.web import audit
from gateway.web.access import allow, hosted, opens, visitor, wiring
from gateway.web.administration_wiring import AdministrationWiring
from gateway.web.forms import Labelled, refusals
from gateway.web.language import language, say, told
from gateway.web.showing import Line, lines

R = TypeVar("R")

pages = Blueprint("administration", __name__, url_prefix="/ateneo/<university>/amministrazione")

KEEPERS = (Role.ADMINISTRATOR, Role.SYSTEM)
"""Who may administer a university."""
LOOKED_BACK = timedelta(days=30)
_SHOWN = 200


def administered() -> AdministrationWiring:
    """Return what stands behind the pages of administrators."""
    return wiring().administration


def reading() -> OpenAdministrationUnitOfWork:
    """Return what opens a unit of work that looks over the whole university."""
    return administered().open_uow


def changing(act: Callable[[AdministrationUnitOfWork], R]) -> R:
    """Act in one commit, and have it felt at once."""
    acting = cast("Callable[[UnitOfWork], R]", act)
    result = transact(hosted().code, acting, open_uow=cast("OpenUnitOfWork", reading()))
    administered().forget()
    return result


def keeper() -> Actor:
    """Return as whom an administrator acts on the affairs of the secretariat."""
    return Actor(Party.SECRETARIAT, visitor().username)


@dataclass(frozen=True, slots=True)
class Door:
    """A page of the administration: where it is, what it is, how things stand there."""

    endpoint: str
    title: Text
    what: Text


DOORS = (
    Door(
        "terms.edit",
        Text("Ateneo e regole", "University and rules"),
        Text("Nomi, condizioni di trasmissione, verifiche", "Names, terms of sending, checks"),
    ),
    Door(
        "partners.listing",
        Text("Partner", "Partners"),
        Text("Indirizzi, credenziali, limiti, prove", "Addresses, credentials, limits, tests"),
    ),
    Door(
        "offers.show",
        Text("Offerta e ammessi", "Offer and admissions"),
        Text("Corsi pubblicati, elenchi, offerte dei partner", "Courses, lists, partners' offers"),
    ),
    Door(
        "registry.edit",
        Text("Registro dei titoli", "Registry of titles"),
        Text("Indirizzi, domande, prova", "Addresses, queries, test"),
    ),
    Door(
        "administration.deliveries",
        Text("Consegne", "Deliveries"),
        Text("Messaggi in partenza, fermi, da riprovare", "Messages leaving, parked, to retry"),
    ),
    Door(
        "administration.alarms",
        Text("Allarmi", "Alarms"),
        Text("Che cosa una persona deve guardare", "What a person must look at"),
    ),
    Door("people.listing", Text("Persone", "People"), Text("Utenti e ruoli", "Users and roles")),
    Door(
        "audit.listing",
        Text("Registro delle attività", "Audit log"),
        Text("Chi ha fatto e guardato che cosa", "Who did and looked at what"),
    ),
    Door(
        "privacy.terms",
        Text("Dati personali", "Personal data"),
        Text("Conservazione, richieste, informativa", "Keeping, requests, privacy statement"),
    ),
    Door(
        "codes.listing",
        Text("Tabelle dei codici", "Code tables"),
        Text("Valori ammessi, fonte e data", "Values allowed, source and date"),
    ),
    Door(
        "system.show",
        Text("Installazione", "Installation"),
        Text("Atenei ospitati, salute, copie", "Hosted universities, health, copies"),
    ),
)


@pages.get("")
@allow(*KEEPERS)
def home(university: str) -> str:
    """Show the pages of the administration, each with its state at a glance."""
    states = _states()
    doors = [
        {
            "title": told(door.title),
            "what": told(door.what),
            "states": states.get(door.endpoint, ()),
            "address": url_for(door.endpoint, university=university)
            if door.endpoint != "system.show"
            else url_for(door.endpoint),
        }
        for door in DOORS
        if opens(door.endpoint)
    ]
    return render_template("administration.html", doors=doors)


def _states() -> dict[str, list[tuple[str, bool]]]:
    """Return how things stand behind each door: sentences, and whether they want a person."""
    now = wiring().clock()
    today = italian_day(now)
    with reading()(hosted().code) as uow:
        partners = uow.partners.all()
        parked = len(uow.deliveries.by_state(DeliveryState.PARKED, _SHOWN))
        waiting = len(uow.deliveries.by_state(DeliveryState.WAITING, _SHOWN))
        alarms = len(uow.alarms.open_ones())
        published = uow.offers.published(transfer_year(today))
        registry = uow.registry.get()
    ending = sum(len(ending_soon(partner, endings, today)) for partner in partners)
    active = sum(partner.active_on(today) for partner in partners)
    states: dict[str, list[tuple[str, bool]]] = {
        "partners.listing": [(say("attivi: {n}", "active: {n}", n=active), not active)],
        "administration.deliveries": [
            (say("in attesa: {n}", "waiting: {n}", n=waiting), False),
            (say("ferme: {n}", "parked: {n}", n=parked), bool(parked)),
        ],
        "administration.alarms": [(say("aperti: {n}", "open: {n}", n=alarms), bool(alarms))],
        "offers.show": [
            (
                say("corsi pubblicati: {n}", "courses published: {n}", n=len(published.courses)),
                False,
            )
            if published
            else (say("nessuna offerta quest'anno", "no offer this year"), True)
        ],
        "registry.edit": [
            (say("in uso", "in use"), False)
            if registry and registry.active
            else (say("nessuno in uso", "none in use"), False)
        ],
    }
    if ending:
        said = say("certificati in scadenza: {n}", "certificates about to end: {n}", n=ending)
        states["partners.listing"].append((said, True))
    return states


class DeliveryFilter(Labelled, FlaskForm):
    """In which state."""

    class Meta(Labelled.Meta):
        """A form that asks only."""

        csrf = False

    state = SelectField()

    def labels(self) -> dict[str, str]:
        """Return the labels in the language of the page."""
        return {"state": say("Stato", "State")}


class StopForm(Labelled, FlaskForm):
    """Why a delivery is given up."""

    why = StringField(validators=[InputRequired(), Length(max=200)])

    def labels(self) -> dict[str, str]:
        """Return the labels in the language of the page."""
        return {"why": say("Perché", "Why")}


@pages.get("/consegne")
@allow(*KEEPERS)
def deliveries(university: str) -> str:
    """List deliveries, newest first."""
    form = DeliveryFilter(request.args)
    form.state.choices = [
        ("", say("Tutti", "All")),
        *((state.value, word(state.value, language())) for state in DeliveryState),
    ]
    chosen = request.args.get("state", "")
    state = DeliveryState(chosen) if chosen in set(DeliveryState) else None
    with reading()(hosted().code) as uow:
        found = uow.deliveries.by_state(state, _SHOWN)
        names = {partner.code: partner.name for partner in uow.partners.all()}
    return render_template(
        "administration_deliveries.html",
        form=form,
        deliveries=found,
        names=names,
        full=len(found) == _SHOWN,
        stoppable=_stoppable,
    )


def _stoppable(delivery: Delivery) -> bool:
    """Tell whether the domain would let a delivery be given up."""
    try:
        delivery.abandoned("")
    except Rejection:
        return False
    return True


@pages.post("/consegne/<delivery>/riprova")
@allow(*KEEPERS)
def resend(university: str, delivery: str) -> Response:
    """Try a delivery again at once; the same bytes are sent."""

    def act(uow: AdministrationUnitOfWork) -> Delivery | None:
        known = load(uow, delivery)
        if str(known.attempts) != request.form.get("attempts"):
            return None  # somebody was faster, or clicked twice
        return delivery_by_hand.resend(delivery, uow=uow, now=wiring().clock())

    try:
        made = changing(act)
    except Rejection as rejection:
        _flash(rejection)
    else:
        if made is None:
            flash(say("È già stata ritentata.", "It was tried again already."), "info")
        else:
            audit.note("delivery_resent", practice=made.id_pratica or "", subject=delivery)
            flash(say("La consegna riparte ora.", "The delivery leaves again now."), "success")
    return redirect(url_for("administration.deliveries", university=university))


@pages.route("/consegne/<delivery>/rinuncia", methods=["GET", "POST"])
@allow(*KEEPERS, recent=True)
def stop(university: str, delivery: str) -> str | Response:
    """Give up a delivery that never arrived."""
    with reading()(hosted().code) as uow:
        found = uow.deliveries.get(delivery)
    if found is None:
        abort(404)
    form = StopForm()
    if form.validate_on_submit():
        why = form.why.data or ""
        try:
            changing(
                lambda uow: delivery_by_hand.abandon(
                    delivery, keeper(), why, uow=uow, now=wiring().clock()
                )
            )
        except Rejection as rejection:
            form.form_errors = refusals(rejection)
        else:
            audit.note("delivery_stopped", practice=found.id_pratica or "", subject=delivery)
            flash(say("La consegna è abbandonata.", "The delivery is given up."), "success")
            return redirect(url_for("administration.deliveries", university=university))
    return render_template("administration_stop.html", form=form, delivery=found)


@pages.get("/allarmi")
@allow(*KEEPERS)
def alarms(university: str) -> str:
    """List what a person must look at."""
    with reading()(hosted().code) as uow:
        found = uow.alarms.open_ones()
    return render_template("administration_alarms.html", alarms=found)


@pages.post("/allarmi")
@allow(*KEEPERS)
def close_alarm(university: str) -> Response:
    """Close an alarm that was seen to; one whose cause is still there is raised again."""
    kind, subject = request.form.get("kind", ""), request.form.get("subject", "")

    def act(uow: AdministrationUnitOfWork) -> None:
        if (kind, subject) not in {(found, about) for found, about, _, _ in uow.alarms.open_ones()}:
            raise refuse(Cause.ALARM_NOT_FOUND, subject)
        uow.alarms.clear(kind, subject, wiring().clock())

    try:
        changing(act)
    except Rejection as rejection:
        _flash(rejection)
    else:
        audit.note("alarm_closed", subject=f"{kind} {subject}")
        flash(say("Allarme chiuso.", "Alarm closed."), "success")
    return redirect(url_for("administration.alarms", university=university))


def _flash(rejection: Rejection) -> None:
    for sentence in refusals(rejection):
        flash(sentence, "danger")


@pages.app_template_global("word_of")
def word_of(name: str) -> str:
    """Return a word of ours in the language of the page."""
    return word(name, language())


@pages.app_template_global("detail_of")
def detail_of(detail: str) -> str:
    """Return what is noted of a trouble in words."""
    return in_words(detail, language()) if detail else "–"


@pages.app_template_global("lines_of")
def lines_of(fields: Mapping[str, object]) -> list[Line]:
    """Return fields with their values in words."""
    return lines(fields)
