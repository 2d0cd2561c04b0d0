"""Titles, verifications and lookups: their terms, their erasure, their copy, on real databases."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest
import sqlalchemy as sa

from gateway.domain.identifiers import IdPratica
from gateway.domain.rejections import Cause
from gateway.domain.retention import Kept
from gateway.domain.verifications import VerificationState
from gateway.usecases.title_ports import StudentCredential
from storage.store import Store
from storage.tables import (
    messages,
    registry_answers,
    registry_queries,
    student_credentials,
    title_changes,
    title_refusals,
    title_verifications,
    titles,
    verifications,
)
from tests.support import storage_registry
from tests.support.databases import Maker
from tests.support.fakes_samples import refused
from tests.support.marked_world import marked_completed, marked_sent, opened_columns
from tests.support.privacy import PERSON, erase, everywhere, run, seen
from tests.support.storage import count, rows_of
from tests.support.titled_person import LOOKUP, OTHERS, USER, keep_lookups, keep_titles
from tests.support.transfers import Steps
from tests.support.universities import VALDOMBRA

pytestmark = pytest.mark.integration

TITLES = (titles, title_changes, title_refusals, student_credentials)
LOOKED_UP = (registry_answers, registry_queries)


@pytest.fixture
def steps(make_steps: Callable[..., Steps], database: Maker) -> Steps:
    return make_steps(database)


def store_of(steps: Steps) -> Store:
    return steps.world.destination.store


def counts(steps: Steps, *tables: sa.Table) -> list[int]:
    return [count(store_of(steps), table) for table in tables]


def verify(steps: Steps, practice: IdPratica, state: VerificationState) -> None:
    """Keep a verification of a practice at the destination, and one of its titles."""
    made = replace(
        storage_registry.VERIFICATION, origin=VALDOMBRA, id_pratica=practice, state=state
    )
    steps.destination(lambda uow: uow.verifications.add(made))
    checked = [storage_registry.CHECKED]
    steps.destination(lambda uow: uow.verifications.keep_titles(VALDOMBRA, practice, checked))


def end_verification(steps: Steps, practice: IdPratica) -> None:
    found = steps.destination(lambda uow: uow.verifications.of(VALDOMBRA, practice))
    assert found is not None
    now = steps.world.clock()
    steps.destination(lambda uow: uow.verifications.save(found.ended(now)))


def lookups(steps: Steps) -> list[sa.Row[tuple[object, ...]]]:
    with store_of(steps).reader.connect() as connection:
        query = sa.select(messages).where(messages.c.operation.like("ricerca%"))
        return list(connection.execute(query.order_by(messages.c.message_id)))


def test_a_person_with_titles_and_lookups_is_nowhere_after_an_erasure(steps: Steps) -> None:
    practice = marked_completed(steps)
    verify(steps, practice, VerificationState.ENDED)
    steps.destination(keep_titles)
    steps.destination(lambda uow: keep_lookups(uow, VALDOMBRA))
    erased = erase(steps, "destination")
    told = {table.name for table in (*TITLES, *LOOKED_UP, verifications, title_verifications)}
    assert told - {"title_changes"} <= set(erased)  # what was changed was the other's
    assert seen(steps, "destination").keys() <= {"title_changes.why_sealed"} | {
        "registry_queries.words_sealed"  # words about the other
    }
    index = store_of(steps).cipher.index(PERSON)
    left = [name for name, value in opened_columns(store_of(steps)) if value == index]
    assert left == ["accesses.subject"]
    assert [(row.request_sealed, row.sha256) for row in lookups(steps)] == [(None, "")] * 2
    assert erase(steps, "destination") == {}


def test_what_others_have_in_titles_and_lookups_stays_as_it_was(steps: Steps) -> None:
    steps.destination(keep_titles)
    steps.destination(lambda uow: keep_lookups(uow, VALDOMBRA))
    erase(steps, "destination")
    assert counts(steps, *TITLES, *LOOKED_UP) == [0, 1, 1, 1, 1, 1]
    copy = steps.destination(lambda uow: uow.personal.copy_of(OTHERS))
    assert {"title_changes", "student_credentials", *(t.name for t in LOOKED_UP)} <= set(
        copy.tables
    )


def test_who_had_a_title_before_a_correction_only_is_erased_too(steps: Steps) -> None:
    steps.destination(keep_titles)
    erased = steps.destination(lambda uow: uow.personal.erase(OTHERS))
    assert erased["title_changes"] == 1
    assert count(store_of(steps), titles) == 2


def test_titles_are_records_that_no_term_ends(steps: Steps) -> None:
    steps.destination(keep_titles)
    steps.world.clock.advance(days=20_000)
    with refused(Cause.RECORDS_KEPT) as found:
        erase(steps, "destination", basis="")
    assert [reason.path for reason in found.value.reasons] == ["titles"]
    assert set(run(steps, "destination")) == {Kept.TITLE_REFUSALS, Kept.STUDENT_CREDENTIALS}
    assert counts(steps, titles, title_changes) == [2, 1]


def test_a_verification_under_way_holds_its_practice(steps: Steps) -> None:
    practice = marked_completed(steps)
    verify(steps, practice, VerificationState.WAITING)
    with refused(Cause.PRACTICE_OPEN):
        erase(steps, "destination")
    steps.destination(lambda uow: uow.personal.keep_term(Kept.CHECKS, 0))
    steps.world.clock.advance(days=100)
    assert Kept.CHECKS not in run(steps, "destination")
    end_verification(steps, practice)
    assert run(steps, "destination", dry=True)[Kept.CHECKS] == 2
    assert run(steps, "destination")[Kept.CHECKS] == 2
    assert counts(steps, verifications, title_verifications) == [0, 0]


def test_a_verification_of_an_open_practice_stays(steps: Steps) -> None:
    verify(steps, marked_sent(steps), VerificationState.ENDED)
    everywhere(steps, 5000)
    assert counts(steps, verifications, title_verifications) == [1, 1]


def test_a_practice_made_nobodys_takes_its_verification_along(steps: Steps) -> None:
    verify(steps, marked_completed(steps), VerificationState.ENDED)
    steps.destination(lambda uow: uow.personal.keep_term(Kept.CHECKS, None))
    steps.destination(lambda uow: uow.personal.keep_term(Kept.PRACTICES, 400))
    everywhere(steps, 399)
    assert counts(steps, verifications, title_verifications) == [1, 1]
    everywhere(steps, 2)
    assert counts(steps, verifications, title_verifications) == [0, 0]
    with store_of(steps).reader.connect() as connection:
        kept = set(connection.execute(sa.select(messages.c.student_index)).scalars())
    assert kept == {None}


def test_each_kind_of_titles_and_lookups_goes_by_its_term(steps: Steps) -> None:
    steps.destination(keep_titles)
    steps.destination(lambda uow: keep_lookups(uow, VALDOMBRA))
    in_turn = {
        1: {Kept.REGISTRY_ANSWERS: 2},
        90: {Kept.LOOSE_MESSAGES: 2},
        365: {Kept.TITLE_REFUSALS: 2},
        1096: {Kept.STUDENT_CREDENTIALS: 2},
        1826: {Kept.REGISTRY_QUERIES: 2},
    }
    passed = 0.0
    for day, kept in in_turn.items():
        steps.world.clock.advance(days=day - 0.5 - passed)
        passed = day + 0.5
        before = rows_of(store_of(steps))
        assert run(steps, "destination") == {}
        steps.world.clock.advance(days=1)
        assert run(steps, "destination", dry=True) == kept
        assert rows_of(store_of(steps)) == before
        assert run(steps, "destination", batch=1) == kept


def test_a_lookup_is_found_by_its_student_while_it_is_kept(steps: Steps) -> None:
    steps.destination(lambda uow: keep_lookups(uow, VALDOMBRA))
    copy = steps.destination(lambda uow: uow.personal.copy_of(PERSON))
    first, second = copy.tables["messages"]
    assert (first["request"], second["request"]) == (LOOKUP, None)
    assert not {"student_index", "canonical"} & set(first)
    everywhere(steps, 91)
    assert steps.destination(lambda uow: uow.personal.copy_of(PERSON)).tables.keys() == {
        "registry_queries"
    }


def test_the_copy_holds_titles_and_no_digest_of_passwords(steps: Steps) -> None:
    steps.destination(keep_titles)
    copy = steps.destination(lambda uow: uow.personal.copy_of(PERSON))
    assert {row["kind"] for row in copy.tables["titles"]} == {"university", "school"}
    assert {row["content"]["codice_fiscale"] for row in copy.tables["titles"]} == {PERSON}  # type: ignore[index]
    (line,) = copy.tables["title_refusals"]
    assert line["line"] == 2
    (credential,) = copy.tables["student_credentials"]
    assert credential.keys() == {"university", "updated_at"}


def test_credentials_that_are_brought_again_are_kept_anew(steps: Steps) -> None:
    steps.destination(keep_titles)
    steps.world.clock.advance(days=1000)
    again = [StudentCredential(USER, "$argon2id$x", PERSON)]
    now = steps.world.clock()
    assert steps.destination(lambda uow: uow.titles.keep_credentials(again, now)) == 0
    steps.world.clock.advance(days=100)
    assert run(steps, "destination")[Kept.STUDENT_CREDENTIALS] == 1
    steps.world.clock.advance(days=1000)
    assert run(steps, "destination") == {Kept.STUDENT_CREDENTIALS: 1}
    assert steps.world.clock() - now == timedelta(days=1100)
