"""The program as it is installed, in processes of its own, and sockets that misuse it."""

import os
import signal
import socket
import ssl
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPSConnection
from pathlib import Path

from gateway.bootstrap import Installation
from gateway.domain.partners import University
from tests.support.contract_messages import authorization
from tests.support.databases import SqliteMaker
from tests.support.hostile import Answered
from tests.support.ports import free_port
from tests.support.universities import DESTINATION, ORIGIN, introduce, make_home

SOAP = "/soap/92/destinazione"
_READY_SECONDS = 60.0


@dataclass(frozen=True, slots=True)
class Server:
    """A running server; ``log`` is what it printed."""

    port: int
    pid: int
    log: Path

    def post(self, content: bytes, user: str = "ateneo-91", timeout: float = 30.0) -> Answered:
        """Call the service as an honest client does; ``seconds`` are those of the clock."""
        began = time.perf_counter()
        connection = HTTPConnection("127.0.0.1", self.port, timeout=timeout)
        headers = {"Content-Type": "text/xml", "Connection": "close"}
        headers |= authorization(user) if user else {}
        connection.request("POST", SOAP, content, headers)
        answer = connection.getresponse()
        body = answer.read()
        connection.close()
        seconds = time.perf_counter() - began
        return Answered(answer.status, dict(answer.getheaders()), body, seconds)

    def raw(self, *parts: bytes, timeout: float = 10.0) -> bytes:
        """Send bytes and return what comes until the server closes or says nothing more."""
        with socket.create_connection(("127.0.0.1", self.port), timeout=timeout) as wire:
            try:
                for part in parts:
                    wire.sendall(part)
            except OSError:
                pass  # the server has heard enough: its answer may be there all the same
            return read_all(wire)

    def peak(self) -> float:
        """Return the most memory that one of its processes has had, in MB."""
        return max(_peak(pid) for pid in [self.pid, *children(self.pid)])


def read_all(wire: socket.socket) -> bytes:
    """Return what comes until the other end closes, or is silent for the socket's time."""
    received = b""
    try:
        while part := wire.recv(65536):
            received += part
    except OSError:
        pass
    return received


def children(pid: int) -> list[int]:
    """Return the processes that a server started."""
    found = Path(f"/proc/{pid}/task/{pid}/children").read_text("ascii").split()
    return [int(child) for child in found]


def _peak(pid: int) -> float:
    for line in Path(f"/proc/{pid}/status").read_text("ascii").splitlines():
        if line.startswith("VmHWM:"):
            return int(line.split()[1]) / 1024
    return 0.0


def head(length: int | None, *lines: str, user: str = "ateneo-91", path: str = SOAP) -> bytes:
    """The head of a call, with a length unless it is ``None``, and more lines."""
    fields = [f"POST {path} HTTP/1.1", "Host: localhost", "Content-Type: text/xml", *lines]
    if user:
        fields.append(f"Authorization: {authorization(user)['Authorization']}")
    if length is not None:
        fields.append(f"Content-Length: {length}")
    return "\r\n".join([*fields, "", ""]).encode("latin-1")


@contextmanager
def process(
    command: list[str], port: int, log: Path, ready: int = 200, **environment: str
) -> Iterator[int]:
    """Run a program; yield its id once it answers on ``port`` with the status ``ready``."""
    with log.open("ab") as file:
        running = subprocess.Popen(
            command,
            stdout=file,
            stderr=file,
            stdin=subprocess.DEVNULL,
            start_new_session=True,
            env={**os.environ, **environment},
        )
    try:
        _wait(port, running, log, ready, tls="CONGEDO_TLS_CERTIFICATE" in environment)
        yield running.pid
    finally:
        running.terminate()
        try:
            running.wait(timeout=15)
        except subprocess.TimeoutExpired:
            os.killpg(running.pid, signal.SIGKILL)
            running.wait()


def _to(port: int, *, tls: bool) -> HTTPConnection:
    if not tls:
        return HTTPConnection("127.0.0.1", port, timeout=2)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE  # is it there, no more
    return HTTPSConnection("127.0.0.1", port, timeout=2, context=context)


def _wait(
    port: int, running: "subprocess.Popen[bytes]", log: Path, ready: int, *, tls: bool
) -> None:
    until = time.monotonic() + _READY_SECONDS
    while time.monotonic() < until:
        assert running.poll() is None, log.read_text("utf-8", "replace")[-2000:]
        try:
            connection = _to(port, tls=tls)
            connection.request("GET", "/health/ready")
            status = connection.getresponse().status
            connection.close()
        except OSError:
            status = 0
        if status == ready:
            return
        time.sleep(0.05)
    raise TimeoutError(log.read_text("utf-8", "replace")[-2000:])


@contextmanager
def serving(
    home: Path,
    maker: SqliteMaker,
    *options: str,
    hosted: University = DESTINATION,
    partner: University = ORIGIN,
    **environment: str,
) -> Iterator[tuple[Server, Installation]]:
    """Run ``congedo serve`` for a university that knows one other; yield it, and it opened."""
    settings = make_home(home, maker)
    installation = Installation(settings)
    introduce(installation, hosted, (partner, "partner"))
    port, log = free_port(), home / "server.log"
    command = [sys.executable, "-m", "gateway", "--home", str(home), "serve", *options]
    set_up = {
        "CONGEDO_HOME": str(home),
        "CONGEDO_PORT": str(port),
        "CONGEDO_DATABASE_URL": settings.url,
        **environment,
    }
    try:
        with process(command, port, log, **set_up) as pid:
            yield Server(port, pid, log), installation
    finally:
        installation.close()
