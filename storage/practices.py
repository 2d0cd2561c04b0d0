"""What the rows of both sides share: students, sections, statements, the guarded update."""

import json
from abc import ABC, abstractmethod
from collections.abc import Sequence
from datetime import date, datetime
from enum import StrEnum
from typing import Any, ClassVar, Generic, TypeVar

import sqlalchemy as sa

from gateway.domain.destination import IncomingTransfer
from gateway.domain.identifiers import CodiceFiscale
from gateway.domain.origin import OutgoingTransfer
from gateway.domain.students import Student
from gateway.domain.terms import Section
from gateway.domain.tokens import Token
from gateway.domain.worklist import queue_of
from gateway.usecases.ports import ConcurrentChange, PracticeKey
from storage.context import Context
from storage.prepared import Prepared
from storage.records import add_history


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


T = TypeVar("T", IncomingTransfer, OutgoingTransfer)


class PracticeRows(ABC, Generic[T]):
    """What the rows of practices do alike on both sides.

    ``_table`` holds them, ``_watched`` are the states of those that a partner may move.
    """

    _table: ClassVar[sa.Table]
    _watched: ClassVar[tuple[str, ...]]
    _add: ClassVar[Prepared]
    _save: ClassVar[sa.Update]

    def __init_subclass__(cls) -> None:
        """Compile the statements of a side once."""
        table = cls._table
        cls._add = Prepared(table.insert().returning(table.c.id), *table.columns.keys()[1:])
        cls._save = table.update().where(
            table.c.university == sa.bindparam("u"),
            table.c.id == sa.bindparam("row"),
            table.c.version == sa.bindparam("seen"),
        )

    def __init__(self, context: Context) -> None:
        self._c = context

    @abstractmethod
    def _key(self, transfer: T) -> PracticeKey: ...

    @abstractmethod
    def _values(self, transfer: T) -> dict[str, Any]: ...

    @abstractmethod
    def _read(self, row: sa.Row[Any]) -> T: ...

    def _shared(self, transfer: T) -> dict[str, Any]:
        """Return the values of the columns that both sides have."""
        cipher = self._c.cipher
        queue = queue_of(transfer)
        return {
            "university": self._c.university.code,
            "id_pratica": transfer.id_pratica,
            "state": transfer.state.value,
            "course_code": transfer.course_code,
            "course_name": transfer.course_name,
            "academic_year": transfer.academic_year,
            "student_index": cipher.index(transfer.student.codice_fiscale),
            "private_sealed": cipher.seal(private_to_bytes(transfer.student, transfer.token)),
            "sections": sections_to_text(transfer.sections),
            "career_due": transfer.career_due,
            "protocol_number": transfer.protocol_number,
            "course_enrolled": transfer.course_enrolled,
            "faculty": transfer.faculty,
            "queue": queue.value if queue else None,
        }

    def add(self, transfer: T) -> T:
        """Keep a new practice."""
        at = transfer.history[-1].at
        values = {
            **self._values(transfer),
            "version": 1,
            "created_at": at,
            "updated_at": at,
            "checked_at": None,
        }
        row = self._add.run(self._c.connection, values).scalar_one()
        add_history(self._c, self._key(transfer), transfer.history)
        return transfer.stored(row, 1)

    def save(self, transfer: T) -> T:
        """Keep a changed practice.

        Raises:
            ConcurrentChange: it was changed since it was read.
        """
        version = transfer.version + 1
        values = {**self._values(transfer), "version": version}
        if transfer.history:
            values["updated_at"] = transfer.history[-1].at
        found = {
            "u": self._c.university.code,
            "row": transfer.transfer_id,
            "seen": transfer.version,
        }
        if self._c.connection.execute(self._save, {**values, **found}).rowcount != 1:
            raise ConcurrentChange
        add_history(self._c, self._key(transfer), transfer.history)
        return transfer.stored(transfer.transfer_id, version)

    def owing_career(self, until: date) -> Sequence[T]:
        """Return watched practices whose sections 3-4 are due by ``until``."""
        columns = self._table.c
        return self._many(columns.career_due <= until, columns.state.in_(self._watched))

    def unchecked_since(self, before: datetime, limit: int) -> Sequence[T]:
        """Return watched practices whose partner was not asked since ``before``."""
        columns = self._table.c
        return self._many(
            sa.or_(columns.checked_at.is_(None), columns.checked_at < before),
            columns.updated_at < before,
            columns.state.in_(self._watched),
            limit=limit,
        )

    def without_faculty(self) -> Sequence[T]:
        """Return open practices that are of no faculty yet."""
        columns = self._table.c
        return self._many(columns.faculty == "", columns.queue.is_not(None))

    def listing(
        self,
        state: StrEnum | None = None,
        student: CodiceFiscale | None = None,
        limit: int = 200,
    ) -> Sequence[T]:
        """Return practices, newest first, of a state or a student if one is given."""
        terms: list[sa.ColumnElement[bool]] = []
        if state is not None:
            terms.append(self._table.c.state == state.value)
        if student is not None:
            terms.append(self._table.c.student_index == self._c.cipher.index(student))
        return self._many(*terms, limit=limit)

    def _many(self, *terms: sa.ColumnElement[bool], limit: int = 10_000) -> list[T]:
        query = (
            sa.select(self._table)
            .where(self._table.c.university == self._c.university.code, *terms)
            .order_by(self._table.c.updated_at.desc())
            .limit(limit)
        )
        return [self._read(row) for row in self._c.connection.execute(query)]
