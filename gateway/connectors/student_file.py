"""The student file over HTTP (T21, guideline 3.5); events keep the guideline's names.

What was told is noted here too, in the commit it belongs to: by those rows the key of a request
stays the same when that commit fails and is tried again.
"""

from collections.abc import Sequence
from datetime import datetime

from gateway.connectors.http import ConnectorClient
from gateway.domain.connectors import idempotency_key
from gateway.domain.identifiers import CodiceFiscale
from gateway.usecases.ports import UnitOfWork


class HttpStudentFile:
    """Implements ``StudentFile`` over a connector."""

    def __init__(self, client: ConnectorClient, uow: UnitOfWork) -> None:
        self._client = client
        self._uow = uow

    def new_career(self, student: CodiceFiscale, matricola: str, now: datetime) -> None:
        """Open a file (Nuova_carriera).

        Raises:
            SystemUnavailable: it cannot be told now.
        """
        self._tell(student, matricola, "Nuova_carriera", "", now)

    def new_document(
        self, student: CodiceFiscale, matricola: str, document: str, now: datetime
    ) -> None:
        """Add a document (Nuovo_documento).

        Raises:
            SystemUnavailable: it cannot be told now.
        """
        self._tell(student, matricola, "Nuovo_documento", document, now)

    def end_career(
        self, student: CodiceFiscale, matricola: str, document: str, now: datetime
    ) -> None:
        """Close a file with its last document (Fine_carriera).

        Raises:
            SystemUnavailable: it cannot be told now.
        """
        self._tell(student, matricola, "Fine_carriera", document, now)

    def consult(self, student: CodiceFiscale) -> Sequence[tuple[datetime, str, str]]:
        """Return (when, event, document), oldest first (Consulta).

        Raises:
            SystemUnavailable: it cannot be asked now.
        """
        request = {"university": self._uow.university.code, "student": student}
        rows = self._client.post("student-files/query", request).get("events")
        if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
            raise self._client.malformed("events")
        found = [
            (
                self._client.moment(row, "at"),
                self._client.text(row, "event", 80),
                str(row.get("document") or ""),
            )
            for row in rows
        ]
        return sorted(found, key=lambda row: row[0])

    def _tell(
        self, student: CodiceFiscale, matricola: str, event: str, document: str, now: datetime
    ) -> None:
        university = self._uow.university.code
        told = [
            row for row in self._uow.registrations.file_of(student) if row[1:] == (event, document)
        ]
        request = {
            "event": event,
            "university": university,
            "student": student,
            "matricola": matricola,
            "document": document,
            "at": now.isoformat(),
        }
        once = idempotency_key(university, matricola, event, document, str(len(told) + 1))
        self._client.post("student-files/events", request, once)
        self._uow.registrations.add_to_file(student, matricola, event, document, now)
