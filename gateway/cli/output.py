"""What commands print: tables for people, one JSON document for programs."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import Enum
from typing import Any

from rich.console import Console
from rich.table import Table
from rich.text import Text

from gateway.cli.language import LANGUAGE, say
from gateway.domain.calendar import ITALY
from gateway.domain.rejections import Reason, Rejection
from gateway.soap.outcomes import CODES
from gateway.texts.causes import TEXTS
from gateway.texts.fields import CODED, label, word
from gateway.texts.machine import in_words
from gateway.texts.offices import place, remedy, sentence

REFUSED = 1
MISUSED = 2
UNUSABLE = 3


def plain(value: object) -> Any:
    """Return a value as JSON knows it: moments in ISO, numbers as they are, sets in order."""
    match value:
        case Enum():
            return value.value
        case None | bool() | int() | float() | str():
            return value
        case datetime() | date():
            return value.isoformat()
        case Decimal():
            return str(value)
        case Mapping():
            return {str(name): plain(item) for name, item in value.items()}
        case Sequence():
            return [plain(item) for item in value]
        case frozenset() | set():
            return sorted((plain(item) for item in value), key=str)
        case _:
            return str(value)


def shown(value: object) -> str:
    """Return a value as people read it: Italian days and hours."""
    match value:
        case None | "":
            return "-"
        case bool():
            return say("sì", "yes") if value else "no"
        case datetime():
            return value.astimezone(ITALY).strftime("%d/%m/%Y %H:%M:%S")
        case date():
            return value.strftime("%d/%m/%Y")
        case Enum():
            return str(value.value)
        case frozenset() | list() | tuple():
            return ", ".join(sorted(shown(item) for item in value)) or "-"
        case _:
            return str(value)


def told(name: str, value: object) -> str:
    """Return the value of a field as people read it: our own words in their language."""
    if name == "detail" and isinstance(value, str) and value:
        return in_words(value, LANGUAGE)
    if name not in CODED or value is None:
        return shown(value)
    if isinstance(value, frozenset | list | tuple):
        return ", ".join(sorted(told(name, item) for item in value)) or "-"
    first, space, rest = shown(value).partition(" ")
    return word(first, LANGUAGE) + space + rest


def reason_row(reason: Reason) -> dict[str, object]:
    """Return a reason as programs and people read it."""
    return {
        "code": CODES[reason.cause],
        "cause": reason.cause.value,
        "path": reason.path,
        "text": sentence(reason, LANGUAGE),
        "remedy": remedy(reason, LANGUAGE),
    }


def refusal_rows(rejection: Rejection) -> list[dict[str, object]]:
    """Return the reasons of a refusal as programs read them, each with who must act."""
    return [
        {**reason_row(reason), "acts": TEXTS[reason.cause].acts.value}
        for reason in rejection.reasons
    ]


@dataclass(frozen=True, slots=True)
class Output:
    """Where a command prints, and in which form; data are printed as they are, markup and all."""

    as_json: bool
    console: Console

    def record(self, title: str, fields: Mapping[str, object]) -> None:
        """Print one thing: its fields."""
        if self.as_json:
            self._json(fields)
            return
        table = Table(title=Text(title), show_header=False, title_justify="left")
        table.add_column(style="bold")
        table.add_column(overflow="fold")
        for name, value in fields.items():
            table.add_row(Text(label(name, LANGUAGE)), Text(told(name, value)))
        self.console.print(table)

    def rows(self, title: str, rows: Sequence[Mapping[str, object]]) -> None:
        """Print many things of a kind."""
        if self.as_json:
            self._json(rows)
            return
        if not rows:
            self.line(f"{title}: {say('nessuno', 'none')}")
            return
        table = Table(title=Text(title), title_justify="left")
        for name in rows[0]:
            table.add_column(Text(label(name, LANGUAGE)), overflow="fold")
        for row in rows:
            table.add_row(*(Text(told(name, value)) for name, value in row.items()))
        self.console.print(table)

    def line(self, text: str, style: str = "") -> None:
        """Print a line for people, in one piece however long."""
        self.console.print(text, style=style, markup=False, highlight=False, soft_wrap=True)

    def done(self, it: str, en: str, **fields: object) -> None:
        """Say that something was done; ``fields`` fill the sentence and make the JSON."""
        if self.as_json:
            self._json({"ok": True, **fields})
        else:
            self.line(say(it, en, **{name: shown(value) for name, value in fields.items()}))

    def failed(self, text: str, status: int = UNUSABLE) -> None:
        """Say why nothing could be done, and with which status the command ends."""
        if self.as_json:
            self._json({"ok": False, "status": status, "error": text})
        else:
            self.line(text)

    def refusal(self, rejection: Rejection) -> None:
        """Print why something was not done, and what helps."""
        if self.as_json:
            self._json({"ok": False, "reasons": refusal_rows(rejection)})
            return
        self.line(say("Non eseguito:", "Not done:"), "bold red")
        for reason in rejection.reasons:
            row, where = reason_row(reason), place(reason, LANGUAGE)
            self.line(f"  {row['code']:>3}  {row['text']}" + (f" ({where})" if where else ""))
            self.line(f"       → {row['remedy']}", "dim")

    def _json(self, data: object) -> None:
        self.console.print_json(json.dumps(plain(data), ensure_ascii=False), indent=2)
