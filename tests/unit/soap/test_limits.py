"""What a partner may ask for: buckets, calls at the same time, and what is told afterwards."""

from dataclasses import replace

import pytest

from gateway.domain.identifiers import MiurCode
from gateway.domain.partners import Partner
from gateway.domain.security import Limits
from gateway.soap import limits as module
from gateway.soap.faults import Overloaded
from gateway.soap.limits import UNNAMED, PartnerLimits

HERE = MiurCode("92")
PARTNER = Partner(code=MiurCode("91"), name="", limits=Limits(per_minute=30, burst=3, concurrent=2))
OTHER = replace(PARTNER, code=MiurCode("93"))


class Ticks:
    """Seconds, moved by hand."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def ticks() -> Ticks:
    return Ticks()


@pytest.fixture
def limits(ticks: Ticks) -> PartnerLimits:
    return PartnerLimits(16, ticks)


def call(limits: PartnerLimits, partner: Partner | None = PARTNER, here: MiurCode = HERE) -> int:
    """Make a whole call; return how many were refused before."""
    with limits.turn() as turn:
        turn.take(here, partner)
        return turn.refused


def refused(limits: PartnerLimits, partner: Partner | None = PARTNER) -> str:
    """Make a call that is refused; return when it may be made again, in seconds."""
    with pytest.raises(Overloaded) as overload:
        call(limits, partner)
    return overload.value.headers["Retry-After"]


def test_a_burst_is_let_in_and_then_so_many_a_minute(limits: PartnerLimits, ticks: Ticks) -> None:
    for _ in range(3):
        call(limits)
    assert refused(limits) == "2"  # 30 a minute: one every two seconds
    ticks.now += 1.5
    assert refused(limits) == "1"
    ticks.now += 0.5
    call(limits)
    assert refused(limits) == "2"


def test_the_bucket_holds_a_burst_and_no_more(limits: PartnerLimits, ticks: Ticks) -> None:
    call(limits)
    ticks.now += 86_400
    for _ in range(3):
        call(limits)
    refused(limits)


def test_being_refused_costs_nothing(limits: PartnerLimits, ticks: Ticks) -> None:
    for _ in range(3):
        call(limits)
    for _ in range(100):
        refused(limits)
    ticks.now += 2
    call(limits)


def test_the_fault_says_busy_and_when(limits: PartnerLimits) -> None:
    for _ in range(3):
        call(limits)
    with pytest.raises(Overloaded) as overload:
        call(limits)
    fault = overload.value
    assert (fault.status, fault.code) == ("503 Service Unavailable", "Server.Busy")
    assert fault.headers == {"Retry-After": "2"}


def test_partners_and_universities_have_buckets_of_their_own(limits: PartnerLimits) -> None:
    for _ in range(3):
        call(limits)
    refused(limits)
    call(limits, OTHER)
    call(limits, here=MiurCode("90"))


def test_so_many_calls_are_answered_at_the_same_time(limits: PartnerLimits) -> None:
    with limits.turn() as one, limits.turn() as two:
        one.take(HERE, PARTNER)
        two.take(HERE, PARTNER)
        assert refused(limits) == "1"
        call(limits, OTHER)
    call(limits)


def broken_off(limits: PartnerLimits, by: type[BaseException]) -> None:
    """Make a call that is broken off."""

    def breaking() -> None:
        with limits.turn() as turn:
            turn.take(HERE, PARTNER)
            raise by

    with pytest.raises(by):
        breaking()


def test_a_call_that_ends_in_an_error_gives_its_place_back(limits: PartnerLimits) -> None:
    for _ in range(3):
        broken_off(limits, ValueError)
    assert refused(limits) == "2"  # the tokens are spent, the places are free


@pytest.mark.parametrize(("threads", "share"), [(16, 12), (8, 6), (4, 3), (2, 1), (1, 1)])
def test_no_partner_has_every_thread(threads: int, share: int, ticks: Ticks) -> None:
    limits = PartnerLimits(threads, ticks)
    wide = replace(PARTNER, limits=Limits(per_minute=60, burst=100, concurrent=100))
    turns = [limits.turn() for _ in range(share)]
    for turn in turns:
        turn.take(HERE, wide)
    assert refused(limits, wide) == "1"
    for turn in turns:
        turn.__exit__(None, None, None)
    call(limits, wide)


class PutOff(BaseException):
    """What a server raises that makes the call again later."""


def test_a_call_that_is_put_off_is_not_counted(limits: PartnerLimits) -> None:
    for _ in range(20):
        broken_off(limits, PutOff)
    for _ in range(3):
        call(limits)
    refused(limits)


def test_what_was_refused_is_told_to_the_next_call_once_a_minute(
    limits: PartnerLimits, ticks: Ticks
) -> None:
    for _ in range(3):
        assert call(limits) == 0
    for _ in range(7):
        refused(limits)
    ticks.now += 2
    assert call(limits) == 7
    refused(limits)
    ticks.now += 2
    assert call(limits) == 0
    ticks.now += 60
    assert call(limits) == 1
    ticks.now += 60
    assert call(limits) == 0


def test_a_call_that_is_put_off_forgets_what_it_was_told(
    limits: PartnerLimits, ticks: Ticks
) -> None:
    for _ in range(3):
        call(limits)
    refused(limits)
    ticks.now += 2
    broken_off(limits, PutOff)
    assert call(limits) == 1


def test_callers_not_known_yet_share_a_small_allowance(limits: PartnerLimits) -> None:
    turns = [limits.turn() for _ in range(UNNAMED.concurrent)]
    for turn in turns:
        turn.take(HERE, None)
    refused(limits, None)
    call(limits, PARTNER)
    for turn in turns:
        turn.__exit__(None, None, None)
    call(limits, None)


def test_a_caller_known_at_last_gives_up_its_place_among_the_unknown(
    limits: PartnerLimits,
) -> None:
    with limits.turn() as turn:
        turn.take(HERE, None)
        turn.take(HERE, PARTNER)
        others = [limits.turn() for _ in range(UNNAMED.concurrent)]
        for other in others:
            other.take(HERE, None)
    refused(limits, None)


def test_changed_limits_hold_for_the_next_call(limits: PartnerLimits) -> None:
    for _ in range(3):
        call(limits)
    refused(limits)
    tighter = replace(PARTNER, limits=Limits(per_minute=6000, burst=1, concurrent=2))
    assert refused(limits, tighter) == "1"


def test_many_partners_take_no_memory_for_ever(
    limits: PartnerLimits, ticks: Ticks, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "_FEW", 10)
    with limits.turn() as turn:
        turn.take(HERE, PARTNER)
        for number in range(1000):
            call(limits, replace(PARTNER, code=MiurCode(str(1000 + number))))
            ticks.now += 10
        assert len(limits) <= 11
    call(limits)
