"""The demonstration at the pages: whoever starts it finds people, practices, and a way in."""

import http.cookiejar
import re
import urllib.parse
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

from gateway.demo.accounts import NEWCOMER, PASSWORD, UNIVERSITIES, seats_at
from tests.support.cli import DONE, Office
from tests.support.cli_processes import run_program

pytestmark = [pytest.mark.integration, pytest.mark.journey, pytest.mark.slow]

_TOKEN = re.compile(r'name="csrf_token"[^>]*value="([^"]+)"')


@pytest.fixture(scope="module")
def demonstration(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Path, str]]:
    """The folder of a demonstration whose pages are open, and what it printed."""
    folder = tmp_path_factory.mktemp("demonstration") / "demo"
    said = run_program("demo", "--pages", "--folder", str(folder), CONGEDO_LANG="")
    try:
        assert said.returncode == DONE, (said.stdout, said.stderr)
        yield folder, said.stdout
    finally:
        run_program("demo", "--stop", "--folder", str(folder))


def sign_in(address: str, name: str) -> str:
    """Sign in as somebody who only read what was printed; return the first page."""
    jar = urllib.request.HTTPCookieProcessor(http.cookiejar.CookieJar())
    browser = urllib.request.build_opener(jar)
    with browser.open(f"{address}accesso", timeout=20) as page:
        token = _TOKEN.search(page.read().decode())
    assert token is not None
    fields = {"csrf_token": token.group(1), "username": name, "password": PASSWORD}
    data = urllib.parse.urlencode(fields).encode()
    with browser.open(f"{address}accesso", data, timeout=20) as page:
        return str(page.read().decode())


@pytest.mark.requirement("T18")
@pytest.mark.requirement("T19")
def test_a_practice_stands_at_every_point(demonstration: tuple[Path, str]) -> None:
    folder, _ = demonstration
    out = Office(folder / "provenienza").done("transfer", "list")
    states = {row["state"] for row in out}
    assert states == {"bozza", "presentata", "elaborata", "trasferita", "richiesta revisione"}
    there = Office(folder / "destinazione").done("transfer", "received", "list")
    assert {row["state"] for row in there} == {
        "ricevuta",
        "richiesta revisione",
        "autorizzata immatricolazione",
        "immatricolato",
        "autorizzata valutazione",
        "deliberata",
    }


def test_everybody_named_on_the_screen_can_sign_in(demonstration: tuple[Path, str]) -> None:
    _, printed = demonstration
    assert PASSWORD in printed
    assert "DIMOSTRAZIONE" in printed
    origin, destination = re.findall(r"http://(?:127\.0\.0\.1|localhost):\d+/", printed)[:2]
    assert "localhost" in destination
    for address, university in zip((origin, destination), UNIVERSITIES, strict=True):
        for seat in seats_at(university):
            assert seat.username in printed
            page = sign_in(address, seat.username)
            assert 'action="/uscita-dal-sistema"' in page, seat.username
            assert f'href="/ateneo/{university}' in page, seat.username


def test_the_newcomer_has_a_career_to_ask_with(demonstration: tuple[Path, str]) -> None:
    folder, _ = demonstration
    careers = Office(folder / "provenienza").done("career", "list")
    assert [row["codice_fiscale"] for row in careers] == [NEWCOMER.codice_fiscale]
