"""Databases grow to the newest form from nothing, once, whoever brings them there."""

import subprocess
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from itertools import count
from pathlib import Path

import pytest
import sqlalchemy as sa
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.util import CommandError

from storage import database
from storage.database import NotMigrated, check_migrated
from storage.engine import make_engine
from storage.tables import metadata
from storage.upgrading import config, upgrade
from tests.support.clock import START
from tests.support.databases import Maker, PostgresMaker, execute

pytestmark = pytest.mark.integration

MakeEmpty = Callable[[], str]
_numbers = count(1)


@pytest.fixture
def empty(database: Maker, tmp_path: Path) -> MakeEmpty:
    """Makes databases with nothing in them."""

    def make() -> str:
        number = next(_numbers)
        if not isinstance(database, PostgresMaker):
            return f"sqlite:///{tmp_path / 'not yet there' / f'{number}.db'}"
        name = f"{database.template}_empty_{number}"
        execute(database.maintenance, f'CREATE DATABASE "{name}"')
        return f"{database.maintenance.rsplit('/', 1)[0]}/{name}"

    return make


def differences(url: str) -> list[object]:
    """Return what the database has that the tables do not say, and the other way round."""
    engine = sa.create_engine(url)
    with engine.connect() as connection:
        context = MigrationContext.configure(
            connection,
            opts={
                "compare_type": True,
                "compare_server_default": True,
                "include_name": lambda name, kind, _: kind != "table" or name in metadata.tables,
            },
        )
        found = list(compare_metadata(context, metadata))
    engine.dispose()
    return found


def columns(url: str) -> dict[str, list[tuple[str, bool]]]:
    """Return the columns of our tables in order, and whether they may be empty."""
    engine = sa.create_engine(url)
    inspector = sa.inspect(engine)
    found = {
        name: [(column["name"], column["nullable"]) for column in inspector.get_columns(name)]
        for name in metadata.tables
    }
    engine.dispose()
    return found


def test_a_database_upgraded_from_nothing_is_what_the_tables_say(empty: MakeEmpty) -> None:
    url = empty()
    upgrade(url)
    assert differences(url) == []
    assert columns(url) == {
        name: [(column.name, bool(column.nullable)) for column in table.columns]
        for name, table in metadata.tables.items()
    }


def test_upgrading_again_changes_nothing(empty: MakeEmpty) -> None:
    url = empty()
    upgrade(url)
    engine = make_engine(url)
    with engine.begin() as connection:
        row = {"name": "nodo", "started_at": database_day(), "seen_at": database_day()}
        connection.execute(metadata.tables["nodes"].insert().values(row))
    upgrade(url)
    with engine.connect() as connection:
        assert len(connection.execute(sa.select(metadata.tables["nodes"])).all()) == 1
    check_migrated(engine)
    engine.dispose()


def database_day() -> object:
    """Return a moment to keep."""
    return sa.func.current_timestamp()


def test_what_was_reported_before_waits_for_the_secretariat_after_the_upgrade(
    empty: MakeEmpty,
) -> None:
    url = empty()
    upgrade(url)
    command.downgrade(config(url), "m0015")
    engine = make_engine(url)
    incoming, history = metadata.tables["incoming"], metadata.tables["history"]
    told = {"P1": ["report_anomaly"], "P2": ["report_anomaly", "ask_revision"], "P3": []}
    with engine.begin() as connection:
        for practice, events in told.items():
            connection.execute(incoming.insert().values(under_evaluation(practice)))
            for event in events:
                connection.execute(history.insert().values(noted(practice, event)))
    upgrade(url)
    columns = (incoming.c.id_pratica, incoming.c.queue, incoming.c.anomaly_open)
    with engine.connect() as connection:
        assert connection.execute(sa.select(*columns).order_by("id_pratica")).all() == [
            ("P1", "anomaly_reported", True),
            ("P2", "integration_awaited", False),
            ("P3", "integration_awaited", False),
        ]
    command.downgrade(config(url), "m0015")
    with engine.connect() as connection:
        assert set(connection.execute(sa.select(incoming.c.queue)).scalars()) == {
            "integration_awaited"
        }
    engine.dispose()


def under_evaluation(practice: str) -> dict[str, object]:
    """Return a row of a practice at the commission."""
    texts = ("course_code", "course_name", "student_index", "sections", "protocol_number")
    return {
        **dict.fromkeys((*texts, "matricola", "course_enrolled"), ""),
        "university": "92",
        "origin": "91",
        "id_pratica": practice,
        "state": "autorizzata valutazione",
        "version": 1,
        "academic_year": 2026,
        "private_sealed": b"",
        "token_used": True,
        "revision_open": True,
        "created_at": START,
        "updated_at": START,
        "queue": "integration_awaited",
    }


def noted(practice: str, event: str) -> dict[str, object]:
    """Return a row of the history of a practice at the commission."""
    return {
        "university": "92",
        "side": "destination",
        "partner": "91",
        "id_pratica": practice,
        "at": START,
        "party": "commission",
        "actor": "commissione",
        "event": event,
        "source": "autorizzata valutazione",
        "target": "autorizzata valutazione",
    }


def test_a_database_with_nothing_in_it_is_told_apart(empty: MakeEmpty) -> None:
    engine = make_engine(empty())
    assert database.revisions(engine) == (None, database.newest_form())
    with pytest.raises(NotMigrated, match=f"None -> {database.newest_form()}"):
        check_migrated(engine)
    engine.dispose()


def test_a_database_of_a_newer_program_is_refused_and_left_alone(
    database: Maker, tmp_path: Path
) -> None:
    url = database.make(tmp_path)
    execute(url, "UPDATE alembic_version SET version_num = 'm9999'")
    with pytest.raises(CommandError, match="m9999"):
        upgrade(url)
    engine = make_engine(url)
    with pytest.raises(NotMigrated, match="m9999"):
        check_migrated(engine)
    assert differences(url) == []
    engine.dispose()


UPGRADE = """
import sys
from storage.upgrading import upgrade
print("ready", flush=True)
sys.stdin.readline()
upgrade(sys.argv[1])
"""


def test_processes_may_upgrade_at_once(empty: MakeEmpty) -> None:
    url = empty()
    running = [
        subprocess.Popen(
            [sys.executable, "-c", UPGRADE, url],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        for _ in range(3)
    ]
    for process in running:
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
    with ThreadPoolExecutor(3) as pool:
        said = list(pool.map(lambda process: process.communicate("go\n", timeout=60)[1], running))
    assert [process.returncode for process in running] == [0, 0, 0], said
    assert differences(url) == []


def test_every_row_says_whose_it_is() -> None:
    shared = {"universities", "nodes", "throttles", "identity_providers"}
    of_accounts = {"accounts", "web_sessions", "second_factors", "recovery_codes", "invitations"}
    without = {name for name, table in metadata.tables.items() if "university" not in table.c}
    assert without == shared | of_accounts  # an account is of its grants' universities


def test_what_is_sealed_is_kept_as_bytes() -> None:
    sealed = [
        column
        for table in metadata.tables.values()
        for column in table.columns
        if column.name.endswith("_sealed")
    ]
    assert len(sealed) > 10
    assert all(isinstance(column.type, sa.LargeBinary) for column in sealed)
