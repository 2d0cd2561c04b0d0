"""An answer that does not prove itself is as good as none, and somebody is told."""

import pytest

from gateway.domain.deliveries import AnswerNotBelieved, DeliveryState, OutcomeUnknown, Trouble
from gateway.domain.history import Step
from gateway.domain.messages import Operation
from gateway.domain.security import KeyPin, OutboundSecurity
from gateway.usecases.delivery import ALARM_NOT_BELIEVED, ALARM_PARKED, ask
from gateway.usecases.partner_ports import PartnerCall
from tests.support.clock import START, HandClock
from tests.support.fakes import FakePartnerServices, accepts, refuses
from tests.support.fakes_desk import FakeDesk
from tests.support.fakes_samples import MONTELAGO, VALDOMBRA, partner
from tests.support.fakes_store import FakeStore

T3, T7 = Operation.PUT_PROCESSO, Operation.GET_STATUS
_D = DeliveryState
NOT_BELIEVED = AnswerNotBelieved("answer: signature_missing")
ALARM = {(ALARM_NOT_BELIEVED, MONTELAGO): "answer: signature_missing"}


@pytest.fixture
def desk(store: FakeStore, services: FakePartnerServices, clock: HandClock) -> FakeDesk:
    made = FakeDesk(store, services, clock, done=lambda _, answer: bool(answer.steps))
    signers = OutboundSecurity(answer_signers=(KeyPin("0" * 64),))
    made.do(lambda uow: uow.partners.save(partner(outbound=signers)))
    return made


def test_a_message_whose_answer_is_not_believed_is_repeated_and_somebody_is_told(
    desk: FakeDesk,
) -> None:
    desk.put()
    desk.services.will(T3, NOT_BELIEVED)
    assert desk.attempt() is _D.WAITING
    assert (desk.kept.trouble, desk.kept.reached) == (Trouble.UNKNOWN, True)
    assert desk.tables.alarms == ALARM
    assert desk.results == [(T3, "unknown")]


def test_the_alarm_ends_with_the_first_answer_that_is_believed(desk: FakeDesk) -> None:
    desk.put()
    desk.services.will(T3, NOT_BELIEVED, accepts())
    desk.attempt()
    assert desk.attempt(2) is _D.DELIVERED
    assert desk.tables.alarms == {}


def test_an_answer_of_a_partner_that_does_not_sign_clears_nothing(desk: FakeDesk) -> None:
    desk.do(lambda uow: uow.partners.save(partner()))
    desk.do(lambda uow: uow.alarms.raise_(ALARM_NOT_BELIEVED, MONTELAGO, "x", START))
    desk.put()
    desk.services.will(T3, accepts())
    desk.attempt()
    assert desk.tables.alarms == {(ALARM_NOT_BELIEVED, MONTELAGO): "x"}


@pytest.mark.requirement("T7")
@pytest.mark.requirement("T15")
def test_a_refused_repeat_is_not_settled_by_what_t7_does_not_prove(desk: FakeDesk) -> None:
    desk.put(attempts=1, reached=True, payload=b"<m/>")
    desk.services.will(T3, refuses(2), refuses(2))
    desk.services.will(T7, NOT_BELIEVED, accepts(steps=(Step("RICEVUTA", START),)))
    assert desk.attempt(2) is _D.WAITING
    assert desk.courier.told == []
    assert desk.tables.alarms == ALARM
    assert desk.attempt(3) is _D.DELIVERED


def test_who_asks_only_learns_that_the_answer_is_not_believed(desk: FakeDesk) -> None:
    made = desk.put()
    desk.services.will(T7, NOT_BELIEVED)
    call = PartnerCall(operation=T7, caller=VALDOMBRA)
    found = ask(VALDOMBRA, made, partner(), call, desk.desk)
    assert isinstance(found, OutcomeUnknown)
    assert desk.tables.alarms == ALARM
    assert ALARM_PARKED not in {kind for kind, _ in desk.tables.alarms}
