"""From what is known of titles to the answers of the lookups, in the doubly wrapped shape (F.3).

Every field is there; one that is not known is nil. Days are GGMMAAAA: the layout gives them eight
characters and no form.
"""

from collections.abc import Iterable, Mapping

from lxml import etree

from gateway.contracts import SOAP11, Lookup, legal, lookup_name, lookup_namespace, lookup_types
from gateway.domain.titles import SchoolDiploma, TitleSource, UniversityTitle
from gateway.soap.writing import clean
from gateway.texts.lookups import message
from gateway.usecases.lookups import DiplomaFound

XSI = "http://www.w3.org/2001/XMLSchema-instance"
SOURCE_BLOCK = "urn:congedo:fonte"
"""Namespace of the header block that tells, behind a domain gateway, who spoke."""

_RESPONSES = {
    Lookup.TITLES: "ricercaDatiTitoliStudenteResponseElement",
    Lookup.DIPLOMA: "ricercaDatiDiplomiStudenteResponseElement",
}
_NOTHING = '<ns1:result xsi:nil="true"/>'


def envelope(lookup: Lookup, results: str, *blocks: etree._Element) -> bytes:
    """Return the whole answer to a lookup; ``blocks`` are those of its header."""
    name = f"risposta_RichiestaRispostaSincrona_{_subject(lookup)}"
    inner = _RESPONSES[lookup]
    head = b"".join(etree.tostring(block) for block in blocks).decode()
    header = f"<SOAP-ENV:Header>{head}</SOAP-ENV:Header>" if head else ""
    return (
        f'<?xml version="1.0" encoding="UTF-8"?>\n'
        f'<SOAP-ENV:Envelope xmlns:SOAP-ENV="{SOAP11}">{header}<SOAP-ENV:Body>'
        f'<types:{name} xmlns:types="{lookup_types(lookup)}">'
        f'<ns1:{inner} xmlns:ns1="{lookup_namespace(lookup)}" xmlns:xsi="{XSI}">{results}'
        f"</ns1:{inner}></types:{name}></SOAP-ENV:Body></SOAP-ENV:Envelope>"
    ).encode()


def _subject(lookup: Lookup) -> str:
    return "ricercaDati" + lookup_name(lookup).removeprefix("Ricerca")


def source_block(source: TitleSource) -> etree._Element:
    """Return the header block that tells who spoke."""
    block = etree.Element(f"{{{SOURCE_BLOCK}}}Fonte", nsmap={"cg": SOURCE_BLOCK})
    block.text = source.value
    return block


def titles(found: Iterable[UniversityTitle]) -> str:
    """A1: a result for each title; no title is one nil result (SPEC 8.3)."""
    return "".join(_result(_title(item)) for item in found) or _NOTHING


def diplomas(found: DiplomaFound, codice_fiscale: str, year: str) -> str:
    """A2: a result for each diploma, all with the outcome; without any, one with the outcome only.

    ``codice_fiscale`` and ``year`` are what was asked for, empty where they could not be read.
    """
    ending = {
        "codiceRitorno": found.outcome.value,
        "messaggio": message(
            found.outcome,
            asked=f"{codice_fiscale}, {year}",
            detail=found.detail,
            instead=found.instead,
        ),
    }
    rows = [_diploma(item) for item in found.diplomas] or [
        dict.fromkeys(_DIPLOMA_FIELDS, "") | {"codiceFiscale": codice_fiscale}
    ]
    return "".join(_result(row | ending) for row in rows)


_DIPLOMA_FIELDS = (
    "codiceFiscale",
    "codiceScuola",
    "nazioneConseguimento",
    "votoDiploma",
    "tipoTitoloDiploma",
    "annoSolareConseguimento",
)


def _title(title: UniversityTitle) -> dict[str, str]:
    return {
        "codiceFiscale": title.codice_fiscale,
        "codiceAteneo": title.university,
        "nazioneConseguimento": title.state,
        "tipoClasseTitolo": title.classe,
        "tipoTitoloUniversitario": title.degree_type,
        "dataConseguimento": title.awarded_on.strftime("%d%m%Y") if title.awarded_on else "",
        "annoAccademico": str(title.academic_year) if title.academic_year else "",
        "voto": title.grade,
    }


def _diploma(diploma: SchoolDiploma) -> dict[str, str]:
    day = diploma.awarded_on.strftime("%d%m%Y") if diploma.awarded_on else str(diploma.year)
    values = (
        diploma.codice_fiscale,
        diploma.school,
        diploma.state,
        diploma.grade,
        diploma.diploma_type,
        day,
    )
    return dict(zip(_DIPLOMA_FIELDS, values, strict=True))


def _result(fields: Mapping[str, str]) -> str:
    return f"<ns1:result>{''.join(_field(*field) for field in fields.items())}</ns1:result>"


def _field(name: str, value: str) -> str:
    if not legal(value):
        return f'<ns1:{name} xsi:nil="true"/>'
    return f"<ns1:{name}>{clean(value)}</ns1:{name}>"
