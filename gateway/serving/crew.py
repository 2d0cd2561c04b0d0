"""The threads that answer, and who waits for one.

Whole requests are answered in the order in which they came. One that was sent before the answer to
the last was read waits until a thread is free: a client that sends thousands in one go delays
itself, and nobody else.
"""

from collections import deque
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from enum import Enum

from gateway.serving.connection import Connection, Gone, Stage


class Verdict(Enum):
    """What a thread says of a connection when it has done with it."""

    KEEP = "keep"
    CLOSE = "close"
    LATER = "later"
    """The body is needed: nothing was answered, and the call is made again when it is there."""


class Crew:
    """The threads of one process; ``wake`` is called from them when one has done with somebody."""

    def __init__(
        self, threads: int, answer: Callable[[Connection], Verdict], wake: Callable[[], None]
    ) -> None:
        self._threads = ThreadPoolExecutor(threads, "serving")
        self._most = threads
        self._answer = answer
        self._wake = wake
        self._busy = 0
        self._in_line: dict[Connection, None] = {}
        self._done: deque[tuple[Connection, Verdict]] = deque()

    def submit(self, connection: Connection) -> None:
        """Have a request answered."""
        connection.stage = Stage.THREAD
        self._busy += 1
        self._threads.submit(self._work, connection)

    def put_in_line(self, connection: Connection) -> None:
        """Have a request answered once a thread has nothing else to do."""
        self._in_line[connection] = None

    def forget(self, connection: Connection) -> None:
        """Take somebody out of the line."""
        self._in_line.pop(connection, None)

    def done(self) -> Iterator[tuple[Connection, Verdict]]:
        """Yield whom the threads have done with; then give those in line to threads that are free.

        Who comes to the line meanwhile is looked at too.
        """
        while self._done:
            self._busy -= 1
            yield self._done.popleft()
        while self._in_line and self._busy < self._most:
            connection = next(iter(self._in_line))
            del self._in_line[connection]
            self.submit(connection)

    def _work(self, connection: Connection) -> None:
        """Answer a request; runs in a thread."""
        verdict = Verdict.CLOSE
        try:
            verdict = self._answer(connection)
            if verdict is not Verdict.LATER:
                connection.outbox.send_to(connection.wire)
        except Gone:
            connection.outbox.clear()
            connection.last = True
        finally:
            self._done.append((connection, verdict))
            self._wake()

    def close(self) -> None:
        """Start nothing more."""
        self._threads.shutdown(wait=False, cancel_futures=True)
