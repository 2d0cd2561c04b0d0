"""How much a partner may ask for, in this process: decided in memory, before anything is read.

Each partner has a bucket of tokens (messages a minute, with a burst) and a number of calls at the
same time, which never reaches the number of threads: whatever one partner does, others are served.
Callers that the connection does not name share one small allowance. What was refused is counted,
and told to whoever is let in next, so that refusing costs nobody a statement.
"""

import math
import threading
import time
from collections.abc import Callable
from types import TracebackType
from typing import Self

from gateway.domain.identifiers import MiurCode
from gateway.domain.partners import Partner
from gateway.domain.security import Limits
from gateway.soap.faults import Overloaded

UNNAMED = Limits(per_minute=600, burst=60, concurrent=2)
"""The allowance that all callers share who prove who they are in the message only."""
_NOTE_SECONDS = 60.0
_FEW = 1024
_SOON = 1


class _Gate:
    """What one partner has asked for."""

    __slots__ = ("allowance", "at", "inside", "noted_at", "refused")

    def __init__(self, burst: int, now: float) -> None:
        self.allowance = float(burst)
        self.at = now
        self.inside = 0
        self.refused = 0
        self.noted_at = -math.inf

    def refill(self, limits: Limits, now: float) -> None:
        earned = (now - self.at) * limits.per_minute / 60
        self.allowance = min(float(limits.burst), self.allowance + earned)
        self.at = now


class PartnerLimits:
    """The gates of one process; ``threads`` is how many calls it can answer at once."""

    def __init__(self, threads: int, monotonic: Callable[[], float] = time.monotonic) -> None:
        self._share = max(1, threads - max(1, threads // 4))
        self._monotonic = monotonic
        self._lock = threading.Lock()
        self._gates: dict[tuple[str, str], _Gate] = {}

    def __len__(self) -> int:
        return len(self._gates)

    def turn(self) -> "Turn":
        """Return a turn for one call, to be used as a context."""
        return Turn(self)

    def enter(self, key: tuple[str, str], limits: Limits) -> int:
        """Let a call in, and return how many were refused since that was last told.

        Raises:
            Overloaded: too many in a short time, or at the same time.
        """
        with self._lock:
            now = self._monotonic()
            gate = self._gates.get(key)
            if gate is None:
                self._forget_the_quiet(now)
                gate = self._gates[key] = _Gate(limits.burst, now)
            gate.refill(limits, now)
            if gate.inside >= min(limits.concurrent, self._share):
                gate.refused += 1
                raise Overloaded(_SOON)
            if gate.allowance < 1:
                gate.refused += 1
                raise Overloaded(math.ceil((1 - gate.allowance) * 60 / limits.per_minute))
            gate.allowance -= 1
            gate.inside += 1
            if gate.refused and now - gate.noted_at >= _NOTE_SECONDS:
                gate.noted_at = now
                told, gate.refused = gate.refused, 0
                return told
            return 0

    def leave(self, key: tuple[str, str], *, unused: bool, told: int) -> None:
        """Let a call out; one that was put off gives back its token, and what it was told."""
        with self._lock:
            gate = self._gates[key]
            gate.inside -= 1
            if unused:
                gate.allowance += 1
                gate.refused += told
                gate.noted_at = -math.inf if told else gate.noted_at

    def _forget_the_quiet(self, now: float) -> None:
        """Make room: who has asked for nothing in a while starts anew, with a full bucket."""
        if len(self._gates) < _FEW:
            return
        for key, gate in list(self._gates.items()):
            if not gate.inside and now - gate.at > _NOTE_SECONDS:
                del self._gates[key]


class Turn:
    """The time in which one call is answered."""

    __slots__ = ("_key", "_limits", "refused")

    def __init__(self, limits: PartnerLimits) -> None:
        self._limits = limits
        self._key: tuple[str, str] | None = None
        self.refused = 0

    def take(self, university: MiurCode, partner: Partner | None) -> None:
        """Let the call in under a partner's limits; ``None`` is a caller not known yet.

        ``refused`` tells afterwards how many of its calls were refused and not told of yet. Taken
        again, once the caller is known, the turn changes over.

        Raises:
            Overloaded: the partner asks for too much.
        """
        self._give_back(unused=False)
        key = (university, partner.code if partner else "")
        self.refused = self._limits.enter(key, partner.limits if partner else UNNAMED)
        self._key = key

    def _give_back(self, *, unused: bool) -> None:
        if self._key is not None:
            self._limits.leave(self._key, unused=unused, told=self.refused)
            self._key = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """End the turn. What is no answer and no error: the server puts the call off."""
        self._give_back(unused=kind is not None and not issubclass(kind, Exception))
