"""The embedded student file: events of a career, in order (T21, guideline 3.5)."""

from collections.abc import Sequence
from datetime import datetime

from gateway.domain.identifiers import CodiceFiscale
from gateway.usecases.ports import UnitOfWork


class EmbeddedStudentFile:
    """Implements ``StudentFile`` over the unit of work; events keep the guideline's names."""

    def __init__(self, uow: UnitOfWork) -> None:
        self._uow = uow

    def new_career(self, student: CodiceFiscale, matricola: str, now: datetime) -> None:
        """Open a file (Nuova_carriera)."""
        self._uow.registrations.add_to_file(student, matricola, "Nuova_carriera", "", now)

    def new_document(
        self, student: CodiceFiscale, matricola: str, document: str, now: datetime
    ) -> None:
        """Add a document (Nuovo_documento)."""
        self._uow.registrations.add_to_file(student, matricola, "Nuovo_documento", document, now)

    def end_career(
        self, student: CodiceFiscale, matricola: str, document: str, now: datetime
    ) -> None:
        """Close a file with its last document (Fine_carriera)."""
        self._uow.registrations.add_to_file(student, matricola, "Fine_carriera", document, now)

    def consult(self, student: CodiceFiscale) -> Sequence[tuple[datetime, str, str]]:
        """Return (when, event, document), oldest first (Consulta)."""
        return self._uow.registrations.file_of(student)
