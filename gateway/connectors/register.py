"""The protocol register over HTTP (T17).

The key of a request is made of what the number is for and of how many such numbers this practice
has in our own rows. Those are kept in the commit that uses the number: if it fails, the next try
asks under the same key, and the register gives the same number again. None is lost, none is given
twice.
"""

from datetime import datetime

from gateway.connectors.http import ConnectorClient
from gateway.domain.connectors import idempotency_key
from gateway.usecases.ports import RegisterEntry, UnitOfWork

MOST_NUMBER = 40
"""Letters of a number, as the tables keep it."""


class HttpRegister:
    """Implements ``ProtocolRegister`` over a connector; what it gave is noted here too."""

    def __init__(self, client: ConnectorClient, uow: UnitOfWork) -> None:
        self._client = client
        self._uow = uow

    def assign(self, entry: RegisterEntry, now: datetime) -> str:
        """Return a protocol number.

        Raises:
            SystemUnavailable: the register gives none now.
        """
        return self._number("protocol", entry, now)

    def archive(self, entry: RegisterEntry, now: datetime) -> str:
        """Return an archive number.

        Raises:
            SystemUnavailable: the register gives none now.
        """
        return self._number("archive", entry, now)

    def _number(self, series: str, entry: RegisterEntry, now: datetime) -> str:
        university, key = self._uow.university.code, entry.key
        given = self._uow.registrations.given(series, entry.kind, key)
        request = {
            "series": series,
            "kind": entry.kind,
            "university": university,
            "side": key.side.value,
            "partner": key.partner,
            "id_pratica": key.id_pratica,
            "sequence": given + 1,
            "at": now.isoformat(),
        }
        once = idempotency_key(
            university,
            key.side.value,
            key.partner,
            key.id_pratica,
            series,
            entry.kind,
            str(given + 1),
        )
        answer = self._client.post("registrations", request, once)
        number = self._client.text(answer, "number", MOST_NUMBER)
        self._uow.registrations.keep(series, number, entry.kind, key, now)
        return number
