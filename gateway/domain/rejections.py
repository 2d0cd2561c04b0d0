"""Expected refusals: why something asked for is not done, with every reason at once.

A :class:`Cause` is a stable name. What number it has on the wire stands in
``gateway.soap.outcomes``, what sentence people read stands in ``gateway.texts.causes``; neither is
known here.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum


class Cause(StrEnum):
    """Every cause for which a call or a command is refused."""

    PRACTICE_NOT_FOUND = "practice_not_found"
    CONTENT_DIFFERS = "content_differs"
    EVENT_NOT_ALLOWED = "event_not_allowed"
    ROLE_NOT_ALLOWED = "role_not_allowed"
    TOKEN_ALREADY_ASSIGNED = "token_already_assigned"
    PARAMETER_INVALID = "parameter_invalid"
    OFFER_NOT_PUBLISHED = "offer_not_published"
    STUDENT_DIFFERS = "student_differs"
    CONTENT_REMOVED = "content_removed"

    ELEMENT_MISSING = "element_missing"
    ELEMENT_UNEXPECTED = "element_unexpected"
    VALUE_MALFORMED = "value_malformed"
    VALUE_TOO_LONG = "value_too_long"
    VALUE_OUT_OF_RANGE = "value_out_of_range"
    CODE_UNKNOWN = "code_unknown"
    DATE_IMPOSSIBLE = "date_impossible"
    CODICE_FISCALE_INVALID = "codice_fiscale_invalid"
    SECTION_MISSING = "section_missing"
    VALUES_DISAGREE = "values_disagree"
    IDENTIFIER_REPEATED = "identifier_repeated"
    CONSENT_MISSING = "consent_missing"

    ORIGIN_DIFFERS = "origin_differs"
    DESTINATION_DIFFERS = "destination_differs"
    COURSE_NOT_OFFERED = "course_not_offered"
    DEADLINE_PASSED = "deadline_passed"
    ADMISSION_TEST_MISSING = "admission_test_missing"

    ATTACHMENT_NOT_FOUND = "attachment_not_found"
    ATTACHMENT_EXPIRED = "attachment_expired"
    ATTACHMENT_NOT_PDF = "attachment_not_pdf"
    ATTACHMENT_TOO_LARGE = "attachment_too_large"

    NOT_A_DOCUMENT = "not_a_document"
    CHECK_BLOCKS = "check_blocks"
    CREDENTIALS_WRONG = "credentials_wrong"
    PARTNER_UNKNOWN = "partner_unknown"
    PARTNER_INACTIVE = "partner_inactive"
    CONVERSION_INVALID = "conversion_invalid"
    DELIVERY_NOT_FOUND = "delivery_not_found"
    DELIVERY_NOT_STOPPABLE = "delivery_not_stoppable"
    UNIVERSITY_UNKNOWN = "university_unknown"
    ALREADY_EXISTS = "already_exists"
    ALARM_NOT_FOUND = "alarm_not_found"
    REGISTRY_MISSING = "registry_missing"
    VERIFICATION_NOT_FOUND = "verification_not_found"
    TITLE_NOT_FOUND = "title_not_found"
    TITLE_DIFFERS = "title_differs"
    TITLE_WITHDRAWN = "title_withdrawn"
    TERM_NOT_POSSIBLE = "term_not_possible"
    PRACTICE_OPEN = "practice_open"
    RECORDS_KEPT = "records_kept"
    PERSON_NOT_FOUND = "person_not_found"
    SYSTEM_UNAVAILABLE = "system_unavailable"
    MAIL_NOT_SENT = "mail_not_sent"
    CAREER_NOT_FOUND = "career_not_found"
    REQUEST_OPEN = "request_open"
    SECOND_PERSON_NEEDED = "second_person_needed"
    PROPOSAL_NOT_FOUND = "proposal_not_found"
    PROPOSAL_LAPSED = "proposal_lapsed"


@dataclass(frozen=True, slots=True)
class Reason:
    """One cause, where it lies and what the sentence about it needs.

    ``path`` is a path of element names (``FoglioCongedo/Trasferimento``) or a parameter name; it
    never holds a value of the message. ``params`` fills the sentence: codes, states, limits.
    """

    cause: Cause
    path: str = ""
    params: Mapping[str, str] = field(default_factory=dict)


class Rejection(Exception):  # noqa: N818  a refusal is an expected answer, not a fault of the program
    """Something was refused; nothing was changed.

    ``reasons`` is never empty and tells nothing twice.
    """

    def __init__(self, reasons: Iterable[Reason]) -> None:
        told = {(r.cause, r.path, *sorted(r.params.items())): r for r in reasons}
        self.reasons = tuple(told.values())
        super().__init__(", ".join(f"{r.cause} {r.path}".strip() for r in self.reasons))


def refuse(cause: Cause, path: str = "", **params: str) -> Rejection:
    """Return the rejection for one cause, to be raised by the caller."""
    return Rejection([Reason(cause, path, params)])
