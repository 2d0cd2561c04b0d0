"""What has come to a stop at the origin and the destination, and needs a person.

Deliveries that are parked, refusals that nobody answered, fogli that would be refused. Each is
found a page at a time: fogli are looked at one by one, as their destination will.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from gateway.domain.deliveries import ORDERED, Delivery, DeliveryState
from gateway.domain.foglio_congedo import FoglioCongedo
from gateway.domain.origin import OriginState, OutgoingTransfer
from gateway.domain.rejections import Cause, Reason, Rejection
from gateway.usecases import origin
from gateway.usecases.ports import FoglioDocuments, UnitOfWork
from gateway.usecases.preflight import inspect

IN_THE_OFFICE = (
    OriginState.PRESENTATA,
    OriginState.ELABORATA,
    OriginState.RICHIESTA_REVISIONE,
)
"""Where a request waits for its secretariat, and its foglio can be mended."""

MOST_DELIVERIES = 200


def stopped(*, uow: UnitOfWork) -> Sequence[Delivery]:
    """Return parked deliveries, and refused ones that no later sending has made good."""
    parked = uow.deliveries.by_state(DeliveryState.PARKED, MOST_DELIVERIES)
    refused = uow.deliveries.by_state(DeliveryState.REFUSED, MOST_DELIVERIES)
    return [*parked, *(item for item in refused if _unanswered(item, uow))]


def _unanswered(delivery: Delivery, uow: UnitOfWork) -> bool:
    if delivery.kind not in ORDERED or delivery.id_pratica is None:
        return False
    of_it = uow.deliveries.of_practice(delivery.partner, delivery.id_pratica)
    later = [
        item
        for item in of_it
        if item.side is delivery.side and item.created_at > delivery.created_at
    ]
    return not any(item.kind in ORDERED for item in later)


@dataclass(frozen=True, slots=True)
class Faulty:
    """A request whose foglio would be refused, and why."""

    transfer: OutgoingTransfer
    faults: Sequence[Reason] = field(repr=False)


@dataclass(frozen=True, slots=True)
class LookedAt:
    """What was found among some requests; ``following`` is where to go on, if there are more."""

    faulty: Sequence[Faulty]
    count: int
    following: int | None


def faulty_fogli(
    after: int,
    limit: int,
    *,
    uow: UnitOfWork,
    documents: FoglioDocuments,
    read_broken: Callable[[bytes], FoglioCongedo | None],
    now: datetime,
) -> LookedAt:
    """Look at the fogli of requests that wait in the office, from behind a number."""
    some = uow.outgoing.in_states(IN_THE_OFFICE, after, limit + 1)
    found = []
    for transfer in some[:limit]:
        faults = _faults(transfer, uow, documents, read_broken, now)
        if faults:
            found.append(Faulty(transfer, faults))
    more = some[limit - 1].transfer_id if len(some) > limit else None
    return LookedAt(found, min(len(some), limit), more)


def _faults(
    transfer: OutgoingTransfer,
    uow: UnitOfWork,
    documents: FoglioDocuments,
    read_broken: Callable[[bytes], FoglioCongedo | None],
    now: datetime,
) -> Sequence[Reason]:
    kept = {item.reference.attachment_id for item in uow.attachments.of(origin.key_of(transfer))}

    def problem(wanted: str) -> Reason | None:
        if wanted in kept:
            return None
        return Reason(Cause.ATTACHMENT_NOT_FOUND, params={"attachment": wanted})

    try:
        content = uow.foglios.draft(transfer.foglio)
    except Rejection as rejection:  # its term of keeping has passed
        return rejection.reasons
    return inspect(
        content,
        uow=uow,
        documents=documents,
        read_broken=read_broken,
        document_problem=problem,
        now=now,
    ).faults
