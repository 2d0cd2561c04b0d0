"""Papers of a practice as PDF: receipts, the foglio, the decision."""

from collections.abc import Callable
from typing import TypeVar

from flask import Blueprint, Response, abort

from gateway.domain.accounts import Role
from gateway.domain.identifiers import IdPratica, MiurCode
from gateway.domain.rejections import Rejection
from gateway.usecases import destination, papers
from gateway.usecases.paper_ports import (
    DecisionSheet,
    EnrolmentReceipt,
    FoglioSheet,
    PaperHead,
)
from gateway.usecases.ports import UnitOfWork
from gateway.web import audit
from gateway.web.access import READERS, allow, hosted, visitor, wiring
from gateway.web.language import language

pages = Blueprint("documents", __name__, url_prefix="/ateneo/<university>")

R = TypeVar("R")


@pages.get("/uscita/<practice>/ricevuta.pdf")
@allow(*READERS, Role.STUDENT)
def receipt(university: str, practice: str) -> Response:
    """Give the receipt of a request submitted here."""
    now = wiring().clock()
    facts = _read(lambda uow: papers.receipt(IdPratica(practice), uow=uow, now=now))
    _check_student(facts.head)
    return _pdf(wiring().papers.receipt(facts, language()), "ricevuta", practice)


@pages.get("/ingresso/<origin_code>/<practice>/immatricolazione.pdf")
@allow(*READERS, Role.STUDENT)
def enrolment(university: str, origin_code: str, practice: str) -> Response:
    """Give the receipt of an enrolment."""
    now = wiring().clock()

    def look(uow: UnitOfWork) -> EnrolmentReceipt:
        _check_faculty(uow, origin_code, practice)
        return papers.enrolment(MiurCode(origin_code), IdPratica(practice), uow=uow, now=now)

    facts = _read(look)
    _check_student(facts.head)
    return _pdf(wiring().papers.enrolment(facts, language()), "immatricolazione", practice)


@pages.get("/uscita/<practice>/foglio.pdf")
@pages.get("/ingresso/<origin_code>/<practice>/foglio.pdf")
@allow(*READERS, Role.COMMISSION, Role.STUDENT)
def foglio(university: str, practice: str, origin_code: str = "") -> Response:
    """Give the foglio di congedo: as sent or as received."""
    now, number = wiring().clock(), IdPratica(practice)

    def look(uow: UnitOfWork) -> FoglioSheet:
        if not origin_code:
            return papers.foglio_sent(number, uow=uow, now=now)
        _check_faculty(uow, origin_code, practice)
        return papers.foglio_received(MiurCode(origin_code), number, uow=uow, now=now)

    if not origin_code and _roles() == {Role.COMMISSION}:
        abort(404)  # commissions judge those who come
    facts = _read(look)
    _check_student(facts.head)
    return _pdf(wiring().papers.foglio(facts, language()), "foglio", practice)


@pages.get("/ingresso/<origin_code>/<practice>/delibera.pdf")
@allow(*READERS, Role.COMMISSION, Role.STUDENT)
def delibera(university: str, origin_code: str, practice: str) -> Response:
    """Give the decision of the commission."""
    now = wiring().clock()

    def look(uow: UnitOfWork) -> DecisionSheet:
        _check_faculty(uow, origin_code, practice)
        return papers.decision(
            MiurCode(origin_code),
            IdPratica(practice),
            uow=uow,
            documents=wiring().documents,
            now=now,
        )

    facts = _read(look)
    _check_student(facts.head)
    return _pdf(wiring().papers.decision(facts, language()), "delibera", practice)


def _read(look: Callable[[UnitOfWork], R]) -> R:
    """Return what a paper says; one that cannot be given is not there."""
    with wiring().open_uow(hosted().code) as uow:
        try:
            return look(uow)
        except Rejection:
            abort(404)


def _roles() -> frozenset[Role]:
    return visitor().roles_at(hosted().code)


def _check_student(head: PaperHead) -> None:
    """Let a student see no papers but their own."""
    if _roles() <= {Role.STUDENT} and visitor().codice_fiscale != head.student.codice_fiscale:
        abort(404)


def _check_faculty(uow: UnitOfWork, origin_code: str, practice: str) -> None:
    """Let those who work for some faculties see no papers of others."""
    account, here = visitor(), hosted().code
    roles = _roles() - {Role.STUDENT}
    granted = [account.faculties_at(here, role) for role in roles]
    if not granted or None in granted:
        return
    transfer = destination.find(MiurCode(origin_code), IdPratica(practice), uow=uow)
    code = transfer.course_enrolled or transfer.course_code
    _, course = uow.offers.course(transfer.academic_year, code)
    faculty = course.faculty_code if course else ""
    if not any(faculty in faculties for faculties in granted if faculties is not None):
        abort(404)


def _pdf(content: bytes, kind: str, practice: str) -> Response:
    """Return a paper; that somebody took it is noted."""
    audit.note("paper_taken", practice=practice, detail=kind)
    answer = Response(content, mimetype="application/pdf")
    answer.headers.set("Content-Disposition", "inline", filename=f"{kind}-{practice}.pdf")
    answer.headers["X-Content-Type-Options"] = "nosniff"
    return answer
