"""Lines of files: read in a stream, each with its number; what can be wrong with any of them.

A file may be anything. A row has a greatest length, a file a greatest number of rows and of faults:
what goes on behind them is not read, and the refusal says so.
"""

import csv
import io
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from gateway.contracts import legal
from gateway.domain.rejections import Cause, Reason, Rejection, refuse

MOST_ROWS = 200_000
"""Of one file. A large university has 100,000 students enrolled."""
MOST_FAULTS = 300
"""More than anybody mends at once; the refusal stays small however bad the file."""
_LONGEST_ROW = 64 * 1024
"""Characters of a row, however many lines its quotes span; the longest that is right has 10,000."""


class Lines:
    """The lines of a text in UTF-8, with their ends; ``why`` says whose file is refused."""

    __slots__ = ("_form", "_room", "_text", "_why", "number")

    def __init__(self, content: bytes, why: str, form: str = "") -> None:
        self._text = io.TextIOWrapper(io.BytesIO(content), encoding="utf-8-sig", newline="")
        self._why = why
        self._form = form
        self._room = _LONGEST_ROW
        self.number = 0

    def __iter__(self) -> "Lines":
        return self

    def __next__(self) -> str:
        line = self._read()
        if not line:
            raise StopIteration
        self.number += 1
        self._room -= len(line)
        if self._room < 0:
            raise self.refusal(self.number)
        return line

    def _read(self) -> str:
        try:
            return self._text.readline(self._room + 1)
        except UnicodeDecodeError as error:
            path = f"{self._form} UTF-8".strip()
            raise refuse(Cause.NOT_A_DOCUMENT, path, why=self._why) from error

    def first(self) -> str:
        """Return the first line; reading begins with it all the same."""
        line = self._read()
        self._text.seek(0)
        return line

    def end_row(self) -> None:
        """Let the next line begin a row."""
        self._room = _LONGEST_ROW

    def refusal(self, line: int) -> Rejection:
        """Return the refusal of a file that cannot be read from a line on."""
        return refuse(Cause.NOT_A_DOCUMENT, self._form, why=self._why, line=str(line))


class Faults:
    """What is wrong with a file, up to ``MOST_FAULTS``."""

    __slots__ = ("_found",)

    def __init__(self) -> None:
        self._found: list[Reason] = []

    def add(self, found: Iterable[Reason], line: int) -> bool:
        """Note what is wrong with a line; tell whether anything is.

        Raises:
            Rejection: there are more than are told; the first reason says so.
        """
        before = len(self._found)
        for reason in found:
            if len(self._found) == MOST_FAULTS:
                most = {"why": "faults_untold", "most": str(MOST_FAULTS)}
                raise Rejection([Reason(Cause.NOT_A_DOCUMENT, _place(line), most), *self._found])
            self._found.append(reason)
        return len(self._found) > before

    def stop(self) -> None:
        """Refuse the file if anything is wrong with it.

        Raises:
            Rejection: something is.
        """
        if self._found:
            raise Rejection(self._found)


def check_number(rows: int, line: int, most: int = MOST_ROWS) -> None:
    """Refuse a file of too many rows.

    Raises:
        Rejection: there are more than ``most``.
    """
    if rows > most:
        raise refuse(Cause.NOT_A_DOCUMENT, _place(line), why="too_many_rows", most=str(most))


def _place(line: int) -> str:
    return f"riga {line}"


@dataclass(frozen=True, slots=True)
class Columns:
    """The columns of a file: what each field is called, which are needed, how long each may be.

    ``most`` is in characters, for fields of which ``longest`` says nothing.
    """

    names: Mapping[str, str]
    needed: Sequence[str]
    longest: Mapping[str, int]
    most: int


def read_rows(
    content: bytes, columns: Columns, why: str, most: int = MOST_ROWS
) -> Iterator[tuple[int, dict[str, str]]]:
    """Yield the rows of a CSV with the numbers of their last lines, by our names of the columns.

    Rows of blanks do not count. Comma, semicolon or tab is between the columns, whichever the
    header has most of.

    Raises:
        Rejection: it is no CSV in UTF-8, columns are missing, or there are too many rows.
    """
    lines = Lines(content, why, "CSV")
    reader = csv.reader(lines, delimiter=max(";,\t", key=lines.first().count))
    count = 0
    try:
        fields = _fields(next(reader, []), columns)
        lines.end_row()
        for values in reader:
            lines.end_row()
            row = {name: value.strip() for name, value in zip(fields, values, strict=False) if name}
            if any(row.values()):
                count += 1
                check_number(count, reader.line_num, most)
                yield reader.line_num, row
    except csv.Error as error:
        raise lines.refusal(reader.line_num) from error


def _fields(header: Sequence[str], columns: Columns) -> list[str]:
    """Return the field of each column, empty for those of no use here."""
    known = {column.lower(): field for field, column in columns.names.items()}
    fields = [known.get(name.strip().lower(), "") for name in header]
    lacking = [columns.names[field] for field in columns.needed if field not in fields]
    if lacking:
        raise Rejection(Reason(Cause.ELEMENT_MISSING, "CSV", {"element": name}) for name in lacking)
    return fields


def row_faults(row: Mapping[str, str], place: str, columns: Columns) -> Iterator[Reason]:
    """Yield what is missing, too long, or no text that a message can carry."""
    for field in columns.needed:
        if not row.get(field):
            yield Reason(Cause.ELEMENT_MISSING, place, {"element": columns.names[field]})
    for field, value in row.items():
        if len(value) > columns.longest.get(field, columns.most):
            yield Reason(Cause.VALUE_TOO_LONG, f"{place}/{columns.names[field]}")
        if legal(value) != value:
            yield Reason(Cause.VALUE_MALFORMED, f"{place}/{columns.names[field]}")
