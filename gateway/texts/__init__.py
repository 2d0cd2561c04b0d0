"""Sentences for people, Italian first, English second."""

from dataclasses import dataclass
from enum import StrEnum


class Language(StrEnum):
    """A language people are spoken to in."""

    ITALIAN = "it"
    ENGLISH = "en"


@dataclass(frozen=True, slots=True)
class Text:
    """A sentence in both languages; ``{names}`` are filled in by :meth:`say`."""

    it: str
    en: str

    def say(self, language: Language, **params: str) -> str:
        """Return the sentence in ``language`` with its blanks filled in."""
        template = self.it if language is Language.ITALIAN else self.en
        return template.format_map(_Blanks(params))


class _Blanks(dict[str, str]):
    """A blank that nobody fills stays visible instead of failing."""

    def __missing__(self, key: str) -> str:
        return f"({key})"
