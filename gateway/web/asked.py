"""What an address or a form may ask: numbers, days and texts within the bounds of what they name.

What is no number and no day counts as not said: such addresses are made by programs, or are old. A
text with NUL in it is refused before any view sees it: no page of ours sends one, nothing is named
so, and PostgreSQL keeps none.
"""

from collections.abc import Iterator
from datetime import date, datetime
from urllib.parse import SplitResult, urlsplit

from flask import Flask, abort, request
from werkzeug.routing import IntegerConverter

from gateway.domain.calendar import parse_moment

_NUL = "\0"
_DIGITS = 18
"""A number of more digits names no row: it would not fit into one."""
MOST_ROW = 10**_DIGITS - 1
"""What the number of a row may be."""
MOST_COUNT = 2**31 - 1
"""What any other number that is kept may be: codes, years, how many of something."""
_FIRST_YEAR, _LAST_YEAR = 1900, 2999


class Number(IntegerConverter):
    """A part of an address that is the number of a row."""

    regex = rf"[0-9]{{1,{_DIGITS}}}"


def number_in(text: str, most: int = MOST_ROW) -> int | None:
    """Return the number that a text names, ``None`` if it names none up to ``most``."""
    sound = text.isascii() and text.isdecimal() and len(text) <= _DIGITS
    found = int(text) if sound else None
    return found if found is not None and found <= most else None


def asked_number(name: str, otherwise: int = 0) -> int:
    """Return the number that the address asks for under a name."""
    found = number_in(request.args.get(name, ""))
    return otherwise if found is None else found


def asked_day(name: str) -> date | None:
    """Return the day that the address asks for under a name."""
    return day_in(request.args.get(name, ""))


def day_in(text: str) -> date | None:
    """Return the day that a text names, ``None`` if there was or will be nothing on it."""
    try:
        found = date.fromisoformat(text)
    except ValueError:
        return None
    return found if _thinkable(found) else None


def asked_moment(text: str) -> datetime | None:
    """Return the moment that a text names, within the same bounds."""
    found = parse_moment(text)
    return found if found is not None and _thinkable(found) else None


def _thinkable(found: date) -> bool:
    return _FIRST_YEAR <= found.year <= _LAST_YEAR


def address_in(text: str) -> SplitResult:
    """Return the parts of an address; of what is none at all, none is there."""
    try:
        return urlsplit(text)
    except ValueError:
        return urlsplit("")


def add_bounds(app: Flask) -> None:
    """Let an application refuse what nothing of it could keep."""
    app.url_map.converters["int"] = Number

    @app.before_request
    def sound() -> None:
        named = (str(value) for value in (request.view_args or {}).values())
        if any(_NUL in text for text in (request.path, *named)):
            abort(404)
        if any(text is None or _NUL in text for text in _texts()):
            abort(400)


def _texts() -> Iterator[str | None]:
    """Yield what was sent; a part of a form may lack its name, whatever the type says."""
    for sent in (request.args, request.form):
        for name, values in sent.lists():
            yield from (name, *values)
    for file in request.files.values():
        yield file.filename or ""
