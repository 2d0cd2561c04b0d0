"""Papers of a practice as PDF: receipts, the foglio, the decision.

Students get their own, offices and commissions those of their faculties; for everybody else there
is no such paper.
"""

from collections.abc import Callable
from datetime import datetime
from typing import TypeVar

from flask import Blueprint, Response, abort

from gateway.domain.accounts import Role
from gateway.domain.identifiers import IdPratica, MiurCode
from gateway.domain.rejections import Rejection
from gateway.usecases import commission, destination, papers
from gateway.usecases import origin as requests
from gateway.usecases.four_eyes import Transfer
from gateway.usecases.paper_ports import (
    DecisionSheet,
    EnrolmentReceipt,
    FoglioSheet,
    Receipt,
)
from gateway.usecases.ports import UnitOfWork
from gateway.web import audit
from gateway.web.access import READERS, allow, hosted, visitor, wiring
from gateway.web.language import language
from gateway.web.reach import reaches

pages = Blueprint("documents", __name__, url_prefix="/ateneo/<university>")

R = TypeVar("R")
_JUDGES = (*READERS, Role.COMMISSION)
_OUT, _IN = "/uscita/<practice>", "/ingresso/<origin>/<practice>"


@pages.get(f"{_OUT}/ricevuta.pdf")
@allow(*READERS, Role.STUDENT)
def receipt(university: str, practice: str) -> Response:
    """Give the receipt of a request submitted here."""
    number = IdPratica(practice)

    def look(uow: UnitOfWork, now: datetime) -> Receipt:
        _check(requests.find(number, uow=uow), READERS, uow)
        return papers.receipt(number, uow=uow, now=now)

    return _pdf(wiring().papers.receipt(_read(look), language()), "ricevuta", practice)


@pages.get(f"{_IN}/immatricolazione.pdf")
@allow(*READERS, Role.STUDENT)
def enrolment(university: str, origin: str, practice: str) -> Response:
    """Give the receipt of an enrolment."""
    code, number = MiurCode(origin), IdPratica(practice)

    def look(uow: UnitOfWork, now: datetime) -> EnrolmentReceipt:
        _check(destination.find(code, number, uow=uow), READERS, uow)
        return papers.enrolment(code, number, uow=uow, now=now)

    content = wiring().papers.enrolment(_read(look), language())
    return _pdf(content, "immatricolazione", practice)


@pages.get(f"{_OUT}/foglio.pdf")
@pages.get(f"{_IN}/foglio.pdf")
@allow(*_JUDGES, Role.STUDENT)
def foglio(university: str, practice: str, origin: str = "") -> Response:
    """Give the foglio di congedo: as sent or as received; commissions judge those who come."""
    code, number = MiurCode(origin), IdPratica(practice)

    def look(uow: UnitOfWork, now: datetime) -> FoglioSheet:
        if not origin:
            _check(requests.find(number, uow=uow), READERS, uow)
            return papers.foglio_sent(number, uow=uow, now=now)
        _check_judged(uow, code, number)
        return papers.foglio_received(code, number, uow=uow, now=now)

    return _pdf(wiring().papers.foglio(_read(look), language()), "foglio", practice)


@pages.get(f"{_IN}/delibera.pdf")
@allow(*_JUDGES, Role.STUDENT)
def delibera(university: str, origin: str, practice: str) -> Response:
    """Give the decision of the commission."""
    code, number = MiurCode(origin), IdPratica(practice)

    def look(uow: UnitOfWork, now: datetime) -> DecisionSheet:
        _check_judged(uow, code, number)
        return papers.decision(code, number, uow=uow, documents=wiring().documents, now=now)

    return _pdf(wiring().papers.decision(_read(look), language()), "delibera", practice)


def _read(look: Callable[[UnitOfWork, datetime], R]) -> R:
    """Return what a paper says; one that cannot be given is not there."""
    with wiring().open_uow(hosted().code) as uow:
        try:
            return look(uow, wiring().clock())
        except Rejection:
            abort(404)


def _check_judged(uow: UnitOfWork, code: MiurCode, number: IdPratica) -> None:
    """Check who asks about what a commission judges, and sees only once it is asked."""
    transfer = destination.find(code, number, uow=uow)
    concerns = commission.concerns(transfer, None, uow=uow)
    _check(transfer, _JUDGES if concerns else READERS, uow)


def _check(transfer: Transfer, roles: tuple[Role, ...], uow: UnitOfWork) -> None:
    """Check that the visitor is the student, or reaches the practice in one of the roles.

    What else the visitor may be does not count: a commission's member who is a student too gets no
    more receipts for it.
    """
    account = visitor()
    mine = account.codice_fiscale == transfer.student.codice_fiscale
    if mine and Role.STUDENT in account.roles_at(hosted().code):
        return
    if not reaches(transfer, roles, uow=uow):
        abort(404)


def _pdf(content: bytes, kind: str, practice: str) -> Response:
    """Return a paper; that somebody took it is noted."""
    audit.note("paper_taken", practice=practice, detail=kind)
    return answer(content, kind, practice)


def answer(content: bytes, kind: str, practice: str) -> Response:
    """Return a paper as the answer to a browser."""
    made = Response(content, mimetype="application/pdf")
    made.headers.set("Content-Disposition", "inline", filename=f"{kind}-{practice}.pdf")
    made.headers["X-Content-Type-Options"] = "nosniff"
    return made
