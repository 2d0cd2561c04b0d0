"""Nodes that work on deliveries, and when each was last heard of."""

from datetime import datetime

import sqlalchemy as sa

from storage.context import aware
from storage.tables import nodes


class NodeRows:
    """Signs of life of workers."""

    def __init__(self, engine: sa.Engine) -> None:
        self._engine = engine

    def beat(self, node: str, now: datetime) -> None:
        """Note that a node lives."""
        with self._engine.begin() as connection:
            found = connection.execute(
                sa.update(nodes).where(nodes.c.name == node).values(seen_at=now)
            )
            if found.rowcount == 0:
                connection.execute(sa.insert(nodes).values(name=node, started_at=now, seen_at=now))

    def seen(self) -> dict[str, datetime]:
        """Return when each node was last heard of."""
        with self._engine.connect() as connection:
            rows = connection.execute(sa.select(nodes.c.name, nodes.c.seen_at))
            return {row.name: aware(row.seen_at) for row in rows}

    def forget(self, node: str) -> None:
        """Take a node off the list."""
        with self._engine.begin() as connection:
            connection.execute(sa.delete(nodes).where(nodes.c.name == node))
