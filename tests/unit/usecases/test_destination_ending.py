"""The destination's last steps: the commission decides, the office ends, the origin is told."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from gateway.domain.delibera import Conversion, Delibera, Source
from gateway.domain.deliveries import DeliveryKind
from gateway.domain.destination import DestinationState, IncomingTransfer
from gateway.domain.identifiers import IdPratica
from gateway.domain.lifecycle import Actor
from gateway.domain.messages import MAX_NOTES, ExchangeResult
from gateway.domain.rejections import Cause
from gateway.domain.tokens import Token
from gateway.usecases import destination
from tests.support.clock import START
from tests.support.fakes import FakeDocuments, FakeRegister, FakeStudentFile
from tests.support.fakes_destination import NOW, Office
from tests.support.fakes_samples import (
    AT_DESTINATION,
    COMMISSION,
    COURSE,
    OFFICE,
    STUDENT,
    THE_ORIGIN,
    career,
    exam,
    foglio,
    message,
    received,
    refused,
    student,
)
from tests.support.fakes_store import FakeUnitOfWork

pytestmark = pytest.mark.requirement("T19")

_S = DestinationState
TOKEN = Token("ABCDE23456")
CF = student().codice_fiscale


@pytest.fixture
def office(
    destination_uow: FakeUnitOfWork,
    register: FakeRegister,
    student_file: FakeStudentFile,
    documents: FakeDocuments,
) -> Office:
    return Office(destination_uow, register, student_file, documents)


def decision(reference: str = "1.1", cfu: int = 9) -> Delibera:
    line = Conversion((Source(reference, Decimal(cfu)),), "Analisi 1", cfu=Decimal(cfu))
    return Delibera("Consiglio", date(2026, 10, 1), (line,))


def evaluated(office: Office) -> IncomingTransfer:
    """Keep a practice under evaluation whose foglio has one exam of 9 credits."""
    came = message(content=b"<T3/>")
    office.documents.know(came.content, foglio(), career=career(exam("1.1", 9)))
    office.uow.journal.add(
        came, result=ExchangeResult.ACCEPTED, code=0, answer=b"", answered_at=START
    )
    return office.at(_S.AUTORIZZATA_VALUTAZIONE)


@pytest.mark.requirement("T17")
def test_a_decision_is_kept_under_its_number(office: Office) -> None:
    moved = office.decide(evaluated(office), decision())
    assert (moved.state, office.register.kinds) == (_S.DELIBERATA, ["delibera"])
    assert office.uow.records.delibera(AT_DESTINATION) == ("P1", decision())
    assert office.uow.records.history(AT_DESTINATION)[-1].reference == "P1"


@pytest.mark.parametrize("wrong", [decision("9.9"), decision(cfu=10)], ids=["exam", "credits"])
def test_a_decision_must_agree_with_the_career_received(office: Office, wrong: Delibera) -> None:
    made = evaluated(office)
    with refused(Cause.CONVERSION_INVALID):
        office.decide(made, wrong)
    assert office.uow.records.delibera(AT_DESTINATION) is None
    assert office.register.entries == []


def test_nothing_is_decided_while_a_revision_is_open(office: Office) -> None:
    made = office.at(_S.AUTORIZZATA_VALUTAZIONE, revision_open=True)
    with refused(Cause.EVENT_NOT_ALLOWED):
        office.decide(made, Delibera("Consiglio", date(2026, 10, 1), ()))
    assert office.uow.records.delibera(AT_DESTINATION) is None


@pytest.mark.requirement("T6")
@pytest.mark.requirement("T17")
@pytest.mark.parametrize(("enrolled", "told"), [(COURSE, ""), ("c2", "c2")])
def test_a_transfer_is_concluded_and_the_origin_told_of_another_course(
    office: Office, enrolled: str, told: str
) -> None:
    made = office.at(_S.DELIBERATA, course_enrolled=enrolled)
    moved = destination.complete(
        made, OFFICE, uow=office.uow, register=office.register, now=NOW, notes="bene"
    )
    assert (moved.state, office.register.kinds) == (_S.COMPLETATA, ["conclusion"])
    assert moved == office.kept
    (posted,) = office.posted
    assert (posted.kind, posted.meta) == (
        DeliveryKind.STATUS_CHANGE,
        {"change": "CHIUDI", "notes": "bene", "course": told},
    )


@pytest.mark.requirement("T6")
@pytest.mark.requirement("T17")
def test_a_transfer_is_refused_and_the_origin_told_why(office: Office) -> None:
    moved = office.refuse(office.at(_S.RICEVUTA), "posti esauriti")
    assert (moved.state, office.register.kinds) == (_S.RIFIUTATA, ["conclusion"])
    (posted,) = office.posted
    assert posted.meta == {"change": "RIFIUTA", "notes": "posti esauriti", "course": ""}


@pytest.mark.requirement("T6")
def test_a_transfer_is_cancelled_and_the_origin_told_why(office: Office) -> None:
    made = office.at(_S.IMMATRICOLATO)
    moved = office.cancel(made, "rinuncia")
    assert moved.state is _S.CANCELLATA
    assert office.posted[0].meta == {"change": "ANNULLA", "notes": "rinuncia", "course": ""}


@pytest.mark.requirement("T21")
@pytest.mark.parametrize(
    ("act", "state", "document"),
    [
        ("refuse", _S.DELIBERATA, "rifiuto del trasferimento"),
        ("cancel", _S.IMMATRICOLATO, "annullamento del trasferimento"),
    ],
)
def test_file_and_account_end_with_the_practice_that_opened_them(
    office: Office, act: str, state: DestinationState, document: str
) -> None:
    office.at(_S.AUTORIZZATA_IMMATRICOLAZIONE, token=TOKEN)
    enrolled = office.enrol(CF, TOKEN.value)
    office.student_file.events.clear()
    ENDINGS[act](office, replace(enrolled, state=state))
    assert office.uow.tables.ended_access == [CF]
    assert office.student_file.events == [("end of career", CF, "26000001", document)]


@pytest.mark.parametrize(("act", "state"), [("refuse", _S.DELIBERATA), ("cancel", _S.RICEVUTA)])
def test_what_another_enrolment_opened_does_not_end(
    office: Office, act: str, state: DestinationState
) -> None:
    made = office.at(_S.AUTORIZZATA_IMMATRICOLAZIONE)
    joined = destination.reconcile(made, OFFICE, "25000007", "posto", uow=office.uow, now=NOW)
    ENDINGS[act](office, replace(joined, state=state))
    assert (office.uow.tables.ended_access, office.student_file.events) == ([], [])


@pytest.mark.requirement("T6")
def test_words_too_long_for_the_origin_are_refused_before_it_is_told(office: Office) -> None:
    made = office.at(_S.IMMATRICOLATO)
    with refused(Cause.VALUE_TOO_LONG):
        office.cancel(made, "x" * (MAX_NOTES + 1))
    assert office.posted == []


Act = Callable[[Office, IncomingTransfer], object]
ENDINGS: dict[str, Act] = {
    "complete": lambda office, made: destination.complete(
        made, OFFICE, uow=office.uow, register=office.register, now=NOW
    ),
    "refuse": lambda office, made: office.refuse(made, "?"),
    "cancel": lambda office, made: office.cancel(made, "?"),
}


@pytest.mark.requirement("T6")
@pytest.mark.parametrize("act", ENDINGS.values(), ids=ENDINGS)
@pytest.mark.parametrize("state", [_S.COMPLETATA, _S.RIFIUTATA, _S.CANCELLATA])
def test_what_has_ended_is_not_ended_again_and_nothing_is_told(
    office: Office, state: DestinationState, act: Act
) -> None:
    made = office.at(state)
    with refused(Cause.EVENT_NOT_ALLOWED):
        act(office, made)
    assert (office.kept.state, office.posted) == (state, [])


@pytest.mark.parametrize("actor", [STUDENT, COMMISSION, THE_ORIGIN])
def test_the_office_alone_completes_a_transfer(office: Office, actor: Actor) -> None:
    made = office.at(_S.DELIBERATA)
    with refused(Cause.EVENT_NOT_ALLOWED):
        destination.complete(made, actor, uow=office.uow, register=office.register, now=NOW)
    assert office.posted == []


def test_a_student_enrolled_already_by_another_practice_is_shown(office: Office) -> None:
    first = office.at(_S.COMPLETATA, matricola="25000001", id_pratica=IdPratica("X1"))
    office.at(_S.RIFIUTATA, id_pratica=IdPratica("X2"))
    for state, number in ((_S.CANCELLATA, "X4"), (_S.RIFIUTATA, "X5")):  # it came to nothing
        office.at(state, matricola=f"2500{number}", id_pratica=IdPratica(number))
    other = received(student=student(2), matricola="25000002", id_pratica=IdPratica("X3"))
    office.uow.incoming.add(other)
    made = office.at(_S.IMMATRICOLATO, matricola="26000001")
    assert destination.already_enrolled(made, uow=office.uow) == [first]
