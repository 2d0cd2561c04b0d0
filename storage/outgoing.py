"""Requests of the hosted universities' students."""

import json
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from gateway.domain.deliveries import Side
from gateway.domain.identifiers import CodiceFiscale, IdPratica, make_id_pratica
from gateway.domain.origin import OriginState, OutgoingTransfer, RevisionRequest
from gateway.usecases.ports import PracticeKey
from storage.counters import next_number
from storage.partners import terms_from_json, terms_to_json
from storage.practices import (
    PracticeRows,
    private_from_bytes,
    sections_from_text,
    sections_to_text,
)
from storage.tables import outgoing

_GET = sa.select(outgoing).where(
    outgoing.c.university == sa.bindparam("u"), outgoing.c.id_pratica == sa.bindparam("i")
)


class OutgoingRows(PracticeRows[OutgoingTransfer]):
    """Implements ``OutgoingTransfers``."""

    _table = outgoing
    _watched = (OriginState.TRASFERITA.value, OriginState.RICHIESTA_REVISIONE.value)

    def new_id_pratica(self, year: int) -> IdPratica:
        """Return an identifier never given before."""
        number = next_number(self._c, "practice", year)
        return make_id_pratica(self._c.university.practice_prefix, year, number)

    def get(self, id_pratica: IdPratica) -> OutgoingTransfer | None:
        """Return the request with this identifier."""
        row = self._c.connection.execute(
            _GET, {"u": self._c.university.code, "i": id_pratica}
        ).one_or_none()
        return self._read(row) if row is not None else None

    def of_student(self, codice_fiscale: CodiceFiscale) -> Sequence[OutgoingTransfer]:
        """Return the requests of a student, newest first."""
        query = (
            sa.select(outgoing)
            .where(
                outgoing.c.university == self._c.university.code,
                outgoing.c.student_index == self._c.cipher.index(codice_fiscale),
            )
            .order_by(outgoing.c.id.desc())
        )
        return [self._read(row) for row in self._c.connection.execute(query)]

    def in_states(
        self, states: Iterable[OriginState], after: int, limit: int
    ) -> Sequence[OutgoingTransfer]:
        """Return requests in some states by their numbers, from behind ``after``."""
        query = (
            sa.select(outgoing)
            .where(
                outgoing.c.university == self._c.university.code,
                outgoing.c.state.in_([state.value for state in states]),
                outgoing.c.id > after,
            )
            .order_by(outgoing.c.id)
            .limit(limit)
        )
        return [self._read(row) for row in self._c.connection.execute(query)]

    def _key(self, transfer: OutgoingTransfer) -> PracticeKey:
        return PracticeKey(Side.ORIGIN, transfer.destination, transfer.id_pratica)

    def _values(self, transfer: OutgoingTransfer) -> dict[str, Any]:
        revision = transfer.revision
        words = (
            json.dumps([revision.reason, revision.notes, revision.asked_at.isoformat()])
            if revision
            else ""
        )
        return {
            **self._shared(transfer),
            "destination": transfer.destination,
            "foglio": transfer.foglio,
            "sent": sections_to_text(transfer.sent),
            "terms": terms_to_json(transfer.terms),
            "revision_sealed": self._c.cipher.seal_text(words),
            "archive_number": transfer.archive_number,
        }

    def _read(self, row: sa.Row[Any]) -> OutgoingTransfer:
        cipher = self._c.cipher
        student, token = private_from_bytes(cipher.open(row.private_sealed))
        revision = cipher.open_text(row.revision_sealed)
        return OutgoingTransfer(
            university=row.university,
            id_pratica=row.id_pratica,
            destination=row.destination,
            state=OriginState(row.state),
            student=student,
            course_code=row.course_code,
            course_name=row.course_name,
            academic_year=row.academic_year,
            foglio=row.foglio,
            sections=sections_from_text(row.sections),
            sent=sections_from_text(row.sent),
            terms=terms_from_json(row.terms),
            token=token,
            career_due=row.career_due,
            revision=_revision(revision),
            protocol_number=row.protocol_number,
            archive_number=row.archive_number,
            course_enrolled=row.course_enrolled,
            faculty=row.faculty,
            transfer_id=row.id,
            version=row.version,
        )


def _revision(text: str) -> RevisionRequest | None:
    if not text:
        return None
    reason, notes, asked_at = json.loads(text)
    return RevisionRequest(reason, notes, datetime.fromisoformat(asked_at))
