"""What people did and looked at, as the log for auditors keeps it: never changed, only outlived."""

from dataclasses import dataclass, field
from datetime import date, datetime

from gateway.domain.accounts import EVERYWHERE
from gateway.domain.identifiers import MiurCode


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditEntry:
    """One thing that somebody did or looked at.

    ``action`` is a short English word; ``subject`` says about what it was besides a practice
    (``account:7``, ``partner:92``); ``detail`` holds codes. ``account_id`` is 0 for nobody known.
    """

    at: datetime
    action: str
    university: MiurCode = EVERYWHERE
    account_id: int = 0
    username: str = ""
    practice: str = ""
    subject: str = ""
    detail: str = field(default="", repr=False)
    number: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditQuery:
    """Which entries are wanted; what is empty does not matter. Days are Italian."""

    username: str = ""
    action: str = ""
    practice: str = ""
    first_day: date | None = None
    last_day: date | None = None
