"""Large forms from pages arrive, over real sockets in every profile; too large ones are told so."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import count

import pytest

from gateway.bootstrap import Installation
from gateway.domain.accounts import Grant, Role
from gateway.settings import FORM_LIMIT
from tests.support.databases import SqliteMaker
from tests.support.hostile_messages import terms
from tests.support.hostile_servers import Server, head, serving
from tests.support.offices import hire
from tests.support.people_online import Person
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
        name = f"amministra-{next(_NUMBERS)}"
        hire(self.installation, name, Grant(Role.ADMINISTRATOR, MONTELAGO))
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


@pytest.fixture(params=["plain", "granian"])
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


def test_a_message_is_no_larger_for_it(place: Place) -> None:
    answer = place.server.raw(head(2 * MIB, "Connection: close"), b"a" * (2 * MIB), timeout=5)
    assert answer.startswith(b"HTTP/1.1 413")
    assert b"1048576 byte" in answer
    assert place.server.post(terms()).outcome == (0, "OK")
