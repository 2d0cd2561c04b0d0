"""The values that a foglio's schema allows, as lists that people can search."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from lxml import etree

from gateway.contracts import schema_path
from gateway.domain.titles import DegreeType
from gateway.texts import Text
from gateway.texts.degree_types import NAMES as DEGREES

_XS = "{http://www.w3.org/2001/XMLSchema}"
_LANG = "{http://www.w3.org/XML/1998/namespace}lang"
_SCHEMA = "foglio_congedo/foglio_congedo.xsd"


@dataclass(frozen=True, slots=True)
class Code:
    """A value and what it means, where the schema says so."""

    value: str
    meaning: Text


@dataclass(frozen=True, slots=True)
class CodeList:
    """The values of a type of the schema; ``about`` has their form and their source."""

    name: str
    about: Text
    codes: tuple[Code, ...]


@lru_cache
def code_lists() -> Sequence[CodeList]:
    """Return every list of values of the schema, by name."""
    tree = etree.parse(schema_path(_SCHEMA))
    found = [
        CodeList(
            kind.get("name", ""),
            _said(kind),
            tuple(
                Code(item.get("value", ""), _meaning(kind.get("name", ""), item))
                for item in kind.iter(f"{_XS}enumeration")
            ),
        )
        for kind in tree.iterfind(f"{_XS}simpleType")
        if kind.find(f".//{_XS}enumeration") is not None
    ]
    return sorted(found, key=lambda known: known.name)


def _said(node: etree._Element) -> Text:
    spoken = {
        found.get(_LANG, ""): " ".join((found.text or "").split())
        for found in node.iterfind(f"{_XS}annotation/{_XS}documentation")
    }
    return Text(spoken.get("it", ""), spoken.get("en", ""))


def _meaning(kind: str, item: etree._Element) -> Text:
    value = item.get("value", "")
    if kind == "TipoTitoloType" and value in set(DegreeType):
        return DEGREES[DegreeType(value)]
    return _said(item)
