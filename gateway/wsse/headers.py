"""Walking security headers strictly: one of each part, no text cut by what does not belong there.

The envelope is read by position, never by looking an identifier up: what is found here is what a
service will use.
"""

import base64
import binascii
from dataclasses import dataclass

from lxml import etree

from gateway.wsse.names import ACTOR, BODY, ENVELOPE, HEADER, NEXT_ACTOR, SECURITY
from gateway.wsse.refusals import Flaw, Refused

MAX_PARTS = 12
"""Parts of a header or of an element in it; real ones have at most six."""
MAX_TEXT = 24 * 1024
"""Characters of a text in a header; the longest is a certificate in base64."""


@dataclass(frozen=True, slots=True)
class Secured:
    """An envelope with its Body and the one Security header that is meant for us, if there is."""

    envelope: etree._Element
    body: etree._Element
    security: etree._Element | None


def open_secured(root: etree._Element) -> Secured:
    """Return the envelope's parts.

    Raises:
        Refused: it is not Header (or none) and Body, or several Security headers are for us.
    """
    parts = list(root.iterchildren("*"))
    tags = [part.tag for part in parts]
    if root.tag != ENVELOPE or tags not in ([HEADER, BODY], [BODY]):
        raise Refused(Flaw.ENVELOPE)
    mine = [part for part in parts[0].iterchildren(SECURITY) if for_us(part)]
    if len(mine) > 1:
        raise Refused(Flaw.SECURITY_REPEATED)
    security = mine[0] if len(tags) > 1 and mine else None
    return Secured(root, parts[-1], security)


def for_us(header: etree._Element) -> bool:
    """Tell whether a header block is meant for whoever receives it, not for a named actor."""
    return header.get(ACTOR, "").strip() in ("", NEXT_ACTOR)


def children(element: etree._Element) -> list[etree._Element]:
    """Return the child elements.

    Raises:
        Refused: too many, or something else than elements and text among them.
    """
    if len(element) > MAX_PARTS:
        raise Refused(Flaw.PART_UNFIT)
    found = list(element)
    if any(not isinstance(child.tag, str) for child in found):
        raise Refused(Flaw.PART_UNFIT)
    return found


def one(parent: etree._Element, tag: str, missing: Flaw) -> etree._Element:
    """Return the only child with this tag.

    Raises:
        Refused: there is none (``missing``) or more than one.
    """
    found = [child for child in children(parent) if child.tag == tag]
    if not found:
        raise Refused(missing)
    if len(found) > 1:
        raise Refused(Flaw.PART_REPEATED)
    return found[0]


def text(element: etree._Element) -> str:
    """Return an element's whole text, blanks at both ends left out.

    Raises:
        Refused: something stands within the text, or it is too long.
    """
    if len(element) or len(element.text or "") > MAX_TEXT:
        raise Refused(Flaw.PART_UNFIT)
    return (element.text or "").strip()


def decoded(element: etree._Element, flaw: Flaw) -> bytes:
    """Return the bytes that an element holds in base64.

    Raises:
        Refused: with ``flaw``, it is not base64.
    """
    try:
        return base64.b64decode("".join(text(element).split()), validate=True)
    except (binascii.Error, ValueError) as error:
        raise Refused(flaw) from error
