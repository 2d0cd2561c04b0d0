"""Walks through the life cycles: whatever is tried in whatever order, nothing is lost."""

from collections.abc import Iterable
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gateway.domain.destination import (
    DESTINATION,
    DestinationEvent,
    DestinationState,
    IncomingTransfer,
)
from gateway.domain.history import HistoryEntry
from gateway.domain.lifecycle import Actor, Lifecycle, Party, Transition
from gateway.domain.origin import ORIGIN, OriginEvent, OriginState, OutgoingTransfer
from gateway.domain.terms import ADMINISTRATIVE
from tests.support.clock import START
from tests.support.fakes_acts import (
    TOKEN,
    Bench,
    act_at_destination,
    act_at_origin,
    let_leave,
    make_bench,
)
from tests.support.fakes_samples import (
    AT_DESTINATION,
    AT_ORIGIN,
    MONTELAGO,
    PRACTICE,
    VALDOMBRA,
    draft,
    received,
)

WALK = settings(max_examples=100, deadline=None)
WHOLE = {"token": TOKEN}
OWING = {"sections": ADMINISTRATIVE, "career_due": START.date()}
OUT = {OriginState.TRASFERITA, OriginState.RICHIESTA_REVISIONE}
ENROLLED = {
    DestinationState.IMMATRICOLATO,
    DestinationState.AUTORIZZATA_VALUTAZIONE,
    DestinationState.DELIBERATA,
    DestinationState.COMPLETATA,
    DestinationState.RIFIUTATA,
    DestinationState.CANCELLATA,
}


def way_to(table: Lifecycle[Any, Any], end: Any) -> list[Transition[Any, Any]]:
    """Return the shortest way from the first state to another."""
    ways: dict[Any, list[Transition[Any, Any]]] = {table.initial: []}
    for state in (ahead := [table.initial]):
        for row in table.events_from(state):
            if row.target not in ways:
                ways[row.target] = [*ways[state], row]
                ahead.append(row.target)
    return ways[end]


def drafted() -> Bench:
    """Return a bench with a student's draft on it."""
    bench = make_bench()
    bench.do(lambda uow: uow.outgoing.add(draft()), at_origin=True)
    return bench


def arrived(**changes: Any) -> Bench:
    """Return a bench with a practice just received on it."""
    bench = make_bench()
    bench.do(lambda uow: uow.incoming.add(received(**changes)), at_origin=False)
    return bench


def out(bench: Bench) -> OutgoingTransfer:
    return bench.store.tables[VALDOMBRA].outgoing[PRACTICE]


def into(bench: Bench) -> IncomingTransfer:
    return bench.store.tables[MONTELAGO].incoming[VALDOMBRA, PRACTICE]


@pytest.mark.requirement("T18")
@pytest.mark.parametrize("end", list(OriginState))
def test_acts_lead_a_draft_to_every_state(end: OriginState) -> None:
    bench = drafted()
    for row in way_to(ORIGIN, end):
        assert act_at_origin(bench, row.event, Actor(min(row.by), "qualcuno")) is None
        let_leave(bench)
    assert out(bench).state is end


@pytest.mark.requirement("T19")
@pytest.mark.parametrize("end", list(DestinationState))
def test_acts_lead_a_practice_to_every_state(end: DestinationState) -> None:
    bench = arrived(token=TOKEN)
    for row in way_to(DESTINATION, end):
        assert act_at_destination(bench, row.event, Actor(min(row.by), "qualcuno")) is None
    assert into(bench).state is end


Try = tuple[Any, Party]


def tries(table: Lifecycle[Any, Any], events: Iterable[Any]) -> st.SearchStrategy[list[Try]]:
    """Draw what is tried and by whom: a way to some state, then anything in any order."""
    ends = sorted({row.target for row in table.transitions})
    begun = st.sampled_from(ends).map(
        lambda end: [(row.event, min(row.by)) for row in way_to(table, end)]
    )
    likely = [(row.event, party) for row in table.transitions for party in sorted(row.by)]
    wild = st.tuples(st.sampled_from(list(events)), st.sampled_from(list(Party)))
    rest = st.lists(st.sampled_from(likely) | wild, min_size=3, max_size=20)
    return st.tuples(begun, rest).map(lambda both: [*both[0], *both[1]])


def check_history(
    table: Lifecycle[Any, Any], history: tuple[HistoryEntry, ...], state: Any
) -> None:
    """See that a history tells every step, without a gap, by rows of the table."""
    assert (history[0].source, history[0].target) == (None, table.initial.value)
    rows = {(row.source, row.event): row for row in table.transitions}
    for before, entry in pairwise(history):
        row = rows[entry.source, entry.event]
        assert (entry.source, entry.target) == (before.target, row.target)
        assert entry.actor.party in row.by
        assert entry.at >= before.at
    assert history[-1].target == state


def check_outgoing(made: OutgoingTransfer) -> None:
    """See that what a request says of itself agrees with its state."""
    assert (made.state is OriginState.RICHIESTA_REVISIONE) == (made.revision is not None)
    assert not made.sent or made.has_ended or made.state in OUT
    assert not made.token or made.sent
    assert not (made.has_ended and made.career_due)
    assert bool(made.archive_number) == (made.state is OriginState.CHIUSA)


def check_incoming(made: IncomingTransfer) -> None:
    """See that what a practice says of itself agrees with its state."""
    assert made.revision_open or made.state is not DestinationState.RICHIESTA_REVISIONE
    assert not (made.has_ended and (made.revision_open or made.career_due))
    assert made.state is DestinationState.AUTORIZZATA_VALUTAZIONE or not made.anomaly_open
    assert made.state in ENROLLED or not made.matricola
    assert made.matricola or not made.token_used


@pytest.mark.requirement("T18")
@WALK
@given(tries(ORIGIN, OriginEvent))
def test_a_request_never_contradicts_its_history_nor_itself(tried: list[Try]) -> None:
    bench = drafted()
    for event, party in tried:
        before, tables = out(bench), bench.store.tables[VALDOMBRA]
        if act_at_origin(bench, event, Actor(party, "qualcuno")) is not None:
            assert bench.store.tables[VALDOMBRA] is tables
        let_leave(bench)
        assert not before.has_ended or out(bench).state is before.state
        check_outgoing(out(bench))
        check_history(ORIGIN, bench.store.tables[VALDOMBRA].history[AT_ORIGIN], out(bench).state)


@pytest.mark.requirement("T19")
@WALK
@given(tries(DESTINATION, DestinationEvent), st.sampled_from([WHOLE, OWING]))
def test_a_practice_never_contradicts_its_history_nor_itself(
    tried: list[Try], start: dict[str, Any]
) -> None:
    bench = arrived(**start)
    for event, party in tried:
        before, tables = into(bench), bench.store.tables[MONTELAGO]
        if act_at_destination(bench, event, Actor(party, "qualcuno")) is not None:
            assert bench.store.tables[MONTELAGO] is tables
        assert not before.has_ended or into(bench).state is before.state
        check_incoming(into(bench))
        history = bench.store.tables[MONTELAGO].history[AT_DESTINATION]
        check_history(DESTINATION, history, into(bench).state)
