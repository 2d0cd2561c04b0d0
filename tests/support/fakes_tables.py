"""The tables of the in-memory store."""

from copy import copy
from dataclasses import dataclass, field, fields
from datetime import date, datetime, timedelta

from gateway.domain.arrivals import EnrolmentRecord
from gateway.domain.attachments import Attachment
from gateway.domain.careers import FoglioEdit, PreparedCareer
from gateway.domain.checks import Check
from gateway.domain.delibera import Delibera
from gateway.domain.delibera_draft import DeliberaDraft
from gateway.domain.deliveries import Delivery, Side
from gateway.domain.destination import IncomingTransfer
from gateway.domain.history import HistoryEntry, Step
from gateway.domain.identifiers import CodiceFiscale, IdPratica, MiurCode
from gateway.domain.lookups import Circuit, Found, NotFound, QueryRecord
from gateway.domain.mails import Mail, MailChoice, MailSettings
from gateway.domain.messages import ExchangeResult, LookupOperation, Operation
from gateway.domain.offers import Offer
from gateway.domain.origin import OutgoingTransfer
from gateway.domain.partners import Partner
from gateway.domain.proposals import Proposal
from gateway.domain.registry import LookupService, TitleRegistry
from gateway.domain.rejections import Reason
from gateway.domain.terms import Section
from gateway.domain.title_records import ImportRun, StoredTitle, TitleChange
from gateway.domain.verifications import CheckedTitle, Verification
from gateway.usecases.arrival_ports import EnrolledStudent
from gateway.usecases.ports import PracticeKey


@dataclass(frozen=True)
class JournalRow:
    """One message, in or out."""

    message_id: str
    direction: str
    partner: MiurCode
    operation: Operation | LookupOperation | None
    id_pratica: IdPratica | None
    content: bytes
    result: ExchangeResult
    code: int
    answer: bytes = b""
    at: datetime | None = None
    ended_at: datetime | None = None
    sections: frozenset[Section] = frozenset()
    repeats: str = ""
    delivery_id: str = ""


@dataclass(frozen=True)
class Job:
    """An attempt put in line."""

    delivery_id: str
    attempt: int
    delay: timedelta


@dataclass(frozen=True)
class VerifyJob:
    """An attempt of a verification put in line."""

    verification_id: str
    attempt: int
    delay: timedelta


@dataclass(frozen=True)
class MailJob:
    """An attempt of a mail put in line."""

    mail_id: str
    attempt: int
    delay: timedelta


@dataclass
class Tables:
    """Everything kept for one university. Values are never changed, so a copy may share them."""

    outgoing: dict[IdPratica, OutgoingTransfer] = field(default_factory=dict)
    incoming: dict[tuple[MiurCode, IdPratica], IncomingTransfer] = field(default_factory=dict)
    updated_at: dict[PracticeKey, datetime] = field(default_factory=dict)
    checked_at: dict[PracticeKey, datetime] = field(default_factory=dict)
    history: dict[PracticeKey, tuple[HistoryEntry, ...]] = field(default_factory=dict)
    checks: dict[PracticeKey, tuple[Check, ...]] = field(default_factory=dict)
    remote: dict[PracticeKey, tuple[datetime, tuple[Step, ...]]] = field(default_factory=dict)
    delibere: dict[PracticeKey, tuple[str, Delibera]] = field(default_factory=dict)
    attachments: dict[tuple[PracticeKey, str], Attachment] = field(default_factory=dict)
    journal: dict[str, JournalRow] = field(default_factory=dict)
    drafts: dict[int, bytes] = field(default_factory=dict)
    partners: dict[MiurCode, Partner] = field(default_factory=dict)
    offers: dict[int, Offer] = field(default_factory=dict)
    cached: dict[tuple[MiurCode, int], Offer] = field(default_factory=dict)
    admitted: set[tuple[str, int, CodiceFiscale]] = field(default_factory=set)
    deliveries: dict[str, Delivery] = field(default_factory=dict)
    jobs: list[Job] = field(default_factory=list)
    alarms: dict[tuple[str, str], str] = field(default_factory=dict)
    numbers: dict[tuple[str, int], int] = field(default_factory=dict)
    register: list[tuple[str, str, str, PracticeKey]] = field(default_factory=list)
    files: list[tuple[CodiceFiscale, datetime, str, str]] = field(default_factory=list)
    registry: dict[str, TitleRegistry] = field(default_factory=dict)
    circuits: dict[LookupService, Circuit] = field(default_factory=dict)
    spent: dict[tuple[str, date], int] = field(default_factory=dict)
    answers: dict[tuple[LookupService, CodiceFiscale, int], tuple[Found | NotFound, datetime]] = (
        field(default_factory=dict)
    )
    queries: dict[str, QueryRecord] = field(default_factory=dict)
    verifications: dict[str, Verification] = field(default_factory=dict)
    checked: dict[tuple[MiurCode, IdPratica], tuple[CheckedTitle, ...]] = field(
        default_factory=dict
    )
    verify_jobs: list[VerifyJob] = field(default_factory=list)
    titles: dict[int, StoredTitle] = field(default_factory=dict)
    title_changes: dict[int, tuple[TitleChange, ...]] = field(default_factory=dict)
    careers: dict[CodiceFiscale, PreparedCareer] = field(default_factory=dict)
    foglio_edits: dict[IdPratica, FoglioEdit] = field(default_factory=dict)
    title_runs: dict[int, ImportRun] = field(default_factory=dict)
    mails: dict[str, Mail] = field(default_factory=dict)
    mail_jobs: list[MailJob] = field(default_factory=list)
    mail_choices: dict[str, MailChoice] = field(default_factory=dict)
    mail_settings: dict[str, MailSettings] = field(default_factory=dict)
    mail_waiting: dict[str, int] = field(default_factory=dict)
    ended_access: list[CodiceFiscale] = field(default_factory=list)
    restored_access: list[CodiceFiscale] = field(default_factory=list)
    proposals: dict[int, Proposal] = field(default_factory=dict)
    enrolments: dict[tuple[MiurCode, IdPratica], EnrolmentRecord] = field(default_factory=dict)
    enrolled: dict[str, EnrolledStudent] = field(default_factory=dict)
    delibera_drafts: dict[tuple[Side, MiurCode, IdPratica], DeliberaDraft] = field(
        default_factory=dict
    )
    title_refusals: dict[int, tuple[tuple[int, Reason], ...]] = field(default_factory=dict)

    def copy(self) -> "Tables":
        """Return tables that change apart from these."""
        return Tables(**{item.name: copy(getattr(self, item.name)) for item in fields(self)})

    def next_number(self, series: str, year: int = 0) -> int:
        """Return the next number of a series."""
        self.numbers[series, year] = self.numbers.get((series, year), 0) + 1
        return self.numbers[series, year]
