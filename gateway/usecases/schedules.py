"""What happens by the clock: caches, terms, attachments, reconciliation, forgotten deliveries.

Each function looks at one hosted university; running it twice does nothing more than running it
once.
"""

from datetime import datetime, timedelta

from gateway.domain.attachments import AttachmentState
from gateway.domain.calendar import italian_day, transfer_year
from gateway.domain.deliveries import ORDERED, DeliveryState, Trouble
from gateway.domain.verifications import VerificationState
from gateway.usecases import destination, origin, verification
from gateway.usecases.couriers import ALARM_ATTACHMENT
from gateway.usecases.delivery import park
from gateway.usecases.offers import request_offer
from gateway.usecases.ports import UnitOfWork
from gateway.usecases.status import ask_partner

ALARM_CAREER_LATE = "career_late"
ALARM_CAREER_OWED = "career_owed"

CAREER_WARNING = timedelta(days=7)
"""How long before the term the origin is warned that sections 3-4 are still owed."""
STATUS_AGE = timedelta(hours=12)
"""How old a partner's progress may be before it is asked for again."""
FORGOTTEN_AFTER = timedelta(minutes=10)
BATCH = 500


def refresh_offers(*, uow: UnitOfWork, now: datetime) -> int:
    """Ask every active partner for its offer of the year; return how many are asked."""
    today = italian_day(now)
    return sum(
        request_offer(partner.code, transfer_year(today), uow=uow, now=now)
        for partner in uow.partners.all()
        if partner.destination_url and partner.active_on(today)
    )


def watch_terms(*, uow: UnitOfWork, now: datetime) -> int:
    """Raise an alarm for each career that is late here, or that we are about to owe too long.

    The alarm of a career that has come, or is owed no more, ends. Returns how many are open.
    """
    today = italian_day(now)
    late = uow.incoming.owing_career(today - timedelta(days=1))
    owed = uow.outgoing.owing_career(today + CAREER_WARNING)
    found = {
        (ALARM_CAREER_LATE, f"{item.origin} {item.id_pratica}"): item.career_due for item in late
    } | {
        (ALARM_CAREER_OWED, f"{item.destination} {item.id_pratica}"): item.career_due
        for item in owed
    }
    for (kind, subject), due in found.items():
        uow.alarms.raise_(kind, subject, str(due), now)
    for kind, subject, _, _ in uow.alarms.open_ones():
        if kind in (ALARM_CAREER_LATE, ALARM_CAREER_OWED) and (kind, subject) not in found:
            uow.alarms.clear(kind, subject, now)
    return len(found)


def expire_attachments(*, uow: UnitOfWork, now: datetime) -> int:
    """Give up awaited attachments whose term has passed; return how many."""
    overdue = uow.attachments.overdue(italian_day(now))
    for key, attachment in overdue:
        uow.attachments.save(
            key,
            attachment.with_state(AttachmentState.FAILED, "expired"),
        )
        subject = f"{key.id_pratica}/{attachment.reference.attachment_id}"
        uow.alarms.raise_(ALARM_ATTACHMENT, subject, "expired", now)
    return len(overdue)


def reconcile(*, uow: UnitOfWork, now: datetime) -> int:
    """Ask partners for the progress of open practices not asked about lately (T7)."""
    before = now - STATUS_AGE
    keys = [
        *(origin.key_of(transfer) for transfer in uow.outgoing.unchecked_since(before, BATCH)),
        *(destination.key_of(transfer) for transfer in uow.incoming.unchecked_since(before, BATCH)),
    ]
    return sum(ask_partner(key, uow=uow, now=now) for key in keys)


def revive_forgotten(*, uow: UnitOfWork, now: datetime) -> int:
    """Put deliveries in line again whose job was lost, however that came about.

    Their term stays what it was: one that stops its job each time it runs is parked in the end.
    """
    revived = 0
    for delivery in uow.deliveries.forgotten(now - FORGOTTEN_AFTER, BATCH):
        if delivery.kind in ORDERED and uow.deliveries.is_blocked(delivery):
            continue
        if delivery.expires_at < now:
            cut_off = delivery.state is DeliveryState.SENDING
            park(uow, delivery, Trouble.EXPIRED, "forgotten", now, reached=cut_off)
            continue
        resumed = delivery.resumed(now=now)
        uow.deliveries.save(resumed)
        uow.jobs.deliver(resumed, resumed.attempts + 1, timedelta(0))
        revived += 1
    return revived


def revive_verifications(*, uow: UnitOfWork, now: datetime) -> int:
    """Put verifications of titles in line again whose job was lost; return how many were."""
    forgotten = uow.verifications.forgotten(now - FORGOTTEN_AFTER, BATCH)
    return sum(
        verification.revive(item, uow=uow, now=now) is VerificationState.WAITING
        for item in forgotten
    )
