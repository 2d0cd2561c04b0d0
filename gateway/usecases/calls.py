"""What all couriers share: from a delivery to its practice, its call and its alarms."""

from datetime import datetime

from gateway.domain.deliveries import Delivery
from gateway.domain.identifiers import IdPratica
from gateway.domain.lifecycle import Actor, Party
from gateway.domain.messages import Operation
from gateway.domain.outcomes import Outcome
from gateway.usecases.partner_ports import PartnerCall
from gateway.usecases.ports import PracticeKey, UnitOfWork

ALARM_REFUSED = "delivery_refused"
ALARM_TOKEN = "token_missing"


def key_of(delivery: Delivery) -> PracticeKey:
    """Return the key of the practice a delivery is about (an empty identifier for an offer)."""
    return PracticeKey(delivery.side, delivery.partner, delivery.id_pratica or IdPratica(""))


def partner_of(delivery: Delivery) -> Actor:
    """Return the partner as the actor of what its answer causes."""
    return Actor(Party.PARTNER, delivery.partner)


def words(outcome: Outcome) -> str:
    """Return a partner's outcome as the history keeps it."""
    return f"{outcome.code}: {outcome.description}"


def call_of(uow: UnitOfWork, delivery: Delivery, operation: Operation) -> PartnerCall:
    """Return the call that a delivery makes, from what was noted when it was put in line."""
    meta = delivery.meta
    return PartnerCall(
        operation=operation,
        caller=uow.university.code,
        id_pratica=delivery.id_pratica,
        reason=meta.get("reason", ""),
        notes=meta.get("notes", ""),
        change=meta.get("change", ""),
        course=meta.get("course", ""),
        attachment_id=meta.get("attachment_id", ""),
        year=int(meta.get("year", "0")),
        kind=meta.get("kind", ""),
    )


def alarm_refused(uow: UnitOfWork, delivery: Delivery, outcome: Outcome, now: datetime) -> None:
    """Let a human look at a message that the partner refused for good."""
    subject = f"{delivery.kind} {delivery.partner} {delivery.id_pratica}"
    uow.alarms.raise_(ALARM_REFUSED, subject, words(outcome), now)
