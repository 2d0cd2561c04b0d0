"""The event loop: takes requests in, hands whole ones to threads, sends answers out.

Nothing here waits for one client. A thread has a connection only from a whole request to a written
answer; what a slow reader has not taken by then is sent from here. Requests whose body dawdles have
their head looked at once, so that a caller who is refused by it is refused at once.
"""

import os
import selectors
import socket
import ssl
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from typing import Any

from gateway import logs
from gateway.serving.bounds import Bounds
from gateway.serving.connection import Connection, Gone, Stage
from gateway.serving.crew import Crew, Verdict
from gateway.serving.crowd import Crowd
from gateway.serving.framing import Phase
from gateway.serving.refusals import BUSY, MALFORMED, TOO_LARGE, TOO_SLOW

_log = logs.get_logger(__name__)
_TICK = 0.25
_ACCEPT_AT_ONCE = 16
_LOOK_AT_ONCE = 8
"""Heads looked at in one tick: a crowd that dawdles must not fill the threads' line."""
_TELL_SECONDS = 60.0
_SEND_BUFFER = 256 * 1024
"""Bytes of an answer that the kernel keeps for one client; the rest waits here, and is counted."""
_REFUSED = {Phase.HEAD_TOO_LARGE: TOO_LARGE, Phase.MALFORMED: MALFORMED}
_READ, _WRITE = selectors.EVENT_READ, selectors.EVENT_WRITE


class Loop:
    """Serves the listeners of one process.

    ``answer`` runs in a thread: it reads ``connection.assembly``, writes to ``connection.outbox``
    and never touches the socket. ``secure`` wraps a new socket for TLS, without a handshake.
    """

    def __init__(
        self,
        listeners: Sequence[socket.socket],
        answer: Callable[[Connection], Verdict],
        *,
        bounds: Bounds,
        threads: int,
        secure: Callable[[socket.socket], ssl.SSLSocket] | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._listeners = listeners
        self._crew = Crew(threads, answer, self.wake)
        self._bounds = bounds
        self._secure = secure
        self._clock = clock
        self._crowd: Crowd[Connection] = Crowd(most=bounds.connections, from_one=bounds.from_one)
        self._poller = selectors.DefaultSelector()
        self._looked_at = clock()
        self._paused: list[socket.socket] = []
        self._dropped = 0
        self._told_at = -_TELL_SECONDS
        self.stopping = False
        self._wake_out, self._wake_in = os.pipe()
        for end in (self._wake_out, self._wake_in):
            os.set_blocking(end, False)
        self._poller.register(self._wake_out, _READ, None)
        for listener in listeners:
            listener.setblocking(False)
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, _SEND_BUFFER)
            self._poller.register(listener, _READ, None)

    def __len__(self) -> int:
        return len(self._crowd)

    def wake(self) -> None:
        """Let the loop look up; any thread, or a signal handler, may call this."""
        with suppress(OSError):  # full: it will look up anyway
            os.write(self._wake_in, b"\0")

    def turn(self, timeout: float) -> None:
        """Do what is to be done now, or comes up within ``timeout`` seconds."""
        if len(self._crowd):
            timeout = min(timeout, _TICK)
        for key, _ in self._poller.select(timeout):
            if key.data is not None:
                self._guarded(self._go_on, key.data)
            elif key.fd == self._wake_out:
                with suppress(OSError):
                    os.read(self._wake_out, 4096)
            else:
                self._accept(key.fileobj)
        for connection, verdict in self._crew.done():
            self._guarded(self._finish, connection, verdict)
        now = self._clock()
        if now - self._looked_at >= _TICK:
            self._looked_at = now
            self._look_around(now)

    def stop(self) -> None:
        """Take no new connection; requests under way may be finished, soon."""
        self.stopping = True
        for listener in self._listeners:
            if listener not in self._paused:
                self._poller.unregister(listener)
        until = self._clock() + self._bounds.stop_seconds
        for connection in self._crowd.waiting():
            soon = until if not connection.is_idle else until - self._bounds.stop_seconds / 2
            connection.until = min(connection.until, soon)

    def close(self) -> None:
        """Close everything, finished or not."""
        self._crew.close()
        for connection in self._crowd.waiting():
            self._forget(connection)
        self._poller.close()
        wake_in, self._wake_in = self._wake_in, -1  # a thread may be about to call
        os.close(wake_in)
        os.close(self._wake_out)

    def _accept(self, listener: Any) -> None:
        for _ in range(_ACCEPT_AT_ONCE):
            try:
                wire, client = listener.accept()
            except (BlockingIOError, InterruptedError, ConnectionAbortedError):
                return
            except OSError as error:  # no file can be opened: the client waits for a tick
                _log.warning("accept_failed", number=error.errno)
                self._make_room("")
                self._poller.unregister(listener)
                self._paused.append(listener)
                return
            self._welcome(wire, client, listener.getsockname())

    def _welcome(self, wire: socket.socket, client: Any, server: Any) -> None:
        address = str(client[0]) if isinstance(client, tuple) else ""
        wire.setblocking(False)
        if self._crowd.is_full_for(address) and not self._make_room(address):
            with suppress(OSError):
                wire.send(BUSY)
            wire.close()
            return
        try:
            wrapped = self._secure(wire) if self._secure else wire
        except (OSError, ValueError):
            wire.close()
            return
        connection = Connection(wrapped, client, server, self._bounds, self._clock())
        self._crowd.enter(connection)
        if connection.stage is Stage.REQUEST and self._has_sent(connection):
            return
        self._show(connection, _READ)

    def _has_sent(self, connection: Connection) -> bool:
        """Take what a new client has sent already; most send all at once."""
        try:
            if connection.read(self._clock()):
                self._hand_over(connection)
                return True
        except Gone:
            self._forget(connection)
            return True
        return False

    def _make_room(self, address: str) -> bool:
        victim = self._crowd.first_to_go(address)
        if victim is None:
            return False
        self._dropped += 1
        self._refuse(victim, BUSY)
        return True

    def _guarded(self, act: Callable[..., None], connection: Connection, *more: Any) -> None:
        try:
            act(connection, *more)
        except Gone:
            self._forget(connection)

    def _go_on(self, connection: Connection) -> None:
        """Go on with a connection on which something can be read, or written."""
        now = self._clock()
        match connection.stage:
            case Stage.HANDSHAKE:
                if connection.shake_hands() and connection.read(now):
                    self._hand_over(connection)
            case Stage.REQUEST:
                if connection.read(now):
                    self._hand_over(connection)
            case Stage.ANSWER:
                if connection.send(now):
                    self._answered(connection)
            case Stage.LINGER:
                connection.drop_input(patient=not self.stopping)

    def _hand_over(self, connection: Connection) -> None:
        """Give a request to a thread; one that is no request is refused here."""
        refusal = _REFUSED.get(connection.assembly.phase)
        if refusal is not None:
            connection.outbox.sendall(refusal)
            connection.outbox.send_to(connection.wire)
            self._part(connection)
        else:
            self._submit(connection)

    def _submit(self, connection: Connection) -> None:
        self._hide(connection)
        self._crew.submit(connection)

    def _finish(self, connection: Connection, verdict: Verdict) -> None:
        """Take a connection back from a thread."""
        now = self._clock()
        if verdict is Verdict.LATER:
            connection.stage = Stage.REQUEST
            connection.looked = True
            self._show(connection, _READ)
            return
        connection.last = connection.last or verdict is Verdict.CLOSE
        if connection.outbox.size:
            connection.stage, connection.since, connection.moved = Stage.ANSWER, now, 0
            connection.until = self._bounds.body_until(now, 0)
            self._show(connection, _WRITE)
            self._relieve()
            return
        self._answered(connection)

    def _answered(self, connection: Connection) -> None:
        """Go on after an answer has left: with the next request, or with the end."""
        if connection.last:
            self._part(connection)
            return
        now = self._clock()
        come = connection.next_request(now)
        if self.stopping:
            connection.until = min(connection.until, now + self._bounds.stop_seconds / 2)
        if come and connection.assembly.phase in _REFUSED:
            self._hand_over(connection)
        elif come:  # sent before the last answer was read: it waits until a thread is free
            self._crew.put_in_line(connection)
        else:
            self._show(connection, _READ)

    def _part(self, connection: Connection) -> None:
        connection.part(self._clock())
        self._show(connection, _READ)

    def _relieve(self) -> None:
        """Let go of the slowest readers while too much waits for them."""
        reading = [one for one in self._crowd.waiting() if one.stage is Stage.ANSWER]
        waiting = sum(one.outbox.size for one in reading)
        for slowest in sorted(reading, key=lambda one: one.since):
            if waiting <= self._bounds.pending_bytes:
                return
            waiting -= slowest.outbox.size
            self._dropped += 1
            self._forget(slowest)

    def _look_around(self, now: float) -> None:
        """Let go of whoever is late; look at the head of a request that dawdles."""
        while self._paused and not self.stopping:
            self._poller.register(self._paused.pop(), _READ, None)
        if self._dropped and now - self._told_at >= _TELL_SECONDS:
            _log.warning("connections_dropped", count=self._dropped)
            self._dropped, self._told_at = 0, now
        looks = 0
        for connection in self._crowd.waiting():
            reading = connection.stage is Stage.REQUEST and not connection.is_idle
            if connection.until <= now:
                self._guarded(self._refuse, connection, TOO_SLOW if reading else b"")
            elif looks < _LOOK_AT_ONCE and reading and connection.is_dawdling(now):
                looks += 1
                self._submit(connection)

    def _refuse(self, connection: Connection, words: bytes) -> None:
        """Close, with a last word if a request had begun."""
        if words and connection.stage is Stage.REQUEST and not connection.is_idle:
            connection.outbox.sendall(words)
            with suppress(Gone):
                connection.outbox.send_to(connection.wire)
        self._forget(connection)

    def _show(self, connection: Connection, events: int) -> None:
        """Have the poller watch a connection for these events."""
        if connection.is_watched:
            self._poller.modify(connection.wire, events, connection)
        else:
            self._poller.register(connection.wire, events, connection)
            connection.is_watched = True

    def _hide(self, connection: Connection) -> None:
        if connection.is_watched:
            self._poller.unregister(connection.wire)
            connection.is_watched = False

    def _forget(self, connection: Connection) -> None:
        """Close a connection, whatever it waits for."""
        self._hide(connection)
        self._crew.forget(connection)
        self._crowd.leave(connection)
        connection.close()
