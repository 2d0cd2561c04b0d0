"""Messages are put in line in the commit of their cause, one after the other for each practice."""

from dataclasses import replace
from datetime import timedelta

import pytest

from gateway.domain.deliveries import ORDERED, DeliveryKind, DeliveryState, RetryPolicy, Side
from gateway.domain.identifiers import IdPratica
from gateway.usecases.ports import PracticeKey
from gateway.usecases.posting import post, release_next
from tests.support.clock import START
from tests.support.fakes_samples import AT_ORIGIN, MONTELAGO, PRACTICE, VALDOMBRA, delivery
from tests.support.fakes_store import FakeUnitOfWork
from tests.support.fakes_tables import Job

NOW = timedelta(0)
OTHER = replace(AT_ORIGIN, id_pratica=IdPratica("UNIVAL20260000002"))


def test_a_message_says_for_whom_it_is_and_what_it_is_made_from(
    origin_uow: FakeUnitOfWork,
) -> None:
    made = post(DeliveryKind.REFRESH, AT_ORIGIN, {"notes": "x"}, uow=origin_uow, now=START)
    assert origin_uow.deliveries.get(made.delivery_id) == made
    assert (made.university, made.partner, made.side, made.id_pratica) == (
        VALDOMBRA,
        MONTELAGO,
        Side.ORIGIN,
        PRACTICE,
    )
    assert made.meta == {"notes": "x"}
    assert made.state is DeliveryState.WAITING


def test_it_expires_by_the_policy(origin_uow: FakeUnitOfWork) -> None:
    origin_uow.retry = RetryPolicy(expiry=timedelta(days=3))
    made = post(DeliveryKind.TOKEN, AT_ORIGIN, uow=origin_uow, now=START)
    assert (made.expires_at, made.next_at) == (START + timedelta(days=3), START)


def test_a_message_about_no_practice_has_no_identifier(origin_uow: FakeUnitOfWork) -> None:
    key = PracticeKey(Side.ORIGIN, MONTELAGO, IdPratica(""))
    assert post(DeliveryKind.OFFER, key, uow=origin_uow, now=START).id_pratica is None


@pytest.mark.parametrize("kind", list(DeliveryKind))
def test_the_first_message_of_a_practice_leaves_at_once(
    origin_uow: FakeUnitOfWork, kind: DeliveryKind
) -> None:
    made = post(kind, AT_ORIGIN, uow=origin_uow, now=START)
    assert origin_uow.tables.jobs == [Job(made.delivery_id, 1, NOW)]


@pytest.mark.parametrize("kind", sorted(ORDERED))
def test_the_second_waits_for_the_first(origin_uow: FakeUnitOfWork, kind: DeliveryKind) -> None:
    first = post(DeliveryKind.FOGLIO, AT_ORIGIN, uow=origin_uow, now=START)
    post(kind, AT_ORIGIN, uow=origin_uow, now=START)
    assert origin_uow.tables.jobs == [Job(first.delivery_id, 1, NOW)]


@pytest.mark.parametrize("kind", sorted(set(DeliveryKind) - ORDERED))
def test_a_read_waits_for_nobody(origin_uow: FakeUnitOfWork, kind: DeliveryKind) -> None:
    post(DeliveryKind.FOGLIO, AT_ORIGIN, uow=origin_uow, now=START)
    made = post(kind, AT_ORIGIN, uow=origin_uow, now=START)
    assert Job(made.delivery_id, 1, NOW) in origin_uow.tables.jobs


def test_practices_do_not_wait_for_each_other(origin_uow: FakeUnitOfWork) -> None:
    post(DeliveryKind.FOGLIO, AT_ORIGIN, uow=origin_uow, now=START)
    made = post(DeliveryKind.FOGLIO, OTHER, uow=origin_uow, now=START)
    assert Job(made.delivery_id, 1, NOW) in origin_uow.tables.jobs


def test_when_a_message_has_ended_the_next_leaves(origin_uow: FakeUnitOfWork) -> None:
    first = post(DeliveryKind.FOGLIO, AT_ORIGIN, uow=origin_uow, now=START)
    second = post(DeliveryKind.DATA, AT_ORIGIN, uow=origin_uow, now=START)
    origin_uow.deliveries.save(first.delivered())
    release_next(first.delivered(), uow=origin_uow)
    assert origin_uow.tables.jobs[1:] == [Job(second.delivery_id, 1, NOW)]


def test_the_next_goes_on_with_the_attempt_it_has_come_to(origin_uow: FakeUnitOfWork) -> None:
    first = post(DeliveryKind.FOGLIO, AT_ORIGIN, uow=origin_uow, now=START)
    second = post(DeliveryKind.DATA, AT_ORIGIN, uow=origin_uow, now=START)
    origin_uow.deliveries.save(first.delivered())
    origin_uow.deliveries.save(replace(second, attempts=2))
    release_next(first.delivered(), uow=origin_uow)
    assert origin_uow.tables.jobs[-1] == Job(second.delivery_id, 3, NOW)


def test_nothing_leaves_when_nothing_waits(origin_uow: FakeUnitOfWork) -> None:
    release_next(delivery(DeliveryKind.FOGLIO).delivered(), uow=origin_uow)
    assert origin_uow.tables.jobs == []


def test_the_end_of_a_read_lets_nothing_leave(origin_uow: FakeUnitOfWork) -> None:
    origin_uow.deliveries.add(delivery(DeliveryKind.FOGLIO))
    release_next(delivery(DeliveryKind.STATUS, delivery_id="d9").delivered(), uow=origin_uow)
    assert origin_uow.tables.jobs == []
