"""Practices of students who ask to come to the hosted universities."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa

from gateway.domain.deliveries import Side
from gateway.domain.destination import DESTINATION, DestinationState, IncomingTransfer
from gateway.domain.identifiers import CodiceFiscale, IdPratica, MiurCode
from gateway.usecases.ports import PracticeKey
from storage.context import Context
from storage.counters import next_number
from storage.practices import (
    private_from_bytes,
    private_to_bytes,
    sections_from_text,
    sections_to_text,
    update,
)
from storage.prepared import Prepared
from storage.records import add_history
from storage.tables import incoming

_ADD = Prepared(
    incoming.insert().returning(incoming.c.id),
    *(incoming.columns.keys()[1:]),
)
_GET = sa.select(incoming).where(
    incoming.c.university == sa.bindparam("u"),
    incoming.c.origin == sa.bindparam("o"),
    incoming.c.id_pratica == sa.bindparam("i"),
)
_SAVE = incoming.update().where(
    incoming.c.university == sa.bindparam("u"),
    incoming.c.id == sa.bindparam("row"),
    incoming.c.version == sa.bindparam("seen"),
)
_OPEN = [state.value for state in DestinationState if not DESTINATION.is_terminal(state)]


class IncomingRows:
    """Implements ``IncomingTransfers``."""

    def __init__(self, context: Context) -> None:
        self._c = context

    def new_matricola(self, year: int) -> str:
        """Return a student number never given before."""
        return f"{year % 100:02d}{next_number(self._c, 'matricola', year):06d}"

    def add(self, transfer: IncomingTransfer) -> IncomingTransfer:
        """Keep a new practice."""
        at = transfer.history[-1].at
        values = {
            **self._values(transfer),
            "version": 1,
            "created_at": at,
            "updated_at": at,
            "checked_at": None,
        }
        row = _ADD.run(self._c.connection, values).scalar_one()
        self._history(transfer)
        return transfer.stored(row, 1)

    def get(self, origin: MiurCode, id_pratica: IdPratica) -> IncomingTransfer | None:
        """Return the practice of this origin with this identifier."""
        row = self._c.connection.execute(
            _GET, {"u": self._c.university.code, "o": origin, "i": id_pratica}
        ).one_or_none()
        return self._read(row) if row is not None else None

    def of_student(self, codice_fiscale: CodiceFiscale) -> Sequence[IncomingTransfer]:
        """Return the practices of a student, newest first."""
        return self._many(incoming.c.student_index == self._c.cipher.index(codice_fiscale))

    def find_any(self, id_pratica: IdPratica) -> Sequence[IncomingTransfer]:
        """Return the practices with this identifier, of whatever origin."""
        return self._many(incoming.c.id_pratica == id_pratica)

    def save(self, transfer: IncomingTransfer) -> IncomingTransfer:
        """Keep a changed practice.

        Raises:
            ConcurrentChange: it was changed since it was read.
        """
        values = {**self._values(transfer), "version": transfer.version + 1}
        update(self._c, _SAVE, values, transfer)
        self._history(transfer)
        return transfer.stored(transfer.transfer_id, transfer.version + 1)

    def owing_career(self, until: date) -> Sequence[IncomingTransfer]:
        """Return open practices whose sections 3-4 were due by ``until``."""
        return self._many(incoming.c.career_due <= until, incoming.c.state.in_(_OPEN))

    def unchecked_since(self, before: datetime, limit: int) -> Sequence[IncomingTransfer]:
        """Return open practices whose partner was not asked since ``before``."""
        return self._many(
            sa.or_(incoming.c.checked_at.is_(None), incoming.c.checked_at < before),
            incoming.c.updated_at < before,
            incoming.c.state.in_(_OPEN),
            limit=limit,
        )

    def listing(
        self,
        state: DestinationState | None = None,
        student: CodiceFiscale | None = None,
        limit: int = 200,
    ) -> Sequence[IncomingTransfer]:
        """Return practices, newest first, of a state or a student if one is given."""
        terms: list[sa.ColumnElement[bool]] = []
        if state is not None:
            terms.append(incoming.c.state == state.value)
        if student is not None:
            terms.append(incoming.c.student_index == self._c.cipher.index(student))
        return self._many(*terms, limit=limit)

    def _many(self, *terms: sa.ColumnElement[bool], limit: int = 10_000) -> list[IncomingTransfer]:
        query = (
            sa.select(incoming)
            .where(incoming.c.university == self._c.university.code, *terms)
            .order_by(incoming.c.updated_at.desc())
            .limit(limit)
        )
        return [self._read(row) for row in self._c.connection.execute(query)]

    def _history(self, transfer: IncomingTransfer) -> None:
        key = PracticeKey(Side.DESTINATION, transfer.origin, transfer.id_pratica)
        add_history(self._c, key, transfer.history)

    def _values(self, transfer: IncomingTransfer) -> dict[str, Any]:
        cipher = self._c.cipher
        return {
            "university": self._c.university.code,
            "origin": transfer.origin,
            "id_pratica": transfer.id_pratica,
            "state": transfer.state.value,
            "course_code": transfer.course_code,
            "course_name": transfer.course_name,
            "academic_year": transfer.academic_year,
            "student_index": cipher.index(transfer.student.codice_fiscale),
            "private_sealed": cipher.seal(private_to_bytes(transfer.student, transfer.token)),
            "token_used": transfer.token_used,
            "sections": sections_to_text(transfer.sections),
            "career_due": transfer.career_due,
            "revision_open": transfer.revision_open,
            "protocol_number": transfer.protocol_number,
            "matricola": transfer.matricola,
            "course_enrolled": transfer.course_enrolled,
        }

    def _read(self, row: sa.Row[Any]) -> IncomingTransfer:
        cipher = self._c.cipher
        student, token = private_from_bytes(cipher.open(row.private_sealed))
        return IncomingTransfer(
            university=row.university,
            origin=row.origin,
            id_pratica=row.id_pratica,
            state=DestinationState(row.state),
            student=student,
            course_code=row.course_code,
            course_name=row.course_name,
            academic_year=row.academic_year,
            sections=sections_from_text(row.sections),
            token=token,
            token_used=row.token_used,
            career_due=row.career_due,
            revision_open=row.revision_open,
            protocol_number=row.protocol_number,
            matricola=row.matricola,
            course_enrolled=row.course_enrolled,
            transfer_id=row.id,
            version=row.version,
        )
