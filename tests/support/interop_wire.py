"""A wire before our server on which tests can meddle: it passes on what foreign clients say."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.client import HTTPConnection
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

_NOT_OURS = frozenset({"connection", "content-length", "transfer-encoding", "date", "server"})


@dataclass(frozen=True, slots=True)
class Passed:
    """A message as it left the program, and our answer as it left us."""

    path: str
    headers: dict[str, str]
    message: bytes
    status: int
    answer: bytes


Meddle = Callable[[bytes], bytes]


def _as_it_is(content: bytes) -> bytes:
    return content


@dataclass
class Wire:
    """What a foreign client takes for our server: it passes everything on, and can change it."""

    port: int
    behind: int
    there: Meddle = _as_it_is
    back: Meddle = _as_it_is
    passed: list[Passed] = field(default_factory=list)

    def contract(self, path: str) -> str:
        """Return where a service's description is; the service's own address is on the wire too."""
        return f"http://127.0.0.1:{self.port}{path}"

    def send(self, path: str, headers: dict[str, str], message: bytes) -> tuple[int, bytes]:
        """Post a message to the server as it is."""
        status, _, answer = _forward(self.behind, "POST", path, headers, message)
        return status, answer

    def carry(
        self, verb: str, path: str, headers: dict[str, str], message: bytes
    ) -> tuple[int, dict[str, str], bytes]:
        """Pass a message on, and its answer back."""
        if verb == "GET":
            return _forward(self.behind, verb, path, headers, message)
        status, said, answer = _forward(self.behind, verb, path, headers, self.there(message))
        self.passed.append(Passed(path, headers, message, status, answer))
        return status, said, self.back(answer)


def _forward(
    port: int, verb: str, path: str, headers: dict[str, str], message: bytes
) -> tuple[int, dict[str, str], bytes]:
    connection = HTTPConnection("127.0.0.1", port, timeout=30)
    try:
        kept = {name: value for name, value in headers.items() if name.lower() not in _NOT_OURS}
        connection.request(verb, path, message or None, kept)
        answer = connection.getresponse()
        return answer.status, dict(answer.getheaders()), answer.read()
    finally:
        connection.close()


@contextmanager
def wire_before(address: str) -> Iterator[Wire]:
    """Run a wire before the server at ``address``."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self._pass("GET", b"")

        def do_POST(self) -> None:
            self._pass("POST", self.rfile.read(int(self.headers["Content-Length"])))

        def _pass(self, verb: str, message: bytes) -> None:
            status, headers, answer = wire.carry(verb, self.path, dict(self.headers), message)
            self.send_response_only(status)
            for name, value in headers.items():
                if name.lower() not in _NOT_OURS:
                    self.send_header(name, value)
            self.send_header("Content-Length", str(len(answer)))
            self.end_headers()
            self.wfile.write(answer)

        def log_message(self, *_: Any) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    wire = Wire(server.server_port, int(address.rpartition(":")[2]))
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    try:
        yield wire
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
