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

from gateway.cli.language import LANGUAGE, say
from gateway.domain.calendar import ITALY
from gateway.domain.rejections import Rejection
from gateway.soap.outcomes import CODES
from gateway.texts.causes import TEXTS, remedy, sentence
from gateway.texts.fields import CODED, label, word

REFUSED = 1
UNUSABLE = 3


def plain(value: object) -> Any:
    """Return a value as JSON knows it: moments in ISO, numbers as they are."""
    match value:
        case None | bool() | int() | float():
            return value
        case Enum():
            return value.value
        case datetime() | date():
            return value.isoformat()
        case Decimal():
            return str(value)
        case Mapping():
            return {str(name): plain(item) for name, item in value.items()}
        case str():
            return value
        case Sequence() | frozenset() | set():
            return [plain(item) for item in value]
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
    if name not in CODED or value is None:
        return shown(value)
    if isinstance(value, frozenset | list | tuple):
        return ", ".join(sorted(told(name, item) for item in value)) or "-"
    first, space, rest = shown(value).partition(" ")
    return word(first, LANGUAGE) + space + rest


@dataclass(frozen=True, slots=True)
class Output:
    """Where a command prints, and in which form."""

    as_json: bool
    console: Console

    def record(self, title: str, fields: Mapping[str, object]) -> None:
        """Print one thing: its fields."""
        if self.as_json:
            self._json(fields)
            return
        table = Table(title=title, show_header=False, title_justify="left")
        table.add_column(style="bold")
        table.add_column(overflow="fold")
        for name, value in fields.items():
            table.add_row(label(name, LANGUAGE), told(name, value))
        self.console.print(table)

    def rows(self, title: str, rows: Sequence[Mapping[str, object]]) -> None:
        """Print many things of a kind."""
        if self.as_json:
            self._json(rows)
            return
        if not rows:
            self.console.print(f"{title}: {say('nessuno', 'none')}")
            return
        table = Table(title=title, title_justify="left")
        for name in rows[0]:
            table.add_column(label(name, LANGUAGE), overflow="fold")
        for row in rows:
            table.add_row(*(told(name, value) for name, value in row.items()))
        self.console.print(table)

    def done(self, it: str, en: str, **fields: object) -> None:
        """Say that something was done; ``fields`` fill the sentence and make the JSON."""
        if self.as_json:
            self._json({"ok": True, **fields})
        else:
            words = {name: shown(value) for name, value in fields.items()}
            self.console.print(say(it, en, **words), highlight=False)

    def refusal(self, rejection: Rejection) -> None:
        """Print why something was not done, and what helps."""
        reasons = [
            {
                "code": CODES[reason.cause],
                "cause": reason.cause.value,
                "path": reason.path,
                "text": sentence(reason, LANGUAGE),
                "remedy": remedy(reason, LANGUAGE),
                "acts": TEXTS[reason.cause].acts.value,
            }
            for reason in rejection.reasons
        ]
        if self.as_json:
            self._json({"ok": False, "reasons": reasons})
            return
        self.console.print(say("[bold red]Non eseguito:[/]", "[bold red]Not done:[/]"))
        for reason in reasons:
            place = f" ({reason['path']})" if reason["path"] else ""
            self.console.print(f"  {reason['code']:>3}  {reason['text']}{place}", highlight=False)
            self.console.print(f"       → {reason['remedy']}", style="dim", highlight=False)

    def _json(self, data: object) -> None:
        self.console.print_json(json.dumps(plain(data), ensure_ascii=False), indent=2)
