"""What happens by the clock; twice does no more than once."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from gateway.domain.attachments import Attachment, AttachmentState
from gateway.domain.deliveries import DeliveryKind, DeliveryState, Trouble
from gateway.domain.destination import DestinationState
from gateway.domain.identifiers import IdPratica
from gateway.domain.origin import OriginState
from gateway.usecases import schedules
from tests.support.clock import START
from tests.support.fakes_samples import (
    AT_DESTINATION,
    AT_ORIGIN,
    MONTELAGO,
    PRACTICE,
    ROCCASOLE,
    VALDOMBRA,
    attachment,
    delivery,
    draft,
    partner,
    received,
)
from tests.support.fakes_store import FakeUnitOfWork
from tests.support.fakes_tables import Job

TODAY = date(2026, 9, 21)
DAY = timedelta(days=1)
ALL_SCHEDULES = [
    schedules.refresh_offers,
    schedules.watch_terms,
    schedules.expire_attachments,
    schedules.reconcile,
    schedules.revive_forgotten,
]


@pytest.mark.requirement("T1")
def test_every_active_partner_with_an_address_is_asked_for_its_offer(
    origin_uow: FakeUnitOfWork,
) -> None:
    origin_uow.partners.save(partner(ROCCASOLE, destination_url=""))
    origin_uow.partners.save(partner("94", active_to=TODAY - DAY))  # type: ignore[arg-type]
    assert schedules.refresh_offers(uow=origin_uow, now=START) == 1
    (asked,) = origin_uow.tables.deliveries.values()
    assert (asked.partner, asked.meta["year"]) == (MONTELAGO, "2026")


@pytest.mark.requirement("T1")
def test_before_july_the_offer_of_the_year_under_way_is_asked_for(
    origin_uow: FakeUnitOfWork,
) -> None:
    schedules.refresh_offers(uow=origin_uow, now=START.replace(month=6))
    (asked,) = origin_uow.tables.deliveries.values()
    assert asked.meta["year"] == "2025"


@pytest.mark.requirement("T14")
@pytest.mark.parametrize(("due", "late"), [(TODAY, 0), (TODAY - DAY, 1)])
def test_a_career_is_late_the_day_after_its_term(
    destination_uow: FakeUnitOfWork, due: date, late: int
) -> None:
    destination_uow.incoming.add(received(career_due=due))
    assert schedules.watch_terms(uow=destination_uow, now=START) == late
    assert len(destination_uow.tables.alarms) == late


@pytest.mark.requirement("T14")
def test_the_alarm_of_a_late_career_names_practice_and_term(
    destination_uow: FakeUnitOfWork,
) -> None:
    destination_uow.incoming.add(received(career_due=TODAY - DAY))
    schedules.watch_terms(uow=destination_uow, now=START)
    assert destination_uow.tables.alarms == {
        (schedules.ALARM_CAREER_LATE, f"{VALDOMBRA} {PRACTICE}"): "2026-09-20"
    }


@pytest.mark.requirement("T14")
@pytest.mark.parametrize(("days", "warned"), [(7, 1), (8, 0), (-1, 1)])
def test_the_origin_is_warned_a_week_before_the_term(
    origin_uow: FakeUnitOfWork, days: int, warned: int
) -> None:
    due = TODAY + days * DAY
    origin_uow.outgoing.add(draft(state=OriginState.TRASFERITA, career_due=due))
    assert schedules.watch_terms(uow=origin_uow, now=START) == warned
    kinds = [kind for kind, _ in origin_uow.tables.alarms]
    assert kinds == [schedules.ALARM_CAREER_OWED] * warned


@pytest.mark.requirement("T14")
def test_the_alarm_ends_when_the_career_has_come(destination_uow: FakeUnitOfWork) -> None:
    late = destination_uow.incoming.add(received(career_due=TODAY - DAY))
    schedules.watch_terms(uow=destination_uow, now=START)
    destination_uow.incoming.save(replace(late, career_due=None))
    schedules.watch_terms(uow=destination_uow, now=START + DAY)
    assert destination_uow.tables.alarms == {}


@pytest.mark.requirement("T16")
def test_awaited_attachments_are_given_up_after_their_term(
    destination_uow: FakeUnitOfWork,
) -> None:
    add = destination_uow.attachments.add
    gone = attachment("A1", available_until=TODAY - DAY)
    add(AT_DESTINATION, Attachment(gone, AttachmentState.AWAITED))
    add(
        AT_DESTINATION, Attachment(attachment("A2", available_until=TODAY), AttachmentState.AWAITED)
    )
    assert schedules.expire_attachments(uow=destination_uow, now=START) == 1
    states = {
        kept.reference.attachment_id: (kept.state, kept.problem)
        for kept in destination_uow.attachments.of(AT_DESTINATION)
    }
    assert states == {
        "A1": (AttachmentState.FAILED, "expired"),
        "A2": (AttachmentState.AWAITED, ""),
    }
    assert list(destination_uow.tables.alarms) == [("attachment_failed", f"{PRACTICE}/A1")]


@pytest.mark.requirement("T7")
@pytest.mark.requirement("T20")
def test_partners_are_asked_about_open_practices_not_asked_about_lately(
    origin_uow: FakeUnitOfWork,
) -> None:
    later = START + schedules.STATUS_AGE + timedelta(seconds=1)
    origin_uow.outgoing.add(draft(state=OriginState.TRASFERITA))
    origin_uow.incoming.add(received(origin=MONTELAGO, id_pratica=IdPratica("X1")))
    assert schedules.reconcile(uow=origin_uow, now=later) == 2
    assert {one.id_pratica for one in origin_uow.tables.deliveries.values()} == {PRACTICE, "X1"}


@pytest.mark.requirement("T7")
def test_recent_or_ended_practices_are_left_alone(origin_uow: FakeUnitOfWork) -> None:
    later = START + schedules.STATUS_AGE + timedelta(seconds=1)
    origin_uow.outgoing.add(draft(state=OriginState.TRASFERITA))
    origin_uow.records.keep_remote(AT_ORIGIN, [], START + timedelta(hours=1))
    ended = received(origin=MONTELAGO, state=DestinationState.COMPLETATA)
    origin_uow.incoming.add(ended)
    assert schedules.reconcile(uow=origin_uow, now=later) == 0


LONG_AGO = START - timedelta(hours=1)


@pytest.mark.parametrize(
    ("state", "changes"),
    [
        (DeliveryState.WAITING, {"next_at": LONG_AGO}),
        (DeliveryState.SENDING, {"changed_at": LONG_AGO, "next_at": None}),
    ],
    ids=["its turn never came", "it was cut off"],
)
def test_a_forgotten_delivery_is_put_in_line_again(
    origin_uow: FakeUnitOfWork, state: DeliveryState, changes: dict[str, Any]
) -> None:
    origin_uow.deliveries.add(delivery(state=state, attempts=2, **changes))
    assert schedules.revive_forgotten(uow=origin_uow, now=START) == 1
    revived = origin_uow.deliveries.get("d0")
    assert revived is not None
    assert (revived.state, revived.attempts) == (DeliveryState.WAITING, 3)
    assert origin_uow.tables.jobs == [Job("d0", 4, timedelta(0))]


def test_one_whose_turn_is_recent_is_not_forgotten(origin_uow: FakeUnitOfWork) -> None:
    recent = START - schedules.FORGOTTEN_AFTER
    origin_uow.deliveries.add(delivery(next_at=recent))
    assert schedules.revive_forgotten(uow=origin_uow, now=START) == 0


def test_a_forgotten_delivery_keeps_its_term(origin_uow: FakeUnitOfWork) -> None:
    term = START + timedelta(days=3)
    origin_uow.deliveries.add(delivery(next_at=LONG_AGO, expires_at=term))
    schedules.revive_forgotten(uow=origin_uow, now=START)
    revived = origin_uow.deliveries.get("d0")
    assert revived is not None
    assert revived.expires_at == term


@pytest.mark.parametrize(
    ("state", "reached"), [(DeliveryState.WAITING, False), (DeliveryState.SENDING, True)]
)
def test_one_forgotten_past_its_term_is_left_to_a_human(
    origin_uow: FakeUnitOfWork, state: DeliveryState, reached: bool
) -> None:
    origin_uow.deliveries.add(
        delivery(
            state=state, next_at=LONG_AGO, changed_at=LONG_AGO, expires_at=START - timedelta(1)
        )
    )
    assert schedules.revive_forgotten(uow=origin_uow, now=START) == 0
    parked = origin_uow.deliveries.get("d0")
    assert parked is not None
    assert (parked.state, parked.trouble) == (DeliveryState.PARKED, Trouble.EXPIRED)
    assert parked.reached is reached
    assert origin_uow.tables.alarms == {("delivery_parked", "d0"): "expired: forgotten"}
    assert origin_uow.tables.jobs == []


def test_one_that_waits_for_another_is_left_to_wait(origin_uow: FakeUnitOfWork) -> None:
    add = origin_uow.deliveries.add
    add(delivery(next_at=START + timedelta(hours=1)))
    add(delivery(DeliveryKind.DATA, delivery_id="d1", next_at=LONG_AGO))
    add(delivery(DeliveryKind.STATUS, delivery_id="d2", next_at=LONG_AGO))
    assert schedules.revive_forgotten(uow=origin_uow, now=START) == 1
    assert [job.delivery_id for job in origin_uow.tables.jobs] == ["d2"]


@pytest.mark.parametrize("schedule", ALL_SCHEDULES)
def test_running_twice_does_no_more_than_running_once(
    origin_uow: FakeUnitOfWork, schedule: Callable[..., int]
) -> None:
    now = START + timedelta(days=1)
    due = date(2026, 9, 21)
    origin_uow.outgoing.add(draft(state=OriginState.TRASFERITA, career_due=due))
    expired = Attachment(attachment(available_until=due), AttachmentState.AWAITED)
    origin_uow.attachments.add(AT_ORIGIN, expired)
    origin_uow.deliveries.add(delivery())
    assert schedule(uow=origin_uow, now=now) == 1
    once = origin_uow.tables.copy()
    schedule(uow=origin_uow, now=now)
    assert origin_uow.tables == once
