"""Servers and workers killed at random moments (kill -9) over many transfers.

A driver plays the offices on the databases of two installations while their processes carry the
messages, die and come back. In the end every transfer is concluded on both sides and the journals
account for every message.
"""

import os
import random
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from gateway.demo.people import numbered
from gateway.demo.sample import Request
from gateway.domain.deliveries import DeliveryState
from gateway.domain.destination import DestinationState as D
from gateway.domain.identifiers import IdPratica
from gateway.domain.origin import OriginState as O
from gateway.domain.rejections import Rejection
from storage.nodes import NodeRows
from tests.support.accounts import assert_accounted, assert_agreed, in_state, received
from tests.support.databases import Maker
from tests.support.processes import Process, ServedWorld, make_served_world

pytestmark = [pytest.mark.journey, pytest.mark.slow, pytest.mark.requirement("T15")]

NEXT: dict[D, str] = {
    D.RICEVUTA: "authorise_enrolment",
    D.RICHIESTA_REVISIONE: "",
    D.AUTORIZZATA_IMMATRICOLAZIONE: "enrol",
    D.IMMATRICOLATO: "evaluate",
    D.AUTORIZZATA_VALUTAZIONE: "decide",
    D.DELIBERATA: "complete",
}
UNSETTLED = (DeliveryState.WAITING, DeliveryState.SENDING)


@pytest.fixture
def make_served(tmp_path: Path) -> Iterator[Callable[..., ServedWorld]]:
    """Makes worlds of real processes, and ends them."""
    made: list[ServedWorld] = []

    def make(maker: Maker, **options: object) -> ServedWorld:
        made.append(make_served_world(tmp_path / str(len(made)), maker, **options))  # type: ignore[arg-type]
        return made[-1]

    yield make
    for world in made:
        world.close()


class Driver:
    """Plays the offices: for each transfer the next thing that can be done."""

    def __init__(self, world: ServedWorld, transfers: int, chance: random.Random) -> None:
        self.world, self.steps, self.chance = world, world.steps, chance
        self.practices: list[IdPratica] = []
        for number in range(1, transfers + 1):
            student = numbered(number)
            self.practices.append(self.steps.ready(Request(exams=2, student=student)))
        self.looked_at: set[IdPratica] = set()
        self.revised: set[IdPratica] = set()

    def act(self) -> bool:
        """Do what can be done for one transfer; tell whether any is left."""
        left = [item for item in self.practices if self.steps.out(item).state is not O.CHIUSA]
        if left:
            with suppress(Rejection, AssertionError):  # a message came since the look
                self._ahead(self.chance.choice(left))
        return bool(left)

    def _ahead(self, practice: IdPratica) -> None:
        state = self.steps.out(practice).state
        if state is O.ELABORATA:
            self.steps.authorise(practice)
        elif state is O.RICHIESTA_REVISIONE:
            if practice in self.revised:
                self.steps.send_again(practice)
                self.revised.remove(practice)
        else:
            into = received(self.steps, practice)
            if into is None or into.state not in NEXT:
                return
            if practice not in self.looked_at and into.state is D.RICEVUTA:
                self.looked_at.add(practice)
                if self.chance.random() < 0.5:
                    self.revised.add(practice)
                    self.steps.ask_revision(practice)
                    return
            if NEXT[into.state]:
                getattr(self.steps, NEXT[into.state])(practice)


def settle(world: ServedWorld, seconds: float) -> None:
    """Wait until nothing is on its way.

    Raises:
        TimeoutError: something still is after that time.
    """
    until = time.monotonic() + seconds
    both = (world.steps.world.origin, world.steps.world.destination)
    while time.monotonic() < until:
        if not any(in_state(installation, *UNSETTLED) for installation in both):
            return
        time.sleep(0.1)
    raise TimeoutError(describe(world, []))


SETTLES = 0.7
"""How often a process that was killed comes to serve before the next one is: so that a slow machine
gets anywhere."""


def storm(world: ServedWorld, driver: Driver, chance: random.Random, seconds: float) -> int:
    """Kill and start processes at random until all is done; return how many kills there were."""
    until = time.monotonic() + seconds
    kills, next_kill = 0, time.monotonic() + 1.5
    while driver.act():
        assert time.monotonic() < until, describe(world, driver.practices)
        time.sleep(chance.uniform(0.0, 0.04))
        if time.monotonic() >= next_kill:
            victim = chance.choice(world.processes)
            victim.kill()
            time.sleep(chance.uniform(0.0, 0.3))
            victim.start()
            kills += 1
            if victim.port and chance.random() < SETTLES:  # else it is killed while it begins
                victim.wait_ready()
            next_kill = time.monotonic() + chance.uniform(0.3, 4.0)
    return kills


def describe(world: ServedWorld, practices: list[IdPratica]) -> str:
    """Return where everything stands, to be read after a failure."""
    lines = [process.log() for process in world.processes]
    for practice in practices:
        into = received(world.steps, practice)
        lines.append(f"{practice} {world.steps.out(practice).state} {into and into.state}")
    for look in (world.steps.origin, world.steps.destination):
        lines += [
            f"{item.id_pratica} {item.kind} {item.state} {item.attempts}"
            for item in look(lambda uow: uow.deliveries.by_state(None, 1000))
            if item.is_open
        ]
    return "\n".join(lines)


def assert_all_is_well(world: ServedWorld, practices: list[IdPratica]) -> None:
    """Every transfer is concluded on both sides, once."""
    for practice in practices:
        assert assert_agreed(world.steps, practice) is D.COMPLETATA
    for look in (world.steps.origin, world.steps.destination):
        sent = look(lambda uow: uow.deliveries.by_state(None, 1000))
        assert [item for item in sent if item.state is not DeliveryState.DELIVERED] == []
    there = world.steps.world
    assert_accounted(there.origin, there.destination, practices)


def survive(world: ServedWorld, transfers: int, seed: int, seconds: float) -> int:
    """Run transfers through a storm of kills; return how many kills there were."""
    chance = random.Random(seed)
    driver = Driver(world, transfers, chance)
    world.start()
    kills = storm(world, driver, chance, seconds)
    settle(world, 30)
    assert_all_is_well(world, driver.practices)
    return kills


@pytest.mark.timeout(300)
def test_transfers_survive_kills(make_served: Callable[..., ServedWorld], database: Maker) -> None:
    seed = random.SystemRandom().randrange(10**6)
    print("seed", seed)  # noqa: T201  to run a failure again
    assert survive(make_served(database), 5, seed, 150) > 0


@pytest.mark.soak
@pytest.mark.timeout(0)
def test_transfers_survive_hours_of_kills(
    make_served: Callable[..., ServedWorld], database: Maker
) -> None:
    minutes = float(os.environ.get("SOAK_MINUTES", "1"))
    until, seed, kills = time.monotonic() + minutes * 30, 0, 0
    while time.monotonic() < until:
        seed += 1
        kills += survive(make_served(database), 40, seed, 1200)
    assert kills


@pytest.mark.timeout(200)
def test_a_killed_workers_jobs_are_taken_over_by_another_node(
    make_served: Callable[..., ServedWorld], postgres: Maker
) -> None:
    world = make_served(postgres, serve=("serve", "--no-worker"))
    first, second = (
        Process(world.origin.settings, ("worker",), node=f"node{number}") for number in (1, 2)
    )
    answering = Process(world.destination.settings, ("worker",))
    world.others += [first, answering]
    practice = world.steps.ready()
    world.start()
    nodes = NodeRows(world.steps.world.origin.store.engine)
    wait_for(nodes.seen)
    world.destination.kill()  # the message will find nobody, and be on its way when the node dies
    world.steps.authorise(practice)
    wait_for(
        lambda: in_state(world.steps.world.origin, DeliveryState.SENDING, DeliveryState.WAITING)
    )
    first.kill()
    world.others.append(second.start())
    world.destination.start().wait_ready()
    settle(world, 60)
    assert world.steps.out(practice).state is O.TRASFERITA
    wait_for(lambda: [name.partition("#")[0] for name in nodes.seen()] == ["node2"])


def wait_for(found: Callable[[], object], seconds: float = 40.0) -> None:
    """Wait until something is found.

    Raises:
        TimeoutError: nothing is, in that time.
    """
    until = time.monotonic() + seconds
    while not found():
        if time.monotonic() > until:
            raise TimeoutError
        time.sleep(0.05)
