"""What is done by the clock, for every hosted university; each run is counted."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime, timedelta

from gateway.domain.retention import TERMS, Kept
from gateway.endings import endings, last_day_of
from gateway.metrics.catalogue import SCHEDULES
from gateway.metrics.meter import Meter
from gateway.settings import Settings
from gateway.usecases import certificate_watch, mailing, privacy, schedules
from gateway.usecases.ports import UnitOfWork
from gateway.usecases.transaction import transact
from gateway.worker import Schedule
from storage.hygiene import settle
from storage.store import Store

SESSIONS_KEPT = timedelta(days=30)
"""How long a session that is over can still be looked up."""


def listener_ends(settings: Settings) -> date | None:
    """Return the last day of the certificate we serve with, ``None`` without TLS of our own."""
    file = settings.tls_certificate
    try:
        return last_day_of(file.read_text("ascii")) if file else None
    except (OSError, UnicodeError):
        return None


class Timetable:
    """Everything done by the clock. Times are Italian; cron expressions have seconds first."""

    def __init__(self, store: Store, settings: Settings, meter: Meter) -> None:
        self._store = store
        self._settings = settings
        self._meter = meter

    def schedules(self) -> tuple[Schedule, ...]:
        """Return what is to be done and when."""
        each = self.for_each_university
        nightly = (
            Schedule("expire-attachments", "0 10 0 * * *", each(schedules.expire_attachments)),
            Schedule("keep-to-terms", "0 20 2 * * *", self.keep_to_terms),
            Schedule("refresh-offers", "0 30 4 * * *", each(schedules.refresh_offers)),
            Schedule("watch-terms", "0 5 6 * * *", each(schedules.watch_terms)),
            Schedule("forget-sign-ins", "0 40 2 * * *", self.forget_sign_ins),
            Schedule("watch-certificates", "0 15 6 * * *", each(self.watch_certificates)),
            Schedule("mail-digest", "0 30 7 * * 1-5", each(mailing.digest)),
        )
        often = (
            Schedule("reconcile", "0 0 * * * *", each(schedules.reconcile)),
            Schedule("revive-forgotten", "30 */5 * * * *", each(schedules.revive_forgotten)),
            Schedule(
                "revive-verifications", "45 */5 * * * *", each(schedules.revive_verifications)
            ),
            Schedule("revive-mails", "15 */5 * * * *", each(mailing.revive)),
            Schedule("forget-nonces", "45 */5 * * * *", self._store.nonces.forget),
        )
        return tuple(map(self._counted, (*nightly, *often)))

    def for_each_university(self, act: Callable[..., int]) -> Callable[[datetime], None]:
        """Return a schedule's work: ``act`` for every hosted university, one commit each."""

        def run(at: datetime) -> None:
            for university in self._store.universities():
                transact(
                    university.code,
                    lambda uow: act(uow=uow, now=at),
                    open_uow=self._store.open_uow,
                )

        return run

    def _counted(self, schedule: Schedule) -> Schedule:
        """Return a schedule whose runs are counted."""

        def run(at: datetime) -> None:
            result = "failed"
            try:
                schedule.run(at)
                result = "done"
            finally:
                self._meter.count(SCHEDULES, schedule.name, result)

        return replace(schedule, run=run)

    def watch_certificates(self, *, uow: UnitOfWork, now: datetime) -> int:
        """Warn of certificates and pins that end soon, our listener's among them."""
        listener = listener_ends(self._settings)
        return certificate_watch.watch_certificates(
            uow=uow, now=now, endings=endings, listener=listener
        )

    def forget_sign_ins(self, at: datetime) -> None:
        """Forget sessions long over, waits, links, and what the log has of no university."""
        self._store.web_sessions.forget(at - SESSIONS_KEPT)
        self._store.throttles.forget(at)
        self._store.invitations.forget(at)
        days = TERMS[Kept.AUDIT].days
        if days is not None:
            self._store.audit.forget(at - timedelta(days=days))

    def keep_to_terms(self, at: datetime) -> None:
        """Remove what has passed its term of keeping, for every hosted university."""
        for university in self._store.universities():
            privacy.run(university.code, open_uow=self._store.open_uow, now=at)
        settle(self._store.reader)
