"""Storms: hundreds of connections that keep a server waiting, while honest calls are made."""

import base64
import json
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from http.client import HTTPConnection, RemoteDisconnected
from pathlib import Path

from tests.support.contract_messages import authorization
from tests.support.hostile_messages import terms, transfer
from tests.support.hostile_servers import SOAP, head

PROGRAM = Path(__file__).with_name("storming.py")
Plan = tuple[bytes, bytes, int]
"""What is sent at once, what is sent a byte at a time, how much is read at a time."""

_UPLOAD = transfer(practice="STALLO")
_GET = b"GET %s?wsdl HTTP/1.1\r\nHost: localhost\r\n\r\n"
_CHUNKED = head(None, "Transfer-Encoding: chunked") + b"ffff\r\n" + _UPLOAD[:100]

KINDS: dict[str, Plan] = {
    "silent": (b"", b"", 0),
    "half a head": (head(5)[:-10], b"", 0),
    "a head by the byte": (b"POST / HTTP/1.1\r\n", b"X-A: b\r\n" * 500, 0),
    "half a handshake": (b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03", b"", 0),
    "a stalled body": (head(len(_UPLOAD)) + _UPLOAD[:2000], b"", 0),
    "a body by the byte": (head(len(_UPLOAD)) + _UPLOAD[:2000], _UPLOAD[2000:-1], 0),
    "a stalled body of nobody's": (head(len(_UPLOAD), user="") + _UPLOAD[:2000], b"", 0),
    "stalled chunks": (_CHUNKED, b"", 0),
    "a body that is waited for": (head(500, "Expect: 100-continue"), b"", 0),
    "answers by the byte": (_GET % SOAP.encode() * 200, b"", 1),
}


def mixed(count: int) -> list[Plan]:
    """Return plans of every kind in turn."""
    kinds = list(KINDS.values())
    return [kinds[number % len(kinds)] for number in range(count)]


class Storm:
    """A storm that goes on; ``connections`` says at the end how many it took to keep it up."""

    connections = 0


@contextmanager
def storm(port: int, plans: Sequence[Plan]) -> Iterator[Storm]:
    """Keep connections up in a process of their own."""
    running = subprocess.Popen(
        [sys.executable, "-I", str(PROGRAM), str(port)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert running.stdin is not None
    assert running.stdout is not None
    blowing = Storm()
    try:
        listed = [
            {
                "start": base64.b64encode(start).decode(),
                "feed": base64.b64encode(feed).decode(),
                "read": read,
            }
            for start, feed, read in plans
        ]
        running.stdin.write(json.dumps(listed) + "\n")
        running.stdin.flush()
        assert running.stdout.readline() == "ready\n"
        yield blowing
    finally:
        running.stdin.close()
        said = running.stdout.readline()
        running.stdout.close()
        running.wait(30)
    blowing.connections = int(said)


def honest_calls(
    port: int, many: int, *, pause: float = 0.0, source: str = "127.0.0.1"
) -> list[float]:
    """Make honest calls, over new connections and kept ones; return their seconds, sorted.

    A call that is not answered with OK is an error. A kept connection may have been closed while it
    waited for nothing: then the call is made over a new one, as any client does. ``source`` is the
    address they come from.
    """
    times: list[float] = []
    here = (source, 0)
    kept = HTTPConnection("127.0.0.1", port, timeout=20, source_address=here)
    for number in range(many):
        fresh = number % 2 == 0
        wire = HTTPConnection("127.0.0.1", port, timeout=20, source_address=here) if fresh else kept
        began = time.perf_counter()
        try:
            _call(wire)
        except (BrokenPipeError, ConnectionResetError, RemoteDisconnected):
            if fresh:
                raise
            kept.close()
            _call(kept)
        times.append(time.perf_counter() - began)
        if fresh:
            wire.close()
        if pause:
            time.sleep(pause)
    kept.close()
    return sorted(times)


def _call(wire: HTTPConnection) -> None:
    wire.request("POST", SOAP, terms(), {"Content-Type": "text/xml", **authorization("ateneo-91")})
    answer = wire.getresponse()
    body = answer.read()
    assert answer.status == 200, body
    assert b"<codEsito>0</codEsito>" in body, body
