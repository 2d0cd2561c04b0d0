"""The demonstration at the pages: whoever starts it finds people, practices, and a way in."""

import http.cookiejar
import re
import urllib.parse
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

from gateway.demo.accounts import PASSWORD
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
    for address, names in (
        (origin, ("iris", "segreteria", "responsabile", "amministratore")),
        (destination, ("segreteria", "commissione", "amministratore", "sistema")),
    ):
        for name in names:
            assert name in printed
            assert 'action="/uscita-dal-sistema"' in sign_in(address, name)
