"""A unit of work of one hosted university never reads or writes another's rows."""

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from gateway.domain.rejections import Cause
from gateway.usecases.ports import ConcurrentChange
from storage.store import Store
from storage.unit_of_work import SqlUnitOfWork
from tests.support.databases import Maker
from tests.support.fakes_samples import partner, refused
from tests.support.storage import OURS, THEIRS, act, opened, rows_of
from tests.support.storage_everything import READS, SECOND, WRITES, fill

pytestmark = pytest.mark.integration

ELSEWHERE = {
    "deliveries.new_id": "touches no row",
    "foglios.draft": "raises: see below",
    "registry.new_id": "touches no row",
    "mails.new_id": "touches no row",
    "jobs.mail": "puts a row in the tables of the job engine: see test_mail.py",
    "jobs.verify": "puts a row in the tables of the job engine: see test_storage_registry.py",
    "personal.subject": "a digest, of no row",
    "jobs.deliver": "puts a row in the tables of the job engine: see test_deliveries_jobs.py",
}
BY_NUMBER = "storage/{}: the row is found by its number alone, not within the university"
FOREIGN = "storage/{}: the university is taken from the object, not from the unit of work"
READ_FAULTS = {
    "deliveries.is_blocked": FOREIGN.format("deliveries.py"),
    "deliveries.next_after": FOREIGN.format("deliveries.py"),
}
WRITE_FAULTS = {
    "outgoing.add": FOREIGN.format("outgoing.py"),
    "outgoing.save": BY_NUMBER.format("outgoing.py"),
    "incoming.add": FOREIGN.format("incoming.py"),
    "incoming.save": BY_NUMBER.format("incoming.py"),
    "journal.add": FOREIGN.format("journal.py"),
    "journal.end": BY_NUMBER.format("journal.py"),
    "deliveries.add": FOREIGN.format("deliveries.py"),
    "deliveries.save": BY_NUMBER.format("deliveries.py"),
}


@pytest.fixture
def store(database: Maker, tmp_path: Path) -> Iterator[Store]:
    with opened(database, tmp_path) as made:
        yield made


@pytest.fixture
def kept(store: Store) -> dict[str, Any]:
    return act(store, fill)


def marked(faults: dict[str, str]) -> list[object]:
    """Return the names of the methods with a known fault, marked."""
    return [pytest.param(name) for name, reason in faults.items()]


def methods(uow: SqlUnitOfWork) -> set[str]:
    """Return every public method of every repository."""
    return {
        f"{subject}.{name}"
        for subject, repository in vars(uow).items()
        if not subject.startswith("_") and type(repository).__module__.startswith("storage.")
        for name in dir(repository)
        if not name.startswith("_")
    }


def test_every_method_of_every_repository_is_tried(store: Store) -> None:
    with store.open_uow(OURS) as uow:
        assert methods(uow) == {*READS, *WRITES, *ELSEWHERE}


def test_a_university_reads_its_own_rows(store: Store, kept: dict[str, Any]) -> None:
    with store.open_uow(OURS) as uow:
        assert [name for name, read in READS.items() if not read(uow, kept)] == []


def test_no_other_university_reads_them(store: Store, kept: dict[str, Any]) -> None:
    with store.open_uow(THEIRS) as uow:
        seen = {name for name, read in READS.items() if read(uow, kept)}
    assert seen - set(READ_FAULTS) == set()


@pytest.mark.parametrize("name", marked(READ_FAULTS))
def test_no_other_university_reads_by(store: Store, kept: dict[str, Any], name: str) -> None:
    with store.open_uow(THEIRS) as uow:
        assert not READS[name](uow, kept)


def test_no_other_university_reads_a_draft(store: Store, kept: dict[str, Any]) -> None:
    with store.open_uow(OURS) as uow:
        assert uow.foglios.draft(kept["foglio"]) == b"<FoglioCongedo/>"
    with store.open_uow(THEIRS) as uow, refused(Cause.CONTENT_REMOVED):
        uow.foglios.draft(kept["foglio"])


def changed_by(store: Store, kept: dict[str, Any], name: str) -> bool:
    """Tell whether a method, called by another university, changed rows of ours."""
    before = rows_of(store, OURS)
    with suppress(Exception):
        act(store, lambda uow: WRITES[name](uow, kept), THEIRS)
    return rows_of(store, OURS) != before


def test_a_university_writes_its_own_rows(store: Store, kept: dict[str, Any]) -> None:
    """None of the writes that are tried below fails for a reason of its own."""
    for write in WRITES.values():
        with suppress(ConcurrentChange), store.open_uow(OURS) as uow:
            write(uow, kept)


def test_no_other_university_writes_them(store: Store, kept: dict[str, Any]) -> None:
    safe = [name for name in WRITES if name not in WRITE_FAULTS]
    assert [name for name in safe if changed_by(store, kept, name)] == []


@pytest.mark.parametrize("name", marked(WRITE_FAULTS))
def test_no_other_university_writes_by(store: Store, kept: dict[str, Any], name: str) -> None:
    assert not changed_by(store, kept, name)


def test_numbers_are_counted_for_each_university_apart(store: Store) -> None:
    for expected in ("1", "2"):
        for code in (OURS, THEIRS):
            given = act(store, lambda uow: uow.outgoing.new_id_pratica(2026), code)
            assert given == f"UNI{code}2026000000{expected}"


def test_both_may_keep_the_same_partner_the_same_student_and_the_same_alarm(
    store: Store, kept: dict[str, Any]
) -> None:
    def theirs(uow: SqlUnitOfWork) -> None:
        uow.partners.save(partner(SECOND.partner))
        uow.alarms.raise_("kind", "subject", "detail", SECOND.created_at)
        uow.deliveries.add(replace(SECOND, university=THEIRS, delivery_id="t1"))
        uow.jobs.deliver(replace(SECOND, university=THEIRS), 2, timedelta(0))

    act(store, theirs, THEIRS)
    for code in (OURS, THEIRS):
        with store.open_uow(code) as uow:
            assert [item.code for item in uow.partners.all()] == [SECOND.partner]
            assert len(uow.alarms.open_ones()) == 1
