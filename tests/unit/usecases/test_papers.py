"""What papers say: only of acts that took place, with the numbers they had then."""

from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from gateway.domain.checks import Check
from gateway.domain.delibera import Conversion, Delibera, Source
from gateway.domain.messages import ExchangeResult, Operation
from gateway.domain.offers import Offer
from gateway.domain.partners import CheckKind
from gateway.domain.rejections import Cause
from gateway.domain.terms import ADMINISTRATIVE, Section
from gateway.usecases import papers
from tests.support.clock import START
from tests.support.fakes import FakeDocuments
from tests.support.fakes_samples import (
    ALL,
    AT_DESTINATION,
    AT_ORIGIN,
    COMMISSION,
    COURSE,
    MONTELAGO,
    OFFICE,
    PRACTICE,
    STUDENT,
    TODAY,
    VALDOMBRA,
    career,
    course,
    draft,
    exam,
    foglio,
    received,
    refused,
)
from tests.support.fakes_store import FakeUnitOfWork
from tests.support.fakes_tables import JournalRow

LATER = START.replace(day=28)
OTHER = "0920207302400002"


def submitted(uow: FakeUnitOfWork, content: bytes = b"<foglio/>") -> Any:
    """Keep a request that its student submitted under P1."""
    made = draft(foglio=uow.foglios.add_draft(content, START))
    return uow.outgoing.add(made.confirm("P1", actor=STUDENT, now=START))


def brought(uow: FakeUnitOfWork, content: bytes, sections: frozenset[Section] = ALL) -> None:
    """Keep a message that brought sections of the foglio."""
    number = f"m{len(uow.tables.journal)}"
    uow.tables.journal[number] = JournalRow(
        message_id=number,
        direction="in",
        partner=VALDOMBRA,
        operation=Operation.PUT_PROCESSO,
        id_pratica=PRACTICE,
        content=content,
        result=ExchangeResult.ACCEPTED,
        code=0,
        sections=sections,
    )


def enrolled(uow: FakeUnitOfWork, code: str = COURSE) -> Any:
    """Keep a practice whose student has enrolled in a course."""
    made = received().authorise_enrolment(actor=OFFICE, now=START)
    return uow.incoming.add(made.enrol("26000001", code, actor=STUDENT, now=LATER))


def test_a_receipt_has_the_number_of_the_request_and_what_was_found(
    origin_uow: FakeUnitOfWork,
) -> None:
    submitted(origin_uow)
    failed = Check(CheckKind.FEES, False, "2024")
    seen = Check(CheckKind.STUDENT_NOTES, True)
    origin_uow.records.keep_checks(AT_ORIGIN, [failed, seen, Check(CheckKind.LIBRARY, None)])
    facts = papers.receipt(PRACTICE, uow=origin_uow, now=LATER)
    assert (facts.registered.number, facts.registered.at) == ("P1", START)
    assert facts.irregularities == (failed,)
    assert facts.wanted.university_name == "Università di prova 92"
    assert facts.foglio == b"<foglio/>"
    assert facts.head.printed_at == LATER


def test_a_receipt_encloses_no_foglio_that_was_changed_since(origin_uow: FakeUnitOfWork) -> None:
    transfer = submitted(origin_uow)
    origin_uow.outgoing.save(transfer.edit(2, ALL, actor=OFFICE, now=LATER, why="x"))
    assert papers.receipt(PRACTICE, uow=origin_uow, now=LATER).foglio == b""


def test_a_receipt_is_given_also_when_the_foglio_is_no_longer_kept(
    origin_uow: FakeUnitOfWork, monkeypatch: pytest.MonkeyPatch
) -> None:
    submitted(origin_uow)

    def gone(foglio: int) -> bytes:
        raise papers.refuse(Cause.CONTENT_REMOVED, "FoglioCongedo")

    monkeypatch.setattr(type(origin_uow.foglios), "draft", lambda self, number: gone(number))
    assert papers.receipt(PRACTICE, uow=origin_uow, now=LATER).foglio == b""


def test_who_is_no_partner_any_more_is_named_by_the_code(origin_uow: FakeUnitOfWork) -> None:
    submitted(origin_uow)
    origin_uow.tables.partners.clear()
    facts = papers.receipt(PRACTICE, uow=origin_uow, now=LATER)
    assert facts.wanted.university_name == MONTELAGO


def test_a_draft_has_no_receipt(origin_uow: FakeUnitOfWork) -> None:
    origin_uow.outgoing.add(draft())
    with refused(Cause.EVENT_NOT_ALLOWED):
        papers.receipt(PRACTICE, uow=origin_uow, now=LATER)


def test_the_foglio_of_a_request_is_the_draft_until_it_is_accepted(
    origin_uow: FakeUnitOfWork,
) -> None:
    transfer = submitted(origin_uow)
    facts = papers.foglio_sent(PRACTICE, uow=origin_uow, now=LATER)
    assert (facts.draft, facts.messages, facts.registered) == (b"<foglio/>", (), None)
    moved = transfer.process(actor=OFFICE, now=START)
    origin_uow.outgoing.save(moved.authorise_sending("P2", actor=OFFICE, now=LATER))
    origin_uow.tables.journal["m1"] = JournalRow(
        message_id="m1",
        direction="out",
        partner=MONTELAGO,
        operation=Operation.PUT_PROCESSO,
        id_pratica=PRACTICE,
        content=b"<sent/>",
        result=ExchangeResult.ACCEPTED,
        code=0,
    )
    facts = papers.foglio_sent(PRACTICE, uow=origin_uow, now=LATER)
    assert (facts.draft, facts.messages) == (b"", (b"<sent/>",))
    assert facts.registered is not None
    assert facts.registered.number == "P2"


def test_the_foglio_of_a_practice_is_all_that_came(destination_uow: FakeUnitOfWork) -> None:
    destination_uow.incoming.add(received())
    with refused(Cause.CONTENT_REMOVED):
        papers.foglio_received(VALDOMBRA, PRACTICE, uow=destination_uow, now=LATER)
    brought(destination_uow, b"<one/>", ADMINISTRATIVE)
    brought(destination_uow, b"<two/>")
    facts = papers.foglio_received(VALDOMBRA, PRACTICE, uow=destination_uow, now=LATER)
    assert facts.messages == (b"<one/>", b"<two/>")
    assert facts.registered is not None
    assert facts.registered.number == "P0"


@pytest.mark.parametrize(
    ("code", "asked", "name"),
    [(COURSE, "", "Ingegneria informatica"), (OTHER, f"{COURSE} Ingegneria", "")],
)
def test_an_enrolment_says_in_which_course_and_which_was_asked_for(
    destination_uow: FakeUnitOfWork, code: str, asked: str, name: str
) -> None:
    destination_uow.offers.publish(Offer(2026, (course(),)))
    transfer = enrolled(destination_uow, code)
    destination_uow.incoming.save(replace(transfer, course_name="Ingegneria"))
    facts = papers.enrolment(VALDOMBRA, PRACTICE, uow=destination_uow, now=LATER)
    assert (facts.matricola, facts.enrolled_at) == ("26000001", LATER)
    assert (facts.wanted.course_code, facts.course_asked) == (code, asked)
    assert facts.wanted.course_name == name


def test_a_course_that_is_not_in_the_offer_has_the_name_it_was_asked_by(
    destination_uow: FakeUnitOfWork,
) -> None:
    transfer = enrolled(destination_uow)
    destination_uow.incoming.save(replace(transfer, course_name="Ingegneria"))
    facts = papers.enrolment(VALDOMBRA, PRACTICE, uow=destination_uow, now=LATER)
    assert facts.wanted.course_name == "Ingegneria"


def test_who_was_reconciled_has_a_receipt_too(destination_uow: FakeUnitOfWork) -> None:
    made = received().authorise_enrolment(actor=OFFICE, now=START)
    destination_uow.incoming.add(
        made.reconcile("25000007", COURSE, why="posto", actor=OFFICE, now=LATER)
    )
    facts = papers.enrolment(VALDOMBRA, PRACTICE, uow=destination_uow, now=LATER)
    assert (facts.matricola, facts.registered.number) == ("25000007", "P0")


def test_an_enrolment_is_under_the_number_of_the_students_own_request(
    destination_uow: FakeUnitOfWork,
) -> None:
    made = received().authorise_enrolment(actor=OFFICE, now=START)
    destination_uow.incoming.add(
        made.enrol("26000001", COURSE, "prot. P7", actor=STUDENT, now=LATER)
    )
    facts = papers.enrolment(VALDOMBRA, PRACTICE, uow=destination_uow, now=LATER)
    assert (facts.registered.number, facts.registered.at) == ("P7", LATER)


def test_a_students_request_keeps_its_number_when_it_is_sent(origin_uow: FakeUnitOfWork) -> None:
    made = origin_uow.outgoing.add(draft())
    assert papers.submission_number(made, uow=origin_uow) == ""
    made = origin_uow.outgoing.save(made.confirm("P1", actor=STUDENT, now=START))
    sent = origin_uow.outgoing.save(
        made.process(actor=OFFICE, now=START).authorise_sending("P2", actor=OFFICE, now=LATER)
    )
    assert sent.protocol_number == "P2"
    assert papers.submission_number(sent, uow=origin_uow) == "P1"


def test_who_has_not_enrolled_has_no_receipt(destination_uow: FakeUnitOfWork) -> None:
    destination_uow.incoming.add(received())
    with refused(Cause.EVENT_NOT_ALLOWED):
        papers.enrolment(VALDOMBRA, PRACTICE, uow=destination_uow, now=LATER)


def test_a_decision_names_its_exams_and_encloses_the_career_it_judged(
    destination_uow: FakeUnitOfWork, documents: FakeDocuments
) -> None:
    transfer = enrolled(destination_uow)
    brought(destination_uow, b"<one/>")
    brought(destination_uow, documents.know(b"<two/>", foglio(), career=career(exam())))
    brought(destination_uow, b"<three/>", ADMINISTRATIVE)
    moved = transfer.authorise_evaluation(actor=OFFICE, now=LATER)
    with refused(Cause.EVENT_NOT_ALLOWED):
        papers.decision(VALDOMBRA, PRACTICE, uow=destination_uow, documents=documents, now=LATER)
    line = Conversion((Source("1.1", Decimal(9)),), "Analisi", cfu=Decimal(9))
    destination_uow.records.keep_delibera(
        AT_DESTINATION, Delibera("Consiglio", TODAY, (line,)), "P9"
    )
    destination_uow.incoming.save(moved.decide("P9", actor=COMMISSION, now=LATER))
    facts = papers.decision(
        VALDOMBRA, PRACTICE, uow=destination_uow, documents=documents, now=LATER
    )
    assert (facts.registered.number, facts.registered.at) == ("P9", LATER)
    assert set(facts.exams) == {"1.1"}
    assert facts.messages == (b"<two/>",)
