"""The verification of a practice's titles: its turns, its terms, what is known of each title."""

from dataclasses import replace
from datetime import timedelta

import pytest

from gateway.domain.deliveries import RetryPolicy
from gateway.domain.lookups import Asker
from gateway.domain.title_checks import ABSENT, Judgement
from gateway.domain.titles import TitleVerdict
from gateway.domain.verifications import (
    PROGRAM,
    CheckedTitle,
    Verification,
    VerificationCause,
    VerificationState,
    settled,
    tally,
)
from tests.support.clock import START
from tests.support.fakes_samples import PRACTICE, VALDOMBRA
from tests.support.titles_samples import ABROAD, DEGREE, DIPLOMA

pytestmark = pytest.mark.requirement("A4")

POLICY = RetryPolicy(jitter=0.0)
LATER = START + timedelta(hours=1)
NEW = Verification(
    verification_id="v1",
    origin=VALDOMBRA,
    id_pratica=PRACTICE,
    cause=VerificationCause.RECEIPT,
    asker=PROGRAM,
    created_at=START,
    changed_at=START,
    expires_at=START + timedelta(days=14),
    next_at=START,
)
CHECKED = CheckedTitle(title_id="t1", position=1, declared=DEGREE)
VERIFIED = Judgement(TitleVerdict.VERIFIED)
UNASKED = Judgement(TitleVerdict.COULD_NOT_ASK, "unreachable")


def test_only_the_next_attempt_of_a_waiting_verification_has_its_turn() -> None:
    assert NEW.is_turn(1)
    assert not NEW.is_turn(2)
    assert not NEW.ended(START).is_turn(2)


def test_a_verification_asked_for_again_leaves_its_old_job_without_a_turn() -> None:
    asker = Asker("mario", "segreteria")
    again = NEW.asked_again(
        VerificationCause.OPERATOR, asker, now=LATER, term=timedelta(days=1)
    ).renewed(now=LATER, fresh=True)
    assert not again.is_turn(1)
    assert again.is_turn(2)
    assert (again.asker, again.renewed_at, again.fresh) == (asker, LATER, True)
    assert again.expires_at == LATER + timedelta(days=1)


def test_pauses_grow_to_an_hour_at_most() -> None:
    one = NEW.deferred(START, "unreachable", now=START, policy=POLICY, roll=0.5)
    assert one.next_at == START + timedelta(seconds=15)
    assert (one.attempts, one.since, one.trouble) == (1, START, "unreachable")
    many = replace(NEW, attempts=20).deferred(
        START, "unreachable", now=START, policy=POLICY, roll=0.5
    )
    assert many.next_at == START + timedelta(hours=1)


def test_nobody_asks_before_the_registry_may_be_asked() -> None:
    tomorrow = START + timedelta(hours=16)
    later = NEW.deferred(
        START, "quota_spent", now=START, policy=POLICY, roll=0.5, not_before=tomorrow
    )
    assert later.next_at == tomorrow


def test_a_verification_past_its_term_is_given_up_until_somebody_asks() -> None:
    late = NEW.expires_at
    given_up = NEW.deferred(START, "unreachable", now=late, policy=POLICY, roll=0.5)
    assert (given_up.state, given_up.next_at) == (VerificationState.EXPIRED, None)
    assert given_up.since == START
    again = given_up.asked_again(
        VerificationCause.OPERATOR, PROGRAM, now=late, term=timedelta(days=1)
    )
    assert again.is_turn(again.attempts + 1)


def test_an_ended_verification_forgets_its_trouble() -> None:
    troubled = NEW.deferred(START, "unreachable", now=START, policy=POLICY, roll=0.5)
    ended = replace(troubled, fresh=True).ended(LATER)
    assert (ended.state, ended.since, ended.trouble, ended.fresh) == (
        VerificationState.ENDED,
        None,
        "",
        False,
    )


def test_a_revived_verification_keeps_its_term() -> None:
    revived = NEW.revived(LATER)
    assert (revived.expires_at, revived.next_at) == (NEW.expires_at, LATER)
    assert revived.is_turn(2)


def test_verdicts_stay_in_the_history_once_each_time_they_change() -> None:
    title = CHECKED.judged(UNASKED, now=START, since=START)
    title = title.judged(UNASKED, now=LATER, since=LATER)
    assert (title.since, title.judged_at, len(title.history)) == (START, None, 1)
    title = title.judged(VERIFIED, now=LATER)
    assert (title.since, title.judged_at) == (None, LATER)
    title = title.judged(ABSENT, now=LATER)
    assert [(item.verdict, item.reason) for item in title.history] == [
        (TitleVerdict.COULD_NOT_ASK, "unreachable"),
        (TitleVerdict.VERIFIED, ""),
        (TitleVerdict.NOT_VERIFIABLE, "not_in_registry"),
    ]


def test_what_is_known_of_a_title_outlives_a_registry_that_cannot_be_asked() -> None:
    verified = CHECKED.judged(VERIFIED, now=START)
    assert verified.judged(UNASKED, now=LATER, since=LATER) == verified


@pytest.mark.parametrize(
    ("title", "renewed", "due"),
    [
        (CHECKED, None, True),
        (CHECKED.judged(UNASKED, now=START, since=START), None, True),
        (CHECKED.judged(VERIFIED, now=START), None, False),
        (CHECKED.judged(VERIFIED, now=START), LATER, True),
        (CHECKED.judged(VERIFIED, now=LATER), START, False),
        (replace(CHECKED, withdrawn=True), LATER, False),
    ],
)
def test_the_registry_is_asked_about_what_is_not_known(
    title: CheckedTitle, renewed: object, due: object
) -> None:
    assert title.is_due(renewed) is due  # type: ignore[arg-type]


def test_a_changed_title_is_another_and_an_unchanged_one_stays_known() -> None:
    numbers = iter(["t2", "t3"])
    verified = CHECKED.judged(VERIFIED, now=START)
    diploma = replace(CHECKED, title_id="t9", position=2, declared=DIPLOMA)
    now = settled([ABROAD, DEGREE], [verified, diploma], lambda: next(numbers))
    assert [(item.title_id, item.position, item.withdrawn) for item in now] == [
        ("t2", 1, False),
        ("t1", 2, False),
        ("t9", 2, True),
    ]
    assert now[1].verdict is TitleVerdict.VERIFIED
    back = settled([DIPLOMA], now, lambda: next(numbers))
    assert [item.title_id for item in back if not item.withdrawn] == ["t9"]


def test_withdrawn_titles_do_not_count() -> None:
    titles = [CHECKED, CHECKED.judged(VERIFIED, now=START), replace(CHECKED, withdrawn=True)]
    assert tally(titles) == {TitleVerdict.WAITING: 1, TitleVerdict.VERIFIED: 1}
