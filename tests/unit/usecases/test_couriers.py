"""The couriers of notices and reads: T1, T4, T7, T8, T9."""

from collections.abc import Mapping
from typing import Any

import pytest

from gateway.domain.deliveries import ORDERED, DeliveryKind, Side
from gateway.domain.destination import DestinationState
from gateway.domain.history import Step
from gateway.domain.messages import CHANGING, Operation
from gateway.domain.offers import Offer
from gateway.domain.origin import OriginState
from gateway.domain.outcomes import Outcome
from gateway.domain.rejections import Cause
from gateway.domain.tokens import Token
from gateway.usecases.calls import ALARM_REFUSED, key_of
from gateway.usecases.couriers import ALARM_DIVERGES, make_couriers
from gateway.usecases.delivery import Courier
from tests.support.clock import START
from tests.support.fakes import FakeDocuments, accepts
from tests.support.fakes_samples import (
    AT_ORIGIN,
    MONTELAGO,
    PRACTICE,
    VALDOMBRA,
    course,
    delivery,
    draft,
    inbound,
    received,
    refused,
)
from tests.support.fakes_store import FakeUnitOfWork

NO = Outcome(3, "NON AMMESSO")
Couriers = Mapping[DeliveryKind, Courier]


@pytest.fixture
def couriers(documents: FakeDocuments) -> Couriers:
    return make_couriers(documents)


def test_every_kind_of_delivery_has_its_courier(couriers: Couriers) -> None:
    assert set(couriers) == set(DeliveryKind)
    assert len({courier.operation for courier in couriers.values()}) == len(DeliveryKind)


@pytest.mark.requirement("T15")
@pytest.mark.parametrize("kind", list(DeliveryKind))
def test_what_changes_the_partners_practice_is_what_is_sent_in_order(
    couriers: Couriers, kind: DeliveryKind
) -> None:
    assert (couriers[kind].operation in CHANGING) is (kind in ORDERED)


@pytest.mark.parametrize(
    "kind",
    [DeliveryKind.REFRESH, DeliveryKind.ATTACHMENT, DeliveryKind.STATUS, DeliveryKind.OFFER],
)
def test_a_plain_call_is_what_was_noted(
    couriers: Couriers, destination_uow: FakeUnitOfWork, kind: DeliveryKind
) -> None:
    made = inbound(kind, meta={"notes": "x", "year": "2026", "attachment_id": "A1"})
    prepared, call = couriers[kind].prepare(destination_uow, made)
    assert prepared is made
    assert (call.operation, call.caller, call.id_pratica) == (
        couriers[kind].operation,
        MONTELAGO,
        PRACTICE,
    )
    assert (call.notes, call.year, call.attachment_id) == ("x", 2026, "A1")


@pytest.mark.requirement("T8")
def test_a_token_is_taken_from_the_practice_when_it_leaves(
    couriers: Couriers, destination_uow: FakeUnitOfWork
) -> None:
    destination_uow.incoming.add(received(token=Token("TOK1")))
    made = inbound(DeliveryKind.TOKEN)
    prepared, call = couriers[DeliveryKind.TOKEN].prepare(destination_uow, made)
    assert (prepared, call.operation, call.token) == (made, Operation.RET_TOKEN, Token("TOK1"))


@pytest.mark.requirement("T8")
def test_without_a_practice_there_is_no_token_to_send(
    couriers: Couriers, destination_uow: FakeUnitOfWork
) -> None:
    with refused(Cause.PRACTICE_NOT_FOUND):
        couriers[DeliveryKind.TOKEN].prepare(destination_uow, inbound(DeliveryKind.TOKEN))


NOTICES = [DeliveryKind.REFRESH, DeliveryKind.TOKEN]
QUIET_READS = [DeliveryKind.STATUS, DeliveryKind.OFFER]


@pytest.mark.parametrize("kind", NOTICES)
def test_the_acceptance_of_a_notice_changes_nothing(
    couriers: Couriers, destination_uow: FakeUnitOfWork, kind: DeliveryKind
) -> None:
    destination_uow.incoming.add(received())
    before = destination_uow.tables.copy()
    couriers[kind].accepted(destination_uow, inbound(kind), accepts(), START)
    assert destination_uow.tables == before


@pytest.mark.parametrize("kind", NOTICES)
def test_a_refused_notice_is_shown_to_a_human(
    couriers: Couriers, destination_uow: FakeUnitOfWork, kind: DeliveryKind
) -> None:
    couriers[kind].refused(destination_uow, inbound(kind), NO, START)
    assert list(destination_uow.tables.alarms) == [
        (ALARM_REFUSED, f"{kind} {VALDOMBRA} {PRACTICE}")
    ]


@pytest.mark.parametrize("kind", QUIET_READS)
def test_a_refused_read_stays_with_its_delivery(
    couriers: Couriers, destination_uow: FakeUnitOfWork, kind: DeliveryKind
) -> None:
    before = destination_uow.tables.copy()
    couriers[kind].refused(destination_uow, inbound(kind), NO, START)
    assert destination_uow.tables == before


@pytest.mark.requirement("T1")
@pytest.mark.parametrize("courses", [(), (course(),)])
def test_a_partners_offer_is_kept_with_its_age(
    couriers: Couriers, origin_uow: FakeUnitOfWork, courses: tuple[Any, ...]
) -> None:
    made = delivery(DeliveryKind.OFFER, id_pratica=None, meta={"year": "2026"})
    came = accepts(offer=Offer(2026, courses) if courses else None)
    couriers[DeliveryKind.OFFER].accepted(origin_uow, made, came, START)
    assert origin_uow.offers.cached(MONTELAGO, 2026) == Offer(2026, courses, START)


ENDED = [
    "CANCELLATA",
    "Annullata",
    "chiusa",
    "COMPLETATA",
    "respinta",
    "Rifiutata",
]


@pytest.mark.requirement("T7")
@pytest.mark.requirement("T20")
def test_the_partners_steps_are_kept_with_their_age(
    couriers: Couriers, origin_uow: FakeUnitOfWork
) -> None:
    origin_uow.outgoing.add(draft(state=OriginState.TRASFERITA))
    steps = (Step("RICEVUTA", START),)
    made = delivery(DeliveryKind.STATUS)
    couriers[DeliveryKind.STATUS].accepted(origin_uow, made, accepts(steps=steps), START)
    assert origin_uow.records.remote(AT_ORIGIN) == (START, steps)
    assert origin_uow.tables.alarms == {}


class Asked:
    """A practice open on one side, whose partner is asked for its progress."""

    def __init__(self, couriers: Couriers, uow: FakeUnitOfWork, side: Side, *, ended: bool) -> None:
        self.courier, self.uow = couriers[DeliveryKind.STATUS], uow
        if side is Side.ORIGIN:
            self.delivery = delivery(DeliveryKind.STATUS)
            state = OriginState.CHIUSA if ended else OriginState.TRASFERITA
            uow.outgoing.add(draft(state=state))
        else:
            self.delivery = delivery(DeliveryKind.STATUS, Side.DESTINATION)
            there = DestinationState.COMPLETATA if ended else DestinationState.DELIBERATA
            uow.incoming.add(received(state=there, origin=MONTELAGO))

    def hear(self, *states: str) -> dict[tuple[str, str], str]:
        """Let the partner tell its steps; return the alarms."""
        steps = tuple(Step(state, START) for state in states)
        self.courier.accepted(self.uow, self.delivery, accepts(steps=steps), START)
        return self.uow.tables.alarms


SIDES = pytest.mark.parametrize("side", list(Side))
SUBJECT = (ALARM_DIVERGES, f"{MONTELAGO} {PRACTICE}")


@pytest.mark.requirement("T7")
@SIDES
@pytest.mark.parametrize("word", ENDED)
def test_a_partner_that_has_ended_what_is_open_here_alarms(
    couriers: Couriers, origin_uow: FakeUnitOfWork, side: Side, word: str
) -> None:
    asked = Asked(couriers, origin_uow, side, ended=False)
    assert key_of(asked.delivery).side is side
    assert asked.hear("RICEVUTA", word) == {SUBJECT: word}


@pytest.mark.requirement("T7")
@SIDES
@pytest.mark.parametrize(
    ("ended", "steps"),
    [(True, ("RICEVUTA", "CANCELLATA")), (False, ("CANCELLATA", "RICEVUTA")), (False, ())],
    ids=["ended on both sides", "open on both sides", "nothing told"],
)
def test_the_alarm_ends_when_both_sides_agree(
    couriers: Couriers,
    origin_uow: FakeUnitOfWork,
    side: Side,
    ended: bool,
    steps: tuple[str, ...],
) -> None:
    asked = Asked(couriers, origin_uow, side, ended=ended)
    origin_uow.alarms.raise_(*SUBJECT, "CANCELLATA", START)
    assert asked.hear(*steps) == {}
