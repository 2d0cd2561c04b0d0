"""The first page of an office with 1,000 practices and with 200,000: at most 1.5 times the cost.

``python -m tests.bench.worklist`` measures this alone, on both databases: what the server spends on
a page, and what the page weighs.
"""

import tempfile
from pathlib import Path

import sqlalchemy as sa

from gateway.bootstrap import Installation
from gateway.domain.accounts import Grant, Role
from storage.tables import incoming
from tests.bench.load import Measure, drive
from tests.bench.rounds import best, gateway, puts
from tests.bench.worlds import destination, multiply
from tests.support.databases import Maker, postgres_maker, postgres_server, sqlite_maker
from tests.support.offices import hire, signed_in
from tests.support.universities import MONTELAGO

SIZES = (1_000, 200_000)
ROUNDS = 3
PAGES = {
    "first page": f"/ateneo/{MONTELAGO}/lavori",
    "a queue": f"/ateneo/{MONTELAGO}/lavori?coda=to_verify",
    "the archive": f"/ateneo/{MONTELAGO}/lavori?gruppo=ended",
}
_STATES = (
    ("ricevuta", "to_verify"),
    ("richiesta revisione", "revision_awaited"),
    ("autorizzata immatricolazione", "to_enrol"),
    ("immatricolato", "to_evaluate"),
    ("deliberata", "to_conclude"),
    ("completata", None),
    ("rifiutata", None),
)
"""Five of seven practices wait: more than any archive has."""


def _spread(url: str) -> None:
    """Put the practices into every state, one after the other."""
    engine = sa.create_engine(url)
    with engine.begin() as connection:
        for rest, (state, queue) in enumerate(_STATES):
            connection.execute(
                sa.update(incoming)
                .where(incoming.c.id % len(_STATES) == rest)
                .values(state=state, queue=queue)
            )
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(sa.text("ANALYZE"))
    engine.dispose()


def office(folder: Path, maker: Maker) -> tuple[Installation, str]:
    """Return an installation with one practice, and the cookie of somebody who works there."""
    opened = destination(folder, maker)
    with gateway(opened) as (port, pids):
        drive(port, puts("A", 1), pids)
    hire(opened, "ada", Grant(Role.OPERATOR, MONTELAGO))
    browser = signed_in(opened, "ada")
    cookie = browser.client.get_cookie("congedo")
    assert cookie is not None
    return opened, f"congedo={cookie.value}"


def requests(path: str, cookie: str, many: int) -> list[bytes]:
    """Return whole HTTP requests for a page."""
    return [f"GET {path} HTTP/1.1\r\nHost: bench\r\nCookie: {cookie}\r\n\r\n".encode()] * many


def weights(opened: Installation) -> dict[str, int]:
    """Return what each page weighs, in bytes, without the files that browsers keep."""
    hire(opened, "ugo", Grant(Role.OPERATOR, MONTELAGO))
    browser = signed_in(opened, "ugo")
    return {name: len(browser.get(path).data) for name, path in PAGES.items()}


def compare(opened: Installation, cookie: str, many: int) -> dict[tuple[str, int], Measure]:
    """Open the pages with few practices and with many; return the best round of each."""
    found: dict[tuple[str, int], Measure] = {}
    held = 1
    for size in SIZES:
        multiply(opened.settings.url, f"C{size}", size - held)
        held = size
        _spread(opened.settings.url)
        for name, path in PAGES.items():
            asked = requests(path, cookie, many)
            rounds = []
            for _ in range(ROUNDS):
                with gateway(opened) as (port, pids):
                    drive(port, asked[:20], pids, expected=b"</table>")
                    rounds.append(drive(port, asked, pids, expected=b"</table>"))
            found[name, size] = best(rounds)
    return found


def growth(few: Measure, many: Measure) -> float:
    """Return how much dearer a page has become: for the server, or for who waits for it.

    The database works beside the server: what it spends shows in the waiting alone.
    """
    return max(many.cpu / few.cpu, many.p50 / few.p50)


def main() -> None:
    """Measure, and print."""
    with tempfile.TemporaryDirectory(prefix="congedo-bench-") as name:
        folder = Path(name)
        (folder / "template").mkdir()
        with postgres_server(durable=True) as maintenance:
            makers = {
                "SQLite": sqlite_maker(folder / "template"),
                "PostgreSQL": postgres_maker(maintenance),
            }
            for kind, maker in makers.items():
                opened, cookie = office(folder / kind, maker)
                found = compare(opened, cookie, 100)
                for (page, size), measure in found.items():
                    print(kind, page, size, measure)  # noqa: T201  a command's answer
                for page in PAGES:
                    few, many = (found[page, size] for size in SIZES)
                    print(kind, page, f"{growth(few, many):.2f}")  # noqa: T201
                print(weights(opened))  # noqa: T201
                opened.close()


if __name__ == "__main__":
    main()
