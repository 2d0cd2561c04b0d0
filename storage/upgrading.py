"""Bringing a database to the newest form. Apart from the rest: no server needs the tools for it."""

import fcntl
import logging
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import sqlalchemy as sa
from alembic import command
from alembic.config import Config
from dbos import DBOS

from storage.database import JOBS_SCHEMA
from storage.engine import is_sqlite, make_engine

_LOCK = 0x636F6E6765646F
"""The number of the lock that upgrades take in PostgreSQL: "congedo"."""
_LOOK_SECONDS = 0.1


def config(url: str) -> Config:
    """Return the migration tool's configuration for a database."""
    made = Config()
    made.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    made.attributes["url"] = url
    return made


def upgrade(url: str) -> None:
    """Bring the database to the newest form, creating it where it is missing. Repeatable."""
    make_engine(url, pool_size=1).dispose()  # makes the folder of a SQLite file
    with _alone(url):
        command.upgrade(config(url), "head")
        quiet = logging.getLogger("dbos")
        level = quiet.level
        quiet.setLevel(logging.WARNING)
        try:
            DBOS.migrate(url, schema=JOBS_SCHEMA)
        finally:
            quiet.setLevel(level)


@contextmanager
def _alone(url: str) -> Iterator[None]:
    """Wait until nobody else upgrades this database, and keep others waiting."""
    if is_sqlite(url):
        file = Path(f"{sa.make_url(url).database}.upgrade")
        with file.open("a") as held:
            fcntl.flock(held, fcntl.LOCK_EX)  # given back with the file, whatever happens
            yield
        return
    engine = make_engine(url, pool_size=1)
    try:
        # whoever waits inside a statement would stop the migrations of the jobs, which wait for
        # every transaction there is: so nobody does
        with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            take = sa.text("SELECT pg_try_advisory_lock(:key)")
            while not connection.execute(take, {"key": _LOCK}).scalar_one():
                time.sleep(_LOOK_SECONDS)
            yield
    finally:
        engine.dispose()
