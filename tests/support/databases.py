"""Real databases for tests: SQLite files and a throw-away PostgreSQL, made once and copied."""

import itertools
import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import sqlalchemy as sa

from storage.upgrading import upgrade
from tests.support.ports import free_port

_numbers = itertools.count(1)


def postgres_programs() -> Path | None:
    """Return the folder of the server's programs, if PostgreSQL is installed."""
    for folder in sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True):
        if (folder / "initdb").exists():
            return folder
    found = shutil.which("initdb")
    return Path(found).parent if found else None


def _as_server(command: list[str]) -> list[str]:
    """PostgreSQL refuses to run as root: then it runs as the user its package made."""
    return ["runuser", "-u", "postgres", "--", *command] if os.geteuid() == 0 else command


def _run(command: list[str]) -> None:
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL, cwd="/")


_REMOVING: list["subprocess.Popen[bytes]"] = []
"""A server has hundreds of databases at the end: nobody waits until they are gone."""


@contextmanager
def postgres_server(*, durable: bool = False) -> Iterator[str]:
    """Run a PostgreSQL of our own and yield the URL of its maintenance database.

    Only one that is measured is ``durable``: tests do not survive the machine anyway.
    """
    programs = postgres_programs()
    assert programs is not None
    folder = Path(tempfile.mkdtemp(prefix="congedo-pg-"))
    if os.geteuid() == 0:
        shutil.chown(folder, "postgres", "postgres")
    data = folder / "data"
    port = free_port()
    _run(_as_server([str(programs / "initdb"), "-D", str(data), "-U", "congedo", "-A", "trust"]))
    options = f"-p {port} -k {folder} -c listen_addresses=127.0.0.1 -c max_connections=300"
    if not durable:
        options += " -c fsync=off -c full_page_writes=off"
    control = [str(programs / "pg_ctl"), "-D", str(data), "-w", "-l", str(folder / "log")]
    _run(_as_server([*control, "-o", options, "start"]))
    try:
        yield f"postgresql+psycopg://congedo@127.0.0.1:{port}/postgres"
    finally:
        _run(_as_server([*control, "-m", "immediate", "stop"]))
        _REMOVING.append(subprocess.Popen(["rm", "-rf", str(folder)], start_new_session=True))


@dataclass(frozen=True)
class SqliteMaker:
    """Copies a migrated file for each database asked for."""

    template: Path

    def make(self, folder: Path) -> str:
        """Return the URL of a new, migrated, empty database."""
        folder.mkdir(parents=True, exist_ok=True)
        file = folder / f"congedo-{next(_numbers)}.db"
        shutil.copyfile(self.template, file)
        return f"sqlite:///{file}"


@dataclass(frozen=True)
class PostgresMaker:
    """Creates databases from a migrated template."""

    maintenance: str
    template: str

    def make(self, folder: Path) -> str:
        """Return the URL of a new, migrated, empty database."""
        name = f"congedo_{os.getpid()}_{next(_numbers)}"
        execute(self.maintenance, f'CREATE DATABASE "{name}" TEMPLATE "{self.template}"')
        return self.maintenance.rsplit("/", 1)[0] + f"/{name}"


Maker = SqliteMaker | PostgresMaker


def execute(url: str, statement: str) -> None:
    """Run a statement that no transaction may hold."""
    engine = sa.create_engine(url, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(sa.text(statement))
    engine.dispose()


def sqlite_maker(folder: Path) -> SqliteMaker:
    """Return a maker over a template in ``folder``."""
    template = folder / "template.db"
    upgrade(f"sqlite:///{template}")
    engine = sa.create_engine(f"sqlite:///{template}")
    with engine.connect() as connection:
        connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
    engine.dispose()
    return SqliteMaker(template)


def postgres_maker(maintenance: str) -> PostgresMaker:
    """Return a maker over a template in a running server."""
    name = f"template_{os.getpid()}"
    execute(maintenance, f'CREATE DATABASE "{name}"')
    upgrade(maintenance.rsplit("/", 1)[0] + f"/{name}")
    return PostgresMaker(maintenance, name)


def close_doors(url: str) -> None:
    """Let nobody into the database, and send away who is there."""
    name = sa.make_url(url).database
    maintenance = url.rsplit("/", 1)[0] + "/postgres"
    execute(maintenance, f'ALTER DATABASE "{name}" ALLOW_CONNECTIONS false')
    everybody = f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{name}'"  # noqa: S608
    execute(maintenance, everybody)


def open_doors(url: str) -> None:
    """Let everybody into the database again."""
    name = sa.make_url(url).database
    maintenance = url.rsplit("/", 1)[0] + "/postgres"
    execute(maintenance, f'ALTER DATABASE "{name}" ALLOW_CONNECTIONS true')
