"""What the use cases need of the outside, as roles; implementations say how."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from types import TracebackType
from typing import Protocol, Self

from gateway.domain.attachments import Attachment
from gateway.domain.checks import Check
from gateway.domain.delibera import Delibera
from gateway.domain.deliveries import Delivery, DeliveryKind, DeliveryState, RetryPolicy
from gateway.domain.destination import DestinationState, IncomingTransfer
from gateway.domain.foglio_congedo import Career, FoglioCongedo, TransferRequest
from gateway.domain.history import HistoryEntry, Step
from gateway.domain.identifiers import CodiceFiscale, IdPratica, MiurCode
from gateway.domain.mails import Mail
from gateway.domain.messages import ExchangeResult, Operation, ReceivedMessage
from gateway.domain.offers import Course, Offer
from gateway.domain.origin import OriginState, OutgoingTransfer
from gateway.domain.partners import Partner, University
from gateway.domain.rejections import Reason
from gateway.domain.terms import Section, TransmissionTerms
from gateway.domain.title_checks import DeclaredTitle
from gateway.domain.verifications import Verification
from gateway.usecases.account_ports import StudentAccess
from gateway.usecases.arrival_ports import DeliberaDrafts, EnrolledStudents, Enrolments
from gateway.usecases.career_ports import Careers, FoglioEdits
from gateway.usecases.four_eyes_ports import Proposals
from gateway.usecases.journal_ports import JournalReader
from gateway.usecases.mail_ports import Mails
from gateway.usecases.practice_keys import PracticeKey as PracticeKey  # noqa: PLC0414  part of the ports
from gateway.usecases.registry_ports import Registry, Verifications
from gateway.usecases.title_ports import Titles
from gateway.usecases.worklist_ports import SavedFilters, Worklist


class ConcurrentChange(Exception):  # noqa: N818  not a fault: somebody else was faster
    """What was read has been changed meanwhile: begin again."""


class StoreUnavailable(Exception):  # noqa: N818  not a fault of the program
    """The store cannot be used now (down, full, overloaded): try again later."""


@dataclass(frozen=True, slots=True)
class StoredAnswer:
    """The answer that an accepted message got; ``removed``: its term of keeping has passed."""

    message_id: str
    content: bytes = field(repr=False)
    removed: bool = False


class OutgoingTransfers(Protocol):
    """Requests of the hosted university's students."""

    def new_id_pratica(self, year: int) -> IdPratica: ...
    def add(self, transfer: OutgoingTransfer) -> OutgoingTransfer: ...
    def get(self, id_pratica: IdPratica) -> OutgoingTransfer | None: ...
    def of_student(self, codice_fiscale: CodiceFiscale) -> Sequence[OutgoingTransfer]:
        """Return the requests of a student, newest first."""

    def in_states(
        self, states: Iterable[OriginState], after: int, limit: int
    ) -> Sequence[OutgoingTransfer]:
        """Return requests in some states by their numbers, from behind ``after``."""

    def save(self, transfer: OutgoingTransfer) -> OutgoingTransfer: ...
    def owing_career(self, until: date) -> Sequence[OutgoingTransfer]: ...
    def unchecked_since(self, before: datetime, limit: int) -> Sequence[OutgoingTransfer]: ...
    def without_faculty(self) -> Sequence[OutgoingTransfer]: ...


class IncomingTransfers(Protocol):
    """Students who ask to come to the hosted university."""

    def new_matricola(self, year: int) -> str: ...
    def add(self, transfer: IncomingTransfer) -> IncomingTransfer: ...
    def get(self, origin: MiurCode, id_pratica: IdPratica) -> IncomingTransfer | None: ...
    def of_student(self, codice_fiscale: CodiceFiscale) -> Sequence[IncomingTransfer]: ...
    def in_state(self, state: DestinationState, limit: int) -> Sequence[IncomingTransfer]: ...
    def save(self, transfer: IncomingTransfer) -> IncomingTransfer: ...
    def owing_career(self, until: date) -> Sequence[IncomingTransfer]: ...
    def unchecked_since(self, before: datetime, limit: int) -> Sequence[IncomingTransfer]: ...
    def without_faculty(self) -> Sequence[IncomingTransfer]: ...


class Journal(Protocol):
    """Every message in and out, with its answer."""

    def find_accepted(self, message: ReceivedMessage) -> StoredAnswer | None: ...
    def add(
        self,
        message: ReceivedMessage,
        *,
        result: ExchangeResult,
        code: int,
        answer: bytes,
        answered_at: datetime,
        repeats: str = "",
    ) -> None: ...
    def begin(self, delivery: Delivery, operation: Operation, request: bytes, now: datetime) -> str:
        """Note that a message is about to leave; return its id."""

    def end(
        self, message_id: str, *, result: ExchangeResult, code: int, answer: bytes, now: datetime
    ) -> None: ...


class Foglios(Protocol):
    """Foglio documents: drafts at the origin, what messages brought at the destination."""

    def add_draft(self, content: bytes, now: datetime) -> int: ...
    def draft(self, foglio: int) -> bytes: ...
    def received(self, key: PracticeKey) -> Sequence[tuple[bytes, frozenset[Section]]]:
        """Return the messages that brought a foglio, oldest first, with the sections of each."""

    def sent(self, key: PracticeKey) -> Sequence[bytes]:
        """Return the messages with a foglio that the destination accepted, oldest first."""


class Partners(Protocol):
    """The partners of the hosted university."""

    def get(self, code: MiurCode) -> Partner | None: ...
    def all(self) -> Sequence[Partner]: ...
    def save(self, partner: Partner) -> None: ...
    def keep_terms(self, code: MiurCode, terms: TransmissionTerms, now: datetime) -> None: ...


class Offers(Protocol):
    """The hosted university's own offer, and what partners offer, as last fetched."""

    def publish(self, offer: Offer) -> int: ...
    def published(self, year: int) -> Offer | None: ...
    def course(self, year: int, code: str) -> tuple[bool, Course | None]:
        """Return whether an offer is published for ``year``, and the course if it is in it."""

    def keep_cached(self, partner: MiurCode, offer: Offer) -> None: ...
    def cached(self, partner: MiurCode, year: int) -> Offer | None: ...
    def admit(self, course: str, year: int, passed: Iterable[CodiceFiscale]) -> int: ...
    def is_admitted(self, course: str, year: int, student: CodiceFiscale) -> bool: ...


class Deliveries(Protocol):
    """Outgoing messages."""

    def new_id(self) -> str: ...
    def add(self, delivery: Delivery) -> None: ...
    def get(self, delivery_id: str) -> Delivery | None: ...
    def save(self, delivery: Delivery) -> None: ...
    def is_blocked(self, delivery: Delivery) -> bool:
        """Tell whether an earlier ordered delivery of the same practice is still open."""

    def next_after(self, delivery: Delivery) -> Delivery | None:
        """Return the oldest open ordered delivery of the same practice, other than this one."""

    def open_of(
        self, kind: DeliveryKind, partner: MiurCode, id_pratica: IdPratica | None
    ) -> Sequence[Delivery]: ...
    def by_state(self, state: DeliveryState | None, limit: int) -> Sequence[Delivery]: ...
    def of_practice(self, partner: MiurCode, id_pratica: IdPratica) -> Sequence[Delivery]:
        """Return every delivery about a practice, oldest first."""

    def waiting_page(
        self, states: Collection[DeliveryState], before: str, limit: int
    ) -> Sequence[Delivery]:
        """Return a page of deliveries in some states, newest first, from one on."""

    def forgotten(self, before: datetime, limit: int) -> Sequence[Delivery]:
        """Return deliveries that should have moved before ``before`` and have not."""


class Jobs(Protocol):
    """Durable jobs, put in line in the same commit as what causes them."""

    def deliver(self, delivery: Delivery, attempt: int, delay: timedelta) -> None: ...
    def verify(self, verification: Verification, attempt: int, delay: timedelta) -> None: ...
    def mail(self, mail: Mail, attempt: int, delay: timedelta) -> None: ...


class Attachments(Protocol):
    """Attachments of practices."""

    def add(self, key: PracticeKey, attachment: Attachment) -> None: ...
    def get(self, key: PracticeKey, attachment_id: str) -> Attachment | None: ...
    def of(self, key: PracticeKey) -> Sequence[Attachment]: ...
    def save(self, key: PracticeKey, attachment: Attachment) -> None: ...
    def overdue(self, today: date) -> Sequence[tuple[PracticeKey, Attachment]]: ...


class Records(Protocol):
    """What stands beside a practice: history, checks, the partner's progress, decisions."""

    def history(self, key: PracticeKey) -> Sequence[HistoryEntry]: ...
    def steps(self, key: PracticeKey) -> Sequence[Step]: ...
    def checks(self, key: PracticeKey) -> Sequence[Check]: ...
    def keep_checks(self, key: PracticeKey, checks: Iterable[Check]) -> None: ...
    def keep_remote(self, key: PracticeKey, steps: Sequence[Step], now: datetime) -> None: ...
    def remote(self, key: PracticeKey) -> tuple[datetime, Sequence[Step]] | None: ...
    def keep_delibera(self, key: PracticeKey, delibera: Delibera, number: str) -> None: ...
    def delibera(self, key: PracticeKey) -> tuple[str, Delibera] | None: ...


class Alarms(Protocol):
    """Things a human must look at."""

    def raise_(self, kind: str, subject: str, detail: str, now: datetime) -> None: ...
    def clear(self, kind: str, subject: str, now: datetime) -> None: ...
    def open_ones(self) -> Sequence[tuple[str, str, str, datetime]]: ...


class Registrations(Protocol):
    """Numbers given by the embedded register, and the rows of the student files."""

    def next_number(self, series: str, year: int) -> int: ...
    def given(self, series: str, kind: str, key: PracticeKey) -> int: ...
    def keep(
        self, series: str, number: str, kind: str, key: PracticeKey, now: datetime
    ) -> None: ...
    def add_to_file(
        self, student: CodiceFiscale, matricola: str, event: str, document: str, now: datetime
    ) -> None: ...
    def file_of(self, student: CodiceFiscale) -> Sequence[tuple[datetime, str, str]]: ...


class UnitOfWork(Protocol):
    """Everything stored for one hosted university, in one transaction."""

    @property
    def university(self) -> University: ...
    @property
    def retry(self) -> RetryPolicy: ...
    @property
    def outgoing(self) -> OutgoingTransfers: ...
    @property
    def incoming(self) -> IncomingTransfers: ...
    @property
    def journal(self) -> Journal: ...
    @property
    def foglios(self) -> Foglios: ...
    @property
    def partners(self) -> Partners: ...
    @property
    def offers(self) -> Offers: ...
    @property
    def deliveries(self) -> Deliveries: ...
    @property
    def jobs(self) -> Jobs: ...
    @property
    def attachments(self) -> Attachments: ...
    @property
    def records(self) -> Records: ...
    @property
    def alarms(self) -> Alarms: ...
    @property
    def registrations(self) -> Registrations: ...
    @property
    def registry(self) -> Registry: ...
    @property
    def verifications(self) -> Verifications: ...
    @property
    def titles(self) -> Titles: ...
    @property
    def mails(self) -> Mails: ...
    @property
    def careers(self) -> Careers: ...
    @property
    def foglio_edits(self) -> FoglioEdits: ...
    @property
    def worklist(self) -> Worklist: ...
    @property
    def saved_filters(self) -> SavedFilters: ...
    @property
    def journal_search(self) -> JournalReader: ...
    @property
    def proposals(self) -> Proposals: ...
    @property
    def enrolments(self) -> Enrolments: ...
    @property
    def enrolled(self) -> EnrolledStudents: ...
    @property
    def delibera_drafts(self) -> DeliberaDrafts: ...
    @property
    def student_access(self) -> StudentAccess: ...
    def __enter__(self) -> Self: ...
    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None: ...
    def commit(self) -> None:
        """Make everything durable.

        Raises:
            ConcurrentChange: somebody else changed the same thing.
        """


class OpenUnitOfWork(Protocol):
    """Opens a unit of work for one hosted university.

    One that is not ``lasting`` survives a crash of the program but need not survive the machine's:
    it carries no effect, only what the journal says of reads, refusals and faults.
    """

    def __call__(
        self, university: MiurCode, *, lasting: bool = True
    ) -> AbstractContextManager[UnitOfWork]: ...


@dataclass(frozen=True, slots=True)
class RegisterEntry:
    """What the protocol register is told; ``kind`` is submission, receipt, delibera and so on."""

    kind: str
    key: PracticeKey


class ProtocolRegister(Protocol):
    """The document-registry system (T17)."""

    def assign(self, entry: RegisterEntry, now: datetime) -> str:
        """Return a new protocol number."""

    def archive(self, entry: RegisterEntry, now: datetime) -> str:
        """Return a new archive number."""


class StudentFile(Protocol):
    """The student's digital file in the document management system (T21, guideline 3.5)."""

    def new_career(self, student: CodiceFiscale, matricola: str, now: datetime) -> None: ...
    def new_document(
        self, student: CodiceFiscale, matricola: str, document: str, now: datetime
    ) -> None: ...
    def end_career(
        self, student: CodiceFiscale, matricola: str, document: str, now: datetime
    ) -> None: ...
    def consult(self, student: CodiceFiscale) -> Sequence[tuple[datetime, str, str]]: ...


class FoglioDocuments(Protocol):
    """Reads and writes foglio documents (XML)."""

    def read(self, content: bytes) -> FoglioCongedo:
        """Return what a document says.

        Raises:
            Rejection: it does not follow the schema; every violation is a reason.
        """

    def faults(self, content: bytes, today: date) -> Sequence[Reason]:
        """Return what the schema cannot say: codes, dates, check characters, totals."""

    def warnings(self, content: bytes) -> Sequence[Reason]:
        """Return what looks wrong but is no reason to refuse."""

    def career(self, content: bytes) -> Career | None: ...
    def request(self, content: bytes) -> TransferRequest | None:
        """Return section 1 of a document or message, if it carries a readable one."""

    def particulars(self, content: bytes) -> Mapping[str, str]:
        """Return section 2 of a document or message by the paths of ``domain.particulars``."""

    def titles(self, content: bytes) -> Sequence[DeclaredTitle]:
        """Return the titles of section 3, none when it is not there."""

    def compose(
        self, content: bytes, sections: frozenset[Section], protocol_number: str, on: date
    ) -> bytes:
        """Return the document to send: these sections, with the register's number and day."""

    def differences(self, first: bytes, second: bytes) -> Sequence[str]:
        """Return the paths at which two messages differ, without values."""
