"""The schema of the foglio as a form sees it: groups, fields, what each is called, what it takes.

Everything is read from the schema itself: a field that is added there is in the form. Words are the
documentation of the schema, in both languages: its first sentence names a field, what it says of
the format helps to fill it in, the source is for readers of the schema.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache

from lxml import etree

from gateway.contracts import schema_path

_XS = "{http://www.w3.org/2001/XMLSchema}"
_LANG = "{http://www.w3.org/XML/1998/namespace}lang"
_STEP = re.compile(r"^(@?[^\[@]+)(?:\[(\d+)\])?$")
_FORMAT = re.compile(r"\. (?:Formato|Format|Codici|Codes|Fonte|Source): ")
_HELPFUL = re.compile(r"(?:Formato|Format): (.*?)(?:\. (?:Codici|Codes|Fonte|Source): |\.?$)")
ROOT = "FoglioCongedo"


class Kind(StrEnum):
    """What a node of the form is."""

    GROUP = "group"
    TEXT = "text"
    LONG = "long"
    DATE = "date"
    DECIMAL = "decimal"
    INTEGER = "integer"
    EMAIL = "email"
    CHOICE = "choice"
    LISTED = "listed"
    """A text for which many known values are offered."""


@dataclass(frozen=True, slots=True)
class Words:
    """A sentence as the schema documents it, in both languages."""

    it: str = ""
    en: str = ""


@dataclass(frozen=True, slots=True)
class Node:
    """An element of the foglio. ``most`` is how often it may stand; ``attributes`` are a field's.

    ``decimals`` and ``longest`` are limits of a field's value, ``codes`` all the values it takes.
    """

    name: str
    type_name: str
    kind: Kind
    label: Words
    help: Words = Words()
    required: bool = False
    most: int = 1
    codes: tuple[str, ...] = ()
    decimals: int = 0
    longest: int = 0
    attributes: tuple["Node", ...] = ()
    children: tuple["Node", ...] = ()

    @property
    def repeats(self) -> bool:
        """Tell whether the element may stand more than once."""
        return self.most > 1

    @property
    def is_group(self) -> bool:
        """Tell whether the element has elements in it."""
        return self.kind is Kind.GROUP

    def child(self, name: str) -> "Node | None":
        """Return the child of a name, or the attribute of one that begins with ``@``."""
        among = self.attributes if name.startswith("@") else self.children
        return next((node for node in among if node.name == name), None)


@lru_cache
def foglio() -> Node:
    """Return the whole foglio."""
    schema = etree.parse(str(schema_path("foglio_congedo/foglio_congedo.xsd"))).getroot()
    types = {
        item.get("name"): item
        for item in schema
        if isinstance(item.tag, str) and item.get("name") is not None
    }
    return _Reader(types).group(ROOT, types["FoglioCongedoType"])


class _Reader:
    """Reads nodes out of the types of a schema."""

    def __init__(self, types: Mapping[str, etree._Element]) -> None:
        self._types = types

    def group(self, name: str, type_: etree._Element) -> Node:
        """Return a group of a complex type, as if it were declared under a name."""
        children = tuple(self._element(item) for item in type_.iterfind(f"{_XS}sequence/*"))
        label = _label(type_)
        return Node(name, type_.get("name", ""), Kind.GROUP, label, children=children)

    def _element(self, element: etree._Element) -> Node:
        name, type_name = element.get("name", ""), element.get("type", "").removeprefix("pol:")
        type_ = self._types[type_name]
        required = element.get("minOccurs") != "0"
        most = int(element.get("maxOccurs", "1"))
        label, help_ = _label(element), _help(element)
        if type_.tag == f"{_XS}complexType" and type_.find(f"{_XS}simpleContent") is None:
            children = self.group(name, type_).children
            return Node(
                name, type_name, Kind.GROUP, label, required=required, most=most, children=children
            )
        kind, codes, limits = self._values(type_)
        return Node(
            name,
            type_name,
            kind,
            label,
            help_,
            required,
            most,
            codes,
            limits.get("fractionDigits", 0),
            limits.get("maxLength", 0),
            tuple(self._attributes(type_)),
        )

    def _attributes(self, type_: etree._Element) -> Iterator[Node]:
        for item in type_.iter(f"{_XS}attribute"):
            kind, _, limits = self._values(self._types[item.get("type", "").removeprefix("pol:")])
            yield Node(
                f"@{item.get('name')}",
                item.get("type", "").removeprefix("pol:"),
                kind,
                _label(item),
                _help(item),
                required=item.get("use") == "required",
                longest=limits.get("maxLength", 0),
            )

    def _values(self, type_: etree._Element) -> tuple[Kind, tuple[str, ...], dict[str, int]]:
        """Return the kind of a field, its codes and its limits."""
        extension = type_.find(f".//{_XS}extension")
        if extension is not None:
            return self._values(self._types[extension.get("base", "").removeprefix("pol:")])
        union = type_.find(f"{_XS}union")
        if union is not None:
            members = union.get("memberTypes", "").split()
            found = (_codes(self._types[name.removeprefix("pol:")]) for name in members)
            return Kind.LISTED, tuple(code for codes in found for code in codes), {}
        facets = {
            str(etree.QName(facet).localname): int(facet.get("value", "0"))
            for facet in type_.iter(f"{_XS}fractionDigits", f"{_XS}maxLength")
        }
        codes = _codes(type_)
        base = type_.find(f"{_XS}restriction")
        assert base is not None
        kind = Kind.CHOICE if codes else _kind(type_.get("name", ""), base.get("base", ""))
        return kind, codes, facets


def _kind(type_name: str, base: str) -> Kind:
    if type_name == "TestoLungoType":
        return Kind.LONG
    if type_name == "EmailType":
        return Kind.EMAIL
    kinds = {"xs:date": Kind.DATE, "xs:decimal": Kind.DECIMAL, "xs:integer": Kind.INTEGER}
    return kinds.get(base, Kind.TEXT)


def _codes(type_: etree._Element) -> tuple[str, ...]:
    return tuple(item.get("value", "") for item in type_.iter(f"{_XS}enumeration"))


def _documented(element: etree._Element) -> dict[str, str]:
    found = element.iterfind(f"{_XS}annotation/{_XS}documentation")
    return {item.get(_LANG, ""): " ".join((item.text or "").split()) for item in found}


def _label(element: etree._Element) -> Words:
    said = {lang: _FORMAT.split(text)[0] for lang, text in _documented(element).items()}
    return Words(said.get("it", "").rstrip("."), said.get("en", "").rstrip("."))


def _help(element: etree._Element) -> Words:
    said = {}
    for lang, text in _documented(element).items():
        found = _HELPFUL.search(text)
        said[lang] = found.group(1) if found else ""
    return Words(said.get("it", ""), said.get("en", ""))


@dataclass(frozen=True, slots=True)
class Step:
    """A step of a path: an element, and which one of its twins, from 1."""

    node: Node
    position: int


def steps(path: str) -> list[Step]:
    """Return the steps of a path below the foglio, as far as the schema knows them.

    Paths come with or without the leading element, with or without the position of a first twin.
    """
    here, found = foglio(), []
    for part in path.removeprefix(f"{ROOT}/").removeprefix(ROOT).split("/"):
        match = _STEP.match(part)
        node = here.child(match.group(1)) if match else None
        if match is None or node is None:
            break
        found.append(Step(node, int(match.group(2) or 1)))
        here = node
    return found


def spelled(found: list[Step]) -> str:
    """Return the one spelling of a path: with a position wherever an element may repeat."""
    return "/".join(
        f"{step.node.name}[{step.position}]" if step.node.repeats else step.node.name
        for step in found
    )


def node_at(path: str) -> Node | None:
    """Return the node at a path, ``None`` if the schema has none there."""
    found = steps(path)
    wanted = path.removeprefix(f"{ROOT}/")
    return found[-1].node if found and len(found) == len(wanted.split("/")) else None
