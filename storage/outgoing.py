"""Requests of the hosted universities' students."""

import json
from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa

from gateway.domain.deliveries import Side
from gateway.domain.identifiers import CodiceFiscale, IdPratica, make_id_pratica
from gateway.domain.origin import OriginState, OutgoingTransfer, RevisionRequest
from gateway.usecases.ports import PracticeKey
from storage.context import Context
from storage.counters import next_number
from storage.partners import terms_from_json, terms_to_json
from storage.practices import (
    private_from_bytes,
    private_to_bytes,
    sections_from_text,
    sections_to_text,
    update,
)
from storage.prepared import Prepared
from storage.records import add_history
from storage.tables import outgoing

_ADD = Prepared(
    outgoing.insert().returning(outgoing.c.id),
    *(outgoing.columns.keys()[1:]),
)
_GET = sa.select(outgoing).where(
    outgoing.c.university == sa.bindparam("u"), outgoing.c.id_pratica == sa.bindparam("i")
)
_SAVE = outgoing.update().where(
    outgoing.c.university == sa.bindparam("u"),
    outgoing.c.id == sa.bindparam("row"),
    outgoing.c.version == sa.bindparam("seen"),
)
_SENT = [OriginState.TRASFERITA.value, OriginState.RICHIESTA_REVISIONE.value]


class OutgoingRows:
    """Implements ``OutgoingTransfers``."""

    def __init__(self, context: Context) -> None:
        self._c = context

    def new_id_pratica(self, year: int) -> IdPratica:
        """Return an identifier never given before."""
        number = next_number(self._c, "practice", year)
        return make_id_pratica(self._c.university.practice_prefix, year, number)

    def add(self, transfer: OutgoingTransfer) -> OutgoingTransfer:
        """Keep a new request."""
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

    def get(self, id_pratica: IdPratica) -> OutgoingTransfer | None:
        """Return the request with this identifier."""
        row = self._c.connection.execute(
            _GET, {"u": self._c.university.code, "i": id_pratica}
        ).one_or_none()
        return self._read(row) if row is not None else None

    def save(self, transfer: OutgoingTransfer) -> OutgoingTransfer:
        """Keep a changed request.

        Raises:
            ConcurrentChange: it was changed since it was read.
        """
        values = {**self._values(transfer), "version": transfer.version + 1}
        update(self._c, _SAVE, values, transfer)
        self._history(transfer)
        return transfer.stored(transfer.transfer_id, transfer.version + 1)

    def owing_career(self, until: date) -> Sequence[OutgoingTransfer]:
        """Return open requests that owe sections 3-4 by ``until``."""
        return self._many(outgoing.c.career_due <= until, outgoing.c.state.in_(_SENT))

    def unchecked_since(self, before: datetime, limit: int) -> Sequence[OutgoingTransfer]:
        """Return sent, open requests whose partner was not asked since ``before``."""
        return self._many(
            sa.or_(outgoing.c.checked_at.is_(None), outgoing.c.checked_at < before),
            outgoing.c.updated_at < before,
            outgoing.c.state.in_(_SENT),
            limit=limit,
        )

    def listing(
        self,
        state: OriginState | None = None,
        student: CodiceFiscale | None = None,
        limit: int = 200,
    ) -> Sequence[OutgoingTransfer]:
        """Return requests, newest first, of a state or a student if one is given."""
        terms: list[sa.ColumnElement[bool]] = []
        if state is not None:
            terms.append(outgoing.c.state == state.value)
        if student is not None:
            terms.append(outgoing.c.student_index == self._c.cipher.index(student))
        return self._many(*terms, limit=limit)

    def _many(self, *terms: sa.ColumnElement[bool], limit: int = 10_000) -> list[OutgoingTransfer]:
        query = (
            sa.select(outgoing)
            .where(outgoing.c.university == self._c.university.code, *terms)
            .order_by(outgoing.c.updated_at.desc())
            .limit(limit)
        )
        return [self._read(row) for row in self._c.connection.execute(query)]

    def _history(self, transfer: OutgoingTransfer) -> None:
        key = PracticeKey(Side.ORIGIN, transfer.destination, transfer.id_pratica)
        add_history(self._c, key, transfer.history)

    def _values(self, transfer: OutgoingTransfer) -> dict[str, Any]:
        cipher = self._c.cipher
        revision = transfer.revision
        return {
            "university": self._c.university.code,
            "id_pratica": transfer.id_pratica,
            "destination": transfer.destination,
            "state": transfer.state.value,
            "course_code": transfer.course_code,
            "course_name": transfer.course_name,
            "academic_year": transfer.academic_year,
            "student_index": cipher.index(transfer.student.codice_fiscale),
            "private_sealed": cipher.seal(private_to_bytes(transfer.student, transfer.token)),
            "foglio": transfer.foglio,
            "sections": sections_to_text(transfer.sections),
            "sent": sections_to_text(transfer.sent),
            "terms": terms_to_json(transfer.terms),
            "career_due": transfer.career_due,
            "revision_sealed": cipher.seal_text(
                json.dumps([revision.reason, revision.notes, revision.asked_at.isoformat()])
            )
            if revision
            else None,
            "protocol_number": transfer.protocol_number,
            "archive_number": transfer.archive_number,
            "course_enrolled": transfer.course_enrolled,
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
            transfer_id=row.id,
            version=row.version,
        )


def _revision(text: str) -> RevisionRequest | None:
    if not text:
        return None
    reason, notes, asked_at = json.loads(text)
    return RevisionRequest(reason, notes, datetime.fromisoformat(asked_at))
