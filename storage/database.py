"""The database of an installation: opening it, migrating it, saving and restoring it."""

import sqlite3
import subprocess
from collections.abc import Mapping
from contextlib import closing
from datetime import datetime
from pathlib import Path

import sqlalchemy as sa
from dbos import DBOSClient, DBOSPortableJSONSerializer

from storage.engine import is_sqlite
from storage.tables import universities

APPLICATION = "congedo"
JOBS_SCHEMA = "dbos"
FORMS = Path(__file__).parent / "migrations" / "versions"

_IN_EVERY_FORM = {"alembic_version", "universities", "partners", "messages"}
"""Tables by which a copy is known as ours; an older one lacks those that came later."""

_VERSION = sa.table("alembic_version", sa.column("version_num"))


class NotMigrated(Exception):  # noqa: N818  names what the operator must do
    """The database is older than the program: ``congedo db upgrade`` is needed."""


class CannotRestore(Exception):  # noqa: N818
    """The copy cannot be put in place of the database: it is not sound, or somebody is at work."""


class InUse(CannotRestore):
    """Somebody is at work on the database that a copy would replace."""


class CannotBackUp(Exception):  # noqa: N818
    """The copy could not be made."""


class NoDatabase(CannotBackUp):
    """There is no database to copy."""


def make_client(engine: sa.Engine) -> DBOSClient:
    """Return the client that puts jobs in line, on the same engine as the tables."""
    return DBOSClient(
        system_database_engine=engine,
        dbos_system_schema=JOBS_SCHEMA,
        serializer=DBOSPortableJSONSerializer(),
        application_name=APPLICATION,
        lazy=True,
    )


def revisions(engine: sa.Engine) -> tuple[str | None, str]:
    """Return the form the database has (``None``: empty), and the newest there is."""
    with engine.connect() as connection:
        known = sa.inspect(connection).has_table(_VERSION.name)
        current = connection.execute(sa.select(_VERSION)).scalar() if known else None
    return current, newest_form()


def newest_form() -> str:
    """Return the newest form of the database, by the names of the migrations."""
    return max(file.name.partition("_")[0] for file in FORMS.glob("m[0-9]*.py"))


def holds_data(url: str) -> bool:
    """Tell whether the database is there and hosts a university: some of it is sealed."""
    if is_sqlite(url) and not Path(sa.make_url(url).database or "").is_file():
        return False
    engine = sa.create_engine(url, poolclass=sa.NullPool)
    with engine.connect() as connection:
        if not sa.inspect(connection).has_table(universities.name):
            return False
        return connection.execute(sa.select(universities.c.code).limit(1)).first() is not None


def check_migrated(engine: sa.Engine) -> None:
    """Check that the database has the newest form.

    Raises:
        NotMigrated: it has not.
    """
    current, newest = revisions(engine)
    if current != newest:
        message = f"{current} -> {newest}"
        raise NotMigrated(message)


def clock_difference(engine: sa.Engine, now: datetime) -> float:
    """Return by how many seconds the database's clock is ahead of ours."""
    if engine.dialect.name == "sqlite":
        return 0.0  # the same machine's clock
    with engine.connect() as connection:
        theirs: datetime = connection.execute(sa.select(sa.func.clock_timestamp())).scalar_one()
    return (theirs - now).total_seconds()


def _postgres(url: str) -> tuple[list[str], dict[str, str]]:
    """Return the connection as arguments and environment of PostgreSQL's own tools."""
    parts = sa.make_url(url)
    arguments = ["--dbname", parts.database or ""]
    for name, value in (("--host", parts.host), ("--port", parts.port)):
        if value:
            arguments += [name, str(value)]
    if parts.username:
        arguments += ["--username", parts.username]
    host = parts.query.get("host")
    if isinstance(host, str) and not parts.host:
        arguments += ["--host", host]
    return arguments, {"PGPASSWORD": str(parts.password)} if parts.password else {}


def backup(url: str, target: Path, environment: Mapping[str, str]) -> None:
    """Copy the running database to ``target`` (SQLite file, or PostgreSQL custom archive).

    Raises:
        NoDatabase: there is no SQLite file.
        CannotBackUp: PostgreSQL's program is missing or says why not.
    """
    if is_sqlite(url) and not Path(sa.make_url(url).database or "").is_file():
        raise NoDatabase(sa.make_url(url).database)
    target.parent.mkdir(parents=True, exist_ok=True)
    if is_sqlite(url):
        source = sqlite3.connect(sa.make_url(url).database or "")
        copy = sqlite3.connect(target)
        with copy:
            source.backup(copy)
        copy.close()
        source.close()
        target.chmod(0o600)
        return
    arguments, secrets = _postgres(url)
    command = ["pg_dump", "--format=custom", f"--file={target}", *arguments]
    problem = _run(command, {**environment, **secrets})
    if problem:
        raise CannotBackUp(problem)
    target.chmod(0o600)


def _run(command: list[str], environment: Mapping[str, str]) -> str:
    """Run one of PostgreSQL's programs; return what it complained of, nothing if all went well."""
    try:
        ended = subprocess.run(  # noqa: S603  fixed program, arguments from our own settings
            command, check=False, env=environment, capture_output=True, text=True
        )
    except FileNotFoundError:
        return f"{command[0]}?"
    return "" if ended.returncode == 0 else ended.stderr.strip()[-500:] or command[0]


def restore(url: str, source: Path, environment: Mapping[str, str]) -> None:
    """Put a copy in place of the database; nothing may be running on it.

    Raises:
        CannotRestore: the copy is missing, damaged or no database of ours; nothing is touched.
        InUse: others are connected to the database; nothing is touched.
    """
    if not source.is_file():
        raise CannotRestore(str(source))
    if is_sqlite(url):
        _restore_sqlite(Path(sa.make_url(url).database or ""), source)
        return
    arguments, secrets = _postgres(url)
    others = _others_in_postgres(url)
    if others:
        raise InUse(str(others))
    command = ["pg_restore", "--clean", "--if-exists", "--no-owner", "--single-transaction"]
    problem = _run([*command, *arguments, str(source)], {**environment, **secrets})
    if problem:
        raise CannotRestore(problem)


def _others_in_postgres(url: str) -> int:
    """Return how many others are connected to the database."""
    engine = sa.create_engine(url, poolclass=sa.NullPool)
    query = (
        "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()"
        " AND backend_type = 'client backend' AND pid <> pg_backend_pid()"
    )
    with engine.connect() as connection:
        return int(connection.execute(sa.text(query)).scalar_one())


def _restore_sqlite(database: Path, source: Path) -> None:
    copy = sqlite3.connect(f"file:{source}?mode=ro", uri=True)
    try:
        tables = {row[0] for row in copy.execute("SELECT name FROM sqlite_master")}
        sound = copy.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        if not sound or not tables >= _IN_EVERY_FORM:
            raise CannotRestore(str(source))
        target = sqlite3.connect(database, timeout=1)
        with closing(target), target:
            # leaving the write-ahead log fails while anybody else has the database open
            if target.execute("PRAGMA journal_mode=DELETE").fetchone() != ("delete",):
                raise InUse(str(database))
            copy.backup(target)
    except sqlite3.OperationalError as error:
        busy = InUse if "locked" in str(error) else CannotRestore
        raise busy(str(error)) from error
    except sqlite3.DatabaseError as error:
        raise CannotRestore(str(source)) from error
    finally:
        copy.close()
