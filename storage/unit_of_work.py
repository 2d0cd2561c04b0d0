"""One transaction for one hosted university, with a repository for each subject."""

from collections.abc import Callable
from types import TracebackType
from typing import Self

import sqlalchemy as sa
from dbos import DBOSClient
from sqlalchemy.exc import DBAPIError, IntegrityError

from gateway.domain.deliveries import RetryPolicy
from gateway.domain.partners import University
from gateway.usecases.ports import ConcurrentChange
from storage.context import Context
from storage.deliveries import AlarmRows, DbosJobs, DeliveryRows
from storage.encryption import Cipher
from storage.incoming import IncomingRows
from storage.journal import FoglioRows, JournalRows
from storage.offers import OfferRows
from storage.outgoing import OutgoingRows
from storage.partners import PartnerRows
from storage.records import AttachmentRows, RecordRows
from storage.registrations import RegistrationRows

_CONFLICTS = frozenset({"40001", "40P01"})
"""PostgreSQL: serialisation failure, deadlock."""


class SqlUnitOfWork:
    """Implements ``UnitOfWork``. Rolled back unless committed."""

    def __init__(
        self,
        engine: sa.Engine,
        cipher: Cipher,
        university: University,
        *,
        client: DBOSClient,
        retry: RetryPolicy,
        canonical: Callable[[bytes], str],
    ) -> None:
        self.university = university
        self.retry = retry
        self._engine = engine
        self._cipher = cipher
        self._client = client
        self._canonical = canonical

    def __enter__(self) -> Self:
        self._connection = self._engine.connect()
        try:
            self._transaction = self._connection.begin()
        except BaseException:
            self._connection.close()
            raise
        context = Context(self._connection, self._cipher, self.university, self._canonical)
        self.outgoing = OutgoingRows(context)
        self.incoming = IncomingRows(context)
        self.journal = JournalRows(context)
        self.foglios = FoglioRows(context)
        self.partners = PartnerRows(context)
        self.offers = OfferRows(context)
        self.deliveries = DeliveryRows(context)
        self.jobs = DbosJobs(context, self._client)
        self.attachments = AttachmentRows(context)
        self.records = RecordRows(context)
        self.alarms = AlarmRows(context)
        self.registrations = RegistrationRows(context)
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
        finally:
            self._connection.close()
        if error is not None and _is_conflict(error):
            raise ConcurrentChange from error

    def commit(self) -> None:
        """Make everything durable."""
        self._transaction.commit()


def _is_conflict(error: BaseException) -> bool:
    if isinstance(error, IntegrityError):
        return True
    return isinstance(error, DBAPIError) and getattr(error.orig, "sqlstate", "") in _CONFLICTS
