"""From a layout to PDF bytes, by Typst: offline, with fonts of the program only.

PDF/A and PDF/UA forbid characters that no font shows. Those few are printed by their number; the
enclosed files have them as they were.
"""

import json
import unicodedata
from collections.abc import Callable
from datetime import datetime
from functools import cache, lru_cache
from importlib.resources import files
from pathlib import Path
from typing import Any, Literal

import bootstrap_italia_template
import typst

from gateway.documents.blocks import Layout

STANDARDS: tuple[Literal["a-3a"], Literal["ua-1"]] = ("a-3a", "ua-1")
_LATIN_END = 0x250
_PROBE = (
    '#set document(title: "x")\n'
    '#set text(font: ("Titillium Web", "Libertinus Serif", "DejaVu Sans Mono"))\n'
    "#sys.inputs.shown"
)
_FONTS = Path(bootstrap_italia_template.__file__).parent / "static" / "fonts" / "Titillium_Web"


@cache
def _template() -> bytes:
    return (files("gateway.documents") / "paper.typ").read_bytes()


@cache
def _fonts() -> typst.Fonts:
    return typst.Fonts(include_system_fonts=False, font_paths=[str(_FONTS)])


def _compile(source: bytes, inputs: dict[str, str], at: datetime) -> bytes:
    compiler = typst.Compiler(source, root=str(_FONTS), font_paths=_fonts())
    made = compiler.compile(
        format="pdf",
        sys_inputs=inputs,
        pdf_standards=list(STANDARDS),
        timestamp=at.replace(microsecond=0),
    )
    assert isinstance(made, bytes)
    return made


def make_pdf(layout: Layout, at: datetime) -> bytes:
    """Return the PDF of a layout, said to be made at a moment."""
    try:
        return _with(layout, at, _clean)
    except typst.TypstError:  # a character that no font has, or that the standard forbids
        try:
            return _with(layout, at, lambda text: _each(text, _shown))
        except typst.TypstError:  # characters that can be shown alone but not together
            return _with(layout, at, lambda text: _each(text, _latin))


def _with(layout: Layout, at: datetime, written: Callable[[str], str]) -> bytes:
    paper = {
        "title": layout.title,
        "university": layout.university,
        "lang": layout.language,
        "footer": layout.footer,
        "page": layout.page,
        "blocks": layout.blocks,
    }
    enclosures = [
        {
            "name": item.name,
            "content": list(item.content),
            "description": item.description,
            "relationship": item.relationship,
            "media_type": item.media_type,
        }
        for item in layout.enclosures
    ]
    data = json.dumps({**_walk(paper, written), "enclosures": enclosures})
    return _compile(_template(), {"paper": data}, at)


def _walk(value: Any, written: Callable[[str], str]) -> Any:
    """Return a value with every text in it written in a way."""
    if isinstance(value, str):
        return written(value)
    if isinstance(value, dict):
        return {name: _walk(item, written) for name, item in value.items()}
    if isinstance(value, list | tuple):
        return [_walk(item, written) for item in value]
    return value


def _clean(text: str) -> str:
    """Return a text without control characters, composed."""
    kept = (" " if unicodedata.category(letter) == "Cc" else letter for letter in text)
    return unicodedata.normalize("NFC", "".join(kept))


def _each(text: str, may: Callable[[str], bool]) -> str:
    return "".join(letter if may(letter) else f"[U+{ord(letter):04X}]" for letter in _clean(text))


def _latin(letter: str) -> bool:
    return ord(letter) < _LATIN_END or letter in "–—‘’“”…•€\u200b"


@lru_cache(maxsize=4096)
def _shown(letter: str) -> bool:
    """Tell whether a character can be printed."""
    if _latin(letter):
        return True
    try:
        typst.Compiler(_PROBE.encode(), root=str(_FONTS), font_paths=_fonts()).compile(
            format="pdf", sys_inputs={"shown": f"x{letter}x"}, pdf_standards=list(STANDARDS)
        )
    except typst.TypstError:
        return False
    return True
