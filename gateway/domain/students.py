"""The student of a practice, as far as a gateway must know one."""

from dataclasses import dataclass
from datetime import date

from gateway.domain.identifiers import CodiceFiscale


@dataclass(frozen=True, slots=True)
class Student:
    """Identity of a student; the representation shows nobody."""

    codice_fiscale: CodiceFiscale
    surname: str
    name: str
    birth_date: date | None = None
    email: str = ""

    def __repr__(self) -> str:
        return "Student(...)"
