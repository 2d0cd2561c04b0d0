"""Database engines. SQLite: write-ahead log, full synchronisation, writers one after the other.

A deferred SQLite transaction that reads and then writes fails at once when somebody else has
written meanwhile, whatever the timeout: so every transaction that may write starts IMMEDIATE.
Within a process the writers also queue on a lock, because SQLite's own waiting is polling, slow
and unfair.
"""

import sqlite3
import threading
import time
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy import event

BUSY_SECONDS = 30
_SUBSECOND_SINCE = (3, 42)


def _unixepoch(precision: str) -> float:
    """Do what newer SQLite does: the job engine counts on it wherever Python is 3.12 or newer."""
    if precision != "subsec":
        raise ValueError(precision)
    return time.time()


def is_sqlite(url: str) -> bool:
    """Tell whether ``url`` names a SQLite database."""
    return sa.make_url(url).get_backend_name() == "sqlite"


def make_engine(
    url: str,
    *,
    pool_size: int = 20,
    turn: "threading.Lock | None" = None,
    lasting: bool = True,
) -> sa.Engine:
    """Return an engine for ``url`` (``sqlite:///path`` or ``postgresql+psycopg://…``).

    ``turn`` is what SQLite's writers of this process queue on; without one the engine only reads
    and waits for nobody. One that is not ``lasting`` does not wait for the disk at each commit.
    Errors never show parameters: they are personal data.
    """
    if not is_sqlite(url):
        options = {} if lasting else {"connect_args": {"options": "-c synchronous_commit=off"}}
        return sa.create_engine(
            url,
            pool_size=pool_size,
            max_overflow=pool_size,
            pool_pre_ping=True,
            hide_parameters=True,
            **options,
        )
    database = sa.make_url(url).database
    if database:
        Path(database).parent.mkdir(parents=True, exist_ok=True)
    engine = sa.create_engine(
        url,
        pool_size=pool_size,
        max_overflow=pool_size,
        hide_parameters=True,
        connect_args={"check_same_thread": False},
    )
    _settle_sqlite(engine, lasting=lasting)
    if turn is not None:
        _order_writers(engine, turn)
    return engine


def _settle_sqlite(engine: sa.Engine, *, lasting: bool) -> None:
    @event.listens_for(engine, "connect")
    def _connect(connection: Any, _record: object) -> None:
        connection.isolation_level = None  # transactions are begun below, not by the driver
        if sqlite3.sqlite_version_info < _SUBSECOND_SINCE:
            connection.create_function("unixepoch", 1, _unixepoch)
        for pragma in (
            f"busy_timeout={BUSY_SECONDS * 1000}",
            "journal_mode=WAL",
            f"synchronous={'FULL' if lasting else 'NORMAL'}",
            "wal_autocheckpoint=4000",
            "cache_size=-16000",
            "foreign_keys=ON",
            "secure_delete=ON",  # what is deleted or replaced is overwritten, not merely unlinked
        ):
            connection.execute(f"PRAGMA {pragma}")


def _order_writers(engine: sa.Engine, turn: "threading.Lock") -> None:
    @event.listens_for(engine, "begin")
    def _begin(connection: sa.Connection) -> None:
        held = turn.acquire(timeout=BUSY_SECONDS)
        connection.info["turn"] = held
        try:
            connection.exec_driver_sql("BEGIN IMMEDIATE")
        except BaseException:
            _leave(connection)
            raise

    @event.listens_for(engine, "commit")
    @event.listens_for(engine, "rollback")
    def _leave(connection: sa.Connection) -> None:
        if connection.info.pop("turn", False):
            turn.release()
