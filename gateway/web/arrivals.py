"""The student arrives: entrance by token, what waits, the receipt, the progress of both sides."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from flask import Blueprint, abort, flash, redirect, render_template, url_for
from flask_login import current_user
from flask_wtf import FlaskForm
from werkzeug.wrappers import Response
from wtforms import PasswordField, StringField
from wtforms.validators import InputRequired, Length

from gateway.domain.accounts import Role
from gateway.domain.deliveries import Side
from gateway.domain.destination import DestinationState, IncomingTransfer
from gateway.domain.history import Step
from gateway.domain.identifiers import CodiceFiscale, MiurCode, parse_codice_fiscale
from gateway.domain.rejections import Rejection
from gateway.texts.particulars import STATES
from gateway.usecases import arrivals, destination, papers, status, student_accounts
from gateway.usecases.ports import UnitOfWork
from gateway.usecases.transaction import transact
from gateway.web import arrival_access, audit, documents
from gateway.web.access import everybody, first_of_all, hosted, visitor, wiring
from gateway.web.forms import Labelled, refusals
from gateway.web.language import language, say

pages = Blueprint("arrivals", __name__, url_prefix="/ateneo/<university>")


class EntranceForm(Labelled, FlaskForm):
    """Codice fiscale and token."""

    codice_fiscale = StringField(validators=[InputRequired(), Length(max=40)])
    token = PasswordField(validators=[InputRequired(), Length(max=80)])

    def labels(self) -> dict[str, str]:
        """Return the labels in the language of the page."""
        return {
            "codice_fiscale": say("Codice fiscale", "Codice fiscale (tax code)"),
            "token": say("Token", "Token"),
        }

    def hints(self) -> dict[str, str]:
        """Return what helps to fill the fields in."""
        return {
            "codice_fiscale": say("16 caratteri", "16 characters"),
            "token": say(
                "Lo comunica l'ateneo di provenienza; maiuscole e minuscole non contano.",
                "Your present university tells it; capitals do not matter.",
            ),
        }


@dataclass(frozen=True, slots=True)
class Line:
    """A step of either side, as the page shows it."""

    side: str
    step: Step


@pages.route("/arrivo", methods=["GET", "POST"])
@everybody
def entrance(university: str) -> str | Response | tuple[str, int]:
    """Come in for the first time, by codice fiscale and token."""
    form = EntranceForm()
    if form.validate_on_submit():
        typed = "".join((form.codice_fiscale.data or "").split()).upper()  # as it is looked up
        if arrival_access.too_many(typed):
            return render_template("trouble.html", status=429), 429
        transfer, told = _opened(typed, form.token.data or "")
        if transfer is not None:
            arrival_access.forget_tries(typed)
            arrival_access.let_in(transfer)
            return redirect(url_for("arrivals.show", university=university))
        form.form_errors.append(told)
    elif arrival_access.who_comes() is not None and not form.is_submitted():
        return redirect(url_for("arrivals.show", university=university))
    return render_template("arrival_entrance.html", form=form)


def _opened(typed: str, token: str) -> tuple[IncomingTransfer | None, str]:
    """Return the practice that credentials open, else one sentence, the same for any wrong one."""
    wrong = say(
        "Codice fiscale o token sbagliati, oppure token già usato: dopo l'immatricolazione si entra"
        " con il nome utente e la password.",
        "Wrong codice fiscale or token, or the token was used already: once enrolled you sign in by"
        " user name and password.",
    )
    try:
        person = parse_codice_fiscale(typed)
        with wiring().open_uow(hosted().code) as uow:
            return arrivals.admit(person, token, uow=uow, now=wiring().clock()), ""
    except Rejection as rejection:
        expired = any(reason.params.get("why") == "token_expired" for reason in rejection.reasons)
        return None, _expired() if expired else wrong


def _expired() -> str:
    return say(
        "Il token è scaduto: chiedere alla segreteria di questo ateneo di prolungarlo.",
        "The token has expired: ask the secretariat of this university to renew it.",
    )


@pages.post("/arrivo/uscita")
@everybody
def leave(university: str) -> Response:
    """Go out."""
    arrival_access.leave()
    flash(say("Sessione chiusa.", "Session closed."), "success")
    return redirect(url_for("arrivals.entrance", university=university))


@pages.get("/arrivo/domanda")
@everybody
def show(university: str) -> str | Response:
    """Show where the request stands, or lead to what the student must do."""
    arrival = arrival_access.arrived()
    with wiring().open_uow(hosted().code) as uow:
        transfer = arrival_access.practice_of(arrival, uow)
        if transfer.matricola and transfer.token_used:
            return redirect(url_for("arrivals.receipt", university=university))
        steps = _steps(transfer, uow)
        until = arrivals.token_term(transfer, uow=uow)
    arrival_access.note("progress_viewed", transfer.id_pratica)
    return render_template(
        "arrival_status.html",
        transfer=transfer,
        words=STATES[transfer.state],
        may_enrol=transfer.state is DestinationState.AUTORIZZATA_IMMATRICOLAZIONE,
        lines=steps,
        until=until,
        origin=_name_of(transfer.origin),
    )


def _name_of(partner: MiurCode) -> str:
    with wiring().open_uow(hosted().code) as uow:
        known = uow.partners.get(partner)
    return known.name if known is not None else partner


def _steps(transfer: IncomingTransfer, uow: UnitOfWork) -> Sequence[Line]:
    """Return the steps of both sides in one line of time."""
    known = status.progress(destination.key_of(transfer), uow=uow)
    ours, theirs = hosted().name, say("Ateneo di provenienza", "Present university")
    return [
        Line(ours if side is Side.DESTINATION else theirs, step)
        for side, step in status.in_one_line(known, Side.DESTINATION)
    ]


@pages.get("/arrivo/ricevuta")
@everybody
def receipt(university: str) -> str | Response:
    """Show the matricola and, once, the permanent credentials."""
    arrival = arrival_access.arrived()
    now = wiring().clock()
    with wiring().open_uow(hosted().code) as uow:
        transfer = arrival_access.practice_of(arrival, uow)
        record = arrivals.record_of(transfer, uow=uow)
    if not transfer.matricola:
        return redirect(url_for("arrivals.show", university=university))
    if (
        record.protocol_number and transfer.state not in destination.IN_VAIN
    ):  # reconciled: has others
        give_credentials(transfer, record.values, arrival.mark)
    account = wiring().accounts.of_student(hosted().code, transfer.student.codice_fiscale)
    secret = wiring().arrival_sessions.reveal(arrival.mark)
    wiring().arrival_sessions.see(arrival.mark, now)
    return render_template(
        "arrival_receipt.html",
        transfer=transfer,
        record=record,
        account=account,
        secret=secret,
        payment_url=hosted().payment_url,
    )


@pages.get("/arrivo/ricevuta.pdf")
@everybody
def paper(university: str) -> Response:
    """Give the receipt of the enrolment to who came by token."""
    arrival = arrival_access.arrived()
    held = wiring()
    with held.open_uow(hosted().code) as uow:
        transfer = arrival_access.practice_of(arrival, uow)
        if not transfer.matricola:
            abort(404)
        facts = papers.enrolment(transfer.origin, transfer.id_pratica, uow=uow, now=held.clock())
    arrival_access.note("paper_taken", transfer.id_pratica)
    content = held.papers.enrolment(facts, language())
    return documents.answer(content, "immatricolazione", transfer.id_pratica)


def give_credentials(transfer: IncomingTransfer, values: Mapping[str, str], mark: str) -> None:
    """Open the student's account unless it is, and hide its first password until shown."""
    held = wiring()
    known = held.accounts.of_student(hosted().code, transfer.student.codice_fiscale)
    if known is not None and not student_accounts.wants_password(known, hosted()):
        return
    letters = held.new_token().value + held.new_token().value
    password = "-".join(letters[at : at + 5] for at in (0, 5, 10))
    _, opened = student_accounts.open_account(
        transfer,
        values,
        university=hosted(),
        accounts=held.accounts,
        password_hash=held.hash_password(password),
        language=language().value,
        now=held.clock(),
    )
    if opened:
        held.arrival_sessions.hide(mark, password)
        arrival_access.note("credentials_given", transfer.id_pratica)


@pages.get("/stato")
@everybody
def progress(university: str) -> str | Response:
    """Show a student with an account the transfers to here, both sides' progress."""
    person = _student()
    if person is None:  # nobody: came by token
        return redirect(url_for("arrivals.show", university=university))
    with wiring().open_uow(hosted().code) as uow:
        found = [
            (transfer, STATES[transfer.state], _steps(transfer, uow), _decided(transfer, uow))
            for transfer in uow.incoming.of_student(person)
        ]
        names = {
            transfer.origin: partner.name
            for transfer, *_ in found
            if (partner := uow.partners.get(transfer.origin)) is not None
        }
    for transfer, *_ in found:
        audit.note("progress_viewed", practice=transfer.id_pratica)
    return render_template(
        "arrival_progress.html",
        found=found,
        names=names,
        payment_url=hosted().payment_url,
    )


def _decided(transfer: IncomingTransfer, uow: UnitOfWork) -> bool:
    return uow.records.delibera(destination.key_of(transfer)) is not None


def _student() -> CodiceFiscale | None:
    """Return whom the page is about: the student signed in, or nobody for one who came by token."""
    if current_user.is_authenticated:
        account = visitor()
        if first := first_of_all("arrivals.progress"):
            abort(redirect(url_for(first)))
        if Role.STUDENT in account.roles_at(hosted().code):
            return account.codice_fiscale or CodiceFiscale("")
        if arrival_access.who_comes() is None:
            abort(403)
        return None
    if arrival_access.who_comes() is None:
        abort(redirect(url_for("accounts.entrance", next=_here())))
    return None


def _here() -> str:
    return url_for("arrivals.progress", university=hosted().code)


@pages.post("/stato/aggiorna")
@everybody
def refresh(university: str) -> Response:
    """Ask the present university where the request stands there (T7), not over and over."""
    now, person = wiring().clock(), _student()
    arrival = arrival_access.arrived() if person is None else None

    def ask(uow: UnitOfWork) -> bool:
        """Put a question in line for each open practice; tell whether any was."""
        mine = [arrival_access.practice_of(arrival, uow)] if arrival else []
        theirs = mine if person is None else uow.incoming.of_student(person)
        asked = [
            status.ask_unless_lately(destination.key_of(transfer), uow=uow, now=now)
            for transfer in theirs
            if not transfer.has_ended
        ]
        return any(asked)

    try:
        asked = transact(hosted().code, ask, open_uow=wiring().open_uow)
    except Rejection as rejection:
        flash(" ".join(refusals(rejection)), "danger")
    else:
        flash(
            say(
                "Abbiamo chiesto all'ateneo di provenienza: ricaricare fra poco.",
                "We asked your present university: reload shortly.",
            )
            if asked
            else say("L'avanzamento è di un momento fa.", "The progress is of a moment ago."),
            "info",
        )
    return redirect(_here())
