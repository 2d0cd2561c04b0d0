"""How a student arrives at the destination: the token's term, the steps of the enrolment (A.4.2).

The student confirms three things one after another, the data of the foglio, the career as it was
declared, the course with the privacy statement, and then enrols. What was confirmed holds as long
as the foglio says the same: a new one is shown again. Tries of codice fiscale and token are counted
by address and by person, since a token can be guessed as little as a password.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from enum import StrEnum

from gateway.domain.destination import DestinationEvent
from gateway.domain.history import HistoryEntry
from gateway.domain.identifiers import IdPratica, MiurCode
from gateway.domain.particulars import Difference, differences
from gateway.domain.rejections import Cause, refuse

IDLE = timedelta(minutes=20)
ABSOLUTE = timedelta(hours=2)
WINDOW = timedelta(minutes=15)
"""How long tries are remembered, and how long nobody may try after too many."""
MOST_TRIES: Mapping[str, int] = {"person": 10, "address": 40}
"""Tries within the window: a whole classroom may sit behind one address."""


class Confirmed(StrEnum):
    """What a student confirms before enrolling, in order."""

    PERSON = "person"
    CAREER = "career"
    COURSE = "course"


@dataclass(frozen=True, slots=True, kw_only=True)
class ArrivalSession:
    """One browser of a student known by a token alone; ``mark`` is the digest of its cookie."""

    mark: str = field(repr=False)
    university: MiurCode
    origin: MiurCode
    id_pratica: IdPratica
    began_at: datetime
    seen_at: datetime
    ended_at: datetime | None = None

    def holds_at(self, now: datetime) -> bool:
        """Tell whether the session may be used at a moment."""
        return (
            self.ended_at is None and now - self.seen_at < IDLE and now - self.began_at < ABSOLUTE
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class EnrolmentRecord:
    """What stands beside a practice about the student's enrolment here.

    ``values`` are the student's data as they hold here, ``changes`` where they differ from the
    foglio, ``choices`` which record the secretariat chose field by field when reconciling.
    ``basis`` marks the foglio that was confirmed. ``allowed_courses`` are those the secretariat
    lets the student take instead of the one asked for.
    """

    origin: MiurCode
    id_pratica: IdPratica
    values: Mapping[str, str] = field(default_factory=dict, repr=False)
    changes: tuple[Difference, ...] = ()
    choices: Mapping[str, str] = field(default_factory=dict, repr=False)
    confirmed: frozenset[Confirmed] = frozenset()
    basis: str = field(default="", repr=False)
    remark: str = field(default="", repr=False)
    course: str = ""
    allowed_courses: tuple[str, ...] = field(default=(), repr=False)
    privacy_at: datetime | None = None
    token_renewed_at: datetime | None = None
    protocol_number: str = ""
    version: int = 0

    def on(self, basis: str) -> "EnrolmentRecord":
        """Return the record as it stands before a foglio: of another one nothing is confirmed."""
        if basis == self.basis:
            return self
        return replace(self, basis=basis, confirmed=frozenset(), values={}, changes=())

    def with_person(
        self, declared: Mapping[str, str], given: Mapping[str, str]
    ) -> "EnrolmentRecord":
        """Return the record with the student's data, each change known as one."""
        return replace(
            self,
            values=dict(given),
            changes=differences(declared, given),
            confirmed=self.confirmed | {Confirmed.PERSON},
        )

    def with_career(self, remark: str) -> "EnrolmentRecord":
        """Return the record with the career confirmed, and what the student remarks on it."""
        return replace(self, remark=remark, confirmed=self.confirmed | {Confirmed.CAREER})

    def with_course(self, course: str, now: datetime) -> "EnrolmentRecord":
        """Return the record with the course chosen and the privacy statement read."""
        confirmed = self.confirmed | {Confirmed.COURSE}
        return replace(self, course=course, privacy_at=now, confirmed=confirmed)

    @property
    def next_step(self) -> Confirmed | None:
        """What is to be confirmed next, ``None`` when everything is."""
        return next((step for step in Confirmed if step not in self.confirmed), None)


_COUNTS_FROM = frozenset(
    {"receive", DestinationEvent.ASSIGN_TOKEN, DestinationEvent.AUTHORISE_ENROLMENT}
)


def token_until(
    history: Sequence[HistoryEntry], renewed_at: datetime | None, days: int
) -> datetime | None:
    """Return until when a token opens, ``None`` if it has no term.

    The days begin with the token, again with the leave to enrol, again when an office says so.
    """
    if not days:
        return None
    moments = [entry.at for entry in history if entry.event in _COUNTS_FROM]
    moments += [renewed_at] if renewed_at is not None else []
    return max(moments) + timedelta(days=days)


def check_token_term(until: datetime | None, now: datetime) -> None:
    """Refuse a token whose term has passed.

    Raises:
        Rejection: it has.
    """
    if until is not None and until <= now:
        raise refuse(Cause.CREDENTIALS_WRONG, "Token", why="token_expired")
