"""Jobs and alarms are rows of the transaction that causes them."""

import json
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from gateway.domain.deliveries import DeliveryKind, DeliveryState, Side, Trouble
from gateway.usecases.ports import ConcurrentChange
from storage.deliveries import QUEUE, WORKFLOW
from storage.store import Store
from storage.tables import alarms, deliveries
from storage.unit_of_work import SqlUnitOfWork
from tests.support.clock import START
from tests.support.databases import Maker
from tests.support.fakes_samples import MONTELAGO, PRACTICE, ROCCASOLE, delivery
from tests.support.storage import OURS, act, count, opened

pytestmark = pytest.mark.integration

NOW = timedelta(0)
ONE = delivery(payload=b"<foglio/>", meta={"notes": "perché"})


@pytest.fixture
def store(database: Maker, tmp_path: Path) -> Iterator[Store]:
    with opened(database, tmp_path) as made:
        yield made


def jobs(store: Store, table: str = "workflow_status") -> list[Any]:
    """Return the jobs in line, as the engine keeps them."""
    schema = "dbos." if store.engine.name == "postgresql" else ""
    with store.reader.connect() as connection:
        query = f"SELECT * FROM {schema}{table} ORDER BY workflow_uuid"  # noqa: S608
        return list(connection.exec_driver_sql(query).all())


def put_in_line(uow: SqlUnitOfWork) -> None:
    """Keep a delivery with its first attempt."""
    uow.deliveries.add(ONE)
    uow.jobs.deliver(ONE, 1, NOW)


def test_a_delivery_and_its_job_are_one_commit(store: Store) -> None:
    with store.open_uow(OURS) as uow:
        put_in_line(uow)
    assert (count(store, deliveries), jobs(store)) == (0, [])
    act(store, put_in_line)
    assert (count(store, deliveries), len(jobs(store))) == (1, 1)


def test_a_job_says_what_to_do_and_nothing_personal(store: Store) -> None:
    act(store, put_in_line)
    (job,) = jobs(store)
    assert (job.workflow_uuid, job.name, job.queue_name) == ("d0-1", WORKFLOW, QUEUE)
    (given,) = jobs(store, "workflow_input")
    assert json.loads(given.inputs) == {"positionalArgs": [OURS, "d0", 1], "namedArgs": {}}
    for secret in ("perch", "foglio/"):
        assert secret not in f"{tuple(job)} {tuple(given)}"


def test_partners_wait_in_lines_of_their_own(store: Store) -> None:
    other = replace(ONE, delivery_id="d1", partner=ROCCASOLE)
    act(store, lambda uow: [uow.jobs.deliver(item, 1, NOW) for item in (ONE, other)])
    lines = [job.queue_partition_key for job in jobs(store)]
    assert lines == [f"{OURS}-{MONTELAGO}", f"{OURS}-{ROCCASOLE}"]


def test_an_attempt_put_in_line_twice_is_one_job(store: Store) -> None:
    for _ in range(2):
        act(store, lambda uow: uow.jobs.deliver(ONE, 1, NOW))
    act(store, lambda uow: uow.jobs.deliver(ONE, 2, timedelta(minutes=5)))
    assert [job.workflow_uuid for job in jobs(store)] == ["d0-1", "d0-2"]


def test_a_later_attempt_waits_for_its_time(store: Store) -> None:
    act(store, lambda uow: uow.jobs.deliver(ONE, 1, NOW))
    act(store, lambda uow: uow.jobs.deliver(ONE, 2, timedelta(hours=1)))
    first, second = jobs(store)
    assert first.status == "ENQUEUED"
    assert second.status != first.status


def test_a_delivery_comes_back_as_it_was(store: Store) -> None:
    asked = delivery(
        DeliveryKind.OFFER,
        Side.DESTINATION,
        delivery_id="d7",
        id_pratica=None,
        state=DeliveryState.PARKED,
        attempts=3,
        reached=True,
        next_at=None,
        trouble=Trouble.MISBEHAVED,
        detail="risposta anomala",
    )
    act(store, lambda uow: [uow.deliveries.add(item) for item in (ONE, asked)])
    with store.open_uow(OURS) as uow:
        assert [uow.deliveries.get(item.delivery_id) for item in (ONE, asked)] == [ONE, asked]
        assert uow.deliveries.open_of(DeliveryKind.OFFER, MONTELAGO, None) == [asked]
        assert uow.deliveries.get("d8") is None


def test_ordered_deliveries_of_a_practice_wait_for_each_other(store: Store) -> None:
    second, read, foreign = (
        replace(ONE, delivery_id="d1", kind=DeliveryKind.STATUS_CHANGE),
        replace(ONE, delivery_id="d2", kind=DeliveryKind.STATUS),
        replace(ONE, delivery_id="d3", partner=ROCCASOLE),
    )
    act(store, lambda uow: [uow.deliveries.add(item) for item in (ONE, second, read, foreign)])
    with store.open_uow(OURS) as uow:
        blocked = [uow.deliveries.is_blocked(item) for item in (ONE, second, read, foreign)]
        assert blocked == [False, True, False, False]
        assert uow.deliveries.next_after(ONE) == second
        uow.deliveries.save(replace(ONE, state=DeliveryState.PARKED))
        assert uow.deliveries.is_blocked(second)
        uow.deliveries.save(replace(ONE, state=DeliveryState.REFUSED))
        assert not uow.deliveries.is_blocked(second)


def test_deliveries_that_should_have_moved_are_found(store: Store) -> None:
    late = START + timedelta(hours=1)
    several = [
        replace(ONE, delivery_id="waiting"),
        replace(ONE, delivery_id="sending", state=DeliveryState.SENDING, next_at=None),
        replace(ONE, delivery_id="future", next_at=late),
        replace(ONE, delivery_id="parked", state=DeliveryState.PARKED),
        replace(ONE, delivery_id="done", state=DeliveryState.DELIVERED),
    ]
    act(store, lambda uow: [uow.deliveries.add(item) for item in several])
    with store.open_uow(OURS) as uow:
        found = [item.delivery_id for item in uow.deliveries.forgotten(late, 10)]
        assert found == ["waiting", "sending"]
        assert len(uow.deliveries.forgotten(late, 1)) == 1
        assert uow.deliveries.of_practice(MONTELAGO, PRACTICE) == several


def test_an_alarm_that_is_open_is_renewed_not_repeated(store: Store) -> None:
    act(store, lambda uow: uow.alarms.raise_("parked", "d0", "prima", START))
    later = START + timedelta(hours=1)
    act(store, lambda uow: uow.alarms.raise_("parked", "d0", "dopo", later))
    act(store, lambda uow: uow.alarms.raise_("parked", "d1", "altra", later))
    with store.open_uow(OURS) as uow:
        assert uow.alarms.open_ones() == [
            ("parked", "d0", "dopo", START),
            ("parked", "d1", "altra", later),
        ]


def test_an_alarm_that_was_cleared_is_raised_anew_and_stays_on_record(store: Store) -> None:
    later = START + timedelta(hours=1)
    act(store, lambda uow: uow.alarms.raise_("parked", "d0", "", START))
    for kind, subject in (("parked", "d9"), ("other", "d0"), ("parked", "d0"), ("parked", "d0")):
        act(store, lambda uow, pair=(kind, subject): uow.alarms.clear(*pair, later))  # type: ignore[misc]
    with store.open_uow(OURS) as uow:
        assert uow.alarms.open_ones() == []
    act(store, lambda uow: uow.alarms.raise_("parked", "d0", "", later))
    assert count(store, alarms) == 2
    with store.reader.connect() as connection:
        ends = connection.execute(sa.select(alarms.c.cleared_at).order_by(alarms.c.id)).scalars()
        assert list(ends) == [later, None]


@pytest.mark.parametrize(
    "kind",
    [
        "sqlite",
        pytest.param("postgres"),
    ],
)
def test_an_alarm_raised_by_two_at_once_is_open_once(
    kind: str, request: pytest.FixtureRequest, tmp_path: Path
) -> None:
    meeting = threading.Barrier(2)

    def raise_one(store: Store) -> None:
        with store.open_uow(OURS) as uow:
            uow.alarms.raise_("parked", "d0", "", START)
            with suppress(threading.BrokenBarrierError):
                meeting.wait(timeout=0.5)  # both have written before one commits, if they may
            uow.commit()

    with opened(request.getfixturevalue(kind), tmp_path) as store:
        with ThreadPoolExecutor(2) as pool:
            running = [pool.submit(raise_one, store) for _ in range(2)]
        for one in running:
            with suppress(ConcurrentChange):  # told to begin again: right as well
                one.result()
        assert count(store, alarms) == 1


def test_identifiers_of_deliveries_never_repeat(store: Store) -> None:
    with store.open_uow(OURS) as uow:
        assert len({uow.deliveries.new_id() for _ in range(1000)}) == 1000
