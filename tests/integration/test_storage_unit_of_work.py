"""One transaction for one university: all of it or nothing, and in nobody's way."""

import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path

import pytest
import sqlalchemy as sa

from gateway.domain.identifiers import MiurCode
from gateway.domain.rejections import Cause, Rejection, refuse
from gateway.usecases.ports import ConcurrentChange, StoreUnavailable
from gateway.usecases.transaction import transact
from storage.store import Store
from storage.tables import alarms, history, outgoing
from storage.unit_of_work import SqlUnitOfWork
from tests.support.clock import START
from tests.support.databases import Maker
from tests.support.fakes_samples import PRACTICE, ROCCASOLE, draft, partner, refused
from tests.support.storage import OURS, THEIRS, act, count, opened, rows_of
from tests.support.storage_everything import fill

pytestmark = pytest.mark.integration


@pytest.fixture
def store(database: Maker, tmp_path: Path) -> Iterator[Store]:
    with opened(database, tmp_path) as made:
        yield made


def test_everything_is_committed_together(store: Store) -> None:
    with store.open_uow(OURS) as uow:
        fill(uow)
        assert rows_of(store, OURS)["outgoing"] == []  # nobody sees half of it
        uow.commit()
    kept = {name for name, rows in rows_of(store, OURS).items() if rows}
    assert kept >= {"outgoing", "incoming", "messages", "deliveries", "history", "alarms"}


def test_nothing_is_kept_without_a_commit(store: Store) -> None:
    before = rows_of(store)
    with store.open_uow(OURS) as uow:
        fill(uow)
    assert rows_of(store) == before


@pytest.mark.parametrize(
    "error",
    [ValueError("ours"), refuse(Cause.PRACTICE_NOT_FOUND), KeyboardInterrupt(), SystemExit(1)],
    ids=lambda error: type(error).__name__,
)
def test_any_error_takes_everything_back(store: Store, error: BaseException) -> None:
    before = rows_of(store)
    with pytest.raises(type(error)), store.open_uow(OURS) as uow:  # noqa: PT012
        fill(uow)
        raise error
    assert rows_of(store) == before
    act(store, fill)  # and the next one works


def test_a_statement_that_fails_takes_everything_back(store: Store) -> None:
    before = rows_of(store)
    with pytest.raises((sa.exc.DBAPIError, StoreUnavailable)), store.open_uow(OURS) as uow:  # noqa: PT012
        fill(uow)
        uow.outgoing._c.connection.exec_driver_sql("SELECT nothing FROM nowhere")
    assert rows_of(store) == before


def test_what_exists_twice_is_a_change_by_somebody_else(store: Store) -> None:
    act(store, lambda uow: uow.outgoing.add(draft()))
    with pytest.raises(ConcurrentChange):
        act(store, lambda uow: uow.outgoing.add(draft()))
    assert count(store, outgoing) == 1
    assert count(store, history) == 1


def test_a_university_that_is_not_hosted_has_no_unit_of_work(store: Store) -> None:
    with refused(Cause.UNIVERSITY_UNKNOWN):
        store.open_uow(MiurCode("99"))


@pytest.mark.parametrize("lasting", [True, False])
def test_light_commits_are_commits(store: Store, *, lasting: bool) -> None:
    with store.open_uow(OURS, lasting=lasting) as uow:
        uow.outgoing.add(draft())
        uow.commit()
    assert count(store, outgoing) == 1
    with store.open_uow(OURS, lasting=not lasting) as uow:
        assert uow.outgoing.get(PRACTICE) is not None


def setting(store: Store, *, lasting: bool) -> str:
    """Return how the connection of a unit of work waits for the disk."""
    ask = "PRAGMA synchronous" if store.engine.name == "sqlite" else "SHOW synchronous_commit"
    with store.open_uow(OURS, lasting=lasting) as uow:
        return str(uow.outgoing._c.connection.exec_driver_sql(ask).scalar_one())


def test_only_lasting_commits_wait_for_the_disk(store: Store) -> None:
    expected = ("2", "1") if store.engine.name == "sqlite" else ("on", "off")
    assert (setting(store, lasting=True), setting(store, lasting=False)) == expected


def test_universities_are_read_while_a_unit_of_work_is_open(store: Store) -> None:
    with store.open_uow(OURS) as uow:
        uow.partners.save(partner(ROCCASOLE, username_in="chiamante"))
        store.forget()
        assert store.university(THEIRS) is not None
        assert [item.code for item in store.universities()] == [OURS, THEIRS]
        assert store.partner_by_username(OURS, "chiamante") is None  # not committed yet
        uow.commit()
    assert store.partner_by_username(OURS, "chiamante") is not None


def test_units_of_work_of_one_thread_may_stand_inside_each_other(
    postgres: Maker, tmp_path: Path
) -> None:
    """On PostgreSQL; on SQLite writers come one after the other."""
    with opened(postgres, tmp_path) as store:
        with store.open_uow(OURS) as outer:
            outer.outgoing.add(draft())
            act(store, lambda inner: inner.alarms.raise_("k", "s", "d", START))
            with store.open_uow(OURS) as other:
                assert other.outgoing.get(PRACTICE) is None
            outer.commit()
        assert (count(store, outgoing), count(store, alarms)) == (1, 1)


def test_each_thread_has_its_own_connection(store: Store) -> None:
    meeting = threading.Barrier(2, timeout=20)

    def used(code: MiurCode) -> int:
        with store.open_uow(code) as uow:
            found = id(uow.outgoing._c.connection)
        meeting.wait()
        return found

    with ThreadPoolExecutor(2) as pool:
        assert len(set(pool.map(used, [OURS, THEIRS]))) == 2


@pytest.mark.parametrize(
    "kind",
    [
        pytest.param("sqlite"),
        "postgres",
    ],
)
def test_threads_that_end_give_their_connections_back(
    kind: str, request: pytest.FixtureRequest, tmp_path: Path
) -> None:
    with opened(request.getfixturevalue(kind), tmp_path, pool_size=2) as store:
        store.engine.pool._timeout = 0.2  # type: ignore[attr-defined]
        done: list[str] = []

        def work() -> None:
            with suppress(sa.exc.TimeoutError):
                done.append(act(store, lambda uow: uow.outgoing.new_id_pratica(2026)))

        for _ in range(8):
            thread = threading.Thread(target=work)
            thread.start()
            thread.join()
        assert len(done) == 8


def test_a_refusal_leaves_a_connection_that_can_be_used(store: Store) -> None:
    for _ in range(60):  # more often than there are connections
        with pytest.raises(Rejection), store.open_uow(OURS) as uow:  # noqa: PT012
            uow.alarms.open_ones()
            raise refuse(Cause.PRACTICE_NOT_FOUND)
    act(store, fill)


def test_bugs_leave_no_connection_behind(store: Store) -> None:
    for _ in range(60):
        with pytest.raises(ZeroDivisionError), store.open_uow(OURS) as uow:
            _ = 1 / len(uow.alarms.open_ones())
    act(store, fill)


def test_a_closed_store_lets_go_of_every_connection(database: Maker, tmp_path: Path) -> None:
    with opened(database, tmp_path) as store, ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda _: act(store, lambda uow: uow.alarms.open_ones()), range(8)))
    assert [engine.pool.checkedout() for engine in (store.engine, store.light, store.reader)] == [  # type: ignore[attr-defined]
        0,
        0,
        0,
    ]


def test_who_was_overtaken_begins_again(store: Store) -> None:
    act(store, lambda uow: uow.outgoing.add(draft()))
    tries: list[int] = []

    def slow(uow: SqlUnitOfWork) -> None:
        tries.append(1)
        if len(tries) < 3:
            raise ConcurrentChange

    transact(OURS, slow, open_uow=store.open_uow)  # type: ignore[arg-type]
    assert len(tries) == 3


def test_who_is_always_overtaken_gives_up(store: Store) -> None:
    tries: list[int] = []

    def never(uow: SqlUnitOfWork) -> None:
        tries.append(1)
        raise ConcurrentChange

    with pytest.raises(ConcurrentChange):
        transact(OURS, never, open_uow=store.open_uow)  # type: ignore[arg-type]
    assert len(tries) == 6
