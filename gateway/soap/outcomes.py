"""The one table from a cause of refusal to the ``codEsito`` on the wire.

Numbers are stable: one is never given to another cause, and a cause never changes its number. 0
and 1 are the guideline's own (A.3); the tens group what concerns the call, the document, the
admission and the attachments. ``docs/causali.md`` is made from this table.
"""

from types import MappingProxyType

from gateway.domain.outcomes import Outcome
from gateway.domain.rejections import Cause, Rejection
from gateway.texts.causes import TEXTS, sentence

_CODES: dict[Cause, int] = {
    Cause.PRACTICE_NOT_FOUND: 1,
    Cause.CONTENT_DIFFERS: 2,
    Cause.EVENT_NOT_ALLOWED: 3,
    Cause.ROLE_NOT_ALLOWED: 4,
    Cause.TOKEN_ALREADY_ASSIGNED: 5,
    Cause.PARAMETER_INVALID: 6,
    Cause.OFFER_NOT_PUBLISHED: 7,
    Cause.STUDENT_DIFFERS: 9,
    Cause.CONTENT_REMOVED: 10,
    Cause.ELEMENT_MISSING: 20,
    Cause.ELEMENT_UNEXPECTED: 21,
    Cause.VALUE_MALFORMED: 22,
    Cause.VALUE_TOO_LONG: 23,
    Cause.VALUE_OUT_OF_RANGE: 24,
    Cause.CODE_UNKNOWN: 25,
    Cause.DATE_IMPOSSIBLE: 26,
    Cause.CODICE_FISCALE_INVALID: 27,
    Cause.SECTION_MISSING: 28,
    Cause.VALUES_DISAGREE: 29,
    Cause.IDENTIFIER_REPEATED: 30,
    Cause.CONSENT_MISSING: 31,
    Cause.ORIGIN_DIFFERS: 40,
    Cause.DESTINATION_DIFFERS: 41,
    Cause.COURSE_NOT_OFFERED: 42,
    Cause.DEADLINE_PASSED: 43,
    Cause.ADMISSION_TEST_MISSING: 44,
    Cause.ATTACHMENT_NOT_FOUND: 60,
    Cause.ATTACHMENT_EXPIRED: 61,
    Cause.ATTACHMENT_NOT_PDF: 62,
    Cause.ATTACHMENT_TOO_LARGE: 63,
    Cause.NOT_A_DOCUMENT: 80,
    Cause.CHECK_BLOCKS: 81,
    Cause.CREDENTIALS_WRONG: 82,
    Cause.PARTNER_UNKNOWN: 83,
    Cause.PARTNER_INACTIVE: 84,
    Cause.CONVERSION_INVALID: 85,
    Cause.DELIVERY_NOT_FOUND: 86,
    Cause.DELIVERY_NOT_STOPPABLE: 87,
    Cause.UNIVERSITY_UNKNOWN: 88,
    Cause.ALREADY_EXISTS: 89,
    Cause.ALARM_NOT_FOUND: 90,
    Cause.REGISTRY_MISSING: 120,
    Cause.VERIFICATION_NOT_FOUND: 121,
    Cause.TITLE_NOT_FOUND: 100,
    Cause.TITLE_DIFFERS: 101,
    Cause.TITLE_WITHDRAWN: 102,
    Cause.TERM_NOT_POSSIBLE: 110,
    Cause.PRACTICE_OPEN: 111,
    Cause.RECORDS_KEPT: 112,
    Cause.PERSON_NOT_FOUND: 113,
    Cause.SYSTEM_UNAVAILABLE: 130,
    Cause.MAIL_NOT_SENT: 131,
    Cause.CAREER_NOT_FOUND: 132,
    Cause.REQUEST_OPEN: 133,
    Cause.SECOND_PERSON_NEEDED: 134,
    Cause.PROPOSAL_NOT_FOUND: 135,
    Cause.PROPOSAL_LAPSED: 136,
}
CODES = MappingProxyType(_CODES)

LOCAL_FROM = 80
"""Codes from here on are for the offices of an installation and never travel."""


def outcome_of(rejection: Rejection) -> Outcome:
    """Return the outcome of a refusal: the code of its first reason, every reason in words."""
    first = rejection.reasons[0]
    return Outcome(CODES[first.cause], describe(rejection))


def describe(rejection: Rejection) -> str:
    """Return every reason in Italian: code, sentence, place, who must act.

    A single reason without a place is its bare sentence, as the guideline prints it.
    """
    if len(rejection.reasons) == 1 and not _placed(rejection):
        return sentence(rejection.reasons[0])
    return "; ".join(
        f"[{CODES[reason.cause]}] {sentence(reason)}"
        + (f" ({reason.path})" if reason.path else "")
        + f" - agisce: {TEXTS[reason.cause].acts}"
        for reason in rejection.reasons
    )


def _placed(rejection: Rejection) -> bool:
    """A practice that is not found lies in IdPratica: no need to say so."""
    reason = rejection.reasons[0]
    return bool(reason.path) and reason.cause is not Cause.PRACTICE_NOT_FOUND
