"""One transaction for one hosted university, with a repository for each subject."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import TracebackType
from typing import Self

from dbos import DBOSClient
from sqlalchemy.exc import DBAPIError, IntegrityError, InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError

from gateway.domain.deliveries import RetryPolicy
from gateway.domain.partners import University
from gateway.domain.rejections import Rejection
from gateway.usecases.ports import ConcurrentChange, StoreUnavailable
from storage.administration import AdministrationRows
from storage.arrivals import DeliberaDraftRows, EnrolledRows, EnrolmentRows
from storage.careers import CareerRows, FoglioEditRows
from storage.connections import Connections
from storage.connectors import ConnectorRows
from storage.context import Context
from storage.deliveries import AlarmRows, DbosJobs, DeliveryRows
from storage.encryption import Cipher
from storage.incoming import IncomingRows
from storage.journal import FoglioRows, JournalRows
from storage.journal_search import JournalSearch
from storage.mails import MailRows
from storage.offers import OfferRows
from storage.offices import ProposalRows, SavedFilterRows
from storage.outgoing import OutgoingRows
from storage.partners import PartnerRows
from storage.personal import PersonalRows
from storage.records import AttachmentRows, RecordRows
from storage.registrations import RegistrationRows
from storage.registry import RegistryRows
from storage.student_access import StudentAccessRows
from storage.titles import TitleRows
from storage.verifications import VerificationRows
from storage.worklist import WorklistRows

_UNAVAILABLE = (OperationalError, InterfaceError, PoolTimeoutError)
_CONFLICTS = frozenset({"40001", "40P01"})
"""PostgreSQL: serialisation failure, deadlock."""


class SqlUnitOfWork:
    """Implements ``UnitOfWork``. Rolled back unless committed."""

    def __init__(
        self,
        connections: Connections,
        cipher: Cipher,
        university: University,
        *,
        client: DBOSClient,
        retry: RetryPolicy,
        canonical: Callable[[bytes], str],
    ) -> None:
        self.university = university
        self.retry = retry
        self._connections = connections
        self._cipher = cipher
        self._client = client
        self._canonical = canonical

    def __enter__(self) -> Self:
        with available():
            self._connection = self._connections.take()
        try:
            with available():
                self._transaction = self._connection.begin()
        except BaseException:
            self._connections.drop(self._connection)
            raise
        context = Context(self._connection, self._cipher, self.university, self._canonical)
        self.outgoing = OutgoingRows(context)
        self.incoming = IncomingRows(context)
        self.journal = JournalRows(context)
        self.journal_search = JournalSearch(context)
        self.foglios = FoglioRows(context)
        self.partners = PartnerRows(context)
        self.offers = OfferRows(context)
        self.deliveries = DeliveryRows(context)
        self.jobs = DbosJobs(context, self._client)
        self.attachments = AttachmentRows(context)
        self.records = RecordRows(context)
        self.alarms = AlarmRows(context)
        self.registrations = RegistrationRows(context)
        self.registry = RegistryRows(context)
        self.verifications = VerificationRows(context)
        self.titles = TitleRows(context)
        self.mails = MailRows(context)
        self.connectors = ConnectorRows(context)
        self.careers = CareerRows(context)
        self.foglio_edits = FoglioEditRows(context)
        self.personal = PersonalRows(context)
        self.administration = AdministrationRows(context)
        self.worklist = WorklistRows(context)
        self.saved_filters = SavedFilterRows(context)
        self.proposals = ProposalRows(context)
        self.enrolments = EnrolmentRows(context)
        self.enrolled = EnrolledRows(context)
        self.delibera_drafts = DeliberaDraftRows(context)
        self.student_access = StudentAccessRows(context)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        try:
            if self._transaction.is_active:
                self._transaction.rollback()
        except BaseException:
            self._connections.drop(self._connection)
            raise
        if error is not None and not isinstance(error, Rejection):
            self._connections.drop(self._connection)
        else:
            self._connections.give_back(self._connection)
        if error is not None and _is_conflict(error):
            raise ConcurrentChange from error
        if isinstance(error, _UNAVAILABLE):
            raise StoreUnavailable(type(error.__cause__ or error).__name__) from error

    def commit(self) -> None:
        """Make everything durable."""
        self._transaction.commit()


@contextmanager
def available() -> Iterator[None]:
    """Say what it means when the database cannot be used.

    Raises:
        StoreUnavailable: it is down, full or overloaded.
    """
    try:
        yield
    except _UNAVAILABLE as error:
        raise StoreUnavailable(type(error.__cause__ or error).__name__) from error


def _is_conflict(error: BaseException) -> bool:
    if isinstance(error, IntegrityError):
        return True
    return isinstance(error, DBAPIError) and getattr(error.orig, "sqlstate", "") in _CONFLICTS
