"""The student enrols: data, career, course and privacy, one confirmed after another, then for good.

Every step is kept, so that the student may stop and come back. What differs from the foglio is
confirmed change by change and kept for the secretariat.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from gateway.domain.arrivals import ArrivalSession, Confirmed, EnrolmentRecord
from gateway.domain.destination import DestinationState
from gateway.domain.foglio_congedo import Career
from gateway.domain.offers import Course
from gateway.domain.particulars import FIELDS, GROUPS, Difference, cleaned
from gateway.domain.rejections import Rejection
from gateway.domain.title_checks import DeclaredTitle
from gateway.texts import particulars
from gateway.usecases import arrivals, destination, foglios
from gateway.usecases.arrivals import Standing
from gateway.usecases.ports import ConcurrentChange, UnitOfWork
from gateway.usecases.transaction import transact
from gateway.web import arrival_access
from gateway.web.access import everybody, hosted, wiring
from gateway.web.arrivals import give_credentials
from gateway.web.forms import beside_field, refusals
from gateway.web.language import language, say

pages = Blueprint("enrolment", __name__, url_prefix="/ateneo/<university>/immatricolazione")

_TICK = "\x1f"
"""Between a field and its value in a confirmed change: nobody types it."""


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong with a field, by the name it has on the page."""

    name: str
    label: str
    text: str


def _standing(arrival: ArrivalSession, uow: UnitOfWork) -> Standing:
    transfer = arrival_access.practice_of(arrival, uow)
    return arrivals.standing(transfer, uow=uow, documents=wiring().documents)


def _read() -> Standing:
    arrival = arrival_access.arrived()
    with wiring().open_uow(hosted().code) as uow:
        return _standing(arrival, uow)


def _elsewhere(here: Standing) -> Response | None:
    """Return where to go if this is not the time to enrol."""
    if here.transfer.state is DestinationState.AUTORIZZATA_IMMATRICOLAZIONE:
        return None
    return redirect(url_for("arrivals.show", university=hosted().code))


def name_of(path: str) -> str:
    """Return the name that a field of the foglio has in the form."""
    return path.replace("/", "-")


def faults_of(rejection: Rejection) -> list[Fault]:
    """Return what is wrong field by field."""
    return [
        Fault(
            name_of(reason.path),
            particulars.FIELDS[reason.path].say(language())
            if reason.path in particulars.FIELDS
            else "",
            beside_field(reason),
        )
        for reason in rejection.reasons
    ]


class _Stale(Exception):  # noqa: N818  not a fault: another window was faster
    """The form was made before something else was kept."""


def _as_seen(arrival: ArrivalSession, uow: UnitOfWork) -> Standing:
    """Return the enrolment if it is still the one that the form was made of.

    Raises:
        _Stale: something was kept meanwhile.
    """
    here = _standing(arrival, uow)
    if request.form.get("version", "") != str(here.record.version):
        raise _Stale
    return here


def _told_stale(step: str) -> Response:
    flash(
        say(
            "Nel frattempo i dati sono cambiati, forse in un'altra finestra: nulla è stato salvato."
            " Ecco come stanno ora.",
            "The data were changed meanwhile, perhaps in another window: nothing was saved. This is"
            " how they stand now.",
        ),
        "warning",
    )
    return redirect(url_for(f"enrolment.{step}", university=hosted().code))


def _kept(step: Confirmed) -> Response:
    following = {Confirmed.PERSON: "career", Confirmed.CAREER: "course", Confirmed.COURSE: "final"}
    return redirect(url_for(f"enrolment.{following[step]}", university=hosted().code))


@pages.route("/dati", methods=["GET", "POST"])
@everybody
def person(university: str) -> str | Response:
    """Confirm or change the data of the foglio."""
    arrival = arrival_access.arrived()
    here = _read()
    gone = _elsewhere(here)
    if gone is not None:
        return gone
    if request.method == "GET":
        return _person_page(here, here.values, [], _ticked(here.record.changes))
    given = cleaned({path: request.form.get(name_of(path), "") for path in FIELDS})
    ticked = dict(item.split(_TICK, 1) for item in request.form.getlist("confirm") if _TICK in item)

    def keep(uow: UnitOfWork) -> EnrolmentRecord:
        now = wiring().clock()
        return arrivals.keep_person(_as_seen(arrival, uow), given, ticked, uow=uow, now=now)

    try:
        transact(hosted().code, keep, open_uow=wiring().open_uow)
    except _Stale:
        return _told_stale("person")
    except Rejection as rejection:
        return _person_page(here, given, faults_of(rejection), ticked)
    return _kept(Confirmed.PERSON)


def _ticked(changes: Sequence[Difference]) -> dict[str, str]:
    return {change.path: change.given for change in changes}


def _person_page(
    here: Standing, values: Mapping[str, str], faults: Sequence[Fault], ticked: Mapping[str, str]
) -> str:
    changes = arrivals.unconfirmed(here, values, {})
    return render_template(
        "enrolment_person.html",
        here_now=here,
        step=Confirmed.PERSON,
        groups=GROUPS,
        group_names=particulars.GROUPS,
        labels=particulars.FIELDS,
        values=values,
        faults=faults,
        wrong={fault.name: fault.text for fault in faults},
        changes=changes,
        ticked=ticked,
        name_of=name_of,
        tick=_TICK,
    )


@pages.route("/carriera", methods=["GET", "POST"])
@everybody
def career(university: str) -> str | Response:
    """See the career and the titles as declared, and remark on them."""
    arrival = arrival_access.arrived()
    here = _read()
    gone = _elsewhere(here)
    if gone is not None:
        return gone
    remark = request.form.get("remark", here.record.remark)
    faults: list[str] = []
    if request.method == "POST":

        def keep(uow: UnitOfWork) -> EnrolmentRecord:
            now = wiring().clock()
            return arrivals.keep_career(_as_seen(arrival, uow), remark, uow=uow, now=now)

        try:
            transact(hosted().code, keep, open_uow=wiring().open_uow)
            return _kept(Confirmed.CAREER)
        except _Stale:
            return _told_stale("career")
        except Rejection as rejection:
            faults = refusals(rejection)
    declared, titles = _declared(here)
    return render_template(
        "enrolment_career.html",
        here_now=here,
        step=Confirmed.CAREER,
        career=declared,
        titles=titles,
        remark=remark,
        faults=faults,
    )


def _declared(here: Standing) -> tuple[Career, Sequence[DeclaredTitle]]:
    key = destination.key_of(here.transfer)
    documents = wiring().documents
    with wiring().open_uow(hosted().code) as uow:
        received = foglios.career(key, uow=uow, documents=documents)
        titles = foglios.titles(key, uow=uow, documents=documents)
    return received, titles


@pages.route("/corso", methods=["GET", "POST"])
@everybody
def course(university: str) -> str | Response:
    """Choose the course among those allowed, and accept the privacy statement."""
    arrival = arrival_access.arrived()
    here = _read()
    gone = _elsewhere(here)
    if gone is not None:
        return gone
    chosen = request.form.get("course", here.record.course or here.transfer.course_code)
    privacy = request.form.get("privacy") == "1"
    faults: list[str] = []
    if request.method == "POST":

        def keep(uow: UnitOfWork) -> EnrolmentRecord:
            standing, now = _as_seen(arrival, uow), wiring().clock()
            return arrivals.keep_course(standing, chosen, privacy=privacy, uow=uow, now=now)

        try:
            transact(hosted().code, keep, open_uow=wiring().open_uow)
            return _kept(Confirmed.COURSE)
        except _Stale:
            return _told_stale("course")
        except Rejection as rejection:
            faults = refusals(rejection)
    return render_template(
        "enrolment_course.html",
        here_now=here,
        step=Confirmed.COURSE,
        courses=_courses(here),
        chosen=chosen,
        privacy=privacy if request.method == "POST" else here.record.privacy_at is not None,
        faults=faults,
    )


def _courses(here: Standing) -> list[tuple[str, str, Course | None]]:
    """Return (code, name, course on offer) of the courses in which the student may enrol."""
    transfer = here.transfer
    with wiring().open_uow(hosted().code) as uow:
        found = [
            (code, uow.offers.course(transfer.academic_year, code)[1]) for code in here.courses
        ]
    return [
        (
            code,
            offered.name if offered else (transfer.course_name or code),
            offered,
        )
        for code, offered in found
    ]


@pages.route("/conferma", methods=["GET", "POST"])
@everybody
def final(university: str) -> str | Response:
    """Look at everything once more, and enrol."""
    arrival = arrival_access.arrived()
    here = _read()
    gone = _elsewhere(here)
    if gone is not None:
        return gone
    missing = here.record.next_step
    if missing is None and here.record.course not in here.courses:
        flash(_withdrawn(), "warning")
        missing = Confirmed.COURSE
    if missing is not None:
        return redirect(url_for(f"enrolment.{missing.value}", university=university))
    faults: list[str] = []
    if request.method == "POST":
        try:
            _enrol(arrival)
            return redirect(url_for("arrivals.receipt", university=university))
        except (_Stale, ConcurrentChange):
            return _told_stale("final")
        except Rejection as rejection:
            faults = refusals(rejection)
    name = next(name for code, name, _ in _courses(here) if code == here.record.course)
    return render_template(
        "enrolment_final.html",
        here_now=here,
        step=None,
        course_name=name,
        labels=particulars.FIELDS,
        faults=faults,
    )


def _withdrawn() -> str:
    return say(
        "Nel corso scelto non ci si può più immatricolare: sceglierne un altro.",
        "The course you chose is not open to you any more: choose another.",
    )


def _enrol(arrival: ArrivalSession) -> None:
    """Enrol, and open the account; a second try finds the student enrolled."""
    held = wiring()
    with held.open_uow(hosted().code) as uow:
        here = _as_seen(arrival, uow)
        moved = arrivals.enrol(
            here,
            uow=uow,
            register=held.register_for(uow),
            student_file=held.student_file_for(uow),
            now=held.clock(),
        )
        uow.commit()
    arrival_access.note("enrolled", moved.id_pratica)
    give_credentials(moved, here.record.values, arrival.mark)
