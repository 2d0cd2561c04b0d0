"""An attempt at a delivery that gets no answer, or a refusal that is not believed at once."""

from datetime import timedelta
from typing import Any

import pytest

from gateway.domain.deliveries import (
    DeliveryKind,
    DeliveryState,
    OutcomeUnknown,
    PartnerMisbehaved,
    PartnerUnreachable,
    Trouble,
)
from gateway.domain.history import Step
from gateway.domain.messages import Operation
from gateway.domain.outcomes import Outcome
from gateway.usecases.delivery import ALARM_PARKED
from gateway.usecases.partner_ports import PartnerAnswer
from tests.support.clock import START, HandClock
from tests.support.fakes import FakePartnerServices, accepts, refuses
from tests.support.fakes_desk import FakeDesk
from tests.support.fakes_samples import PRACTICE, VALDOMBRA
from tests.support.fakes_store import FakeStore
from tests.support.fakes_tables import Job

T3, T7 = Operation.PUT_PROCESSO, Operation.GET_STATUS
_D = DeliveryState
UNREACHABLE = PartnerUnreachable("no route")
UNKNOWN = OutcomeUnknown("timeout")
MISBEHAVED = PartnerMisbehaved("HTTP 404")
REACHED = {"attempts": 1, "reached": True, "payload": b"<m/>"}


@pytest.fixture
def desk(store: FakeStore, services: FakePartnerServices, clock: HandClock) -> FakeDesk:
    return FakeDesk(store, services, clock)


@pytest.mark.parametrize(
    ("trouble", "kind", "reached"),
    [(UNREACHABLE, Trouble.UNREACHABLE, False), (UNKNOWN, Trouble.UNKNOWN, True)],
)
def test_a_message_without_an_answer_is_tried_again_later(
    desk: FakeDesk, trouble: Exception, kind: Trouble, reached: bool
) -> None:
    desk.put()
    desk.services.will(T3, trouble)
    assert desk.attempt() is _D.WAITING
    assert (desk.kept.trouble, desk.kept.detail, desk.kept.reached) == (
        kind,
        str(trouble),
        reached,
    )
    assert desk.tables.jobs == [Job("d0", 2, timedelta(seconds=15))]
    assert (desk.results, desk.tables.alarms) == ([(T3, kind.value)], {})
    assert desk.courier.told == [("prepare", "d0")]


@pytest.mark.parametrize(
    ("wished", "waits"),
    [
        (timedelta(seconds=1), timedelta(seconds=15)),
        (timedelta(minutes=3), timedelta(minutes=3)),
        (timedelta(days=30), timedelta(hours=4)),
    ],
)
def test_a_busy_partner_is_left_alone_for_as_long_as_it_asks_within_the_longest_interval(
    desk: FakeDesk, wished: timedelta, waits: timedelta
) -> None:
    desk.put()
    desk.services.will(T3, OutcomeUnknown("HTTP 503", wished))
    assert desk.attempt() is _D.WAITING
    assert desk.tables.jobs == [Job("d0", 2, waits)]
    assert desk.kept.reached  # something behind the one that is busy may have taken it


def test_the_next_attempt_sends_the_same_bytes_after_a_longer_wait(desk: FakeDesk) -> None:
    desk.put()
    desk.services.will(T3, UNKNOWN, UNKNOWN, accepts())
    for number in (1, 2):
        desk.attempt(number)
    assert desk.attempt(3) is _D.DELIVERED
    assert [job.delay.total_seconds() for job in desk.tables.jobs] == [15, 30]
    assert len({sent.message for sent in desk.services.sent}) == 1
    assert [result for _, result in desk.results] == ["unknown", "unknown", "accepted"]


def test_what_is_no_answer_is_left_to_a_human(desk: FakeDesk) -> None:
    desk.put()
    desk.services.will(T3, MISBEHAVED)
    assert desk.attempt() is _D.PARKED
    assert (desk.kept.trouble, desk.kept.reached) == (Trouble.MISBEHAVED, True)
    assert desk.tables.alarms == {(ALARM_PARKED, "d0"): "misbehaved: HTTP 404"}
    assert (desk.results, desk.tables.jobs) == ([(T3, "misbehaved")], [])


def test_when_the_term_has_passed_a_human_decides(desk: FakeDesk) -> None:
    desk.put(expires_at=START + timedelta(seconds=14))
    desk.services.will(T3, UNKNOWN)
    assert desk.attempt() is _D.PARKED
    assert (desk.kept.trouble, desk.kept.reached) == (Trouble.EXPIRED, True)
    assert desk.tables.alarms == {(ALARM_PARKED, "d0"): "expired: unknown: timeout"}
    assert desk.tables.jobs == []


def test_a_parked_message_holds_back_the_next_of_its_practice(desk: FakeDesk) -> None:
    desk.put()
    desk.put(DeliveryKind.DATA, delivery_id="d1")
    desk.services.will(T3, MISBEHAVED)
    desk.attempt()
    assert desk.tables.jobs == []
    assert desk.attempt(1, "d1") is _D.WAITING


def test_a_bug_is_no_trouble_of_the_partners(desk: FakeDesk) -> None:
    desk.put()
    desk.services.will(T3, ZeroDivisionError())
    with pytest.raises(ZeroDivisionError):
        desk.attempt()
    assert (desk.kept.state, desk.results) == (_D.SENDING, [(T3, "pending")])


def test_after_a_crash_the_journal_says_that_the_first_outcome_is_unknown(desk: FakeDesk) -> None:
    desk.put()
    desk.services.will(T3, ZeroDivisionError(), accepts())
    with pytest.raises(ZeroDivisionError):
        desk.attempt()
    desk.attempt()
    assert desk.results == [(T3, "unknown"), (T3, "accepted")]


@pytest.mark.parametrize("trouble", [UNREACHABLE, UNKNOWN, MISBEHAVED])
@pytest.mark.parametrize("state", [_D.DELIVERED, _D.REFUSED, _D.ABANDONED])
def test_an_attempt_that_fails_leaves_closed_what_was_closed_meanwhile(
    desk: FakeDesk, trouble: Exception, state: DeliveryState
) -> None:
    desk.put(DeliveryKind.STATUS)
    desk.services.will(T3, trouble)

    def close(_: Operation) -> None:
        desk.do(lambda uow: uow.tables.deliveries.update(d0=_closed(desk, state)))

    desk.services.while_away = close
    desk.attempt()
    assert (desk.kept.state, desk.tables.jobs, desk.tables.alarms) == (state, [], {})


def _closed(desk: FakeDesk, state: DeliveryState) -> Any:
    if state is _D.DELIVERED:
        return desk.kept.delivered()
    if state is _D.REFUSED:
        return desk.kept.refused(Outcome(3, "no"))
    return desk.kept.abandoned("inutile")


def _there(answer: PartnerAnswer) -> bool:
    return bool(answer.steps)


@pytest.fixture
def asking(store: FakeStore, services: FakePartnerServices, clock: HandClock) -> FakeDesk:
    """A desk whose couriers can tell from T7 whether a message had arrived."""
    return FakeDesk(store, services, clock, done=lambda _, answer: _there(answer))


@pytest.mark.requirement("T7")
@pytest.mark.requirement("T15")
def test_a_refused_repeat_that_had_arrived_before_is_taken_for_accepted(asking: FakeDesk) -> None:
    asking.put(**REACHED)
    refusal = refuses(2, "già presente")
    asking.services.will(T3, refusal)
    asking.services.will(T7, accepts(steps=(Step("RICEVUTA", START),)))
    assert asking.attempt(2) is _D.DELIVERED
    assert asking.courier.told == [("accepted", refusal)]
    call = asking.services.calls[-1]
    assert (call.operation, call.caller, call.id_pratica) == (T7, VALDOMBRA, PRACTICE)


@pytest.mark.requirement("T7")
def test_both_questions_are_in_the_journal(asking: FakeDesk) -> None:
    asking.put(**REACHED)
    asking.services.will(T3, refuses(2))
    asking.services.will(T7, accepts(steps=(Step("RICEVUTA", START),)))
    asking.attempt(2)
    assert asking.results == [(T3, "refused"), (T7, "accepted")]


@pytest.mark.requirement("T7")
@pytest.mark.parametrize("answer", [accepts(), refuses(1)], ids=["no steps", "no practice"])
def test_a_refused_repeat_that_had_not_arrived_is_refused(
    asking: FakeDesk, answer: PartnerAnswer
) -> None:
    asking.put(**REACHED)
    asking.services.will(T3, refuses(28, "manca"))
    asking.services.will(T7, answer)
    assert asking.attempt(2) is _D.REFUSED
    assert asking.courier.told == [("refused", Outcome(28, "manca"))]


@pytest.mark.requirement("T7")
@pytest.mark.parametrize("trouble", [UNREACHABLE, UNKNOWN])
def test_a_refused_repeat_is_not_believed_while_t7_has_no_answer(
    asking: FakeDesk, trouble: Exception
) -> None:
    asking.put(**REACHED)
    asking.services.will(T3, refuses(2))
    asking.services.will(T7, trouble)
    assert asking.attempt(2) is _D.WAITING
    assert asking.courier.told == []


@pytest.mark.requirement("T7")
def test_a_question_that_gets_no_answer_is_in_the_journal(asking: FakeDesk) -> None:
    asking.put(**REACHED)
    asking.services.will(T3, refuses(2))
    asking.services.will(T7, MISBEHAVED)
    asking.attempt(2)
    assert (T7, "misbehaved") in asking.results


def test_a_message_that_leaves_for_the_first_time_is_refused_without_a_question(
    asking: FakeDesk,
) -> None:
    asking.put()
    asking.services.will(T3, refuses())
    assert asking.attempt() is _D.REFUSED
    assert asking.services.operations == [T3]


def test_nor_is_t7_asked_about_what_it_cannot_speak_of(desk: FakeDesk) -> None:
    desk.put(**REACHED)
    desk.services.will(T3, refuses())
    assert desk.attempt(2) is _D.REFUSED
    assert desk.services.operations == [T3]
