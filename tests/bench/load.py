"""A light load generator over raw sockets, and what a server's processes cost meanwhile."""

import os
import socket
import ssl
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Measure:
    """What one round showed: calls a second, milliseconds at p50 and p99, server CPU ms a call."""

    rate: float
    p50: float
    p99: float
    cpu: float
    failures: tuple[bytes, ...] = ()


def request(path: str, body: bytes, authorization: str = "") -> bytes:
    """Return a whole HTTP request, ready to be sent."""
    head = f"POST {path} HTTP/1.1\r\nHost: bench\r\nContent-Type: text/xml; charset=utf-8\r\n"
    if authorization:
        head += f"Authorization: {authorization}\r\n"
    return f"{head}Content-Length: {len(body)}\r\n\r\n".encode() + body


class _Connection:
    def __init__(self, port: int, tls: ssl.SSLContext | None = None) -> None:
        self._port = port
        self._tls = tls
        self._socket = self._open()
        self._buffer = b""

    def _open(self) -> socket.socket:
        opened = socket.create_connection(("127.0.0.1", self._port), timeout=30)
        opened.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        return self._tls.wrap_socket(opened, server_hostname="localhost") if self._tls else opened

    def call(self, message: bytes) -> bytes:
        """Send a request and return the whole response."""
        self._socket.sendall(message)
        while b"\r\n\r\n" not in self._buffer:
            self._more()
        head, _, rest = self._buffer.partition(b"\r\n\r\n")
        lower = head.lower()
        length = int(lower.split(b"content-length:", 1)[1].split(b"\r\n", 1)[0])
        while len(rest) < length:
            self._buffer = head + b"\r\n\r\n" + rest
            self._more()
            rest = self._buffer.partition(b"\r\n\r\n")[2]
        self._buffer = rest[length:]
        if b"connection: close" in lower:
            self._socket.close()
            self._socket = self._open()
        return head + b"\r\n\r\n" + rest[:length]

    def _more(self) -> None:
        part = self._socket.recv(65536)
        if not part:
            raise ConnectionError("closed")
        self._buffer += part


def cpu_seconds(pids: Sequence[int]) -> float:
    """Return the CPU seconds that processes have used so far."""
    tick = os.sysconf("SC_CLK_TCK")
    total = 0
    for pid in pids:
        fields = Path(f"/proc/{pid}/stat").read_text("ascii").rpartition(")")[2].split()
        total += int(fields[11]) + int(fields[12])
    return total / tick


def drive(
    port: int,
    messages: Sequence[bytes],
    pids: Sequence[int],
    *,
    connections: int = 4,
    expected: bytes = b"<codEsito>0<",
    tls: ssl.SSLContext | None = None,
) -> Measure:
    """Send every message once over a few connections; an answer must hold ``expected``."""
    shares = [messages[number::connections] for number in range(connections)]
    times: list[float] = []
    failures: list[bytes] = []

    def work(share: Sequence[bytes]) -> None:
        connection = _Connection(port, tls)
        mine: list[float] = []
        for message in share:
            began = time.perf_counter()
            answer = connection.call(message)
            mine.append(time.perf_counter() - began)
            if expected not in answer:
                failures.append(answer)
        times.extend(mine)

    threads = [threading.Thread(target=work, args=(share,)) for share in shares]
    cpu, began = cpu_seconds(pids), time.perf_counter()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    seconds = time.perf_counter() - began
    used = cpu_seconds(pids) - cpu
    times.sort()
    return Measure(
        rate=len(messages) / seconds,
        p50=times[len(times) // 2] * 1000,
        p99=times[int(len(times) * 0.99)] * 1000,
        cpu=used / len(messages) * 1000,
        failures=tuple(failures),
    )
