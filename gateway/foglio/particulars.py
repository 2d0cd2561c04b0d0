"""Section 2 of a foglio, who the student is, field by field, for those who take the data over."""

from lxml import etree

from gateway.domain.particulars import FIELDS, cleaned
from gateway.domain.terms import Section
from gateway.foglio.reading import text


def read(foglio: etree._Element) -> dict[str, str]:
    """Return the values by their paths, empty where nothing is said; the first of several counts.

    Nothing is returned of a foglio without section 2.
    """
    section = foglio.find(Section.DATI_IDENTIFICATIVI)
    if section is None:
        return {}
    return cleaned({path: text(section, path) for path in FIELDS})
