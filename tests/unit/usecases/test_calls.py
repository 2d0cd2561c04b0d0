"""From a delivery to its practice, its call and its alarms."""

import pytest

from gateway.domain.deliveries import DeliveryKind, Side
from gateway.domain.identifiers import IdPratica
from gateway.domain.messages import Operation
from gateway.domain.outcomes import Outcome
from gateway.usecases.calls import ALARM_REFUSED, alarm_refused, call_of, key_of, partner_of, words
from gateway.usecases.partner_ports import PartnerCall
from gateway.usecases.ports import PracticeKey
from tests.support.clock import START
from tests.support.fakes_samples import (
    AT_ORIGIN,
    MONTELAGO,
    PRACTICE,
    THE_DESTINATION,
    VALDOMBRA,
    delivery,
)
from tests.support.fakes_store import FakeUnitOfWork


def test_a_delivery_leads_to_its_practice_on_its_side() -> None:
    assert key_of(delivery()) == AT_ORIGIN
    other = delivery(DeliveryKind.TOKEN, Side.DESTINATION)
    assert key_of(other) == PracticeKey(Side.DESTINATION, MONTELAGO, PRACTICE)


def test_one_about_no_practice_has_an_empty_identifier() -> None:
    made = delivery(DeliveryKind.OFFER, id_pratica=None)
    assert key_of(made).id_pratica == IdPratica("")


def test_what_an_answer_causes_is_the_partners_doing() -> None:
    assert partner_of(delivery()) == THE_DESTINATION


def test_the_history_keeps_code_and_words_of_an_outcome() -> None:
    assert words(Outcome(28, "sezione mancante")) == "28: sezione mancante"


def test_a_call_says_what_was_noted_when_it_was_put_in_line(origin_uow: FakeUnitOfWork) -> None:
    noted = {
        "reason": "ERRORE",
        "notes": "voto",
        "change": "CHIUDI",
        "course": "c2",
        "attachment_id": "A1",
        "year": "2026",
        "kind": "L",
    }
    made = delivery(DeliveryKind.STATUS_CHANGE, meta={**noted, "foglio": "7"})
    assert call_of(origin_uow, made, Operation.CHANGE_STATUS) == PartnerCall(
        operation=Operation.CHANGE_STATUS,
        caller=VALDOMBRA,
        id_pratica=PRACTICE,
        reason="ERRORE",
        notes="voto",
        change="CHIUDI",
        course="c2",
        attachment_id="A1",
        year=2026,
        kind="L",
    )


@pytest.mark.parametrize("operation", list(Operation))
def test_a_call_of_which_nothing_was_noted_says_nothing(
    origin_uow: FakeUnitOfWork, operation: Operation
) -> None:
    assert call_of(origin_uow, delivery(), operation) == PartnerCall(
        operation=operation, caller=VALDOMBRA, id_pratica=PRACTICE
    )


def test_a_human_is_shown_what_was_refused_by_whom_and_why(origin_uow: FakeUnitOfWork) -> None:
    made = delivery(DeliveryKind.REFRESH)
    alarm_refused(origin_uow, made, Outcome(3, "NON AMMESSO"), START)
    assert origin_uow.tables.alarms == {
        (ALARM_REFUSED, f"refresh {MONTELAGO} {PRACTICE}"): "3: NON AMMESSO"
    }
