"""Copies of a running database, and putting one back."""

import os
import sqlite3
import subprocess
import threading
from collections.abc import Iterator
from itertools import count
from pathlib import Path

import pytest
import sqlalchemy as sa

from storage.database import CannotRestore, backup, check_migrated, restore
from storage.store import Store
from storage.tables import history, outgoing
from tests.support.clock import START
from tests.support.databases import Maker
from tests.support.fakes_samples import ROCCASOLE, draft, partner
from tests.support.storage import OURS, act, make_store, opened, rows_of
from tests.support.storage import count as rows
from tests.support.storage_everything import fill

pytestmark = pytest.mark.integration


@pytest.fixture
def store(database: Maker, tmp_path: Path) -> Iterator[Store]:
    with opened(database, tmp_path) as made:
        act(made, fill)
        yield made


def test_a_copy_put_back_holds_what_was_there(
    store: Store, database: Maker, tmp_path: Path
) -> None:
    before = rows_of(store)
    copy = tmp_path / "copies" / "congedo.copy"
    backup(store.url, copy, os.environ)
    act(store, lambda uow: uow.partners.save(partner(ROCCASOLE, name="Cambiata")))
    act(store, lambda uow: uow.alarms.raise_("later", "s", "d", START))
    assert rows_of(store) != before
    store.close()
    restore(store.url, copy, os.environ)
    again = make_store(database, tmp_path, url=store.url)
    check_migrated(again.engine)
    assert rows_of(again) == before
    again.close()


def test_a_copy_put_into_an_empty_place_is_the_database(
    store: Store, database: Maker, tmp_path: Path
) -> None:
    copy = tmp_path / "congedo.copy"
    backup(store.url, copy, os.environ)
    url = database.make(tmp_path / "elsewhere")
    restore(url, copy, os.environ)
    other = make_store(database, tmp_path, url=url)
    assert rows_of(other) == rows_of(store)
    act(other, lambda uow: uow.alarms.raise_("new", "s", "d", START))  # and it can be worked with
    other.close()


def test_a_copy_is_for_its_owner_only(store: Store, tmp_path: Path) -> None:
    copy = tmp_path / "congedo.copy"
    before = os.umask(0)
    try:
        backup(store.url, copy, os.environ)
    finally:
        os.umask(before)
    assert copy.stat().st_mode & 0o777 == 0o600


def test_a_copy_made_while_others_write_is_whole(
    store: Store, database: Maker, tmp_path: Path
) -> None:
    numbers, stop = count(1), threading.Event()

    def write() -> None:
        while not stop.is_set():
            name = f"PRATICA{next(numbers)}"
            act(store, lambda uow: uow.outgoing.add(draft(id_pratica=name)))  # noqa: B023

    writer = threading.Thread(target=write)
    writer.start()
    copy = tmp_path / "congedo.copy"
    try:
        while rows(store, outgoing) < 5:
            stop.wait(0.01)
        backup(store.url, copy, os.environ)
    finally:
        stop.set()
        writer.join()
    url = database.make(tmp_path / "elsewhere")
    restore(url, copy, os.environ)
    other = make_store(database, tmp_path, url=url)
    practices = rows(other, outgoing)
    assert 5 <= practices <= rows(store, outgoing)
    with other.engine.connect() as connection:  # a practice and its first entry are one commit
        births = sa.select(sa.func.count()).where(history.c.side == "origin")
        assert connection.execute(births).scalar_one() == practices
    other.close()


@pytest.mark.parametrize("content", [None, b"", b"no database at all", b"SQLite format 3\0" * 9])
def test_what_is_no_copy_is_refused_and_nothing_is_touched(
    store: Store, tmp_path: Path, content: bytes | None
) -> None:
    before, copy = rows_of(store), tmp_path / "copy"
    if content is not None:
        copy.write_bytes(content)
    with pytest.raises((CannotRestore, subprocess.CalledProcessError)):
        restore(store.url, copy, os.environ)
    assert rows_of(store) == before


def test_a_database_of_somebody_else_is_refused(sqlite: Maker, tmp_path: Path) -> None:
    foreign = tmp_path / "foreign.db"
    with sqlite3.connect(foreign) as connection:
        connection.execute("CREATE TABLE messages (x)")
    connection.close()
    url = sqlite.make(tmp_path)
    with pytest.raises(CannotRestore):
        restore(url, foreign, os.environ)


def test_a_damaged_copy_is_refused_before_anything_is_touched(
    sqlite: Maker, tmp_path: Path
) -> None:
    with opened(sqlite, tmp_path) as store:
        act(store, fill)
        copy = tmp_path / "copy"
        backup(store.url, copy, os.environ)
        with sqlite3.connect(copy) as opened_copy:
            query = "SELECT rootpage FROM sqlite_master WHERE name = 'messages'"
            (page,) = opened_copy.execute(query).fetchone()
        opened_copy.close()
        content = bytearray(copy.read_bytes())
        content[(page - 1) * 4096 : page * 4096] = b"\xa5" * 4096
        copy.write_bytes(content)
        with pytest.raises(CannotRestore):
            restore(store.url, copy, os.environ)


@pytest.mark.parametrize(
    "kind",
    [
        "sqlite",
        pytest.param("postgres"),
    ],
)
def test_a_copy_cut_short_is_refused_and_nothing_is_lost(
    kind: str, request: pytest.FixtureRequest, tmp_path: Path
) -> None:
    with opened(request.getfixturevalue(kind), tmp_path) as store:
        act(store, fill)
        before, copy = rows_of(store), tmp_path / "copy"
        backup(store.url, copy, os.environ)
        content = copy.read_bytes()
        copy.write_bytes(content[:-600])
        with pytest.raises((CannotRestore, subprocess.CalledProcessError)):
            restore(store.url, copy, os.environ)
        assert rows_of(store) == before


def test_a_database_that_is_in_use_is_not_replaced(store: Store, tmp_path: Path) -> None:
    copy = tmp_path / "copy"
    backup(store.url, copy, os.environ)
    act(store, lambda uow: uow.alarms.raise_("since", "s", "d", START))
    with store.open_uow(OURS) as uow:
        uow.partners.all()
        with pytest.raises(CannotRestore):
            restore_now(store.url, copy)


def restore_now(url: str, copy: Path) -> None:
    """Restore, without waiting for whoever holds a lock."""
    threading_result: list[BaseException] = []

    def work() -> None:
        try:
            restore(url, copy, {**os.environ, "PGOPTIONS": "-c lock_timeout=500"})
        except BaseException as error:  # noqa: BLE001  handed to the test
            threading_result.append(error)

    worker = threading.Thread(target=work, daemon=True)
    worker.start()
    worker.join(timeout=2)
    if threading_result:
        raise threading_result[0]
