"""What was seen of messages that are good once: nonces and signatures, until they are stale."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

from gateway.domain.identifiers import MiurCode
from storage.connections import Connections
from storage.prepared import Prepared
from storage.tables import nonces
from storage.unit_of_work import available

BATCH = 5000
"""Rows forgotten in one commit, so that no writer waits long."""

_COLUMNS = ("university", "mark", "until")
_ADD = {
    "sqlite": Prepared(sqlite.insert(nonces).on_conflict_do_nothing(), *_COLUMNS),
    "postgresql": Prepared(postgresql.insert(nonces).on_conflict_do_nothing(), *_COLUMNS),
}


class NonceRows:
    """Remembers marks for every process and node on the database.

    The commit does not wait for the disk: what a crash of the machine forgets is at most the last
    moments, and a message that changes something has no second effect anyway (T15).
    """

    def __init__(self, connections: Connections) -> None:
        self._connections = connections

    def remember(self, university: MiurCode, mark: str, until: datetime) -> bool:
        """Keep a mark until a moment; return whether it was new.

        Raises:
            StoreUnavailable: the database cannot be used.
        """
        values = {"university": university, "mark": mark, "until": until}
        with self._transaction() as connection:
            add = _ADD[connection.dialect.name]
            return add.run(connection, values).rowcount == 1

    def forget(self, now: datetime) -> int:
        """Forget marks whose moment has passed; return how many."""
        forgotten = 0
        while True:
            with self._transaction() as connection:
                old = sa.select(nonces.c.university, nonces.c.mark).where(nonces.c.until < now)
                keys = sa.tuple_(nonces.c.university, nonces.c.mark)
                gone = connection.execute(sa.delete(nonces).where(keys.in_(old.limit(BATCH))))
            forgotten += gone.rowcount
            if gone.rowcount < BATCH:
                return forgotten

    @contextmanager
    def _transaction(self) -> Iterator[sa.Connection]:
        with available():
            connection = self._connections.take()
            try:
                with connection.begin():
                    yield connection
            except BaseException:
                self._connections.drop(connection)
                raise
            self._connections.give_back(connection)
