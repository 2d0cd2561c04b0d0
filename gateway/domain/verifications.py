"""The verification of a practice's declared titles: when it is due, and what is known of each.

One verification stands beside a practice at the destination and blocks nothing there. Its attempts
are durable jobs like deliveries: a registry that cannot be asked is asked again at growing
intervals until a term, then a person is told, who may ask again. A title once judged keeps its
judgement until the registry says something else: not being able to ask says nothing.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

from gateway.domain.deliveries import RetryPolicy
from gateway.domain.identifiers import IdPratica, MiurCode
from gateway.domain.lookups import Asker
from gateway.domain.title_checks import DeclaredTitle, Judgement
from gateway.domain.titles import TitleVerdict


class VerificationState(StrEnum):
    """Where a verification stands."""

    WAITING = "waiting"
    ENDED = "ended"
    EXPIRED = "expired"


class VerificationCause(StrEnum):
    """What set it off."""

    RECEIPT = "receipt"
    ENROLMENT = "enrolment"
    OPERATOR = "operator"


PROGRAM = Asker("congedo", "verifiche")
"""Who asks when nobody does by hand, and the office whose quota it is."""
CEILING = timedelta(hours=1)
"""The longest pause between two attempts: a registry that is back is asked within the hour."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Verification:
    """The verification of a practice's titles.

    ``attempts`` counts those made. Titles judged before ``renewed_at`` are asked for anew, and
    ``fresh`` has them asked past what is remembered. ``since`` and ``trouble`` tell of a registry
    that cannot be asked.
    """

    verification_id: str
    origin: MiurCode
    id_pratica: IdPratica
    cause: VerificationCause
    asker: Asker
    created_at: datetime
    changed_at: datetime
    expires_at: datetime
    state: VerificationState = VerificationState.WAITING
    attempts: int = 0
    next_at: datetime | None = None
    renewed_at: datetime | None = None
    fresh: bool = False
    since: datetime | None = None
    trouble: str = ""

    def is_turn(self, number: int) -> bool:
        """Tell whether attempt ``number`` (from 1) is the next one."""
        return self.state is VerificationState.WAITING and self.attempts == number - 1

    def asked_again(
        self, cause: VerificationCause, asker: Asker, *, now: datetime, term: timedelta
    ) -> "Verification":
        """Return the verification due now, with a new term.

        One attempt is skipped, so that a job still waiting for the old one finds its turn gone.
        """
        return replace(
            self,
            state=VerificationState.WAITING,
            cause=cause,
            asker=asker,
            attempts=self.attempts + 1,
            changed_at=now,
            next_at=now,
            expires_at=now + term,
        )

    def renewed(self, *, now: datetime, fresh: bool) -> "Verification":
        """Return the verification with every title to be asked for anew."""
        return replace(self, renewed_at=now, fresh=fresh)

    def revived(self, now: datetime) -> "Verification":
        """Return the verification put back in line within its term, its old job's turn gone."""
        return replace(self, attempts=self.attempts + 1, changed_at=now, next_at=now)

    def ended(self, now: datetime) -> "Verification":
        """Return the verification with nothing left to ask."""
        return replace(
            self,
            state=VerificationState.ENDED,
            attempts=self.attempts + 1,
            changed_at=now,
            next_at=None,
            fresh=False,
            since=None,
            trouble="",
        )

    def expired(self, now: datetime) -> "Verification":
        """Return the verification given up until somebody asks again."""
        return replace(self, state=VerificationState.EXPIRED, changed_at=now, next_at=None)

    def deferred(
        self,
        since: datetime,
        trouble: str,
        *,
        now: datetime,
        policy: RetryPolicy,
        roll: float,
        not_before: datetime | None = None,
    ) -> "Verification":
        """Return the verification after an attempt that could not ask for everything.

        The next one comes after a growing pause, and not before the registry may be asked; once
        the term has passed it is given up.
        """
        made = self.attempts + 1
        pauses = replace(policy, ceiling=min(policy.ceiling, CEILING))
        next_at = max(now + pauses.delay(made, roll), not_before or now)
        later = replace(self, attempts=made, since=since, trouble=trouble, changed_at=now)
        if next_at > self.expires_at:
            return later.expired(now)
        return replace(later, next_at=next_at)


@dataclass(frozen=True, slots=True)
class VerdictEntry:
    """A verdict as the history keeps it."""

    at: datetime
    verdict: TitleVerdict
    reason: str = ""


UNJUDGED = Judgement(TitleVerdict.WAITING)
_OPEN = frozenset({TitleVerdict.WAITING, TitleVerdict.COULD_NOT_ASK})


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckedTitle:
    """A declared title and what is known of it.

    ``judged_at`` is when the registry spoke of it last (or it was clear that none can), ``since``
    when it began to be impossible to ask. A title that the foglio declares no more is withdrawn.
    """

    title_id: str
    position: int
    declared: DeclaredTitle
    judgement: Judgement = UNJUDGED
    judged_at: datetime | None = None
    since: datetime | None = None
    history: tuple[VerdictEntry, ...] = ()
    withdrawn: bool = False

    @property
    def verdict(self) -> TitleVerdict:
        """The verdict as it stands."""
        return self.judgement.verdict

    def is_due(self, renewed_at: datetime | None) -> bool:
        """Tell whether the registry must be asked about the title."""
        if self.withdrawn:
            return False
        if self.verdict in _OPEN or self.judged_at is None:
            return True
        return renewed_at is not None and self.judged_at < renewed_at

    def judged(
        self, judgement: Judgement, *, now: datetime, since: datetime | None = None
    ) -> "CheckedTitle":
        """Return the title after an answer, or after none could be had."""
        unasked = judgement.verdict is TitleVerdict.COULD_NOT_ASK
        if unasked and self.verdict not in _OPEN:
            return self
        latest = self.history[-1] if self.history else None
        entry = VerdictEntry(now, judgement.verdict, judgement.reason)
        same = latest is not None and (latest.verdict, latest.reason) == (
            entry.verdict,
            entry.reason,
        )
        return replace(
            self,
            judgement=judgement,
            judged_at=self.judged_at if unasked else now,
            since=(self.since or since) if unasked else None,
            history=self.history if same else (*self.history, entry),
        )


def settled(
    declared: Sequence[DeclaredTitle],
    known: Sequence[CheckedTitle],
    new_id: Callable[[], str],
) -> list[CheckedTitle]:
    """Return the titles of a practice as its latest foglio declares them.

    What was known of an unchanged title stays; a changed one is another title, and the old one is
    withdrawn. One that comes back is known again.
    """
    left = list(known)
    kept: list[CheckedTitle] = []
    for position, title in enumerate(declared, start=1):
        same = next((item for item in left if item.declared == title), None)
        if same is None:
            kept.append(CheckedTitle(title_id=new_id(), position=position, declared=title))
        else:
            left.remove(same)
            kept.append(replace(same, position=position, withdrawn=False))
    return kept + [replace(item, withdrawn=True) for item in left]


def tally(titles: Sequence[CheckedTitle]) -> dict[TitleVerdict, int]:
    """Return how many titles have each verdict; withdrawn ones do not count."""
    verdicts = [item.verdict for item in titles if not item.withdrawn]
    return {verdict: verdicts.count(verdict) for verdict in TitleVerdict if verdict in verdicts}
