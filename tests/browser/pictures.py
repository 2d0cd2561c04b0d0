"""Pictures of the pages for the documents: ``python -m tests.browser.pictures``.

Writes small PNG files to docs/img, of two installations with invented people. Needs Chromium.
"""

import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

from playwright.sync_api import Browser

from tests.support.browsed_world import browsed_world
from tests.support.browsing import NARROW, Visitor, chromium, launched
from tests.support.databases import sqlite_maker
from tests.support.processes import ServedWorld

FOLDER = Path(__file__).parents[2] / "docs" / "img"
MOST_BYTES = 120_000
WIDE = {"width": 1100, "height": 800}


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture: its file, who looks at what, in which language, how wide."""

    name: str
    side: str
    who: str
    path: str
    language: str = "it"
    narrow: bool = False


def pictures(served: ServedWorld) -> list[Picture]:
    """Return what is worth a picture, of practices that are there."""
    _, ready, *sent, own = served.practices
    judged = sent[3]
    out, into = "/ateneo/91/uscita", "/ateneo/92/ingresso/91"
    return [
        Picture("sign-in", "origin", "", "/accesso"),
        Picture("work-list", "destination", "operator", "/ateneo/92/lavori"),
        Picture("practice", "destination", "operator", f"{into}/{own}"),
        Picture(
            "confirmation",
            "destination",
            "operator",
            f"{into}/{own}/atto/authorise_enrolment",
        ),
        Picture(
            "foglio",
            "origin",
            "operator",
            f"{out}/{ready}/foglio?parte=DatiIdentificativiStudente",
        ),
        Picture("request", "origin", "student", f"/ateneo/91/domande/{own}"),
        Picture("arrival", "destination", "", "/ateneo/92/arrivo"),
        Picture(
            "commission",
            "destination",
            "commission",
            f"/ateneo/92/commissione/91/{judged}",
        ),
        Picture("administration", "origin", "administrator", "/ateneo/91/amministrazione"),
        Picture("figures", "destination", "operator", "/ateneo/92/andamento"),
        Picture(
            "practice-narrow",
            "destination",
            "operator",
            f"{into}/{own}",
            language="en",
            narrow=True,
        ),
    ]


def take(browser: Browser, served: ServedWorld, wanted: Picture) -> bytes:
    """Return a picture of a page."""
    size = NARROW if wanted.narrow else WIDE
    context = browser.new_context(viewport=size, locale="it-IT")  # type: ignore[arg-type]
    try:
        process = getattr(served, wanted.side)
        visitor = Visitor(f"http://127.0.0.1:{process.port}", context)
        visitor.speak(wanted.language)
        if wanted.who:
            visitor.sign_in(wanted.who)
        visitor.page.goto(f"{visitor.address}{wanted.path}")
        visitor.page.wait_for_load_state("networkidle")
        return visitor.page.screenshot()
    finally:
        context.close()


def main() -> int:
    """Take every picture; return 1 if one is too big for the documents."""
    FOLDER.mkdir(exist_ok=True)
    big = []
    with tempfile.TemporaryDirectory() as folder:
        rooms = [Path(folder) / name for name in ("world", "database")]
        for room in rooms:
            room.mkdir()
        with (
            launched(chromium()) as browser,
            browsed_world(rooms[0], sqlite_maker(rooms[1])) as served,
        ):
            for wanted in pictures(served):
                content = take(browser, served, wanted)
                (FOLDER / f"{wanted.name}.png").write_bytes(content)
                if len(content) > MOST_BYTES:
                    big.append(wanted.name)
    for name in big:
        print(f"docs/img/{name}.png is bigger than {MOST_BYTES} bytes")  # noqa: T201  its answer
    return 1 if big else 0


if __name__ == "__main__":
    sys.exit(main())
