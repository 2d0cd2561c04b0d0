"""Connectors of a hosted university."""

import sqlalchemy as sa

from gateway.domain.connectors import Connector, System
from storage.context import Context
from storage.tables import connectors


class ConnectorRows:
    """Implements ``Connectors``."""

    def __init__(self, context: Context) -> None:
        self._c = context

    def get(self, system: System) -> Connector | None:
        """Return the connector of a system."""
        query = sa.select(connectors).where(*self._mine(system))
        row = self._c.connection.execute(query).one_or_none()
        if row is None:
            return None
        return Connector(
            system=System(row.system),
            url=row.url,
            secret=self._c.cipher.open_text(row.secret_sealed),
            certificate=row.certificate,
            seconds=row.seconds,
        )

    def save(self, connector: Connector) -> None:
        """Keep a new or changed connector."""
        self.remove(connector.system)
        self._c.connection.execute(
            sa.insert(connectors).values(
                university=self._c.university.code,
                system=connector.system.value,
                url=connector.url,
                secret_sealed=self._c.cipher.seal_text(connector.secret),
                certificate=connector.certificate,
                seconds=connector.seconds,
            )
        )

    def remove(self, system: System) -> bool:
        """Forget a connector; tell whether there was one."""
        found = self._c.connection.execute(sa.delete(connectors).where(*self._mine(system)))
        return found.rowcount > 0

    def _mine(self, system: System) -> tuple[sa.ColumnElement[bool], ...]:
        return (
            connectors.c.university == self._c.university.code,
            connectors.c.system == system.value,
        )
