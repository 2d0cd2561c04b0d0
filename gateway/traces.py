"""Traces of errors for logs: which error, raised where; never what it says.

The text of an error that nobody foresaw may hold anybody's data (``invalid literal for int():
'Rossi'``), and so may the values of variables: neither is written. What stays is enough to find the
line. Errors of the operating system keep their name, errors of the database their state.
"""

import errno
import re
import threading
import time
import traceback

CODICE_FISCALE = re.compile(
    r"(?<![A-Z0-9])[A-Z]{6}[0-9LMNPQRSTUV]{2}[ABCDEHLMPRST][0-9LMNPQRSTUV]{2}"
    r"[A-Z][0-9LMNPQRSTUV]{3}[A-Z](?![A-Z0-9])",
    re.IGNORECASE,
)
MASK = "[codice fiscale]"
_MORE = 8
"""How many errors of a chain are told; each causes the one before it."""


def trace_of(error: BaseException) -> str:
    """Return the trace of an error and of those that caused it, without their texts."""
    parts: list[str] = []
    seen: set[int] = set()
    current: BaseException | None = error
    while current is not None and id(current) not in seen and len(seen) < _MORE:
        seen.add(id(current))
        parts.append(_one(current))
        hidden = current.__suppress_context__
        current = current.__cause__ or (None if hidden else current.__context__)
    return "\ncaused by:\n".join(parts)


def _one(error: BaseException) -> str:
    frames = traceback.extract_tb(error.__traceback__)
    lines = [f"  {frame.filename}:{frame.lineno} {frame.name}: {frame.line}" for frame in frames]
    return "\n".join([*lines, _named(error)])


def _named(error: BaseException) -> str:
    """Return the name of an error, with a code if it has one that says nothing of anybody."""
    kind = type(error)
    builtin = kind.__module__ == "builtins"
    name = kind.__name__ if builtin else f"{kind.__module__}.{kind.__name__}"
    if isinstance(error, OSError) and error.errno:
        return f"{name} [{errno.errorcode.get(error.errno, error.errno)}]"
    state = getattr(error, "sqlstate", None)
    return f"{name} [{state}]" if isinstance(state, str) and state.isalnum() else name


class Masked:
    """Counts the codici fiscali that were about to be written, and masks them.

    A safety net: nothing of ours writes one. ``count`` is how many this process has masked since it
    began; ``take_new`` says how many since it was last asked, at most once a minute.
    """

    def __init__(self) -> None:
        self.count = 0
        self._told = 0
        self._told_at = float("-inf")
        self._lock = threading.Lock()

    def mask(self, text: str) -> str:
        """Return ``text`` with every codice fiscale masked."""
        masked, found = CODICE_FISCALE.subn(MASK, text)
        if found:
            with self._lock:
                self.count += found
        return masked

    def take_new(self, every_seconds: float = 60.0) -> int:
        """Return how many were masked since this last returned some; 0 if that was just now."""
        now = time.monotonic()
        with self._lock:
            new = self.count - self._told
            if not new or now - self._told_at < every_seconds:
                return 0
            self._told, self._told_at = self.count, now
            return new
