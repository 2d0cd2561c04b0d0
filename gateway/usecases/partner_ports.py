"""What the use cases need of partners' services."""

from dataclasses import dataclass, field
from typing import Protocol

from gateway.domain.deliveries import Side
from gateway.domain.history import Step
from gateway.domain.identifiers import IdPratica, MiurCode
from gateway.domain.messages import Operation
from gateway.domain.offers import Offer
from gateway.domain.outcomes import Outcome
from gateway.domain.partners import AnswerSlip, Partner
from gateway.domain.terms import TransmissionTerms
from gateway.domain.tokens import Token


@dataclass(frozen=True, slots=True, kw_only=True)
class PartnerCall:
    """A message for a partner, before it is written: only what its operation needs is set."""

    operation: Operation
    caller: MiurCode
    id_pratica: IdPratica | None = None
    foglio: bytes = field(default=b"", repr=False)
    reason: str = ""
    notes: str = field(default="", repr=False)
    change: str = ""
    course: str = ""
    token: Token | None = None
    attachment_id: str = ""
    year: int = 0
    kind: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class PartnerAnswer:
    """What a partner answered: the bytes, what they say, and how their form deviates."""

    content: bytes = field(repr=False)
    outcome: Outcome
    token: Token | None = None
    terms: TransmissionTerms | None = None
    offer: Offer | None = None
    steps: tuple[Step, ...] = ()
    attachment: bytes = field(default=b"", repr=False)
    attachment_problem: str = field(default="", repr=False)
    slips: tuple[AnswerSlip, ...] = ()


class PartnerServices(Protocol):
    """The services of partners."""

    def write(self, call: PartnerCall) -> bytes:
        """Return the message to send."""

    def send(
        self,
        partner: Partner,
        side: Side,
        operation: Operation,
        message: bytes,
        *,
        correlation: str = "",
    ) -> PartnerAnswer:
        """Send a message; an answer with a refusal is returned as any other.

        ``correlation`` is told to the partner, so that both journals know the exchange by it.

        Raises:
            PartnerUnreachable, OutcomeUnknown, PartnerMisbehaved: see ``domain.deliveries``.
        """
