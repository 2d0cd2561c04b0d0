"""How often the journal notes callers that nobody knows.

A row for each would let a stranger fill the disk, one synchronised write at a time. A bucket lets
the first ones through and then one a second; what was left out is counted into the next row.
"""

import threading
import time
from collections.abc import Callable

BURST = 60
PER_SECOND = 1.0


class Strangers:
    """A leaky bucket for one process."""

    def __init__(self, monotonic: Callable[[], float] = time.monotonic) -> None:
        self._monotonic = monotonic
        self._lock = threading.Lock()
        self._allowance = float(BURST)
        self._at = monotonic()
        self._left_out = 0

    def admit(self) -> int | None:
        """Return how many were left out before this one, ``None`` if this one is left out too."""
        with self._lock:
            now = self._monotonic()
            self._allowance = min(BURST, self._allowance + (now - self._at) * PER_SECOND)
            self._at = now
            if self._allowance < 1:
                self._left_out += 1
                return None
            self._allowance -= 1
            left_out, self._left_out = self._left_out, 0
            return left_out
