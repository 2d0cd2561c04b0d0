"""A student with a mark in every personal field, and a searcher that knows marks in disguise."""

import base64
import io
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from urllib.parse import quote

from pypdf import PdfWriter

from gateway.demo.people import Person, person
from gateway.demo.sample import Request, foglio

PERSON: Person = person("Zqmarcognome", "Xwmarnome", "F", date(2001, 3, 9), 731)
OTHER: Person = person("Altrimenti", "Olga", "F", date(2002, 5, 11), 732)
SECRET = "Sgmarparola-7gT"
NOTES = "Jkmarnota della studentessa"
WHY = "Wymarmotivo della segreteria"
STREET, PLACE, PHONE = "Qzmarstrada", "Wkmarluogo", "+39 999 7318042"
SCHOOL, EXAM = "Hzmarscuola", "Vymaresame"
FILE_NAME, FILE_MARK = "Pwmarallegato.pdf", "Fgmarcontenuto"
EMAIL = f"{PERSON.name}.{PERSON.surname}@studenti.example.org".lower()
ATTACHMENT = "ALL1"

MARKS = {
    "surname": PERSON.surname,
    "name": PERSON.name,
    "codice fiscale": PERSON.codice_fiscale,
    "birth date": PERSON.born.isoformat(),
    "e-mail": EMAIL,
    "street": STREET,
    "place": PLACE,
    "phone": PHONE,
    "school": SCHOOL,
    "exam": EXAM,
    "student's notes": NOTES,
    "attachment's name": FILE_NAME,
    "attachment's content": FILE_MARK,
    "password": SECRET,
    "office's words": WHY,
}
"""What must not be read anywhere, by the field it stands in."""


def request(**changes: object) -> Request:
    """Return what the marked student asks."""
    asked = {
        "student": PERSON,
        "exams": 4,
        "notes": NOTES,
        "attachments": ((ATTACHMENT, FILE_NAME),),
        **changes,
    }
    return Request(**asked)  # type: ignore[arg-type]


def marked_foglio(asked: Request | None = None) -> bytes:
    """Return the foglio of the marked student."""
    text = foglio(asked or request()).decode()
    for plain, mark in (
        ("via dei Ciliegi", STREET),
        ("Trento", PLACE),
        ("+39 000 0000000", PHONE),
        ("Liceo scientifico di prova", SCHOOL),
        ("Analisi matematica 1", EXAM),
    ):
        assert plain in text, plain
        text = text.replace(plain, mark)
    return text.encode()


def marked_pdf() -> bytes:
    """Return the marked student's attachment."""
    writer, target = PdfWriter(), io.BytesIO()
    writer.add_blank_page(width=595, height=842)
    writer.add_metadata({"/Title": FILE_MARK})
    writer.write(target)
    assert FILE_MARK.encode() in target.getvalue()
    return target.getvalue()


@dataclass
class Searcher:
    """Finds marks in texts and bytes: as they are, in other cases, escaped, encoded, in UTF-16."""

    marks: dict[str, str] = field(default_factory=lambda: dict(MARKS))

    def add(self, name: str, mark: str) -> None:
        """Look for one more mark."""
        self.marks[name] = mark

    def found_in(self, data: bytes | str) -> set[str]:
        """Return the fields whose marks are in ``data``."""
        content = data.encode("utf-8", "surrogateescape") if isinstance(data, str) else data
        lowered, plain = content.lower(), content.replace(b"\x00", b"").lower()
        return {
            name
            for name, mark in self.marks.items()
            if any(form in lowered or form in plain for form in _forms(mark))
            or any(form in content for form in _in_base64(mark))
        }

    def found_in_all(self, parts: Iterable[tuple[str, bytes | str]]) -> dict[str, set[str]]:
        """Return the marks of each named part that has any."""
        return {name: found for name, data in parts if (found := self.found_in(data))}


def _forms(mark: str) -> set[bytes]:
    """Return what a mark looks like, in small letters."""
    low = mark.lower()
    return {low.encode(), low.encode().hex().encode(), mark.encode().hex().encode()} | {
        quote(low).lower().encode()
    }


def _in_base64(mark: str) -> set[bytes]:
    """Return the letters of base64 that stand for a mark, wherever in a text it begins."""
    found = set()
    for before in range(3):
        coded = base64.b64encode(b"\x00" * before + mark.encode())
        whole = coded[(before * 8 + 5) // 6 : (before + len(mark)) * 8 // 6]
        found.add(whole)
    return found
