"""Both sides' steps in one line of time (T20)."""

from datetime import timedelta

import pytest

from gateway.cli.practice import timeline
from gateway.usecases import origin, status
from tests.support.transfers import Steps

pytestmark = pytest.mark.requirement("T20")


def states(steps: Steps, *, tick: timedelta) -> list[str]:
    """Send a foglio, ask for the progress, and return the states in their order."""
    clock = steps.world.clock
    clock.advance(milliseconds=400)
    practice = steps.ready()
    clock.now += tick
    steps.authorise(practice)
    steps.deliver_all()
    clock.now += tick
    key = origin.key_of(steps.out(practice))
    steps.origin(lambda uow: status.ask_partner(key, uow=uow, now=clock()))
    steps.deliver_all()
    rows = steps.origin(lambda uow: timeline(uow, key))
    return [str(row["state"]).lower() for row in rows]


def test_steps_of_both_sides_stand_in_the_order_of_time(steps: Steps) -> None:
    found = states(steps, tick=timedelta(minutes=1))
    assert found.index("elaborata") < found.index("ricevuta")


def test_steps_of_one_second_stand_in_the_order_of_events(steps: Steps) -> None:
    found = states(steps, tick=timedelta(0))
    assert found.index("elaborata") < found.index("ricevuta")
