"""An event loop of the plain profile in a thread of this process, and clients that misuse it."""

import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from gateway.serving.bounds import Bounds
from gateway.serving.connection import Connection
from gateway.serving.crew import Verdict
from gateway.serving.framing import BodyPending, Phase
from gateway.serving.loop import Loop

HASTY = Bounds(
    head_bytes=2000,
    body_bytes=200_000,
    spool_bytes=1000,
    pending_bytes=24_000_000,
    head_seconds=0.6,
    body_seconds=0.6,
    body_rate=20_000,
    body_most=3.0,
    idle_seconds=0.9,
    linger_seconds=0.5,
    look_seconds=0.2,
    stop_seconds=0.8,
    connections=8,
    from_one=8,
)
Answer = Callable[[Connection], Verdict]


def whole(connection: Connection) -> bytes:
    """Return a request as it was kept; ``BodyPending`` if it is not all there."""
    source, parts = connection.assembly.source(), []
    while part := source.recv(65536):
        parts.append(part)
    return b"".join(parts)


def reply(connection: Connection, body: bytes) -> None:
    """Write an answer."""
    head = f"HTTP/1.1 200 OK\r\nContent-Length: {len(body)}\r\n\r\n"
    connection.outbox.sendall(head.encode())
    connection.outbox.sendall(body)


def echo(connection: Connection) -> Verdict:
    """Answer a request with its body; one that asks to close is the last."""
    try:
        head, _, body = whole(connection).partition(b"\r\n\r\n")
    except BodyPending:
        return Verdict.LATER
    reply(connection, body)
    last = b"Connection: close" in head or connection.assembly.phase is not Phase.WHOLE
    return Verdict.CLOSE if last else Verdict.KEEP


class Serving:
    """A loop that runs."""

    def __init__(self, loop: Loop, port: int) -> None:
        self.loop = loop
        self.port = port

    def connect(self, *, patience: float = 5.0) -> socket.socket:
        """Return a new connection."""
        return socket.create_connection(("127.0.0.1", self.port), timeout=patience)

    def ask(self, *parts: bytes) -> bytes:
        """Send bytes over a connection of its own and return all that comes back."""
        with self.connect() as wire:
            for part in parts:
                wire.sendall(part)
            return read_to_end(wire)


def read_to_end(wire: socket.socket) -> bytes:
    """Return what comes until the other end closes."""
    received = b""
    with suppress(ConnectionResetError):
        while part := wire.recv(65536):
            received += part
    return received


def read_answer(wire: socket.socket) -> bytes:
    """Return the body of one answer."""
    received = b""
    while b"\r\n\r\n" not in received:
        part = wire.recv(65536)
        assert part, received
        received += part
    head, _, body = received.partition(b"\r\n\r\n")
    length = int(head.lower().partition(b"content-length: ")[2].split(b"\r\n")[0])
    while len(body) < length:
        part = wire.recv(65536)
        assert part, "cut off"
        body += part
    assert len(body) == length, "more than one answer"
    return body


def post(body: bytes = b"", *lines: str) -> bytes:
    """Return a request with a body."""
    head = ["POST / HTTP/1.1", "Host: a", f"Content-Length: {len(body)}", *lines, "", ""]
    return "\r\n".join(head).encode() + body


@contextmanager
def looping(
    answer: Answer = echo,
    *,
    bounds: Bounds = HASTY,
    threads: int = 2,
    tls: ssl.SSLContext | None = None,
) -> Iterator[Serving]:
    """Run a loop until the context ends."""
    listener = socket.create_server(("127.0.0.1", 0), backlog=64)

    def secure(wire: socket.socket) -> ssl.SSLSocket:
        assert tls is not None
        return tls.wrap_socket(wire, server_side=True, do_handshake_on_connect=False)

    loop = Loop([listener], answer, bounds=bounds, threads=threads, secure=secure if tls else None)
    ended = threading.Event()

    def run() -> None:
        while not ended.is_set():
            loop.turn(0.2)

    thread = threading.Thread(target=run)
    thread.start()
    try:
        yield Serving(loop, listener.getsockname()[1])
    finally:
        ended.set()
        loop.wake()
        thread.join()
        loop.close()
        listener.close()


def eventually(holds: Callable[[], bool], seconds: float = 5.0) -> None:
    """Wait until something holds.

    Raises:
        TimeoutError: it does not come to hold.
    """
    until = time.monotonic() + seconds
    while not holds():
        if time.monotonic() > until:
            raise TimeoutError
        time.sleep(0.01)


def self_signed(folder: Path, name: str) -> Path:
    """Write a key and its own certificate into one file."""
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(name)]), critical=False)
        .sign(key, hashes.SHA256())
    )
    file = folder / f"{name}.pem"
    encoding, plain = serialization.Encoding.PEM, serialization.NoEncryption()
    private = key.private_bytes(encoding, serialization.PrivateFormat.PKCS8, plain)
    file.write_bytes(private + certificate.public_bytes(encoding))
    return file
