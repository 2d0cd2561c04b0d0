"""The life of a delivery: whatever the partner answers and whoever interferes, nothing is lost."""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from datetime import timedelta
from itertools import product
from typing import TypeVar

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gateway.domain.deliveries import (
    OPEN_STATES,
    ORDERED,
    Delivery,
    DeliveryKind,
    DeliveryState,
    OutcomeUnknown,
    PartnerMisbehaved,
    PartnerUnreachable,
    RetryPolicy,
    Trouble,
)
from gateway.domain.messages import Operation
from gateway.domain.outcomes import Outcome
from gateway.domain.rejections import Cause, Rejection
from gateway.usecases import schedules
from gateway.usecases.delivery import ALARM_PARKED
from gateway.usecases.delivery_by_hand import abandon, resend
from gateway.usecases.posting import post
from tests.support.clock import START, HandClock
from tests.support.fakes import FakePartnerServices, accepts, refuses
from tests.support.fakes_acts import make_bench
from tests.support.fakes_desk import FakeDesk
from tests.support.fakes_samples import AT_ORIGIN, OFFICE, delivery, refused

_D = DeliveryState
POLICY = RetryPolicy()
Act = Callable[[Delivery], Delivery]

ACTS: dict[str, tuple[set[DeliveryState], Act]] = {
    "begin": ({_D.WAITING, _D.SENDING}, lambda one: one.begin(START)),
    "deliver": ({_D.SENDING}, lambda one: one.delivered()),
    "refuse": ({_D.WAITING, _D.SENDING}, lambda one: one.refused(Outcome(3, "no"))),
    "fail": (
        {_D.SENDING},
        lambda one: one.failed(Trouble.UNKNOWN, "timeout", now=START, policy=POLICY, roll=0.5),
    ),
    "park": (set(OPEN_STATES), lambda one: one.parked(Trouble.MISBEHAVED, "HTTP 404")),
    "resume": (set(DeliveryState), lambda one: one.resumed(now=START)),
    "abandon": (set(DeliveryState), lambda one: one.abandoned("inutile")),
}
"""What is done to a delivery, and in which states it is tried."""


T, R = TypeVar("T"), TypeVar("R")


def result(act: Callable[[T], R], what: T) -> R | Rejection:
    """Return what an act makes of something, or its refusal."""
    try:
        return act(what)
    except Rejection as rejection:
        return rejection


def test_every_state_is_reached_from_the_first_and_the_closed_ones_are_closed() -> None:
    found, ahead = {_D.WAITING}, [_D.WAITING]
    ways: dict[DeliveryState, set[DeliveryState]] = {}
    while ahead:
        state = ahead.pop()
        tried = [act for states, act in ACTS.values() if state in states]
        made = [result(act, delivery(state=state)) for act in tried]
        ways[state] = {one.state for one in made if isinstance(one, Delivery)}
        ahead += sorted(ways[state] - found)
        found |= ways[state]
    assert found == set(DeliveryState)
    assert {state for state, leads in ways.items() if not leads} == set(DeliveryState) - OPEN_STATES


@pytest.mark.parametrize("state", sorted(set(DeliveryState) - OPEN_STATES))
@pytest.mark.parametrize("act", ["resume", "abandon"])
@pytest.mark.parametrize("kind", list(DeliveryKind))
def test_nobody_opens_again_what_is_closed(
    state: DeliveryState, act: str, kind: DeliveryKind
) -> None:
    with refused(Cause.DELIVERY_NOT_FOUND):
        ACTS[act][1](delivery(kind, state=state))


def test_only_what_cannot_have_arrived_or_has_no_effect_is_given_up() -> None:
    for kind, state, reached in product(DeliveryKind, sorted(OPEN_STATES), (True, False)):
        made = delivery(kind, state=DeliveryState(state), reached=reached)
        may_have_arrived = reached or made.state is _D.SENDING
        given_up = result(ACTS["abandon"][1], made)
        if kind in ORDERED and may_have_arrived:
            assert isinstance(given_up, Rejection)
            assert [reason.cause for reason in given_up.reasons] == [Cause.DELIVERY_NOT_STOPPABLE]
        else:
            assert isinstance(given_up, Delivery)


TRIED = [(name, state) for name, (states, _) in ACTS.items() for state in sorted(states)]
DELIVERIES = st.builds(
    delivery,
    st.sampled_from(list(DeliveryKind)),
    reached=st.booleans(),
    attempts=st.integers(0, 50),
    payload=st.binary(max_size=8),
)


@pytest.mark.parametrize(("name", "state"), TRIED)
@given(drawn=DELIVERIES)
def test_no_act_forgets_attempts_arrival_or_the_message(
    name: str, state: DeliveryState, drawn: Delivery
) -> None:
    made = replace(drawn, state=DeliveryState(state))
    after = result(ACTS[name][1], made)
    if isinstance(after, Rejection):
        assert name in {"resume", "abandon"}
        return
    assert after.attempts >= made.attempts
    assert after.reached or not made.reached
    assert (after.payload, after.meta, after.created_at) == (made.payload, made.meta, START)
    assert after.state is not _D.WAITING or after.next_at is not None
    assert after.state is not _D.PARKED or after.trouble is not Trouble.NONE


@given(st.integers(1, 10**6), st.floats(0, 1, exclude_max=True))
def test_every_wait_is_positive_and_never_much_over_the_ceiling(attempts: int, roll: float) -> None:
    delay = POLICY.delay(attempts, roll)
    assert timedelta(0) < delay <= POLICY.ceiling * (1 + POLICY.jitter)
    assert POLICY.delay(attempts + 1, 0.5) >= POLICY.delay(attempts, 0.5)


class Line:
    """One delivery in line, tried and interfered with."""

    def __init__(self, kind: DeliveryKind) -> None:
        self.services = FakePartnerServices()
        self.desk = FakeDesk(make_bench().store, self.services, HandClock())
        self.desk.do(lambda uow: post(kind, AT_ORIGIN, {"year": "2026"}, uow=uow, now=START))

    @property
    def kept(self) -> Delivery:
        return self.desk.tables.deliveries["d1"]

    def attempt(self, offset: int, answer: object) -> None:
        """Make an attempt: the one that is due, or one before or after it."""
        self.services.script[Operation.PUT_PROCESSO] = [answer]  # type: ignore[list-item]
        due = self.kept.attempts + (self.kept.state is _D.WAITING)
        with suppress(KilledHere):
            self.desk.attempt(due + offset, "d1")

    def by_hand(self, what: str) -> None:
        now = self.desk.clock.now
        acts = {
            "resend": lambda uow: resend("d1", uow=uow, now=now),
            "abandon": lambda uow: abandon("d1", OFFICE, "inutile", uow=uow, now=now),
            "revive": lambda uow: schedules.revive_forgotten(uow=uow, now=now),
        }
        refusal = result(self.desk.do, acts[what])
        causes = [reason.cause for reason in refusal.reasons] if refusal else []
        assert causes in ([], [Cause.DELIVERY_NOT_FOUND], [Cause.DELIVERY_NOT_STOPPABLE])

    def check(self, before: Delivery) -> None:
        """See that nothing was lost, whatever was done."""
        made, tables = self.kept, self.desk.tables
        assert before.is_open or made == before
        assert made.attempts >= before.attempts
        assert made.reached or not before.reached
        assert not before.payload or made.payload == before.payload
        assert ((ALARM_PARKED, "d1") in tables.alarms) is (made.state is _D.PARKED)
        if made.state is _D.WAITING:  # somebody will come for it
            assert ("d1", made.attempts + 1) in {(j.delivery_id, j.attempt) for j in tables.jobs}

    def check_messages(self) -> None:
        """See that all that left was the same, is in the journal, and had one end at most."""
        assert len({sent.message for sent in self.services.sent}) <= 1
        assert len(self.desk.tables.journal) == len(self.services.sent)
        ends = [what for what, _ in self.desk.courier.told if what != "prepare"]
        expected = {_D.DELIVERED: ["accepted"], _D.REFUSED: ["refused"]}
        assert ends == expected.get(self.kept.state, [])


class KilledHere(Exception):  # noqa: N818
    """The program stops between the message and its answer."""


ANSWERS = st.sampled_from(
    [
        accepts(),
        refuses(),
        PartnerUnreachable("no route"),
        OutcomeUnknown("timeout"),
        PartnerMisbehaved("HTTP 404"),
        KilledHere(),
    ]
)
STEP = st.one_of(
    st.tuples(st.just("attempt"), st.sampled_from([0, 0, 0, -1, 1]), ANSWERS),
    st.tuples(st.sampled_from(["resend", "revive", "abandon"])),
    st.tuples(st.just("wait"), st.sampled_from([1, 11, 60, 60 * 24 * 15])),
)


@settings(max_examples=150, deadline=None)
@given(st.sampled_from([DeliveryKind.DATA, DeliveryKind.STATUS]), st.lists(STEP, max_size=20))
def test_a_delivery_is_always_closed_or_on_its_way_or_in_front_of_a_human(
    kind: DeliveryKind, steps: list[tuple[object, ...]]
) -> None:
    line = Line(kind)
    for what, *parts in steps:
        before = line.kept
        if what == "attempt":
            line.attempt(*parts)  # type: ignore[arg-type]
        elif what == "wait":
            line.desk.clock.advance(minutes=parts[0])  # type: ignore[arg-type]
        else:
            line.by_hand(str(what))
        line.check(before)
    line.check_messages()
