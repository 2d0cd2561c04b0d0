"""Large forms from pages arrive, over real sockets in every profile; too large ones are told so."""

import time
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import count
from pathlib import Path

import pytest

from gateway.bootstrap import Installation
from gateway.domain.accounts import Grant, Role
from gateway.settings import FORM_LIMIT
from tests.support.databases import SqliteMaker
from tests.support.hostile_messages import terms
from tests.support.hostile_nginx import nginx_before
from tests.support.hostile_servers import Server, head, serving
from tests.support.offices import hire
from tests.support.people_online import Person
from tests.support.ports import free_port
from tests.support.universities import MONTELAGO

pytestmark = [pytest.mark.integration, pytest.mark.slow]

MIB = 1024 * 1024
OFFERS = f"/ateneo/{MONTELAGO}/amministrazione/offerta"
LOAD = f"{OFFERS}/importa"
HEADER = "Cod_Tipo_Facolta;Desc_Tipo_Facolta;Codice;Descrizione;Note"
PROXIED = {"CONGEDO_TRUSTED_PROXIES": "1"}
_NUMBERS = count()


@dataclass(frozen=True)
class Place:
    server: Server
    installation: Installation

    def administrator(self) -> Person:
        return self.somebody(Role.ADMINISTRATOR)

    def somebody(self, role: Role) -> Person:
        name = f"{role.value}-{next(_NUMBERS)}"
        hire(self.installation, name, Grant(role, MONTELAGO))
        return Person(self.server).sign_in(name)


@pytest.fixture(scope="module")
def plain(
    tmp_path_factory: pytest.TempPathFactory, sqlite: SqliteMaker
) -> Iterator[tuple[Server, Installation]]:
    with serving(tmp_path_factory.mktemp("plain"), sqlite, "--no-worker") as made:
        yield made


@pytest.fixture(scope="module")
def granian(
    tmp_path_factory: pytest.TempPathFactory, sqlite: SqliteMaker
) -> Iterator[tuple[Server, Installation]]:
    home = tmp_path_factory.mktemp("granian")
    with serving(home, sqlite, "--behind-proxy", **PROXIED) as made:
        yield made


@pytest.fixture(scope="module")
def fronted(
    nginx: None,
    granian: tuple[Server, Installation],
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[tuple[Server, Installation]]:
    server, installation = granian
    with nginx_before(server, tmp_path_factory.mktemp("nginx")) as front:
        yield front, installation


@pytest.fixture(params=["plain", "granian", "fronted"])
def place(request: pytest.FixtureRequest) -> Place:
    return Place(*request.getfixturevalue(request.param))


def courses(size: int) -> bytes:
    """Return a good offer of about ``size`` bytes."""
    note = "è un corso " * 300
    lines = [f"06;Ingegneria;C{number};Corso {number};{note}" for number in range(size // 3600)]
    return "\n".join((HEADER, *lines, "")).encode()


def test_a_form_of_two_megabytes_reaches_its_page(place: Place) -> None:
    file = courses(2 * MIB)
    assert len(file) > 2_000_000
    answer = place.administrator().send(LOAD, {"file": ("corsi.csv", file)}, year="2026")
    assert answer.status_code == 200
    assert answer.text.count("<td>nuovo</td>") == file.count(b"\n") - 1


def test_a_form_over_the_limit_is_told_the_limit_in_words(place: Place) -> None:
    large = b"x" * (FORM_LIMIT + MIB)
    answer = place.administrator().send(LOAD, {"file": ("corsi.csv", large)}, year="2026")
    assert answer.status_code == 413
    assert "File troppo grande" in answer.text
    assert "12 MB" in answer.text


def test_a_large_list_of_faults_takes_little_more_memory_than_it_is_long(
    plain: tuple[Server, Installation],
) -> None:
    visit, server = Place(*plain).somebody(Role.OPERATOR), plain[0]
    before = server.peak()
    file = b"Matricola;CodiceFiscale;Corso\n" + b"a\n" * (FORM_LIMIT // 2 - 5000)
    answer = visit.send(f"/ateneo/{MONTELAGO}/immatricolati", {"file": ("elenco.csv", file)})
    assert "gli errori sono più di 300" in answer.text
    assert server.peak() < before + 100  # MB; each of its lines in words took 11 GB


def test_a_message_is_no_larger_for_it(place: Place) -> None:
    answer = place.server.raw(head(2 * MIB, "Connection: close"), b"a" * (2 * MIB), timeout=5)
    assert answer.startswith(b"HTTP/1.1 413")
    assert b"1048576 byte" in answer
    assert place.server.post(terms()).outcome == (0, "OK")


def test_what_the_proxy_refuses_of_pages_is_a_page_in_two_languages(
    fronted: tuple[Server, Installation],
) -> None:
    front, _ = fronted
    answer = front.raw(head(13 * MIB, user="", path=LOAD), timeout=3).decode()
    assert answer.startswith("HTTP/1.1 413")
    assert "Content-Type: text/html; charset=utf-8" in answer
    assert answer.index("supera il limite di 12 MB") < answer.index("over the limit of 12 MB")
    assert "Envelope" not in answer


def test_an_office_behind_one_address_is_not_slowed_down(
    fronted: tuple[Server, Installation],
) -> None:
    visit = Person(fronted[0])
    assert [visit.open("/servizi").status_code for _ in range(200)] == [200] * 200


def test_a_congedo_that_is_away_is_a_page_to_people_and_a_fault_to_partners(
    nginx: None, tmp_path: Path
) -> None:
    away = Server(free_port(), 0, tmp_path / "nothing")
    with nginx_before(away, tmp_path, ready=503) as front:
        page = Person(front).open("/accesso")
        fault = front.post(terms())
    assert page.status_code == 503
    assert page.headers["Content-Type"] == "text/html; charset=utf-8"
    assert page.headers["Retry-After"] == "5"
    assert page.text.index("Riprovare fra poco") < page.text.index("Try again shortly")
    assert "Envelope" not in page.text
    assert fault.fault == (503, "Server.Busy", "Servizio momentaneamente occupato: riprovare")


def test_a_stranger_is_sent_to_the_entrance_before_a_large_form_comes(
    plain: tuple[Server, Installation],
) -> None:
    server, _ = plain
    began = time.monotonic()
    answer = server.raw(head(FORM_LIMIT, user="", path=LOAD) + b"a" * 1000, timeout=8)
    assert answer.startswith(b"HTTP/1.1 302")
    assert b"Location: /accesso" in answer
    assert time.monotonic() - began < 8  # a body that stalls would be given up after ten


CHUNKED = ("Transfer-Encoding: chunked", "Connection: close")


def chunk(size: int) -> bytes:
    return b"%x\r\n" % size + b"a" * size + b"\r\n"


@pytest.mark.parametrize(("path", "status"), [("/accesso", b"413"), (LOAD, b"302")])
def test_a_strangers_large_form_is_none_the_smaller_for_coming_in_pieces(
    place: Place, path: str, status: bytes
) -> None:
    form = head(None, *CHUNKED, user="", path=path)
    form = form.replace(b"text/xml", b"application/x-www-form-urlencoded")
    answer = place.server.raw(form, chunk(50_000), chunk(50_000), b"0\r\n\r\n", timeout=5)
    assert answer.startswith(b"HTTP/1.1 " + status), answer[:200]


def test_a_strangers_form_in_pieces_without_end_is_not_waited_for(
    plain: tuple[Server, Installation],
) -> None:
    server, _ = plain
    began = time.monotonic()
    answer = server.raw(head(None, *CHUNKED, user="", path="/accesso"), chunk(1000), timeout=8)
    assert answer.startswith(b"HTTP/1.1 413")
    assert time.monotonic() - began < 8
