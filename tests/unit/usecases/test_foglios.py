"""What both sides do with foglio documents and their attachments."""

from dataclasses import replace
from datetime import date

import pytest

from gateway.domain.attachments import Attachment, AttachmentState
from gateway.domain.deliveries import DeliveryKind
from gateway.domain.foglio_congedo import Career, FoglioCongedo
from gateway.domain.messages import ExchangeResult, Operation
from gateway.domain.rejections import Cause
from gateway.domain.terms import ADMINISTRATIVE, CAREER, Section
from gateway.usecases.foglios import (
    administrative,
    await_attachments,
    career,
    fetch_again,
    updated,
)
from tests.support import fakes_samples as samples
from tests.support.clock import START
from tests.support.fakes import FakeDocuments
from tests.support.fakes_samples import (
    ALL,
    AT_DESTINATION,
    attachment,
    exam,
    foglio,
    message,
    received,
    refused,
    request,
    student,
)
from tests.support.fakes_store import FakeUnitOfWork

NOTHING = FoglioCongedo(frozenset())


def test_sections_1_and_2_are_returned_together() -> None:
    assert administrative(foglio()) == (request(), student())


@pytest.mark.parametrize(
    ("sections", "missing"),
    [
        (frozenset(), ["Trasferimento", "DatiIdentificativiStudente"]),
        ({Section.TRASFERIMENTO}, ["DatiIdentificativiStudente"]),
        ({Section.DATI_IDENTIFICATIVI, Section.CARRIERA}, ["Trasferimento"]),
    ],
)
def test_each_of_them_that_is_missing_is_named(sections: set[Section], missing: list[str]) -> None:
    with refused(*[Cause.SECTION_MISSING] * len(missing)) as refusal:
        administrative(foglio(frozenset(sections)))
    assert [reason.params["section"] for reason in refusal.value.reasons] == missing


def test_a_newer_foglio_brings_identity_and_course_up_to_date() -> None:
    newer = foglio(student=student(2), request=request(course_code="c2", course_name="Fisica"))
    now = updated(received(), newer)
    assert (now.student, now.course_code, now.course_name) == (student(2), "c2", "Fisica")


def test_a_foglio_without_them_changes_nothing() -> None:
    assert updated(received(), NOTHING) == received()


@pytest.mark.requirement("T9")
def test_each_announced_attachment_is_awaited_and_asked_for(
    destination_uow: FakeUnitOfWork,
) -> None:
    uow = destination_uow
    announced = foglio(attachments=(attachment("A1"), attachment("A2")))
    await_attachments(AT_DESTINATION, announced, uow=uow, now=START)
    assert [kept.state for kept in uow.attachments.of(AT_DESTINATION)] == [
        AttachmentState.AWAITED
    ] * 2
    assert [(one.kind, one.meta) for one in uow.tables.deliveries.values()] == [
        (DeliveryKind.ATTACHMENT, {"attachment_id": "A1"}),
        (DeliveryKind.ATTACHMENT, {"attachment_id": "A2"}),
    ]


@pytest.mark.requirement("T9")
def test_one_announced_again_as_it_was_is_not_asked_for_again(
    destination_uow: FakeUnitOfWork,
) -> None:
    fetched = Attachment(attachment(), AttachmentState.FETCHED, b"%PDF")
    destination_uow.attachments.add(AT_DESTINATION, fetched)
    again = foglio(attachments=(attachment(),))
    await_attachments(AT_DESTINATION, again, uow=destination_uow, now=START)
    assert destination_uow.attachments.of(AT_DESTINATION) == [fetched]
    assert destination_uow.tables.deliveries == {}


@pytest.mark.requirement("T9")
def test_one_announced_otherwise_takes_the_place_of_the_old(
    destination_uow: FakeUnitOfWork,
) -> None:
    old = Attachment(attachment(), AttachmentState.FAILED, problem="expired")
    destination_uow.attachments.add(AT_DESTINATION, old)
    longer = replace(attachment(), available_until=date(2028, 1, 1))
    again = foglio(attachments=(longer,))
    await_attachments(AT_DESTINATION, again, uow=destination_uow, now=START)
    assert destination_uow.attachments.of(AT_DESTINATION) == [
        Attachment(longer, AttachmentState.AWAITED)
    ]
    assert len(destination_uow.tables.deliveries) == 1


def keep_message(uow: FakeUnitOfWork, name: str, sections: frozenset[Section]) -> bytes:
    came = message(Operation.PUT_DATI, name.encode(), message_id=name, sections=sections)
    uow.journal.add(came, result=ExchangeResult.ACCEPTED, code=0, answer=b"", answered_at=START)
    return came.content


def test_the_career_is_the_one_that_came_last(
    destination_uow: FakeUnitOfWork, documents: FakeDocuments
) -> None:
    first, last = samples.career(exam("1.1")), samples.career(exam("1.1"), exam("1.2"))
    documents.know(keep_message(destination_uow, "m1", ALL), foglio(), career=first)
    documents.know(keep_message(destination_uow, "m2", CAREER), foglio(), career=last)
    keep_message(destination_uow, "m3", ADMINISTRATIVE)
    assert career(AT_DESTINATION, uow=destination_uow, documents=documents) == last


def test_without_one_it_is_empty(destination_uow: FakeUnitOfWork, documents: FakeDocuments) -> None:
    keep_message(destination_uow, "m1", ADMINISTRATIVE)
    assert career(AT_DESTINATION, uow=destination_uow, documents=documents) == Career(())


def test_a_message_whose_career_cannot_be_read_counts_as_empty(
    destination_uow: FakeUnitOfWork, documents: FakeDocuments
) -> None:
    documents.know(keep_message(destination_uow, "m1", ALL), foglio(), career=None)
    assert career(AT_DESTINATION, uow=destination_uow, documents=documents) == Career(())


def test_one_that_did_not_come_is_asked_for_once_more_but_not_twice_at_once(
    destination_uow: FakeUnitOfWork,
) -> None:
    uow, reference = destination_uow, attachment()
    failed = Attachment(reference, AttachmentState.FAILED, problem="rotto")
    uow.attachments.add(AT_DESTINATION, failed)
    name = reference.attachment_id
    assert fetch_again(AT_DESTINATION, name, uow=uow, now=START) is True
    assert fetch_again(AT_DESTINATION, name, uow=uow, now=START) is False
    kept = uow.attachments.get(AT_DESTINATION, name)
    assert kept is not None
    assert kept.state is AttachmentState.AWAITED
    ((_, delivery),) = uow.tables.deliveries.items()
    assert (delivery.kind, delivery.meta) == (DeliveryKind.ATTACHMENT, {"attachment_id": name})


def test_what_is_here_or_was_never_announced_is_not_asked_for(
    destination_uow: FakeUnitOfWork,
) -> None:
    reference = attachment()
    here = Attachment(reference, AttachmentState.FETCHED, b"%PDF")
    destination_uow.attachments.add(AT_DESTINATION, here)
    for name in (reference.attachment_id, "nessuno"):
        with refused(Cause.ATTACHMENT_NOT_FOUND):
            fetch_again(AT_DESTINATION, name, uow=destination_uow, now=START)
