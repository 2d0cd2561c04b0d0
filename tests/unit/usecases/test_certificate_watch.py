"""Certificates that end are told of a month before, until they are renewed."""

from dataclasses import replace
from datetime import date, timedelta

from gateway.domain.partners import Partner
from gateway.domain.security import Ending
from gateway.usecases.certificate_watch import ALARM_CERTIFICATE, ending_soon, watch_certificates
from tests.support.clock import START
from tests.support.fakes_samples import MONTELAGO, partner
from tests.support.fakes_store import FakeUnitOfWork

TODAY = date(2026, 9, 21)
SOON, LATER = TODAY + timedelta(days=30), TODAY + timedelta(days=31)


def test_what_ends_within_thirty_days_or_has_ended_is_named() -> None:
    found = [
        Ending("keys", SOON),
        Ending("signers", LATER),
        Ending("server_keys", date(2020, 1, 1)),
    ]
    expected = [Ending("keys", SOON), Ending("server_keys", date(2020, 1, 1))]
    assert ending_soon(partner(MONTELAGO), lambda _: found, TODAY) == expected


def test_a_partner_that_is_not_active_needs_no_certificate() -> None:
    gone = replace(partner(MONTELAGO), active_to=TODAY - timedelta(days=1))
    assert ending_soon(gone, lambda _: [Ending("keys", SOON)], TODAY) == []


def watch(uow: FakeUnitOfWork, *found: Ending, listener: date | None = None) -> int:
    def endings(_: Partner) -> tuple[Ending, ...]:
        return found

    return watch_certificates(uow=uow, now=START, endings=endings, listener=listener)


def test_an_alarm_lasts_until_the_certificate_is_renewed(origin_uow: FakeUnitOfWork) -> None:
    origin_uow.alarms.raise_("career_late", "altro", "", START)
    for _ in range(2):
        assert watch(origin_uow, Ending("keys", SOON)) == 1
        assert (ALARM_CERTIFICATE, "92 keys") in origin_uow.tables.alarms
    assert watch(origin_uow, Ending("keys", LATER)) == 0
    assert list(origin_uow.tables.alarms) == [("career_late", "altro")]


def test_the_certificate_we_serve_with_is_watched_too(origin_uow: FakeUnitOfWork) -> None:
    assert watch(origin_uow, listener=LATER) == 0
    assert watch(origin_uow, listener=SOON) == 1
    assert origin_uow.tables.alarms == {(ALARM_CERTIFICATE, "listener"): str(SOON)}
