"""Clients that keep a server waiting do not stop an honest call, in either profile.

Production: nginx takes requests in whole before granian hears of them. The plain profile does so
itself. Two hundred connections of each kind are kept up by a process of their own, which connects
anew whenever it is cut off. How fast the honest calls are is for the bench; here none may be lost,
and none may take seconds.
"""

import contextlib
import os
import socket
import subprocess
import threading
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest

from tests.support.databases import SqliteMaker
from tests.support.hostile import SECONDS, Site, at_best
from tests.support.hostile_messages import terms, transfer
from tests.support.hostile_nginx import nginx_before, nginx_program, rendered, stalled
from tests.support.hostile_servers import Server, children, head, read_all, serving
from tests.support.hostile_storm import KINDS, Plan, honest_calls, mixed, storm
from tests.support.ports import free_port
from tests.support.universities import MONTELAGO

pytestmark = [pytest.mark.integration, pytest.mark.slow]

UPLOADS = 64
HOSTILE = 200
PATIENCE = 5.0
"""Seconds in which every honest call is answered, on the slowest machine that runs this."""
PROXIED = {"CONGEDO_TRUSTED_PROXIES": "1", "CONGEDO_PUBLIC_URL": "https://congedo.example.org"}
TOO_LARGE = (413, "Client.TooLarge", "Messaggio oltre il limite di 1048576 byte")
BUSY = (503, "Server.Busy", "Servizio momentaneamente occupato: riprovare")


@pytest.fixture(scope="module")
def behind(
    nginx: None, tmp_path_factory: pytest.TempPathFactory, sqlite: SqliteMaker
) -> Iterator[tuple[Server, Server, Site]]:
    """Granian, nginx before it, and the university they serve."""
    home = tmp_path_factory.mktemp("behind")
    with (
        serving(home, sqlite, "--behind-proxy", **PROXIED) as (granian, installation),
        nginx_before(granian, home / "nginx") as front,
    ):
        yield granian, front, Site(installation, MONTELAGO)


@pytest.fixture(scope="module")
def plain(
    tmp_path_factory: pytest.TempPathFactory, sqlite: SqliteMaker
) -> Iterator[tuple[Server, Site]]:
    """Gunicorn as it is by default."""
    with serving(tmp_path_factory.mktemp("plain"), sqlite, "--no-worker") as (served, known):
        yield served, Site(known, MONTELAGO)


def is_answered(server: Server) -> None:
    first = server.post(terms(), timeout=3)
    assert first.outcome == (0, "OK")
    assert at_best(first.seconds, lambda: server.post(terms()).seconds) < SECONDS


def is_stopped(server: Server) -> None:
    with pytest.raises(TimeoutError):
        server.post(terms(), timeout=1.5)


def withstands(server: Server, plans: Sequence[Plan]) -> None:
    honest_calls(server.port, 2)
    with storm(server.port, plans):
        times = honest_calls(server.port, 20, pause=0.04)
    assert times[-1] < PATIENCE
    assert honest_calls(server.port, 2)


@pytest.mark.parametrize("kind", KINDS)
def test_no_honest_call_is_lost_in_production(
    behind: tuple[Server, Server, Site], kind: str
) -> None:
    _, front, site = behind
    before = site.rows().get("incoming", 0)
    withstands(front, [KINDS[kind]] * HOSTILE)
    assert site.rows().get("incoming", 0) == before


@pytest.mark.parametrize("kind", KINDS)
def test_no_honest_call_is_lost_in_the_plain_profile(plain: tuple[Server, Site], kind: str) -> None:
    server, site = plain
    withstands(server, [KINDS[kind]] * HOSTILE)
    assert site.rows().get("incoming", 0) == 0


def test_no_honest_call_is_lost_while_all_kinds_come_together(
    plain: tuple[Server, Site], behind: tuple[Server, Server, Site]
) -> None:
    for server in (plain[0], behind[1]):
        withstands(server, mixed(HOSTILE))


def test_more_connections_than_an_address_may_have_lose_no_call_of_another_address(
    plain: tuple[Server, Site],
) -> None:
    server, _ = plain
    with storm(server.port, [KINDS["a stalled body"]] * 300) as blowing:
        times = honest_calls(server.port, 50, pause=0.02, source="127.0.0.2")
    assert times[-1] < PATIENCE
    assert blowing.connections >= 300


def test_without_the_proxy_one_stalled_upload_is_enough(
    behind: tuple[Server, Server, Site],
) -> None:
    granian, _, _ = behind
    with stalled(granian, 2):
        is_stopped(granian)
    is_answered(granian)


def test_stalled_strangers_are_refused_before_their_bodies_come(plain: tuple[Server, Site]) -> None:
    server, _ = plain
    message = transfer()
    began = time.monotonic()
    answer = server.raw(head(len(message), user="") + message[:-1], timeout=20)
    assert answer.startswith(b"HTTP/1.1 401")
    assert time.monotonic() - began < PATIENCE  # long before a body is given up


def test_an_upload_that_dawdles_and_then_comes_is_accepted_once(plain: tuple[Server, Site]) -> None:
    server, site = plain
    message = transfer(practice="ADAGIO")
    before = site.rows().get("messages", 0)
    with socket.create_connection(("127.0.0.1", server.port), timeout=20) as wire:
        wire.sendall(head(len(message), "Connection: close") + message[:-100])
        threading.Event().wait(1.2)  # its head is looked at meanwhile
        wire.sendall(message[-100:])
        answer = read_all(wire)
    assert b"<codEsito>0</codEsito>" in answer
    assert site.rows()["messages"] == before + 1
    assert site.rows()["incoming"] == 1


def test_a_large_upload_leaves_no_file_behind(plain: tuple[Server, Site]) -> None:
    server, _ = plain
    message = transfer(practice="GRANDE").ljust(1024 * 1024)
    folder = Path(f"/proc/{children(server.pid)[0]}/fd")
    with socket.create_connection(("127.0.0.1", server.port), timeout=20) as wire:
        wire.sendall(head(len(message), "Connection: close") + message[:-100])
        until = time.monotonic() + PATIENCE
        while not (kept := [file for file in _links(folder) if file.endswith("(deleted)")]):
            assert time.monotonic() < until
        assert all("/#" in file for file in kept)  # it never had a name
        wire.sendall(message[-100:])
        assert b"HTTP/1.1 200" in read_all(wire)
    assert not [file for file in _links(folder) if file.endswith("(deleted)")]


def _links(folder: Path) -> list[str]:
    found = []
    for file in folder.iterdir():
        with contextlib.suppress(OSError):
            found.append(str(file.readlink()))
    return [name for name in found if "wrk-" not in name and "wgunicorn" not in name]


@pytest.mark.soak
def test_a_long_storm_loses_no_honest_call(
    plain: tuple[Server, Site], behind: tuple[Server, Server, Site]
) -> None:
    until = time.monotonic() + 60 * float(os.environ.get("SOAK_MINUTES", "60"))
    first: dict[int, float] = {}
    while time.monotonic() < until:
        for server in (plain[0], behind[1]):
            with storm(server.port, mixed(HOSTILE)):
                assert honest_calls(server.port, 600, pause=0.05)[-1] < PATIENCE
            first.setdefault(server.pid, server.peak())
            assert server.peak() < first[server.pid] + 40


def test_who_shows_nothing_is_slowed_down_and_partners_are_not(
    behind: tuple[Server, Server, Site],
) -> None:
    _, front, _ = behind
    asked = head(0, "Connection: close", user="", path="/soap/92/destinazione?wsdl")
    answers = [front.raw(asked.replace(b"POST", b"GET", 1)) for _ in range(300)]
    refused = [answer for answer in answers if b" 503 " in answer.partition(b"\r\n")[0]]
    assert 0 < len(refused) < 200
    assert all(b"Server.Busy" in answer and b"Retry-After: 5" in answer for answer in refused)
    assert honest_calls(front.port, 20)


def test_the_configuration_is_sound(nginx: None, tmp_path: Path) -> None:
    program = nginx_program()
    assert program is not None
    file = rendered(tmp_path, 8081, 8080)
    assert "${" not in file.read_text("utf-8")
    checked = subprocess.run(
        [program, "-t", "-c", str(file), "-e", str(tmp_path / "log")],
        capture_output=True,
        text=True,
        check=False,
    )
    assert checked.returncode == 0, checked.stderr
    assert "warn" not in checked.stderr


def test_what_the_proxy_refuses_is_a_fault_as_ours(behind: tuple[Server, Server, Site]) -> None:
    _, front, site = behind
    before = site.rows()
    answer = front.post(b"a" * (1024 * 1024 + 1))
    assert answer.fault == TOO_LARGE
    assert answer.headers["Content-Type"] == "text/xml; charset=utf-8"
    assert site.rows() == before
    exact = front.post(transfer(practice="ESATTA").ljust(1024 * 1024))
    assert exact.status == 200


def test_a_server_that_is_away_is_a_fault_that_says_to_come_back(
    nginx: None, tmp_path: Path
) -> None:
    away = Server(free_port(), 0, tmp_path / "nothing")
    with nginx_before(away, tmp_path, ready=503) as front:
        answer = front.post(terms())
    assert answer.fault == BUSY
    assert answer.headers["Retry-After"] == "5"


def test_forwarded_headers_of_a_caller_are_not_believed(
    behind: tuple[Server, Server, Site],
) -> None:
    _, front, site = behind
    lies = (
        "X-Forwarded-For: 203.0.113.9",
        "X-Forwarded-Host: male.example",
        "X-Forwarded-Prefix: /altrove",
        "X-Forwarded-Proto: gopher",
        "X-Forwarded-Port: 9",
        "Connection: close",
    )
    message = terms()
    answer = front.raw(head(len(message), *lies) + message)
    assert answer.startswith(b"HTTP/1.1 200")
    assert site.latest()[0].address == "127.0.0.1"
    wsdl = front.raw(head(0, *lies, path="/soap/92/destinazione?wsdl").replace(b"POST", b"GET", 1))
    assert b"https://congedo.example.org/soap/92/destinazione" in wsdl
    assert b"male.example" not in wsdl
    assert b"altrove" not in wsdl
