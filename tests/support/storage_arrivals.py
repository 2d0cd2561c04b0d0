"""An enrolment, an enrolled student, a draft of a decision, and how they are read and written."""

from dataclasses import replace
from datetime import date
from typing import Any

from gateway.demo.people import numbered
from gateway.domain.arrivals import Confirmed, EnrolmentRecord
from gateway.domain.delibera_draft import (
    DeliberaDraft,
    DraftIntegration,
    DraftLine,
    DraftSource,
)
from gateway.domain.deliveries import Side
from gateway.domain.identifiers import CodiceFiscale
from gateway.domain.particulars import Difference
from gateway.usecases.arrival_ports import EnrolledStudent
from storage.unit_of_work import SqlUnitOfWork
from tests.support.clock import START
from tests.support.fakes_samples import COURSE, PRACTICE, ROCCASOLE

FISCAL = CodiceFiscale(numbered(1).codice_fiscale)
RECORD = EnrolmentRecord(
    origin=ROCCASOLE,
    id_pratica=PRACTICE,
    values={"Nome": "Ada"},
    changes=(Difference("Nome", "Ida", "Ada"),),
    choices={"Email": "here"},
    confirmed=frozenset({Confirmed.PERSON}),
    basis="b",
    remark="manca un esame",
    course=COURSE,
    allowed_courses=("X",),
    privacy_at=START,
    token_renewed_at=START,
    protocol_number="2026/0000001",
)
ENROLLED = EnrolledStudent(
    matricola="A1",
    codice_fiscale=FISCAL,
    course_code=COURSE,
    course_name="Ingegneria",
    surname="Prova",
    name="Ada",
    birth_date=date(2003, 4, 17),
    email="ada@example.org",
    enrolled_on=date(2026, 9, 1),
)
DRAFT = DeliberaDraft(
    body="Consiglio",
    decided_on="2026-09-21",
    number="14",
    year_of_course="2",
    notes="n",
    lines=(DraftLine(sources=(DraftSource("1.1", "4,5"),), target_name="Analisi", refused=True),),
    integrations=(DraftIntegration(name="Disegno", cfu="6"),),
    changed_by="anna",
    changed_at=START,
)
_PLACE = (Side.DESTINATION, ROCCASOLE, PRACTICE)


def fill_arrivals(uow: SqlUnitOfWork) -> dict[str, Any]:
    """Let our university own a row of each."""
    uow.enrolled.keep([ENROLLED], START)
    return {
        "enrolment": uow.enrolments.save(RECORD, START),
        "draft": uow.delibera_drafts.save(*_PLACE, DRAFT),
    }


READS = {
    "enrolments.get": lambda uow, _: uow.enrolments.get(ROCCASOLE, PRACTICE),
    "enrolled.of": lambda uow, _: uow.enrolled.of(FISCAL),
    "enrolled.count": lambda uow, _: uow.enrolled.count()[0],
    "delibera_drafts.get": lambda uow, _: uow.delibera_drafts.get(*_PLACE),
}
WRITES = {
    "enrolments.save": lambda uow, kept: uow.enrolments.save(kept["enrolment"], START),
    "enrolled.keep": lambda uow, _: uow.enrolled.keep([replace(ENROLLED, name="Ida")], START),
    "delibera_drafts.save": lambda uow, kept: uow.delibera_drafts.save(*_PLACE, kept["draft"]),
}
