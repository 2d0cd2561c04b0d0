"""Outgoing messages: what is known of each delivery, when to try again, when to stop.

A delivery is a promise made in the same commit as its cause. It ends in one of the closed states;
until then it waits, is tried, or is parked for a human. What the client learns of an attempt is one
of four exceptions, and each decides what follows.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from enum import StrEnum

from gateway.domain.identifiers import IdPratica, MiurCode
from gateway.domain.outcomes import Outcome
from gateway.domain.rejections import Cause, refuse


class Side(StrEnum):
    """The role a hosted university plays in a practice."""

    ORIGIN = "origin"
    DESTINATION = "destination"


class DeliveryKind(StrEnum):
    """What is sent: one kind for each outgoing call."""

    FOGLIO = "foglio"
    DATA = "data"
    REFRESH = "refresh"
    STATUS_CHANGE = "status_change"
    TOKEN = "token"
    ATTACHMENT = "attachment"
    STATUS = "status"
    OFFER = "offer"


ORDERED = frozenset(
    {
        DeliveryKind.FOGLIO,
        DeliveryKind.DATA,
        DeliveryKind.REFRESH,
        DeliveryKind.STATUS_CHANGE,
        DeliveryKind.TOKEN,
    }
)
"""Kinds that change the partner's practice: sent one after the other. The others are reads."""


class DeliveryState(StrEnum):
    """Where a delivery stands."""

    WAITING = "waiting"
    SENDING = "sending"
    DELIVERED = "delivered"
    REFUSED = "refused"
    PARKED = "parked"
    ABANDONED = "abandoned"


OPEN_STATES = frozenset({DeliveryState.WAITING, DeliveryState.SENDING, DeliveryState.PARKED})


class NoAnswer(Exception):  # noqa: N818  what is known of a delivery, by name
    """No answer came. ``wait`` is how long the partner wishes to be left alone, if it said so."""

    def __init__(self, reason: str = "", wait: timedelta | None = None) -> None:
        self.wait = wait
        super().__init__(reason)


class PartnerUnreachable(NoAnswer):
    """The message never arrived: it is tried again on schedule."""


class OutcomeUnknown(NoAnswer):
    """The message was sent and no answer came: ask T7, or repeat the same bytes.

    A partner that is busy (503) counts here too: before it said so, or behind what said it, the
    message may have been taken.
    """


class AnswerNotBelieved(OutcomeUnknown):
    """An answer came, and does not prove that it is the partner's: as if none had come.

    The message may have arrived all the same, so it is repeated; and a human is told, since a key
    that was changed without a word does not mend itself.
    """


class PartnerRefused(Exception):  # noqa: N818
    """The partner answered with a refusal: no retry, it is shown."""

    def __init__(self, outcome: Outcome) -> None:
        self.outcome = outcome
        super().__init__(f"codEsito {outcome.code}")


class PartnerMisbehaved(Exception):  # noqa: N818
    """The partner answered something that is no answer: parked, with an alarm."""


class Trouble(StrEnum):
    """The last trouble of a delivery, as kept with it."""

    NONE = ""
    UNREACHABLE = "unreachable"
    UNKNOWN = "unknown"
    REFUSED = "refused"
    MISBEHAVED = "misbehaved"
    EXPIRED = "expired"


@dataclass(frozen=True, slots=True)
class RetryPolicy:
    """Growing intervals with jitter. ``roll`` in [0, 1) is given by the caller, as the clock is."""

    first: timedelta = timedelta(seconds=15)
    factor: float = 2.0
    ceiling: timedelta = timedelta(hours=4)
    jitter: float = 0.25
    expiry: timedelta = timedelta(days=14)

    def delay(self, attempts: int, roll: float) -> timedelta:
        """Return how long to wait after ``attempts`` failures (at least 1)."""
        seconds = self.first.total_seconds() * self.factor ** min(attempts - 1, 40)
        seconds = min(seconds, self.ceiling.total_seconds())
        return timedelta(seconds=seconds * (1 + self.jitter * (2 * roll - 1)))


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """One outgoing message.

    ``meta`` holds what the message is made from, ``payload`` the message itself once it is made: a
    repeat sends the same bytes. ``attempts`` counts the tries begun; ``reached`` tells whether one
    may have arrived, so that the partner may know it.
    """

    delivery_id: str
    university: MiurCode
    partner: MiurCode
    kind: DeliveryKind
    side: Side
    created_at: datetime
    changed_at: datetime
    expires_at: datetime
    id_pratica: IdPratica | None = None
    meta: Mapping[str, str] = field(default_factory=dict, repr=False)
    payload: bytes = field(default=b"", repr=False)
    state: DeliveryState = DeliveryState.WAITING
    attempts: int = 0
    reached: bool = False
    next_at: datetime | None = None
    trouble: Trouble = Trouble.NONE
    detail: str = field(default="", repr=False)

    @property
    def is_open(self) -> bool:
        """Tell whether the delivery may still be made."""
        return self.state in OPEN_STATES

    def begin(self, now: datetime) -> "Delivery":
        """Return the delivery with its next attempt begun.

        One that was cut off while sending begins the same attempt again; it may have arrived.
        """
        if self.state is DeliveryState.SENDING:
            return replace(self, reached=True, changed_at=now)
        return replace(
            self,
            state=DeliveryState.SENDING,
            attempts=self.attempts + 1,
            changed_at=now,
            next_at=None,
        )

    def delivered(self) -> "Delivery":
        """Return the delivery as made."""
        return replace(
            self, state=DeliveryState.DELIVERED, reached=True, trouble=Trouble.NONE, detail=""
        )

    def refused(self, outcome: Outcome) -> "Delivery":
        """Return the delivery as refused for good."""
        return replace(
            self,
            state=DeliveryState.REFUSED,
            reached=True,
            trouble=Trouble.REFUSED,
            detail=f"{outcome.code}: {outcome.description}",
        )

    def parked(self, trouble: Trouble, detail: str, *, reached: bool = False) -> "Delivery":
        """Return the delivery as waiting for a human; ``reached``: it may have arrived."""
        return replace(
            self,
            state=DeliveryState.PARKED,
            reached=self.reached or reached,
            trouble=trouble,
            detail=detail,
        )

    def failed(
        self,
        trouble: Trouble,
        detail: str,
        *,
        now: datetime,
        policy: RetryPolicy,
        roll: float,
        wait: timedelta | None = None,
    ) -> "Delivery":
        """Return the delivery after a failed attempt: waiting again, or parked when expired.

        ``wait`` is what the partner asked for: no attempt is made before, but for a partner that
        asks for more than the longest interval.
        """
        reached = self.reached or trouble is Trouble.UNKNOWN
        wished = min(wait or timedelta(0), policy.ceiling)
        next_at = now + max(policy.delay(self.attempts, roll), wished)
        if next_at > self.expires_at:
            return self.parked(Trouble.EXPIRED, f"{trouble}: {detail}", reached=reached)
        return replace(
            self,
            state=DeliveryState.WAITING,
            reached=reached,
            next_at=next_at,
            trouble=trouble,
            detail=detail,
        )

    def resumed(self, *, now: datetime, term: timedelta | None = None) -> "Delivery":
        """Return the delivery put back in line at once, with a new term if one is given.

        One attempt is skipped, so that a job still waiting for the old one finds its turn gone.

        Raises:
            Rejection: the delivery is closed.
        """
        if not self.is_open:
            raise refuse(Cause.DELIVERY_NOT_FOUND, self.delivery_id)
        return replace(
            self,
            state=DeliveryState.WAITING,
            attempts=self.attempts + 1,
            reached=self.reached or self.state is DeliveryState.SENDING,
            next_at=now,
            expires_at=self.expires_at if term is None else now + term,
        )

    def abandoned(self, why: str) -> "Delivery":
        """Return the delivery given up by a human.

        Raises:
            Rejection: it is closed already, or the partner may have received it.
        """
        if not self.is_open:
            raise refuse(Cause.DELIVERY_NOT_FOUND, self.delivery_id)
        leaving = self.reached or self.state is DeliveryState.SENDING
        if leaving and self.kind in ORDERED:
            raise refuse(Cause.DELIVERY_NOT_STOPPABLE, self.delivery_id)
        return replace(self, state=DeliveryState.ABANDONED, detail=why)
