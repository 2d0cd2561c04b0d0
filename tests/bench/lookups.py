"""A lookup of titles among 1,000 and among 1,000,000: the second costs at most 1.2 times the first.

``python -m tests.bench.lookups`` measures this alone, on both databases.
"""

import tempfile
from pathlib import Path

import sqlalchemy as sa

from gateway.bootstrap import Installation
from gateway.contracts import Lookup
from storage.engine import is_sqlite
from storage.tables import titles
from tests.bench.load import Measure, drive, request
from tests.bench.rounds import best, gateway
from tests.bench.worlds import AUTHORIZATION
from tests.support.databases import Maker, postgres_maker, postgres_server, sqlite_maker
from tests.support.titles import PATHS, STUDENT, ask_titles, degree, diploma, keep, open_archive

SIZES = (1_000, 1_000_000)
ROUNDS = 3
FOUND = b"110L"


def multiply(url: str, many: int) -> None:
    """Make ``many`` titles of other students out of the first, in one statement of the database."""
    lite = is_sqlite(url)
    # in order, as no real digest is: it is loaded in seconds, and as deep an index to look in
    digest = f"printf('%064d', i + {many})" if lite else f"lpad((i + {many})::text, 64, '0')"
    numbers = (
        "(WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < :many)"
        " SELECT i FROM n)"
        if lite
        else "(SELECT generate_series(1, :many) AS i)"
    )
    made = {"student_index": digest, "title_key": digest}
    names = [column.name for column in titles.columns if column.name != "id"]
    engine = sa.create_engine(url)
    with engine.begin() as connection:
        connection.execute(
            sa.text(
                f"INSERT INTO titles ({', '.join(names)})"  # noqa: S608  names of our own table
                f" SELECT {', '.join(made.get(name, f'o.{name}') for name in names)}"
                f" FROM {numbers} AS n, (SELECT * FROM titles ORDER BY id LIMIT 1) AS o"
            ),
            {"many": many},
        )
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(sa.text("ANALYZE"))
    engine.dispose()


def archive(folder: Path, maker: Maker) -> Installation:
    """Return an installation whose partner looks up titles, with those of one student."""
    opened = open_archive(folder, maker)
    keep(opened, degree(), diploma())
    return opened


def compare_lookups(opened: Installation, many: int) -> dict[int, Measure]:
    """Look up the same student among few titles and among many; return the best round of each."""
    messages = [request(PATHS[Lookup.TITLES], ask_titles(STUDENT), AUTHORIZATION)] * many
    found: dict[int, Measure] = {}
    held = 2
    for size in SIZES:
        multiply(opened.settings.url, size - held)
        held = size
        rounds = []
        for _ in range(ROUNDS):
            with gateway(opened) as (port, pids):
                drive(port, messages[: min(many, 200)], pids, expected=FOUND)
                rounds.append(drive(port, messages, pids, expected=FOUND))
        found[size] = best(rounds)
    return found


def ratio(found: dict[int, Measure]) -> float:
    """Return how many times the CPU a lookup costs among many titles."""
    few, many = (found[size].cpu for size in SIZES)
    return many / few


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
                opened = archive(folder / kind, maker)
                found = compare_lookups(opened, 2000)
                opened.close()
                for size, measure in found.items():
                    print(kind, size, measure)  # noqa: T201  a command's answer
                print(kind, f"{ratio(found):.2f}")  # noqa: T201


if __name__ == "__main__":
    main()
