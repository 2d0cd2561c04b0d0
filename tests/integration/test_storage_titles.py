"""Titles as both databases keep them: found by digests, sealed, changed by one at a time."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
import sqlalchemy as sa

from gateway.domain.lifecycle import Actor, Party
from gateway.domain.rejections import Cause, Reason
from gateway.domain.title_records import StoredTitle, TitleChange, TitleEvent, TitleKind, key_of
from gateway.usecases.ports import ConcurrentChange
from gateway.usecases.title_ports import StudentCredential
from storage.database import restore
from storage.rekey import rekey
from storage.store import Store
from storage.tables import metadata, titles
from storage.title_archive import StoreTitleArchive
from tests.support.clock import START
from tests.support.databases import Maker, SqliteMaker
from tests.support.storage import OURS, THEIRS, act, opened
from tests.support.titles import OTHER, STUDENT, degree, diploma

pytestmark = pytest.mark.integration

OFFICE = Actor(Party.SECRETARIAT, "segreteria")


@pytest.fixture
def store(database: Maker, tmp_path: Path) -> Iterator[Store]:
    with opened(database, tmp_path) as made:
        act(made, lambda uow: uow.titles.add([degree(), diploma()], 7, START))
        act(made, lambda uow: uow.titles.add([degree(OTHER)], 8, START), THEIRS)
        yield made


def kept(store: Store) -> StoredTitle:
    with store.open_uow(OURS) as uow:
        (found,) = uow.titles.listing(kind=TitleKind.UNIVERSITY, limit=9)
    return found


def correction(before: object, why: str = "errore") -> TitleChange:
    return TitleChange(START, OFFICE, TitleEvent.CORRECTED, why, before)  # type: ignore[arg-type]


def test_what_is_kept_comes_back_as_it_was(store: Store) -> None:
    with store.open_uow(OURS) as uow:
        first, second = uow.titles.listing(limit=9)
        assert (first.title, first.version, first.run) == (degree(), 1, 7)
        assert (first.recorded_at, first.withdrawn_at) == (START, None)
        assert second.title == diploma()
        assert uow.titles.get(first.title_id) == first
        assert uow.titles.known([degree(), diploma(year=1999)]) == {key_of(degree()): first}
        assert uow.titles.known([]) == {}
        uow.titles.add([], 1, START)


def test_nothing_about_a_student_can_be_read_in_the_database(store: Store) -> None:
    stored = kept(store)
    act(store, lambda uow: uow.titles.change(stored, degree(grade="99"), correction(degree())))
    with store.reader.connect() as connection:
        for table in ("titles", "title_changes"):
            rows = connection.execute(sa.select(metadata.tables[table])).all()
            text = "".join(
                bytes(value).decode("latin-1") if isinstance(value, bytes) else str(value)
                for row in rows
                for value in row
            )
            assert not [word for word in (STUDENT, "110L", "errore", "10033") if word in text]


def test_a_change_keeps_what_was_before_and_who_and_why(store: Store) -> None:
    stored = kept(store)
    changed = act(
        store, lambda uow: uow.titles.change(stored, degree(grade="99"), correction(degree()))
    )
    assert (changed.version, kept(store)) == (2, changed)
    with store.open_uow(OURS) as uow:
        assert uow.titles.history(stored.title_id) == [correction(degree())]


def test_two_who_change_the_same_title_do_not_undo_each_other(store: Store) -> None:
    stored = kept(store)
    act(store, lambda uow: uow.titles.change(stored, degree(grade="99"), correction(degree())))
    with pytest.raises(ConcurrentChange):
        act(store, lambda uow: uow.titles.change(stored, degree(grade="98"), correction(degree())))
    assert kept(store).title == degree(grade="99")


def test_two_who_add_the_same_title_add_it_once(store: Store) -> None:
    with pytest.raises(ConcurrentChange):
        act(store, lambda uow: uow.titles.add([degree()], 1, START))


def test_a_corrected_title_is_found_by_the_key_it_had(store: Store) -> None:
    stored = kept(store)
    new = degree(degree_type="LM")
    changed = act(store, lambda uow: uow.titles.change(stored, new, correction(degree())))
    with store.open_uow(OURS) as uow:
        assert uow.titles.known([degree()]) == {key_of(degree()): changed}
        assert uow.titles.known([new]) == {key_of(new): changed}


def test_a_run_is_found_again_until_it_is_finished(store: Store) -> None:
    run = act(store, lambda uow: uow.titles.begin_run("d", replace=False, actor=OFFICE, now=START))
    ahead = replace(run, position=500, added=400, refused=100)
    act(store, lambda uow: uow.titles.save_run(ahead, START))
    with store.open_uow(OURS) as uow:
        assert uow.titles.open_run("d", replace=False) == ahead
        assert uow.titles.open_run("d", replace=True) is None
        assert uow.titles.open_run("e", replace=False) is None
    act(store, lambda uow: uow.titles.save_run(replace(ahead, finished_at=START), START))
    with store.open_uow(OURS) as uow:
        assert uow.titles.open_run("d", replace=False) is None


def test_refusals_come_back_in_the_order_of_the_file(store: Store) -> None:
    reasons = [
        Reason(Cause.ELEMENT_MISSING, "riga 3", {"element": "Voto"}),
        Reason(Cause.CODE_UNKNOWN),
    ]
    act(store, lambda uow: uow.titles.refuse(5, 3, reasons))
    act(store, lambda uow: uow.titles.refuse(5, 9, reasons[1:]))
    with store.open_uow(OURS) as uow:
        assert uow.titles.refusals(5, 9) == [(3, reasons[0]), (3, reasons[1]), (9, reasons[1])]
        assert len(uow.titles.refusals(5, 2)) == 2


def test_a_lookup_sees_the_universities_it_may_and_no_withdrawn_title(store: Store) -> None:
    archive = StoreTitleArchive(store)
    assert archive.titles([OURS], STUDENT) == [degree()]
    assert archive.titles([THEIRS], STUDENT) == []
    assert archive.titles([OURS, THEIRS], OTHER) == [degree(OTHER)]
    assert archive.diplomas([OURS], STUDENT, 2021) == [diploma()]
    assert archive.diplomas([OURS], STUDENT, 2020) == []
    withdrawn = replace(kept(store), withdrawn_at=START)
    act(store, lambda uow: uow.titles.change(withdrawn, degree(), correction(degree())))
    assert archive.titles([OURS], STUDENT) == []


def test_a_lookup_opens_the_rows_of_its_student_and_no_others(store: Store) -> None:
    with store.engine.begin() as connection:
        connection.execute(
            titles.update()
            .where(titles.c.student_index == store.cipher.index(OTHER))
            .values(content_sealed=b"cannot be opened")
        )
    assert StoreTitleArchive(store).titles([OURS, THEIRS], STUDENT) == [degree()]


def test_credentials_are_found_by_name_within_the_universities_asked_for(store: Store) -> None:
    given = [StudentCredential("fiorella", "$argon2id$1", STUDENT)]
    archive = StoreTitleArchive(store)
    assert archive.credentials([OURS], "fiorella") is None
    assert act(store, lambda uow: uow.titles.keep_credentials(given, START)) == 1
    assert act(store, lambda uow: uow.titles.keep_credentials(given, START)) == 0
    assert archive.credentials([OURS], "fiorella") == [("$argon2id$1", archive.digest(STUDENT))]
    assert archive.credentials([OURS], "altra") == []
    assert archive.credentials([THEIRS], "fiorella") is None
    changed = [StudentCredential("fiorella", "$argon2id$2", STUDENT)]
    assert act(store, lambda uow: uow.titles.keep_credentials(changed, START)) == 1
    assert archive.credentials([OURS, THEIRS], "fiorella") == [
        ("$argon2id$2", archive.digest(STUDENT))
    ]


def test_titles_are_sealed_again_with_a_new_key(store: Store) -> None:
    before = kept(store)
    assert rekey(store.engine, store.cipher) >= 3
    assert kept(store) == before


def test_a_copy_from_before_there_were_titles_is_still_a_copy(
    sqlite: SqliteMaker, tmp_path: Path
) -> None:
    copy = sqlite.make(tmp_path / "old").removeprefix("sqlite:///")
    engine = sa.create_engine(f"sqlite:///{copy}")
    with engine.begin() as connection:
        for name in ("titles", "title_changes", "title_runs", "title_refusals"):
            connection.exec_driver_sql(f"DROP TABLE {name}")
    engine.dispose()
    restore(sqlite.make(tmp_path / "new"), Path(copy), {})
