"""What people do to deliveries: send again, give up."""

from datetime import timedelta
from typing import Any

import pytest

from gateway.domain.deliveries import Delivery, DeliveryKind, DeliveryState
from gateway.domain.origin import OriginState
from gateway.domain.rejections import Cause
from gateway.usecases.delivery import ALARM_PARKED
from gateway.usecases.delivery_by_hand import abandon, resend
from tests.support.clock import START
from tests.support.fakes_samples import AT_ORIGIN, OFFICE, PRACTICE, delivery, draft, refused
from tests.support.fakes_store import FakeUnitOfWork
from tests.support.fakes_tables import Job

_D = DeliveryState
LATER = START + timedelta(days=20)
NOW = timedelta(0)
CLOSED = [_D.DELIVERED, _D.REFUSED, _D.ABANDONED]


def put(uow: FakeUnitOfWork, kind: DeliveryKind = DeliveryKind.FOGLIO, **changes: Any) -> Delivery:
    made = delivery(kind, **changes)
    uow.deliveries.add(made)
    return made


def give_up(uow: FakeUnitOfWork, delivery_id: str = "d0") -> Delivery:
    return abandon(delivery_id, OFFICE, "indirizzo sbagliato", uow=uow, now=LATER)


def test_a_parked_delivery_is_sent_again_at_once_and_its_alarm_ends(
    origin_uow: FakeUnitOfWork,
) -> None:
    put(origin_uow, state=_D.PARKED, attempts=5)
    origin_uow.alarms.raise_(ALARM_PARKED, "d0", "x", START)
    resumed = resend("d0", uow=origin_uow, now=LATER)
    assert (resumed.state, resumed.attempts) == (_D.WAITING, 6)
    assert resumed.expires_at == LATER + origin_uow.retry.expiry
    assert origin_uow.deliveries.get("d0") == resumed
    assert origin_uow.tables.jobs == [Job("d0", 7, NOW)]
    assert origin_uow.tables.alarms == {}


def test_one_behind_another_still_waits_for_its_turn(origin_uow: FakeUnitOfWork) -> None:
    put(origin_uow, delivery_id="d1", state=_D.PARKED)
    put(origin_uow, DeliveryKind.DATA, state=_D.PARKED)
    assert resend("d0", uow=origin_uow, now=LATER).state is _D.WAITING
    assert origin_uow.tables.jobs == []


@pytest.mark.parametrize("state", CLOSED)
def test_what_is_closed_is_neither_sent_again_nor_given_up(
    origin_uow: FakeUnitOfWork, state: DeliveryState
) -> None:
    made = put(origin_uow, state=state)
    with refused(Cause.DELIVERY_NOT_FOUND):
        resend("d0", uow=origin_uow, now=LATER)
    with refused(Cause.DELIVERY_NOT_FOUND):
        give_up(origin_uow)
    assert (origin_uow.deliveries.get("d0"), origin_uow.tables.jobs) == (made, [])


def test_nor_is_what_is_not_there(origin_uow: FakeUnitOfWork) -> None:
    with refused(Cause.DELIVERY_NOT_FOUND):
        resend("d9", uow=origin_uow, now=LATER)
    with refused(Cause.DELIVERY_NOT_FOUND):
        give_up(origin_uow, "d9")


def test_a_first_sending_given_up_brings_its_request_back(origin_uow: FakeUnitOfWork) -> None:
    origin_uow.outgoing.add(draft(state=OriginState.VALIDATA))
    put(origin_uow, state=_D.PARKED, attempts=5)
    origin_uow.alarms.raise_(ALARM_PARKED, "d0", "x", START)
    assert give_up(origin_uow).state is _D.ABANDONED
    assert origin_uow.tables.outgoing[PRACTICE].state is OriginState.ELABORATA
    last = origin_uow.records.history(AT_ORIGIN)[-1]
    assert (last.event, last.actor, last.notes) == ("recall", OFFICE, "indirizzo sbagliato")
    assert origin_uow.tables.alarms == {}


def test_another_message_given_up_lets_the_next_leave_and_moves_no_request(
    origin_uow: FakeUnitOfWork,
) -> None:
    origin_uow.outgoing.add(draft(state=OriginState.TRASFERITA))
    put(origin_uow, DeliveryKind.DATA, state=_D.PARKED)
    put(origin_uow, DeliveryKind.STATUS_CHANGE, delivery_id="d1")
    give_up(origin_uow)
    assert origin_uow.tables.outgoing[PRACTICE].state is OriginState.TRASFERITA
    assert origin_uow.tables.jobs == [Job("d1", 1, NOW)]


def test_a_read_given_up_holds_nobody_and_frees_nobody(origin_uow: FakeUnitOfWork) -> None:
    put(origin_uow, DeliveryKind.OFFER, id_pratica=None, state=_D.PARKED)
    put(origin_uow, delivery_id="d1")
    assert give_up(origin_uow).state is _D.ABANDONED
    assert origin_uow.tables.jobs == []


def test_what_may_have_arrived_is_not_given_up(origin_uow: FakeUnitOfWork) -> None:
    origin_uow.outgoing.add(draft(state=OriginState.VALIDATA))
    made = put(origin_uow, state=_D.PARKED, reached=True)
    with refused(Cause.DELIVERY_NOT_STOPPABLE):
        give_up(origin_uow)
    assert origin_uow.tables.outgoing[PRACTICE].state is OriginState.VALIDATA
    assert origin_uow.deliveries.get("d0") == made
