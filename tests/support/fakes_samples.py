"""Invented universities, people and practices to begin tests from."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import pytest

from gateway.demo.people import numbered
from gateway.domain.attachments import AttachmentReference
from gateway.domain.deliveries import Delivery, DeliveryKind, Side
from gateway.domain.destination import IncomingTransfer
from gateway.domain.foglio_congedo import (
    Career,
    Exam,
    ExamOutcome,
    FoglioCongedo,
    TransferRequest,
    Tratta,
)
from gateway.domain.identifiers import CodiceFiscale, IdPratica, MiurCode
from gateway.domain.lifecycle import Actor, Party
from gateway.domain.messages import Operation, ReceivedMessage
from gateway.domain.offers import Course
from gateway.domain.origin import OutgoingTransfer
from gateway.domain.partners import Partner, University
from gateway.domain.rejections import Cause, Reason, Rejection
from gateway.domain.students import Student
from gateway.domain.terms import Section
from gateway.usecases.ports import PracticeKey
from tests.support.clock import START

VALDOMBRA = MiurCode("91")
MONTELAGO = MiurCode("92")
ROCCASOLE = MiurCode("93")

STUDENT = Actor(Party.STUDENT, "studente")
OFFICE = Actor(Party.SECRETARIAT, "segreteria")
COMMISSION = Actor(Party.COMMISSION, "commissione")
SYSTEM = Actor(Party.SYSTEM, "congedo")
THE_DESTINATION = Actor(Party.PARTNER, MONTELAGO)
THE_ORIGIN = Actor(Party.PARTNER, VALDOMBRA)

PRACTICE = IdPratica("UNIVAL20260000001")
AT_ORIGIN = PracticeKey(Side.ORIGIN, MONTELAGO, PRACTICE)
AT_DESTINATION = PracticeKey(Side.DESTINATION, VALDOMBRA, PRACTICE)
COURSE = "0920207302400001"
ALL = frozenset(Section)
TODAY = date(2026, 9, 21)


def university(code: MiurCode = VALDOMBRA, **changes: Any) -> University:
    """Return a hosted university."""
    return replace(
        University(
            code=code,
            name=f"Università di prova {code}",
            name_en=f"Test university {code}",
            practice_prefix=f"UNI{code}",
        ),
        **changes,
    )


def partner(code: MiurCode = MONTELAGO, **changes: Any) -> Partner:
    """Return a partner with both addresses."""
    return replace(
        Partner(
            code=code,
            name=f"Università di prova {code}",
            destination_url=f"https://ateneo{code}.example.org/destinazione",
            origin_url=f"https://ateneo{code}.example.org/provenienza",
        ),
        **changes,
    )


def student(number: int = 1) -> Student:
    """Return the invented student of a number."""
    person = numbered(number)
    return Student(CodiceFiscale(person.codice_fiscale), person.surname, person.name, person.born)


def request(**changes: Any) -> TransferRequest:
    """Return what a student of Valdombra asks of Montelago."""
    return replace(
        TransferRequest(
            origin=VALDOMBRA,
            destination=MONTELAGO,
            academic_year=2026,
            submitted_on=TODAY,
            course_code=COURSE,
            course_name="Ingegneria informatica",
        ),
        **changes,
    )


def foglio(sections: frozenset[Section] = ALL, **changes: Any) -> FoglioCongedo:
    """Return a foglio; sections 1 and 2 say something when they are there."""
    made = FoglioCongedo(
        sections,
        request() if Section.TRASFERIMENTO in sections else None,
        student() if Section.DATI_IDENTIFICATIVI in sections else None,
    )
    return replace(made, **changes)


def exam(
    reference: str = "1.1",
    cfu: int = 9,
    outcome: ExamOutcome = ExamOutcome.PASSED,
    suspension: str = "",
) -> Exam:
    """Return an exam."""
    return Exam(reference, f"Esame {reference}", outcome, cfu=Decimal(cfu), suspension=suspension)


def career(*exams: Exam) -> Career:
    """Return a career of one stretch."""
    return Career((Tratta(1, "100123", VALDOMBRA, "Ingegneria civile", None, exams),))


def course(code: str = COURSE, **changes: Any) -> Course:
    """Return a course on offer."""
    made = Course(
        faculty_code="10", faculty_name="Ingegneria", code=code, name="Ingegneria informatica"
    )
    return replace(made, **changes)


def attachment(attachment_id: str = "ALL1", **changes: Any) -> AttachmentReference:
    """Return an attachment as a foglio announces it."""
    made = AttachmentReference(
        attachment_id, f"{attachment_id}.pdf", "application/pdf", date(2027, 3, 31)
    )
    return replace(made, **changes)


def draft(**changes: Any) -> OutgoingTransfer:
    """Return a student's draft, or what ``changes`` make of it."""
    made = OutgoingTransfer.draft(
        actor=STUDENT,
        now=START,
        university=VALDOMBRA,
        id_pratica=PRACTICE,
        destination=MONTELAGO,
        student=student(),
        course_code=COURSE,
        academic_year=2026,
        foglio=1,
        sections=ALL,
    )
    return replace(made, **changes)


def received(**changes: Any) -> IncomingTransfer:
    """Return a practice just received, or what ``changes`` make of it."""
    made = IncomingTransfer.receive(
        actor=THE_ORIGIN,
        now=START,
        protocol_number="P0",
        university=MONTELAGO,
        origin=VALDOMBRA,
        id_pratica=PRACTICE,
        student=student(),
        course_code=COURSE,
        academic_year=2026,
        sections=ALL,
    )
    return replace(made, **changes)


def delivery(
    kind: DeliveryKind = DeliveryKind.FOGLIO, side: Side = Side.ORIGIN, **changes: Any
) -> Delivery:
    """Return a delivery of Valdombra's to Montelago, put in line just now."""
    made = Delivery(
        delivery_id="d0",
        university=VALDOMBRA,
        partner=MONTELAGO,
        kind=kind,
        side=side,
        id_pratica=PRACTICE,
        created_at=START,
        changed_at=START,
        expires_at=START.replace(month=10),
        next_at=START,
    )
    return replace(made, **changes)


def inbound(kind: DeliveryKind, **changes: Any) -> Delivery:
    """Return a delivery of Montelago's to the origin of the practice."""
    return delivery(kind, Side.DESTINATION, university=MONTELAGO, partner=VALDOMBRA, **changes)


def message(
    operation: Operation | None = Operation.PUT_PROCESSO,
    content: bytes = b"<m/>",
    *,
    at: datetime = START,
    **changes: Any,
) -> ReceivedMessage:
    """Return a message of Valdombra's to Montelago."""
    made = ReceivedMessage(
        university=MONTELAGO,
        caller=VALDOMBRA,
        operation=operation,
        id_pratica=PRACTICE,
        content=content,
        received_at=at,
        message_id="m1",
        sections=ALL if operation is Operation.PUT_PROCESSO else frozenset(),
    )
    return replace(made, **changes)


def paths(reasons: Iterable[Reason]) -> list[str]:
    """Return where reasons lie."""
    return [reason.path for reason in reasons]


@contextmanager
def refused(*expected: Cause) -> Iterator[pytest.ExceptionInfo[Rejection]]:
    """Expect a refusal for exactly these causes, in this order."""
    with pytest.raises(Rejection) as found:
        yield found
    assert [reason.cause for reason in found.value.reasons] == list(expected)
