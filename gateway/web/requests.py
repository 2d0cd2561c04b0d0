"""A student's requests: the list, one of them, its confirmation, its progress on both sides."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_wtf import FlaskForm
from werkzeug.wrappers import Response

from gateway.domain.accounts import Role
from gateway.domain.checks import Check
from gateway.domain.deliveries import Side
from gateway.domain.history import Step
from gateway.domain.origin import OriginState, OutgoingTransfer
from gateway.domain.partners import Partner
from gateway.domain.rejections import Rejection
from gateway.texts import practices, students
from gateway.texts.whys import CHECKS
from gateway.usecases import origin, requests, status
from gateway.usecases.papers import submission_number
from gateway.usecases.ports import UnitOfWork
from gateway.usecases.transaction import transact
from gateway.web import audit, foglio_reading, request_choice
from gateway.web.access import acting_as, allow, hosted, visitor, wiring
from gateway.web.forms import refusals
from gateway.web.language import language, say, told
from gateway.web.origin_practices import Seen, tell_meanwhile
from gateway.web.request_choice import own, papers, student
from gateway.web.request_forms import VersionForm

pages = Blueprint("requests", __name__, url_prefix="/ateneo/<university>")

pages.add_url_rule("/domande/nuova", view_func=request_choice.new)
pages.add_url_rule("/domande/nuova/<partner>", view_func=request_choice.offer)
pages.add_url_rule(
    "/domande/nuova/<partner>/offerta", view_func=request_choice.refresh, methods=["POST"]
)
pages.add_url_rule(
    "/domande/nuova/<partner>/foglio",
    view_func=request_choice.compose,
    methods=["GET", "POST"],
)
pages.add_url_rule(
    "/domande/<practice>/modifica", view_func=request_choice.change, methods=["GET", "POST"]
)


@pages.get("/domande")
@allow(Role.STUDENT)
def listing(university: str) -> str:
    """List the visitor's requests."""
    if visitor().codice_fiscale is None:
        return render_template("requests_nobody.html")
    with wiring().open_uow(hosted().code) as uow:
        found = uow.outgoing.of_student(student())
        names = {item.code: item.name for item in uow.partners.all()}
        numbers = {item.id_pratica: submission_number(item, uow=uow) for item in found}
        obstacle = requests.obstacle(student(), wiring().records_for(uow), uow=uow)
    return render_template(
        "requests.html",
        requests=found,
        numbers=numbers,
        names=names,
        word=lambda item: told(students.STATES[item.state]),
        obstacle=refusals(Rejection([obstacle])) if obstacle else [],
    )


@dataclass(frozen=True, slots=True)
class Moved:
    """A step of the line of time, in the student's words."""

    at: datetime
    where: str
    ours: bool
    state: str
    notes: str


def _line(uow: UnitOfWork, transfer: OutgoingTransfer, partner: str) -> list[Moved]:
    """Return the steps of both sides in the order they were taken."""
    known = status.progress(origin.key_of(transfer), uow=uow)
    steps: Sequence[tuple[Side, Step]] = status.in_one_line(known, Side.ORIGIN)
    return [
        Moved(
            step.entered_at,
            hosted().name if side is Side.ORIGIN else partner,
            side is Side.ORIGIN,
            students.at_origin(step.state, language())
            if side is Side.ORIGIN
            else practices.state(step.state.lower(), language()),
            step.notes,
        )
        for side, step in steps
    ]


@pages.get("/domande/<practice>")
@allow(Role.STUDENT)
def show(university: str, practice: str) -> str:
    """Show a request: a draft to be confirmed, or how far it has come."""
    behind = wiring()
    with behind.open_uow(hosted().code) as uow:
        transfer = own(uow, practice)
        key = origin.key_of(transfer)
        content = _content(uow, transfer)
        partner = uow.partners.get(transfer.destination)
        checks = uow.records.checks(key)
        if transfer.state is OriginState.BOZZA:
            checks = requests.look(transfer, uow=uow, documents=behind.documents)
        line = _line(uow, transfer, partner.name if partner else transfer.destination)
        asked_at = (uow.records.remote(key) or (None, ()))[0]
        number = submission_number(transfer, uow=uow)
    audit.note("practice_viewed", practice=practice)
    template = "request_draft.html" if transfer.state is OriginState.BOZZA else "request.html"
    return render_template(
        template,
        transfer=transfer,
        number=number,
        partner=partner,
        word=told(students.STATES[transfer.state]),
        not_arrived=told(students.NOT_ARRIVED),
        line=line,
        asked_at=asked_at,
        wish=behind.composer.wish_of(content) if content else None,
        checks=_told_checks(checks),
        foglio=foglio_reading.shown(content, behind.documents) if content else None,
        reading=foglio_reading,
        form=VersionForm(formdata=None, version=str(transfer.version)),
        receipt=url_for("documents.receipt", university=university, practice=practice)
        if number
        else "",
    )


def _content(uow: UnitOfWork, transfer: OutgoingTransfer) -> bytes | None:
    """Return the foglio of a request, ``None`` when its term of keeping has passed."""
    try:
        return uow.foglios.draft(transfer.foglio)
    except Rejection:
        return None


@dataclass(frozen=True, slots=True)
class ToldCheck:
    """A check as the student reads it; ``blocks`` keeps the request from being confirmed."""

    name: str
    passed: bool | None
    cleared: bool
    detail: str
    blocks: bool


def _told_checks(checks: Sequence[Check]) -> list[ToldCheck]:
    blocking = hosted().blocking_checks
    return [
        ToldCheck(
            told(CHECKS[check.kind.value]),
            check.passed,
            check.cleared_at is not None,
            check.detail,
            check.passed is False and check.kind in blocking,
        )
        for check in checks
    ]


@pages.post("/domande/<practice>/conferma")
@allow(Role.STUDENT)
def confirm(university: str, practice: str) -> str | Response:
    """Confirm a draft, once."""
    form, behind = VersionForm(), wiring()
    here = redirect(url_for("requests.show", university=university, practice=practice))
    if not form.validate_on_submit():
        return here
    actor, made = acting_as(Role.STUDENT), papers()

    def act(uow: UnitOfWork) -> OutgoingTransfer | None:
        transfer = own(uow, practice)
        if not Seen(form.version.data or "").is_still(transfer):
            tell_meanwhile(uow, transfer)
            return None
        register = behind.register_for(uow)
        moved, _ = requests.confirm(
            transfer, actor, uow=uow, papers=made, register=register, now=behind.clock()
        )
        return moved

    try:
        moved = transact(hosted().code, act, open_uow=behind.open_uow)
    except Rejection as rejection:
        for sentence in refusals(rejection):
            flash(sentence, "danger")
        return here
    if moved is not None:
        audit.note("request_confirmed", practice=practice)
        flash(
            say(
                "Domanda presentata, protocollo {number}.",
                "Request submitted, protocol number {number}.",
                number=moved.protocol_number,
            ),
            "success",
        )
    return here


@pages.route("/domande/<practice>/annulla", methods=["GET", "POST"])
@allow(Role.STUDENT)
def discard(university: str, practice: str) -> str | Response:
    """Cancel a draft, once confirmed."""
    form, behind = VersionForm(), wiring()
    here = redirect(url_for("requests.show", university=university, practice=practice))
    with behind.open_uow(hosted().code) as uow:
        transfer = own(uow, practice)
        partner: Partner | None = uow.partners.get(transfer.destination)
        if transfer.state is not OriginState.BOZZA or (
            request.method == "POST" and not Seen(form.version.data or "").is_still(transfer)
        ):
            tell_meanwhile(uow, transfer)
            return here
        if form.validate_on_submit():
            origin.drop(transfer, acting_as(Role.STUDENT), "", uow=uow, now=behind.clock())
            uow.commit()
            audit.note("request_discarded", practice=practice)
            flash(say("Bozza annullata.", "Draft cancelled."), "success")
            return redirect(url_for("requests.listing", university=university))
    form = VersionForm(formdata=None, version=str(transfer.version))
    return render_template("request_discard.html", transfer=transfer, partner=partner, form=form)


@pages.post("/domande/<practice>/aggiorna")
@allow(Role.STUDENT)
def ask(university: str, practice: str) -> Response:
    """Ask the destination how far it has come, unless it was asked a moment ago."""
    form, behind = FlaskForm(), wiring()
    here = redirect(url_for("requests.show", university=university, practice=practice))
    with behind.open_uow(hosted().code) as uow:
        transfer = own(uow, practice)
        key, now = origin.key_of(transfer), behind.clock()
        if not form.validate_on_submit() or not transfer.may_be_known:
            return here
        asked = status.ask_unless_lately(key, uow=uow, now=now)
        uow.commit()
    flash(
        say(
            "Avanzamento richiesto alla destinazione: ricaricare la pagina fra qualche secondo.",
            "The destination was asked: reload the page in a few seconds.",
        )
        if asked
        else say("L'avanzamento è di un momento fa.", "The progress is of a moment ago."),
        "info",
    )
    return here
