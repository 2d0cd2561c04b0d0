"""What people do to deliveries: send one again, give one up."""

from datetime import datetime, timedelta

from gateway.domain.deliveries import Delivery, DeliveryKind
from gateway.domain.lifecycle import Actor
from gateway.usecases import origin
from gateway.usecases.delivery import ALARM_PARKED, load
from gateway.usecases.ports import UnitOfWork
from gateway.usecases.posting import release_next


def resend(delivery_id: str, *, uow: UnitOfWork, now: datetime) -> Delivery:
    """Put a parked (or waiting) delivery in line at once.

    Raises:
        Rejection: there is none, or it has ended.
    """
    delivery = load(uow, delivery_id).resumed(now=now, term=uow.retry.expiry)
    uow.deliveries.save(delivery)
    uow.alarms.clear(ALARM_PARKED, delivery_id, now)
    if not uow.deliveries.is_blocked(delivery):
        uow.jobs.deliver(delivery, delivery.attempts + 1, timedelta(0))
    return delivery


def abandon(
    delivery_id: str, actor: Actor, why: str, *, uow: UnitOfWork, now: datetime
) -> Delivery:
    """Give up a delivery that never arrived, and let those behind it leave.

    A first sending given up brings its request back to elaborata.

    Raises:
        Rejection: there is none, it has ended, or the partner may have received it.
    """
    delivery = load(uow, delivery_id).abandoned(why)
    uow.deliveries.save(delivery)
    if delivery.kind is DeliveryKind.FOGLIO and delivery.id_pratica is not None:
        transfer = origin.find(delivery.id_pratica, uow=uow)
        uow.outgoing.save(transfer.recall(why, actor=actor, now=now))
    uow.alarms.clear(ALARM_PARKED, delivery_id, now)
    release_next(delivery, uow=uow)
    return delivery
