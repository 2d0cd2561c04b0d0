"""Every open practice stands in one queue, and whoever's turn it is can do something there."""

from dataclasses import replace
from datetime import date
from itertools import product
from typing import Any

import pytest

from gateway.domain.deliveries import Side
from gateway.domain.destination import DESTINATION, DestinationState
from gateway.domain.lifecycle import Party
from gateway.domain.origin import ORIGIN, OriginState
from gateway.domain.terms import ADMINISTRATIVE, CAREER
from gateway.domain.tokens import Token
from gateway.domain.worklist import QUEUES, Queue, Turn, queue_of, queues_of
from tests.support.fakes_samples import draft, received

pytestmark = [pytest.mark.requirement("T18"), pytest.mark.requirement("T19")]

DAY = date(2026, 10, 30)
TOKEN = Token("ABCDE23456")
WHO = {
    Turn.OFFICE: {Party.SECRETARIAT, Party.COMMISSION},
    Turn.PARTNER: {Party.PARTNER},
    Turn.STUDENT: {Party.STUDENT},
}
OUTGOING = [
    replace(draft(), state=state, career_due=due)
    for state, due in product(OriginState, (None, DAY))
]
INCOMING = [
    replace(
        received(),
        state=state,
        career_due=due,
        revision_open=revision,
        anomaly_open=anomaly,
        token=token,
        sections=sections,
    )
    for state, due, revision, anomaly, token, sections in product(
        DestinationState,
        (None, DAY),
        (False, True),
        (False, True),
        (None, TOKEN),
        (ADMINISTRATIVE, ADMINISTRATIVE | CAREER),
    )
]


@pytest.mark.parametrize("transfer", OUTGOING)
def test_a_request_waits_as_long_as_it_is_open(transfer: Any) -> None:
    queue = queue_of(transfer)
    assert (queue is None) == transfer.has_ended
    if queue is not None:
        waiting = QUEUES[queue]
        rows = {row.event: row for row in ORIGIN.events_from(transfer.state)}
        assert waiting.side is Side.ORIGIN
        assert rows[waiting.goes_on_by].by & WHO[waiting.turn]


@pytest.mark.parametrize("transfer", INCOMING)
def test_a_practice_waits_as_long_as_it_is_open(transfer: Any) -> None:
    queue = queue_of(transfer)
    assert (queue is None) == transfer.has_ended
    if queue is not None:
        waiting = QUEUES[queue]
        rows = {row.event: row for row in DESTINATION.events_from(transfer.state)}
        assert waiting.side is Side.DESTINATION
        assert rows[waiting.goes_on_by].by & WHO[waiting.turn]


def test_every_queue_is_reached() -> None:
    found = {queue_of(transfer) for transfer in [*OUTGOING, *INCOMING]}
    assert found == {*Queue, None}
    assert set(QUEUES) == set(Queue)


def test_sections_that_are_owed_wait_for_the_office_that_owes_them() -> None:
    sent = replace(draft(), state=OriginState.TRASFERITA)
    assert queue_of(sent) is Queue.UNDER_WAY
    assert queue_of(replace(sent, career_due=DAY)) is Queue.CAREER_TO_SEND


def test_who_enrolled_waits_for_the_career_before_anybody_evaluates_it() -> None:
    enrolled = replace(
        received(), state=DestinationState.IMMATRICOLATO, sections=ADMINISTRATIVE | CAREER
    )
    assert queue_of(enrolled) is Queue.TO_EVALUATE
    assert queue_of(replace(enrolled, sections=ADMINISTRATIVE)) is Queue.CAREER_AWAITED
    assert queue_of(replace(enrolled, revision_open=True)) is Queue.INTEGRATION_AWAITED


def test_a_commission_cannot_decide_while_an_integration_is_awaited() -> None:
    given = replace(received(), state=DestinationState.AUTORIZZATA_VALUTAZIONE)
    assert queue_of(given) is Queue.TO_DECIDE
    assert queue_of(replace(given, revision_open=True)) is Queue.INTEGRATION_AWAITED


def test_nobody_waits_for_a_student_who_has_no_token_yet() -> None:
    told = replace(received(), state=DestinationState.AUTORIZZATA_IMMATRICOLAZIONE)
    assert queue_of(told) is Queue.TOKEN_TO_ASSIGN
    assert QUEUES[Queue.TOKEN_TO_ASSIGN].turn is Turn.OFFICE
    assert queue_of(replace(told, token=TOKEN)) is Queue.TO_ENROL


def test_what_the_commission_reports_waits_for_the_secretariat() -> None:
    given = replace(received(), state=DestinationState.AUTORIZZATA_VALUTAZIONE)
    for revision in (False, True):
        told = replace(given, revision_open=revision, anomaly_open=True)
        assert queue_of(told) is Queue.ANOMALY_REPORTED
    assert QUEUES[Queue.ANOMALY_REPORTED].turn is Turn.OFFICE


def test_queues_are_told_by_turn_and_side() -> None:
    assert queues_of(Turn.STUDENT) == [Queue.DRAFT, Queue.TO_ENROL]
    assert queues_of(Turn.STUDENT, Side.ORIGIN) == [Queue.DRAFT]
    assert {queue for turn in Turn for queue in queues_of(turn)} == set(Queue)
