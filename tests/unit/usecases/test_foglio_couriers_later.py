"""The couriers of what follows the foglio: T5 and T6."""

from datetime import timedelta
from typing import Any

import pytest

from gateway.domain.deliveries import Delivery, DeliveryKind, Side
from gateway.domain.destination import COMPLETION, ON_REQUEST, DestinationState
from gateway.domain.history import Step
from gateway.domain.messages import Operation, StatusChange
from gateway.domain.origin import OriginState, OutgoingTransfer, RevisionRequest
from gateway.domain.outcomes import Outcome
from gateway.domain.rejections import Cause
from gateway.domain.terms import ADMINISTRATIVE, CAREER
from gateway.usecases.calls import ALARM_REFUSED
from gateway.usecases.foglio_couriers import data_courier, status_change_courier
from tests.support.clock import START
from tests.support.fakes import FakeDocuments, accepts
from tests.support.fakes_samples import (
    ALL,
    AT_ORIGIN,
    MONTELAGO,
    PRACTICE,
    VALDOMBRA,
    delivery,
    draft,
    foglio,
    inbound,
    received,
    refused,
)
from tests.support.fakes_store import FakeUnitOfWork

_S = OriginState
NO = Outcome(27, "codice fiscale")
OPEN = [_S.TRASFERITA, _S.RICHIESTA_REVISIONE]
ENDED = [_S.CHIUSA, _S.RESPINTA, _S.CANCELLATA]
ASKED = RevisionRequest("ERRORE", "voto", START)


class Later:
    """A request that was sent, and what is sent after it."""

    def __init__(self, uow: FakeUnitOfWork, documents: FakeDocuments) -> None:
        self.uow, self.documents = uow, documents
        self.data, self.change = data_courier(documents), status_change_courier()

    def keep(self, state: OriginState, **changes: Any) -> OutgoingTransfer:
        return self.uow.outgoing.add(draft(state=state, **{"sent": ALL, **changes}))

    @property
    def kept(self) -> OutgoingTransfer:
        return self.uow.tables.outgoing[PRACTICE]

    @property
    def events(self) -> list[tuple[str, str]]:
        history = self.uow.records.history(AT_ORIGIN)[1:]
        return [(entry.event, entry.notes) for entry in history]


@pytest.fixture
def later(origin_uow: FakeUnitOfWork, documents: FakeDocuments) -> Later:
    return Later(origin_uow, documents)


def data(reason: str = ON_REQUEST, sent: str = "", **changes: Any) -> Delivery:
    noted = {"foglio": "1", "protocol": "P3", "on": "2026-09-23", "reason": reason, "notes": "n"}
    return delivery(
        DeliveryKind.DATA, meta={**noted, **({"sent": sent} if sent else {})}, **changes
    )


def cancelling(side: Side = Side.ORIGIN) -> Delivery:
    noted = {"change": "ANNULLA", "notes": "ripensamento"}
    return delivery(DeliveryKind.STATUS_CHANGE, side, meta=noted)


@pytest.mark.requirement("T5")
@pytest.mark.requirement("T17")
def test_further_data_carries_every_section_of_the_foglio_kept(later: Later) -> None:
    later.keep(_S.TRASFERITA)
    later.uow.foglios.add_draft(later.documents.know(b"<f/>", foglio(CAREER)), START)
    prepared, call = later.data.prepare(later.uow, data())
    sections = "TitoliConseguiti,CarrieraUniversitaria"
    assert call.foglio.decode() == f"<f/>|{sections}|P3|2026-09-23"
    assert (call.operation, call.caller, call.reason, call.notes) == (
        Operation.PUT_DATI,
        VALDOMBRA,
        ON_REQUEST,
        "n",
    )
    assert prepared.meta["sent"] == "CarrieraUniversitaria TitoliConseguiti"


@pytest.mark.requirement("T5")
def test_a_foglio_that_cannot_be_read_is_not_sent(later: Later) -> None:
    later.uow.foglios.add_draft(b"?", START)
    with refused(Cause.NOT_A_DOCUMENT):
        later.data.prepare(later.uow, data())


def test_t7_tells_nothing_of_further_data(later: Later) -> None:
    assert later.data.done is None


@pytest.mark.requirement("T5")
@pytest.mark.requirement("T14")
def test_accepted_data_counts_as_sent(later: Later) -> None:
    later.keep(_S.TRASFERITA, sent=ADMINISTRATIVE)
    made = data(COMPLETION, "CarrieraUniversitaria TitoliConseguiti")
    later.data.accepted(later.uow, made, accepts(), START)
    assert (later.kept.sent, later.kept.state) == (ALL, _S.TRASFERITA)
    assert later.events == [("data_accepted", "")]


@pytest.mark.requirement("T5")
@pytest.mark.parametrize(
    ("reason", "state", "revision"),
    [(ON_REQUEST, _S.TRASFERITA, None), ("ERRORE", _S.RICHIESTA_REVISIONE, ASKED)],
)
def test_only_data_sent_on_request_ends_a_revision(
    later: Later, reason: str, state: OriginState, revision: RevisionRequest | None
) -> None:
    later.keep(_S.RICHIESTA_REVISIONE, revision=ASKED)
    later.data.accepted(later.uow, data(reason), accepts(), START)
    assert (later.kept.state, later.kept.revision) == (state, revision)


@pytest.mark.requirement("T4")
@pytest.mark.requirement("T5")
def test_an_ok_that_comes_late_does_not_end_a_newer_revision(later: Later) -> None:
    newer = RevisionRequest("ERRORE", "ancora", START + timedelta(hours=1))
    later.keep(_S.RICHIESTA_REVISIONE, revision=newer)
    later.data.accepted(later.uow, data(created_at=START), accepts(), START + timedelta(hours=2))
    assert (later.kept.state, later.kept.revision) == (_S.RICHIESTA_REVISIONE, newer)


@pytest.mark.requirement("T5")
@pytest.mark.parametrize("state", OPEN)
def test_refused_data_is_in_the_history(later: Later, state: OriginState) -> None:
    later.keep(state)
    later.data.refused(later.uow, data(), NO, START)
    assert (later.kept.state, later.events) == (state, [("data_refused", "27: codice fiscale")])


@pytest.mark.requirement("T6")
def test_a_change_of_status_is_what_was_noted(later: Later) -> None:
    made = cancelling()
    prepared, call = later.change.prepare(later.uow, made)
    assert prepared is made
    assert (call.operation, call.change, call.notes) == (
        Operation.CHANGE_STATUS,
        "ANNULLA",
        "ripensamento",
    )


@pytest.mark.requirement("T6")
@pytest.mark.parametrize("state", OPEN)
def test_a_cancellation_agreed_to_ends_the_request(later: Later, state: OriginState) -> None:
    later.keep(state)
    later.change.accepted(later.uow, cancelling(), accepts(), START)
    assert (later.kept.state, later.events) == (
        _S.CANCELLATA,
        [("cancelled", "ripensamento")],
    )


@pytest.mark.requirement("T6")
@pytest.mark.parametrize("state", OPEN)
def test_one_refused_leaves_it_open(later: Later, state: OriginState) -> None:
    later.keep(state)
    later.change.refused(later.uow, cancelling(), NO, START)
    assert (later.kept.state, later.events) == (
        state,
        [("cancellation_refused", "27: codice fiscale")],
    )


@pytest.mark.requirement("T18")
@pytest.mark.parametrize("state", ENDED)
def test_no_answer_touches_what_has_ended(later: Later, state: OriginState) -> None:
    ended = later.keep(state)
    later.data.accepted(later.uow, data(), accepts(), START)
    later.data.refused(later.uow, data(), NO, START)
    later.change.accepted(later.uow, cancelling(), accepts(), START)
    later.change.refused(later.uow, cancelling(), NO, START)
    assert (later.kept, later.events) == (ended, [])


@pytest.mark.requirement("T6")
def test_the_origins_ok_to_an_end_changes_nothing_at_the_destination(
    later: Later, destination_uow: FakeUnitOfWork
) -> None:
    destination_uow.incoming.add(received(state=DestinationState.CANCELLATA))
    before = destination_uow.tables.copy()
    made = inbound(DeliveryKind.STATUS_CHANGE)
    later.change.accepted(destination_uow, made, accepts(), START)
    assert destination_uow.tables == before


@pytest.mark.requirement("T6")
def test_an_end_that_the_origin_refuses_is_shown_to_a_human(
    later: Later, destination_uow: FakeUnitOfWork
) -> None:
    made = inbound(DeliveryKind.STATUS_CHANGE)
    later.change.refused(destination_uow, made, NO, START)
    assert destination_uow.tables.alarms == {
        (ALARM_REFUSED, f"status_change {VALDOMBRA} {PRACTICE}"): "27: codice fiscale"
    }


@pytest.mark.requirement("T7")
@pytest.mark.parametrize(
    ("change", "states", "done"),
    [
        (StatusChange.CANCEL, ("RICEVUTA", "CANCELLATA"), True),
        (StatusChange.CANCEL, ("annullata",), True),
        (StatusChange.CANCEL, ("CHIUSA",), False),
        (StatusChange.CLOSE, ("TRASFERITA", "Chiusa"), True),
        (StatusChange.CLOSE, ("completata",), True),
        (StatusChange.CLOSE, ("CHIUSA", "TRASFERITA"), False),
        (StatusChange.REJECT, ("RESPINTA",), True),
        (StatusChange.REJECT, ("rifiutata",), True),
        (StatusChange.REJECT, (), False),
    ],
)
def test_a_change_had_arrived_when_the_last_step_says_so(
    later: Later, change: StatusChange, states: tuple[str, ...], done: bool
) -> None:
    made = delivery(DeliveryKind.STATUS_CHANGE, meta={"change": change.value})
    steps = tuple(Step(state, START) for state in states)
    assert later.change.done is not None
    assert later.change.done(made, accepts(steps=steps)) is done


def test_a_partner_is_named_in_what_its_answer_causes(later: Later) -> None:
    later.keep(_S.TRASFERITA)
    later.change.accepted(later.uow, cancelling(), accepts(), START)
    assert later.uow.records.history(AT_ORIGIN)[-1].actor.name == MONTELAGO
