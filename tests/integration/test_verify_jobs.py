"""Verifications are carried out by a worker of its own, killed or not."""

import threading
import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from gateway.bootstrap import now
from gateway.domain.identifiers import IdPratica
from gateway.domain.lookups import QueryOutcome, QuerySearch
from gateway.domain.registry import TitleRegistry
from tests.support.databases import Maker
from tests.support.metrics import rendered
from tests.support.processes import QUICK, Process
from tests.support.titles_journey import REQUEST, STUDENT
from tests.support.titles_server import (
    Said,
    ScriptedRegistry,
    diploma_answer,
    result,
    served,
    titles_answer,
)
from tests.support.transfers import Steps
from tests.support.universities import MONTELAGO, VALDOMBRA

pytestmark = [pytest.mark.integration, pytest.mark.requirement("A4")]

DEGREE = result(
    codiceFiscale=STUDENT,
    codiceAteneo="093",
    tipoTitoloUniversitario="LT",
    dataConseguimento="15072025",
    annoAccademico="2024",
    voto="110L",
)
DIPLOMA = result(codiceScuola="1234567", votoDiploma="94", codiceRitorno="0")


@pytest.fixture
def server() -> Iterator[ScriptedRegistry]:
    with served() as made:
        yield made


@pytest.fixture
def workers() -> Iterator[list[Process]]:
    made: list[Process] = []
    yield made
    for worker in made:
        worker.kill()


@pytest.fixture(params=["sqlite", "postgres"])
def waiting(
    request: pytest.FixtureRequest, make_steps: Callable[..., Steps], server: ScriptedRegistry
) -> tuple[Steps, IdPratica]:
    """A practice whose titles wait to be verified, and nobody who does it."""
    maker: Maker = request.getfixturevalue(request.param)
    steps = make_steps(maker, **QUICK)
    steps.world.clock.now = now()
    registry = TitleRegistry(
        titles_url=f"{server.address}/titoli", diplomas_url=f"{server.address}/diplomi"
    )
    steps.destination(lambda uow: uow.registry.save(registry))
    return steps, steps.sent(REQUEST)


def verdicts(steps: Steps, practice: IdPratica) -> list[str]:
    return [
        item.verdict.value
        for item in steps.destination(lambda uow: uow.verifications.titles(VALDOMBRA, practice))
    ]


def until(condition: Callable[[], bool], worker: Process) -> None:
    """Wait until something is so.

    Raises:
        TimeoutError: it never is.
    """
    end = time.monotonic() + 60
    while not condition():
        if time.monotonic() > end:
            raise TimeoutError(worker.log())
        time.sleep(0.05)


def start(steps: Steps, workers: list[Process]) -> Process:
    settings = steps.world.destination.settings
    worker = Process(settings, ("worker",), node="lavoratore").start()
    workers.append(worker)
    return worker


@pytest.mark.slow
def test_a_worker_verifies_and_tries_again_by_itself(
    waiting: tuple[Steps, IdPratica], server: ScriptedRegistry, workers: list[Process]
) -> None:
    steps, practice = waiting
    server.says += [
        Said(b"", "503 Service Unavailable"),
        Said(diploma_answer(DIPLOMA)),
        Said(titles_answer(DEGREE)),
    ]
    worker = start(steps, workers)
    until(lambda: verdicts(steps, practice) == ["verified", "verified"], worker)
    assert server.says == []
    counted = rendered(steps.world.destination)
    asked = {"direction": "out", "operation": "titles"}
    assert counted.get("congedo_messages_total", university="", **asked) == 0
    assert counted.get("congedo_messages_total", university=MONTELAGO, **asked) >= 1


@pytest.mark.slow
def test_a_worker_killed_while_it_asks_leaves_the_question_to_the_next(
    waiting: tuple[Steps, IdPratica], server: ScriptedRegistry, workers: list[Process]
) -> None:
    steps, practice = waiting
    held = threading.Event()
    server.says += [Said(titles_answer(DEGREE), wait=held)]
    worker = start(steps, workers)
    until(lambda: len(server.heard) == 1, worker)
    worker.kill()
    held.set()
    server.says += [Said(titles_answer(DEGREE)), Said(diploma_answer(DIPLOMA))]
    worker = start(steps, workers)
    until(lambda: verdicts(steps, practice) == ["verified", "verified"], worker)
    log: Any = steps.destination(lambda uow: uow.registry.queries(QuerySearch()))
    assert [item.outcome for item in log] == [
        QueryOutcome.FOUND,
        QueryOutcome.FOUND,
        QueryOutcome.PENDING,
    ]
