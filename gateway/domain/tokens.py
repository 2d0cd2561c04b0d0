"""The token: a provisional password of the student at the destination (T13).

With the codice fiscale it opens the first access there. It is shown to the student by the origin.
"""

import hmac
import re
from dataclasses import dataclass
from enum import StrEnum

from gateway.domain.rejections import Cause, refuse

# No 0/O, 1/I/L: students read tokens from paper and over the telephone.
ALPHABET = "ABCDEFGHJKMNPQRSTUVWXYZ23456789"
LENGTH = 10

_TOKEN = re.compile(r"[!-~]{1,64}")


class TokenMode(StrEnum):
    """When the destination gives the token: with the answer to T3, or later by T8."""

    IMMEDIATE = "I"
    DEFERRED = "D"


@dataclass(frozen=True, slots=True)
class Token:
    """A provisional password; its text never appears in a representation or a log."""

    value: str

    def __repr__(self) -> str:
        return "Token(...)"

    __str__ = __repr__

    def matches(self, candidate: str) -> bool:
        """Compare in constant time, whatever the case and the blanks of ``candidate``."""
        typed = "".join(candidate.split())
        return hmac.compare_digest(typed.encode(), self.value.encode()) or hmac.compare_digest(
            typed.upper().encode(), self.value.encode()
        )


def parse_token(text: str) -> Token:
    """Return ``text`` as a token.

    Raises:
        Rejection: it is not 1 to 64 visible ASCII characters.
    """
    candidate = text.strip()
    if _TOKEN.fullmatch(candidate) is None:
        raise refuse(Cause.PARAMETER_INVALID, "Token")
    return Token(candidate)
