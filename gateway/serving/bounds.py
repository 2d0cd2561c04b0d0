"""How much and how long a client may keep the server waiting."""

import resource
from dataclasses import dataclass

from gateway.settings import FORM_LIMIT

_OTHER_FILES = 128
"""Open files that are no connections: database, logs, listeners, calls to partners."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Bounds:
    """Limits of one process; sizes in bytes, times in seconds.

    A request's head (and a TLS handshake before it) must be there after ``head_seconds``, its body
    after ``body_seconds`` and a second more for every ``body_rate`` bytes that came, never later
    than ``body_most``. Answers are taken by the same rule. A connection without a request is kept
    for ``idle_seconds``; after a last answer it may linger for ``linger_seconds``, and by the rule
    of bodies longer while it sends on what was refused: browsers read no answer before. A body that
    is not there after ``look_seconds`` has its head looked at, so that a caller who will be refused
    is refused at once. ``connections`` may be open at once, ``from_one`` of them by one address.
    ``pending_bytes`` of answers may wait for slow readers.

    A body has ``body_bytes`` at most; that of a request whose target begins with ``forms_at``,
    where people send files, ``form_bytes`` if its length is told beforehand, as browsers do.
    """

    head_bytes: int = 32 * 1024
    body_bytes: int = 1024 * 1024 + 64 * 1024
    form_bytes: int = FORM_LIMIT
    forms_at: bytes = b"/ateneo/"
    spool_bytes: int = 64 * 1024
    pending_bytes: int = 32 * 1024 * 1024
    head_seconds: float = 10.0
    body_seconds: float = 10.0
    body_rate: float = 8 * 1024
    body_most: float = 150.0
    idle_seconds: float = 15.0
    linger_seconds: float = 2.0
    look_seconds: float = 0.5
    stop_seconds: float = 5.0
    grace_seconds: float = 20.0
    connections: int = 512
    from_one: int = 256

    def body_until(self, began: float, moved: int) -> float:
        """Return when a transfer begun at ``began`` that has moved ``moved`` bytes is given up."""
        allowed = self.body_seconds + moved / self.body_rate
        return began + min(allowed, self.body_most)

    def linger_until(self, began: float, moved: int) -> float:
        """Return when one is given up that sends on, ``moved`` bytes so far, after its answer."""
        return began + min(self.linger_seconds + moved / self.body_rate, self.body_most)


def open_files_allow() -> int:
    """Return how many connections the limit of open files leaves room for.

    A large body under way needs a file beside its connection.
    """
    soft, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
    if soft == resource.RLIM_INFINITY:
        return 1024
    return max(32, min(1024, (soft - _OTHER_FILES) * 4 // 7))
