"""Connections for units of work: on SQLite each thread keeps one, elsewhere the pool lends them.

Checking a connection out of the pool and in again costs a tenth of a small call. A SQLite file
cannot go away, so a thread may keep its connection; one that saw an error is closed all the same.
"""

import threading

import sqlalchemy as sa


class _Kept:
    """What one thread keeps; it goes when the thread does."""

    def __init__(self, owner: "Connections", connection: sa.Connection) -> None:
        self._owner = owner
        self._connection: sa.Connection | None = connection

    def take(self) -> sa.Connection | None:
        """Return the connection, once."""
        taken, self._connection = self._connection, None
        return taken

    def __del__(self) -> None:
        connection = self.take()
        if connection is not None:
            self._owner.drop(connection)


class Connections:
    """Lends connections of one engine."""

    def __init__(self, engine: sa.Engine) -> None:
        self._engine = engine
        self._keeps = engine.dialect.name == "sqlite"
        self._local = threading.local()
        self._all: list[sa.Connection] = []
        self._lock = threading.Lock()

    def take(self) -> sa.Connection:
        """Return a connection with no transaction on it."""
        kept: _Kept | None = getattr(self._local, "idle", None)
        taken = kept.take() if kept is not None else None
        if taken is not None:
            self._local.idle = None
            return taken
        connection = self._engine.connect()
        if self._keeps:
            with self._lock:
                self._all.append(connection)
        return connection

    def give_back(self, connection: sa.Connection) -> None:
        """Take back a connection that did its work."""
        if self._keeps and getattr(self._local, "idle", None) is None:
            self._local.idle = _Kept(self, connection)
        else:
            self.drop(connection)

    def drop(self, connection: sa.Connection) -> None:
        """Close a connection that saw an error, or is one too many."""
        with self._lock:
            if connection not in self._all and self._keeps:
                return  # closed already
            if self._keeps:
                self._all.remove(connection)
        connection.close()

    def close(self) -> None:
        """Close what the threads keep."""
        with self._lock:
            kept, self._all = self._all, []
        for connection in kept:
            connection.close()
        self._local = threading.local()
