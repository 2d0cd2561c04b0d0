"""Is the installation able to serve? Each check by name, so that a probe tells what is wrong.

Answers are remembered for a second, and one thread looks at a time: probes, however many, cannot
load the database, and cannot take up the threads while it hangs.
"""

import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from gateway.logs import get_logger

_log = get_logger(__name__)

OK, FAILED, SKIPPED = "ok", "failed", "skipped"
FRESH_SECONDS = 1.0
_PATIENCE_SECONDS = 2.0


@dataclass(frozen=True, slots=True)
class Check:
    """Something that must hold: ``run`` raises when it does not.

    One that ``follows`` another is skipped when that one has failed.
    """

    name: str
    run: Callable[[], None]
    follows: str = ""


@dataclass(frozen=True, slots=True)
class Health:
    """What was found: ``ok``, ``failed`` or ``skipped`` for each check."""

    checks: Mapping[str, str]

    @property
    def ready(self) -> bool:
        """Tell whether everything holds."""
        return all(result == OK for result in self.checks.values())

    def as_json(self) -> dict[str, object]:
        """Return what a probe is told: names and results, no detail."""
        return {"status": "ok" if self.ready else "unavailable", "checks": dict(self.checks)}


class Readiness:
    """Looks at an installation."""

    def __init__(
        self, checks: Sequence[Check], monotonic: Callable[[], float] = time.monotonic
    ) -> None:
        self._checks = checks
        self._monotonic = monotonic
        self._lock = threading.Lock()
        self._at = -FRESH_SECONDS
        self._last: Health | None = None

    def look(self) -> Health:
        """Return what was found at most a second ago; or last, while another thread looks."""
        patience = _PATIENCE_SECONDS if self._last is None else 0.0
        if not self._lock.acquire(timeout=patience):
            return self._last or Health({check.name: SKIPPED for check in self._checks})
        try:
            if self._last is None or self._monotonic() - self._at >= FRESH_SECONDS:
                self._last = self._look()
                self._at = self._monotonic()
            return self._last
        finally:
            self._lock.release()

    def _look(self) -> Health:
        found: dict[str, str] = {}
        for check in self._checks:
            if check.follows and found.get(check.follows) != OK:
                found[check.name] = SKIPPED
                continue
            try:
                check.run()
            except Exception as trouble:  # noqa: BLE001  whatever it is, the answer is "not ready"
                _log.warning("not_ready", check=check.name, trouble=type(trouble).__name__)
                found[check.name] = FAILED
            else:
                found[check.name] = OK
        return Health(found)
