"""Seconds that tests move by hand, in place of ``time.monotonic``."""

from dataclasses import dataclass


@dataclass
class Stopwatch:
    """Stands at ``at`` until it is moved."""

    at: float = 0.0

    def __call__(self) -> float:
        return self.at
