"""What papers are made of: blocks of plain data, which the template lays out as text."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

Block = dict[str, Any]
_RUN = 40
_PAUSE = "\u200b"
"""A place where a line may break, inside words that nobody could otherwise break."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Enclosure:
    """A file in the PDF: ``source`` is what the paper was made from, ``data`` what lies behind."""

    name: str
    content: bytes = field(repr=False)
    description: str
    relationship: str = "source"
    media_type: str = "application/xml"


@dataclass(frozen=True, slots=True, kw_only=True)
class Layout:
    """A whole paper, ready for the template."""

    title: str
    university: str
    language: str
    footer: str
    page: str
    blocks: Sequence[Block]
    enclosures: Sequence[Enclosure] = ()


def heading(text: str, level: int) -> Block:
    """Return a heading; the title of the paper is level 1."""
    return {"kind": "heading", "level": level, "text": breakable(text)}


def paragraph(text: str) -> Block:
    """Return a paragraph."""
    return {"kind": "paragraph", "text": breakable(text)}


def facts(items: Iterable[tuple[str, str]]) -> Block:
    """Return a list of (what, value); what has no value is left out."""
    return {
        "kind": "facts",
        "items": [[name, breakable(value)] for name, value in items if value.strip()],
    }


def lines(items: Iterable[str]) -> Block:
    """Return a list."""
    return {"kind": "list", "items": [breakable(item) for item in items]}


def table(
    caption: str,
    columns: Sequence[tuple[str, float]],
    rows: Iterable[Sequence[str]],
) -> Block:
    """Return a table; a column has a heading and a share of the width."""
    return {
        "kind": "table",
        "caption": caption,
        "header": [name for name, _ in columns],
        "widths": [share for _, share in columns],
        "rows": [[breakable(cell) or "–" for cell in row] for row in rows],
    }


def breakable(text: str) -> str:
    """Return a text whose endless words can be broken over lines."""
    return " ".join(
        _PAUSE.join(word[at : at + _RUN] for at in range(0, len(word), _RUN))
        for word in text.split()
    )
