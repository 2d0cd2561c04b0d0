from datetime import UTC, date, datetime, timedelta

import pytest

from gateway.domain.rejections import Cause
from gateway.domain.retention import (
    MOST_DAYS,
    OF_PRACTICES,
    TERMS,
    Kept,
    checked_term,
    cutoffs,
    kept_until,
    last_past_year,
    policy_with,
)
from tests.support.clock import START
from tests.support.fakes_samples import refused


def test_every_kind_has_a_term_that_the_university_may_keep() -> None:
    assert set(TERMS) == set(Kept)
    for kept, term in TERMS.items():
        assert checked_term(kept, term.days) == term.days


def test_records_have_no_end_unless_the_university_sets_one() -> None:
    unlimited = {kept for kept, term in TERMS.items() if term.days is None}
    assert unlimited == {Kept.PRACTICES, Kept.STUDENT_FILES}


def test_messages_outlive_every_repeat_that_a_partner_may_still_send() -> None:
    assert TERMS[Kept.MESSAGES].least > 2 * 14  # the days for which deliveries are repeated


def test_a_policy_is_the_terms_changed_and_the_rest_as_they_were() -> None:
    policy = policy_with({Kept.PRACTICES: 4000, Kept.TOKENS: None})
    assert (policy[Kept.PRACTICES], policy[Kept.TOKENS]) == (4000, None)
    assert policy[Kept.CHECKS] == TERMS[Kept.CHECKS].days


@pytest.mark.parametrize("days", [59, -1, MOST_DAYS + 1])
def test_a_term_out_of_bounds_is_refused(days: int) -> None:
    with refused(Cause.TERM_NOT_POSSIBLE) as found:
        checked_term(Kept.MESSAGES, days)
    assert found.value.reasons[0].params == {"least": "60", "most": str(MOST_DAYS)}


@pytest.mark.parametrize("days", [60, MOST_DAYS, None])
def test_a_term_within_bounds_is_taken(days: int | None) -> None:
    assert checked_term(Kept.MESSAGES, days) == days


def test_what_has_no_end_has_no_cutoff() -> None:
    found = cutoffs({Kept.TOKENS: 30, Kept.PRACTICES: None}, START)
    assert found == {Kept.TOKENS: START - timedelta(days=30)}


def test_what_is_kept_is_kept_through_its_last_day_in_italy() -> None:
    assert kept_until(datetime(2026, 9, 21, 23, tzinfo=UTC), 10) == date(2026, 10, 2)
    assert kept_until(START, None) is None


@pytest.mark.parametrize(
    ("day", "year"), [((2026, 10, 31), 2024), ((2026, 11, 1), 2025), ((2026, 1, 1), 2024)]
)
def test_an_academic_year_ends_with_october(day: tuple[int, int, int], year: int) -> None:
    assert last_past_year(datetime(*day, 12, tzinfo=UTC)) == year


def test_kinds_that_hang_on_practices_are_told_apart() -> None:
    assert set(OF_PRACTICES) < set(Kept)
