"""Titles as CSV: one kind in a file, told by its columns; read and written a line at a time.

UTF-8; comma, semicolon or tab; columns named as the record layouts, in any order and case. A file
may be larger than the memory: nothing is kept but the line at hand, and a line has a limit.
"""

import csv
from collections.abc import Iterable, Iterator
from datetime import date
from typing import IO

from gateway.domain.rejections import Cause, Reason, Rejection, refuse
from gateway.domain.title_records import Line, TitleKind
from gateway.domain.titles import Title
from gateway.files.title_fields import FIELDS, REQUIRED, read_title, title_row

_LONGEST = 16 * 1024
"""Bytes of a line; a title has some eighty."""
_BROKEN = "\ufffd"


def read_csv(file: IO[bytes], *, university: str, today: date) -> Iterator[Line]:
    """Yield the titles of a file with the numbers of their lines, the header being line 1.

    Raises:
        Rejection: no header, or one without the columns of either kind.
    """
    lines = _lines(file)
    header = next(lines, "").removeprefix("\ufeff")
    delimiter = max(";,\t", key=header.count)
    names = [name.strip() for name in next(csv.reader([header], delimiter=delimiter), [])]
    kind = _kind(names)
    known = {field.lower(): field for field in FIELDS[kind]}
    columns = [known.get(name.lower(), "") for name in names]
    number = 1
    for number, text in enumerate(lines, start=2):
        place = f"riga {number}"
        if not text.strip():
            continue
        values = _values(text, delimiter)
        if values is None or len(values) > len(columns):
            yield Line(number, None, (Reason(Cause.VALUE_MALFORMED, place),))
            continue
        row = {name: value for name, value in zip(columns, values, strict=False) if name}
        found = read_title(kind, row, place=place, university=university, today=today)
        yield Line(number, None, found) if isinstance(found, tuple) else Line(number, found)


def _lines(file: IO[bytes]) -> Iterator[str]:
    """Yield lines without their ends; one that is too long, or no UTF-8, comes as a mark of it."""
    while raw := file.readline(_LONGEST + 1):
        sound = len(raw) <= _LONGEST or raw.endswith(b"\n")
        while not raw.endswith(b"\n") and len(raw) > _LONGEST:
            raw = file.readline(_LONGEST + 1)
        yield raw.decode("utf-8", "replace").rstrip("\r\n") if sound else _BROKEN


def _values(text: str, delimiter: str) -> list[str] | None:
    """Return the values of a line; no field of a title has a line end, so a line is whole."""
    if _BROKEN in text:
        return None
    try:
        return next(csv.reader([text], delimiter=delimiter, strict=True))
    except csv.Error:
        return None


def _kind(names: list[str]) -> TitleKind:
    """Return the kind whose columns these are.

    Raises:
        Rejection: columns are missing; those of the kind that comes nearest are named.
    """
    there = {name.lower() for name in names}
    lacking = {
        kind: [name for name in REQUIRED[kind] if name.lower() not in there] for kind in TitleKind
    }
    kind = min(lacking, key=lambda each: len(lacking[each]))
    if not there & {name.lower() for name in FIELDS[kind]}:
        raise refuse(Cause.NOT_A_DOCUMENT, "CSV", why="titles")
    if lacking[kind]:
        raise Rejection(
            Reason(Cause.ELEMENT_MISSING, "CSV", {"element": name}) for name in lacking[kind]
        )
    return kind


def write_csv(file: IO[bytes], kind: TitleKind, titles: Iterable[Title]) -> int:
    """Write titles of one kind, and the header; return how many."""
    file.write((";".join(FIELDS[kind]) + "\r\n").encode())
    count = 0
    for title in titles:
        # no value holds a separator or a quote: the forms of the fields leave none
        file.write((";".join(title_row(kind, title).values()) + "\r\n").encode())
        count += 1
    return count
