"""How long personal data is kept, and what the clock of each kind starts from.

Every kind has a default term in days, which a hosted university may change, and a least term below
which the exchange itself would suffer. A term of ``None`` has no end. The reasons stand in
``docs/security-and-privacy.md``: what a partner may still ask for is kept until it cannot ask any
more, copies go before records, and records go only where the university has said so.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from types import MappingProxyType

from gateway.domain.calendar import italian_day
from gateway.domain.rejections import Cause, refuse

MOST_DAYS = 36_525
"""The longest term that can be set: a century."""


class Kept(StrEnum):
    """A kind of personal data with a term of its own."""

    MESSAGES = "messages"
    LOOSE_MESSAGES = "loose_messages"
    DRAFTS = "drafts"
    ATTACHMENTS = "attachments"
    TOKENS = "tokens"
    DELIVERIES = "deliveries"
    ALARMS = "alarms"
    PARTNER_PROGRESS = "partner_progress"
    CHECKS = "checks"
    ADMISSIONS = "admissions"
    PRACTICES = "practices"
    STUDENT_FILES = "student_files"
    REGISTRY_ANSWERS = "registry_answers"
    REGISTRY_QUERIES = "registry_queries"
    TITLE_REFUSALS = "title_refusals"
    STUDENT_CREDENTIALS = "student_credentials"
    CAREERS = "careers"
    ENROLLED_STUDENTS = "enrolled_students"
    ACCESSES = "accesses"
    STUDENT_ACCOUNTS = "student_accounts"
    AUDIT = "audit"
    MAILS = "mails"


OF_PRACTICES = (
    Kept.MESSAGES,
    Kept.ATTACHMENTS,
    Kept.TOKENS,
    Kept.PARTNER_PROGRESS,
    Kept.CHECKS,
    Kept.PRACTICES,
)
"""Kinds whose term runs from the end of the practice, and never while anything of it is open."""


@dataclass(frozen=True, slots=True)
class Term:
    """The days a kind is kept unless the university says otherwise, and the fewest it may say."""

    days: int | None
    least: int = 0


_TERMS = {
    Kept.MESSAGES: Term(1826, least=60),
    Kept.LOOSE_MESSAGES: Term(90, least=15),
    Kept.DRAFTS: Term(365, least=30),
    Kept.ATTACHMENTS: Term(365),
    Kept.TOKENS: Term(30),
    Kept.DELIVERIES: Term(90),
    Kept.ALARMS: Term(90),
    Kept.PARTNER_PROGRESS: Term(365),
    Kept.CHECKS: Term(365),
    Kept.ADMISSIONS: Term(365),
    Kept.PRACTICES: Term(None, least=365),
    Kept.STUDENT_FILES: Term(None, least=365),
    Kept.REGISTRY_ANSWERS: Term(0),
    Kept.REGISTRY_QUERIES: Term(1826, least=365),
    Kept.TITLE_REFUSALS: Term(365, least=30),
    Kept.STUDENT_CREDENTIALS: Term(1096, least=30),
    Kept.CAREERS: Term(365, least=1),
    Kept.ENROLLED_STUDENTS: Term(1096, least=30),
    Kept.ACCESSES: Term(3652, least=365),
    Kept.STUDENT_ACCOUNTS: Term(1096, least=30),
    Kept.AUDIT: Term(3652, least=365),
    Kept.MAILS: Term(90),
}
TERMS: Mapping[Kept, Term] = MappingProxyType(_TERMS)

Policy = Mapping[Kept, int | None]
"""The days each kind is kept by a university; ``None`` has no end."""


def policy_with(changed: Policy) -> Policy:
    """Return the whole policy of a university that changed these terms."""
    return {kept: changed.get(kept, term.days) for kept, term in TERMS.items()}


def checked_term(kept: Kept, days: int | None) -> int | None:
    """Return the term of a kind, if it can be set.

    Raises:
        Rejection: it is shorter than the least, or longer than a century.
    """
    least = TERMS[kept].least
    if days is not None and not least <= days <= MOST_DAYS:
        raise refuse(
            Cause.TERM_NOT_POSSIBLE, f"--keep {kept}", least=str(least), most=str(MOST_DAYS)
        )
    return days


def cutoffs(policy: Policy, now: datetime) -> dict[Kept, datetime]:
    """Return for each kind with a term the moment before which its clock must have started."""
    return {kept: now - timedelta(days=days) for kept, days in policy.items() if days is not None}


def kept_until(ended_at: datetime, days: int | None) -> date | None:
    """Return the last day on which something that ended at ``ended_at`` is kept."""
    return None if days is None else italian_day(ended_at + timedelta(days=days))


def last_past_year(before: datetime) -> int:
    """Return the newest academic year (first of the two) that had ended before a moment.

    An academic year ends with October of the second year.
    """
    day = italian_day(before)
    return day.year - 1 if day > date(day.year, 10, 31) else day.year - 2
