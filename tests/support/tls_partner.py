"""A partner behind real TLS: which certificate it was shown, what it was sent; and a proxy."""

import contextlib
import socket
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from gateway.certificates import read_der
from gateway.client.sessions import private_file
from gateway.domain.messages import Operation
from tests.support.certificates import Identity
from tests.support.contract_messages import golden

ANSWER = golden(Operation.GET_INFO_WORKFLOW, "answer")


@dataclass
class Seen:
    """What reached a partner: the pins of the keys shown, and the bytes of each request's body."""

    keys: list[str] = field(default_factory=list)
    bodies: list[bytes] = field(default_factory=list)
    authorizations: list[str] = field(default_factory=list)


@dataclass
class TlsPartner:
    """A running partner."""

    port: int
    context: ssl.SSLContext
    seen: Seen = field(default_factory=Seen)
    cut: bool = False

    @property
    def url(self) -> str:
        """Where it is."""
        return f"https://localhost:{self.port}/soap/92/destinazione"


def server_context(
    server: Identity, *callers: Identity, version: ssl.TLSVersion = ssl.TLSVersion.TLSv1_3
) -> ssl.SSLContext:
    """Return the context of a server that takes these callers only, or anybody."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.minimum_version = context.maximum_version = version
    with private_file(f"{server.key}\n{server.certificate}") as name:
        context.load_cert_chain(name)
    if callers:
        context.verify_mode = ssl.CERT_REQUIRED
        context.verify_flags |= ssl.VERIFY_X509_PARTIAL_CHAIN
        for caller in callers:
            context.load_verify_locations(cadata=caller.certificate)
    return context


@contextmanager
def tls_partner(context: ssl.SSLContext) -> Iterator[TlsPartner]:
    """Run a partner; its context may be changed while it runs."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def setup(self) -> None:
            self.request.settimeout(10)
            self.request = partner.context.wrap_socket(self.request, server_side=True)
            shown = self.request.getpeercert(True)
            partner.seen.keys.append(read_der(shown).key if shown else "")
            super().setup()

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            partner.seen.bodies.append(body)
            partner.seen.authorizations.append(self.headers.get("Authorization", ""))
            if partner.cut:  # half an answer, and no farewell of TLS
                self.wfile.write(b"HTTP/1.1 200 OK\r\nContent-Length: 9999\r\n\r\n<a>")
                self.request.unwrap = None
                socket.socket.shutdown(self.request, socket.SHUT_RDWR)
                return
            self.send_response(200)
            self.send_header("Content-Type", "text/xml")
            self.send_header("Content-Length", str(len(ANSWER)))
            self.end_headers()
            self.wfile.write(ANSWER)

        def log_message(self, *args: object) -> None:
            pass

    class Server(ThreadingHTTPServer):
        daemon_threads = True

        def handle_error(self, request: object, client_address: object) -> None:
            pass  # callers that are refused

    server = Server(("127.0.0.1", 0), Handler)
    partner = TlsPartner(server.server_address[1], context)
    thread = threading.Thread(target=server.serve_forever, args=(0.05,))
    thread.start()
    try:
        yield partner
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


@contextmanager
def connect_proxy() -> Iterator[tuple[str, list[str]]]:
    """Run an HTTP proxy that tunnels; yield its address and what it was asked for."""
    asked: list[str] = []

    class Handler(BaseHTTPRequestHandler):
        def do_CONNECT(self) -> None:
            asked.append(self.path)
            host, _, port = self.path.partition(":")
            with socket.create_connection((host, int(port)), timeout=10) as far:
                self.send_response(200)
                self.end_headers()
                back = threading.Thread(target=_pour, args=(far, self.connection))
                back.start()
                _pour(self.connection, far)
                back.join()

        def log_message(self, *args: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, args=(0.05,))
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}", asked
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def _pour(source: socket.socket, target: socket.socket) -> None:
    with contextlib.suppress(OSError):
        while part := source.recv(65536):
            target.sendall(part)
        target.shutdown(socket.SHUT_WR)
