"""Practices of students who ask to come to the hosted universities."""

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa

from gateway.domain.deliveries import Side
from gateway.domain.destination import DESTINATION, DestinationState, IncomingTransfer
from gateway.domain.identifiers import CodiceFiscale, IdPratica, MiurCode
from gateway.usecases.ports import PracticeKey
from storage.counters import next_number
from storage.practices import (
    PracticeRows,
    private_from_bytes,
    sections_from_text,
)
from storage.tables import incoming

_GET = sa.select(incoming).where(
    incoming.c.university == sa.bindparam("u"),
    incoming.c.origin == sa.bindparam("o"),
    incoming.c.id_pratica == sa.bindparam("i"),
)


class IncomingRows(PracticeRows[IncomingTransfer]):
    """Implements ``IncomingTransfers``."""

    _table = incoming
    _watched = tuple(
        state.value for state in DestinationState if not DESTINATION.is_terminal(state)
    )

    def new_matricola(self, year: int) -> str:
        """Return a student number never given before."""
        return f"{year % 100:02d}{next_number(self._c, 'matricola', year):06d}"

    def get(self, origin: MiurCode, id_pratica: IdPratica) -> IncomingTransfer | None:
        """Return the practice of this origin with this identifier."""
        row = self._c.connection.execute(
            _GET, {"u": self._c.university.code, "o": origin, "i": id_pratica}
        ).one_or_none()
        return self._read(row) if row is not None else None

    def of_student(self, codice_fiscale: CodiceFiscale) -> Sequence[IncomingTransfer]:
        """Return the practices of a student, newest first."""
        return self._many(incoming.c.student_index == self._c.cipher.index(codice_fiscale))

    def in_state(self, state: DestinationState, limit: int) -> Sequence[IncomingTransfer]:
        """Return practices in a state, the newest change first."""
        return self._many(incoming.c.state == state.value, limit=limit)

    def find_any(self, id_pratica: IdPratica) -> Sequence[IncomingTransfer]:
        """Return the practices with this identifier, of whatever origin."""
        return self._many(incoming.c.id_pratica == id_pratica)

    def _key(self, transfer: IncomingTransfer) -> PracticeKey:
        return PracticeKey(Side.DESTINATION, transfer.origin, transfer.id_pratica)

    def _values(self, transfer: IncomingTransfer) -> dict[str, Any]:
        return {
            **self._shared(transfer),
            "origin": transfer.origin,
            "token_used": transfer.token_used,
            "revision_open": transfer.revision_open,
            "anomaly_open": transfer.anomaly_open,
            "matricola": transfer.matricola,
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
            anomaly_open=row.anomaly_open,
            protocol_number=row.protocol_number,
            matricola=row.matricola,
            course_enrolled=row.course_enrolled,
            faculty=row.faculty,
            transfer_id=row.id,
            version=row.version,
        )
