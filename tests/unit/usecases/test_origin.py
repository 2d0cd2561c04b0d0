"""The origin's steps: what student and secretariat decide."""

from datetime import timedelta
from typing import Any

import pytest

from gateway.domain.attachments import MAX_BYTES, Attachment, AttachmentState
from gateway.domain.checks import Check
from gateway.domain.foglio_congedo import Fees, FoglioCongedo
from gateway.domain.origin import OriginState, OutgoingTransfer
from gateway.domain.partners import CheckKind
from gateway.domain.rejections import Cause
from gateway.domain.terms import ADMINISTRATIVE, Section
from gateway.usecases import origin
from tests.support.clock import START
from tests.support.fakes import FakeDocuments, FakeRegister
from tests.support.fakes_samples import (
    ALL,
    AT_ORIGIN,
    MONTELAGO,
    OFFICE,
    PRACTICE,
    ROCCASOLE,
    STUDENT,
    VALDOMBRA,
    attachment,
    foglio,
    refused,
    request,
    student,
    university,
)
from tests.support.fakes_samples import draft as sample
from tests.support.fakes_store import FakeUnitOfWork

pytestmark = pytest.mark.requirement("T18")

CONTENT = b"<FoglioCongedo/>"
NEWER = b"<FoglioCongedo><!-- newer --></FoglioCongedo>"
NOW = START + timedelta(hours=1)


class Office:
    """Valdombra's office, with one request to work on."""

    def __init__(
        self, uow: FakeUnitOfWork, documents: FakeDocuments, register: FakeRegister
    ) -> None:
        self.uow, self.documents, self.register = uow, documents, register
        documents.know(CONTENT, foglio())

    def at(self, state: OriginState, **changes: Any) -> OutgoingTransfer:
        """Keep a request in a state."""
        number = self.uow.foglios.add_draft(CONTENT, START)
        return self.uow.outgoing.add(sample(state=state, foglio=number, **changes))

    def draft(self) -> OutgoingTransfer:
        return origin.draft(CONTENT, STUDENT, uow=self.uow, documents=self.documents, now=START)

    def edit(self, transfer: OutgoingTransfer, content: bytes = NEWER) -> OutgoingTransfer:
        return origin.edit(
            transfer, content, STUDENT, "nota", uow=self.uow, documents=self.documents, now=NOW
        )

    def confirm(self, transfer: OutgoingTransfer) -> OutgoingTransfer:
        return origin.confirm(
            transfer,
            STUDENT,
            uow=self.uow,
            documents=self.documents,
            register=self.register,
            now=NOW,
        )[0]

    def settle(self) -> None:
        """Let every check be passed."""
        self.uow.records.keep_checks(AT_ORIGIN, [Check(kind, passed=True) for kind in CheckKind])


@pytest.fixture
def office(origin_uow: FakeUnitOfWork, documents: FakeDocuments, register: FakeRegister) -> Office:
    return Office(origin_uow, documents, register)


def test_a_draft_is_kept_under_a_new_identifier(office: Office) -> None:
    first, second = office.draft(), office.draft()
    assert (first.id_pratica, second.id_pratica) == ("UNI9120260000001", "UNI9120260000002")
    assert origin.find(first.id_pratica, uow=office.uow) == first
    assert office.uow.foglios.draft(first.foglio) == CONTENT


def test_a_draft_says_what_its_foglio_says(office: Office) -> None:
    made = office.draft()
    assert (made.university, made.destination, made.student) == (VALDOMBRA, MONTELAGO, student())
    assert (made.course_code, made.course_name, made.academic_year, made.sections) == (
        request().course_code,
        "Ingegneria informatica",
        2026,
        ALL,
    )
    assert made.state is OriginState.BOZZA


@pytest.mark.parametrize(
    ("said", "cause"),
    [
        (foglio(request=request(origin=ROCCASOLE)), Cause.ORIGIN_DIFFERS),
        (foglio(request=request(destination=ROCCASOLE)), Cause.PARTNER_UNKNOWN),
        (foglio(frozenset({Section.DATI_IDENTIFICATIVI})), Cause.SECTION_MISSING),
    ],
)
def test_a_draft_must_be_ours_for_a_partner_and_complete(
    office: Office, said: FoglioCongedo, cause: Cause
) -> None:
    office.documents.know(CONTENT, said)
    with refused(cause):
        office.draft()
    assert office.uow.tables.outgoing == {}


def test_a_request_that_is_not_there_is_not_found(office: Office) -> None:
    with refused(Cause.PRACTICE_NOT_FOUND):
        origin.find(PRACTICE, uow=office.uow)


def test_an_edited_request_keeps_the_newer_foglio_and_the_older_one_too(office: Office) -> None:
    made = office.at(OriginState.BOZZA)
    newer = request(course_code="c2", course_name="Fisica")
    office.documents.know(NEWER, foglio(ADMINISTRATIVE, request=newer))
    edited = office.edit(made)
    assert (edited.course_code, edited.course_name, edited.sections) == (
        "c2",
        "Fisica",
        ADMINISTRATIVE,
    )
    assert office.uow.foglios.draft(edited.foglio) == NEWER
    assert office.uow.foglios.draft(made.foglio) == CONTENT
    assert office.uow.records.history(AT_ORIGIN)[-1].notes == "nota"


@pytest.mark.parametrize(
    ("changes", "cause"),
    [
        ({"student": student(2)}, Cause.STUDENT_DIFFERS),
        ({"request": request(destination=ROCCASOLE)}, Cause.DESTINATION_DIFFERS),
    ],
)
def test_an_edited_request_is_about_the_same_student_and_destination(
    office: Office, changes: dict[str, Any], cause: Cause
) -> None:
    office.documents.know(NEWER, foglio(**changes))
    with refused(cause):
        office.edit(office.at(OriginState.BOZZA))


def test_an_edited_request_is_still_ours(office: Office) -> None:
    office.documents.know(NEWER, foglio(request=request(origin=ROCCASOLE)))
    with refused(Cause.ORIGIN_DIFFERS):
        office.edit(office.at(OriginState.BOZZA))


def test_an_edited_request_is_about_the_year_of_its_foglio(office: Office) -> None:
    office.documents.know(NEWER, foglio(request=request(academic_year=2027)))
    assert office.edit(office.at(OriginState.BOZZA)).academic_year == 2027


def test_a_confirmed_request_is_not_the_students_to_edit(office: Office) -> None:
    office.documents.know(NEWER, foglio())
    with refused(Cause.EVENT_NOT_ALLOWED):
        office.edit(office.at(OriginState.PRESENTATA))


@pytest.mark.requirement("T16")
def test_a_document_is_kept_for_an_announced_attachment(office: Office) -> None:
    made = office.at(OriginState.BOZZA)
    document = Attachment(attachment(), AttachmentState.FETCHED, b"%PDF")
    origin.attach(made, document, uow=office.uow)
    (kept,) = office.uow.attachments.of(AT_ORIGIN)
    assert (kept.state, kept.content) == (AttachmentState.OWN, b"%PDF")
    with refused(Cause.ALREADY_EXISTS):
        origin.attach(made, document, uow=office.uow)


@pytest.mark.requirement("T16")
def test_only_an_announced_attachment_may_get_a_document(office: Office) -> None:
    office.documents.know(NEWER, foglio(attachments=(attachment("A1"),)))
    made = office.edit(office.at(OriginState.BOZZA))
    origin.check_announced(made, "A1", uow=office.uow, documents=office.documents)
    with refused(Cause.ATTACHMENT_NOT_FOUND) as caught:
        origin.check_announced(made, "A9", uow=office.uow, documents=office.documents)
    assert caught.value.reasons[0].params == {"attachment": "A9"}


@pytest.mark.requirement("T16")
@pytest.mark.parametrize("content", [None, b"", b"x" * (MAX_BYTES + 1)])
def test_a_document_that_is_empty_or_too_large_is_not_kept(
    office: Office, content: bytes | None
) -> None:
    made = office.at(OriginState.BOZZA)
    with refused(Cause.ATTACHMENT_TOO_LARGE):
        origin.attach(made, Attachment(attachment(), AttachmentState.OWN, content), uow=office.uow)
    assert office.uow.attachments.of(AT_ORIGIN) == []


@pytest.mark.requirement("T17")
def test_a_confirmed_request_is_registered_and_its_checks_are_kept(office: Office) -> None:
    confirmed = office.confirm(office.at(OriginState.BOZZA))
    assert (confirmed.state, confirmed.protocol_number) == (OriginState.PRESENTATA, "P1")
    assert office.register.kinds == ["submission"]
    assert {check.kind for check in office.uow.records.checks(AT_ORIGIN)} == set(CheckKind)


OWING = request(fees=(Fees(2025, in_order=False),), student_notes="manca un voto")


def test_a_failed_check_that_blocks_here_stops_the_confirmation(office: Office) -> None:
    office.documents.know(CONTENT, foglio(request=OWING))
    with refused(Cause.CHECK_BLOCKS) as refusal:
        office.confirm(office.at(OriginState.BOZZA))
    assert refusal.value.reasons[0].params == {"check": "fees"}
    assert office.register.entries == []


def test_a_failed_check_that_does_not_block_is_only_reported(office: Office) -> None:
    office.uow.university = university(blocking_checks=frozenset())
    office.documents.know(CONTENT, foglio(request=OWING))
    office.confirm(office.at(OriginState.BOZZA))
    failed = {check.kind for check in office.uow.records.checks(AT_ORIGIN) if not check.passed}
    assert failed == {CheckKind.FEES, CheckKind.STUDENT_NOTES, CheckKind.LIBRARY}


def test_what_nobody_has_looked_at_does_not_stop_the_student(office: Office) -> None:
    office.uow.university = university(blocking_checks=frozenset(CheckKind))
    assert office.confirm(office.at(OriginState.BOZZA)).state is OriginState.PRESENTATA


def test_a_request_without_consent_is_not_confirmed(office: Office) -> None:
    office.documents.know(CONTENT, foglio(request=request(consent=False)))
    with refused(Cause.CONSENT_MISSING):
        office.confirm(office.at(OriginState.BOZZA))


def test_processing_runs_the_checks_again_and_keeps_what_was_cleared(office: Office) -> None:
    office.uow.university = university(blocking_checks=frozenset())
    office.documents.know(CONTENT, foglio(request=OWING))
    confirmed = office.confirm(office.at(OriginState.BOZZA))
    origin.clear_check(confirmed, CheckKind.STUDENT_NOTES, OFFICE, "letto", uow=office.uow, now=NOW)
    processed, found = origin.process(
        confirmed, OFFICE, uow=office.uow, documents=office.documents, now=NOW
    )
    assert processed.state is OriginState.ELABORATA
    assert {check.kind: check.settled for check in found} == {
        CheckKind.FEES: False,
        CheckKind.SUSPENDED_EXAMS: True,
        CheckKind.LIBRARY: False,
        CheckKind.STUDENT_NOTES: True,
    }
    assert list(office.uow.records.checks(AT_ORIGIN)) == found


def test_a_cleared_check_says_who_cleared_it_and_why(office: Office) -> None:
    made = office.at(OriginState.PRESENTATA)
    library, fees = Check(CheckKind.LIBRARY, None), Check(CheckKind.FEES, passed=True)
    office.uow.records.keep_checks(AT_ORIGIN, [library, fees])
    kept = origin.clear_check(
        made, CheckKind.LIBRARY, OFFICE, "libri resi", uow=office.uow, now=NOW
    )
    assert kept == [library.clear("segreteria", "libri resi", NOW), fees]
    assert list(office.uow.records.checks(AT_ORIGIN)) == kept


def test_a_check_that_was_not_run_is_not_cleared(office: Office) -> None:
    made = office.at(OriginState.BOZZA)
    with refused(Cause.CHECK_BLOCKS):
        origin.clear_check(made, CheckKind.LIBRARY, OFFICE, "?", uow=office.uow, now=NOW)


def test_a_request_not_sent_is_given_up(office: Office) -> None:
    made = office.at(OriginState.PRESENTATA)
    dropped = origin.drop(made, OFFICE, "rinuncia", uow=office.uow, now=NOW)
    assert dropped.state is OriginState.CANCELLATA
    assert origin.find(PRACTICE, uow=office.uow) == dropped
