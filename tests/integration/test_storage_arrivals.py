"""What is kept of arriving students comes back as it was, once, and for its own time."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa

from gateway.domain.arrivals import ABSOLUTE, WINDOW, ArrivalSession
from gateway.domain.deliveries import Side
from gateway.usecases.ports import ConcurrentChange
from storage.store import Store
from storage.tables import arrival_sessions, arrival_tries
from tests.support.clock import START
from tests.support.databases import Maker
from tests.support.fakes_samples import PRACTICE, ROCCASOLE
from tests.support.storage import OURS, THEIRS, act, opened
from tests.support.storage_arrivals import DRAFT, ENROLLED, FISCAL, RECORD

pytestmark = [pytest.mark.integration, pytest.mark.requirement("T19")]

SESSION = ArrivalSession(
    mark="m1",
    university=OURS,
    origin=ROCCASOLE,
    id_pratica=PRACTICE,
    began_at=START,
    seen_at=START,
)
PLACE = (Side.DESTINATION, ROCCASOLE, PRACTICE)


@pytest.fixture
def store(database: Maker, tmp_path: Path) -> Iterator[Store]:
    with opened(database, tmp_path) as made:
        yield made


def test_an_enrolment_comes_back_as_it_was(store: Store) -> None:
    act(store, lambda uow: uow.enrolments.save(RECORD, START))
    kept = act(store, lambda uow: uow.enrolments.get(ROCCASOLE, PRACTICE))
    assert kept == replace(RECORD, version=1)


def test_a_draft_comes_back_as_it_was(store: Store) -> None:
    act(store, lambda uow: uow.delibera_drafts.save(*PLACE, DRAFT))
    assert act(store, lambda uow: uow.delibera_drafts.get(*PLACE)) == replace(DRAFT, version=1)


def test_of_two_who_write_over_the_same_version_the_second_is_told(store: Store) -> None:
    act(store, lambda uow: uow.enrolments.save(RECORD, START))
    act(store, lambda uow: uow.delibera_drafts.save(*PLACE, DRAFT))
    for version in (0, 7):
        old, draft = replace(RECORD, version=version), replace(DRAFT, version=version)
        with pytest.raises(ConcurrentChange):
            act(store, lambda uow, old=old: uow.enrolments.save(old, START))
        with pytest.raises(ConcurrentChange):
            act(store, lambda uow, draft=draft: uow.delibera_drafts.save(*PLACE, draft))
    later = act(store, lambda uow: uow.enrolments.save(replace(RECORD, version=1), START))
    assert later.version == 2


def test_an_enrolled_student_is_replaced_by_matricola(store: Store) -> None:
    assert act(store, lambda uow: uow.enrolled.keep([ENROLLED], START)) == 1
    other = replace(ENROLLED, matricola="A2")
    changed = replace(ENROLLED, name="Ida")
    assert act(store, lambda uow: uow.enrolled.keep([changed, other], START)) == 1
    found = act(store, lambda uow: uow.enrolled.of(FISCAL))
    assert {student.matricola: student for student in found} == {"A1": changed, "A2": other}
    assert act(store, lambda uow: uow.enrolled.count()) == (2, START)


def test_a_session_is_kept_seen_and_ended(store: Store) -> None:
    sessions = store.arrival_sessions
    sessions.begin(SESSION)
    assert sessions.get("m1") == SESSION
    later = START + timedelta(minutes=5)
    sessions.see("m1", later)
    assert sessions.get("m1") == replace(SESSION, seen_at=later)
    sessions.begin(replace(SESSION, mark="m2"))
    sessions.end("m1", later)
    assert sessions.get("m1") == replace(SESSION, seen_at=later, ended_at=later)
    sessions.end_all(OURS, ROCCASOLE, PRACTICE, later)
    assert sessions.get("m2") == replace(SESSION, mark="m2", ended_at=later)
    assert sessions.get("m9") is None


def test_a_secret_is_sealed_shown_once_and_gone_with_its_session(store: Store) -> None:
    sessions = store.arrival_sessions
    sessions.begin(SESSION)
    assert sessions.reveal("m1") == ""
    sessions.hide("m1", "ABCDE-FGHJK")
    with store.engine.connect() as connection:
        kept = connection.execute(sa.select(arrival_sessions.c.secret_sealed)).scalar_one()
    assert b"ABCDE" not in bytes(kept)
    with ThreadPoolExecutor(2) as pool:
        shown = sorted(pool.map(sessions.reveal, ["m1", "m1"]))
    assert shown == ["", "ABCDE-FGHJK"]
    sessions.hide("m1", "ABCDE-FGHJK")
    sessions.end("m1", START)
    assert sessions.reveal("m1") == ""


def test_sessions_long_over_go_when_another_begins(store: Store) -> None:
    store.arrival_sessions.begin(SESSION)
    later = START + ABSOLUTE + timedelta(days=1, seconds=1)
    store.arrival_sessions.begin(replace(SESSION, mark="m2", began_at=later, seen_at=later))
    assert store.arrival_sessions.get("m1") is None


def test_tries_are_counted_one_by_one_by_whoever_comes_at_once(store: Store) -> None:
    tries = store.arrival_tries

    def once(_: int) -> int:
        return tries.count(OURS, "person", "X", START)

    with ThreadPoolExecutor(4) as pool:
        assert sorted(pool.map(once, range(8))) == list(range(1, 9))
    assert tries.count(OURS, "address", "X", START) == 1
    assert tries.count(THEIRS, "person", "X", START) == 1
    tries.forget(OURS, "person", "X")
    assert tries.count(OURS, "person", "X", START) == 1


def test_tries_are_forgotten_after_the_window_and_name_nobody(store: Store) -> None:
    store.arrival_tries.count(OURS, "person", FISCAL, START)
    with store.engine.connect() as connection:
        digest = connection.execute(sa.select(arrival_tries.c.digest)).scalar_one()
    assert digest not in (FISCAL, store.cipher.index(FISCAL))
    assert store.arrival_tries.count(OURS, "person", FISCAL, START + WINDOW) == 1


def test_erasing_a_person_takes_everything_of_their_arrival(store: Store) -> None:
    act(store, lambda uow: uow.enrolled.keep([ENROLLED], START))
    act(store, lambda uow: uow.personal.erase(FISCAL))
    assert act(store, lambda uow: uow.enrolled.of(FISCAL)) == []
