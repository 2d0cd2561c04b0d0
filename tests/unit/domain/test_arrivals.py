"""A token has a term, a session is short, what was confirmed holds for one foglio."""

from datetime import timedelta

import pytest

from gateway.domain.arrivals import (
    ABSOLUTE,
    IDLE,
    ArrivalSession,
    Confirmed,
    EnrolmentRecord,
    check_token_term,
    token_until,
)
from gateway.domain.history import HistoryEntry
from gateway.domain.particulars import Difference
from gateway.domain.rejections import Cause
from tests.support.clock import START
from tests.support.fakes_samples import OFFICE, PRACTICE, VALDOMBRA, refused

pytestmark = pytest.mark.requirement("T13")

RECORD = EnrolmentRecord(origin=VALDOMBRA, id_pratica=PRACTICE, basis="b")
HOUR = timedelta(hours=1)


def entry(event: str, hours: int) -> HistoryEntry:
    return HistoryEntry(START + hours * HOUR, OFFICE, event, None, "ricevuta")


def test_the_term_begins_with_the_token_with_the_leave_and_when_an_office_says_so() -> None:
    history = [entry("receive", 0), entry("assign_token", 1), entry("receive_data", 9)]
    days = timedelta(days=90)
    assert token_until(history[:1], None, 90) == START + days
    assert token_until(history, None, 90) == START + HOUR + days
    later = [*history, entry("authorise_enrolment", 2)]
    assert token_until(later, None, 90) == START + 2 * HOUR + days
    assert token_until(later, START + 5 * HOUR, 90) == START + 5 * HOUR + days


def test_a_university_may_set_no_term() -> None:
    assert token_until([entry("receive", 0)], None, 0) is None
    check_token_term(None, START)


def test_a_token_opens_before_the_end_of_its_term_only() -> None:
    check_token_term(START + HOUR, START)
    with refused(Cause.CREDENTIALS_WRONG):
        check_token_term(START, START)


def test_a_session_ends_idle_old_or_ended() -> None:
    session = ArrivalSession(
        mark="m",
        university=VALDOMBRA,
        origin=VALDOMBRA,
        id_pratica=PRACTICE,
        began_at=START,
        seen_at=START,
    )
    assert session.holds_at(START)
    assert not session.holds_at(START + IDLE)
    used = ArrivalSession(
        mark="m",
        university=VALDOMBRA,
        origin=VALDOMBRA,
        id_pratica=PRACTICE,
        began_at=START,
        seen_at=START + ABSOLUTE,
    )
    assert not used.holds_at(START + ABSOLUTE)
    ended = ArrivalSession(
        mark="m",
        university=VALDOMBRA,
        origin=VALDOMBRA,
        id_pratica=PRACTICE,
        began_at=START,
        seen_at=START,
        ended_at=START,
    )
    assert not ended.holds_at(START)


def test_steps_are_confirmed_in_order_and_changes_are_known() -> None:
    record = RECORD
    assert record.next_step is Confirmed.PERSON
    record = record.with_person({"Nome": "Ada"}, {"Nome": "Ida"})
    assert record.changes == (Difference("Nome", "Ada", "Ida"),)
    assert record.next_step is Confirmed.CAREER
    record = record.with_career("manca un esame")
    assert record.next_step is Confirmed.COURSE
    record = record.with_course("C1", START)
    assert (record.next_step, record.course, record.privacy_at) == (None, "C1", START)


def test_what_was_confirmed_holds_for_the_same_foglio_only() -> None:
    record = RECORD.with_person({}, {"Nome": "Ida"}).with_career("nota")
    assert record.on("b") is record
    fresh = record.on("other")
    assert fresh.next_step is Confirmed.PERSON
    assert (fresh.values, fresh.changes, fresh.remark) == ({}, (), "nota")
