"""The student's steps: one request at a time, made of a career and a wish, confirmed as seen."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from gateway.domain.careers import PreparedCareer, TransferWish
from gateway.domain.identifiers import IdPratica
from gateway.domain.offers import Offer
from gateway.domain.origin import OriginState, OutgoingTransfer
from gateway.domain.partners import CheckKind
from gateway.domain.rejections import Cause
from gateway.usecases import requests
from gateway.usecases.requests import Papers
from tests.support.clock import START
from tests.support.fakes import FakeDocuments, FakeRegister
from tests.support.fakes_careers import FakeComposer
from tests.support.fakes_samples import (
    ALL,
    MONTELAGO,
    PRACTICE,
    STUDENT,
    TODAY,
    course,
    foglio,
    refused,
    student,
)
from tests.support.fakes_samples import draft as sample
from tests.support.fakes_store import FakeStore, FakeUnitOfWork

pytestmark = pytest.mark.requirement("T18")

CAREER = b"career:1"
ME = student().codice_fiscale
WISH = TransferWish(
    destination=MONTELAGO,
    destination_name="Montelago",
    course=course(),
    academic_year=2026,
    asked_on=TODAY,
    consent=True,
)


class Portal:
    """What Valdombra's student sees."""

    def __init__(
        self, uow: FakeUnitOfWork, documents: FakeDocuments, register: FakeRegister
    ) -> None:
        self.uow, self.documents, self.register = uow, documents, register
        self.papers = Papers(documents, FakeComposer(documents))
        documents.know(CAREER, foglio())
        self.bring()

    def bring(self, **changes: Any) -> None:
        made = PreparedCareer(
            student=student(), content=CAREER, sections=ALL, imported_at=START, number=0
        )
        self.uow.careers.keep(replace(made, **changes))

    def draft(self, wish: TransferWish = WISH) -> OutgoingTransfer:
        return requests.draft(
            wish,
            ME,
            STUDENT,
            uow=self.uow,
            records=self.uow.careers,
            papers=self.papers,
            now=START,
        )

    def change(self, transfer: OutgoingTransfer, wish: TransferWish) -> OutgoingTransfer:
        return requests.change(
            transfer,
            wish,
            STUDENT,
            uow=self.uow,
            records=self.uow.careers,
            papers=self.papers,
            now=START,
        )

    def confirm(self, transfer: OutgoingTransfer, *, days: int = 0) -> OutgoingTransfer:
        moved, _ = requests.confirm(
            transfer,
            STUDENT,
            uow=self.uow,
            papers=self.papers,
            register=self.register,
            now=START + timedelta(days=days),
        )
        return moved

    def obstacle(self) -> Cause | None:
        found = requests.obstacle(ME, self.uow.careers, uow=self.uow)
        return found.cause if found else None


@pytest.fixture
def portal(origin_uow: FakeUnitOfWork, documents: FakeDocuments, register: FakeRegister) -> Portal:
    return Portal(origin_uow, documents, register)


def test_a_draft_is_made_of_the_career_and_the_wish(portal: Portal) -> None:
    made = portal.draft()
    assert (made.state, made.destination, made.course_code) == (
        OriginState.BOZZA,
        MONTELAGO,
        course().code,
    )
    assert portal.uow.foglios.draft(made.foglio).startswith(CAREER)


def test_without_a_career_there_is_no_request(portal: Portal) -> None:
    assert portal.uow.careers.remove(1)
    assert portal.obstacle() is Cause.CAREER_NOT_FOUND
    with refused(Cause.CAREER_NOT_FOUND):
        portal.draft()


@pytest.mark.parametrize("state", OriginState)
def test_a_request_stands_in_the_way_until_it_ends(portal: Portal, state: OriginState) -> None:
    portal.uow.outgoing.add(sample(state=state))
    free = state in (OriginState.RESPINTA, OriginState.CANCELLATA)
    assert portal.obstacle() == (None if free else Cause.REQUEST_OPEN)


def test_who_left_and_came_back_with_a_new_career_may_ask_again(portal: Portal) -> None:
    portal.uow.outgoing.add(sample(state=OriginState.CHIUSA))
    assert portal.obstacle() is Cause.REQUEST_OPEN
    portal.bring(imported_at=START + timedelta(days=400))
    assert portal.obstacle() is None


def test_of_two_drafts_at_once_the_second_sees_the_first(
    portal: Portal, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The first is committed while the second waits for its identifier."""
    plain = type(portal.uow.outgoing).new_id_pratica

    def slow(self: Any, year: int) -> IdPratica:
        self.add(sample(id_pratica=PRACTICE))
        self.tables.next_number("practice", year)
        return plain(self, year)

    monkeypatch.setattr(type(portal.uow.outgoing), "new_id_pratica", slow)
    with refused(Cause.REQUEST_OPEN) as found:
        portal.draft()
    assert found.value.reasons[0].params == {"practice": PRACTICE}


def test_a_course_that_has_closed_or_gone_is_refused_and_a_test_is_not_asked_for(
    portal: Portal,
) -> None:
    open_one = course(limited_access=True)
    closed = course("2", deadline=date(2026, 9, 1))
    portal.uow.offers.keep_cached(MONTELAGO, Offer(2026, (open_one, closed), START))
    with refused(Cause.DEADLINE_PASSED):
        portal.draft(replace(WISH, course=closed))
    portal.uow.tables.outgoing.clear()  # what a rollback does
    with refused(Cause.COURSE_NOT_OFFERED):
        portal.draft(replace(WISH, course=course("3")))
    portal.uow.tables.outgoing.clear()
    assert portal.draft(replace(WISH, course=open_one)).state is OriginState.BOZZA


def test_a_draft_is_changed_with_the_latest_career(portal: Portal) -> None:
    made = portal.draft()
    portal.documents.know(b"career:2", foglio())
    portal.bring(content=b"career:2")
    moved = portal.change(made, replace(WISH, course=course("9")))
    assert moved.course_code == "9"
    assert portal.uow.foglios.draft(moved.foglio).startswith(b"career:2")


def test_a_draft_whose_career_is_gone_is_changed_from_its_own_foglio(portal: Portal) -> None:
    made = portal.draft()
    portal.uow.careers.remove(1)
    moved = portal.change(made, replace(WISH, course=course("9")))
    assert moved.course_code == "9"


def test_the_checks_can_be_looked_at_before_anything_is_kept(portal: Portal) -> None:
    made = portal.draft(replace(WISH, notes="manca un esame"))
    found = requests.look(made, uow=portal.uow, documents=portal.documents)
    assert {check.kind: check.passed for check in found}[CheckKind.STUDENT_NOTES] is False
    assert portal.uow.records.checks(requests.origin.key_of(made)) == ()


def test_a_request_is_confirmed_as_it_was_seen_dated_that_day(portal: Portal) -> None:
    made = portal.draft()
    moved = portal.confirm(made)
    assert (moved.state, moved.foglio) == (OriginState.PRESENTATA, made.foglio)
    assert portal.register.kinds == ["submission"]


def test_a_request_confirmed_later_is_dated_later(portal: Portal) -> None:
    moved = portal.confirm(portal.draft(), days=2)
    content = portal.uow.foglios.draft(moved.foglio)
    asked = portal.documents.read(content).request
    assert asked is not None
    assert asked.submitted_on == TODAY + timedelta(days=2)


def test_a_course_that_closed_meanwhile_stops_the_confirmation(portal: Portal) -> None:
    closing = course(deadline=TODAY)
    portal.uow.offers.keep_cached(MONTELAGO, Offer(2026, (closing,), START))
    with refused(Cause.DEADLINE_PASSED):
        portal.confirm(portal.draft(replace(WISH, course=closing)), days=1)


def test_consent_is_needed_to_confirm(portal: Portal) -> None:
    with refused(Cause.CONSENT_MISSING):
        portal.confirm(portal.draft(replace(WISH, consent=False)))


def test_a_request_is_found_by_its_student_only(portal: Portal, store: FakeStore) -> None:
    made = portal.draft()
    assert requests.find_own(made.id_pratica, ME, uow=portal.uow) == made
    for who in (None, student(2).codice_fiscale):
        with refused(Cause.PRACTICE_NOT_FOUND):
            requests.find_own(made.id_pratica, who, uow=portal.uow)
    with refused(Cause.PRACTICE_NOT_FOUND):
        requests.find_own(IdPratica("X"), ME, uow=portal.uow)
