"""One connection: what has come of its request, and what of its answer has not left yet.

The socket never blocks. Only one side uses a connection at a time: the loop while it waits for the
client, a thread while it works.
"""

import socket
import ssl
from enum import Enum
from typing import Any

from gateway.serving.bounds import Bounds
from gateway.serving.framing import Assembly, Phase

_READ = 64 * 1024
_CONTINUE = b"HTTP/1.1 100 Continue\r\n\r\n"


class Stage(Enum):
    """What a connection waits for."""

    HANDSHAKE = "handshake"
    REQUEST = "request"
    THREAD = "thread"
    ANSWER = "answer"
    LINGER = "linger"


class Gone(Exception):  # noqa: N818  what became of the client
    """The client has left, or speaks something else than what is spoken here."""


class Outbox:
    """Stands for the socket where an answer is written: keeps it until the client takes it."""

    __slots__ = ("_parts", "size")

    def __init__(self) -> None:
        self._parts: list[bytes | memoryview] = []
        self.size = 0

    def sendall(self, data: bytes) -> None:
        """Keep a piece of an answer."""
        if data:
            self._parts.append(data)
            self.size += len(data)

    @staticmethod
    def gettimeout() -> float:
        """Say that writing never blocks; gunicorn asks before it writes an error."""
        return 0.0

    def send_to(self, wire: Any) -> int:
        """Send what the client takes without waiting; return how many bytes.

        Raises:
            Gone: nothing can be sent any more.
        """
        sent = 0
        while self.size:
            if len(self._parts) > 1:
                self._parts = [b"".join(self._parts)]
            try:
                taken = wire.send(self._parts[0])
            except (BlockingIOError, InterruptedError, ssl.SSLWantWriteError):
                break
            except OSError as error:
                raise Gone from error
            self.size -= taken
            self._parts = [memoryview(self._parts[0])[taken:]] if self.size else []
            sent += taken
        return sent

    def clear(self) -> None:
        """Forget what has not left."""
        self._parts = []
        self.size = 0


class Connection:
    """A client's connection.

    ``since`` is when the present stage, or the present request, began; ``until`` when it is given
    up. ``moved`` counts the bytes of an answer that left, ``looked`` tells that the head of an
    unfinished request has been looked at, ``last`` that no other request is read. ``is_watched`` is
    for the loop to remember what its poller knows.
    """

    __slots__ = (
        "_bounds",
        "_is_first",
        "_rest",
        "address",
        "assembly",
        "client",
        "is_watched",
        "last",
        "looked",
        "moved",
        "outbox",
        "server",
        "since",
        "stage",
        "until",
        "wire",
    )

    def __init__(self, wire: Any, client: Any, server: Any, bounds: Bounds, now: float) -> None:
        self.wire = wire
        self.client = client
        self.server = server
        self.address = str(client[0]) if isinstance(client, tuple) else ""
        self.outbox = Outbox()
        self.stage = Stage.HANDSHAKE if isinstance(wire, ssl.SSLSocket) else Stage.REQUEST
        self.since = now
        self.until = now + bounds.head_seconds
        self.moved = 0
        self.last = False
        self.is_watched = False
        self.looked = False
        self._bounds = bounds
        self._is_first = True
        self._rest = b""
        self.assembly = self._new()

    def _new(self) -> Assembly:
        bounds = self._bounds
        return Assembly(
            head_limit=bounds.head_bytes,
            body_limit=bounds.body_bytes,
            form_limit=bounds.form_bytes,
            forms_at=bounds.forms_at,
            spool_bytes=bounds.spool_bytes,
        )

    @property
    def is_idle(self) -> bool:
        """Tell whether nothing of a request has come, so that nothing is lost by closing."""
        return self.stage is Stage.LINGER or (
            self.stage is Stage.REQUEST and self.assembly.phase is Phase.NOTHING
        )

    @property
    def is_served(self) -> bool:
        """Tell whether a thread works for it."""
        return self.stage is Stage.THREAD

    def is_dawdling(self, now: float) -> bool:
        """Tell whether a body takes its time, and its head has not been looked at yet."""
        return (
            self.assembly.phase is Phase.BODY
            and not self.looked
            and now - self.since >= self._bounds.look_seconds
        )

    def shake_hands(self) -> bool:
        """Go on with the TLS handshake; tell whether it is done.

        Raises:
            Gone: it has failed.
        """
        try:
            self.wire.do_handshake()
        except (ssl.SSLWantReadError, ssl.SSLWantWriteError):
            return False
        except (OSError, ValueError) as error:
            raise Gone from error
        self.stage = Stage.REQUEST
        return True

    def read(self, now: float) -> bool:
        """Take what has come; tell whether the request is ended.

        Raises:
            Gone: the client has closed, before or within a request.
        """
        while True:
            try:
                data = self.wire.recv(_READ)
            except (BlockingIOError, InterruptedError, ssl.SSLWantReadError):
                return False
            except (OSError, ValueError) as error:
                raise Gone from error
            if not data:
                raise Gone
            if self.take(data, now):
                return True
            if len(data) < _READ and not self._is_pending():
                return False

    def _is_pending(self) -> bool:
        """Tell whether TLS holds bytes that the poller does not see."""
        return isinstance(self.wire, ssl.SSLSocket) and self.wire.pending() > 0

    def take(self, data: bytes, now: float) -> bool:
        """Put bytes to the request; tell whether it is ended.

        Raises:
            Gone: a large body cannot be kept.
        """
        assembly = self.assembly
        before = assembly.phase
        try:
            self._rest = assembly.feed(data)
        except OSError as error:
            raise Gone from error
        if before is Phase.NOTHING and assembly.phase is not Phase.NOTHING:
            self.since = now
            if not self._is_first:  # the first head has the time since the connection was made
                self.until = now + self._bounds.head_seconds
        if assembly.phase is Phase.BODY:
            if before is not Phase.BODY:
                self._begin_body(now)
            self.until = self._bounds.body_until(self.since, assembly.received)
        return assembly.phase.is_ended

    def _begin_body(self, now: float) -> None:
        self.since = now
        if self.assembly.expects:
            box = Outbox()
            box.sendall(_CONTINUE)
            box.send_to(self.wire)

    def next_request(self, now: float) -> bool:
        """Make ready for another request; tell whether it has come already, behind the last one.

        Raises:
            Gone: its body cannot be kept.
        """
        self.assembly.close()
        self.assembly = self._new()
        self.stage, self.looked, self.moved, self._is_first = Stage.REQUEST, False, 0, False
        self.since, self.until = now, now + self._bounds.idle_seconds
        rest, self._rest = self._rest, b""
        if rest and self.take(rest, now):
            return True
        return self._is_pending() and self.read(now)

    def send(self, now: float) -> bool:
        """Send of the answer what the client takes; tell whether all has left.

        Raises:
            Gone: the client has left.
        """
        self.moved += self.outbox.send_to(self.wire)
        self.until = self._bounds.body_until(self.since, self.moved)
        return self.outbox.size == 0

    def part(self, now: float) -> None:
        """Say that nothing more comes; what the client still sends is read and dropped.

        Raises:
            Gone: the client has left.
        """
        self.assembly.close()
        self.stage, self.since, self.moved = Stage.LINGER, now, 0
        self.until = now + self._bounds.linger_seconds
        try:
            self.wire.shutdown(socket.SHUT_WR)
        except OSError as error:
            raise Gone from error

    def drop_input(self, *, patient: bool) -> None:
        """Read and drop; ``patient`` lets who sends on at the least rate come to the answer.

        Raises:
            Gone: the client has closed.
        """
        try:
            if dropped := len(self.wire.recv(_READ)):
                self.moved += dropped
                if patient:
                    self.until = self._bounds.linger_until(self.since, self.moved)
                return
        except (BlockingIOError, InterruptedError, ssl.SSLWantReadError):
            return
        except (OSError, ValueError) as error:
            raise Gone from error
        raise Gone

    def close(self) -> None:
        """Close without a word."""
        self.assembly.close()
        self.outbox.clear()
        self.wire.close()
