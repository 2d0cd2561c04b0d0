"""Rows of the embedded register and of the embedded student files."""

from collections.abc import Sequence
from datetime import datetime

import sqlalchemy as sa

from gateway.domain.identifiers import CodiceFiscale
from gateway.usecases.ports import PracticeKey
from storage.context import PRACTICE_COLUMNS, Context, aware
from storage.counters import next_number
from storage.prepared import Prepared
from storage.tables import register_entries, student_files

_KEEP = Prepared(
    register_entries.insert(),
    *PRACTICE_COLUMNS,
    "series",
    "number",
    "kind",
    "at",
)


class RegistrationRows:
    """Implements ``Registrations``."""

    def __init__(self, context: Context) -> None:
        self._c = context

    def next_number(self, series: str, year: int) -> int:
        """Return the next number of a series in a year."""
        return next_number(self._c, series, year)

    def given(self, series: str, kind: str, key: PracticeKey) -> int:
        """Return how many numbers of a series a practice was given for a kind of act."""
        query = (
            sa.select(sa.func.count())
            .select_from(register_entries)
            .where(
                *(
                    register_entries.c[name] == value
                    for name, value in self._c.practice(key).items()
                ),
                register_entries.c.series == series,
                register_entries.c.kind == kind,
            )
        )
        return int(self._c.connection.execute(query).scalar_one())

    def keep(self, series: str, number: str, kind: str, key: PracticeKey, now: datetime) -> None:
        """Note for what a number was given."""
        _KEEP.run(
            self._c.connection,
            {
                **self._c.practice(key),
                "series": series,
                "number": number,
                "kind": kind,
                "at": now,
            },
        )

    def add_to_file(
        self, student: CodiceFiscale, matricola: str, event: str, document: str, now: datetime
    ) -> None:
        """Add an event to a student's file."""
        self._c.connection.execute(
            sa.insert(student_files).values(
                university=self._c.university.code,
                student_index=self._c.cipher.index(student),
                matricola=matricola,
                event=event,
                document=document,
                at=now,
            )
        )

    def file_of(self, student: CodiceFiscale) -> Sequence[tuple[datetime, str, str]]:
        """Return (when, event, document) of a student's file, oldest first."""
        query = (
            sa.select(student_files)
            .where(
                student_files.c.university == self._c.university.code,
                student_files.c.student_index == self._c.cipher.index(student),
            )
            .order_by(student_files.c.id)
        )
        return [
            (aware(row.at), row.event, row.document) for row in self._c.connection.execute(query)
        ]
