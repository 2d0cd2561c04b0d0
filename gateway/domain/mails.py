"""Mails: which event tells whom, what may be switched off, and where a mail stands.

A mail names a practice by its identifier and says where to read on; it never holds a name, a token
or anything of the foglio. It is a promise made in the same commit as its cause, like a delivery.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum
from types import MappingProxyType

from gateway.domain.deliveries import RetryPolicy, Side
from gateway.domain.destination import DestinationEvent as D
from gateway.domain.identifiers import IdPratica, MiurCode
from gateway.domain.origin import OriginEvent as O

NOBODY, NOTHING = MiurCode(""), IdPratica("")
"""The partner and the practice of a mail that is about none."""
_ADDRESS = re.compile(r"[^\s@<>,;:\\\"()\[\]]{1,64}@[A-Za-z0-9]([A-Za-z0-9.-]{0,250}[A-Za-z0-9])?")


class MailKind(StrEnum):
    """What a mail tells."""

    REQUEST_SUBMITTED = "request_submitted"
    REQUEST_SENT = "request_sent"
    TOKEN_ARRIVED = "token_arrived"
    REVISION_ASKED = "revision_asked"
    ENROLMENT_AUTHORISED = "enrolment_authorised"
    ENROLLED = "enrolled"
    CONCLUDED = "concluded"
    REFUSED = "refused"
    CANCELLED = "cancelled"
    DIGEST = "digest"
    DELIVERY_PARKED = "delivery_parked"


OPTIONAL = frozenset(
    {
        MailKind.REQUEST_SENT,
        MailKind.REVISION_ASKED,
        MailKind.DIGEST,
        MailKind.DELIVERY_PARKED,
    }
)
"""What its reader may switch off: it asks nothing of them, or is meant for an office.

The others are messages of the procedure itself: with them the student learns that the request was
taken, that there is something to do, or how it ended. They cannot be switched off.
"""
FOR_OFFICES = frozenset({MailKind.DIGEST, MailKind.DELIVERY_PARKED})

_TELLS: dict[tuple[Side, str], MailKind] = {
    (Side.ORIGIN, O.CONFIRM): MailKind.REQUEST_SUBMITTED,
    (Side.ORIGIN, O.ACCEPTED): MailKind.REQUEST_SENT,
    (Side.ORIGIN, O.TOKEN_RECEIVED): MailKind.TOKEN_ARRIVED,
    (Side.ORIGIN, O.REVISION_ASKED): MailKind.REVISION_ASKED,
    (Side.ORIGIN, O.CLOSED): MailKind.CONCLUDED,
    (Side.ORIGIN, O.REJECTED): MailKind.REFUSED,
    (Side.ORIGIN, O.CANCELLED): MailKind.CANCELLED,
    (Side.ORIGIN, O.WITHDRAW): MailKind.CANCELLED,
    (Side.DESTINATION, D.AUTHORISE_ENROLMENT): MailKind.ENROLMENT_AUTHORISED,
    (Side.DESTINATION, D.ASSIGN_TOKEN): MailKind.ENROLMENT_AUTHORISED,
    (Side.DESTINATION, D.ENROL): MailKind.ENROLLED,
    (Side.DESTINATION, D.RECONCILE): MailKind.ENROLLED,
    (Side.DESTINATION, D.COMPLETE): MailKind.CONCLUDED,
    (Side.DESTINATION, D.REFUSE): MailKind.REFUSED,
    (Side.DESTINATION, D.CANCEL): MailKind.CANCELLED,
    (Side.DESTINATION, D.CANCELLED_BY_ORIGIN): MailKind.CANCELLED,
}
TELLS: Mapping[tuple[Side, str], MailKind] = MappingProxyType(_TELLS)
"""Which event of a practice its student is told of. The others change nothing for the student."""


class MailState(StrEnum):
    """Where a mail stands."""

    WAITING = "waiting"
    SENDING = "sending"
    SENT = "sent"
    REFUSED = "refused"
    GIVEN_UP = "given_up"


class MailDelayed(Exception):  # noqa: N818  what is known of a mail
    """The mail server did not take the mail now: it is tried again. Says a code or a trouble."""


class MailRefused(Exception):  # noqa: N818
    """The mail server refused the mail for good; says the code."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MailSettings:
    """What a hosted university decided about mail; without a sender nothing is sent.

    ``offices`` are the addresses that get the digest and are told of parked deliveries.
    """

    sender: str = ""
    offices: tuple[str, ...] = field(default=(), repr=False)
    active: bool = True

    @property
    def sends(self) -> bool:
        """Tell whether mails are to be sent."""
        return self.active and bool(self.sender)


@dataclass(frozen=True, slots=True, kw_only=True)
class MailChoice:
    """What one reader switched off; ``code`` is what the links of their mails hold."""

    code: str = field(repr=False)
    off: frozenset[MailKind] = frozenset()

    def without(self, kinds: frozenset[MailKind]) -> "MailChoice":
        """Return the choice with these kinds off, as far as they may be."""
        return replace(self, off=kinds & OPTIONAL)


@dataclass(frozen=True, slots=True, kw_only=True)
class Mail:
    """One mail to one reader. ``message_id`` stays the same however often it is sent."""

    mail_id: str
    message_id: str
    kind: MailKind
    recipient: str = field(repr=False)
    created_at: datetime
    changed_at: datetime
    expires_at: datetime
    side: Side | None = None
    partner: MiurCode = NOBODY
    id_pratica: IdPratica = NOTHING
    state: MailState = MailState.WAITING
    attempts: int = 0
    next_at: datetime | None = None
    trouble: str = ""

    def is_turn(self, number: int) -> bool:
        """Tell whether attempt ``number`` is the next one, or was cut off by a crash."""
        begun = self.state is MailState.SENDING and self.attempts == number
        return begun or (self.state is MailState.WAITING and self.attempts == number - 1)

    def begin(self, now: datetime) -> "Mail":
        """Return the mail with its next attempt begun; one cut off begins the same again."""
        again = self.state is MailState.SENDING
        return replace(
            self,
            state=MailState.SENDING,
            attempts=self.attempts if again else self.attempts + 1,
            changed_at=now,
            next_at=None,
        )

    def ended(self, state: MailState, now: datetime, trouble: str = "") -> "Mail":
        """Return the mail as it ended."""
        return replace(self, state=state, changed_at=now, next_at=None, trouble=trouble)

    def delayed(self, trouble: str, *, now: datetime, policy: RetryPolicy, roll: float) -> "Mail":
        """Return the mail waiting for its next attempt, or given up when its term has passed."""
        next_at = now + policy.delay(self.attempts, roll)
        if next_at > self.expires_at:
            return self.ended(MailState.GIVEN_UP, now, trouble)
        return replace(
            self, state=MailState.WAITING, changed_at=now, next_at=next_at, trouble=trouble
        )

    def revived(self, now: datetime) -> "Mail":
        """Return the mail put back in line; a job that still waits finds its turn gone."""
        return replace(
            self,
            state=MailState.WAITING,
            attempts=self.attempts + 1,
            changed_at=now,
            next_at=now,
        )


def usable(address: str) -> bool:
    """Tell whether something can be sent to an address."""
    return _ADDRESS.fullmatch(address) is not None
