"""The embedded student records: careers that the office imported."""

from gateway.domain.careers import PreparedCareer
from gateway.domain.identifiers import CodiceFiscale
from gateway.usecases.ports import UnitOfWork


class EmbeddedStudentRecords:
    """Implements ``StudentRecords``."""

    def __init__(self, uow: UnitOfWork) -> None:
        self._uow = uow

    def find(self, student: CodiceFiscale) -> PreparedCareer | None:
        """Return the career that the office imported, if there is one."""
        return self._uow.careers.get(student)
