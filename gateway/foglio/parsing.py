"""The one safe XML parser: no DTD, no entities, no network, bounded depth and bounded numbers.

libxml2 limits depth to 256 and text nodes to 10 MB by itself (``huge_tree`` stays off). A hundred
thousand elements, attributes or namespaces are the remaining ways to make what follows costly: they
are counted in C before anything touches them. A real foglio of 60 exams has 1,300 elements.
"""

import threading

from lxml import etree

MAX_ELEMENTS = 20_000
MAX_ATTRIBUTES = 5_000
MAX_NAMESPACES = 1_000
_COUNT_ABOVE = 64 * 1024

_local = threading.local()


class NotXml(Exception):  # noqa: N818  what the message is, not a fault of ours
    """The bytes are not a document we read. ``line`` is where the parser gave up, 0 if unknown."""

    def __init__(self, line: int = 0) -> None:
        self.line = line
        super().__init__(f"line {line}")


class ForbiddenDocument(Exception):  # noqa: N818
    """The document has a DTD, or more of something than any real one; says what, in Italian."""


def _parser(*, faithful: bool) -> etree.XMLParser:
    name = "faithful" if faithful else "parser"
    parser: etree.XMLParser | None = getattr(_local, name, None)
    if parser is None:
        parser = etree.XMLParser(
            resolve_entities=False,
            no_network=True,
            load_dtd=False,
            huge_tree=False,
            remove_comments=True,
            remove_pis=not faithful,
            remove_blank_text=not faithful,
        )
        setattr(_local, name, parser)
    return parser


def parse(content: bytes, *, faithful: bool = False) -> etree._Element:
    """Return the root of ``content``.

    One that is ``faithful`` keeps blanks and processing instructions, which a signature covers;
    comments are never covered and always left out. Once verified, ``settle`` makes it
    readable like others.

    Raises:
        NotXml: it is not well-formed, or not in the encoding it declares.
        ForbiddenDocument: it has a DTD, or too many elements, attributes or namespaces.
    """
    try:
        root = etree.fromstring(content, _parser(faithful=faithful))
    except etree.XMLSyntaxError as error:
        raise NotXml(error.lineno or 0) from error
    except (ValueError, LookupError) as error:
        raise NotXml from error
    if root.getroottree().docinfo.internalDTD is not None:
        raise ForbiddenDocument("DTD")
    if len(content) > _COUNT_ABOVE:
        _count(root)
    return root


def settle(root: etree._Element) -> None:
    """Take the processing instructions out of a faithful tree, so that no text is cut by one.

    Blanks between elements stay: no reader minds them, and taking them out would cost a tenth of
    a whole Put.
    """
    etree.strip_tags(root, etree.ProcessingInstruction)


def _count(root: etree._Element) -> None:
    if root.xpath("count(//*)") > MAX_ELEMENTS:
        raise ForbiddenDocument("troppi elementi")
    if root.xpath("count(//@*)") > MAX_ATTRIBUTES:
        raise ForbiddenDocument("troppi attributi")
    if etree.tostring(root).count(b"xmlns") > MAX_NAMESPACES:
        raise ForbiddenDocument("troppi namespace")
