"""A program of its own: connections that keep a server waiting, and come back when they are cut.

It reads a JSON list of connections from standard input: ``start`` is sent at once, ``feed`` a byte
at each step, and ``read`` bytes are read of what comes back. It prints a line once all are
connected, and another at the end: how many connections it made in all.
"""

import base64
import json
import selectors
import socket
import sys
from contextlib import suppress
from typing import Any

STEP_SECONDS = 0.5


class Hostile:
    """One connection that never ends what it begins."""

    def __init__(self, port: int, plan: dict[str, Any]) -> None:
        self._port = port
        self._start = base64.b64decode(plan["start"])
        self._feed = base64.b64decode(plan["feed"])
        self._read = int(plan["read"])
        self.made = 0
        self.open()

    def open(self) -> None:
        """Connect, or connect anew."""
        self.made += 1
        self.wire = socket.socket()
        if self._read:
            self.wire.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 2048)
        self.wire.settimeout(10)
        self.wire.connect(("127.0.0.1", self._port))
        self.wire.setblocking(False)
        self._left = self._feed
        with suppress(BlockingIOError):
            self.wire.send(self._start)

    def step(self) -> None:
        """Send a little, read a little; come back if the server has had enough."""
        try:
            if self._left:
                sent = self.wire.send(self._left[:1])
                self._left = self._left[sent:]
            if self._read:
                if not self.wire.recv(self._read):
                    raise ConnectionResetError
            elif self._is_closed():
                raise ConnectionResetError
        except BlockingIOError:
            pass
        except OSError:
            self.wire.close()
            self.open()

    def _is_closed(self) -> bool:
        """Tell whether the server has ended it; an answer is the end too."""
        try:
            return bool(self.wire.recv(4096)) or True
        except BlockingIOError:
            return False


def main() -> None:
    """Keep the connections up until standard input ends."""
    port = int(sys.argv[1])
    hostile = [Hostile(port, plan) for plan in json.loads(sys.stdin.readline())]
    print("ready", flush=True)  # noqa: T201  what it is waited for
    ended = selectors.DefaultSelector()
    ended.register(sys.stdin, selectors.EVENT_READ)
    while not ended.select(STEP_SECONDS):
        for one in hostile:
            with suppress(OSError):
                one.step()
    for one in hostile:
        one.wire.close()
    print(sum(one.made for one in hostile), flush=True)  # noqa: T201


if __name__ == "__main__":
    main()
