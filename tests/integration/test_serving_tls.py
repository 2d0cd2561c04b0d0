"""The plain profile's event loop over TLS: no handshake holds anything up."""

import ssl
from dataclasses import replace
from pathlib import Path

import pytest

from gateway.serving.connection import Connection
from gateway.serving.crew import Verdict
from tests.support.serving import (
    HASTY,
    eventually,
    looping,
    post,
    read_answer,
    read_to_end,
    reply,
    self_signed,
    whole,
)

pytestmark = pytest.mark.integration

LARGE = 8_000_000


@pytest.fixture
def tls(tmp_path: Path) -> tuple[ssl.SSLContext, ssl.SSLContext]:
    """The contexts of a server that knows one client, and of that client."""
    server_file, client_file = self_signed(tmp_path, "localhost"), self_signed(tmp_path, "client")
    server = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    server.load_cert_chain(server_file)
    server.verify_mode = ssl.CERT_OPTIONAL
    server.load_verify_locations(client_file)
    client = ssl.create_default_context(cafile=server_file)
    client.load_cert_chain(client_file)
    return server, client


def names(connection: Connection) -> Verdict:
    """Answer with the name in the client's certificate, then with the body."""
    certificate = connection.wire.getpeercert()
    name = certificate["subject"][0][0][1] if certificate else "nobody"
    reply(connection, f"{name} ".encode() + whole(connection).partition(b"\r\n\r\n")[2])
    return Verdict.KEEP


def test_over_tls_the_certificate_is_known_and_everything_is_as_without(
    tls: tuple[ssl.SSLContext, ssl.SSLContext],
) -> None:
    server, client = tls
    with (
        looping(names, tls=server) as serving,
        serving.connect() as wire,
        client.wrap_socket(wire, server_hostname="localhost") as secure,
    ):
        for body in (b"one", b"x" * 150_000, b"three"):
            secure.sendall(post(body))
            assert read_answer(secure) == b"client " + body


def test_a_large_answer_over_tls_arrives_whole(tls: tuple[ssl.SSLContext, ssl.SSLContext]) -> None:
    def answer(connection: Connection) -> Verdict:
        reply(connection, b"x" * LARGE)
        return Verdict.CLOSE

    server, client = tls
    bounds = replace(HASTY, body_seconds=30, body_most=30)
    with (
        looping(answer, tls=server, bounds=bounds) as serving,
        serving.connect() as wire,
        client.wrap_socket(wire, server_hostname="localhost") as secure,
    ):
        secure.sendall(post())
        assert read_answer(secure) == b"x" * LARGE


@pytest.mark.parametrize("start", [b"", b"\x16\x03\x01\x02\x00", b"GET / HTTP/1.1\r\n\r\n"])
def test_a_handshake_that_never_ends_holds_nothing_up(
    tls: tuple[ssl.SSLContext, ssl.SSLContext], start: bytes
) -> None:
    server, client = tls
    with looping(names, tls=server, threads=1) as serving:
        silent = [serving.connect() for _ in range(5)]
        for wire in silent:
            wire.sendall(start)
        with (
            serving.connect() as wire,
            client.wrap_socket(wire, server_hostname="localhost") as secure,
        ):
            secure.sendall(post(b"honest"))
            assert read_answer(secure) == b"client honest"
        for wire in silent:
            assert b"HTTP/1.1" not in read_to_end(wire)
            wire.close()
        eventually(lambda: len(serving.loop) == 0)
