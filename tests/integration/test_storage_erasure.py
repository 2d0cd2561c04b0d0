"""Erasure of a person and the copy for the data subject, on real databases."""

from collections.abc import Callable

import pytest

from gateway.bootstrap import Installation
from gateway.demo.sample import Request
from gateway.domain.messages import Operation
from gateway.domain.origin import OriginState
from gateway.domain.rejections import Cause
from gateway.domain.retention import Kept
from gateway.usecases import origin
from storage.tables import accesses
from tests.support import marks
from tests.support.contract_messages import outcome
from tests.support.databases import Maker
from tests.support.fakes_samples import refused
from tests.support.marked_world import (
    marked_completed,
    marked_sent,
    opened_columns,
    refused_before_it_began,
)
from tests.support.privacy import PERSON, SIDES, ask_again, erase, everywhere, seen, stored
from tests.support.storage import count, rows_of
from tests.support.transfers import OFFICE, Steps
from tests.support.universities import SECRET

pytestmark = pytest.mark.integration


@pytest.fixture
def steps(make_steps: Callable[..., Steps], database: Maker) -> Steps:
    return make_steps(database)


@pytest.mark.parametrize(("side", "code"), SIDES)
def test_a_person_erased_is_nowhere_to_be_found(steps: Steps, side: str, code: str) -> None:
    marked_completed(steps)
    refused_before_it_began(steps)
    if side == "origin":
        elaborata = OriginState.ELABORATA  # what the destination refused is open until given up
        now = steps.world.clock()
        steps.origin(
            lambda uow: origin.drop(
                uow.outgoing.listing(elaborata)[0], OFFICE, marks.WHY, uow=uow, now=now
            )
        )
    installation: Installation = getattr(steps.world, side)
    steps.at(installation, code, lambda uow: uow.offers.admit("C1", 2026, [PERSON]))  # type: ignore[arg-type]
    index = installation.store.cipher.index(PERSON)
    assert seen(steps, side)
    erased = erase(steps, side)
    assert {"outgoing" if side == "origin" else "incoming", "messages", "admissions"} <= set(erased)
    assert seen(steps, side) == {}
    left = [name for name, value in opened_columns(installation.store) if value == index]
    assert left == ["accesses.subject"]
    assert erase(steps, side) == {}
    assert count(installation.store, accesses) == 1


def test_erasing_one_person_leaves_others_as_they_were(steps: Steps) -> None:
    practice = steps.sent(Request(exams=3, student=marks.OTHER))
    before = {
        name: {row for row in rows if practice in row}
        for name, rows in rows_of(steps.world.destination.store).items()
        if name not in ("courses", "cached_offers", "universities", "partners")
    }
    marked_completed(steps)
    erase(steps, "destination")
    after = rows_of(steps.world.destination.store)
    assert all(rows <= set(after[name]) for name, rows in before.items())
    assert steps.into(practice).student.surname == marks.OTHER.surname


def test_an_open_practice_is_not_erased_and_nothing_is_lost(steps: Steps) -> None:
    marked_sent(steps)
    before = rows_of(steps.world.destination.store)
    with refused(Cause.PRACTICE_OPEN):
        erase(steps, "destination")
    assert rows_of(steps.world.destination.store) == before


def test_records_are_kept_until_their_term_or_a_basis(steps: Steps) -> None:
    marked_completed(steps)
    with refused(Cause.RECORDS_KEPT, Cause.RECORDS_KEPT):
        erase(steps, "destination", basis="")
    steps.destination(lambda uow: uow.personal.keep_term(Kept.PRACTICES, 400))
    steps.destination(lambda uow: uow.personal.keep_term(Kept.STUDENT_FILES, 400))
    steps.world.clock.advance(days=401)
    assert erase(steps, "destination", basis="")


@pytest.mark.requirement("T15")
def test_a_repeat_about_an_erased_person_begins_nothing(steps: Steps) -> None:
    marked_completed(steps)
    message, _ = stored(steps, Operation.PUT_PROCESSO)
    erase(steps, "destination")
    assert outcome(ask_again(steps, message))[0] == 10
    other = message.replace(marks.EXAM.encode(), b"Un altro esame")
    assert outcome(ask_again(steps, other))[0] == 2


def test_practices_past_their_term_are_nobodys(steps: Steps) -> None:
    practice = marked_completed(steps)
    steps.destination(lambda uow: uow.personal.keep_term(Kept.PRACTICES, 400))
    steps.destination(lambda uow: uow.personal.keep_term(Kept.STUDENT_FILES, 400))
    everywhere(steps, 401)
    assert seen(steps, "destination") == {}
    left = steps.into(practice)
    assert (left.student.surname, left.matricola, left.token) == ("", "", None)
    assert left.state == "completata"
    assert left.protocol_number


def test_a_copy_holds_everything_that_names_the_person(steps: Steps) -> None:
    marked_completed(steps)
    refused_before_it_began(steps)
    for side, code in SIDES:
        installation: Installation = getattr(steps.world, side)
        copy = steps.at(installation, code, lambda uow: uow.personal.copy_of(PERSON))  # type: ignore[arg-type]
        found = marks.Searcher().found_in_all(
            (f"{table}.{column}", value if isinstance(value, bytes) else str(value))
            for table, rows in copy.tables.items()
            for row in rows
            for column, value in row.items()
        )
        told = {name.removesuffix("_sealed") for name in seen(steps, side)}
        assert set(found) >= told
        assert "password" not in {mark for names in found.values() for mark in names}
        assert SECRET not in str(copy.tables)


def test_a_copy_tells_nothing_of_others(steps: Steps) -> None:
    steps.sent(Request(exams=3, student=marks.OTHER))
    marked_completed(steps)
    copy = steps.destination(lambda uow: uow.personal.copy_of(PERSON))
    text = "".join(
        value.decode("latin-1") if isinstance(value, bytes) else str(value)
        for rows in copy.tables.values()
        for row in rows
        for value in row.values()
    )
    assert marks.PERSON.surname in text
    assert marks.OTHER.surname not in text
    assert marks.OTHER.codice_fiscale not in text
