"""One courier for each kind of delivery; notices and reads stand here (T1, T4, T7, T8, T9)."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from types import MappingProxyType

from gateway.domain.attachments import AttachmentState, check_size
from gateway.domain.deliveries import Delivery, DeliveryKind, Side
from gateway.domain.history import Step
from gateway.domain.messages import Operation
from gateway.domain.offers import Offer
from gateway.domain.outcomes import Outcome
from gateway.domain.rejections import Cause, Rejection, refuse
from gateway.usecases import destination, origin
from gateway.usecases.calls import alarm_refused, call_of, key_of, words
from gateway.usecases.delivery import Accepted, Courier, Refused
from gateway.usecases.foglio_couriers import (
    ENDS,
    data_courier,
    foglio_courier,
    status_change_courier,
)
from gateway.usecases.partner_ports import PartnerAnswer, PartnerCall
from gateway.usecases.ports import FoglioDocuments, PracticeKey, UnitOfWork

ALARM_ATTACHMENT = "attachment_failed"
ALARM_DIVERGES = "partner_ended"


def make_couriers(documents: FoglioDocuments) -> Mapping[DeliveryKind, Courier]:
    """Return the courier of each kind of delivery."""
    return MappingProxyType(
        {
            DeliveryKind.FOGLIO: foglio_courier(documents),
            DeliveryKind.DATA: data_courier(documents),
            DeliveryKind.STATUS_CHANGE: status_change_courier(),
            DeliveryKind.REFRESH: _plain(Operation.REQUIRE_REFRESH, _nothing, alarm_refused),
            DeliveryKind.TOKEN: Courier(
                Operation.RET_TOKEN, _prepare_token, _nothing, alarm_refused
            ),
            DeliveryKind.ATTACHMENT: _plain(
                Operation.GET_ALLEGATO, _attachment_arrived, _attachment_refused
            ),
            DeliveryKind.STATUS: _plain(Operation.GET_STATUS, _status_arrived, _not_told),
            DeliveryKind.OFFER: _plain(Operation.GET_OFFERTA, _offer_arrived, _not_told),
        }
    )


def _plain(operation: Operation, accepted: Accepted, refused: Refused) -> Courier:
    return Courier(
        operation,
        lambda uow, delivery: (delivery, call_of(uow, delivery, operation)),
        accepted,
        refused,
    )


def _nothing(uow: UnitOfWork, delivery: Delivery, answer: PartnerAnswer, now: datetime) -> None:
    """The acceptance of a message that only tells something changes nothing here."""


def _not_told(uow: UnitOfWork, delivery: Delivery, outcome: Outcome, now: datetime) -> None:
    """The refusal of a read stays with the delivery; the next schedule asks again."""


def _prepare_token(uow: UnitOfWork, delivery: Delivery) -> tuple[Delivery, PartnerCall]:
    transfer = destination.find(delivery.partner, key_of(delivery).id_pratica, uow=uow)
    return delivery, replace(call_of(uow, delivery, Operation.RET_TOKEN), token=transfer.token)


def _attachment_arrived(
    uow: UnitOfWork, delivery: Delivery, answer: PartnerAnswer, now: datetime
) -> None:
    key = key_of(delivery)
    kept = uow.attachments.get(key, delivery.meta["attachment_id"])
    if kept is None:
        return
    try:
        if answer.attachment_problem:
            raise refuse(Cause.ATTACHMENT_NOT_PDF)
        check_size(answer.attachment)
        kept.reference.check_content(answer.attachment)
    except Rejection as rejection:
        _attachment_failed(uow, delivery, rejection.reasons[0].cause.value, now)
    else:
        uow.attachments.save(key, kept.arrived(answer.attachment))
        subject = f"{delivery.id_pratica}/{kept.reference.attachment_id}"
        uow.alarms.clear(ALARM_ATTACHMENT, subject, now)


def _attachment_refused(
    uow: UnitOfWork, delivery: Delivery, outcome: Outcome, now: datetime
) -> None:
    _attachment_failed(uow, delivery, words(outcome), now)


def _attachment_failed(uow: UnitOfWork, delivery: Delivery, problem: str, now: datetime) -> None:
    key, attachment_id = key_of(delivery), delivery.meta["attachment_id"]
    kept = uow.attachments.get(key, attachment_id)
    if kept is not None:
        uow.attachments.save(key, kept.with_state(AttachmentState.FAILED, problem))
    uow.alarms.raise_(ALARM_ATTACHMENT, f"{delivery.id_pratica}/{attachment_id}", problem, now)


def _status_arrived(
    uow: UnitOfWork, delivery: Delivery, answer: PartnerAnswer, now: datetime
) -> None:
    key = key_of(delivery)
    uow.records.keep_remote(key, answer.steps, now)
    subject = f"{key.partner} {key.id_pratica}"
    if any(_speaks_of_end(step) for step in answer.steps[-1:]) and not _ended_here(uow, key):
        uow.alarms.raise_(ALARM_DIVERGES, subject, answer.steps[-1].state, now)
    else:
        uow.alarms.clear(ALARM_DIVERGES, subject, now)


def _speaks_of_end(step: Step) -> bool:
    return any(word in step.state.lower() for spellings in ENDS.values() for word in spellings)


def _ended_here(uow: UnitOfWork, key: PracticeKey) -> bool:
    if key.side is Side.ORIGIN:
        return origin.find(key.id_pratica, uow=uow).has_ended
    return destination.find(key.partner, key.id_pratica, uow=uow).has_ended


def _offer_arrived(
    uow: UnitOfWork, delivery: Delivery, answer: PartnerAnswer, now: datetime
) -> None:
    courses = answer.offer.courses if answer.offer else ()
    uow.offers.keep_cached(delivery.partner, Offer(int(delivery.meta["year"]), courses, now))
