"""An in-memory store: a unit of work copies on enter and keeps on commit, so nothing else stays."""

from collections.abc import Callable
from types import TracebackType
from typing import Self

from gateway.domain.deliveries import RetryPolicy
from gateway.domain.identifiers import MiurCode
from gateway.domain.partners import University
from gateway.usecases.ports import ConcurrentChange
from tests.support import (
    fakes_arrivals,
    fakes_careers,
    fakes_exchange,
    fakes_mail,
    fakes_offices,
    fakes_practices,
    fakes_registry,
    fakes_titles,
)
from tests.support.fakes_personal import FakePersonal
from tests.support.fakes_tables import Tables

EXACT = RetryPolicy(jitter=0.0)
"""The product's intervals without chance."""


class FakeUnitOfWork:
    """Implements ``UnitOfWork`` over copies; the first of two that meet wins."""

    def __init__(self, store: "FakeStore", university: University) -> None:
        self._store = store
        self.university = university
        self.retry = store.retry

    def __enter__(self) -> Self:
        self._seen = self._store.tables[self.university.code]
        self.tables = self._seen.copy()
        self.outgoing = fakes_practices.FakeOutgoing(self.tables, self.university)
        self.incoming = fakes_practices.FakeIncoming(self.tables)
        self.attachments = fakes_practices.FakeAttachments(self.tables)
        self.records = fakes_practices.FakeRecords(self.tables)
        self.registrations = fakes_practices.FakeRegistrations(self.tables)
        self.journal = fakes_exchange.FakeJournal(self.tables)
        self.foglios = fakes_exchange.FakeFoglios(self.tables)
        self.partners = fakes_exchange.FakePartners(self.tables)
        self.offers = fakes_exchange.FakeOffers(self.tables)
        self.deliveries = fakes_exchange.FakeDeliveries(self.tables)
        self.jobs = fakes_exchange.FakeJobs(self.tables)
        self.alarms = fakes_exchange.FakeAlarms(self.tables)
        self.registry = fakes_registry.FakeRegistry(self.tables)
        self.verifications = fakes_registry.FakeVerifications(self.tables)
        self.titles = fakes_titles.FakeTitles(self.tables)
        self.mails = fakes_mail.FakeMails(self.tables)
        self.careers = fakes_careers.FakeCareers(self.tables)
        self.foglio_edits = fakes_careers.FakeFoglioEdits(self.tables)
        self.proposals = fakes_offices.FakeProposals(self.tables)
        self.enrolments = fakes_arrivals.FakeEnrolments(self.tables)
        self.enrolled = fakes_arrivals.FakeEnrolled(self.tables)
        self.delibera_drafts = fakes_arrivals.FakeDeliberaDrafts(self.tables)
        self.student_access = fakes_arrivals.FakeStudentAccess(self.tables)
        self.personal = self._store.personal
        self._store.open_now += 1
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._store.open_now -= 1

    def commit(self) -> None:
        """Keep what was done, unless somebody else was faster."""
        self._store.before_commit()
        if self._store.tables[self.university.code] is not self._seen:
            raise ConcurrentChange
        self._seen = self._store.tables[self.university.code] = self.tables.copy()
        self._store.commits += 1


class FakeStore:
    """What a database would hold for the universities of one installation.

    ``opened`` tells of each unit of work whether it was lasting; ``before_commit`` may interfere.
    """

    def __init__(self, *universities: University, retry: RetryPolicy = EXACT) -> None:
        self.universities = {university.code: university for university in universities}
        self.tables = {university.code: Tables() for university in universities}
        self.retry = retry
        self.opened: list[bool] = []
        self.open_now = 0
        self.commits = 0
        self.before_commit: Callable[[], None] = _let_it_pass
        self.personal = FakePersonal()

    def open_uow(self, university: MiurCode, *, lasting: bool = True) -> FakeUnitOfWork:
        """Open a unit of work for one of the universities."""
        self.opened.append(lasting)
        return FakeUnitOfWork(self, self.universities[university])


def _let_it_pass() -> None:
    """Commits meet no trouble unless a test makes some."""
