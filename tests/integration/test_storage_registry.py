"""The registry of titles and verifications, on real databases."""

import json
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from gateway.domain.lookups import (
    Asker,
    Circuit,
    CircuitPolicy,
    Found,
    NotFound,
    Purpose,
    PurposeKind,
    QueryOutcome,
    QuerySearch,
    Reply,
    Spent,
    ask_diploma,
)
from gateway.domain.registry import LookupService, TitleRegistry, VerifyMoment
from gateway.domain.retention import Kept
from gateway.domain.security import KeyPin, OutboundSecurity, Proof
from gateway.domain.title_checks import ABSENT
from gateway.domain.verifications import CheckedTitle, VerificationState
from gateway.usecases import privacy
from gateway.usecases.ports import ConcurrentChange
from gateway.usecases.registry import Query, RegistryDesk, look_up
from storage.deliveries import VERIFY_QUEUE, VERIFY_WORKFLOW
from storage.store import Store
from storage.tables import registry_answers, registry_queries, title_verifications
from tests.support.clock import START, HandClock
from tests.support.databases import Maker
from tests.support.fakes_registry import FakeRegistryService
from tests.support.fakes_samples import PRACTICE, ROCCASOLE, TODAY
from tests.support.storage import OURS, THEIRS, act, opened, rows_of
from tests.support.storage_registry import (
    CHECKED,
    DOWN,
    FAR,
    RECORD,
    TITLES,
    VERIFICATION,
    fill_registry,
)
from tests.support.titles_samples import ABROAD, DIPLOMA, PERSON, THE_REGISTRY, degree, diploma

pytestmark = [pytest.mark.integration, pytest.mark.requirement("A4")]


@pytest.fixture
def store(database: Maker, tmp_path: Path) -> Iterator[Store]:
    with opened(database, tmp_path) as made:
        yield made


def test_a_record_comes_back_as_it_was_and_its_secrets_are_sealed(store: Store) -> None:
    secured = TitleRegistry(
        name="Registro",
        titles_url="https://registro.example.org/t",
        username="ateneo",
        password="segreta-1",
        outbound=OutboundSecurity(
            proofs=frozenset({Proof.BASIC, Proof.CERTIFICATE}),
            certificate_key="segreta-2",
            token_password="segreta-3",
            server_keys=(KeyPin("ab" * 32, date(2027, 1, 1)),),
        ),
        egov=True,
        sender="ATENEO",
        recipient="MIUR",
        timeout_seconds=3.5,
        found_for=timedelta(hours=5),
        not_found_for=timedelta(0),
        per_day=7,
        per_office=3,
        active=False,
        verify=VerifyMoment.ENROLMENT,
        forward=True,
    )
    for record in (THE_REGISTRY, secured):
        act(store, lambda uow, record=record: uow.registry.save(record))  # type: ignore[misc]
    assert act(store, lambda uow: uow.registry.get()) == secured
    store.forget()
    assert store.registry(OURS) == secured
    assert store.registry(THEIRS) is None
    assert store.registry("99") is None  # type: ignore[arg-type]
    assert "segreta" not in repr(rows_of(store))


def test_a_circuit_is_shared_by_all_who_read_it(store: Store) -> None:
    assert act(store, lambda uow: uow.registry.circuit(LookupService.TITLES)) == Circuit()
    for circuit in (DOWN, replace(DOWN, failures=6), Circuit()):
        act(
            store,
            lambda uow, kept=circuit: uow.registry.keep_circuit(LookupService.TITLES, kept),  # type: ignore[misc]
        )
        assert act(store, lambda uow: uow.registry.circuit(LookupService.TITLES)) == circuit
        assert act(store, lambda uow: uow.registry.circuit(LookupService.DIPLOMA)) == Circuit()


def test_a_quota_counts_offices_days_and_all_of_them(store: Store) -> None:
    def spend(office: str, day: date = TODAY) -> Spent:
        return act(store, lambda uow: uow.registry.spend(office, day))

    assert [spend("uno"), spend("uno"), spend("due")] == [Spent(1, 1), Spent(2, 2), Spent(1, 3)]
    assert spend("uno", TODAY + timedelta(days=1)) == Spent(1, 1)
    act(store, lambda uow: uow.registry.give_back("uno", TODAY))
    assert spend("uno") == Spent(2, 3)
    assert act(store, lambda uow: uow.registry.spent(TODAY)) == [("due", 1), ("uno", 2)]


def test_a_quota_holds_however_many_ask_at_once(store: Store) -> None:
    act(store, lambda uow: uow.registry.save(replace(THE_REGISTRY, per_day=5)))
    service = FakeRegistryService(script=[Reply()] * 20)
    desk = RegistryDesk(store.open_uow, service, HandClock())
    query = Query(
        question=TITLES,
        purpose=Purpose(PurposeKind.STATED, "", "x"),
        asker=Asker("mario", "segreteria"),
        fresh=True,
    )
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda _: look_up(OURS, query, desk=desk), range(20)))
    assert len([item for item in answers if isinstance(item, NotFound)]) == 5
    assert len(service.asked) == 5
    assert act(store, lambda uow: uow.registry.spent(TODAY)) == [("segreteria", 5)]


def test_one_of_many_probes_an_open_circuit(store: Store) -> None:
    act(store, lambda uow: uow.registry.save(THE_REGISTRY))
    is_open = Circuit(5, START, START, "unreachable")
    act(store, lambda uow: uow.registry.keep_circuit(LookupService.TITLES, is_open))
    pause = CircuitPolicy(failures=5)
    admitted: list[bool] = []

    def admit(_: int) -> None:
        def take(uow: Any) -> bool:
            circuit = uow.registry.circuit(LookupService.TITLES)
            if not circuit.admits(START):
                return False
            uow.registry.keep_circuit(LookupService.TITLES, circuit.admitted(START, pause))
            return True

        try:
            admitted.append(act(store, take))
        except ConcurrentChange:
            admitted.append(False)

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(admit, range(16)))
    assert admitted.count(True) == 1


@pytest.mark.parametrize("answer", [Found((degree(), diploma()), START), NotFound(START)])
def test_an_answer_is_remembered_sealed_until_its_term(store: Store, answer: Any) -> None:
    act(store, lambda uow: uow.registry.remember(TITLES, NotFound(START), FAR))
    until = START + timedelta(hours=1)
    act(store, lambda uow: uow.registry.remember(TITLES, answer, until))
    with store.open_uow(OURS) as uow:
        assert uow.registry.remembered(TITLES, START) == replace(answer, remembered=True)
        assert uow.registry.remembered(TITLES, until) is None
        assert uow.registry.remembered(ask_diploma(PERSON, 2019), START) is None
    (row,) = rows_of(store)[registry_answers.name]
    for value in (PERSON, "110L", "TNPS"):
        assert value not in repr(row)


def test_answers_go_when_they_are_valid_no_more_or_all_at_once(store: Store) -> None:
    years = {2018: START, 2019: START + timedelta(hours=1), 2020: FAR}
    for year, until in years.items():
        question = ask_diploma(PERSON, year)
        act(
            store,
            lambda uow, q=question, u=until: uow.registry.remember(q, NotFound(START), u),  # type: ignore[misc]
        )
    found = privacy.run(OURS, open_uow=store.open_uow, now=START + timedelta(hours=1))
    assert found[Kept.REGISTRY_ANSWERS] == 2
    assert act(store, lambda uow: uow.registry.forget_answers()) == 1


def test_queries_are_found_by_person_reference_operator_outcome_and_day(store: Store) -> None:
    others = replace(
        RECORD,
        query_id="q2",
        purpose=Purpose(PurposeKind.STATED, "", "altro"),
        asker=Asker("lucia", "diplomi"),
        asked_at=START + timedelta(days=2),
    )
    act(store, lambda uow: uow.registry.begin_query(RECORD, PERSON))
    act(store, lambda uow: uow.registry.begin_query(others, "AAAAAA00A01Q000A"))  # type: ignore[arg-type]
    act(store, lambda uow: uow.registry.end_query("q2", QueryOutcome.NOT_FOUND, "x" * 300, START))

    def found(**search: Any) -> list[str]:
        with store.open_uow(OURS) as uow:
            return [item.query_id for item in uow.registry.queries(QuerySearch(**search))]

    assert found() == ["q2", "q1"]
    assert found(limit=1) == ["q2"]
    assert found(codice_fiscale=PERSON) == ["q1"]
    assert found(reference=PRACTICE) == ["q1"]
    assert found(operator="lucia") == ["q2"]
    assert found(outcome=QueryOutcome.PENDING) == ["q1"]
    assert found(first=TODAY + timedelta(days=1)) == ["q2"]
    assert found(last=TODAY) == ["q1"]
    assert found(first=TODAY, last=TODAY + timedelta(days=2)) == ["q2", "q1"]
    with store.open_uow(OURS) as uow:
        assert uow.registry.queries(QuerySearch(reference=PRACTICE)) == [RECORD]
    assert PERSON not in repr(rows_of(store)[registry_queries.name])
    assert "parole" not in repr(rows_of(store)[registry_queries.name])


def test_a_verification_and_its_titles_come_back_as_they_were(store: Store) -> None:
    act(store, fill_registry)
    abroad = CheckedTitle(title_id="t2", position=2, declared=ABROAD).judged(ABSENT, now=START)
    waiting = CheckedTitle(title_id="t3", position=1, declared=DIPLOMA)
    gone = replace(CHECKED, withdrawn=True)
    later = replace(VERIFICATION, attempts=3, since=START, trouble="unreachable", fresh=True)
    act(store, lambda uow: uow.verifications.keep_titles(ROCCASOLE, PRACTICE, [gone, abroad]))
    act(store, lambda uow: uow.verifications.keep_titles(ROCCASOLE, PRACTICE, [waiting, abroad]))
    act(store, lambda uow: uow.verifications.save(later))
    with store.open_uow(OURS) as uow:
        assert uow.verifications.get("v1") == later
        assert uow.verifications.of(ROCCASOLE, PRACTICE) == later
        assert uow.verifications.titles(ROCCASOLE, PRACTICE) == [waiting, abroad, gone]
    shown = repr(rows_of(store)[title_verifications.name])
    for value in ("110", "Ingegneria", "TNPS000000"):
        assert value not in shown


def test_verifications_that_should_have_moved_are_found(store: Store) -> None:
    act(store, lambda uow: uow.verifications.add(VERIFICATION))
    with store.open_uow(OURS) as uow:
        assert uow.verifications.forgotten(START, 9) == []
        assert uow.verifications.forgotten(FAR, 9) == [VERIFICATION]
        uow.verifications.save(replace(VERIFICATION, state=VerificationState.ENDED))
        assert uow.verifications.forgotten(FAR, 9) == []


def test_a_practice_has_one_verification(store: Store) -> None:
    act(store, lambda uow: uow.verifications.add(VERIFICATION))
    with pytest.raises(ConcurrentChange):
        act(store, lambda uow: uow.verifications.add(replace(VERIFICATION, verification_id="v2")))


def test_a_job_is_one_commit_with_its_cause_and_carries_ids_only(store: Store) -> None:
    schema = "dbos." if store.engine.name == "postgresql" else ""

    def jobs() -> list[Any]:
        with store.reader.connect() as connection:
            return list(
                connection.execute(
                    sa.text(
                        "SELECT s.workflow_uuid, s.name, s.queue_name, s.queue_partition_key,"  # noqa: S608
                        f" i.inputs FROM {schema}workflow_status s JOIN {schema}workflow_input i"
                        " ON s.workflow_uuid = i.workflow_uuid ORDER BY 1"
                    )
                )
            )

    with store.open_uow(OURS) as uow:
        uow.jobs.verify(VERIFICATION, 1, timedelta(0))
    assert jobs() == []
    for attempt, delay in ((1, timedelta(0)), (1, timedelta(0)), (2, timedelta(hours=1))):
        act(
            store,
            lambda uow, n=attempt, d=delay: uow.jobs.verify(VERIFICATION, n, d),  # type: ignore[misc]
        )
    assert [row[:4] for row in map(tuple, jobs())] == [
        ("v1-1", VERIFY_WORKFLOW, VERIFY_QUEUE, OURS),
        ("v1-2", VERIFY_WORKFLOW, VERIFY_QUEUE, OURS),
    ]
    assert json.loads(jobs()[0].inputs)["positionalArgs"] == [OURS, "v1", 1]
