"""Asking the registry: memory, circuit, quota, log."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from gateway.domain.deliveries import OutcomeUnknown, PartnerMisbehaved, PartnerUnreachable
from gateway.domain.lookups import (
    Answer,
    Asker,
    AskTrouble,
    Circuit,
    CircuitPolicy,
    CouldNotAsk,
    Found,
    NotFound,
    Purpose,
    PurposeKind,
    QueryOutcome,
    QueryRecord,
    Reply,
    ask_diploma,
    ask_titles,
)
from gateway.domain.registry import LookupService, TitleRegistry
from gateway.usecases.registry import ALARM_REGISTRY, Query, RegistryDesk, look_up
from tests.support.clock import START, HandClock
from tests.support.fakes_registry import FakeRegistryService
from tests.support.fakes_samples import MONTELAGO
from tests.support.fakes_store import FakeStore
from tests.support.fakes_tables import Tables
from tests.support.titles_samples import PERSON, THE_REGISTRY, degree, diploma

pytestmark = pytest.mark.requirement("A4")

OFFICE = Asker("mario", "segreteria")
PURPOSE = Purpose(PurposeKind.STATED, "", "concorso")
TITLES = ask_titles(PERSON)
DIPLOMA = ask_diploma(PERSON, 2019)
DOWN = PartnerUnreachable("NewConnectionError")


class Bench:
    """Montelago's registry, asked by hand."""

    def __init__(self, store: FakeStore, clock: HandClock) -> None:
        self.store, self.clock = store, clock
        self.service = FakeRegistryService()
        self.desk = RegistryDesk(store.open_uow, self.service, clock, CircuitPolicy(failures=2))

    def know(self, **changes: Any) -> None:
        self.tables.registry["it"] = replace(THE_REGISTRY, **changes)

    def ask(self, **changes: Any) -> Answer:
        query = Query(question=TITLES, purpose=PURPOSE, asker=OFFICE)
        return look_up(MONTELAGO, replace(query, **changes), desk=self.desk)

    @property
    def tables(self) -> Tables:
        return self.store.tables[MONTELAGO]

    @property
    def log(self) -> list[QueryRecord]:
        return list(self.tables.queries.values())


@pytest.fixture
def bench(store: FakeStore, clock: HandClock) -> Bench:
    made = Bench(store, clock)
    made.know()
    return made


def trouble_of(answer: Answer) -> AskTrouble:
    assert isinstance(answer, CouldNotAsk)
    return answer.trouble


def test_what_the_registry_has_is_found_and_logged_with_its_purpose(bench: Bench) -> None:
    bench.service.will(Reply((degree(),)))
    assert bench.ask() == Found((degree(),), START)
    (record,) = bench.log
    assert (record.purpose, record.asker, record.outcome, record.detail) == (
        PURPOSE,
        OFFICE,
        QueryOutcome.FOUND,
        "1",
    )
    assert (record.asked_at, record.ended_at, record.from_cache) == (START, START, False)


def test_no_transaction_is_open_while_the_registry_is_asked(bench: Bench) -> None:
    open_then: list[int] = []
    bench.service.while_away = lambda: open_then.append(bench.store.open_now)
    bench.service.will(Reply())
    bench.ask()
    assert open_then == [0]


def test_a_query_that_a_crash_cuts_off_stays_in_the_log(bench: Bench) -> None:
    bench.service.will(ZeroDivisionError())
    with pytest.raises(ZeroDivisionError):
        bench.ask()
    assert [item.outcome for item in bench.log] == [QueryOutcome.PENDING]


@pytest.mark.parametrize("reply", [Reply((degree(),)), Reply()])
def test_an_answer_is_remembered_for_its_term(bench: Bench, reply: Reply) -> None:
    bench.know(found_for=timedelta(hours=2), not_found_for=timedelta(hours=2))
    bench.service.will(reply, reply)
    first = bench.ask()
    bench.clock.advance(hours=1)
    again = bench.ask()
    assert again == replace(first, remembered=True)
    assert [item.from_cache for item in bench.log] == [False, True]
    bench.clock.advance(hours=1)
    assert bench.ask() == replace(first, asked_at=bench.clock())
    assert len(bench.service.asked) == 2


def test_an_operator_may_ask_past_what_is_remembered(bench: Bench) -> None:
    bench.service.will(Reply(), Reply((degree(),)))
    assert bench.ask() == NotFound(START)
    assert isinstance(bench.ask(fresh=True), Found)
    assert bench.ask() == Found((degree(),), START, remembered=True)


def test_with_a_term_of_nothing_nothing_is_remembered(bench: Bench) -> None:
    bench.know(found_for=timedelta(0), not_found_for=timedelta(0))
    bench.service.will(Reply(), Reply())
    bench.ask()
    bench.ask()
    assert len(bench.service.asked) == 2


def test_a_question_with_the_student_s_credentials_is_neither_remembered_nor_answered_from_memory(
    bench: Bench,
) -> None:
    personal = ask_diploma(PERSON, 2019, "utente", "segreta")
    bench.service.will(Reply((diploma(),), "0"), Reply((), "94"), Reply((diploma(),), "0"))
    bench.ask(question=DIPLOMA)
    assert trouble_of(bench.ask(question=personal)) is AskTrouble.QUESTION_REFUSED
    assert isinstance(bench.ask(question=personal), Found)
    assert len(bench.tables.answers) == 1


@pytest.mark.parametrize(
    ("error", "trouble"),
    [
        (PartnerUnreachable("x"), AskTrouble.UNREACHABLE),
        (OutcomeUnknown("x"), AskTrouble.UNKNOWN),
        (PartnerMisbehaved("x"), AskTrouble.MISBEHAVED),
    ],
)
def test_a_registry_that_could_not_be_asked_is_never_remembered(
    bench: Bench, error: Exception, trouble: AskTrouble
) -> None:
    bench.service.will(error, Reply((degree(),)))
    assert bench.ask() == CouldNotAsk(trouble, START, "x")
    assert bench.tables.answers == {}
    assert bench.log[0].outcome is QueryOutcome.COULD_NOT_ASK
    assert isinstance(bench.ask(), Found)


def test_what_is_remembered_is_told_while_the_registry_is_down(bench: Bench) -> None:
    bench.service.will(Reply((degree(),)))
    bench.ask()
    bench.tables.circuits[LookupService.TITLES] = Circuit(
        9, START, START + timedelta(days=1), "unreachable"
    )
    assert isinstance(bench.ask(), Found)
    assert trouble_of(bench.ask(fresh=True)) is AskTrouble.CIRCUIT_OPEN


def test_after_failures_in_a_row_nobody_asks_until_a_probe(bench: Bench) -> None:
    bench.service.will(DOWN, DOWN)
    assert bench.ask() == CouldNotAsk(AskTrouble.UNREACHABLE, START, "NewConnectionError")
    later = bench.clock.advance(minutes=1)
    second = bench.ask()
    assert second == CouldNotAsk(
        AskTrouble.UNREACHABLE, START, "NewConnectionError", later + timedelta(seconds=30)
    )
    held = bench.ask()
    assert held == CouldNotAsk(
        AskTrouble.CIRCUIT_OPEN, START, "unreachable", later + timedelta(seconds=30)
    )
    assert len(bench.service.asked) == 2
    assert bench.tables.alarms == {(ALARM_REGISTRY, "titles"): "unreachable: NewConnectionError"}


def test_one_probe_closes_the_circuit_and_its_alarm(bench: Bench) -> None:
    bench.service.will(DOWN, DOWN)
    bench.ask()
    bench.ask()
    bench.clock.advance(seconds=30)
    held: list[Answer] = []
    bench.service.while_away = lambda: held.append(look_up(
        MONTELAGO, Query(question=TITLES, purpose=PURPOSE, asker=OFFICE), desk=bench.desk
    ))  # fmt: skip
    bench.service.will(Reply())
    assert isinstance(bench.ask(), NotFound)
    assert [trouble_of(item) for item in held] == [AskTrouble.CIRCUIT_OPEN]
    assert bench.tables.alarms == {}
    assert not bench.tables.circuits[LookupService.TITLES].is_open


def test_one_student_s_unreadable_record_does_not_close_the_registry_to_the_others(
    bench: Bench,
) -> None:
    bench.service.will(*[Reply(flaw="dataConseguimento")] * 9, Reply((degree(),)))
    for _ in range(9):
        assert trouble_of(bench.ask()) is AskTrouble.UNREADABLE
    assert isinstance(bench.ask(), Found)
    assert bench.tables.alarms == {}


def test_the_two_services_fare_apart(bench: Bench) -> None:
    bench.service.will(DOWN, DOWN, Reply((diploma(),), "0"))
    bench.ask()
    bench.ask()
    assert isinstance(bench.ask(question=DIPLOMA), Found)
    assert trouble_of(bench.ask()) is AskTrouble.CIRCUIT_OPEN


def test_a_refused_question_is_an_answer_of_a_sound_registry(bench: Bench) -> None:
    bench.service.will(DOWN, Reply((), "12"), DOWN)
    bench.ask(question=DIPLOMA)
    assert bench.ask(question=DIPLOMA) == CouldNotAsk(AskTrouble.QUESTION_REFUSED, START, "12")
    assert trouble_of(bench.ask(question=DIPLOMA)) is AskTrouble.UNREACHABLE
    assert bench.tables.alarms == {}


def test_the_quota_of_an_office_is_refused_with_the_day_it_ends(bench: Bench) -> None:
    bench.know(per_office=1, not_found_for=timedelta(0))
    bench.service.will(Reply(), Reply(), Reply())
    bench.ask()
    refusal = bench.ask()
    assert isinstance(refusal, CouldNotAsk)
    assert refusal.trouble is AskTrouble.QUOTA_SPENT
    assert refusal.again_at is not None
    assert refusal.again_at.isoformat() == "2026-09-22T00:00:00+02:00"
    assert isinstance(bench.ask(asker=Asker("lucia", "diplomi")), NotFound)
    bench.clock.now = refusal.again_at
    assert isinstance(bench.ask(), NotFound)


def test_the_quota_of_the_day_is_every_office_s(bench: Bench) -> None:
    bench.know(per_day=1, not_found_for=timedelta(0))
    bench.service.will(Reply())
    bench.ask()
    assert trouble_of(bench.ask(asker=Asker("lucia", "diplomi"))) is AskTrouble.QUOTA_SPENT
    assert bench.tables.spent["", START.date()] == 1


def test_what_never_arrived_or_was_remembered_is_not_counted(bench: Bench) -> None:
    bench.service.will(DOWN, Reply())
    bench.ask()
    bench.ask()
    bench.ask()
    assert bench.tables.spent["segreteria", START.date()] == 1


@pytest.mark.parametrize(
    ("registry", "trouble"),
    [
        (None, AskTrouble.NO_REGISTRY),
        (replace(THE_REGISTRY, active=False), AskTrouble.NO_REGISTRY),
        (replace(THE_REGISTRY, titles_url=""), AskTrouble.NO_SERVICE),
    ],
)
def test_without_a_registry_nothing_is_asked_and_the_log_says_so(
    bench: Bench, registry: TitleRegistry | None, trouble: AskTrouble
) -> None:
    bench.tables.registry.clear()
    if registry is not None:
        bench.tables.registry["it"] = registry
    assert bench.ask() == CouldNotAsk(trouble, START)
    assert [item.detail for item in bench.log] == [trouble.value]
