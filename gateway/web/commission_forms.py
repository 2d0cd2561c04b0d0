"""The conversion table as a form without scripts: rows are added and removed by buttons.

Field names count from zero (``line-0-source-1-cfu``), paths of refusals from one
(``conversions/1/sources/2/cfu``).
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import TypeVar

from gateway.domain.delibera_draft import (
    DeliberaDraft,
    DraftIntegration,
    DraftLine,
    DraftSource,
)
from gateway.domain.foglio_congedo import Career
from gateway.domain.rejections import Reason
from gateway.web.asked import number_in
from gateway.web.forms import beside_field
from gateway.web.language import say

T = TypeVar("T")

MOST_LINES, MOST_SOURCES, MOST_INTEGRATIONS = 200, 20, 50
_LONGEST = 500
_NOTES = 4000


@dataclass(frozen=True, slots=True)
class Fault:
    """What stands in the way of a decision: its field, what that is called, why."""

    name: str
    label: str
    text: str


def typed_draft(form: Mapping[str, str], version: int) -> DeliberaDraft:
    """Return the draft as a form has it, on top of a version."""

    def text(name: str, longest: int = _LONGEST) -> str:
        return " ".join(form.get(name, "").split())[:longest]

    return DeliberaDraft(
        body=text("body"),
        decided_on=text("decided_on"),
        number=text("number"),
        year_of_course=text("year_of_course"),
        notes=form.get("notes", "").strip()[:_NOTES],
        lines=tuple(
            _line(form, f"line-{number}")
            for number in _numbers(form, "line-{}-target_name", MOST_LINES)
        ),
        integrations=tuple(
            DraftIntegration(
                name=text(f"integration-{number}-name"),
                code=text(f"integration-{number}-code"),
                cfu=text(f"integration-{number}-cfu"),
                sector=text(f"integration-{number}-sector").upper(),
            )
            for number in _numbers(form, "integration-{}-name", MOST_INTEGRATIONS)
        ),
        version=version,
    )


def _numbers(form: Mapping[str, str], name: str, most: int) -> Iterator[int]:
    number = 0
    while number < most and name.format(number) in form:
        yield number
        number += 1


def _line(form: Mapping[str, str], prefix: str) -> DraftLine:
    def text(name: str) -> str:
        return " ".join(form.get(f"{prefix}-{name}", "").split())[:_LONGEST]

    return DraftLine(
        sources=tuple(
            DraftSource(text(f"source-{number}-reference"), text(f"source-{number}-cfu"))
            for number in _numbers(form, prefix + "-source-{}-reference", MOST_SOURCES)
        ),
        target_name=text("target_name"),
        target_code=text("target_code"),
        cfu=text("cfu"),
        sector=text("sector").upper(),
        grade=text("grade"),
        refused=text("outcome") == "refused",
        refused_for=text("refused_for"),
    )


def acted(draft: DeliberaDraft, act: str, career: Career) -> tuple[DeliberaDraft, str]:
    """Return the draft after a button was pressed, and the place of the page to go to."""
    name, *numbers = act.split(":")
    at = [found for number in numbers if (found := number_in(number)) is not None]
    if len(at) != len(numbers):
        return draft, ""
    if name in ("add_integration", "drop_integration"):
        return _integrated(draft, name, at)
    return _lined(draft, name, at, career)


def _lined(
    draft: DeliberaDraft, name: str, at: list[int], career: Career
) -> tuple[DeliberaDraft, str]:
    lines = draft.lines
    match name, at:
        case "add_line", [] if len(lines) < MOST_LINES:
            return replace(draft, lines=(*lines, DraftLine())), f"line-{len(lines)}"
        case "one_to_one", []:
            return draft.one_to_one(career), "tabella"
        case "drop_line", [number]:
            return replace(draft, lines=_without(lines, number)), "tabella"
        case "add_source", [number] if number < len(lines):
            return _with_line(draft, number, _more_sources(lines[number])), f"line-{number}"
        case "drop_source", [number, source] if number < len(lines):
            left = replace(lines[number], sources=_without(lines[number].sources, source))
            return _with_line(draft, number, left), f"line-{number}"
    return draft, ""


def _integrated(draft: DeliberaDraft, name: str, at: list[int]) -> tuple[DeliberaDraft, str]:
    integrations = draft.integrations
    match name, at:
        case "add_integration", [] if len(integrations) < MOST_INTEGRATIONS:
            more = (*integrations, DraftIntegration())
            return replace(draft, integrations=more), f"integration-{len(integrations)}-name"
        case "drop_integration", [number]:
            return replace(draft, integrations=_without(integrations, number)), "integrazioni"
    return draft, ""


def _more_sources(line: DraftLine) -> DraftLine:
    if len(line.sources) >= MOST_SOURCES:
        return line
    return replace(line, sources=(*line.sources, DraftSource()))


def _with_line(draft: DeliberaDraft, number: int, line: DraftLine) -> DeliberaDraft:
    lines = (*draft.lines[:number], line, *draft.lines[number + 1 :])
    return replace(draft, lines=lines)


def _without(items: tuple[T, ...], number: int) -> tuple[T, ...]:
    return (*items[:number], *items[number + 1 :])


_PLACES = {
    "body": ("Organo", "Body"),
    "decided_on": ("Data della delibera", "Date of the decision"),
    "year_of_course": ("Anno di ammissione", "Year of admission"),
    "conversions": ("Tabella di conversione", "Conversion table"),
    "target_name": ("attività riconosciuta", "activity recognised"),
    "name": ("attività", "activity"),
    "cfu": ("CFU", "credits"),
    "grade": ("voto", "grade"),
    "refused_for": ("motivo", "reason"),
    "reference": ("esame", "exam"),
}


def fault_of(reason: Reason) -> Fault:
    """Return a reason in words, with its place on the page."""
    parts = reason.path.split("/")
    text = beside_field(reason)
    match parts:
        case ["conversions"]:
            return Fault("tabella", _place("conversions"), text)
        case ["conversions", number]:
            return Fault(f"line-{int(number) - 1}", _line_name(number), text)
        case ["conversions", number, field]:
            name = f"line-{int(number) - 1}-{field}"
            return Fault(name, f"{_line_name(number)}, {_place(field)}", text)
        case ["conversions", number, "sources", source, field]:
            which = say("esame {n}", "exam {n}", n=source)
            name = f"line-{int(number) - 1}-source-{int(source) - 1}-{field}"
            return Fault(name, f"{_line_name(number)}, {which}, {_place(field)}", text)
        case ["integrations", number, field]:
            where = say("Integrazione {n}", "Integration {n}", n=number)
            return Fault(
                f"integration-{int(number) - 1}-{field}", f"{where}, {_place(field)}", text
            )
    return Fault(parts[0], _place(parts[0]), text)


def _line_name(number: str) -> str:
    return say("Riga {n}", "Line {n}", n=number)


def _place(name: str) -> str:
    return say(*_PLACES.get(name, (name, name)))


def differing(first: DeliberaDraft, second: DeliberaDraft) -> list[str]:
    """Return what differs between two drafts, in words."""
    found = []
    head = ("body", "decided_on", "number", "year_of_course", "notes")
    if any(getattr(first, name) != getattr(second, name) for name in head):
        found.append(say("i dati della delibera", "the data of the decision"))
    found += [
        say("la riga {n}", "line {n}", n=number + 1)
        for number in range(max(len(first.lines), len(second.lines)))
        if first.lines[number : number + 1] != second.lines[number : number + 1]
    ]
    if first.integrations != second.integrations:
        found.append(say("le integrazioni", "the integrations"))
    return found
