"""Texts of a university as a page shows them: paragraphs and headings, nothing else."""

from collections.abc import Sequence
from dataclasses import dataclass

PRIVACY = "privacy"
"""The kind under which the privacy statement is kept."""
LONGEST = 40_000
"""Characters of a text that a university writes itself."""


@dataclass(frozen=True, slots=True)
class Block:
    """A heading or a paragraph."""

    text: str
    heading: bool = False


def blocks(text: str) -> Sequence[Block]:
    """Return the headings and paragraphs of a text; what looks like markup stays text."""
    found: list[Block] = []
    gathered: list[str] = []

    def end() -> None:
        if gathered:
            found.append(Block(" ".join(gathered)))
            gathered.clear()

    for line in text.splitlines():
        words = line.strip()
        if words.startswith("#"):
            end()
            found.append(Block(words.lstrip("#").strip(), heading=True))
        elif words:
            gathered.append(words)
        else:
            end()
    end()
    return [block for block in found if block.text]
