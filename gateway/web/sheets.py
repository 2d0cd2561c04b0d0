"""Tables as files: CSV and OpenDocument, for the spreadsheets of offices.

A cell that a spreadsheet would take for a formula is kept from being one: in CSV by an apostrophe
before it, in OpenDocument by being a text, which no program computes.
"""

import csv
import io
import zipfile
from collections.abc import Iterable, Sequence
from datetime import date, datetime

from lxml import etree

from gateway.contracts import legal

Cell = str | int | date | datetime | None

CSV = "text/csv; charset=utf-8"
ODS = "application/vnd.oasis.opendocument.spreadsheet"
_FORMULA = ("=", "+", "-", "@", "\t", "\r")
_OFFICE = "urn:oasis:names:tc:opendocument:xmlns:office:1.0"
_TABLE = "urn:oasis:names:tc:opendocument:xmlns:table:1.0"
_TEXT = "urn:oasis:names:tc:opendocument:xmlns:text:1.0"
_MANIFEST = "urn:oasis:names:tc:opendocument:xmlns:manifest:1.0"
_NAMES = {"office": _OFFICE, "table": _TABLE, "text": _TEXT}
_FIRST_MOMENT = (1980, 1, 1, 0, 0, 0)
"""Of every part: the same rows make the same file."""


def as_csv(rows: Iterable[Sequence[Cell]]) -> bytes:
    """Return rows as CSV with semicolons, as Italian spreadsheets open it."""
    made = io.StringIO()
    writer = csv.writer(made, delimiter=";", lineterminator="\r\n")
    writer.writerows([_harmless(_said(cell)) for cell in row] for row in rows)
    return b"\xef\xbb\xbf" + made.getvalue().encode()


def _harmless(text: str) -> str:
    return f"'{text}" if text.startswith(_FORMULA) else text


def _said(cell: Cell) -> str:
    if isinstance(cell, datetime):
        return cell.strftime("%d/%m/%Y %H:%M")
    if isinstance(cell, date):
        return cell.strftime("%d/%m/%Y")
    return "" if cell is None else str(cell)


def as_ods(rows: Iterable[Sequence[Cell]], name: str) -> bytes:
    """Return rows as a sheet of an OpenDocument spreadsheet."""
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        kind = zipfile.ZipInfo("mimetype", _FIRST_MOMENT)  # first, and not compressed
        archive.writestr(kind, ODS, zipfile.ZIP_STORED)
        archive.writestr(zipfile.ZipInfo("META-INF/manifest.xml", _FIRST_MOMENT), _manifest())
        content = zipfile.ZipInfo("content.xml", _FIRST_MOMENT)
        content.compress_type = zipfile.ZIP_DEFLATED
        archive.writestr(content, _content(rows, name))
    return made.getvalue()


def _manifest() -> bytes:
    root = etree.Element(f"{{{_MANIFEST}}}manifest", nsmap={"manifest": _MANIFEST})
    root.set(f"{{{_MANIFEST}}}version", "1.2")
    for path, kind in (("/", ODS), ("content.xml", "text/xml")):
        entry = etree.SubElement(root, f"{{{_MANIFEST}}}file-entry")
        entry.set(f"{{{_MANIFEST}}}full-path", path)
        entry.set(f"{{{_MANIFEST}}}media-type", kind)
    return _written(root)


def _content(rows: Iterable[Sequence[Cell]], name: str) -> bytes:
    root = etree.Element(f"{{{_OFFICE}}}document-content", nsmap=_NAMES)
    root.set(f"{{{_OFFICE}}}version", "1.2")
    body = etree.SubElement(root, f"{{{_OFFICE}}}body")
    sheet = etree.SubElement(
        etree.SubElement(body, f"{{{_OFFICE}}}spreadsheet"), f"{{{_TABLE}}}table"
    )
    sheet.set(f"{{{_TABLE}}}name", legal(name))
    for row in rows:
        line = etree.SubElement(sheet, f"{{{_TABLE}}}table-row")
        for cell in row:
            _add_cell(line, cell)
    return _written(root)


def _add_cell(line: etree._Element, cell: Cell) -> None:
    made = etree.SubElement(line, f"{{{_TABLE}}}table-cell")
    if cell is None:
        return
    kind, value = f"{{{_OFFICE}}}value-type", f"{{{_OFFICE}}}value"
    if isinstance(cell, (date, datetime)):
        made.set(kind, "date")
        naive = cell.replace(tzinfo=None) if isinstance(cell, datetime) else cell
        made.set(f"{{{_OFFICE}}}date-value", naive.isoformat())
    elif isinstance(cell, int):
        made.set(kind, "float")
        made.set(value, str(cell))
    else:
        made.set(kind, "string")
    etree.SubElement(made, f"{{{_TEXT}}}p").text = legal(_said(cell))


def _written(root: etree._Element) -> bytes:
    return bytes(etree.tostring(root, xml_declaration=True, encoding="UTF-8"))
