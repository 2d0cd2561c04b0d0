"""A student who was enrolled before the foglio came: both records side by side, one is chosen.

The list of enrolled students comes from the university's own system, as CSV, here or by
``congedo student import``.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_wtf import FlaskForm
from flask_wtf.file import FileField, FileRequired
from werkzeug.wrappers import Response

from gateway.domain.accounts import Role
from gateway.domain.destination import DestinationState, IncomingTransfer
from gateway.domain.particulars import Difference
from gateway.domain.rejections import Rejection
from gateway.texts import particulars
from gateway.usecases import arrivals, reconciliation
from gateway.usecases.ports import UnitOfWork
from gateway.usecases.reconciliation import Choice, Known, Settle
from gateway.usecases.transaction import transact
from gateway.web import audit
from gateway.web.access import acting_as, allow, hosted, wiring
from gateway.web.asked import number_in
from gateway.web.forms import Labelled, beside_field, placed, tell_changed
from gateway.web.language import language, say
from gateway.web.requirements import check_faculty, find

pages = Blueprint("reconciliation", __name__, url_prefix="/ateneo/<university>")

_MOST_FAULTS = 50
"""Faults of a file that a page shows."""


class RollForm(Labelled, FlaskForm):
    """The list of enrolled students."""

    file = FileField(validators=[FileRequired()])

    def labels(self) -> dict[str, str]:
        """Return the labels in the language of the page."""
        return {"file": say("Elenco degli immatricolati (CSV)", "List of enrolled students (CSV)")}

    def hints(self) -> dict[str, str]:
        """Return what helps to fill the field in."""
        return {
            "file": say(
                "UTF-8, con le colonne Matricola, CodiceFiscale, Corso; se ci sono aiutano"
                " DescrizioneCorso, Cognome, Nome, DataNascita, Email, DataImmatricolazione.",
                "UTF-8, with the columns Matricola, CodiceFiscale, Corso; others that help:"
                " DescrizioneCorso, Cognome, Nome, DataNascita, Email,"
                " DataImmatricolazione.",
            )
        }


@pages.route("/ingresso/<origin>/<practice>/riconciliazione", methods=["GET", "POST"])
@allow(Role.OPERATOR)
def show(university: str, origin: str, practice: str) -> str | Response:
    """Show foglio and record side by side; join the practice to the enrolment chosen."""
    where: dict[str, Any] = {"university": university, "origin": origin, "practice": practice}
    faults: list[tuple[str, str]] = []
    if request.method == "POST":
        try:
            if _settled(origin, practice):
                audit.note("reconciled", practice=practice)
                flash(say("Pratica riconciliata.", "Practice reconciled."), "success")
                return redirect(url_for("requirements.show", **where))
            tell_changed()
            return redirect(url_for("reconciliation.show", **where))
        except Rejection as rejection:
            faults = _faults(rejection)
    return _page(origin, practice, where, faults)


def _page(
    origin: str, practice: str, where: Mapping[str, str], faults: Sequence[tuple[str, str]]
) -> str:
    held = wiring()
    with held.open_uow(hosted().code) as uow:
        transfer = find(origin, practice, uow)
        check_faculty(transfer, uow, Role.OPERATOR)
        here_now = arrivals.standing(transfer, uow=uow, documents=held.documents)
        found = reconciliation.known(transfer, uow=uow, documents=held.documents)
        files = held.student_file_for(uow).consult(transfer.student.codice_fiscale)
        offered = uow.offers.published(transfer.academic_year)
    audit.note("student_compared", practice=transfer.id_pratica)
    chosen = _chosen(found)
    return render_template(
        "reconciliation.html",
        transfer=transfer,
        open_now=transfer.state is DestinationState.AUTORIZZATA_IMMATRICOLAZIONE,
        found=found,
        chosen=chosen,
        declared=here_now.declared,
        differences=_differences(here_now.declared, chosen),
        files=files,
        courses=_courses(transfer, chosen, offered.courses if offered else ()),
        typed=request.form if request.method == "POST" else {},
        labels=particulars.FIELDS,
        faults=faults,
        where=where,
    )


def _chosen(found: Sequence[Known]) -> Known | None:
    """Return the enrolment looked at: the one chosen by its place, else the first."""
    place = number_in(request.values.get("known", "0"))
    if place is not None and place < len(found):
        return found[place]
    return found[0] if found else None


def _differences(declared: Mapping[str, str], chosen: Known | None) -> list[Difference]:
    return reconciliation.compared(declared, chosen.values) if chosen else []


def _courses(
    transfer: IncomingTransfer, chosen: Known | None, offered: Sequence[object]
) -> list[tuple[str, str]]:
    """Return (code, name) of the courses that may be meant: here, asked for, on offer."""
    found: dict[str, str] = {}
    if chosen is not None:
        found[chosen.course_code] = chosen.course_name
    found.setdefault(transfer.course_code, transfer.course_name)
    for course in offered:
        code, name = getattr(course, "code", ""), getattr(course, "name", "")
        found[code] = found.get(code) or name
    return list(found.items())


def _settled(origin: str, practice: str) -> bool:
    """Settle what was chosen; tell whether the practice was still the one looked at."""
    held, now = wiring(), wiring().clock()
    actor = acting_as(Role.OPERATOR)
    form = request.form

    def step(uow: UnitOfWork) -> bool:
        transfer = find(origin, practice, uow)
        check_faculty(transfer, uow, Role.OPERATOR)
        if form.get("version") != str(transfer.version):
            return False
        chosen = _chosen(reconciliation.known(transfer, uow=uow, documents=held.documents))
        if form.get("matricola", "") != (chosen.matricola if chosen else ""):
            return False  # another enrolment has come to stand in this place
        command = Settle(
            matricola=chosen.matricola if chosen else "",
            course=form.get("course", ""),
            choices={
                name.removeprefix("choice-"): Choice(value)
                for name, value in form.items()
                if name.startswith("choice-") and value in {choice.value for choice in Choice}
            },
            why=form.get("why", ""),
        )
        reconciliation.settle(
            transfer,
            actor,
            command,
            uow=uow,
            documents=held.documents,
            student_file=held.student_file_for(uow),
            now=now,
        )
        return True

    return transact(hosted().code, step, open_uow=held.open_uow)


def _faults(rejection: Rejection) -> list[tuple[str, str]]:
    """Return (id of the field, sentence) of each reason."""
    found = []
    for reason in rejection.reasons:
        sentence = beside_field(reason)
        if reason.path in particulars.FIELDS:
            label = particulars.FIELDS[reason.path].say(language())
            found.append((f"choice-{reason.path.replace('/', '-')}", f"{label}: {sentence}"))
        else:
            label = _other_labels().get(reason.path, "")
            found.append((reason.path, f"{label}: {sentence}" if label else sentence))
    return found


def _other_labels() -> dict[str, str]:
    return {"why": say("Motivo", "Reason"), "course": say("Corso", "Course")}


@pages.route("/immatricolati", methods=["GET", "POST"])
@allow(Role.OPERATOR)
def enrolled(university: str) -> str | Response:
    """Import the list of students enrolled here."""
    form = RollForm()
    faults: list[str] = []
    if form.validate_on_submit():
        now = wiring().clock()
        try:
            students = wiring().read_enrolled(form.file.data.read())
            new = transact(
                hosted().code,
                lambda uow: uow.enrolled.keep(students, now),
                open_uow=wiring().open_uow,
            )
        except Rejection as rejection:
            faults = placed(rejection)
        else:
            audit.note("enrolled_imported", detail=str(len(students)))
            flash(
                say(
                    "Studenti importati: {number}, di cui nuovi: {new}.",
                    "Students imported: {number}, of them new: {new}.",
                    number=len(students),
                    new=new,
                ),
                "success",
            )
            return redirect(url_for("reconciliation.enrolled", university=university))
    with wiring().open_uow(hosted().code) as uow:
        number, last = uow.enrolled.count()
    return render_template(
        "enrolled.html",
        form=form,
        number=number,
        last=last,
        faults=faults[:_MOST_FAULTS],
        more=max(0, len(faults) - _MOST_FAULTS),
    )
