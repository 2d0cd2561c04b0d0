"""The form of a foglio: what its fields are called, what people type, where faults belong.

People write numbers as Italians do (1.450,50) and days as 03/10/2026; the foglio holds 1450.50 and
2026-10-03. What could be read in two ways is not guessed: the form says so and nothing is kept.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from flask import url_for

from gateway.domain.rejections import Reason, Rejection
from gateway.foglio import sheets
from gateway.foglio.form_schema import Kind, Node, steps
from gateway.foglio.sheets import Block, Field
from gateway.texts.codes import CODES, meaning
from gateway.web.foglio_reading import said, value_in_words
from gateway.web.forms import refusals
from gateway.web.language import language, say

_GROUPED = re.compile(r"[+-]?\d{1,3}(\.\d{3})+")
_ITALIAN_DAY = re.compile(r"(\d{1,2})[/.](\d{1,2})[/.](\d{4})")
_ISO_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")


class TwoReadings(Exception):  # noqa: N818  what is wrong with what was typed
    """What was typed can be read in two ways."""


def number_typed(text: str) -> str:
    """Return a number as the foglio holds it; what is none stays as typed, to be told a fault.

    Raises:
        TwoReadings: a point with three digits behind it: thousands, or decimals.
    """
    typed = "".join(text.split())
    if "," in typed:
        whole, _, rest = typed.rpartition(",")
        return f"{whole.replace('.', '') if _GROUPED.fullmatch(whole) else whole}.{rest}"
    if _GROUPED.fullmatch(typed):
        raise TwoReadings
    return typed


def day_typed(text: str) -> str:
    """Return a day as the foglio holds it; what is none stays as typed."""
    found = _ITALIAN_DAY.fullmatch(text.strip())
    if found is None:
        return text.strip()
    day, month, year = found.groups()
    return f"{year}-{int(month):02d}-{int(day):02d}"


def typed(node: Node, text: str) -> str:
    """Return what was typed into a field as the foglio holds it.

    Raises:
        TwoReadings: it can be read in two ways.
    """
    if node.kind is Kind.DECIMAL:
        return number_typed(text)
    if node.kind is Kind.DATE:
        return day_typed(text)
    return text.replace("\r\n", "\n") if node.kind is Kind.LONG else text.strip()


def html_id(path: str) -> str:
    """Return the identifier of a field in the page."""
    return "c-" + re.sub(r"[^A-Za-z0-9]+", "-", path).strip("-")


def label(node: Node) -> str:
    """Return what a field or a group is called."""
    return said(node.label) or node.name


def hint(node: Node) -> str:
    """Return what helps to fill a field in."""
    if node.kind in (Kind.DATE, Kind.CHOICE):
        return ""
    if node.kind is Kind.DECIMAL:
        return say(
            "Con la virgola, al massimo {count} decimali.",
            "With a comma, {count} decimals at most.",
            count=node.decimals,
        )
    text = said(node.help)
    return f"{text[:1].upper()}{text[1:]}." if text else ""


@dataclass(frozen=True, slots=True)
class Choice:
    """One of the values that a field takes."""

    value: str
    text: str


def choices(item: Field) -> list[Choice]:
    """Return the values that a field takes; one that is in no list is shown as it is."""
    found = [Choice(code, _option(item.node, code)) for code in item.node.codes]
    if item.node.type_name == "ProvinciaType":
        found.sort(key=lambda choice: choice.text)
    if item.value and item.value not in item.node.codes:
        found.insert(0, Choice(item.value, item.value))
    return found


def _option(node: Node, code: str) -> str:
    means = meaning(node.type_name, code, language())
    if not means or node.type_name in ("SiNoType", "SessoType"):
        return means or code
    return f"{means} ({code})" if node.type_name in CODES else code


def control(item: Field) -> str:
    """Return the kind of control a field has."""
    if item.node.kind is Kind.DATE:
        return "date" if not item.value or _ISO_DAY.fullmatch(item.value) else "text"
    return {Kind.EMAIL: "email", Kind.LONG: "long", Kind.CHOICE: "choice"}.get(
        item.node.kind, "text"
    )


def shown(item: Field) -> str:
    """Return a value as people type it."""
    if item.node.kind is Kind.DECIMAL:
        return item.value.replace(".", ",")
    return item.value


def cell(item: Field) -> str:
    """Return a value as a table shows it."""
    return value_in_words(item.node, item.value) if item.value else "–"


@dataclass(frozen=True, slots=True)
class Fault:
    """Something wrong with a foglio: in words, and where it is mended."""

    sentence: str
    where: str
    path: str
    sheet: str
    section: str
    warning: bool = False


def faults_of(reasons: Iterable[Reason], *, warning: bool = False) -> list[Fault]:
    """Return reasons as the form shows them."""
    found = []
    for reason in reasons:
        known = steps(reason.path)
        found.append(
            Fault(
                refusals(Rejection([reason]))[0],
                where(reason.path),
                sheets.place(reason.path),
                sheets.sheet_of(reason.path),
                known[0].node.name if known else "",
                warning,
            )
        )
    return found


def where(path: str) -> str:
    """Return a place of the foglio in words: section, stretch, exam, field."""
    words = []
    for step in steps(path):
        name = label(step.node).partition(";")[0].partition(", ")[0]
        words.append(f"{name} {step.position}" if step.node.repeats else name)
    return " › ".join(words)


@dataclass(frozen=True, slots=True)
class Typed:
    """What was typed into a sheet: values by path, and what could not be taken."""

    values: Mapping[str, str] = field(repr=False)
    many: Mapping[str, list[str]] = field(repr=False)
    wrong: Mapping[str, str] = field(repr=False)


def read(sheet: Block, form: Mapping[str, str]) -> Typed:
    """Return what was typed into a sheet; what the page did not have stays as it was."""
    values: dict[str, str] = {}
    many: dict[str, list[str]] = {}
    wrong: dict[str, str] = {}
    for item in sheet.fields:
        if item.path not in form or item.fixed:
            continue
        try:
            value = typed(item.node, form[item.path])
        except TwoReadings:
            wrong[item.path] = say(
                "Scrivere le migliaia senza punto, oppure i decimali con la virgola.",
                "Write thousands without a point, or decimals with a comma.",
            )
            continue
        if item.node.repeats:
            many.setdefault(item.path.rpartition("[")[0], []).append(value)
        else:
            values[item.path] = value
    return Typed(values, many, wrong)


def link(university: str, practice: str, fault: Fault) -> str:
    """Return where a fault is mended: its sheet, at its field."""
    address = url_for(
        "foglio.edit", university=university, practice=practice, parte=fault.sheet or None
    )
    return f"{address}#{html_id(fault.path)}" if fault.sheet else address
