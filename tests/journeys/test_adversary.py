"""Two installations, a network that loses, repeats, delays, reorders, and processes that die.

Whatever happened, once the network heals both sides agree, every acknowledged message has had
exactly one effect, tokens match, and the journals account for every message.
"""

import os
import tempfile
from collections import Counter
from collections.abc import Iterable
from pathlib import Path

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    rule,
    run_state_machine_as_test,
)
from sqlalchemy.exc import IntegrityError

from gateway.demo.people import numbered
from gateway.demo.sample import Request
from gateway.domain.deliveries import DeliveryState
from gateway.domain.destination import DestinationState as D
from gateway.domain.identifiers import IdPratica
from gateway.domain.rejections import Rejection
from gateway.domain.terms import TransmissionTerms
from gateway.usecases import delivery
from storage.journal import JournalRows
from tests.support.accounts import (
    assert_accounted,
    assert_agreed,
    assert_numbers_given_once,
    in_state,
    received,
)
from tests.support.adversary import Crash, Fate, HostileNetwork, MortalWorld, mortal
from tests.support.databases import SqliteMaker
from tests.support.transfers import Steps
from tests.support.universities import (
    DEFERRED_PARTIAL,
    IMMEDIATE,
    MONTELAGO,
    VALDOMBRA,
    make_world,
)

pytestmark = [pytest.mark.journey, pytest.mark.requirement("T15")]

AHEAD: dict[D, tuple[str, ...]] = {
    D.RICEVUTA: ("authorise_enrolment", "assign_token", "authorise_enrolment", "ask_revision"),
    D.RICHIESTA_REVISIONE: ("send_again", "assign_token"),
    D.AUTORIZZATA_IMMATRICOLAZIONE: ("enrol", "enrol", "ask_revision"),
    D.IMMATRICOLATO: ("evaluate", "evaluate", "send_again", "ask_revision"),
    D.AUTORIZZATA_VALUTAZIONE: ("decide", "decide", "ask_revision"),
    D.DELIBERATA: ("complete", "complete", "refuse"),
}
"""The steps that bring a practice nearer to an end, those that matter more more often."""
ANY_TIME = (
    "send_again",
    "refuse",
    "cancel",
    "ask_cancellation",
    *sorted({step for steps in AHEAD.values() for step in steps}),
)
"""Any step in any state: the life cycles decide."""
REQUESTS = 3
KINDS = ["deliver"] * 8 + ["ahead"] * 6 + ["any", "late", "wait", "wait", "new_request", "restart"]
DEATHS = [None] * 8 + [Fate.RECEIVER_DIES_BEFORE, Fate.RECEIVER_DIES_AFTER]
FATES = [Fate.ARRIVES] * 4 + list(Fate)


class Adversary(RuleBasedStateMachine):
    """Draws acts of the offices and fates of the messages."""

    maker: SqliteMaker
    ends: Counter[D | None]

    @initialize(terms=st.sampled_from([IMMEDIATE, DEFERRED_PARTIAL]))
    def begin(self, terms: TransmissionTerms) -> None:
        self.folder = tempfile.TemporaryDirectory(prefix="congedo-adversary-")
        network = HostileNetwork()
        world = make_world(
            Path(self.folder.name), self.maker, terms=terms, network=network, threads=1
        )
        self.network = network
        self.world: MortalWorld = mortal(world)
        self.steps = Steps(self.world)
        self.partial = terms is DEFERRED_PARTIAL
        self.known: list[IdPratica] = []

        self.new_request()

    @rule(kind=st.sampled_from(KINDS), data=st.data())
    def happen(self, kind: str, data: st.DataObject) -> None:
        """One rule for everything, so that no example goes without one of them."""
        pick = data.draw(st.integers(0, 60), "pick")
        if kind == "new_request":
            self.new_request()
        elif kind == "deliver":
            self.deliver(data.draw(st.sampled_from(FATES), "fate"), pick)
        elif kind == "late":
            self.arrive_late(pick)
        elif kind == "wait":
            self.world.clock.advance(hours=pick % 6, minutes=5)
        elif kind == "restart":
            self.world.restart(("origin", "destination")[pick % 2])
        else:
            practice = self.known[pick % len(self.known)]
            dies = data.draw(st.sampled_from(DEATHS), "dies")
            step = data.draw(st.sampled_from(ANY_TIME)) if kind == "any" else ""
            self.act(practice, step or self.ahead(practice, pick // 3), dies)

    def new_request(self) -> None:
        """A student asks for a transfer; the office sends it."""
        if len(self.known) == REQUESTS:
            return
        number = len(self.known) + 1
        practice = self.steps.ready(Request(exams=2, student=numbered(number)))
        self.steps.authorise(practice, administrative=self.partial)
        self.known.append(practice)

    def ahead(self, practice: IdPratica, pick: int) -> str:
        """Return a step that brings the practice nearer to its end."""
        into = received(self.steps, practice)
        steps = AHEAD.get(into.state, ()) if into else ()
        return steps[pick % len(steps)] if steps else "send_again"

    def act(self, practice: IdPratica, step: str, dies: Fate | None) -> None:
        side = "origin" if step in ("send_again", "ask_cancellation") else "destination"
        if dies is not None:
            self.world.arm(side, dies)
        try:
            getattr(self.steps, step)(practice)
        except (Rejection, AssertionError):
            pass  # not possible now: the table of the life cycle says so
        except Crash:
            self.network.died.add(side)
        self.world.disarm()
        self._revive()

    def deliver(self, fate: Fate, pick: int) -> None:
        """Make an attempt of a delivery that is due, to that fate."""
        due = [
            (host, code, item)
            for host, code in (("origin", VALDOMBRA), ("destination", MONTELAGO))
            for item in self.steps.due(self._at(host), code)
        ]
        if not due:
            return
        host, code, (delivery_id, attempts) = due[pick % len(due)]
        self.network.fate = fate
        try:
            delivery.attempt(code, delivery_id, attempts + 1, desk=self._at(host).desk())
        except Crash:
            self.network.died.add(host)
        self.network.fate = Fate.ARRIVES
        self._revive()
        self._run_cut_off(host, code)

    def arrive_late(self, pick: int) -> None:
        """A message thought lost arrives after all."""
        if self.network.held:
            self.network.let_arrive(pick)
            self._revive()

    def _at(self, host: str):  # noqa: ANN202
        return self.world.origin if host == "origin" else self.world.destination

    def _revive(self) -> None:
        for host in sorted(self.network.died):
            self.world.restart(host)
        self.network.died.clear()

    def _run_cut_off(self, host: str, code: str) -> None:
        """A job whose process died runs again, as the durable queue sees to."""
        installation = self._at(host)
        for item in in_state(installation, DeliveryState.SENDING):
            delivery.attempt(code, item.delivery_id, item.attempts, desk=installation.desk())

    @invariant()
    def registers_have_no_number_twice(self) -> None:
        if not hasattr(self, "world"):
            return
        for host in ("origin", "destination"):
            assert_numbers_given_once(self._at(host))

    def teardown(self) -> None:
        if not hasattr(self, "world"):
            return
        self._heal()
        for practice in self.known:
            self.ends[assert_agreed(self.steps, practice)] += 1
        assert_accounted(self.world.origin, self.world.destination, self.known)
        self.world.close()
        self.folder.cleanup()

    def _heal(self) -> None:
        while self.network.held:
            self.network.let_arrive(0)
        for _ in range(200):
            if not self.steps.deliver_due() and not self._open():
                return
            self.world.clock.advance(hours=5)
        raise AssertionError("deliveries never end")

    def _open(self) -> list[object]:
        return [
            row
            for host in ("origin", "destination")
            for row in in_state(self._at(host), DeliveryState.WAITING, DeliveryState.SENDING)
        ]


def _run(
    sqlite: SqliteMaker, examples: int, steps: int, phases: Iterable[Phase] = tuple(Phase)
) -> Counter[D | None]:
    ends: Counter[D | None] = Counter()
    machine = type("Machine", (Adversary,), {"maker": sqlite, "ends": ends})
    run_state_machine_as_test(
        machine,
        settings=settings(
            max_examples=examples,
            stateful_step_count=steps,
            deadline=None,
            print_blob=True,
            phases=tuple(phases),
            suppress_health_check=list(HealthCheck),
        ),
    )
    return ends


@pytest.mark.slow
@pytest.mark.timeout(600)
def test_both_sides_agree_whatever_the_network_does(sqlite: SqliteMaker) -> None:
    _run(sqlite, int(os.environ.get("ADVERSARY_EXAMPLES", "12")), 80)


@pytest.mark.slow
def test_the_adversary_notices_a_forgotten_repeat(
    sqlite: SqliteMaker, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(JournalRows, "find_accepted", lambda *_: None)
    with pytest.raises((AssertionError, IntegrityError, BaseExceptionGroup)):
        _run(sqlite, 12, 80, phases=[Phase.generate])


@pytest.mark.soak
@pytest.mark.timeout(0)
def test_both_sides_agree_for_thousands_of_steps(sqlite: SqliteMaker) -> None:
    ends = _run(sqlite, 60 * int(os.environ.get("SOAK_MINUTES", "1")), 80)
    assert {D.COMPLETATA, D.RIFIUTATA, D.CANCELLATA, D.IMMATRICOLATO} <= set(ends)
