"""A whole transfer by people only: nobody uses a command once the universities are set up."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser

from tests.support.browsed_walk import Leaver, walked_world
from tests.support.browsing import NARROW, WHOLE, WIDE, Visitor
from tests.support.databases import SqliteMaker
from tests.support.hands import Hand, Keyboard, Mouse
from tests.support.processes import Process, ServedWorld
from tests.support.transfer_walk import Cast, whole_transfer
from tests.support.walking import Walker

pytestmark = [pytest.mark.integration, pytest.mark.journey, pytest.mark.requirement("T18")]

WAYS = {
    "italian": ("it", WIDE, Mouse),
    "english-narrow": ("en", NARROW, Mouse),
    "keyboard": ("it", WIDE, Keyboard),
}
DEFAULT = ("italian", "keyboard")
"""What the default run walks; ``BROWSER=all`` walks every way."""


@pytest.fixture(scope="module")
def travelled(
    chrome: Browser, tmp_path_factory: pytest.TempPathFactory, sqlite: SqliteMaker
) -> Iterator[tuple[ServedWorld, list[Leaver]]]:
    """Two installations that serve, and a student for each way."""
    with walked_world(tmp_path_factory.mktemp("walked"), sqlite, len(WAYS)) as made:
        yield made


@pytest.mark.parametrize("way", WAYS if WHOLE else DEFAULT)
def test_people_alone_bring_a_student_from_one_university_to_the_other(
    chrome: Browser, travelled: tuple[ServedWorld, list[Leaver]], way: str
) -> None:
    language, size, hand = WAYS[way]
    served, leavers = travelled

    def person(process: Process) -> Walker:
        context = chrome.new_context(viewport=size, locale="it-IT")  # type: ignore[arg-type]
        context.set_default_timeout(10_000)
        visitor = Visitor(f"http://127.0.0.1:{process.port}", context)
        made: Hand = hand(visitor.page)
        return Walker(visitor, language, made, size["width"], judging=hand is Mouse)

    cast = Cast(
        student=person(served.origin),
        office=person(served.origin),
        arriving=person(served.destination),
        receiving=person(served.destination),
        commission=person(served.destination),
        leaver=leavers[list(WAYS).index(way)],
    )
    try:
        whole_transfer(cast)
        for walker in cast.everybody:
            assert walker.visitor.troubles == {}
    finally:
        for walker in cast.everybody:
            walker.visitor.context.close()
