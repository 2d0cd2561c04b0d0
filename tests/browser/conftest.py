"""Chromium, and two installations for it."""

import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from tests.support.browsed_world import browsed_world
from tests.support.browsing import WIDE, Visitor, chromium, launched
from tests.support.databases import SqliteMaker
from tests.support.processes import Process, ServedWorld


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark what lies here, and give it the time that browsers take."""
    here = Path(__file__).parent
    for item in items:
        if here in item.path.parents:
            item.add_marker(pytest.mark.browser)
            item.add_marker(pytest.mark.timeout(600))


@pytest.fixture(scope="module")
def chrome() -> Iterator[Browser]:
    """Chromium."""
    path = chromium()
    if not path:
        if os.environ.get("REQUIRE_CHROMIUM"):
            pytest.fail("Chromium is demanded and not installed")
        pytest.skip("Chromium is not installed (Debian: apt-get install chromium)")
    with launched(path) as browser:
        yield browser


@pytest.fixture(scope="module")
def served(
    chrome: Browser, tmp_path_factory: pytest.TempPathFactory, sqlite: SqliteMaker
) -> Iterator[ServedWorld]:
    """Two installations that serve, with people and practices."""
    with browsed_world(tmp_path_factory.mktemp("browsed"), sqlite) as world:
        yield world


@pytest.fixture
def visit(chrome: Browser) -> Iterator[Callable[[Process], Visitor]]:
    """Makes visitors of an installation."""
    made: list[Visitor] = []

    def arrive(process: Process) -> Visitor:
        context = chrome.new_context(viewport=WIDE)  # type: ignore[arg-type]
        made.append(Visitor(f"http://127.0.0.1:{process.port}", context))
        return made[-1]

    yield arrive
    for visitor in made:
        visitor.context.close()
