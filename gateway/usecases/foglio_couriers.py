"""The couriers that move a practice: the foglio (T3), its data again (T5), a change of status (T6).

An answer may come when the practice has moved on, or has ended: then it changes nothing.
"""

from dataclasses import replace
from datetime import date, datetime

from gateway.domain.deliveries import Delivery, Side
from gateway.domain.destination import ON_REQUEST
from gateway.domain.messages import Operation, StatusChange
from gateway.domain.origin import OriginState, OutgoingTransfer
from gateway.domain.outcomes import Outcome
from gateway.domain.rejections import Rejection
from gateway.domain.terms import ADMINISTRATIVE, Section, TransmissionTerms, absent
from gateway.domain.tokens import TokenMode
from gateway.usecases import mailing, origin
from gateway.usecases.calls import ALARM_TOKEN, alarm_refused, call_of, key_of, partner_of, words
from gateway.usecases.delivery import Courier
from gateway.usecases.partner_ports import PartnerAnswer, PartnerCall
from gateway.usecases.ports import FoglioDocuments, UnitOfWork

ENDS: dict[str, tuple[str, ...]] = {
    StatusChange.CANCEL.value: ("cancell", "annull"),
    StatusChange.CLOSE.value: ("chius", "complet"),
    StatusChange.REJECT.value: ("respint", "rifiut"),
}
"""How the last step of a practice that ended so may be spelt, by either side."""


def foglio_courier(documents: FoglioDocuments) -> Courier:
    """Return the courier of T3, which asks for the terms (T2) first."""

    def prepare(uow: UnitOfWork, delivery: Delivery) -> tuple[Delivery, PartnerCall]:
        return _prepare_foglio(uow, delivery, documents)

    return Courier(
        Operation.PUT_PROCESSO,
        prepare,
        _foglio_accepted,
        _foglio_refused,
        done=_practice_exists,
        needs_terms=True,
    )


def data_courier(documents: FoglioDocuments) -> Courier:
    """Return the courier of T5."""

    def prepare(uow: UnitOfWork, delivery: Delivery) -> tuple[Delivery, PartnerCall]:
        return _prepare_data(uow, delivery, documents)

    return Courier(Operation.PUT_DATI, prepare, _data_accepted, _data_refused)


def status_change_courier() -> Courier:
    """Return the courier of T6."""
    return Courier(
        Operation.CHANGE_STATUS,
        lambda uow, delivery: (delivery, call_of(uow, delivery, Operation.CHANGE_STATUS)),
        _change_accepted,
        _change_refused,
        done=_has_ended,
    )


def _outgoing(uow: UnitOfWork, delivery: Delivery) -> OutgoingTransfer:
    return origin.find(key_of(delivery).id_pratica, uow=uow)


def _prepare_foglio(
    uow: UnitOfWork, delivery: Delivery, documents: FoglioDocuments
) -> tuple[Delivery, PartnerCall]:
    partner = uow.partners.get(delivery.partner)
    terms = (partner.terms if partner else None) or TransmissionTerms()
    transfer = uow.outgoing.save(replace(_outgoing(uow, delivery), terms=terms))
    partial = delivery.meta.get("sections") == "administrative"
    sections = ADMINISTRATIVE if partial else transfer.sections
    missing = terms.missing(sections)
    if missing:
        raise Rejection(absent(section) for section in missing)
    content = _composed(uow, delivery, documents, sections)
    meta = {**delivery.meta, "sent": " ".join(sorted(sections))}
    call = replace(call_of(uow, delivery, Operation.PUT_PROCESSO), foglio=content)
    return replace(delivery, meta=meta), call


def _composed(
    uow: UnitOfWork,
    delivery: Delivery,
    documents: FoglioDocuments,
    sections: frozenset[Section],
) -> bytes:
    return documents.compose(
        uow.foglios.draft(int(delivery.meta["foglio"])),
        sections,
        delivery.meta["protocol"],
        date.fromisoformat(delivery.meta["on"]),
    )


def _sent(delivery: Delivery) -> frozenset[Section]:
    return frozenset(Section(name) for name in delivery.meta.get("sent", "").split())


def _foglio_accepted(
    uow: UnitOfWork, delivery: Delivery, answer: PartnerAnswer, now: datetime
) -> None:
    transfer = _outgoing(uow, delivery)
    taken = transfer.accepted(_sent(delivery), answer.token, actor=partner_of(delivery), now=now)
    mailing.tell(taken, uow=uow, now=now)
    saved = uow.outgoing.save(taken)
    due = saved.terms is None or saved.terms.token_mode is TokenMode.IMMEDIATE
    if not answer.outcome.accepted and saved.token is None and due:
        # T7 says that it had arrived, but this partner repeats no token
        uow.alarms.raise_(ALARM_TOKEN, transfer.id_pratica, answer.outcome.description, now)


def _foglio_refused(uow: UnitOfWork, delivery: Delivery, outcome: Outcome, now: datetime) -> None:
    transfer = _outgoing(uow, delivery)
    if transfer.state is OriginState.VALIDATA:
        uow.outgoing.save(transfer.refused(words(outcome), actor=partner_of(delivery), now=now))
    else:  # the destination has acted on it: whatever it says now, it had accepted
        alarm_refused(uow, delivery, outcome, now)


def _practice_exists(delivery: Delivery, answer: PartnerAnswer) -> bool:
    return bool(answer.steps)


def _prepare_data(
    uow: UnitOfWork, delivery: Delivery, documents: FoglioDocuments
) -> tuple[Delivery, PartnerCall]:
    sections = documents.read(uow.foglios.draft(int(delivery.meta["foglio"]))).sections
    content = _composed(uow, delivery, documents, sections)
    meta = {**delivery.meta, "sent": " ".join(sorted(sections))}
    call = replace(call_of(uow, delivery, Operation.PUT_DATI), foglio=content)
    return replace(delivery, meta=meta), call


def _data_accepted(
    uow: UnitOfWork, delivery: Delivery, answer: PartnerAnswer, now: datetime
) -> None:
    transfer = _outgoing(uow, delivery)
    if not transfer.has_ended:
        uow.outgoing.save(
            transfer.data_accepted(
                _sent(delivery),
                answers_revision=_answers_revision(transfer, delivery),
                actor=partner_of(delivery),
                now=now,
            )
        )


def _answers_revision(transfer: OutgoingTransfer, delivery: Delivery) -> bool:
    """Tell whether data answer the revision that is open: one asked for later is not."""
    asked = transfer.revision.asked_at if transfer.revision else delivery.created_at
    return delivery.meta.get("reason") == ON_REQUEST and asked <= delivery.created_at


def _data_refused(uow: UnitOfWork, delivery: Delivery, outcome: Outcome, now: datetime) -> None:
    transfer = _outgoing(uow, delivery)
    if not transfer.has_ended:
        uow.outgoing.save(
            transfer.data_refused(words(outcome), actor=partner_of(delivery), now=now)
        )


def _change_accepted(
    uow: UnitOfWork, delivery: Delivery, answer: PartnerAnswer, now: datetime
) -> None:
    if delivery.side is Side.ORIGIN:
        transfer = _outgoing(uow, delivery)
        if not transfer.has_ended:
            ended = transfer.end(
                StatusChange.CANCEL,
                notes=delivery.meta.get("notes", ""),
                actor=partner_of(delivery),
                now=now,
            )
            mailing.tell(ended, uow=uow, now=now)
            uow.outgoing.save(ended)


def _change_refused(uow: UnitOfWork, delivery: Delivery, outcome: Outcome, now: datetime) -> None:
    if delivery.side is Side.ORIGIN:
        transfer = _outgoing(uow, delivery)
        if not transfer.has_ended:
            uow.outgoing.save(
                transfer.cancellation_refused(words(outcome), actor=partner_of(delivery), now=now)
            )
    else:
        alarm_refused(uow, delivery, outcome, now)


def _has_ended(delivery: Delivery, answer: PartnerAnswer) -> bool:
    words = ENDS[delivery.meta["change"]]
    return any(word in step.state.lower() for step in answer.steps[-1:] for word in words)
