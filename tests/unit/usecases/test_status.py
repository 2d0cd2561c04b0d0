"""Progress of a practice, told to the partner and shown side by side."""

from datetime import timedelta

import pytest

from gateway.domain.deliveries import DeliveryKind, DeliveryState, Side
from gateway.domain.destination import DESTINATION
from gateway.domain.history import UNTOLD, Step
from gateway.domain.origin import ORIGIN, OriginState
from gateway.domain.rejections import Cause
from gateway.usecases.status import (
    LATELY,
    Progress,
    ask_partner,
    ask_unless_lately,
    get_status,
    in_one_line,
    progress,
)
from tests.support.clock import START
from tests.support.fakes_samples import (
    ALL,
    AT_DESTINATION,
    AT_ORIGIN,
    MONTELAGO,
    OFFICE,
    PRACTICE,
    ROCCASOLE,
    STUDENT,
    THE_ORIGIN,
    VALDOMBRA,
    delivery,
    draft,
    received,
    refused,
)
from tests.support.fakes_store import FakeUnitOfWork

LATER = START + timedelta(hours=1)


@pytest.mark.requirement("T7")
def test_the_origin_tells_its_steps_once_the_request_is_on_its_way(
    origin_uow: FakeUnitOfWork,
) -> None:
    made = draft().confirm("P1", actor=STUDENT, now=LATER).process(actor=OFFICE, now=LATER)
    origin_uow.outgoing.add(made.authorise_sending("P2", actor=OFFICE, now=LATER))
    with refused(Cause.PRACTICE_NOT_FOUND):  # it waits in line: nothing has left
        get_status(Side.ORIGIN, MONTELAGO, PRACTICE, uow=origin_uow)
    origin_uow.deliveries.add(delivery(state=DeliveryState.SENDING, meta={"sent": "Trasferimento"}))
    steps = get_status(Side.ORIGIN, MONTELAGO, PRACTICE, uow=origin_uow)
    assert [step.state for step in steps] == ["bozza", "presentata", "elaborata", "validata"]
    assert [step.entered_at for step in steps] == [START, LATER, LATER, LATER]


@pytest.mark.requirement("T7")
def test_the_destination_tells_its_own(destination_uow: FakeUnitOfWork) -> None:
    destination_uow.incoming.add(received())
    steps = get_status(Side.DESTINATION, VALDOMBRA, PRACTICE, uow=destination_uow)
    assert steps == [Step("ricevuta", START)]


@pytest.mark.requirement("T7")
def test_what_leads_back_to_the_same_state_is_no_step(destination_uow: FakeUnitOfWork) -> None:
    made = received().receive_data(ALL, "ERRORE", "", actor=THE_ORIGIN, now=LATER)
    destination_uow.incoming.add(made)
    assert len(get_status(Side.DESTINATION, VALDOMBRA, PRACTICE, uow=destination_uow)) == 1


@pytest.mark.requirement("T7")
def test_what_an_office_noted_for_itself_is_told_to_nobody(destination_uow: FakeUnitOfWork) -> None:
    made = received().authorise_enrolment(actor=OFFICE, now=LATER)
    made = made.reconcile("77", "c1", why="posto confermato; Email", actor=OFFICE, now=LATER)
    destination_uow.incoming.add(made)
    steps = get_status(Side.DESTINATION, VALDOMBRA, PRACTICE, uow=destination_uow)
    assert steps[-1] == Step("immatricolato", LATER)
    assert destination_uow.records.history(AT_DESTINATION)[-1].notes == "posto confermato; Email"


def test_every_event_whose_notes_stay_in_the_house_is_one_that_moves() -> None:
    moving = {
        row.event
        for table in (ORIGIN, DESTINATION)
        for row in table.transitions
        if row.source != row.target
    }
    assert moving >= UNTOLD


@pytest.mark.requirement("T7")
@pytest.mark.parametrize(
    ("caller", "state"),
    [(MONTELAGO, OriginState.ELABORATA), (ROCCASOLE, OriginState.VALIDATA)],
    ids=["not sent yet", "another destination's"],
)
def test_nobody_is_told_of_what_is_not_theirs(
    origin_uow: FakeUnitOfWork, caller: str, state: OriginState
) -> None:
    origin_uow.outgoing.add(draft(state=state))
    with refused(Cause.PRACTICE_NOT_FOUND):
        get_status(Side.ORIGIN, caller, PRACTICE, uow=origin_uow)  # type: ignore[arg-type]


@pytest.mark.requirement("T7")
def test_an_unknown_practice_is_not_found(destination_uow: FakeUnitOfWork) -> None:
    with refused(Cause.PRACTICE_NOT_FOUND):
        get_status(Side.DESTINATION, VALDOMBRA, PRACTICE, uow=destination_uow)


@pytest.mark.requirement("T20")
def test_both_sides_stand_side_by_side(origin_uow: FakeUnitOfWork) -> None:
    origin_uow.outgoing.add(draft())
    there = (Step("ricevuta", START),)
    origin_uow.records.keep_remote(AT_ORIGIN, there, LATER)
    assert progress(AT_ORIGIN, uow=origin_uow) == Progress([Step("bozza", START)], there, LATER)


@pytest.mark.requirement("T20")
def test_before_the_partner_was_asked_there_is_one_side_only(origin_uow: FakeUnitOfWork) -> None:
    origin_uow.outgoing.add(draft())
    found = progress(AT_ORIGIN, uow=origin_uow)
    assert (found.there, found.asked_at) == ((), None)


@pytest.mark.requirement("T20")
def test_the_partner_is_asked_once_at_a_time(destination_uow: FakeUnitOfWork) -> None:
    assert ask_partner(AT_DESTINATION, uow=destination_uow, now=START) is True
    assert ask_partner(AT_DESTINATION, uow=destination_uow, now=START) is False
    (asked,) = destination_uow.tables.deliveries.values()
    assert (asked.kind, asked.side) == (DeliveryKind.STATUS, Side.DESTINATION)


@pytest.mark.requirement("T20")
@pytest.mark.parametrize("side", Side)
def test_within_one_second_cause_comes_before_effect(side: Side) -> None:
    at = START.replace(microsecond=900_000)
    origin_steps = [Step("validata", at), Step("chiusa", at)]
    destination_steps = [Step("RICEVUTA", START), Step("COMPLETATA", START)]
    here, there = origin_steps, destination_steps
    if side is Side.DESTINATION:
        here, there = there, here
    line = in_one_line(Progress(here, there, START), side)
    assert [step.state for _, step in line] == ["validata", "RICEVUTA", "COMPLETATA", "chiusa"]
    assert [whose for whose, _ in line] == [
        Side.ORIGIN,
        Side.DESTINATION,
        Side.DESTINATION,
        Side.ORIGIN,
    ]


def test_a_student_has_the_partner_asked_once_in_a_while(destination_uow: FakeUnitOfWork) -> None:
    destination_uow.incoming.add(received())

    def ask(minutes: int) -> bool:
        now = LATER + timedelta(minutes=minutes)
        return ask_unless_lately(AT_DESTINATION, uow=destination_uow, now=now)

    assert ask(0)
    destination_uow.records.keep_remote(AT_DESTINATION, [Step("INVIATA", START)], LATER)
    destination_uow.tables.deliveries.clear()  # it was answered
    almost = LATELY // timedelta(minutes=1) - 1
    assert not ask(almost)
    assert not destination_uow.tables.deliveries
    assert ask(almost + 1)
    (asked,) = destination_uow.tables.deliveries.values()
    assert asked.kind is DeliveryKind.STATUS
