"""The sheets of a foglio: what stands on one page of its form, and to which page a fault belongs.

A section is a sheet. A group that may stand many times and is more than a line (an exam, a stretch
of career) is a sheet of its own, and a table of them stands on the sheet above. Small groups stand
where they belong, single ones always, with empty fields while the foglio does not have them.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from types import MappingProxyType

from lxml import etree

from gateway.foglio.editing import NoSuchPlace, find, value_at
from gateway.foglio.form_schema import Node, Step, foglio, node_at, spelled, steps

_SMALL = 5
"""A repeating group with so many fields at most, and no groups, stands on the sheet above."""

SYSTEM_FILLS = frozenset(
    f"Trasferimento/DomandaDiTrasferimento/{name}"
    for name in ("NumeroProtocollo", "DataProtocollo")
)
"""What the register writes at each sending."""
FIXED = frozenset(
    {
        "Trasferimento/DomandaDiTrasferimento/AteneoProvenienza/CodiceAteneo",
        "Trasferimento/DestinazioneTrasferimento/CodiceAteneo",
        "DatiIdentificativiStudente/CodiceFiscale",
    }
)
"""What makes the request what it is: another one is another request."""

_COLUMNS = MappingProxyType(
    {
        "PagamentoType": ("AnnoAccademico", "InRegola", "ImportoDovuto", "ImportoPagato"),
        "TrattaType": ("Progressivo", "Matricola", "DataInizio", "DataFine", "MotivoChiusura"),
        "EsameType": ("Denominazione", "Esito", "Data", "Voto", "CFU"),
        "IscrizioneType": ("AnnoAccademico", "AnnoCorso", "TipoIscrizione"),
        "RiconoscimentoType": ("Tipo", "Denominazione", "CFU"),
        "DeliberaType": ("Organo", "Numero", "Data", "Oggetto"),
        "AttivitaType": ("Descrizione", "Ente", "CFU"),
        "AllegatoType": ("IdAllegato", "Nome", "DisponibileFino"),
        "TitoloItalianoType": ("TipoTitolo", "DescrizioneAteneo", "DataConseguimento", "Voto"),
        "TitoloStranieroType": ("DenominazioneTitolo", "DescrizioneAteneo", "DataConseguimento"),
    }
)
"""By what the rows of a table are told apart, by type."""


@dataclass(frozen=True, slots=True)
class Field:
    """A field with its value; of one that repeats there is one for each value and an empty one."""

    path: str
    node: Node
    value: str = field(repr=False)
    fixed: bool = False
    kind: str = "field"


@dataclass(frozen=True, slots=True)
class Rows:
    """Groups that may stand more than once: small ones with their fields, others in a table."""

    path: str
    node: Node
    rows: "tuple[Block, ...]"
    small: bool
    kind: str = "rows"

    @property
    def full(self) -> bool:
        """Tell whether the schema takes no more."""
        return len(self.rows) >= self.node.most

    @property
    def columns(self) -> tuple[Node, ...]:
        """What the table shows of each row."""
        names = _COLUMNS.get(self.node.type_name, ())
        found = (self.node.child(name) for name in names)
        return tuple(node for node in found if node is not None) or self.node.children[:4]


@dataclass(frozen=True, slots=True)
class Block:
    """A group with what stands in it; ``there`` tells whether the foglio has it."""

    path: str
    node: Node
    parts: "tuple[Field | Rows | Block, ...]"
    there: bool
    kind: str = "block"

    @property
    def fields(self) -> "Iterator[Field]":
        """Every field of the sheet, those of small groups too, those of tables not."""
        for part in self.parts:
            if isinstance(part, Field):
                yield part
            elif isinstance(part, Block):
                yield from part.fields
            elif part.small:
                for row in part.rows:
                    yield from row.fields


def sheet(root: etree._Element, path: str) -> Block:
    """Return the sheet at a path.

    Raises:
        NoSuchPlace: there is none, or the foglio does not have so many.
    """
    node = node_at(path)
    if node is None or sheet_of(path) != path:
        raise NoSuchPlace(path)
    if node.repeats and find(root, path) is None:
        raise NoSuchPlace(path)
    return _block(root, path, node)


def _block(root: etree._Element, path: str, node: Node) -> Block:
    parts = tuple(_part(root, f"{path}/{child.name}", child) for child in node.children)
    known = tuple(part for part in parts if part is not None)
    return Block(path, node, known, find(root, path) is not None)


def _part(root: etree._Element, path: str, node: Node) -> "Field | Rows | Block | None":
    if path in SYSTEM_FILLS:
        return None
    if not node.is_group:
        return _field(root, path, node)
    if node.repeats:
        return _rows(root, path, node)
    only = node.children[0]
    if len(node.children) == 1 and only.repeats and only.is_group:
        return _rows(root, f"{path}/{only.name}", only)
    return _block(root, path, node)


def _field(root: etree._Element, path: str, node: Node) -> "Field | Block":
    if node.repeats:
        return Block(path, node, tuple(_values(root, path, node)), there=True, kind="values")
    own = Field(path, node, value_at(root, path), path in FIXED)
    if not node.attributes:
        return own
    more = (
        Field(f"{path}/{item.name}", item, value_at(root, f"{path}/{item.name}"))
        for item in node.attributes
    )
    return Block(path, node, (own, *more), there=True, kind="attributed")


def _values(root: etree._Element, path: str, node: Node) -> Iterator[Field]:
    for position in range(1, node.most + 1):
        there = find(root, f"{path}[{position}]") is not None
        yield Field(f"{path}[{position}]", node, value_at(root, f"{path}[{position}]"))
        if not there:
            return


def _rows(root: etree._Element, path: str, node: Node) -> Rows:
    small = is_small(node)
    found, position = [], 1
    while find(root, f"{path}[{position}]") is not None:
        found.append(_row(root, f"{path}[{position}]", node, small=small))
        position += 1
    return Rows(path, node, tuple(found), small)


def _row(root: etree._Element, path: str, node: Node, *, small: bool) -> Block:
    if small:
        return _block(root, path, node)
    row = Rows(path, node, (), small=False)
    cells = (
        Field(f"{path}/{item.name}", item, value_at(root, f"{path}/{item.name}"))
        for item in row.columns
    )
    return Block(path, node, tuple(cells), there=True)


def is_small(node: Node) -> bool:
    """Tell whether a repeating group stands on the sheet above."""
    return len(node.children) <= _SMALL and not any(item.is_group for item in node.children)


def sheet_of(path: str) -> str:
    """Return the path of the sheet on which something stands, empty if the schema lacks it."""
    found = steps(path)
    last = 1
    for count, step in enumerate(found, start=1):
        if step.node.is_group and step.node.repeats and not is_small(step.node):
            last = count
    return spelled(found[:last])


def place(path: str) -> str:
    """Return the one spelling of a path, as far as the schema knows it."""
    return spelled(steps(path))


def above(path: str) -> list[str]:
    """Return the sheets above a sheet, from its section on."""
    found: list[Step] = steps(path)
    names = (spelled(found[:count]) for count in range(1, len(found)))
    return [name for name in names if sheet_of(name) == name]


def sections() -> tuple[Node, ...]:
    """Return the sections of the foglio, the attachments last."""
    return foglio().children


@dataclass(frozen=True, slots=True)
class Said:
    """Something of a foglio to be read: a value, or what stands in a group."""

    node: Node
    value: str = field(repr=False)
    parts: "tuple[Said, ...]" = ()


def outline(element: etree._Element, node: Node) -> Said:
    """Return what an element says, in its order, named as the schema names it."""
    parts = []
    for item in element:
        child = node.child(str(item.tag))
        if child is not None:
            parts.append(outline(item, child))
    described = [value for value in (element.get("descrizione", ""),) if value]
    value = " ".join((element.text or "").split()) if not len(element) else ""
    return Said(node, " · ".join([*filter(None, [value]), *described]), tuple(parts))
