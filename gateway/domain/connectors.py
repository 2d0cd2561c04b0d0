"""The university's own systems that are asked over HTTP, and what makes a request one."""

from dataclasses import dataclass, field
from enum import StrEnum


class System(StrEnum):
    """A system of the university that a connector may stand before."""

    REGISTER = "register"
    STUDENT_FILE = "student_file"


@dataclass(frozen=True, slots=True, kw_only=True)
class Connector:
    """Where a system of a university answers.

    It is shown a bearer token (``secret``), a client certificate (a file with certificate and key),
    or both. ``seconds`` is how long one request may take.
    """

    system: System
    url: str
    secret: str = field(default="", repr=False)
    certificate: str = ""
    seconds: float = 5.0


def idempotency_key(*parts: str) -> str:
    """Return the key of a request: the same for every repeat, however it came to it."""
    return ":".join(part.replace("%", "%25").replace(":", "%3A") for part in parts)
