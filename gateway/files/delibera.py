"""A commission's decision as a JSON file.

``{"body": …, "decided_on": "2026-11-03", "conversions": [{"sources": [["1.3", "9"]],
"target_name": …, "target_code": …, "cfu": "9", "sector": …, "grade": 28}, …]}``: a source is an
exam's reference in the career (tratta.position) and the credits used of it. ``integrations``, if
there are any, are exams still to be taken: ``{"name": …, "code": …, "cfu": "6", "sector": …}``.
What is wrong is named by its path in the file (``conversions/2/cfu``).
"""

import json
from collections.abc import Callable, Iterator
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

from gateway.domain.delibera import Conversion, Delibera, Integration, Source
from gateway.domain.rejections import Cause, Reason, Rejection, refuse


def read_delibera(content: bytes) -> Delibera:
    """Return the decision of a file.

    Raises:
        Rejection: it is not JSON, or fields are missing or wrong; every field at once.
    """
    try:
        data = json.loads(content)
    except (ValueError, RecursionError) as error:
        line = str(getattr(error, "lineno", 0))
        raise refuse(Cause.NOT_A_DOCUMENT, "JSON", why="decision", line=line) from error
    if not isinstance(data, dict):
        raise refuse(Cause.NOT_A_DOCUMENT, "JSON", why="decision")
    wrong = list(_wrong_fields(data))
    if wrong:
        raise Rejection(
            Reason(Cause.NOT_A_DOCUMENT, path, {"why": "decision_field", "field": path})
            for path in wrong
        )
    return Delibera(
        body=data["body"],
        decided_on=date.fromisoformat(data["decided_on"]),
        number=str(data.get("number") or ""),
        year_of_course=data.get("year_of_course"),
        notes=str(data.get("notes") or ""),
        conversions=tuple(_conversion(line) for line in data["conversions"]),
        integrations=tuple(_integration(line) for line in data.get("integrations") or ()),
    )


def _wrong_fields(data: dict[str, Any]) -> Iterator[str]:
    if not _is_text(data.get("body")):
        yield "body"
    if _day(data.get("decided_on")) is None:
        yield "decided_on"
    if not isinstance(data.get("year_of_course"), int | None):
        yield "year_of_course"
    yield from _wrong_lines("conversions", data.get("conversions"), _wrong_in_line)
    yield from _wrong_lines("integrations", data.get("integrations") or [], _wrong_integration)


def _wrong_lines(
    name: str, lines: object, wrong: Callable[[dict[str, Any]], Iterator[str]]
) -> Iterator[str]:
    if not isinstance(lines, list):
        yield name
        return
    for number, line in enumerate(lines, start=1):
        place = f"{name}/{number}"
        if isinstance(line, dict):
            yield from (f"{place}/{part}" for part in wrong(line))
        else:
            yield place


def _wrong_integration(line: dict[str, Any]) -> Iterator[str]:
    if not _is_text(line.get("name")):
        yield "name"
    if _credits(line.get("cfu", "0")) is None:
        yield "cfu"


def _wrong_in_line(line: dict[str, Any]) -> Iterator[str]:
    if not _is_text(line.get("target_name")):
        yield "target_name"
    if _credits(line.get("cfu", "0")) is None:
        yield "cfu"
    if line.get("grade") is not None and not str(line["grade"]).isdecimal():
        yield "grade"
    sources = line.get("sources")
    if not isinstance(sources, list) or not all(_is_source(source) for source in sources):
        yield "sources"


def _is_text(value: object) -> bool:
    return isinstance(value, str) and bool(value.strip())


def _is_source(source: object) -> bool:
    return (
        isinstance(source, list)
        and len(source) == len(("reference", "cfu"))
        and _is_text(source[0])
        and _credits(source[1]) is not None
    )


def _day(value: object) -> date | None:
    try:
        return date.fromisoformat(value) if isinstance(value, str) else None
    except ValueError:
        return None


def _credits(value: object) -> Decimal | None:
    """Return a number of credits, ``None`` for what is none: text, endless or below zero."""
    try:
        number = Decimal(str(value))
    except InvalidOperation:
        return None
    return number if number.is_finite() and number >= 0 else None


def _conversion(line: dict[str, Any]) -> Conversion:
    return Conversion(
        sources=tuple(Source(reference, Decimal(str(cfu))) for reference, cfu in line["sources"]),
        target_name=line["target_name"],
        target_code=str(line.get("target_code") or ""),
        cfu=Decimal(str(line.get("cfu", "0"))),
        sector=str(line.get("sector") or ""),
        grade=int(line["grade"]) if line.get("grade") is not None else None,
        refused_for=str(line.get("refused_for") or ""),
    )


def _integration(line: dict[str, Any]) -> Integration:
    return Integration(
        name=line["name"],
        code=str(line.get("code") or ""),
        cfu=Decimal(str(line.get("cfu", "0"))),
        sector=str(line.get("sector") or ""),
    )
