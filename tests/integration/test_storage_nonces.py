"""Marks of messages are kept once, for all processes, until they are stale."""

import threading
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy.exc import DBAPIError

from gateway.usecases.ports import StoreUnavailable
from storage.nonces import BATCH
from storage.store import Store
from storage.tables import nonces
from tests.support.clock import START
from tests.support.databases import Maker
from tests.support.storage import OURS, THEIRS, count, make_store, opened

pytestmark = pytest.mark.integration
LATER = START + timedelta(minutes=5)


@pytest.fixture
def store(database: Maker, tmp_path: Path) -> Iterator[Store]:
    with opened(database, tmp_path) as made:
        yield made


def test_a_mark_is_new_once(store: Store) -> None:
    assert store.nonces.remember(OURS, "nonce:1", LATER)
    assert not store.nonces.remember(OURS, "nonce:1", LATER)
    assert store.nonces.remember(OURS, "nonce:2", LATER)
    assert count(store, nonces) == 2


def test_each_university_has_marks_of_its_own(store: Store) -> None:
    assert store.nonces.remember(OURS, "nonce:1", LATER)
    assert store.nonces.remember(THEIRS, "nonce:1", LATER)


def test_another_process_knows_the_mark(database: Maker, store: Store, tmp_path: Path) -> None:
    assert store.nonces.remember(OURS, "nonce:1", LATER)
    other = make_store(database, tmp_path / "other", url=store.url)
    try:
        assert not other.nonces.remember(OURS, "nonce:1", LATER)
    finally:
        other.close()


def test_of_many_at_once_one_is_first(store: Store) -> None:
    found: list[bool] = []
    barrier = threading.Barrier(8)

    def try_it() -> None:
        barrier.wait()
        found.append(store.nonces.remember(OURS, "nonce:1", LATER))

    threads = [threading.Thread(target=try_it) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(found) == [False] * 7 + [True]


def test_stale_marks_are_forgotten_and_no_others(store: Store) -> None:
    store.nonces.remember(OURS, "nonce:old", START)
    store.nonces.remember(THEIRS, "nonce:old", START)
    store.nonces.remember(OURS, "nonce:new", LATER)
    assert store.nonces.forget(LATER) == 2
    assert not store.nonces.remember(OURS, "nonce:new", LATER)
    assert store.nonces.remember(OURS, "nonce:old", LATER)
    assert store.nonces.forget(LATER) == 0


def test_many_stale_marks_are_forgotten_in_pieces(store: Store) -> None:
    rows = [{"university": OURS, "mark": f"n{i}", "until": START} for i in range(BATCH + 1)]
    with store.engine.begin() as connection:
        connection.execute(nonces.insert(), rows)
    assert store.nonces.forget(LATER) == BATCH + 1
    assert count(store, nonces) == 0


def test_a_mark_that_cannot_be_kept_leaves_the_store_usable(store: Store) -> None:
    with store.engine.begin() as connection:
        connection.exec_driver_sql("ALTER TABLE nonces RENAME TO away")
    with pytest.raises((StoreUnavailable, DBAPIError)):
        store.nonces.remember(OURS, "nonce:1", LATER)
    with store.engine.begin() as connection:
        connection.exec_driver_sql("ALTER TABLE away RENAME TO nonces")
    assert store.nonces.remember(OURS, "nonce:1", LATER)
