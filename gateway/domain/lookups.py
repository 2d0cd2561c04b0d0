"""Asking a registry for a title: the question, the three honest answers, circuit and quota (A4).

``Found`` and ``NotFound`` are what a registry said about the title. ``CouldNotAsk`` says nothing
about it: neither that it exists nor that it does not. A registry that is down, answers nonsense or
refuses the question never makes a title "not found".
"""

from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from enum import StrEnum

from gateway.domain.identifiers import CodiceFiscale
from gateway.domain.registry import LookupService
from gateway.domain.rejections import Cause, refuse
from gateway.domain.titles import ASKED, LookupOutcome, Title

MAX_USER_ID = 100
MAX_PASSWORD = 15
"""Characters of the student's portal credentials (F.3, UserIDType and PasswordType)."""
FIRST_YEAR, LAST_YEAR = 1900, 2100


class AskTrouble(StrEnum):
    """Why a registry could not be asked."""

    NO_REGISTRY = "no_registry"
    NO_SERVICE = "no_service"
    UNREACHABLE = "unreachable"
    UNKNOWN = "unknown"
    MISBEHAVED = "misbehaved"
    REGISTRY_FAILED = "registry_failed"
    QUESTION_REFUSED = "question_refused"
    CIRCUIT_OPEN = "circuit_open"
    QUOTA_SPENT = "quota_spent"


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """What is asked of a registry.

    ``year`` is the one in which the school year of a diploma ends, 0 for university titles.
    ``user_id`` and ``password`` are the student's own at the student portal: both or neither.
    ``forwarded`` tells that another asked us: whoever is asked must not pass it on once more.
    """

    service: LookupService
    codice_fiscale: CodiceFiscale
    year: int = 0
    user_id: str = field(default="", repr=False)
    password: str = field(default="", repr=False)
    forwarded: bool = False

    def __repr__(self) -> str:
        return f"Question({self.service.value})"

    @property
    def personal(self) -> bool:
        """Tell whether the student's own credentials go with it."""
        return bool(self.user_id)


def ask_titles(codice_fiscale: CodiceFiscale) -> Question:
    """Return the question for a student's university titles."""
    return Question(service=LookupService.TITLES, codice_fiscale=codice_fiscale)


def ask_diploma(
    codice_fiscale: CodiceFiscale, year: int, user_id: str = "", password: str = ""
) -> Question:
    """Return the question for a student's school diploma of a year.

    Raises:
        Rejection: the year is none, or only one of the two credentials is given, or one too long.
    """
    if not FIRST_YEAR <= year <= LAST_YEAR:
        raise refuse(Cause.PARAMETER_INVALID, "annoScolastico")
    if bool(user_id) != bool(password):
        raise refuse(Cause.PARAMETER_INVALID, "userID/password")
    if len(user_id) > MAX_USER_ID or len(password) > MAX_PASSWORD:
        raise refuse(Cause.PARAMETER_INVALID, "userID/password")
    return Question(
        service=LookupService.DIPLOMA,
        codice_fiscale=codice_fiscale,
        year=year,
        user_id=user_id,
        password=password,
    )


@dataclass(frozen=True, slots=True)
class Reply:
    """What a registry wrote: its titles, and its ``codiceRitorno`` where it gave one."""

    titles: tuple[Title, ...] = ()
    code: str = ""


@dataclass(frozen=True, slots=True)
class Found:
    """The registry has these titles; ``asked_at`` is when it said so."""

    what: tuple[Title, ...]
    asked_at: datetime
    remembered: bool = False


@dataclass(frozen=True, slots=True)
class NotFound:
    """The registry answered, and has no such title."""

    asked_at: datetime
    remembered: bool = False


@dataclass(frozen=True, slots=True)
class CouldNotAsk:
    """Nothing is known of the title.

    ``detail`` is a code or the name of an error, never a value; ``since`` is when the trouble
    began, ``again_at`` the earliest moment at which asking again makes sense, if it is known.
    """

    trouble: AskTrouble
    since: datetime
    detail: str = ""
    again_at: datetime | None = None

    @property
    def lasting(self) -> bool:
        """Tell whether the same question would be refused again."""
        return self.trouble is AskTrouble.QUESTION_REFUSED

    @property
    def may_pass(self) -> bool:
        """Tell whether asking again later may help."""
        return self.trouble not in (AskTrouble.QUESTION_REFUSED, AskTrouble.NO_SERVICE)


Answer = Found | NotFound | CouldNotAsk

_FAILURES = frozenset(
    {
        AskTrouble.UNREACHABLE,
        AskTrouble.UNKNOWN,
        AskTrouble.MISBEHAVED,
        AskTrouble.REGISTRY_FAILED,
    }
)
_REGISTRY_FAILED = frozenset(
    {LookupOutcome.NO_CONNECTION, LookupOutcome.FAILED, LookupOutcome.CREDENTIALS_NOT_CHECKED}
)


def is_failure(answer: Answer) -> bool:
    """Tell whether an answer shows a registry in trouble, as the circuit counts it."""
    return isinstance(answer, CouldNotAsk) and answer.trouble in _FAILURES


def answer_of(reply: Reply, now: datetime) -> Answer:
    """Return what a reply says about the title (F.3, codici di errore).

    A reply without a code (the title service has none) speaks by what it brings. One whose code and
    contents contradict each other says nothing.
    """
    if not reply.code:
        return Found(reply.titles, now) if reply.titles else NotFound(now)
    try:
        outcome = LookupOutcome(reply.code)
    except ValueError:
        return CouldNotAsk(AskTrouble.REGISTRY_FAILED, now, reply.code)
    if outcome in _REGISTRY_FAILED:
        return CouldNotAsk(AskTrouble.REGISTRY_FAILED, now, reply.code)
    several_untold = outcome is LookupOutcome.MANY and not reply.titles
    if outcome not in ASKED or several_untold:
        return CouldNotAsk(AskTrouble.QUESTION_REFUSED, now, reply.code)
    if bool(reply.titles) is (outcome is LookupOutcome.NOT_FOUND):
        return CouldNotAsk(AskTrouble.MISBEHAVED, now, f"codiceRitorno {reply.code}")
    return Found(reply.titles, now) if reply.titles else NotFound(now)


@dataclass(frozen=True, slots=True)
class CircuitPolicy:
    """After how many failures in a row nobody asks, and for how long; the pauses grow."""

    failures: int = 5
    first: timedelta = timedelta(seconds=30)
    ceiling: timedelta = timedelta(minutes=15)

    def pause(self, failures: int) -> timedelta:
        """Return the pause after so many failures in a row."""
        seconds = self.first.total_seconds() * 2.0 ** min(failures - self.failures, 30)
        return timedelta(seconds=min(seconds, self.ceiling.total_seconds()))


@dataclass(frozen=True, slots=True)
class Circuit:
    """How a registry's service fares: failures in a row, since when, and when it may be tried.

    Closed while ``probe_at`` is ``None``. Open, nobody asks until ``probe_at``; the first one who
    comes then moves it on and asks alone.
    """

    failures: int = 0
    failing_since: datetime | None = None
    probe_at: datetime | None = None
    trouble: str = ""

    @property
    def is_open(self) -> bool:
        """Tell whether questions are held back."""
        return self.probe_at is not None

    def admits(self, now: datetime) -> bool:
        """Tell whether a question may leave now."""
        return self.probe_at is None or self.probe_at <= now

    def admitted(self, now: datetime, policy: CircuitPolicy) -> "Circuit":
        """Return the circuit once a question has left: of an open one, the only probe."""
        if self.probe_at is None:
            return self
        return replace(self, probe_at=now + policy.pause(self.failures))

    def refusal(self, now: datetime) -> CouldNotAsk:
        """Return the answer to a question that is held back."""
        return CouldNotAsk(
            AskTrouble.CIRCUIT_OPEN, self.failing_since or now, self.trouble, self.probe_at
        )

    def after(self, answer: Answer, now: datetime, policy: CircuitPolicy) -> "Circuit":
        """Return the circuit after an answer came, or none did."""
        if not (isinstance(answer, CouldNotAsk) and is_failure(answer)):
            return Circuit()
        failures = self.failures + 1
        open_now = failures >= policy.failures
        return Circuit(
            failures,
            self.failing_since or now,
            now + policy.pause(failures) if open_now else None,
            answer.trouble.value,
        )


@dataclass(frozen=True, slots=True)
class Spent:
    """Queries of a day: those of one office, and of all."""

    office: int
    total: int


def quota_refusal(
    spent: Spent, *, per_office: int, per_day: int, now: datetime, tomorrow: datetime
) -> CouldNotAsk | None:
    """Return why one more query, counted in ``spent`` already, is one too many; or nothing."""
    if spent.total > per_day:
        return CouldNotAsk(AskTrouble.QUOTA_SPENT, now, f"{per_day}/day", tomorrow)
    if spent.office > per_office:
        return CouldNotAsk(AskTrouble.QUOTA_SPENT, now, f"{per_office}/office", tomorrow)
    return None


class PurposeKind(StrEnum):
    """What a query is made for."""

    TRANSFER = "transfer"
    ENROLMENT = "enrolment"
    FORWARDED = "forwarded"
    STATED = "stated"


@dataclass(frozen=True, slots=True)
class Purpose:
    """Why a query is made: kind, the practice, student number or partner, and words if any."""

    kind: PurposeKind
    reference: str = ""
    words: str = ""


MAX_WORDS = 500


def stated_purpose(words: str, *, practice: str = "", matricola: str = "") -> Purpose:
    """Return the purpose that an operator gives.

    Raises:
        Rejection: there is none, it is too long, or it names a practice and a student number both.
    """
    words = " ".join(words.split())
    if len(words) > MAX_WORDS or (practice and matricola):
        raise refuse(Cause.PARAMETER_INVALID, "--purpose")
    if practice:
        return Purpose(PurposeKind.TRANSFER, practice, words)
    if matricola:
        return Purpose(PurposeKind.ENROLMENT, matricola, words)
    if not words:
        raise refuse(Cause.PARAMETER_INVALID, "--purpose")
    return Purpose(PurposeKind.STATED, "", words)


@dataclass(frozen=True, slots=True)
class Asker:
    """Who asks: the person or the part of the program, and the office whose quota it is."""

    operator: str
    office: str


class QueryOutcome(StrEnum):
    """How a query ended, as the log keeps it."""

    PENDING = "pending"
    FOUND = "found"
    NOT_FOUND = "not_found"
    COULD_NOT_ASK = "could_not_ask"


def outcome_of(answer: Answer) -> tuple[QueryOutcome, str]:
    """Return how an answer stands in the log: the outcome, and the trouble with its detail."""
    if isinstance(answer, Found):
        return QueryOutcome.FOUND, str(len(answer.what))
    if isinstance(answer, NotFound):
        return QueryOutcome.NOT_FOUND, ""
    detail = f": {answer.detail}" if answer.detail else ""
    return QueryOutcome.COULD_NOT_ASK, answer.trouble.value + detail


@dataclass(frozen=True, slots=True, kw_only=True)
class QueryRecord:
    """A query as the log keeps it: who asked what about whom, why, and what came of it.

    Of the student it keeps a digest, by which a person's queries are found.
    """

    query_id: str
    service: LookupService
    purpose: Purpose
    asker: Asker
    asked_at: datetime
    year: int = 0
    outcome: QueryOutcome = QueryOutcome.PENDING
    detail: str = ""
    from_cache: bool = False
    ended_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class QuerySearch:
    """What queries are looked for; empty parts do not narrow the search. Days are inclusive."""

    codice_fiscale: CodiceFiscale | None = None
    reference: str = ""
    operator: str = ""
    outcome: QueryOutcome | None = None
    first: date | None = None
    last: date | None = None
    limit: int = 50
