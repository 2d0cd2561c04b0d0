"""T2 before the first T3: what the destination demands today."""

from datetime import timedelta

import pytest

from gateway.domain.deliveries import (
    DeliveryState,
    OutcomeUnknown,
    PartnerMisbehaved,
    PartnerUnreachable,
    Trouble,
)
from gateway.domain.messages import Operation
from gateway.domain.terms import SendingMode, TransmissionTerms
from gateway.usecases.delivery import ALARM_PARKED
from gateway.usecases.partner_ports import PartnerAnswer, PartnerCall
from tests.support.clock import HandClock
from tests.support.fakes import FakePartnerServices, accepts, refuses
from tests.support.fakes_desk import FakeDesk
from tests.support.fakes_samples import MONTELAGO, VALDOMBRA
from tests.support.fakes_store import FakeStore

pytestmark = pytest.mark.requirement("T2")

T2, T3 = Operation.GET_INFO_WORKFLOW, Operation.PUT_PROCESSO
TERMS = TransmissionTerms(SendingMode.PARTIAL, career_days=10)
_D = DeliveryState


@pytest.fixture
def desk(store: FakeStore, services: FakePartnerServices, clock: HandClock) -> FakeDesk:
    return FakeDesk(store, services, clock, needs_terms=True)


def test_the_terms_are_asked_for_and_kept_before_the_foglio_leaves(desk: FakeDesk) -> None:
    desk.put()
    desk.services.will(T2, accepts(terms=TERMS))
    desk.services.will(T3, accepts())
    assert desk.attempt() is _D.DELIVERED
    assert desk.services.operations == [T2, T3]
    assert desk.services.calls[0] == PartnerCall(operation=T2, caller=VALDOMBRA)
    assert desk.tables.partners[MONTELAGO].terms == TERMS
    assert desk.results == [(T2, "accepted"), (T3, "accepted")]


def test_a_foglio_that_is_written_already_is_sent_as_it_is(desk: FakeDesk) -> None:
    desk.put(payload=b"<m/>", attempts=1)
    desk.services.will(T3, accepts())
    assert desk.attempt(2) is _D.DELIVERED
    assert desk.services.operations == [T3]


def test_they_are_not_asked_for_out_of_turn(desk: FakeDesk) -> None:
    desk.put(attempts=1)
    assert desk.attempt(1) is _D.WAITING
    assert desk.services.operations == []


def test_what_is_given_up_while_they_are_asked_for_does_not_leave(desk: FakeDesk) -> None:
    made = desk.put()
    desk.services.will(T2, accepts(terms=TERMS))
    desk.services.while_away = lambda _: desk.do(
        lambda uow: uow.deliveries.save(made.abandoned("ripensamento"))
    )
    assert desk.attempt() is _D.ABANDONED
    assert desk.services.operations == [T2]


@pytest.mark.parametrize(
    ("trouble", "result"),
    [(PartnerUnreachable("no route"), "unreachable"), (OutcomeUnknown("timeout"), "unknown")],
)
def test_without_them_the_attempt_has_failed_and_nothing_has_left(
    desk: FakeDesk, trouble: Exception, result: str
) -> None:
    desk.put()
    desk.services.will(T2, trouble)
    assert desk.attempt() is _D.WAITING
    assert (desk.kept.attempts, desk.kept.trouble, desk.kept.reached) == (
        1,
        Trouble.UNREACHABLE,
        False,
    )
    assert desk.kept.payload == b""
    assert [job.attempt for job in desk.tables.jobs] == [2]
    assert desk.results == [(T2, result)]


def test_a_partner_too_busy_to_tell_them_is_left_alone_for_as_long_as_it_asks(
    desk: FakeDesk,
) -> None:
    desk.put()
    desk.services.will(T2, OutcomeUnknown("HTTP 503", timedelta(minutes=5)))
    assert desk.attempt() is _D.WAITING
    assert [job.delay for job in desk.tables.jobs] == [timedelta(minutes=5)]


@pytest.mark.parametrize(
    ("answer", "detail"),
    [
        (PartnerMisbehaved("HTTP 404"), "HTTP 404"),
        (refuses(3, "NON AMMESSO"), "T2: 3"),
        (accepts(), "T2: 0"),
    ],
    ids=["no answer", "refused", "no terms in it"],
)
def test_a_partner_that_does_not_tell_them_is_left_to_a_human(
    desk: FakeDesk, answer: PartnerAnswer | Exception, detail: str
) -> None:
    desk.put()
    desk.services.will(T2, answer)
    assert desk.attempt() is _D.PARKED
    assert (desk.kept.trouble, desk.kept.reached, desk.kept.attempts) == (
        Trouble.MISBEHAVED,
        False,
        1,
    )
    assert desk.tables.alarms == {(ALARM_PARKED, "d0"): f"misbehaved: {detail}"}


def test_terms_that_cannot_be_had_leave_closed_what_was_closed_meanwhile(desk: FakeDesk) -> None:
    made = desk.put()
    desk.services.will(T2, PartnerUnreachable("no route"))
    desk.services.while_away = lambda _: desk.do(
        lambda uow: uow.deliveries.save(made.abandoned("ripensamento"))
    )
    assert desk.attempt() is _D.ABANDONED
    assert (desk.kept.state, desk.tables.jobs) == (_D.ABANDONED, [])
