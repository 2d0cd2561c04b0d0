"""Titles as CSV and XML: what is read, what is refused line by line, what is written again."""

import io
import tracemalloc
from collections.abc import Callable, Iterator
from datetime import date
from typing import IO

import pytest

from gateway.domain.rejections import Cause, Rejection
from gateway.domain.title_records import Line, TitleKind
from gateway.domain.titles import DegreeType, Title, UniversityTitle
from gateway.files.titles_csv import read_csv, write_csv
from gateway.files.titles_xml import read_xml, write_xml
from gateway.texts.degree_types import NAMES
from tests.support.titles import OTHER, STUDENT, degree, diploma

TODAY = date(2026, 9, 21)
HEADER = (
    "CodiceFiscale;CodiceAteneo;NazioneConseguimento;ClasseTitolo;TipoTitolo;DataConseguimento;"
    "AnnoAccademico;Voto"
)
GOOD = f"{STUDENT};092;ITA;10033;LT;18/07/2024;2023;110L"
SCHOOL_HEADER = (
    "CodiceFiscale;CodiceScuola;NazioneConseguimento;VotoDiploma;TipoTitoloDiploma;"
    "AnnoConseguimento;DataConseguimento"
)


def from_csv(content: str | bytes) -> list[Line]:
    data = content.encode() if isinstance(content, str) else content
    return list(read_csv(io.BytesIO(data), university="92", today=TODAY))


def from_xml(content: str | bytes) -> list[Line]:
    data = content.encode() if isinstance(content, str) else content
    return list(read_xml(io.BytesIO(data), university="92", today=TODAY))


def line(*values: str) -> str:
    return f"{HEADER}\n{';'.join(values)}\n"


def causes(found: Line) -> list[tuple[Cause, str]]:
    return [(reason.cause, reason.path) for reason in found.reasons]


@pytest.mark.requirement("A5")
def test_a_line_of_csv_is_a_title() -> None:
    assert from_csv(f"{HEADER}\n{GOOD}\n") == [Line(2, degree())]


@pytest.mark.parametrize("delimiter", [";", ",", "\t"])
def test_columns_have_any_order_case_and_separator(delimiter: str) -> None:
    names = ["voto", "codicefiscale", "ALTRO", "TipoTitolo", "DATACONSEGUIMENTO", "AnnoAccademico"]
    values = ["110L", STUDENT, "x", "lt", "18072024", "2023"]
    (found,) = from_csv(f"\ufeff{delimiter.join(names)}\r\n{delimiter.join(values)}\r\n")
    assert found.title == degree(classe="", state="999")


def test_a_diploma_is_told_by_its_columns() -> None:
    (found,) = from_csv(f"{SCHOOL_HEADER}\n{STUDENT};1234567;ITA;98;5012;2021;2021-07-05\n")
    assert found == Line(2, diploma())


def test_blank_lines_count_as_lines_and_hold_no_title() -> None:
    assert [found.number for found in from_csv(f"{HEADER}\n\n{GOOD}\n;\n{GOOD}")] == [3, 4, 5]


FAULTS = {
    0: [
        ("", Cause.ELEMENT_MISSING, ""),
        (STUDENT[:-1] + "A", Cause.CODICE_FISCALE_INVALID, "/CodiceFiscale"),
        ("X", Cause.CODICE_FISCALE_INVALID, "/CodiceFiscale"),
    ],
    1: [("0092", Cause.VALUE_MALFORMED, "/CodiceAteneo")],
    2: [("IT", Cause.VALUE_MALFORMED, "/NazioneConseguimento")],
    3: [("123456", Cause.VALUE_MALFORMED, "/ClasseTitolo")],
    4: [("XX", Cause.CODE_UNKNOWN, "/TipoTitolo"), ("", Cause.ELEMENT_MISSING, "")],
    5: [
        ("31/02/2024", Cause.DATE_IMPOSSIBLE, "/DataConseguimento"),
        ("22/09/2026", Cause.DATE_IMPOSSIBLE, "/DataConseguimento"),
        ("18/07/1899", Cause.DATE_IMPOSSIBLE, "/DataConseguimento"),
        ("ieri", Cause.DATE_IMPOSSIBLE, "/DataConseguimento"),
        ("", Cause.ELEMENT_MISSING, ""),
    ],
    6: [
        ("23", Cause.VALUE_MALFORMED, "/AnnoAccademico"),
        ("2027", Cause.VALUE_OUT_OF_RANGE, "/AnnoAccademico"),
        ("1899", Cause.VALUE_OUT_OF_RANGE, "/AnnoAccademico"),
    ],
    7: [
        ("110 e lode", Cause.VALUE_MALFORMED, "/Voto"),
        ("=1+1", Cause.VALUE_MALFORMED, "/Voto"),
    ],
}


@pytest.mark.parametrize(
    ("column", "value", "cause", "where"),
    [(column, *case) for column, cases in FAULTS.items() for case in cases],
)
def test_a_line_that_is_no_title_says_which_field_and_why(
    column: int, value: str, cause: Cause, where: str
) -> None:
    values = GOOD.split(";")
    values[column] = value
    (found,) = from_csv(line(*values))
    assert found.title is None
    assert causes(found) == [(cause, f"riga 2{where}")]
    assert all(STUDENT not in str(reason) for reason in found.reasons)


def test_everything_wrong_with_a_line_is_said_at_once() -> None:
    (found,) = from_csv(line("X", "0092", "", "", "XX", "", "23", ""))
    assert len(found.reasons) == 5


@pytest.mark.parametrize(
    "bad",
    [
        f'"{GOOD}',
        f"{GOOD};{GOOD}",
        GOOD.encode() + b"\xff",
        GOOD.encode() + b" " * 20_000,
        b"\x00" * 40_000,
    ],
    ids=["quote", "too many", "no utf-8", "too long", "bytes"],
)
def test_a_line_that_cannot_be_read_stops_no_other(bad: str | bytes) -> None:
    raw = bad if isinstance(bad, bytes) else bad.encode()
    found = from_csv(f"{HEADER}\n{GOOD}\n".encode() + raw + f"\n{GOOD}\n".encode())
    assert [item.title for item in found] == [degree(), None, degree()]
    assert causes(found[1]) == [(Cause.VALUE_MALFORMED, "riga 3")]


@pytest.mark.parametrize("content", ["", "a;b;c\n1;2;3\n", b"\xff\xfe\x00", b"%PDF-1.4"])
def test_a_file_without_these_columns_is_no_list_of_titles(content: str | bytes) -> None:
    with pytest.raises(Rejection) as raised:
        from_csv(content)
    assert [reason.cause for reason in raised.value.reasons] == [Cause.NOT_A_DOCUMENT]


def test_missing_columns_are_named() -> None:
    with pytest.raises(Rejection) as raised:
        from_csv("CodiceFiscale;TipoTitolo\n")
    named = [reason.params["element"] for reason in raised.value.reasons]
    assert named == ["DataConseguimento", "AnnoAccademico"]


XML = f"""<?xml version="1.0"?>
<Titoli>
  <!-- due titoli -->
  <TitoloUniversitario><CodiceFiscale>{STUDENT}</CodiceFiscale><TipoTitolo>LT</TipoTitolo>
    <DataConseguimento>18/07/2024</DataConseguimento><AnnoAccademico>2023</AnnoAccademico>
    <ClasseTitolo>10033</ClasseTitolo><NazioneConseguimento>ITA</NazioneConseguimento>
    <Voto>110L</Voto></TitoloUniversitario>
  <DiplomaScuola><CodiceFiscale>{STUDENT}</CodiceFiscale><CodiceScuola>1234567</CodiceScuola>
    <NazioneConseguimento>ITA</NazioneConseguimento><VotoDiploma>98</VotoDiploma>
    <TipoTitoloDiploma>5012</TipoTitoloDiploma><AnnoConseguimento>2021</AnnoConseguimento>
    <DataConseguimento>05/07/2021</DataConseguimento></DiplomaScuola>
</Titoli>"""


@pytest.mark.requirement("A5")
def test_an_xml_file_has_titles_of_both_kinds_numbered_from_one() -> None:
    assert from_xml(XML) == [Line(1, degree()), Line(2, diploma())]


@pytest.mark.parametrize(
    "element",
    [
        "<Altro/>",
        "<TitoloUniversitario><Altro>x</Altro></TitoloUniversitario>",
        "<TitoloUniversitario><Voto>1</Voto><Voto>2</Voto></TitoloUniversitario>",
        "<TitoloUniversitario><Voto><b>1</b></Voto></TitoloUniversitario>",
        '<TitoloUniversitario xmlns="urn:x"><Voto>1</Voto></TitoloUniversitario>',
    ],
)
def test_an_element_that_is_no_title_stops_no_other(element: str) -> None:
    found = from_xml(XML.replace("<DiplomaScuola>", f"{element}<DiplomaScuola>"))
    assert [item.title for item in found] == [degree(), None, diploma()]
    assert causes(found[1]) == [(Cause.VALUE_MALFORMED, "riga 2")]


@pytest.mark.parametrize(
    "content",
    [
        "",
        "buongiorno",
        "<Altro/>",
        '<!DOCTYPE Titoli [<!ENTITY a "b">]><Titoli>&a;</Titoli>',
        '<!DOCTYPE Titoli SYSTEM "file:///etc/hostname"><Titoli/>',
        f"<Titoli><TitoloUniversitario>{'<a/>' * 99}</TitoloUniversitario></Titoli>",
        f"<Titoli>{'<a>' * 300}{'</a>' * 300}</Titoli>",
    ],
    ids=["empty", "words", "root", "entity", "dtd", "many fields", "deep"],
)
def test_another_document_is_refused(content: str) -> None:
    with pytest.raises(Rejection) as raised:
        from_xml(content)
    assert [reason.cause for reason in raised.value.reasons] == [Cause.NOT_A_DOCUMENT]


def test_titles_before_the_place_where_xml_breaks_are_told() -> None:
    stream = read_xml(
        io.BytesIO(XML.replace("</Titoli>", "</x>").encode()), university="92", today=TODAY
    )
    assert [next(stream).title, next(stream).title] == [degree(), diploma()]
    with pytest.raises(Rejection) as raised:
        next(stream)
    assert raised.value.reasons[0].params["line"] == "12"


TITLES = [
    degree(),
    degree(OTHER, classe="", grade="", state="999", degree_type="DR"),
    degree(university="001", grade="27,5"),
]
DIPLOMAS = [diploma(), diploma(OTHER, awarded_on=None, grade="")]


@pytest.mark.requirement("A5")
@pytest.mark.parametrize("kind", TitleKind)
def test_what_is_written_as_csv_is_read_again(kind: TitleKind) -> None:
    titles: list[Title] = [*TITLES] if kind is TitleKind.UNIVERSITY else [*DIPLOMAS]
    file = io.BytesIO()
    assert write_csv(file, kind, titles) == len(titles)
    assert [found.title for found in from_csv(file.getvalue())] == titles


@pytest.mark.requirement("A5")
def test_what_is_written_as_xml_is_read_again() -> None:
    file = io.BytesIO()
    assert write_xml(file, [*TITLES, *DIPLOMAS]) == 5
    assert [found.title for found in from_xml(file.getvalue())] == [*TITLES, *DIPLOMAS]


@pytest.mark.parametrize("code", DegreeType)
def test_every_kind_of_title_that_the_guideline_prints_is_read_and_named(code: DegreeType) -> None:
    values = GOOD.split(";")
    values[4] = code.value
    (found,) = from_csv(line(*values))
    assert isinstance(found.title, UniversityTitle)
    assert found.title.degree_type == code
    assert NAMES[code].it
    assert NAMES[code].en


def test_the_guideline_prints_twenty_five_kinds() -> None:
    assert len(DegreeType) == len(NAMES) == 25


class Endless(io.RawIOBase):
    """A file of many titles that nobody ever holds in memory."""

    def __init__(self, head: bytes, row: bytes, rows: int, tail: bytes) -> None:
        self._parts = self._made(head, row, rows, tail)
        self._rest = b""

    @staticmethod
    def _made(head: bytes, row: bytes, rows: int, tail: bytes) -> Iterator[bytes]:
        yield head
        for _ in range(rows):
            yield row
        yield tail

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: bytearray) -> int:  # type: ignore[override]
        while not self._rest:
            part = next(self._parts, None)
            if part is None:
                return 0
            self._rest = part
        taken, self._rest = self._rest[: len(buffer)], self._rest[len(buffer) :]
        buffer[: len(taken)] = taken
        return len(taken)


ROW = XML.partition("-->")[2].partition("</TitoloUniversitario>")[0] + "</TitoloUniversitario>"


@pytest.mark.parametrize(
    ("read", "parts"),
    [
        (read_csv, (f"{HEADER}\n", f"{GOOD}\n", "")),
        (read_xml, ("<Titoli>", ROW, "</Titoli>")),
    ],
    ids=["csv", "xml"],
)
def test_memory_stays_flat_however_long_the_file(
    read: Callable[..., Iterator[Line]], parts: tuple[str, str, str]
) -> None:
    head, row, tail = (part.encode() for part in parts)

    def peak(rows: int) -> int:
        source: IO[bytes] = io.BufferedReader(Endless(head, row, rows, tail))  # type: ignore[assignment]
        tracemalloc.start()
        assert sum(1 for _ in read(source, university="92", today=TODAY)) == rows
        highest = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        return highest

    peak(10)
    assert peak(8_000) < peak(800) + 100_000
