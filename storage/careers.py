"""Careers that an origin's office imported, and fogli that it is working on."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import sqlalchemy as sa

from gateway.domain.careers import FoglioEdit, PreparedCareer
from gateway.domain.deliveries import Side
from gateway.domain.identifiers import CodiceFiscale
from gateway.domain.origin import OutgoingTransfer
from gateway.usecases.ports import ConcurrentChange, PracticeKey
from storage.context import Context, aware
from storage.practices import (
    private_from_bytes,
    private_to_bytes,
    sections_from_text,
    sections_to_text,
)
from storage.tables import foglio_edits, student_careers


class CareerRows:
    """Implements ``Careers``."""

    def __init__(self, context: Context) -> None:
        self._c = context

    def get(self, student: CodiceFiscale) -> PreparedCareer | None:
        """Return the career of a student."""
        return self._one(student_careers.c.student_index == self._c.cipher.index(student))

    def by_number(self, number: int) -> PreparedCareer | None:
        """Return the career of a number."""
        return self._one(student_careers.c.id == number)

    def keep(self, career: PreparedCareer) -> None:
        """Keep a career in place of the one that the student had."""
        index = self._c.cipher.index(career.student.codice_fiscale)
        values = {
            "private_sealed": self._c.cipher.seal(private_to_bytes(career.student, None)),
            "content_sealed": self._c.cipher.seal(career.content),
            "sections": sections_to_text(career.sections),
            "imported_at": career.imported_at,
            "imported_by": career.imported_by[:120],
        }
        mine = student_careers.c.student_index == index
        changed = sa.update(student_careers).where(self._ours(), mine).values(values)
        if self._c.connection.execute(changed).rowcount == 0:
            self._c.connection.execute(
                sa.insert(student_careers).values(
                    university=self._c.university.code, student_index=index, **values
                )
            )

    def remove(self, number: int) -> bool:
        """Remove a career; tell whether there was one."""
        gone = sa.delete(student_careers).where(self._ours(), student_careers.c.id == number)
        return self._c.connection.execute(gone).rowcount == 1

    def page(self, after: int, limit: int) -> Sequence[PreparedCareer]:
        """Return careers in the order of their numbers, from behind ``after``."""
        query = (
            sa.select(student_careers)
            .where(self._ours(), student_careers.c.id > after)
            .order_by(student_careers.c.id)
            .limit(limit)
        )
        return [self._read(row) for row in self._c.connection.execute(query)]

    def count(self) -> int:
        """Return how many careers there are."""
        query = sa.select(sa.func.count()).select_from(student_careers).where(self._ours())
        return int(self._c.connection.execute(query).scalar_one())

    def _ours(self) -> sa.ColumnElement[bool]:
        return student_careers.c.university == self._c.university.code

    def _one(self, term: sa.ColumnElement[bool]) -> PreparedCareer | None:
        query = sa.select(student_careers).where(self._ours(), term)
        row = self._c.connection.execute(query).one_or_none()
        return self._read(row) if row is not None else None

    def _read(self, row: sa.Row[Any]) -> PreparedCareer:
        student, _ = private_from_bytes(self._c.cipher.open(row.private_sealed))
        return PreparedCareer(
            student=student,
            content=self._c.cipher.open(row.content_sealed),
            sections=sections_from_text(row.sections),
            imported_at=aware(row.imported_at),
            imported_by=row.imported_by,
            number=row.id,
        )


class FoglioEditRows:
    """Implements ``FoglioEdits``."""

    def __init__(self, context: Context) -> None:
        self._c = context

    def get(self, transfer: OutgoingTransfer) -> FoglioEdit | None:
        """Return the work on the foglio of a request."""
        query = sa.select(foglio_edits).where(*self._of(transfer))
        row = self._c.connection.execute(query).one_or_none()
        if row is None:
            return None
        return FoglioEdit(
            content=self._c.cipher.open(row.content_sealed),
            foglio=row.foglio,
            edited_at=aware(row.edited_at),
            edited_by=row.edited_by,
            version=row.version,
        )

    def keep(self, transfer: OutgoingTransfer, edit: FoglioEdit) -> FoglioEdit:
        """Keep the work; return it with its new version.

        Raises:
            ConcurrentChange: somebody else has worked on it since it was read.
        """
        version = edit.version + 1
        values = {
            "foglio": edit.foglio,
            "version": version,
            "content_sealed": self._c.cipher.seal(edit.content),
            "edited_at": edit.edited_at,
            "edited_by": edit.edited_by[:120],
        }
        if edit.version == 0:
            row = {**self._practice(transfer), **values}
            self._c.connection.execute(sa.insert(foglio_edits).values(row))
        else:
            statement = sa.update(foglio_edits).where(
                *self._of(transfer), foglio_edits.c.version == edit.version
            )
            if self._c.connection.execute(statement.values(values)).rowcount != 1:
                raise ConcurrentChange
        return replace(edit, version=version)

    def drop(self, transfer: OutgoingTransfer) -> None:
        """Forget the work on the foglio of a request."""
        self._c.connection.execute(sa.delete(foglio_edits).where(*self._of(transfer)))

    def _practice(self, transfer: OutgoingTransfer) -> dict[str, str]:
        key = PracticeKey(Side.ORIGIN, transfer.destination, transfer.id_pratica)
        return self._c.practice(key)

    def _of(self, transfer: OutgoingTransfer) -> list[sa.ColumnElement[bool]]:
        mine = self._practice(transfer)
        return [foglio_edits.c[name] == value for name, value in mine.items()]
