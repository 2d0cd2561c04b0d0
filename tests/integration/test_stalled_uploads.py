"""Sixty-four uploads that never end do not stop an honest call in the production profile.

Production: nginx takes requests in whole before granian hears of them. The plain profile (gunicorn
with its threads) knows its callers before it reads a body, so strangers cannot hold it; a partner
that stalls can, for as long as it keeps more connections open than there are threads.
"""

import os
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.databases import SqliteMaker
from tests.support.hostile import SECONDS, Site, at_best
from tests.support.hostile_messages import terms, transfer
from tests.support.hostile_nginx import nginx_before, nginx_program, rendered, stalled
from tests.support.hostile_servers import Server, head, serving
from tests.support.ports import free_port
from tests.support.universities import MONTELAGO

pytestmark = [pytest.mark.integration, pytest.mark.slow]

UPLOADS = 64
PROXIED = {"CONGEDO_TRUSTED_PROXIES": "1", "CONGEDO_PUBLIC_URL": "https://congedo.example.org"}
TOO_LARGE = (413, "Client.TooLarge", "Messaggio oltre il limite di 1048576 byte")
BUSY = (503, "Server.Busy", "Servizio momentaneamente occupato: riprovare")


@pytest.fixture(scope="module")
def nginx() -> None:
    if nginx_program() is None:
        if os.environ.get("REQUIRE_NGINX") == "1":
            pytest.fail("nginx is demanded and not installed")
        pytest.skip("nginx is not installed (Debian: apt-get install nginx-light)")


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


def test_stalled_uploads_do_not_stop_an_honest_call_in_production(
    behind: tuple[Server, Server, Site],
) -> None:
    _, front, site = behind
    is_answered(front)
    before = site.rows().get("incoming", 0)
    with stalled(front, UPLOADS):
        for _ in range(5):
            is_answered(front)
    is_answered(front)
    assert site.rows().get("incoming", 0) == before


def test_without_the_proxy_one_stalled_upload_is_enough(
    behind: tuple[Server, Server, Site],
) -> None:
    granian, _, _ = behind
    with stalled(granian, 2):
        is_stopped(granian)
    is_answered(granian)


def test_stalled_strangers_do_not_stop_an_honest_call_of_the_plain_server(
    plain: tuple[Server, Site],
) -> None:
    server, _ = plain
    is_answered(server)
    with stalled(server, UPLOADS, user=""):
        is_answered(server)


def test_a_partner_that_stalls_stops_the_plain_server_only_while_it_stays(
    plain: tuple[Server, Site],
) -> None:
    server, site = plain
    with stalled(server, 8):
        is_answered(server)
    with stalled(server, UPLOADS):
        is_stopped(server)
    is_answered(server)
    assert site.rows().get("incoming", 0) == 0


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
