"""Ports for servers of tests, away from those the machine lends to connections that go out."""

import random
import socket

_RANGE = range(20_000, 32_000)


def free_port() -> int:
    """Return a port nobody listens on."""
    for port in random.sample(_RANGE, 50):
        with socket.socket() as probe:
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
            return port
    raise OSError("no free port")
