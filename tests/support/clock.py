"""A clock that tests move by hand."""

from datetime import UTC, datetime, timedelta

START = datetime(2026, 9, 21, 8, 0, tzinfo=UTC)


class HandClock:
    """Stands still until it is moved."""

    def __init__(self, now: datetime = START) -> None:
        self.now = now

    def __call__(self) -> datetime:
        return self.now

    def advance(self, **parts: float) -> datetime:
        """Move on by a timedelta's parts."""
        self.now += timedelta(**parts)
        return self.now
