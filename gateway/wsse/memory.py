"""Marks seen by one process, for answers: a message of ours gets its answer where it was sent."""

import threading
from collections.abc import Callable
from datetime import datetime

LIMIT = 20_000
"""Marks kept; a process gets that many answers in some minutes at most."""


class Recent:
    """Remembers marks until their moment has passed."""

    def __init__(self, clock: Callable[[], datetime], limit: int = LIMIT) -> None:
        self._clock = clock
        self._limit = limit
        self._until: dict[str, datetime] = {}
        self._lock = threading.Lock()

    def __call__(self, mark: str, until: datetime) -> bool:
        """Remember a mark; return whether it was new."""
        with self._lock:
            if mark in self._until:
                return False
            if len(self._until) >= self._limit:
                self._forget()
            self._until[mark] = until
            return True

    def _forget(self) -> None:
        """Drop what has passed; if all is still fresh, the oldest half."""
        now = self._clock()
        fresh = {mark: until for mark, until in self._until.items() if until >= now}
        if len(fresh) >= self._limit:
            newest = list(fresh.items())[self._limit // 2 :]
            fresh = dict(newest)
        self._until = fresh
