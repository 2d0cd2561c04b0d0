"""What becomes of an outgoing message: tried, waiting, parked, closed."""

from dataclasses import replace
from datetime import timedelta

import pytest

from gateway.domain.deliveries import (
    OPEN_STATES,
    ORDERED,
    Delivery,
    DeliveryKind,
    DeliveryState,
    PartnerRefused,
    RetryPolicy,
    Trouble,
)
from gateway.domain.outcomes import Outcome
from gateway.domain.rejections import Cause
from tests.support.clock import START
from tests.support.fakes_samples import delivery, refused

POLICY = RetryPolicy(first=timedelta(seconds=10), ceiling=timedelta(seconds=60), jitter=0.5)
LATER = START + timedelta(minutes=1)
CLOSED = sorted(set(DeliveryState) - OPEN_STATES)


def fail(one: Delivery, trouble: Trouble = Trouble.UNREACHABLE, roll: float = 0.5) -> Delivery:
    return one.failed(trouble, "timeout", now=LATER, policy=POLICY, roll=roll)


@pytest.mark.parametrize(
    ("attempts", "seconds"), [(1, 10), (2, 20), (3, 40), (4, 60), (5, 60), (10**6, 60)]
)
def test_intervals_double_up_to_a_ceiling(attempts: int, seconds: int) -> None:
    assert POLICY.delay(attempts, 0.5) == timedelta(seconds=seconds)


@pytest.mark.parametrize(("roll", "seconds"), [(0.0, 5), (0.25, 7.5), (0.5, 10), (0.75, 12.5)])
def test_chance_shortens_or_lengthens_an_interval(roll: float, seconds: float) -> None:
    assert POLICY.delay(1, roll) == timedelta(seconds=seconds)


def test_a_delivery_begins_by_waiting_with_no_attempt_made() -> None:
    made = delivery()
    assert (made.state, made.attempts, made.reached, made.is_open) == (
        DeliveryState.WAITING,
        0,
        False,
        True,
    )


def test_an_attempt_that_begins_is_counted() -> None:
    begun = delivery().begin(LATER)
    assert (begun.state, begun.attempts, begun.next_at, begun.changed_at) == (
        DeliveryState.SENDING,
        1,
        None,
        LATER,
    )
    assert not begun.reached


def test_an_attempt_cut_off_is_the_same_attempt_and_may_have_arrived() -> None:
    again = delivery().begin(START).begin(LATER)
    assert (again.attempts, again.reached, again.changed_at) == (1, True, LATER)


def test_a_delivery_made_has_no_trouble_any_more() -> None:
    made = fail(delivery().begin(START)).begin(LATER).delivered()
    assert (made.state, made.trouble, made.detail, made.reached) == (
        DeliveryState.DELIVERED,
        Trouble.NONE,
        "",
        True,
    )


def test_a_refused_delivery_keeps_the_partners_words() -> None:
    no = delivery().begin(START).refused(Outcome(28, "sezione mancante"))
    assert (no.state, no.trouble, no.detail, no.reached) == (
        DeliveryState.REFUSED,
        Trouble.REFUSED,
        "28: sezione mancante",
        True,
    )


@pytest.mark.parametrize("state", list(DeliveryState))
def test_only_closed_deliveries_are_not_open(state: DeliveryState) -> None:
    assert delivery(state=state).is_open is (state.value not in CLOSED)


def test_a_failed_attempt_waits_for_the_next() -> None:
    failed = fail(delivery().begin(START))
    assert (failed.state, failed.trouble, failed.detail) == (
        DeliveryState.WAITING,
        Trouble.UNREACHABLE,
        "timeout",
    )
    assert failed.next_at == LATER + timedelta(seconds=10)


@pytest.mark.parametrize(
    ("trouble", "reached"), [(Trouble.UNREACHABLE, False), (Trouble.UNKNOWN, True)]
)
def test_only_an_unknown_outcome_may_have_arrived(trouble: Trouble, reached: bool) -> None:
    assert fail(delivery().begin(START), trouble).reached is reached


def test_what_may_have_arrived_once_is_not_forgotten() -> None:
    unknown = fail(delivery().begin(START), Trouble.UNKNOWN)
    assert fail(unknown.begin(LATER), Trouble.UNREACHABLE).reached


@pytest.mark.parametrize(
    ("expires_in", "state"),
    [(10, DeliveryState.WAITING), (9, DeliveryState.PARKED)],
    ids=["the next attempt is in time", "it would be too late"],
)
def test_attempts_end_with_the_term(expires_in: int, state: DeliveryState) -> None:
    short = delivery(expires_at=LATER + timedelta(seconds=expires_in))
    assert fail(short.begin(START), Trouble.UNKNOWN).state is state


def test_an_expired_delivery_says_what_stood_in_its_way() -> None:
    expired = fail(delivery(expires_at=LATER).begin(START), Trouble.UNKNOWN)
    assert (expired.trouble, expired.detail, expired.reached) == (
        Trouble.EXPIRED,
        "unknown: timeout",
        True,
    )


def test_a_parked_delivery_says_why() -> None:
    parked = delivery().parked(Trouble.MISBEHAVED, "HTTP 404")
    assert (parked.state, parked.trouble, parked.detail) == (
        DeliveryState.PARKED,
        Trouble.MISBEHAVED,
        "HTTP 404",
    )


@pytest.mark.parametrize("state", sorted(OPEN_STATES))
def test_an_open_delivery_can_be_put_in_line_at_once_with_a_new_term(
    state: DeliveryState,
) -> None:
    resumed = delivery(state=DeliveryState(state), attempts=3).resumed(
        now=LATER, term=POLICY.expiry
    )
    assert (resumed.state, resumed.next_at) == (DeliveryState.WAITING, LATER)
    assert resumed.expires_at == LATER + POLICY.expiry


def test_put_in_line_without_a_new_term_it_keeps_its_own() -> None:
    waiting = delivery()
    assert waiting.resumed(now=LATER).expires_at == waiting.expires_at


def test_its_old_turn_is_skipped() -> None:
    assert delivery(attempts=3).resumed(now=LATER, term=POLICY.expiry).attempts == 4


def test_one_resumed_while_it_is_sent_may_have_arrived() -> None:
    assert delivery().begin(START).resumed(now=LATER, term=POLICY.expiry).reached
    assert not delivery().resumed(now=LATER, term=POLICY.expiry).reached


@pytest.mark.parametrize("state", CLOSED)
def test_a_closed_delivery_is_neither_resumed_nor_given_up(state: DeliveryState) -> None:
    closed = delivery(state=state)
    with refused(Cause.DELIVERY_NOT_FOUND):
        closed.resumed(now=LATER, term=POLICY.expiry)
    with refused(Cause.DELIVERY_NOT_FOUND):
        closed.abandoned("inutile")


def test_one_that_never_arrived_can_be_given_up() -> None:
    given_up = fail(delivery().begin(START)).abandoned("indirizzo sbagliato")
    assert (given_up.state, given_up.detail) == (DeliveryState.ABANDONED, "indirizzo sbagliato")


@pytest.mark.parametrize("kind", sorted(ORDERED))
def test_one_that_may_have_arrived_cannot_be_given_up(kind: DeliveryKind) -> None:
    with refused(Cause.DELIVERY_NOT_STOPPABLE):
        delivery(kind, reached=True).abandoned("ripensamento")


@pytest.mark.parametrize("kind", sorted(set(DeliveryKind) - ORDERED))
def test_a_read_can_be_given_up_at_any_time(kind: DeliveryKind) -> None:
    assert not delivery(kind, reached=True).abandoned("inutile").is_open


def test_one_that_is_being_sent_cannot_be_given_up() -> None:
    with refused(Cause.DELIVERY_NOT_STOPPABLE):
        delivery().begin(START).abandoned("ripensamento")


def test_nothing_of_a_delivery_changes_in_place() -> None:
    made = delivery()
    before = replace(made)
    made.begin(LATER)
    fail(made)
    assert made == before


def test_a_partners_refusal_carries_its_outcome_and_shows_the_code_alone() -> None:
    refusal = PartnerRefused(Outcome(27, "codice fiscale QTT"))
    assert refusal.outcome.code == 27
    assert str(refusal) == "codEsito 27"
