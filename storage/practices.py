"""What the rows of both sides share: students, sections, and the guarded update."""

import json
from datetime import date
from typing import Any

import sqlalchemy as sa

from gateway.domain.destination import IncomingTransfer
from gateway.domain.identifiers import CodiceFiscale
from gateway.domain.origin import OutgoingTransfer
from gateway.domain.students import Student
from gateway.domain.terms import Section
from gateway.domain.tokens import Token
from gateway.usecases.ports import ConcurrentChange
from storage.context import Context


def sections_to_text(sections: frozenset[Section]) -> str:
    """Return sections as a column keeps them."""
    return " ".join(section.value for section in Section if section in sections)


def sections_from_text(text: str) -> frozenset[Section]:
    """Return the sections a column keeps."""
    return frozenset(Section(name) for name in text.split())


def private_to_bytes(student: Student, token: Token | None) -> bytes:
    """Return the student and the token as sealed columns keep them."""
    born = student.birth_date.isoformat() if student.birth_date else None
    fields = [student.codice_fiscale, student.surname, student.name, born, student.email]
    return json.dumps([*fields, token.value if token else None]).encode()


def private_from_bytes(content: bytes) -> tuple[Student, Token | None]:
    """Return the student and the token a sealed column keeps."""
    code, surname, name, born, email, token = json.loads(content)
    student = Student(
        CodiceFiscale(code), surname, name, date.fromisoformat(born) if born else None, email
    )
    return student, Token(token) if token else None


def update(
    context: Context,
    statement: sa.Update,
    values: dict[str, Any],
    transfer: OutgoingTransfer | IncomingTransfer,
) -> None:
    """Write ``values`` over the row, if it is still the one that was read.

    Raises:
        ConcurrentChange: it was changed since.
    """
    if transfer.history:
        values["updated_at"] = transfer.history[-1].at
    result = context.connection.execute(
        statement,
        {
            **values,
            "u": context.university.code,
            "row": transfer.transfer_id,
            "seen": transfer.version,
        },
    )
    if result.rowcount != 1:
        raise ConcurrentChange
