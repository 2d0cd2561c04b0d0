"""Ways to bend a message: most leave it well-formed, so that it gets past the parser."""

from collections.abc import Callable, Sequence
from copy import deepcopy
from random import Random

from lxml import etree

from gateway.contracts import ICT4U, POLIJ, SOAP11, SOAP12

NASTY = (
    *("", " ", "\t\n", "0", "-1", "00", "9" * 40, "1e999", "NaN", "1.0", "+1", "٣", "x" * 5000),
    *("2026-02-30", "31/12/2026", "01012026", "2026-09-21T00:00:00Z", "0000-00-00", "SI", "NO"),
    *("ANNULLA", "annulla", "Chiudi", "RIFIUTA", "true", "null", "None", "%s%n", "../../etc"),
    *("' OR 1=1 --", "<b>", "]]>", "&amp;", "\u202e", "\ufeff", "\ud7ff", "\U0001f4a9", "a\u0301"),
    *("91", "092", "99999", "UNIVAL20260000001", "~" * 64, "~" * 65, "AAAAAA00A00Q000A"),
    *("JVBERi0xLjQ=", "====", "QTTFLL03D57Q001X", "MAT/05", "EE", "http://[", "urn:x"),
)
"""Values at the limits of types, and values that other programs stumble over."""
NAMESPACES = ("", POLIJ, ICT4U, SOAP11, SOAP12, "urn:altro")
ATTRIBUTES = (
    ("{http://www.w3.org/2001/XMLSchema-instance}nil", "true"),
    ("{http://www.w3.org/2001/XMLSchema-instance}type", "xs:string"),
    (f"{{{SOAP11}}}mustUnderstand", "1"),
    (f"{{{SOAP11}}}encodingStyle", "http://schemas.xmlsoap.org/soap/encoding/"),
    ("href", "#a"),
    ("id", "a"),
    ("{http://www.w3.org/XML/1998/namespace}lang", "it"),
    ("classificazione", "ALTRO"),
)
HEADERS = (
    f'<s:Header xmlns:s="{SOAP11}"><a xmlns="urn:x"/></s:Header>',
    f'<s:Header xmlns:s="{SOAP11}"><a xmlns="urn:x" s:mustUnderstand="1"/></s:Header>',
    f'<s:Header xmlns:s="{SOAP11}">testo</s:Header>',
)

Tree = etree._Element


class Mutator:
    """Bends messages. ``donors`` are other messages whose parts are grafted in."""

    def __init__(self, random: Random, donors: Sequence[bytes]) -> None:
        self._random = random
        self._donors = [etree.fromstring(donor) for donor in donors]
        self._on_trees: tuple[Callable[[Tree, Tree], None], ...] = (
            self._drop,
            self._double,
            self._swap,
            self._move,
            self._rename,
            self._rebind,
            *[self._value] * 8,
            *[self._borrow_text] * 4,
            self._attribute,
            self._strip,
            self._note,
            self._wrap,
            self._graft,
            self._header,
            self._fill,
        )

    def bend(self, content: bytes) -> bytes:
        """Return ``content`` bent in one to four places."""
        random = self._random
        root = etree.fromstring(content)
        for _ in range(random.choice((1, 1, 1, 2, 3, 4))):
            change = random.choice(self._on_trees)
            change(root, self._pick(root))
        raw = bytearray(etree.tostring(root.getroottree(), encoding="UTF-8"))
        return spoil(bytes(raw), random) if random.random() < 0.15 else bytes(raw)

    def _pick(self, root: Tree) -> Tree:
        """Return an element, those near the root as likely as the many leaves."""
        everything = [item for item in root.iter() if isinstance(item.tag, str)]
        shallow = everything[: max(4, len(everything) // 20)]
        return self._random.choice(self._random.choice((everything, shallow)))

    def _drop(self, root: Tree, at: Tree) -> None:
        parent = at.getparent()
        if parent is not None:
            parent.remove(at)

    def _double(self, root: Tree, at: Tree) -> None:
        parent = at.getparent()
        if parent is not None:
            for _ in range(self._random.choice((1, 1, 2, 30))):
                parent.append(deepcopy(at))

    def _swap(self, root: Tree, at: Tree) -> None:
        if len(at) > 1:
            at.append(at[self._random.randrange(len(at))])

    def _move(self, root: Tree, at: Tree) -> None:
        target = self._pick(root)
        if at is not root and at not in target.iterancestors() and at is not target:
            target.append(at)

    def _rename(self, root: Tree, at: Tree) -> None:
        at.tag = self._pick(self._random.choice(self._donors)).tag

    def _rebind(self, root: Tree, at: Tree) -> None:
        space = self._random.choice(NAMESPACES)
        local = etree.QName(at).localname
        at.tag = f"{{{space}}}{local}" if space else local

    def _value(self, root: Tree, at: Tree) -> None:
        leaves = [item for item in at.iter() if len(item) == 0 and isinstance(item.tag, str)]
        if leaves:
            self._random.choice(leaves).text = self._random.choice(NASTY)

    def _borrow_text(self, root: Tree, at: Tree) -> None:
        at.text = self._pick(self._random.choice(self._donors)).text

    def _attribute(self, root: Tree, at: Tree) -> None:
        name, value = self._random.choice(ATTRIBUTES)
        at.set(name, value)

    def _strip(self, root: Tree, at: Tree) -> None:
        at.attrib.clear()

    def _note(self, root: Tree, at: Tree) -> None:
        at.insert(0, self._random.choice((etree.Comment("x"), etree.PI("x", "y"))))

    def _wrap(self, root: Tree, at: Tree) -> None:
        depth = self._random.choice((1, 2, 60, 300))
        for _ in range(depth):
            inner = etree.SubElement(at, at.tag)
            inner.text, at = at.text, inner

    def _graft(self, root: Tree, at: Tree) -> None:
        at.append(deepcopy(self._pick(self._random.choice(self._donors))))

    def _header(self, root: Tree, at: Tree) -> None:
        root.insert(0, etree.fromstring(self._random.choice(HEADERS)))

    def _fill(self, root: Tree, at: Tree) -> None:
        at.tail = self._random.choice(("x", "\n", " ", "\u00a0"))


def spoil(content: bytes, random: Random) -> bytes:
    """Return ``content`` with its bytes changed in one way."""
    raw = bytearray(content)
    random.choice(_ON_BYTES)(raw, random)
    return bytes(raw)


def _place(raw: bytearray, random: Random) -> int:
    return random.randrange(len(raw)) if raw else 0


def _flip(raw: bytearray, random: Random) -> None:
    for _ in range(random.choice((1, 2, 8)) if raw else 0):
        raw[_place(raw, random)] = random.randrange(256)


def _cut(raw: bytearray, random: Random) -> None:
    at = _place(raw, random)
    del raw[at : at + random.choice((1, 3, 40))]


def _repeat(raw: bytearray, random: Random) -> None:
    at = _place(raw, random)
    raw[at:at] = raw[at : at + random.choice((1, 20, 400))]


def _truncate(raw: bytearray, random: Random) -> None:
    del raw[_place(raw, random) :]


def _insert(raw: bytearray, random: Random) -> None:
    at = _place(raw, random)
    raw[at:at] = random.choice(NASTY).encode("utf-8", "surrogatepass")


def _declare(raw: bytearray, random: Random) -> None:
    start = raw.find(b"?>") + 2 if raw.startswith(b"<?xml") else 0
    raw[:start] = random.choice(_DECLARATIONS)


def _prefix(raw: bytearray, random: Random) -> None:
    raw[0:0] = random.choice((b"\xef\xbb\xbf", b"\x00", b" \n", b"\xff\xfe"))


_DECLARATIONS = (
    b'<?xml version="1.0" encoding="UTF-16"?>',
    b'<?xml version="1.0" encoding="ISO-8859-1"?>',
    b'<?xml version="1.1"?>',
    b"<!DOCTYPE x>",
    b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY e "v">]>',
)
_ON_BYTES = (_flip, _cut, _repeat, _truncate, _insert, _declare, _prefix)
