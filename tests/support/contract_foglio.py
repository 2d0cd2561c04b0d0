"""A foglio as other people's software holds one: nested dictionaries for zeep, PDF files."""

from typing import Any

from lxml import etree

from gateway.demo.sample import Request, foglio

PDF = (
    b"%PDF-1.4\n1 0 obj\n<< /Type /Catalog /Pages 2 0 R >>\nendobj\n"
    b"2 0 obj\n<< /Type /Pages /Kids [3 0 R] /Count 1 >>\nendobj\n"
    b"3 0 obj\n<< /Type /Page /Parent 2 0 R /MediaBox [0 0 200 200] >>\nendobj\n"
    b"xref\n0 4\n0000000000 65535 f \n0000000009 00000 n \n0000000058 00000 n \n"
    b"0000000115 00000 n \ntrailer\n<< /Size 4 /Root 1 0 R >>\nstartxref\n186\n%%EOF\n"
)
"""A sound PDF of one empty page."""


def as_dict(element: etree._Element) -> Any:
    """Return an element as zeep takes it: names to values, lists where a name repeats."""
    if not len(element):
        text = (element.text or "").strip()
        if not element.attrib:
            return text
        return {"_value_1": text, **{str(name): value for name, value in element.attrib.items()}}
    values: dict[str, Any] = {}
    for child in element:
        name, value = str(child.tag), as_dict(child)
        if name not in values:
            values[name] = value
        elif isinstance(values[name], list):
            values[name].append(value)
        else:
            values[name] = [values[name], value]
    return values


def foglio_values(request: Request, *sections: str) -> Any:
    """Return a foglio for zeep, with only these sections if any are named."""
    document = etree.fromstring(foglio(request))
    values = as_dict(document)
    return {name: values[name] for name in sections} if sections else values
