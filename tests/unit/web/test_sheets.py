"""Sheets hold what they were given, and nothing in them is ever computed."""

import io
import zipfile
from datetime import UTC, date, datetime

import pytest
from lxml import etree

from gateway.web.sheets import ODS, as_csv, as_ods

NAMES = {
    "office": "urn:oasis:names:tc:opendocument:xmlns:office:1.0",
    "table": "urn:oasis:names:tc:opendocument:xmlns:table:1.0",
    "text": "urn:oasis:names:tc:opendocument:xmlns:text:1.0",
}
ROWS = [
    ["Pratica", "Anno", "Entro", "Mossa"],
    ["A1", 2026, date(2026, 10, 30), datetime(2026, 9, 21, 8, 5, tzinfo=UTC)],
    ["=1+1", None, None, None],
]


def content(made: bytes) -> etree._Element:
    with zipfile.ZipFile(io.BytesIO(made)) as archive:
        first = archive.infolist()[0]
        assert (first.filename, first.compress_type) == ("mimetype", zipfile.ZIP_STORED)
        assert archive.read("mimetype").decode() == ODS
        assert archive.testzip() is None
        etree.fromstring(archive.read("META-INF/manifest.xml"))
        return etree.fromstring(archive.read("content.xml"))


def test_a_csv_has_the_rows_as_italian_spreadsheets_read_them() -> None:
    lines = as_csv(ROWS).decode("utf-8-sig").splitlines()
    assert lines[:2] == ["Pratica;Anno;Entro;Mossa", "A1;2026;30/10/2026;21/09/2026 08:05"]


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@a", "\t=1", "\r=1"])
def test_what_looks_like_a_formula_is_none_in_a_csv(text: str) -> None:
    assert as_csv([[text]]).decode("utf-8-sig").strip('"').startswith("'")


def test_a_sheet_has_numbers_days_and_texts_of_their_kinds() -> None:
    root = content(as_ods(ROWS, "Da fare"))
    assert root.xpath("string(//table:table/@table:name)", namespaces=NAMES) == "Da fare"
    cells = root.xpath("//table:table-row[2]/table:table-cell", namespaces=NAMES)
    kinds = [cell.get(f"{{{NAMES['office']}}}value-type") for cell in cells]
    assert kinds == ["string", "float", "date", "date"]
    assert cells[2].get(f"{{{NAMES['office']}}}date-value") == "2026-10-30"
    assert cells[3].get(f"{{{NAMES['office']}}}date-value") == "2026-09-21T08:05:00"


def test_no_cell_of_a_sheet_is_a_formula() -> None:
    root = content(as_ods(ROWS, "x"))
    assert not root.xpath("//@table:formula", namespaces=NAMES)
    (cell,) = root.xpath("//table:table-row[3]/table:table-cell[1]", namespaces=NAMES)
    assert cell.xpath("string(text:p)", namespaces=NAMES) == "=1+1"


def test_letters_that_xml_cannot_carry_are_left_out() -> None:
    root = content(as_ods([["a\x00b"]], "x\x07"))
    assert root.xpath("string(//text:p)", namespaces=NAMES) == "ab"


def test_the_same_rows_make_the_same_file() -> None:
    assert as_ods(ROWS, "x") == as_ods(ROWS, "x")
