"""Students who arrive: what stands beside their practice, who is enrolled, drafts of decisions."""

import json
from collections.abc import Iterable, Sequence
from dataclasses import asdict
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa

from gateway.domain.arrivals import Confirmed, EnrolmentRecord
from gateway.domain.delibera_draft import (
    DeliberaDraft,
    DraftIntegration,
    DraftLine,
    DraftSource,
)
from gateway.domain.deliveries import Side
from gateway.domain.identifiers import CodiceFiscale, IdPratica, MiurCode
from gateway.domain.particulars import Difference
from gateway.usecases.arrival_ports import EnrolledStudent
from gateway.usecases.ports import ConcurrentChange
from storage.context import Context
from storage.tables import delibera_drafts, enrolled_students, enrolments


class EnrolmentRows:
    """Implements ``Enrolments``."""

    def __init__(self, context: Context) -> None:
        self._c = context

    def _where(self, origin: MiurCode, id_pratica: IdPratica) -> list[sa.ColumnElement[bool]]:
        return [
            enrolments.c.university == self._c.university.code,
            enrolments.c.origin == origin,
            enrolments.c.id_pratica == id_pratica,
        ]

    def get(self, origin: MiurCode, id_pratica: IdPratica) -> EnrolmentRecord | None:
        """Return what stands beside a practice."""
        query = sa.select(enrolments).where(*self._where(origin, id_pratica))
        row = self._c.connection.execute(query).one_or_none()
        if row is None:
            return None
        return _record(row, json.loads(self._c.cipher.open(row.content_sealed)))

    def save(self, record: EnrolmentRecord, now: datetime) -> EnrolmentRecord:
        """Keep a new or changed record.

        Raises:
            ConcurrentChange: it was changed since it was read.
        """
        content = self._c.cipher.seal(_record_bytes(record))
        key = {"origin": record.origin, "id_pratica": record.id_pratica}
        _guarded(self._c, enrolments, key, record.version, content_sealed=content, updated_at=now)
        kept = self.get(record.origin, record.id_pratica)
        assert kept is not None
        return kept


def _guarded(
    context: Context, table: sa.Table, key: dict[str, str], seen: int, **values: object
) -> None:
    """Write a row of which this version was seen; 0 is one that was not there.

    Raises:
        ConcurrentChange: another is there by now.
    """
    ours = {"university": context.university.code, **key}
    if seen == 0:
        try:
            with context.connection.begin_nested():
                context.connection.execute(table.insert().values(**ours, version=1, **values))
        except sa.exc.IntegrityError as error:
            raise ConcurrentChange from error
        return
    terms = [table.c[name] == value for name, value in ours.items()]
    statement = table.update().where(*terms, table.c.version == seen)
    if context.connection.execute(statement.values(version=seen + 1, **values)).rowcount != 1:
        raise ConcurrentChange


def _record_bytes(record: EnrolmentRecord) -> bytes:
    return json.dumps(
        {
            "values": dict(record.values),
            "changes": [[item.path, item.declared, item.given] for item in record.changes],
            "choices": dict(record.choices),
            "confirmed": sorted(record.confirmed),
            "basis": record.basis,
            "remark": record.remark,
            "course": record.course,
            "allowed_courses": record.allowed_courses,
            "privacy_at": record.privacy_at.isoformat() if record.privacy_at else None,
            "token_renewed_at": (
                record.token_renewed_at.isoformat() if record.token_renewed_at else None
            ),
            "protocol_number": record.protocol_number,
        }
    ).encode()


def _moment(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None


def _record(row: sa.Row[Any], data: dict[str, Any]) -> EnrolmentRecord:
    return EnrolmentRecord(
        origin=row.origin,
        id_pratica=row.id_pratica,
        values=data["values"],
        changes=tuple(Difference(*item) for item in data["changes"]),
        choices=data["choices"],
        confirmed=frozenset(Confirmed(step) for step in data["confirmed"]),
        basis=data["basis"],
        remark=data["remark"],
        course=data["course"],
        allowed_courses=tuple(data["allowed_courses"]),
        privacy_at=_moment(data["privacy_at"]),
        token_renewed_at=_moment(data["token_renewed_at"]),
        protocol_number=data["protocol_number"],
        version=row.version,
    )


class EnrolledRows:
    """Implements ``EnrolledStudents``."""

    def __init__(self, context: Context) -> None:
        self._c = context

    def keep(self, students: Iterable[EnrolledStudent], now: datetime) -> int:
        """Add students, or replace those of the same matricola; return how many were new."""
        mine = enrolled_students.c.university == self._c.university.code
        new = 0
        for student in students:
            values = self._values(student, now)
            same = enrolled_students.c.matricola_index == values["matricola_index"]
            statement = enrolled_students.update().where(mine, same).values(values)
            if self._c.connection.execute(statement).rowcount == 0:
                self._c.connection.execute(enrolled_students.insert().values(values))
                new += 1
        return new

    def of(self, codice_fiscale: CodiceFiscale) -> Sequence[EnrolledStudent]:
        """Return the enrolments of a person, the newest row first."""
        query = (
            sa.select(enrolled_students)
            .where(
                enrolled_students.c.university == self._c.university.code,
                enrolled_students.c.student_index == self._c.cipher.index(codice_fiscale),
            )
            .order_by(enrolled_students.c.id.desc())
        )
        return [self._read(row) for row in self._c.connection.execute(query)]

    def count(self) -> tuple[int, datetime | None]:
        """Return how many there are, and when some were last imported."""
        query = sa.select(sa.func.count(), sa.func.max(enrolled_students.c.updated_at)).where(
            enrolled_students.c.university == self._c.university.code
        )
        number, last = self._c.connection.execute(query).one()
        return int(number), last

    def _values(self, student: EnrolledStudent, now: datetime) -> dict[str, Any]:
        cipher = self._c.cipher
        private = {
            "matricola": student.matricola,
            "codice_fiscale": student.codice_fiscale,
            "surname": student.surname,
            "name": student.name,
            "birth_date": student.birth_date.isoformat() if student.birth_date else "",
            "email": student.email,
            "enrolled_on": student.enrolled_on.isoformat() if student.enrolled_on else "",
        }
        return {
            "university": self._c.university.code,
            "student_index": cipher.index(student.codice_fiscale),
            "matricola_index": cipher.index(f"matricola {student.matricola}"),
            "person_sealed": cipher.seal(json.dumps(private).encode()),
            "course_code": student.course_code,
            "course_name": student.course_name,
            "updated_at": now,
        }

    def _read(self, row: sa.Row[Any]) -> EnrolledStudent:
        person = json.loads(self._c.cipher.open(row.person_sealed))
        born, enrolled = person.pop("birth_date"), person.pop("enrolled_on")
        return EnrolledStudent(
            course_code=row.course_code,
            course_name=row.course_name,
            birth_date=date.fromisoformat(born) if born else None,
            enrolled_on=date.fromisoformat(enrolled) if enrolled else None,
            **person,
        )


class DeliberaDraftRows:
    """Implements ``DeliberaDrafts``."""

    def __init__(self, context: Context) -> None:
        self._c = context

    def get(self, side: Side, partner: MiurCode, id_pratica: IdPratica) -> DeliberaDraft | None:
        """Return the decision in the making about a practice."""
        query = sa.select(delibera_drafts).where(
            delibera_drafts.c.university == self._c.university.code,
            delibera_drafts.c.side == side.value,
            delibera_drafts.c.partner == partner,
            delibera_drafts.c.id_pratica == id_pratica,
        )
        row = self._c.connection.execute(query).one_or_none()
        if row is None:
            return None
        return _draft(row, json.loads(self._c.cipher.open(row.content_sealed)))

    def save(
        self, side: Side, partner: MiurCode, id_pratica: IdPratica, draft: DeliberaDraft
    ) -> DeliberaDraft:
        """Keep a draft.

        Raises:
            ConcurrentChange: somebody saved another since this one was read.
        """
        typed = asdict(draft)
        for name in ("changed_by", "changed_at", "version"):
            del typed[name]
        content = self._c.cipher.seal(json.dumps(typed).encode())
        _guarded(
            self._c,
            delibera_drafts,
            {"side": side.value, "partner": partner, "id_pratica": id_pratica},
            draft.version,
            content_sealed=content,
            changed_by=draft.changed_by,
            updated_at=draft.changed_at,
        )
        kept = self.get(side, partner, id_pratica)
        assert kept is not None
        return kept


def _draft(row: sa.Row[Any], data: dict[str, Any]) -> DeliberaDraft:
    lines, integrations = data.pop("lines"), data.pop("integrations")
    return DeliberaDraft(
        **data,
        lines=tuple(
            DraftLine(sources=tuple(DraftSource(**item) for item in line.pop("sources")), **line)
            for line in lines
        ),
        integrations=tuple(DraftIntegration(**one) for one in integrations),
        changed_by=row.changed_by,
        changed_at=row.updated_at,
        version=row.version,
    )
