"""The only opener of ``wsdl/`` and ``xsd/``: offline, read once, compiled once per thread.

A compiled ``lxml`` schema gives right verdicts from any thread, but its error log is shared:
another request's messages would end up in a stranger's refusal. Hence one schema object for each
thread.
"""

import re
import threading
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from importlib.resources import files
from pathlib import Path
from xml.sax.saxutils import quoteattr

from lxml import etree

POLIJ = "http://www.ceda.polimi.it/polij/"
ICT4U = "http://www.ict4university.gov.it/"
SOAP11 = "http://schemas.xmlsoap.org/soap/envelope/"
SOAP12 = "http://www.w3.org/2003/05/soap-envelope"

_XS = "{http://www.w3.org/2001/XMLSchema}"
_ILLEGAL = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_LOCATION = re.compile(r'(\b(?:location|schemaLocation)=)"([^"]*)"')


class Role(StrEnum):
    """Which side's services a contract describes, as its address spells it."""

    DESTINATION = "destinazione"
    ORIGIN = "provenienza"


class Lookup(StrEnum):
    """Which title lookup a contract describes, as its address spells it."""

    TITLES = "titoli"
    DIPLOMA = "diplomi"


Described = Role | Lookup
"""Whatever has a service description of its own."""

_ANS = "http://miur.spcoop.gov.it/servizi/"
_LOOKUP_NAMES = {Lookup.TITLES: "RicercaTitoloStudente", Lookup.DIPLOMA: "RicercaDiplomaStudente"}
_LOOKUP_WSDLS = {
    Lookup.TITLES: "ricerca_titolo_studente.wsdl",
    Lookup.DIPLOMA: "ricerca_diploma_studente.wsdl",
}


def lookup_name(lookup: Lookup) -> str:
    """Return what the guideline calls a lookup (F.2), which its namespaces are made of."""
    return _LOOKUP_NAMES[lookup]


def lookup_namespace(lookup: Lookup) -> str:
    """Return the namespace of what a lookup asks and answers."""
    return f"{_ANS}{_LOOKUP_NAMES[lookup]}.xsd"


def lookup_types(lookup: Lookup) -> str:
    """Return the namespace of the outer elements of a lookup's messages."""
    return f"{_ANS}{_LOOKUP_NAMES[lookup]}/types"


@dataclass(frozen=True, slots=True)
class Contract:
    """A service description with the schemas it reaches, as texts."""

    wsdl: str
    schemas: dict[str, str]


def schema_path(name: str) -> Path:
    """Return where the schema ``name`` (``foglio_congedo/esiti.xsd``) lies."""
    return Path(str(files("xsd"))) / name


def wsdl_path(service: Described) -> Path:
    """Return where the description of a service lies."""
    name = (
        _LOOKUP_WSDLS[service] if isinstance(service, Lookup) else f"foglio_congedo_{service}.wsdl"
    )
    return Path(str(files("wsdl"))) / name


def _schemas(service: Described) -> tuple[str, ...]:
    if isinstance(service, Lookup):
        name = _LOOKUP_NAMES[service]
        return f"ans/{name}.xsd", f"ans/{name}_types.xsd"
    names = ("foglio_congedo", "comuni", "esiti", service.value)
    return tuple(f"foglio_congedo/{name}.xsd" for name in names)


@lru_cache
def contract(service: Described) -> Contract:
    """Return the description of a service and its schemas by file name."""
    return Contract(
        wsdl_path(service).read_text("utf-8"),
        {
            name.rpartition("/")[2]: schema_path(name).read_text("utf-8")
            for name in _schemas(service)
        },
    )


def publish(text: str, address: str) -> str:
    """Return a description or schema with its addresses filled in, and nothing else changed.

    The service's address takes the place of the placeholder; a reference to another schema becomes
    ``<address>?xsd=<name>``. ``address`` may come from a request header: it is quoted.
    """

    def fill(match: re.Match[str]) -> str:
        attribute, value = match.groups()
        if attribute == "schemaLocation=":
            return attribute + quoteattr(f"{address}?xsd={value.rsplit('/', 1)[-1]}")
        return attribute + quoteattr(address)

    return _LOCATION.sub(fill, text)


_compiled = threading.local()
_compiling = threading.Lock()
"""libxml2 prepares its table of types with the first schema, and does not guard it."""


def compiled(name: str) -> etree.XMLSchema:
    """Return this thread's compiled schema ``name`` (``foglio_congedo/destinazione.xsd``)."""
    schemas: dict[str, etree.XMLSchema] = _compiled.__dict__.setdefault("schemas", {})
    if name not in schemas:
        parser = etree.XMLParser(no_network=True, resolve_entities=False)
        with _compiling:
            schemas[name] = etree.XMLSchema(etree.parse(str(schema_path(name)), parser))
    return schemas[name]


@lru_cache
def _elements() -> tuple[tuple[str, str], ...]:
    """Return (name, type) of each element that the schema of the foglio declares."""
    tree = etree.parse(str(schema_path("foglio_congedo/foglio_congedo.xsd")))
    declared = tree.iter(f"{_XS}element")
    return tuple((element.get("name", ""), element.get("type", "")) for element in declared)


@lru_cache
def elements_of_type(type_name: str) -> frozenset[str]:
    """Return the names of the elements of the foglio that have this type (``DataType``)."""
    return frozenset(name for name, its_type in _elements() if its_type == f"pol:{type_name}")


@lru_cache
def known_elements() -> frozenset[str]:
    """Return the names of all elements of the foglio."""
    return frozenset(name for name, _ in _elements())


def legal(text: str) -> str:
    """Return ``text`` without the characters that XML cannot carry."""
    return _ILLEGAL.sub("", text)
