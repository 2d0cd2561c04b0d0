"""A foglio as people read it: every element that is there, by the words the schema has for it.

The schema says of each element what it is, in both languages; the first sentence of that is its
label here. Nothing is left out and nothing is judged: what the document holds is what is shown.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache

from lxml import etree

from gateway.contracts import schema_path
from gateway.domain.terms import Section

_XS = "{http://www.w3.org/2001/XMLSchema}"
_LANG = "{http://www.w3.org/XML/1998/namespace}lang"
_SENTENCE = re.compile(r"\s*(?:Formato|Format|Fonte|Source|Codici|Codes)\s*:.*", re.DOTALL)
_CODE = "codice"


@dataclass(frozen=True, slots=True)
class Label:
    """What an element is called in both languages."""

    it: str
    en: str


@dataclass(frozen=True, slots=True)
class Item:
    """An element: its label, its text if it has one, what stands below it."""

    name: str
    label: Label
    text: str = field(default="", repr=False)
    below: tuple["Item", ...] = field(default=(), repr=False)

    @property
    def leaves(self) -> tuple["Item", ...]:
        """Those below that hold a text."""
        return tuple(item for item in self.below if not item.below)

    @property
    def groups(self) -> tuple["Item", ...]:
        """Those below that hold others."""
        return tuple(item for item in self.below if item.below)


@dataclass(frozen=True, slots=True)
class _Type:
    """A complex type of the schema: the label and the type of each of its elements."""

    labels: Mapping[str, Label]
    types: Mapping[str, str]


def _label(element: etree._Element) -> Label:
    said = {
        note.get(_LANG, ""): _SENTENCE.sub("", " ".join((note.text or "").split())).rstrip(".;")
        for note in element.iterfind(f"{_XS}annotation/{_XS}documentation")
    }
    name = element.get("name", "")
    return Label(said.get("it") or name, said.get("en") or name)


@lru_cache
def _types() -> Mapping[str, _Type]:
    tree = etree.parse(str(schema_path("foglio_congedo/foglio_congedo.xsd")))
    found = {}
    for kind in tree.iterfind(f"{_XS}complexType"):
        elements = list(kind.iter(f"{_XS}element"))
        found[kind.get("name", "")] = _Type(
            {item.get("name", ""): _label(item) for item in elements},
            {item.get("name", ""): item.get("type", "").removeprefix("pol:") for item in elements},
        )
    return found


def sections(foglio: etree._Element) -> dict[Section, Item]:
    """Return the sections that a foglio has, in their order."""
    kind = _types()["FoglioCongedoType"]
    return {
        section: _read(found, kind)
        for section in Section
        if (found := foglio.find(section)) is not None
    }


def _read(element: etree._Element, kind: _Type | None) -> Item:
    name = str(etree.QName(element).localname)
    label = kind.labels.get(name, Label(name, name)) if kind else Label(name, name)
    inner = _types().get(kind.types.get(name, "")) if kind else None
    children = [child for child in element if isinstance(child.tag, str)]
    if len(children) == 1 and children[0].tag == _CODE:
        return Item(name, label, _coded(children[0]))
    if not children:
        return Item(name, label, _text(element))
    return Item(name, label, "", tuple(_read(child, inner) for child in children))


def _coded(code: etree._Element) -> str:
    described = " ".join(code.get("descrizione", "").split())
    return f"{_text(code)} · {described}" if described else _text(code)


def _text(element: etree._Element) -> str:
    return " ".join((element.text or "").split())
