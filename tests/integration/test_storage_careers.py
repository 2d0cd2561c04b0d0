"""Careers and fogli in work: kept sealed, found by number and student, guarded, cleared."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from gateway.domain.careers import FoglioEdit, PreparedCareer
from gateway.domain.origin import OriginState, OutgoingTransfer
from gateway.domain.retention import Kept
from gateway.domain.terms import CAREER
from gateway.usecases.ports import ConcurrentChange
from storage.store import Store
from storage.tables import foglio_edits, student_careers
from tests.support.clock import START
from tests.support.databases import Maker
from tests.support.fakes_samples import draft as sample
from tests.support.fakes_samples import partner, student
from tests.support.storage import THEIRS, act, count, opened, rows_of

pytestmark = [pytest.mark.integration, pytest.mark.requirement("T18")]

CONTENT = b"<FoglioCongedo>Quattrocchi</FoglioCongedo>"
CODE = student().codice_fiscale
LATER = START + timedelta(days=1)


@pytest.fixture
def store(database: Maker, tmp_path: Path) -> Iterator[Store]:
    with opened(database, tmp_path) as made:
        act(made, lambda uow: uow.partners.save(partner()))
        yield made


def career(number: int = 1, content: bytes = CONTENT) -> PreparedCareer:
    """Return a career."""
    return PreparedCareer(
        student=student(number),
        content=content,
        sections=CAREER,
        imported_at=START,
        imported_by="operatrice",
    )


def request(store: Store, **changes: object) -> OutgoingTransfer:
    """Keep a request with its foglio."""
    number = act(store, lambda uow: uow.foglios.add_draft(CONTENT, START))
    return act(store, lambda uow: uow.outgoing.add(replace(sample(), foglio=number, **changes)))  # type: ignore[arg-type]


def test_a_career_is_kept_sealed_and_found_again(store: Store) -> None:
    act(store, lambda uow: uow.careers.keep(career()))
    kept = act(store, lambda uow: uow.careers.get(CODE))
    assert kept is not None
    assert kept == replace(career(), number=kept.number)
    assert act(store, lambda uow: uow.careers.by_number(kept.number)) == kept
    ((_, _, *values),) = rows_of(store)["student_careers"]
    assert not any(b"Quattrocchi" in value for value in values if isinstance(value, bytes))
    assert act(store, lambda uow: uow.careers.get(CODE), THEIRS) is None


def test_a_student_has_one_career(store: Store) -> None:
    act(store, lambda uow: uow.careers.keep(career()))
    first = act(store, lambda uow: uow.careers.get(CODE))
    act(store, lambda uow: uow.careers.keep(career(content=b"<x/>")))
    second = act(store, lambda uow: uow.careers.get(CODE))
    assert first is not None
    assert second == replace(first, content=b"<x/>")
    assert count(store, student_careers) == 1


def test_careers_come_in_pages_and_go(store: Store) -> None:
    for number in range(3):
        act(store, lambda uow, number=number: uow.careers.keep(career(number)))
    first = act(store, lambda uow: uow.careers.page(0, 2))
    rest = act(store, lambda uow: uow.careers.page(first[-1].number, 2))
    assert [len(first), len(rest)] == [2, 1]
    assert act(store, lambda uow: uow.careers.count()) == 3
    assert act(store, lambda uow: uow.careers.remove(rest[0].number))
    assert not act(store, lambda uow: uow.careers.remove(rest[0].number))


def test_two_who_work_on_a_foglio_are_told_apart(store: Store) -> None:
    transfer = request(store)
    begun = FoglioEdit(content=CONTENT, foglio=transfer.foglio, edited_at=START, edited_by="ada")
    first = act(store, lambda uow: uow.foglio_edits.keep(transfer, begun))
    assert act(store, lambda uow: uow.foglio_edits.get(transfer)) == replace(begun, version=1)
    act(store, lambda uow: uow.foglio_edits.keep(transfer, first))
    for stale in (begun, first):
        with pytest.raises(ConcurrentChange):
            act(store, lambda uow, stale=stale: uow.foglio_edits.keep(transfer, stale))
    act(store, lambda uow: uow.foglio_edits.drop(transfer))
    assert act(store, lambda uow: uow.foglio_edits.get(transfer)) is None


def test_requests_are_found_by_student_and_by_state(store: Store) -> None:
    first = request(store, state=OriginState.ELABORATA)
    second = request(store, id_pratica="UNIVAL20260000002", state=OriginState.BOZZA)
    found = act(store, lambda uow: uow.outgoing.of_student(CODE))
    assert [item.id_pratica for item in found] == [second.id_pratica, first.id_pratica]
    in_office = act(store, lambda uow: uow.outgoing.in_states([OriginState.ELABORATA], 0, 9))
    assert [item.id_pratica for item in in_office] == [first.id_pratica]
    behind = first.transfer_id
    assert act(store, lambda uow: uow.outgoing.in_states([OriginState.ELABORATA], behind, 9)) == []


def test_careers_and_work_left_behind_go_when_their_term_has_passed(store: Store) -> None:
    transfer = request(store, state=OriginState.ELABORATA)
    work = FoglioEdit(content=CONTENT, foglio=transfer.foglio, edited_at=START)
    act(store, lambda uow: uow.careers.keep(career()))
    act(store, lambda uow: uow.foglio_edits.keep(transfer, work))
    for kept in (Kept.CAREERS, Kept.DRAFTS):
        for before, dry, gone in ((START, False, 0), (LATER, True, 1), (LATER, False, 1)):
            found = act(
                store,
                lambda uow, kept=kept, before=before, dry=dry: uow.personal.clear_rows(
                    kept, before, limit=9, dry=dry
                ),
            )
            assert found == gone, (kept, before, dry)
    assert count(store, student_careers) == count(store, foglio_edits) == 0


def test_erasing_a_person_takes_career_and_work_along(store: Store) -> None:
    transfer = request(store)
    work = FoglioEdit(content=CONTENT, foglio=transfer.foglio, edited_at=START)
    act(store, lambda uow: uow.careers.keep(career()))
    act(store, lambda uow: uow.careers.keep(career(2)))
    act(store, lambda uow: uow.foglio_edits.keep(transfer, work))
    copy = act(store, lambda uow: uow.personal.copy_of(CODE))
    assert {"student_careers", "foglio_edits"} <= {
        name for name, rows in copy.tables.items() if rows
    }
    act(store, lambda uow: uow.personal.erase(CODE))
    assert (count(store, student_careers), count(store, foglio_edits)) == (1, 0)
