"""Values as people read them on pages: our words in their language, Italian days and hours."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import Enum
from hashlib import sha256

from flask import request

from gateway.texts.fields import CODED, label, word
from gateway.texts.machine import in_words
from gateway.web.language import day, language, moment, number, say


def shown(value: object) -> str:
    """Return a value as people read it."""
    match value:
        case None | "":
            return "–"
        case bool():
            return say("sì", "yes") if value else say("no", "no")
        case datetime():
            return moment(value)
        case date():
            return day(value)
        case Enum():
            return str(value.value)
        case int() | float():
            return number(value)
        case frozenset() | set() | list() | tuple():
            return ", ".join(sorted(shown(item) for item in value)) or "–"
        case _:
            return str(value)


def told(name: str, value: object) -> str:
    """Return the value of a field as people read it: our own words in their language."""
    if name == "detail" and isinstance(value, str) and value:
        return in_words(value, language())
    if name not in CODED or value is None:
        return shown(value)
    if isinstance(value, frozenset | list | tuple):
        return ", ".join(sorted(told(name, item) for item in value)) or "–"
    first, space, rest = shown(value).partition(" ")
    return word(first, language()) + space + rest


@dataclass(frozen=True, slots=True)
class Line:
    """A field with its value, in words."""

    label: str
    value: str


def lines(fields: Mapping[str, object]) -> list[Line]:
    """Return fields with their values in words."""
    return [Line(label(name, language()), told(name, value)) for name, value in fields.items()]


@dataclass(frozen=True, slots=True)
class Change:
    """A field that is about to change, in words."""

    label: str
    before: str
    after: str


def changes(before: Mapping[str, object], after: Mapping[str, object]) -> list[Change]:
    """Return what differs between two records, by the names of fields."""
    return [
        Change(label(name, language()), told(name, before.get(name)), told(name, value))
        for name, value in after.items()
        if before.get(name) != value
    ]


def mark(found: Iterable[Change]) -> str:
    """Return by what a set of changes is known again: the person agreed to these and no others."""
    text = "\n".join(f"{item.label}|{item.before}|{item.after}" for item in found)
    return sha256(text.encode()).hexdigest()


def agreed(found: Iterable[Change]) -> bool:
    """Tell whether the form that was sent agrees to just these changes, as they were shown."""
    return request.form.get("agreed", "") == mark(found)
