"""The schema of the foglio: every node of the guideline, every leaf explained in both languages."""

import re

import pytest
from lxml import etree

from gateway.contracts import schema_path

pytestmark = [pytest.mark.contract, pytest.mark.requirement("T11")]

XS = "{http://www.w3.org/2001/XMLSchema}"
LANGUAGE = "{http://www.w3.org/XML/1998/namespace}lang"
TREE = etree.parse(str(schema_path("foglio_congedo/foglio_congedo.xsd")))
ELEMENTS = [element for element in TREE.iter(f"{XS}element") if element.get("name")]
NAMES = {str(element.get("name")) for element in ELEMENTS}
NODES = [
    "Trasferimento",
    "DomandaDiTrasferimento",
    "DestinazioneTrasferimento",
    "PagamentoAnnoAccademicoTrasferimento",
    "DatiIdentificativiStudente",
    "TitoliConseguiti",
    "DiplomaDiMaturita",
    "TitoloUniversitarioConseguitoItaliano",
    "TitoloUniversitarioConseguitoStraniero",
    "CorsoDiStudiTitoloConseguito",
    "CarrieraUniversitaria",
    "PrimaImmatricolazione",
    "Tratta",
    "Iscrizioni",
    "EsamiSuperatiOFrequentati",
    "CorsoDiStudi",
    "AltreAttivita",
    "Delibere",
    "Allegati",
]


@pytest.mark.parametrize("node", NODES)
def test_every_node_that_the_guideline_names_is_there(node: str) -> None:
    assert node in NAMES


def paths_of(element: etree._Element) -> str:
    return "/".join(
        str(item.get("name"))
        for item in reversed([element, *element.iterancestors()])
        if item.get("name")
    )


@pytest.mark.parametrize(("language", "source"), [("it", "Fonte: "), ("en", "Source: ")])
def test_every_leaf_says_what_it_means_its_format_and_its_source(
    language: str, source: str
) -> None:
    leaves = [item for item in ELEMENTS if item.find(f"{XS}complexType") is None]
    assert len(leaves) > 100
    silent = []
    for leaf in leaves:
        texts = {
            item.get(LANGUAGE): " ".join((item.text or "").split())
            for item in leaf.iterfind(f"{XS}annotation/{XS}documentation")
        }
        if not re.search(rf"\w.*{source}\S", texts.get(language, "")):
            silent.append(paths_of(leaf))
    assert silent == []


def test_careers_and_titles_may_be_left_out_of_the_document() -> None:
    body = TREE.find(f"{XS}complexType[@name='FoglioCongedoType']")
    assert body is not None
    sections = {
        item.get("name"): item.get("minOccurs", "1")
        for item in body.iter(f"{XS}element")
        if item.get("name") in NODES
    }
    assert sections["TitoliConseguiti"] == sections["CarrieraUniversitaria"] == "0"
    assert sections["Trasferimento"] == sections["DatiIdentificativiStudente"] == "1"
