"""Looking into the journal: what is asked of the store, and what it tells."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Protocol

from gateway.domain.identifiers import CodiceFiscale, IdPratica, MiurCode
from gateway.domain.messages import ExchangeResult, Operation
from gateway.usecases.practice_keys import PracticeKey


@dataclass(frozen=True, slots=True, kw_only=True)
class Search:
    """What is looked for; what is not given does not matter.

    ``since`` is inclusive, ``until`` is not: both compare the moment that a message's identifier
    begins with. ``after`` is the last identifier of the page before.
    """

    practice: IdPratica | None = None
    student: CodiceFiscale | None = field(default=None, repr=False)
    correlation: str = ""
    partner: MiurCode | None = None
    operation: Operation | None = None
    direction: str = ""
    result: ExchangeResult | None = None
    code: int | None = None
    since: datetime | None = None
    until: datetime | None = None
    after: str = ""
    limit: int = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class JournalEntry:
    """A message without its contents. ``operation`` is empty when it was no call of any."""

    message_id: str
    direction: str
    partner: MiurCode
    operation: str
    id_pratica: IdPratica | None
    result: ExchangeResult
    code: int
    began_at: datetime
    ended_at: datetime | None
    request_bytes: int
    address: str
    sections: tuple[str, ...]
    tolerated: tuple[str, ...]
    repeats: str
    delivery_id: str
    correlation: str

    @property
    def lasted(self) -> timedelta | None:
        """How long the exchange took, once it has ended."""
        return self.ended_at - self.began_at if self.ended_at else None


class JournalReader(Protocol):
    """The journal of the hosted university, for people."""

    def entries(self, search: Search) -> Sequence[JournalEntry]:
        """Return a page of messages, newest first."""

    def entry(self, message_id: str) -> JournalEntry | None: ...
    def of_practice(self, key: PracticeKey) -> Sequence[JournalEntry]:
        """Return every message about a practice, oldest first."""

    def opened(self, message_id: str) -> tuple[bytes, bytes]:
        """Return a message and its answer as they went over the wire; empty when not kept."""

    def answer(self, message_id: str) -> bytes:
        """Return the answer to a message; empty when there is none, or it is not kept."""

    def numbered(self, number: str) -> PracticeKey | None:
        """Return the practice for which our register gave a protocol or archive number."""
