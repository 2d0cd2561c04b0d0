"""The life cycles as tables: whole, closed at their ends, and lived by the use cases row by row."""

from collections import Counter
from collections.abc import Iterator
from itertools import product
from typing import Any

import pytest

from gateway.domain.destination import DESTINATION, DestinationEvent, DestinationState
from gateway.domain.history import HistoryEntry
from gateway.domain.lifecycle import Actor, Lifecycle, Party, Transition
from gateway.domain.origin import ENDED, ORIGIN, OriginEvent, OriginState
from gateway.domain.rejections import Cause, Rejection
from tests.support.fakes_acts import (
    act_at_destination,
    act_at_origin,
    keep_incoming,
    keep_outgoing,
    make_bench,
    told,
)
from tests.support.fakes_samples import (
    AT_DESTINATION,
    AT_ORIGIN,
    MONTELAGO,
    PRACTICE,
    VALDOMBRA,
    refused,
)

pytestmark = [pytest.mark.requirement("T18"), pytest.mark.requirement("T19")]

Table = Lifecycle[Any, Any]
CYCLES: dict[str, tuple[Table, list[Any], list[Any], set[str]]] = {
    "origin": (
        ORIGIN,
        list(OriginState),
        list(OriginEvent),
        {"chiusa", "respinta", "cancellata"},
    ),
    "destination": (
        DESTINATION,
        list(DestinationState),
        list(DestinationEvent),
        {"completata", "rifiutata", "cancellata"},
    ),
}
every_table = pytest.mark.parametrize(
    ("table", "states", "events", "last"), CYCLES.values(), ids=CYCLES
)


def ways(table: Table, start: Any) -> set[Any]:
    """Return the states that can be reached from one, itself included."""
    found, ahead = {start}, [start]
    while ahead:
        for row in table.events_from(ahead.pop()):
            if row.target not in found:
                found.add(row.target)
                ahead.append(row.target)
    return found


@every_table
def test_every_state_is_reached_from_the_first(
    table: Table, states: list[Any], events: list[Any], last: set[str]
) -> None:
    assert ways(table, table.initial) == set(states)


@every_table
def test_from_every_state_an_end_can_be_reached(
    table: Table, states: list[Any], events: list[Any], last: set[str]
) -> None:
    assert [state for state in states if not ways(table, state) & last] == []


@every_table
def test_the_last_states_have_no_way_out_and_all_others_have(
    table: Table, states: list[Any], events: list[Any], last: set[str]
) -> None:
    assert {state for state in states if table.is_terminal(state)} == last
    assert {row.source for row in table.transitions} == set(states) - last


@every_table
def test_every_event_has_a_row_and_no_two_rows_contradict(
    table: Table, states: list[Any], events: list[Any], last: set[str]
) -> None:
    assert {row.event for row in table.transitions} == set(events)
    rows = Counter((row.source, row.event) for row in table.transitions)
    assert {pair for pair, times in rows.items() if times > 1} == set()


@every_table
def test_every_row_says_by_whom_and_after_which_clause(
    table: Table, states: list[Any], events: list[Any], last: set[str]
) -> None:
    assert [row for row in table.transitions if not row.by] == []
    sources = ("A.", "4.", "profile")
    assert [row.clause for row in table.transitions if not row.clause.startswith(sources)] == []


@every_table
def test_only_acts_of_this_side_tell_the_partner(
    table: Table, states: list[Any], events: list[Any], last: set[str]
) -> None:
    assert [row for row in table.transitions if row.notifies and Party.PARTNER in row.by] == []


@every_table
def test_every_pair_without_a_row_is_refused_by_name_whoever_tries(
    table: Table, states: list[Any], events: list[Any], last: set[str]
) -> None:
    rows = {(row.source, row.event): row for row in table.transitions}
    for state, event, party in product(states, events, Party):
        row = rows.get((state, event))
        if row is not None and party in row.by:
            assert table.fire(state, event, party) is row
            continue
        with refused(Cause.EVENT_NOT_ALLOWED) as refusal:
            table.fire(state, event, party)
        assert refusal.value.reasons[0].params == {"state": state.value, "event": event.value}


@every_table
def test_what_is_shown_as_open_is_what_would_not_be_refused(
    table: Table, states: list[Any], events: list[Any], last: set[str]
) -> None:
    for state, party in product(states, Party):
        shown = {row.event for row in table.events_from(state, party)}
        assert shown == {event for event in events if not _is_refused(table, state, event, party)}


def _is_refused(table: Table, state: Any, event: Any, party: Party) -> bool:
    try:
        table.fire(state, event, party)
    except Rejection:
        return True
    return False


def test_each_change_asked_for_by_the_destination_has_its_event_and_state() -> None:
    for event, state in ENDED.values():
        rows = [row for row in ORIGIN.transitions if row.event is event]
        assert {row.target for row in rows} == {state}
        assert ORIGIN.is_terminal(state)


def pairs(table: Table, states: Any, events: Any) -> Iterator[Any]:
    """Yield every pair of state and event with each party that the event is for anywhere."""
    for event, state in product(events, states):
        parties = {party for row in table.transitions if row.event is event for party in row.by}
        for party in sorted(parties):
            yield pytest.param(state, event, party, id=f"{state}-{event}-{party}")


IMPLIED = {
    OriginEvent.TOKEN_RECEIVED,
    OriginEvent.REVISION_ASKED,
    *(event for event, _ in ENDED.values()),
}
"""What the destination can only do to a practice that it has accepted, OK or no OK."""


def row_of(table: Table, state: Any, event: Any, party: Party) -> Transition[Any, Any] | None:
    """Return the row that an act is expected to take."""
    if state is OriginState.VALIDATA and event in IMPLIED:
        state = OriginState.TRASFERITA
    found = (row for row in table.events_from(state, party) if row.event is event)
    return next(found, None)


def check_act(
    row: Transition[Any, Any] | None,
    refusal: Rejection | None,
    history: tuple[HistoryEntry, ...],
    messages: list[str],
) -> None:
    """Compare what an act did with its row, or see that without a row it did nothing."""
    if row is None:
        assert (history, messages) == ((), [])
        assert refusal is None or {reason.cause for reason in refusal.reasons} == {
            Cause.EVENT_NOT_ALLOWED
        }
    else:
        assert refusal is None
        assert (history[-1].event, history[-1].target) == (row.event, row.target)
        assert messages == ([row.notifies] if row.notifies else [])


@pytest.mark.parametrize(("state", "event", "party"), list(pairs(ORIGIN, OriginState, OriginEvent)))
def test_the_origins_acts_take_their_rows_and_tell_what_the_rows_say(
    state: OriginState, event: OriginEvent, party: Party
) -> None:
    bench = make_bench()
    keep_outgoing(bench, state)
    refusal = act_at_origin(bench, event, Actor(party, "qualcuno"))
    tables = bench.store.tables[VALDOMBRA]
    messages = [told(one) for one in tables.deliveries.values() if one.delivery_id != "d0"]
    history = tables.history[AT_ORIGIN][1:]
    check_act(row_of(ORIGIN, state, event, party), refusal, history, messages)
    if not history:
        assert tables.outgoing[PRACTICE].state is state


@pytest.mark.parametrize(
    ("state", "event", "party"), list(pairs(DESTINATION, DestinationState, DestinationEvent))
)
def test_the_destinations_acts_take_their_rows_and_tell_what_the_rows_say(
    state: DestinationState, event: DestinationEvent, party: Party
) -> None:
    bench = make_bench()
    keep_incoming(bench, state, event)
    refusal = act_at_destination(bench, event, Actor(party, "qualcuno"))
    tables = bench.store.tables[MONTELAGO]
    messages = [told(one) for one in tables.deliveries.values()]
    history = tables.history[AT_DESTINATION][1:]
    check_act(row_of(DESTINATION, state, event, party), refusal, history, messages)
    if not history:
        assert tables.incoming[VALDOMBRA, PRACTICE].state is state
