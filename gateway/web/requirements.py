"""What the secretariat looks at before the enrolment: sections, admission test, titles, documents.

Beside it stands what the student changed, what the commission reported, and the two small leaves
that only concern the student: other courses to enrol in, a new term for the token. The acts
themselves are pages of their own.
"""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from typing import Any

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from gateway.domain.accounts import Role
from gateway.domain.destination import DestinationEvent, IncomingTransfer
from gateway.domain.identifiers import parse_id_pratica, parse_miur_code
from gateway.domain.offers import Course
from gateway.domain.rejections import Reason, Rejection
from gateway.domain.terms import Section
from gateway.texts import offices, particulars
from gateway.texts.fields import word
from gateway.usecases import arrivals, destination, requirements
from gateway.usecases.ports import UnitOfWork
from gateway.usecases.transaction import transact
from gateway.web import audit
from gateway.web.access import OFFICE, READERS, allow, hosted, wiring
from gateway.web.buttons import acts_from
from gateway.web.forms import refusals, tell_changed
from gateway.web.language import language, say, told
from gateway.web.practice_words import act_address
from gateway.web.practices import place, roles_for
from gateway.web.reach import reaches

pages = Blueprint("requirements", __name__, url_prefix="/ateneo/<university>/ingresso")

_ADDRESS = "/<origin>/<practice>/requisiti"


@dataclass(frozen=True, slots=True)
class ActLink:
    """An act that is open now, and where it is done."""

    name: str
    address: str


def find(origin: str, practice: str, uow: UnitOfWork) -> IncomingTransfer:
    """Return the practice in an address, or answer that there is none."""
    try:
        code, id_pratica = parse_miur_code(origin), parse_id_pratica(practice)
        return destination.find(code, id_pratica, uow=uow)
    except Rejection:
        abort(404)


def check_faculty(transfer: IncomingTransfer, uow: UnitOfWork, *roles: Role) -> None:
    """Answer 404 where no role of the visitor reaches the faculty of the practice."""
    if not reaches(transfer, roles, uow=uow):
        abort(404)


@pages.get(_ADDRESS)
@allow(*READERS)
def show(university: str, origin: str, practice: str) -> str:
    """Show what a practice has of what it needs."""
    held = wiring()
    with held.open_uow(hosted().code) as uow:
        transfer = find(origin, practice, uow)
        check_faculty(transfer, uow, *READERS)
        found = requirements.look(transfer, uow=uow, documents=held.documents)
        offered = uow.offers.published(transfer.academic_year)
        known = uow.partners.get(transfer.origin)
        mine = roles_for(transfer, uow=uow)
    audit.note("requirements_viewed", practice=transfer.id_pratica)
    return render_template(
        "requirements.html",
        transfer=transfer,
        found=found,
        origin_name=known.name if known else transfer.origin,
        sections=[(section, section in transfer.sections) for section in Section],
        labels=particulars.FIELDS,
        offered=_others(transfer, offered.courses if offered else ()),
        acts=_acts(transfer, mine & set(OFFICE)),
        office=Role.OPERATOR in mine,
        practice_page=url_for(
            "practices.incoming", university=university, origin=origin, practice=practice
        ),
        sentence=_sentence,
        word=lambda value: word(value, language()),
    )


def _sentence(reason: Reason) -> str:
    return offices.sentence(reason, language())


def _others(transfer: IncomingTransfer, courses: Sequence[Course]) -> list[Course]:
    return [course for course in courses if course.code != transfer.course_code]


_HERE = frozenset(
    {
        DestinationEvent.AUTHORISE_ENROLMENT,
        DestinationEvent.ASK_REVISION,
        DestinationEvent.ASSIGN_TOKEN,
        DestinationEvent.AUTHORISE_EVALUATION,
        DestinationEvent.RECONCILE,
        DestinationEvent.REFUSE,
    }
)
"""The acts that a look at the requirements may lead to."""


def _acts(transfer: IncomingTransfer, roles: Collection[Role]) -> list[ActLink]:
    """Return the links to the acts that the life cycle allows the secretariat now."""
    where = place(destination.key_of(transfer))
    return [
        ActLink(told(act.label), act_address(act, where))
        for act in acts_from(transfer, roles)
        if act.event in _HERE
    ]


@dataclass(frozen=True, slots=True)
class _Leaf:
    """A small leaf at work: what it does, under what it is noted, what is said once it is done."""

    act: Callable[[IncomingTransfer, UnitOfWork], object]
    action: str
    done: str
    detail: str = ""


def _change(
    university: str,
    origin: str,
    practice: str,
    leaf: _Leaf,
) -> Response:
    """Act on the enrolment record of a practice, unless it was changed since the page was made."""

    def step(uow: UnitOfWork) -> bool:
        transfer = find(origin, practice, uow)
        check_faculty(transfer, uow, Role.OPERATOR)
        record = arrivals.record_of(transfer, uow=uow)
        seen = f"{transfer.version}.{record.version}"
        if request.form.get("version") != seen:
            return False
        leaf.act(transfer, uow)
        return True

    try:
        if transact(hosted().code, step, open_uow=wiring().open_uow):
            audit.note(leaf.action, practice=practice, detail=leaf.detail)
            flash(leaf.done, "success")
        else:
            tell_changed()
    except Rejection as rejection:
        flash(" ".join(refusals(rejection)), "danger")
    where: dict[str, Any] = {"university": university, "origin": origin, "practice": practice}
    return redirect(url_for("requirements.show", **where))


@pages.post(_ADDRESS + "/corsi")
@allow(Role.OPERATOR)
def courses(university: str, origin: str, practice: str) -> Response:
    """Let the student enrol in other courses."""
    chosen = tuple(dict.fromkeys(request.form.getlist("courses")))
    now = wiring().clock()
    leaf = _Leaf(
        lambda transfer, uow: arrivals.allow_courses(transfer, chosen, uow=uow, now=now),
        "courses_allowed",
        say("Corsi consentiti salvati.", "Courses allowed: saved."),
        " ".join(chosen),
    )
    return _change(university, origin, practice, leaf)


@pages.post(_ADDRESS + "/token")
@allow(Role.OPERATOR)
def token(university: str, origin: str, practice: str) -> Response:
    """Give the token a whole term again."""
    now = wiring().clock()
    leaf = _Leaf(
        lambda transfer, uow: arrivals.renew_token(transfer, uow=uow, now=now),
        "token_renewed",
        say("Il token vale di nuovo per tutto il suo termine.", "The token has its term again."),
    )
    return _change(university, origin, practice, leaf)
