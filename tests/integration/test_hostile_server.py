"""The served program against sockets that do not keep to HTTP, or keep to it too well."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.databases import SqliteMaker
from tests.support.hostile import SECONDS, Site, at_best
from tests.support.hostile_floods import BODY, FOGLIO, UNITS, attributes, declaring, filled
from tests.support.hostile_messages import terms, transfer
from tests.support.hostile_servers import Server, children, head, serving
from tests.support.universities import MONTELAGO

pytestmark = [pytest.mark.integration, pytest.mark.slow]

MIB = 1024 * 1024
GROWTH_MB = 256
"""What all the floods together may add to a process, one after the other."""


@pytest.fixture(scope="module")
def place(
    tmp_path_factory: pytest.TempPathFactory, sqlite: SqliteMaker
) -> Iterator[tuple[Server, Site]]:
    home = tmp_path_factory.mktemp("server")
    with serving(home, sqlite, "--no-worker", CONGEDO_THREADS="2") as (served, known):
        yield served, Site(known, MONTELAGO)


@pytest.fixture
def server(place: tuple[Server, Site]) -> Server:
    return place[0]


@pytest.fixture
def site(place: tuple[Server, Site]) -> Site:
    return place[1]


def status_of(answer: bytes) -> int:
    return int(answer.split(b" ", 2)[1]) if answer.startswith(b"HTTP/1.") else 0


def is_well(server: Server) -> None:
    answer = server.post(terms())
    assert answer.outcome == (0, "OK")


def chunks(total: int, size: int = MIB) -> list[bytes]:
    one = f"{size:x}\r\n".encode() + b"a" * size + b"\r\n"
    return [one] * (total // size) + [b"0\r\n\r\n"]


def test_fifty_megabytes_with_a_length_are_refused(server: Server) -> None:
    answer = server.raw(head(50 * MIB), *[b"a" * MIB] * 50)
    assert status_of(answer) in {413, 0}  # 0: closed while the client was still sending
    waiting = server.raw(head(50 * MIB), timeout=1)
    assert status_of(waiting) == 413
    assert "Messaggio oltre il limite di 1048576 byte" in waiting.decode()
    is_well(server)


def test_fifty_megabytes_in_chunks_are_refused(server: Server) -> None:
    chunked = "Transfer-Encoding: chunked"
    answer = server.raw(head(None, chunked), *chunks(50 * MIB))
    assert status_of(answer) in {413, 0}
    just_over = server.raw(head(None, chunked), *chunks(2 * MIB), timeout=5)
    assert status_of(just_over) in {413, 0}
    is_well(server)


def test_an_honest_message_in_chunks_is_read(server: Server) -> None:
    message = terms()
    body = f"{len(message):x}\r\n".encode() + message + b"\r\n0\r\n\r\n"
    answer = server.raw(head(None, "Transfer-Encoding: chunked", "Connection: close"), body)
    assert status_of(answer) == 200
    assert b"<codEsito>0</codEsito>" in answer


def test_a_client_that_waits_to_be_asked_is_asked(server: Server) -> None:
    message = terms()
    lines = ("Expect: 100-continue", "Connection: close")
    answer = server.raw(head(len(message), *lines), message)
    assert b"HTTP/1.1 200" in answer


@pytest.mark.parametrize(
    "lines",
    [
        ["Content-Length: abc"],
        ["Content-Length: -1"],
        ["Content-Length: +5"],
        ["Content-Length: " + "9" * 5000],
        ["Content-Length: 5", "Content-Length: 6"],
        ["Content-Length: 5, 6"],
        ["Content-Length: 5", "Transfer-Encoding: chunked"],
        ["Transfer-Encoding: chunked, identity"],
        ["Transfer-Encoding: gzip"],
        ["Content-Length : 5"],
        ["Content-Length: 5\x00"],
        ["X-Altro: a\x00b", "Content-Length: 5"],
        ["X-Altro: a\rb", "Content-Length: 5"],
        ["X-Altro\n: b", "Content-Length: 5"],
        ["senza due punti", "Content-Length: 5"],
        ["X-Grande: " + "x" * 100_000, "Content-Length: 5"],
        [f"X-{number}: x" for number in range(200)],
    ],
    ids=lambda lines: lines[0][:28].encode("unicode_escape").decode(),
)
def test_a_head_that_is_not_http_is_refused_without_detail(
    server: Server, lines: list[str]
) -> None:
    answer = server.raw(head(None, *lines), b"<a/>\n", timeout=5)
    assert status_of(answer) in {400, 411, 413, 431, 501}
    for word in (b"Traceback", b'File "', b".py", b"site-packages"):
        assert word not in answer
    is_well(server)


@pytest.mark.parametrize(
    "start", [b"GARBAGE\r\n\r\n", b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03", b"\x00" * 4096]
)
def test_what_is_not_http_at_all_is_refused(server: Server, start: bytes) -> None:
    answer = server.raw(start, b"\r\n\r\n", timeout=5)
    assert status_of(answer) in {400, 414, 0}
    assert b"Traceback" not in answer
    is_well(server)


def test_a_request_hidden_behind_a_short_length_is_not_served(server: Server, site: Site) -> None:
    before = site.rows().get("incoming", 0)
    hidden = head(len(transfer()), user="ateneo-91") + transfer()
    answer = server.raw(head(4, "Transfer-Encoding: chunked"), b"0\r\n\r\n" + hidden, timeout=3)
    assert status_of(answer) == 400
    assert site.rows().get("incoming", 0) == before
    is_well(server)


def test_a_length_longer_than_the_message_stores_nothing(server: Server, site: Site) -> None:
    before = site.rows().get("incoming", 0)
    server.raw(head(len(transfer()) + 500), transfer()[:-40], timeout=1)
    assert site.rows().get("incoming", 0) == before
    is_well(server)


def test_a_caller_nobody_knows_is_answered_before_the_body(server: Server) -> None:
    answer = server.raw(head(50 * MIB, user=""), timeout=1)
    assert status_of(answer) == 401
    is_well(server)


def test_floods_cost_a_bounded_time_and_memory(server: Server) -> None:
    is_well(server)
    before = server.peak()
    for name, (place, unit) in UNITS.items():
        message = filled(f"ONDA{len(name)}", place, unit)
        answer = server.post(message)
        assert answer.status in {200, 400}
        best = at_best(answer.seconds, lambda sent=message: server.post(sent).seconds)
        assert best < 2 * SECONDS, name  # over a socket, beside other tests
    assert server.post(attributes("ONDA", 90_000)).status == 400
    assert server.post(declaring("ONDA", FOGLIO, 100_000)).status == 400
    assert server.post(declaring("ONDA2", BODY, 100_000)).status in {200, 400}
    assert server.peak() - before < GROWTH_MB
    is_well(server)


def test_a_process_that_names_without_number_have_filled_is_renewed(
    tmp_path: Path, sqlite: SqliteMaker
) -> None:
    """libxml2 keeps every name that it has read."""

    def flood(number: int) -> bytes:
        names = "".join(f"<n{number}x{index}/>" for index in range(50_000))
        return transfer().replace(b"<FoglioCongedo>", f"<FoglioCongedo>{names}".encode())

    small = {"CONGEDO_THREADS": "2", "CONGEDO_MEMORY_LIMIT_MB": "200"}
    with serving(tmp_path, sqlite, "--no-worker", **small) as (server, _):
        first = children(server.pid)
        for number in range(80):
            assert server.post(flood(number)).status == 400
            if children(server.pid) != first:
                break
        is_well(server)
        assert children(server.pid) != first
        assert server.peak() < 260
        assert b"process_renewed" in server.log.read_bytes()


def test_the_log_tells_of_refusals_without_the_messages(server: Server) -> None:
    secret = b"QTTFLL03D57Q001F"
    assert secret in transfer()
    broken = transfer().replace(b"</FoglioCongedo>", b"")
    assert server.post(broken).status == 400
    log = server.log.read_bytes()
    assert b"call_refused" in log
    assert secret not in log
    assert b"segreto-di-prova" not in log
    assert b"Quattrocchi" not in log
