"""The two contracts as the guideline prints them, read from its text with the breaks mended.

The print cuts lines inside names and values, and puts the furniture of pages between them. Besides
that, two patterns are wrong: hyphens lost at the end of a line, and a year of one digit.
"""

import os
import re
from pathlib import Path

from lxml import etree

ROOT = Path(__file__).parents[2]
SOURCES = Path(os.environ.get("GUIDELINE_SEEDS") or ROOT.parent / "shared" / "seeds")
XSD = "http://www.w3.org/2001/XMLSchema"

_FURNITURE = re.compile(
    r"^(?:\s*\|\s*\d+|\s*\d+\s*\||Appendice F|Linee guida Università Digitale)\s*$", re.MULTILINE
)
_TAG = re.compile(r"<[^<>]*>", re.DOTALL)
_QUOTED = re.compile(r'"[^"]*"', re.DOTALL)


def guideline() -> str | None:
    """Return the text of the guideline, if it is at hand."""
    found = sorted(SOURCES.glob("004_*.txt"))
    return found[0].read_text("utf-8") if found else None


def printed(text: str, service: str) -> str:
    """Return the description of a service as it was printed, its line breaks mended."""
    start = text.index("<?xml", text.index(f"{service}Service.wsdl (interrogato"))
    end = text.index("</definitions>", start) + len("</definitions>")
    kept = _FURNITURE.sub("", text[start:end].replace("\f", ""))
    return _TAG.sub(lambda match: _joined(match.group()), kept)


def _joined(tag: str) -> str:
    """Return a tag in one piece: no value and no closing tag has a blank in it."""
    if tag.startswith("</"):
        return "".join(tag.split())
    whole = _QUOTED.sub(lambda match: re.sub(r"\s*\n\s*", "", match.group()), tag)
    return " ".join(whole.split())


def corrected(description: str) -> str:
    """Return a description with the two defects of its patterns put right."""
    mended = description.replace("[09L", "[0-9L").replace("[AZ]", "[A-Z]")
    return mended.replace('<xs:pattern value="[0-9]" />', '<xs:pattern value="[0-9]{4}" />')


Facts = dict[str, object]


def described(wsdl: etree._Element) -> Facts:
    """Return what a description says of its service, whatever its prefixes and its order."""
    w, s = "{http://schemas.xmlsoap.org/wsdl/}", "{http://schemas.xmlsoap.org/wsdl/soap/}"
    facts: Facts = {"namespace": wsdl.get("targetNamespace")}
    for message in wsdl.iter(f"{w}message"):
        facts[f"message {message.get('name')}"] = [
            (part.get("name"), resolved(part, part.get("element"))) for part in message
        ]
    for port in wsdl.iter(f"{w}portType"):
        facts[f"portType {port.get('name')}"] = [
            (item.get("name"), *(resolved(way, way.get("message")) for way in item[-2:]))
            for item in port.iter(f"{w}operation")
        ]
    for binding in wsdl.iter(f"{w}binding"):
        (style,) = binding.iterfind(f"{s}binding")
        facts[f"binding {binding.get('name')}"] = (
            resolved(binding, binding.get("type")),
            style.get("style"),
            style.get("transport"),
            [
                (item.getparent().get("name"), item.get("soapAction"))
                for item in binding.iter(f"{s}operation")
            ],
            [item.get("use") for item in binding.iter(f"{s}body")],
        )
    for service in wsdl.iter(f"{w}service"):
        facts[f"service {service.get('name')}"] = [
            (port.get("name"), resolved(port, port.get("binding"))) for port in service
        ]
    documented = (
        "".join("".join(item.itertext()).split()) for item in wsdl.iter(f"{w}documentation")
    )
    facts["documentation"] = list(documented)
    return facts


def resolved(element: etree._Element, name: str | None) -> str | None:
    """Return a qualified name as ``{namespace}name``."""
    if name is None:
        return None
    prefix, _, local = name.rpartition(":")
    return f"{{{element.nsmap.get(prefix or None) or ''}}}{local}"


def declared(schema: etree._Element) -> Facts:
    """Return what a schema declares: names, types, order, cardinalities, facets, forms."""
    facts: Facts = {
        "namespace": schema.get("targetNamespace"),
        "qualified": schema.get("elementFormDefault"),
        "attributes": schema.get("attributeFormDefault", "unqualified"),
    }
    for item in schema:
        if item.tag in (f"{{{XSD}}}element", f"{{{XSD}}}complexType", f"{{{XSD}}}simpleType"):
            kind = etree.QName(item).localname
            facts[f"{kind} {item.get('name')}"] = (resolved(item, item.get("type")), _inside(item))
    return facts


def _inside(item: etree._Element) -> list[object]:
    found: list[object] = [
        (
            element.get("name"),
            resolved(element, element.get("type") or element.get("ref")),
            element.get("minOccurs", "1"),
            element.get("maxOccurs", "1"),
            element.get("nillable", "false"),
        )
        for element in item.iter(f"{{{XSD}}}element")
        if element is not item
    ]
    for base in item.iter(f"{{{XSD}}}restriction"):
        facets = {(etree.QName(facet).localname, facet.get("value") or "") for facet in base}
        exact = {("length", value) for name, value in facets if name == "length"}
        for _, value in exact:  # one facet says what the print says with two
            facets = (facets - exact) | {("minLength", value), ("maxLength", value)}
        found.append((resolved(base, base.get("base")), sorted(facets)))
    return found
