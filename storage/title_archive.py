"""Titles and student credentials as lookups read them: by a digest, across hosted universities.

A lookup names no university, so it is the only reading that is not bound to one; whose rows it may
see is given to it. The statement finds the rows of one student by their index, whatever else is
kept, and only those are opened.
"""

from collections.abc import Iterator, Sequence
from typing import TypeVar

import sqlalchemy as sa

from gateway.domain.identifiers import CodiceFiscale, MiurCode
from gateway.domain.title_records import TitleKind
from gateway.domain.titles import SchoolDiploma, Title, UniversityTitle
from storage.prepared import Prepared
from storage.store import Store
from storage.tables import student_credentials, titles
from storage.title_codec import title_from_bytes
from storage.unit_of_work import available

T = TypeVar("T", bound=Title)

_OF_STUDENT = Prepared(
    sa.select(titles.c.university, titles.c.kind, titles.c.content_sealed)
    .where(titles.c.student_index == sa.bindparam("student"), titles.c.withdrawn_at.is_(None))
    .order_by(titles.c.id),
    "student",
)
_OF_USER = Prepared(
    sa.select(
        student_credentials.c.university,
        student_credentials.c.password_hash,
        student_credentials.c.student_index,
    ).where(student_credentials.c.user_index == sa.bindparam("user")),
    "user",
)
_ANY_USER = Prepared(
    sa.select(student_credentials.c.id)
    .where(student_credentials.c.university == sa.bindparam("university"))
    .limit(1),
    "university",
)


class StoreTitleArchive:
    """Implements ``TitleArchive``; also finds what student credentials are checked against."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def titles(
        self, universities: Sequence[MiurCode], codice_fiscale: CodiceFiscale
    ) -> Sequence[UniversityTitle]:
        """Return the university titles of a student, in the order in which they were recorded."""
        return list(self._of(universities, codice_fiscale, TitleKind.UNIVERSITY, UniversityTitle))

    def diplomas(
        self, universities: Sequence[MiurCode], codice_fiscale: CodiceFiscale, year: int
    ) -> Sequence[SchoolDiploma]:
        """Return the school diplomas of a student in a year."""
        found = self._of(universities, codice_fiscale, TitleKind.SCHOOL, SchoolDiploma)
        return [diploma for diploma in found if diploma.year == year]

    def _of(
        self,
        universities: Sequence[MiurCode],
        codice_fiscale: CodiceFiscale,
        kind: TitleKind,
        wanted: type[T],
    ) -> Iterator[T]:
        cipher = self._store.cipher
        with available(), self._store.reader.connect() as connection:
            rows = _OF_STUDENT.run(connection, {"student": cipher.index(codice_fiscale)}).all()
        for row in rows:
            if row.university in universities and row.kind == kind.value:
                title = title_from_bytes(cipher.open(row.content_sealed))
                assert isinstance(title, wanted)
                yield title

    def credentials(
        self, universities: Sequence[MiurCode], user_id: str
    ) -> Sequence[tuple[str, str]] | None:
        """Return (argon2 hash, digest of the codice fiscale) of a user name.

        ``None`` when none of the universities keeps any credentials.
        """
        user = self._store.cipher.index(f"user|{user_id}")
        with available(), self._store.reader.connect() as connection:
            rows = _OF_USER.run(connection, {"user": user}).all()
            found = [
                (row.password_hash, row.student_index)
                for row in rows
                if row.university in universities
            ]
            if found or any(
                _ANY_USER.run(connection, {"university": code}).first() for code in universities
            ):
                return found
        return None

    def digest(self, codice_fiscale: CodiceFiscale) -> str:
        """Return the digest by which a codice fiscale is compared with what is kept."""
        return self._store.cipher.index(codice_fiscale)
