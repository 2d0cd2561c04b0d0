"""Titles as XML: ``<Titoli>`` with a ``<TitoloUniversitario>`` or ``<DiplomaScuola>`` for each.

The fields are child elements named as the record layouts, in any order; no namespace. The file is
read as a stream: a title is forgotten as soon as it was told.
"""

from collections.abc import Iterable, Iterator
from datetime import date
from typing import IO
from xml.sax.saxutils import escape

from lxml import etree

from gateway.domain.rejections import Cause, Reason, Rejection, refuse
from gateway.domain.title_records import Line, TitleKind, kind_of
from gateway.domain.titles import Title
from gateway.files.title_fields import FIELDS, read_title, title_row

ROOT = "Titoli"
ELEMENTS = {
    "TitoloUniversitario": TitleKind.UNIVERSITY,
    "DiplomaScuola": TitleKind.SCHOOL,
}
_NAMES = {kind: name for name, kind in ELEMENTS.items()}
_MOST_FIELDS = 40


def read_xml(file: IO[bytes], *, university: str, today: date) -> Iterator[Line]:
    """Yield the titles of a file, numbered from 1 in the order of the file.

    Raises:
        Rejection: it is not well-formed from some line on, has a DTD, or another root.
    """
    events = etree.iterparse(
        file,
        events=("start", "end"),
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
    )
    try:
        yield from _titles(events, university, today)
    except etree.XMLSyntaxError as error:
        raise _unreadable(error.lineno or 0) from error


def _titles(
    events: Iterator[tuple[str, etree._Element]], university: str, today: date
) -> Iterator[Line]:
    depth = number = fields = 0
    root: etree._Element | None = None
    for event, element in events:
        if event == "start":
            if root is None:
                root = _checked_root(element)
            fields = fields + 1 if depth > 1 else 0
            if fields > _MOST_FIELDS:
                raise _unreadable(element.sourceline or 0)
            depth += 1
            continue
        depth -= 1
        if depth != 1 or root is None:
            continue
        number += 1
        yield _line(element, number, university, today)
        element.clear()
        del root[:]


def _checked_root(element: etree._Element) -> etree._Element:
    if element.getroottree().docinfo.internalDTD is not None or element.tag != ROOT:
        raise _unreadable(element.sourceline or 0)
    return element


def _unreadable(line: int) -> Rejection:
    return refuse(Cause.NOT_A_DOCUMENT, "XML", why="titles", line=str(line))


def _line(element: etree._Element, number: int, university: str, today: date) -> Line:
    place = f"riga {number}"
    kind = ELEMENTS.get(str(element.tag))
    names = FIELDS[kind] if kind is not None else {}
    odd = [child for child in element if child.tag not in names or len(child)]
    if kind is None or odd or len({child.tag for child in element}) != len(element):
        return Line(number, None, (Reason(Cause.VALUE_MALFORMED, place),))
    row = {str(child.tag): child.text or "" for child in element}
    found = read_title(kind, row, place=place, university=university, today=today)
    return Line(number, None, found) if isinstance(found, tuple) else Line(number, found)


def write_xml(file: IO[bytes], titles: Iterable[Title]) -> int:
    """Write titles of both kinds; return how many."""
    file.write(f'<?xml version="1.0" encoding="UTF-8"?>\n<{ROOT}>\n'.encode())
    count = 0
    for title in titles:
        name = _NAMES[kind_of(title)]
        fields = "".join(
            f"<{field}>{escape(value)}</{field}>"
            for field, value in title_row(kind_of(title), title).items()
            if value
        )
        file.write(f"  <{name}>{fields}</{name}>\n".encode())
        count += 1
    file.write(f"</{ROOT}>\n".encode())
    return count
