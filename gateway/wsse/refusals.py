"""Why a message's security is refused, in one fixed word: for the log, never for the sender."""

from enum import StrEnum


class Flaw(StrEnum):
    """What is wrong. A word tells the operator where to look; it carries nothing of the message."""

    ENVELOPE = "envelope_unfit"
    SECURITY_MISSING = "security_missing"
    SECURITY_REPEATED = "security_repeated"
    PART_REPEATED = "part_repeated"
    PART_UNFIT = "part_unfit"

    TOKEN_MISSING = "token_missing"
    USER_UNKNOWN = "user_unknown"
    PASSWORD_NOT_DIGEST = "password_not_digest"
    NONCE_UNFIT = "nonce_unfit"
    DIGEST_WRONG = "digest_wrong"

    TIMESTAMP_MISSING = "timestamp_missing"
    TIME_UNREADABLE = "time_unreadable"
    TIME_STALE = "time_stale"
    TIME_FUTURE = "time_future"
    TIME_EXPIRED = "time_expired"

    SIGNATURE_MISSING = "signature_missing"
    SIGNATURE_FORM = "signature_form"
    ALGORITHM = "algorithm_refused"
    TRANSFORM = "transform_refused"
    IDS_REPEATED = "ids_repeated"
    REFERENCES = "references_unfit"
    BODY_UNSIGNED = "body_unsigned"
    TIMESTAMP_UNSIGNED = "timestamp_unsigned"
    KEY_FORM = "key_form"
    KEY_UNKNOWN = "key_unknown"
    KEY_ENDED = "key_ended"
    KEY_WEAK = "key_weak"
    CERTIFICATE_UNREADABLE = "certificate_unreadable"
    CERTIFICATE_DATES = "certificate_dates"
    SIGNATURE_WRONG = "signature_wrong"

    REPLAYED = "replayed"


class Refused(Exception):  # noqa: N818  what the message is
    """The message does not prove what it must; ``flaw`` says why."""

    def __init__(self, flaw: Flaw) -> None:
        self.flaw = flaw
        super().__init__(flaw.value)
