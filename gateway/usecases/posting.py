"""Putting an outgoing message in line, in the commit of its cause."""

from collections.abc import Mapping
from datetime import datetime, timedelta

from gateway.domain.deliveries import ORDERED, Delivery, DeliveryKind
from gateway.usecases.ports import PracticeKey, UnitOfWork


def post(
    kind: DeliveryKind,
    key: PracticeKey,
    meta: Mapping[str, str] | None = None,
    *,
    uow: UnitOfWork,
    now: datetime,
) -> Delivery:
    """Put a message for ``key.partner`` in line, behind the earlier ones of its practice."""
    delivery = Delivery(
        delivery_id=uow.deliveries.new_id(),
        university=uow.university.code,
        partner=key.partner,
        kind=kind,
        side=key.side,
        id_pratica=key.id_pratica or None,
        meta=meta or {},
        created_at=now,
        changed_at=now,
        expires_at=now + uow.retry.expiry,
        next_at=now,
    )
    uow.deliveries.add(delivery)
    if kind not in ORDERED or not uow.deliveries.is_blocked(delivery):
        uow.jobs.deliver(delivery, 1, timedelta(0))
    return delivery


def release_next(delivery: Delivery, *, uow: UnitOfWork) -> None:
    """After ``delivery`` has ended, let the next message of the same practice leave."""
    if delivery.kind not in ORDERED:
        return
    following = uow.deliveries.next_after(delivery)
    if following is not None:
        uow.jobs.deliver(following, following.attempts + 1, timedelta(0))
