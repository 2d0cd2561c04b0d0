"""An attempt at a delivery that gets an answer, or is not due."""

from datetime import date, timedelta
from typing import Any

import pytest

from gateway.domain.deliveries import DeliveryKind, DeliveryState, Trouble
from gateway.domain.messages import ExchangeResult, Operation
from gateway.domain.outcomes import Outcome
from gateway.domain.partners import Partner
from gateway.domain.rejections import Cause, refuse
from gateway.usecases.delivery import ALARM_PARKED, NOT_SENDABLE
from gateway.usecases.ports import ConcurrentChange
from tests.support.clock import START, HandClock
from tests.support.fakes import FakePartnerServices, accepts, refuses
from tests.support.fakes_desk import FakeDesk
from tests.support.fakes_samples import MONTELAGO, partner, refused
from tests.support.fakes_store import FakeStore
from tests.support.fakes_tables import Job

T3 = Operation.PUT_PROCESSO
_D = DeliveryState
SENT = b"Put_ProcessoTrasferimento#1"
NOW = timedelta(0)


@pytest.fixture
def desk(store: FakeStore, services: FakePartnerServices, clock: HandClock) -> FakeDesk:
    return FakeDesk(store, services, clock)


def test_an_accepted_message_is_delivered_and_its_courier_told(desk: FakeDesk) -> None:
    desk.put()
    desk.services.will(T3, accepts())
    assert desk.attempt() is _D.DELIVERED
    assert (desk.kept.state, desk.kept.attempts) == (_D.DELIVERED, 1)
    assert desk.courier.told == [("prepare", "d0"), ("accepted", accepts())]
    assert desk.tables.jobs == []


def test_a_refused_message_is_never_tried_again(desk: FakeDesk) -> None:
    desk.put()
    desk.services.will(T3, refuses(28, "manca"))
    assert desk.attempt() is _D.REFUSED
    assert (desk.kept.trouble, desk.kept.detail) == (Trouble.REFUSED, "28: manca")
    assert desk.courier.told[1:] == [("refused", Outcome(28, "manca"))]
    assert desk.tables.jobs == []


def test_the_message_goes_to_the_partner_as_it_is_kept(desk: FakeDesk) -> None:
    desk.put()
    desk.services.will(T3, accepts())
    desk.attempt()
    (sent,) = desk.services.sent
    assert (sent.partner, sent.operation) == (partner(MONTELAGO), T3)
    assert sent.message == SENT == desk.kept.payload


@pytest.mark.parametrize(
    ("answer", "result", "code"),
    [(accepts(), "accepted", 0), (refuses(28), "refused", 28)],
)
def test_message_and_answer_are_in_the_journal(
    desk: FakeDesk, answer: Any, result: str, code: int
) -> None:
    desk.put()
    desk.services.will(T3, answer)
    desk.services.while_away = lambda _: desk.clock.advance(seconds=2)
    desk.attempt()
    (row,) = desk.tables.journal.values()
    assert (row.direction, row.operation, row.content, row.answer) == (
        "out",
        T3,
        SENT,
        answer.content,
    )
    assert (row.result, row.code, row.at, row.ended_at) == (
        ExchangeResult(result),
        code,
        START,
        START + timedelta(seconds=2),
    )


def test_everything_is_noted_before_the_message_leaves(desk: FakeDesk) -> None:
    desk.put()
    desk.services.will(T3, accepts())
    seen: list[Any] = []

    def look(_: Operation) -> None:
        seen.extend((desk.kept.state, desk.kept.payload, desk.results))

    desk.services.while_away = look
    desk.attempt()
    assert seen == [_D.SENDING, SENT, [(T3, "pending")]]


def test_no_transaction_is_open_while_the_partner_is_called(desk: FakeDesk) -> None:
    desk.put()
    desk.services.will(T3, accepts())
    open_then: list[int] = []
    desk.services.while_away = lambda _: open_then.append(desk.store.open_now)
    desk.attempt()
    assert open_then == [0]


def test_a_repeat_sends_the_same_bytes(desk: FakeDesk) -> None:
    desk.put(payload=b"<as before/>", attempts=3, reached=True)
    desk.services.will(T3, accepts())
    assert desk.attempt(4) is _D.DELIVERED
    assert desk.services.sent[0].message == b"<as before/>"
    assert desk.courier.told == [("accepted", accepts())]


def test_an_attempt_cut_off_by_a_crash_is_made_again_with_the_same_bytes(desk: FakeDesk) -> None:
    desk.put(payload=b"<as before/>", attempts=2, state=_D.SENDING)
    desk.services.will(T3, accepts())
    desk.attempt(2)
    assert (desk.kept.state, desk.kept.attempts, desk.kept.reached) == (_D.DELIVERED, 2, True)
    assert desk.services.sent[0].message == b"<as before/>"


@pytest.mark.parametrize(
    ("changes", "number"),
    [
        ({"attempts": 1}, 1),
        ({"attempts": 1}, 3),
        ({"state": _D.SENDING, "attempts": 2}, 1),
        ({"state": _D.SENDING, "attempts": 2}, 3),
        ({"state": _D.PARKED}, 1),
        ({"state": _D.DELIVERED, "attempts": 1}, 1),
        ({"state": _D.REFUSED, "attempts": 1}, 2),
        ({"state": _D.ABANDONED}, 1),
    ],
)
def test_an_attempt_whose_turn_it_is_not_does_nothing(
    desk: FakeDesk, changes: dict[str, Any], number: int
) -> None:
    made = desk.put(**changes)
    assert desk.attempt(number) is made.state
    assert (desk.kept, desk.services.sent, desk.results) == (made, [], [])


def test_a_message_behind_another_waits(desk: FakeDesk) -> None:
    desk.put(DeliveryKind.FOGLIO, delivery_id="d1", state=_D.PARKED)
    desk.put(DeliveryKind.DATA)
    assert desk.attempt() is _D.WAITING
    assert desk.services.sent == []


def test_one_that_is_delivered_lets_the_next_leave(desk: FakeDesk) -> None:
    desk.put()
    desk.put(DeliveryKind.DATA, delivery_id="d1")
    desk.services.will(T3, accepts())
    desk.attempt()
    assert desk.tables.jobs == [Job("d1", 1, NOW)]


def test_one_that_arrives_at_last_ends_its_alarm(desk: FakeDesk) -> None:
    desk.put()
    desk.do(lambda uow: uow.alarms.raise_(ALARM_PARKED, "d0", "x", START))
    desk.services.will(T3, accepts())
    desk.attempt()
    assert desk.tables.alarms == {}


def test_a_delivery_that_is_not_there_is_not_attempted(desk: FakeDesk) -> None:
    with refused(Cause.DELIVERY_NOT_FOUND):
        desk.attempt(1, "d9")


@pytest.mark.parametrize(
    "known", [None, partner(active_to=date(2026, 9, 20))], ids=["gone", "over"]
)
@pytest.mark.parametrize(
    ("changes", "number", "reached"),
    [({}, 1, False), ({"state": _D.SENDING, "attempts": 2, "payload": b"<m/>"}, 2, True)],
    ids=["not begun", "cut off"],
)
def test_nothing_is_sent_to_a_partner_that_is_not_active(
    desk: FakeDesk, known: Partner | None, changes: dict[str, Any], number: int, reached: bool
) -> None:
    desk.put(**changes)
    desk.do(lambda uow: uow.tables.partners.clear())
    if known is not None:
        desk.do(lambda uow: uow.partners.save(known))
    assert desk.attempt(number) is _D.PARKED
    assert (desk.kept.trouble, desk.kept.reached) == (Trouble.UNREACHABLE, reached)
    assert desk.tables.alarms == {(ALARM_PARKED, "d0"): "unreachable: partner not active"}
    assert desk.services.sent == []


def test_what_cannot_be_sent_is_refused_here_in_words(desk: FakeDesk) -> None:
    desk.put()
    desk.put(DeliveryKind.DATA, delivery_id="d1")
    desk.courier.obstacle = refuse(Cause.SECTION_MISSING, "FoglioCongedo/x")
    assert desk.attempt() is _D.REFUSED
    assert desk.courier.told[1:] == [("refused", Outcome(NOT_SENDABLE, "section_missing"))]
    assert (desk.services.sent, desk.results) == ([], [])
    assert desk.tables.jobs == [Job("d1", 1, NOW)]


def test_an_answer_to_what_was_closed_meanwhile_is_only_journalled(desk: FakeDesk) -> None:
    made = desk.put(DeliveryKind.STATUS)
    desk.services.will(T3, accepts())
    desk.services.while_away = lambda _: desk.do(
        lambda uow: uow.deliveries.save(made.abandoned("inutile"))
    )
    assert desk.attempt() is _D.ABANDONED
    assert desk.courier.told == [("prepare", "d0")]
    assert desk.results == [(T3, "accepted")]


def test_when_others_are_faster_the_answer_is_recorded_again_and_not_asked_for_again(
    desk: FakeDesk,
) -> None:
    desk.put()
    desk.services.will(T3, accepts())
    rivals = iter([ConcurrentChange] * 2)

    def interfere() -> None:
        if desk.services.sent and (rival := next(rivals, None)):
            raise rival

    desk.store.before_commit = interfere
    assert desk.attempt() is _D.DELIVERED
    assert desk.services.operations == [T3]
    assert [what for what, _ in desk.courier.told] == ["prepare"] + ["accepted"] * 3
    assert desk.results == [(T3, "accepted")]
