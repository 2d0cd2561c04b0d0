"""The machine that reads life cycle tables."""

from enum import StrEnum

import pytest

from gateway.domain.lifecycle import Lifecycle, Party, Transition
from gateway.domain.rejections import Cause
from tests.support.fakes_samples import refused


class Door(StrEnum):
    OPEN = "open"
    SHUT = "shut"
    GONE = "gone"


class Act(StrEnum):
    PUSH = "push"
    REMOVE = "remove"


STUDENT, OFFICE = frozenset({Party.STUDENT}), frozenset({Party.SECRETARIAT})
PUSH_OPEN = Transition(Door.OPEN, Act.PUSH, Door.SHUT, STUDENT | OFFICE, "house")
PUSH_SHUT = Transition(Door.SHUT, Act.PUSH, Door.OPEN, STUDENT, "house")
REMOVE = Transition(Door.OPEN, Act.REMOVE, Door.GONE, OFFICE, "house", "T6")
DOOR = Lifecycle("door", Door.OPEN, PUSH_OPEN, PUSH_SHUT, REMOVE)


def test_an_event_leads_by_its_row() -> None:
    assert DOOR.fire(Door.OPEN, Act.PUSH, Party.STUDENT) is PUSH_OPEN
    assert DOOR.fire(Door.SHUT, Act.PUSH, Party.STUDENT) is PUSH_SHUT


@pytest.mark.parametrize(
    ("state", "event", "party"),
    [
        (Door.SHUT, Act.REMOVE, Party.SECRETARIAT),
        (Door.GONE, Act.PUSH, Party.STUDENT),
        (Door.OPEN, Act.REMOVE, Party.STUDENT),
        (Door.SHUT, Act.PUSH, Party.SECRETARIAT),
    ],
)
def test_an_event_without_a_row_or_of_another_party_is_refused(
    state: Door, event: Act, party: Party
) -> None:
    with refused(Cause.EVENT_NOT_ALLOWED) as refusal:
        DOOR.fire(state, event, party)
    assert refusal.value.reasons[0].params == {"state": state.value, "event": event.value}


def test_open_events_are_those_of_the_state() -> None:
    assert list(DOOR.events_from(Door.OPEN)) == [PUSH_OPEN, REMOVE]


def test_a_party_sees_only_its_own_events() -> None:
    assert list(DOOR.events_from(Door.OPEN, Party.STUDENT)) == [PUSH_OPEN]
    assert list(DOOR.events_from(Door.SHUT, Party.SECRETARIAT)) == []


@pytest.mark.parametrize(
    ("state", "ended"), [(Door.OPEN, False), (Door.SHUT, False), (Door.GONE, True)]
)
def test_a_state_without_rows_is_terminal(state: Door, ended: bool) -> None:
    assert DOOR.is_terminal(state) is ended
