"""Bringing a database to the newest form. Apart from the rest: no server needs the tools for it."""

import logging
from pathlib import Path

from alembic import command
from alembic.config import Config
from dbos import DBOS

from storage.database import JOBS_SCHEMA
from storage.engine import make_engine


def config(url: str) -> Config:
    """Return the migration tool's configuration for a database."""
    made = Config()
    made.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    made.attributes["url"] = url
    return made


def upgrade(url: str) -> None:
    """Bring the database to the newest form, creating it where it is missing. Repeatable."""
    make_engine(url, pool_size=1).dispose()  # makes the folder of a SQLite file
    command.upgrade(config(url), "head")
    quiet = logging.getLogger("dbos")
    level = quiet.level
    quiet.setLevel(logging.WARNING)
    try:
        DBOS.migrate(url, schema=JOBS_SCHEMA)
    finally:
        quiet.setLevel(level)
