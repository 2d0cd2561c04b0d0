"""The foglio out of a message, byte for byte: what stood around it (credentials) stays behind."""

from xml.parsers import expat

from lxml import etree

from gateway.foglio.documents import element_of
from gateway.foglio.parsing import NotXml, parse

_FOGLIO = "FoglioCongedo"
_UTF8 = frozenset({"utf-8", "utf8", "us-ascii", "ascii", ""})


class _Bounds:
    """Where the foglio begins and ends in a message, in bytes."""

    def __init__(self, content: bytes) -> None:
        self.begin = self.end = -1
        self.encoding = ""
        self._parser = expat.ParserCreate()
        self._parser.StartElementHandler = self._start
        self._parser.EndElementHandler = self._finish
        self._parser.XmlDeclHandler = self._declare
        self._content = content
        self._parser.Parse(content, True)

    def _declare(self, version: str, encoding: str | None, standalone: int) -> None:
        self.encoding = (encoding or "").lower()

    def _start(self, name: str, attributes: object) -> None:
        if name == _FOGLIO and self.begin < 0:
            self.begin = self._parser.CurrentByteIndex

    def _finish(self, name: str) -> None:
        if name == _FOGLIO and self.end < 0:
            at = self._parser.CurrentByteIndex  # of an empty element: behind it already
            closing = self._content.startswith(b"</FoglioCongedo", at)
            self.end = self._content.index(b">", at) + 1 if closing else at


def foglio_bytes(message: bytes) -> bytes:
    """Return the foglio of a message (or the document itself) as it was exchanged.

    It is cut out of the message. Where the cut would not stand alone (a namespace declared
    further out, another encoding), it is written anew from its element.
    """
    bounds = _Bounds(message)
    cut = message[bounds.begin : bounds.end]
    element = element_of(message)
    if bounds.encoding in _UTF8:
        try:
            alone = parse(cut)
        except NotXml:
            alone = None
        if alone is not None and _same(alone, element):
            return cut
    return bytes(etree.tostring(element, xml_declaration=True, encoding="UTF-8", with_tail=False))


def _same(first: etree._Element, second: etree._Element) -> bool:
    one, other = (
        etree.tostring(item, method="c14n", exclusive=True, with_tail=False)
        for item in (first, second)
    )
    return bool(one == other)
