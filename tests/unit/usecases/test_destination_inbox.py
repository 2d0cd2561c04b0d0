"""What the origin's messages do at the destination: T3."""

from datetime import date

import pytest

from gateway.domain.attachments import AttachmentState
from gateway.domain.deliveries import DeliveryKind
from gateway.domain.destination import DestinationState
from gateway.domain.messages import ExchangeResult
from gateway.domain.rejections import Cause, Reason
from gateway.domain.terms import ADMINISTRATIVE, SendingMode, TransmissionTerms
from gateway.domain.tokens import Token, TokenMode
from tests.support.clock import START
from tests.support.fakes import FakeDocuments, FakeRegister
from tests.support.fakes_destination import Inbox
from tests.support.fakes_samples import (
    ALL,
    AT_DESTINATION,
    COURSE,
    PRACTICE,
    ROCCASOLE,
    VALDOMBRA,
    attachment,
    foglio,
    message,
    partner,
    refused,
    request,
    student,
)
from tests.support.fakes_store import FakeUnitOfWork

_S = DestinationState
DEFERRED = TransmissionTerms(SendingMode.PARTIAL, TokenMode.DEFERRED, career_days=10)
FAULT = Reason(Cause.DATE_IMPOSSIBLE, "FoglioCongedo/x")


@pytest.fixture
def inbox(
    destination_uow: FakeUnitOfWork, register: FakeRegister, documents: FakeDocuments
) -> Inbox:
    return Inbox(destination_uow, register, documents)


@pytest.mark.requirement("T3")
@pytest.mark.requirement("T17")
@pytest.mark.requirement("T19")
def test_an_accepted_foglio_starts_a_practice_under_its_number(inbox: Inbox) -> None:
    inbox.transfer(foglio())
    made = inbox.kept
    assert (made.state, made.protocol_number, inbox.register.kinds) == (
        _S.RICEVUTA,
        "P1",
        ["receipt"],
    )
    assert (made.student, made.course_code, made.course_name, made.academic_year) == (
        student(),
        COURSE,
        "Ingegneria informatica",
        2026,
    )
    assert (made.sections, made.career_due) == (ALL, None)


@pytest.mark.requirement("T3")
@pytest.mark.requirement("T13")
def test_in_immediate_mode_the_answer_brings_the_token(inbox: Inbox) -> None:
    assert inbox.transfer(foglio()) == Token("TOK1") == inbox.kept.token
    assert inbox.posted == []


@pytest.mark.requirement("T8")
@pytest.mark.requirement("T13")
def test_in_deferred_mode_the_token_follows_by_a_message_of_its_own(
    inbox: Inbox,
) -> None:
    inbox.announce(DEFERRED)
    assert inbox.transfer(foglio()) is None
    assert inbox.kept.token == Token("TOK1")
    assert [one.kind for one in inbox.posted] == [DeliveryKind.TOKEN]
    last = inbox.uow.records.history(AT_DESTINATION)[-1]
    assert (last.event, last.actor.party) == ("assign_token", "system")


@pytest.mark.requirement("T8")
def test_or_when_the_office_assigns_it(inbox: Inbox) -> None:
    inbox.announce(DEFERRED, token_on_receipt=False)
    assert inbox.transfer(foglio()) is None
    assert (inbox.kept.token, inbox.posted) == (None, [])


@pytest.mark.requirement("T14")
def test_a_partial_foglio_sets_the_term_for_the_rest(inbox: Inbox) -> None:
    inbox.announce(DEFERRED)
    inbox.transfer(foglio(ADMINISTRATIVE))
    assert (inbox.kept.sections, inbox.kept.career_due) == (ADMINISTRATIVE, date(2026, 10, 1))


@pytest.mark.requirement("T9")
@pytest.mark.requirement("T16")
def test_its_attachments_are_awaited_and_fetched(inbox: Inbox) -> None:
    inbox.transfer(foglio(attachments=(attachment("A1"), attachment("A2"))))
    awaited = inbox.uow.attachments.of(AT_DESTINATION)
    assert {kept.state for kept in awaited} == {AttachmentState.AWAITED}
    assert [(one.kind, one.meta) for one in inbox.posted] == [
        (DeliveryKind.ATTACHMENT, {"attachment_id": "A1"}),
        (DeliveryKind.ATTACHMENT, {"attachment_id": "A2"}),
    ]


@pytest.mark.requirement("T12")
def test_everything_that_is_wrong_is_told_at_once_and_nothing_kept(inbox: Inbox) -> None:
    said = foglio(ADMINISTRATIVE, request=request(destination=ROCCASOLE))
    causes = (Cause.SECTION_MISSING, Cause.SECTION_MISSING, Cause.DESTINATION_DIFFERS)
    with refused(FAULT.cause, *causes):
        inbox.transfer(said, FAULT)
    assert (inbox.uow.tables.incoming, inbox.register.entries, inbox.posted) == ({}, [], [])


@pytest.mark.requirement("T15")
def test_an_identifier_taken_by_other_content_is_told_by_paths_alone(
    inbox: Inbox,
) -> None:
    first = message(content=b"<first/>")
    inbox.uow.journal.add(
        first, result=ExchangeResult.ACCEPTED, code=0, answer=b"", answered_at=START
    )
    inbox.at(_S.RICEVUTA)
    inbox.documents.different = ("FoglioCongedo/a", "FoglioCongedo/b")
    with refused(Cause.CONTENT_DIFFERS) as refusal:
        inbox.transfer(foglio())
    assert refusal.value.reasons[0].params == {"paths": "FoglioCongedo/a, FoglioCongedo/b"}


@pytest.mark.requirement("T15")
def test_where_the_content_is_no_longer_kept_the_difference_has_no_paths(inbox: Inbox) -> None:
    inbox.at(_S.COMPLETATA)
    inbox.documents.different = ("FoglioCongedo/a",)
    with refused(Cause.CONTENT_DIFFERS) as found:
        inbox.transfer(foglio())
    assert found.value.reasons[0].params == {"paths": ""}


@pytest.mark.requirement("T15")
def test_two_origins_may_use_the_same_identifier(inbox: Inbox) -> None:
    inbox.uow.partners.save(partner(ROCCASOLE))
    inbox.transfer(foglio())
    inbox.transfer(foglio(request=request(origin=ROCCASOLE)), caller=ROCCASOLE)
    assert list(inbox.uow.tables.incoming) == [(VALDOMBRA, PRACTICE), (ROCCASOLE, PRACTICE)]
