"""Declared titles are verified at a registry that is an installation of its own."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from gateway.demo.sample import foglio
from gateway.domain.destination import DestinationState
from gateway.domain.lookups import (
    Asker,
    AskTrouble,
    CouldNotAsk,
    Found,
    NotFound,
    Purpose,
    PurposeKind,
    QueryOutcome,
    QuerySearch,
    ask_diploma,
    ask_titles,
)
from gateway.domain.registry import VerifyMoment
from gateway.domain.title_checks import Agreement, Why
from gateway.domain.titles import Title, TitleVerdict
from gateway.domain.verifications import VerificationState
from gateway.soap.passwords import hash_password
from gateway.usecases.origin import edit, find
from gateway.usecases.registry import ALARM_REGISTRY, Query, look_up
from gateway.usecases.title_ports import StudentCredential
from tests.support.databases import Maker, SqliteMaker
from tests.support.titles_journey import (
    DEGREE,
    DIPLOMA,
    MINISTRY,
    REQUEST,
    STUDENT,
    RegistryWorld,
    make_registry_world,
)
from tests.support.transfers import OFFICE, Steps
from tests.support.universities import MONTELAGO

pytestmark = [pytest.mark.journey, pytest.mark.requirement("A4")]

MakeWorld = Callable[..., RegistryWorld]


@pytest.fixture
def make(make_steps: Callable[..., Steps], tmp_path: Path) -> Iterator[MakeWorld]:
    made: list[RegistryWorld] = []

    def build(
        maker: Maker, titles: tuple[Title, ...] = (DEGREE, DIPLOMA), **changes: Any
    ) -> RegistryWorld:
        world = make_registry_world(make_steps(maker), tmp_path, maker, **changes)
        world.keep(*titles)
        made.append(world)
        return world

    yield build
    for world in made:
        world.close()


@pytest.fixture
def world(make: MakeWorld, sqlite: SqliteMaker) -> RegistryWorld:
    return make(sqlite)


def verdicts(world: RegistryWorld, practice: Any) -> list[str]:
    return [item.verdict.value for item in world.titles(practice)]


@pytest.mark.parametrize("egov", [False, True])
def test_the_titles_of_a_foglio_are_verified_after_it_was_accepted(
    make: MakeWorld, sqlite: SqliteMaker, egov: bool
) -> None:
    world = make(sqlite, egov=egov, sender="POLIMON", recipient="MINISTERO")
    practice = world.steps.sent(REQUEST)
    assert world.steps.into(practice).state is DestinationState.RICEVUTA
    assert world.verification(practice).state is VerificationState.WAITING
    assert world.verify_due() == 1
    assert world.verification(practice).state is VerificationState.ENDED
    assert verdicts(world, practice) == ["verified", "verified"]
    assert world.verify_due() == 0
    log = world.steps.destination(lambda uow: uow.registry.queries(QuerySearch()))
    assert {(item.purpose.kind, item.purpose.reference) for item in log} == {
        (PurposeKind.TRANSFER, practice)
    }


def test_what_differs_is_told_field_by_field_and_what_is_missing_as_missing(
    make: MakeWorld, sqlite: SqliteMaker
) -> None:
    world = make(sqlite, titles=(replace(DIPLOMA, grade="92"),))
    practice = world.steps.sent(REQUEST)
    world.verify_due()
    diploma, degree = world.titles(practice)
    assert diploma.verdict is TitleVerdict.DIFFERENT
    different = [item for item in diploma.judgement.fields if item.agreement is Agreement.DIFFERENT]
    assert [(item.name, item.declared, item.registry) for item in different] == [
        ("grade", "94/100", "92")
    ]
    assert (degree.verdict, degree.judgement.reason) == (TitleVerdict.NOT_VERIFIABLE, Why.ABSENT)


def test_a_corrected_foglio_has_its_changed_title_verified_again(
    make: MakeWorld, sqlite: SqliteMaker
) -> None:
    world = make(sqlite, titles=(DEGREE,))
    practice = world.steps.sent(replace(REQUEST, degree=False))
    world.verify_due()
    assert verdicts(world, practice) == ["not_verifiable"]
    world.keep(DIPLOMA)
    world.steps.ask_revision(practice)
    world.steps.deliver_all()
    origin = world.steps.world.origin
    world.steps.origin(
        lambda uow: edit(
            find(practice, uow=uow),
            foglio(REQUEST),
            OFFICE,
            "titoli corretti",
            uow=uow,
            documents=origin.documents,
            now=origin.clock(),
        )
    )
    world.steps.send_again(practice)
    world.steps.deliver_all()
    assert world.verify_due() == 1
    current = [item for item in world.titles(practice) if not item.withdrawn]
    assert [(item.declared.kind.value, item.verdict.value) for item in current] == [
        ("diploma", "not_verifiable"),  # the registry's answer is remembered for a day
        ("university", "verified"),
    ]
    assert len(world.titles(practice)) == 3


@pytest.mark.parametrize("kind", ["sqlite", "postgres"])
def test_a_registry_down_for_a_day_holds_nothing_up_and_nobody_is_told_not_found(
    kind: str, make: MakeWorld, request: pytest.FixtureRequest
) -> None:
    world = make(request.getfixturevalue(kind))
    steps, clock = world.steps, world.steps.world.clock
    world.down()
    practice = steps.sent(REQUEST)
    began, told = clock(), set()
    world.verify_due()
    steps.conclude(practice)
    assert steps.into(practice).state is DestinationState.COMPLETATA
    assert steps.out(practice).state.value == "chiusa"
    while clock() < began + timedelta(days=1):
        clock.advance(minutes=20)
        world.verify_due()
        told |= set(verdicts(world, practice))
        titles = world.titles(practice)
        assert {item.since for item in titles} == {began}
        assert world.verification(practice).since == began
    assert told == {"could_not_ask"}
    alarms = steps.destination(lambda uow: uow.alarms.open_ones())
    assert {kind for kind, *_ in alarms} == {ALARM_REGISTRY}

    world.up()
    for _ in range(6):
        clock.advance(minutes=20)
        world.verify_due()
    assert verdicts(world, practice) == ["verified", "verified"]
    assert steps.destination(lambda uow: uow.alarms.open_ones()) == []
    history = {entry.verdict for item in world.titles(practice) for entry in item.history}
    assert history == {TitleVerdict.COULD_NOT_ASK, TitleVerdict.VERIFIED}
    log = steps.destination(lambda uow: uow.registry.queries(QuerySearch(limit=1000)))
    assert {item.outcome for item in log} == {QueryOutcome.COULD_NOT_ASK, QueryOutcome.FOUND}


def test_a_person_without_a_practice_is_looked_up_with_three_honest_answers(
    world: RegistryWorld,
) -> None:
    desk = world.steps.world.destination.registry_desk()

    def ask(question: Any, **changes: Any) -> Any:
        query = Query(
            question=question,
            purpose=Purpose(PurposeKind.ENROLMENT, "26000001"),
            asker=Asker("mario", "segreteria"),
        )
        return look_up(MONTELAGO, replace(query, **changes), desk=desk)

    found = ask(ask_titles(STUDENT))
    assert isinstance(found, Found)
    (degree,) = found.what
    assert degree == DEGREE
    assert isinstance(ask(ask_diploma(STUDENT, 2022)), Found)
    assert isinstance(ask(ask_diploma(STUDENT, 2021)), NotFound)
    given = StudentCredential("fiorella", hash_password("giusta"), STUDENT)
    with world.ministry.store.open_uow(MINISTRY.code) as uow:
        uow.titles.keep_credentials([given], world.steps.world.clock())
        uow.commit()
    assert isinstance(ask(ask_diploma(STUDENT, 2022, "fiorella", "giusta")), Found)
    refused = ask(ask_diploma(STUDENT, 2022, "fiorella", "sbagliata"))
    assert isinstance(refused, CouldNotAsk)
    assert (refused.trouble, refused.detail) == (AskTrouble.QUESTION_REFUSED, "98")
    world.down()
    assert isinstance(ask(ask_titles(STUDENT)), Found)  # remembered
    silent = ask(ask_titles(STUDENT), fresh=True)
    assert isinstance(silent, CouldNotAsk)
    assert silent.trouble is AskTrouble.UNREACHABLE


def test_a_registry_that_refuses_us_is_never_not_found(world: RegistryWorld) -> None:
    practice = world.steps.sent(REQUEST)

    def wrong(uow: Any) -> None:
        uow.registry.save(replace(uow.registry.get(), password="sbagliata"))

    world.steps.destination(wrong)
    world.verify_due()
    assert [(item.verdict.value, item.judgement.reason) for item in world.titles(practice)] == [
        ("could_not_ask", "misbehaved"),
        ("could_not_ask", "misbehaved"),
    ]


def test_a_university_may_verify_when_the_student_enrols(
    make: MakeWorld, sqlite: SqliteMaker
) -> None:
    world = make(sqlite, verify=VerifyMoment.ENROLMENT)
    practice = world.steps.sent(REQUEST)
    assert world.verify_due() == 0
    world.steps.authorise_enrolment(practice)
    world.steps.enrol(practice)
    assert world.verify_due() == 1
    assert verdicts(world, practice) == ["verified", "verified"]
