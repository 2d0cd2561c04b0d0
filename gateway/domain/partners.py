"""Universities: those hosted here and the partners each of them talks to."""

from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from gateway.domain.identifiers import MiurCode
from gateway.domain.security import InboundSecurity, Limits, OutboundSecurity
from gateway.domain.terms import TransmissionTerms


class ToleranceRule(StrEnum):
    """A deviation from the contract that is read all the same, if the partner's profile says so.

    Writing never deviates. Each use is counted and noted on the practice.
    """

    NAMESPACES = "namespaces"
    STATUS_CASE = "status_case"
    DATES = "dates"
    NAMES = "names"
    STRAY_TEXT = "stray_text"


ALL_TOLERANCES = frozenset(ToleranceRule)


class AnswerSlip(StrEnum):
    """A deviation from the contract in a partner's answer: read all the same, logged by its name.

    Foreign stacks make them (docs/interoperability.md); no profile need allow them, since an answer
    that is not read leaves both sides without knowing where they stand.
    """

    RESULT_NAMESPACE = "result_namespace"
    CHILDREN_NAMESPACE = "children_namespace"
    TYPE_ATTRIBUTES = "type_attributes"
    EMPTY_ELEMENTS = "empty_elements"
    ELEMENTS = "elements"
    OTHER = "other"


class AdmissionPolicy(StrEnum):
    """What a destination does about the entrance test of a limited-access course (T12)."""

    IGNORE = "ignore"
    DECLARED = "declared"
    REGISTERED = "registered"


class CheckKind(StrEnum):
    """What an origin verifies before a request goes on (guideline A.4.1)."""

    FEES = "fees"
    SUSPENDED_EXAMS = "suspended_exams"
    LIBRARY = "library"
    STUDENT_NOTES = "student_notes"


@dataclass(frozen=True, slots=True, kw_only=True)
class University:
    """A university hosted by this installation, with what it decided for itself.

    ``second_factor`` demands one of approvers and administrators who sign in by password.
    ``four_eyes``: at the pages a second person confirms what ends a practice.
    ``token_days`` is for how long a token opens (0: for ever), ``payment_url`` where students pay
    the transfer contribution and the enrolment (A.4), if there is such a page.
    """

    code: MiurCode
    name: str
    name_en: str
    practice_prefix: str
    schac: str = ""
    erasmus: str = ""
    terms: TransmissionTerms = field(default_factory=TransmissionTerms)
    admission_policy: AdmissionPolicy = AdmissionPolicy.DECLARED
    blocking_checks: frozenset[CheckKind] = frozenset({CheckKind.FEES})
    token_on_receipt: bool = True
    second_factor: bool = False
    four_eyes: bool = False
    token_days: int = 90
    payment_url: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Partner:
    """Another university as one hosted university knows it.

    ``password_hash`` (argon2) guards what comes in; what goes out uses ``username_out`` and
    ``password_out``. ``active_from`` and ``active_to`` are inclusive days. ``may_look_up`` lets it
    ask for awarded titles (A1, A2); ``egov`` has these messages carry the SPCoop envelope header.
    """

    code: MiurCode
    name: str
    name_en: str = ""
    schac: str = ""
    erasmus: str = ""
    destination_url: str = ""
    origin_url: str = ""
    username_in: str = ""
    password_hash: str = ""
    username_out: str = ""
    password_out: str = field(default="", repr=False)
    tolerances: frozenset[ToleranceRule] = ALL_TOLERANCES
    terms: TransmissionTerms | None = None
    active_from: date | None = None
    active_to: date | None = None
    timeout_seconds: float = 30.0
    inbound: InboundSecurity = field(default_factory=InboundSecurity)
    outbound: OutboundSecurity = field(default_factory=OutboundSecurity)
    limits: Limits = field(default_factory=Limits)
    may_look_up: bool = False
    egov: bool = False

    def active_on(self, day: date) -> bool:
        """Tell whether messages may be exchanged with the partner on ``day``."""
        return (self.active_from is None or self.active_from <= day) and (
            self.active_to is None or day <= self.active_to
        )
