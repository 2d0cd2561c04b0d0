"""Foglio documents that leave: sections chosen, register data filled in."""

from collections.abc import Set as AbstractSet
from copy import deepcopy
from datetime import date

from lxml import etree

from gateway.domain.terms import Section

_BEFORE_NUMBER = ("AteneoProvenienza", "AnnoAccademico", "DataPresentazione")


def compose(
    foglio: etree._Element, sections: AbstractSet[Section], protocol_number: str, on: date
) -> bytes:
    """Return the foglio with only ``sections`` of it, and with the number and day of this sending.

    Attachments are announced whenever section 1 is sent.
    """
    document = deepcopy(foglio)
    for section in Section:
        part = document.find(section)
        if part is not None and section not in sections:
            document.remove(part)
    _register(document, protocol_number, on)
    etree.cleanup_namespaces(document)
    return bytes(etree.tostring(document, encoding="utf-8"))


def _register(document: etree._Element, protocol_number: str, on: date) -> None:
    """Write NumeroProtocollo and DataProtocollo (guideline A.4.1: dati della protocollazione)."""
    request = document.find("Trasferimento/DomandaDiTrasferimento")
    if request is None:
        return
    for name in ("NumeroProtocollo", "DataProtocollo"):
        for old in request.findall(name):
            request.remove(old)
    position = sum(1 for child in request if child.tag in _BEFORE_NUMBER)
    number, day = etree.Element("NumeroProtocollo"), etree.Element("DataProtocollo")
    number.text, day.text = protocol_number, on.isoformat()
    request.insert(position, number)
    request.insert(position + 1, day)
