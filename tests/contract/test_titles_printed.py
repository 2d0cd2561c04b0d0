"""Our contracts of the lookups are those the guideline prints, its two defects put right."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import requests
import zeep
import zeep.helpers
from lxml import etree

from gateway.bootstrap import Installation
from gateway.contracts import Lookup, lookup_name, schema_path, wsdl_path
from tests.support.contract_http import serving
from tests.support.databases import SqliteMaker
from tests.support.titles import OTHER, PASSWORD, PATHS, STUDENT, archive
from tests.support.titles_printed import (
    XSD,
    corrected,
    declared,
    described,
    guideline,
    printed,
)
from tests.support.universities import SECRET

TEXT = guideline()
pytestmark = [
    pytest.mark.contract,
    pytest.mark.skipif(TEXT is None, reason="the text of the guideline is not at hand"),
]
BINDINGS = {
    Lookup.TITLES: "RicercaTitoloStudenteBinding",
    Lookup.DIPLOMA: "RicercaDiplomaStudenteBinding",
}


def print_of(lookup: Lookup) -> str:
    """Return the description as printed, only its line breaks mended."""
    assert TEXT is not None
    return printed(TEXT, lookup_name(lookup))


def schemas(description: str) -> list[etree._Element]:
    return list(etree.fromstring(description.encode()).iter(f"{{{XSD}}}schema"))


def ours(lookup: Lookup) -> list[etree._Element]:
    names = (f"ans/{lookup_name(lookup)}.xsd", f"ans/{lookup_name(lookup)}_types.xsd")
    return [etree.fromstring(schema_path(name).read_bytes()) for name in names]


@pytest.mark.requirement("A1")
@pytest.mark.requirement("A2")
@pytest.mark.parametrize("lookup", Lookup)
def test_our_description_says_what_the_printed_one_says(lookup: Lookup) -> None:
    mine = described(etree.fromstring(wsdl_path(lookup).read_bytes()))
    theirs = described(etree.fromstring(print_of(lookup).encode()))
    assert len(mine) >= 7
    assert mine == theirs


@pytest.mark.requirement("A1")
@pytest.mark.requirement("A2")
@pytest.mark.parametrize("lookup", Lookup)
def test_our_schemas_declare_what_the_printed_ones_declare(lookup: Lookup) -> None:
    theirs = schemas(corrected(print_of(lookup)))
    assert [declared(schema) for schema in ours(lookup)] == [declared(schema) for schema in theirs]


@pytest.mark.parametrize(
    ("lookup", "differing"),
    [
        (Lookup.TITLES, {"simpleType CodiceFiscaleType"}),
        (Lookup.DIPLOMA, {"simpleType CodiceFiscaleType", "simpleType AnnoScolasticoType"}),
    ],
)
def test_uncorrected_the_print_differs_in_its_patterns_only(
    lookup: Lookup, differing: set[str]
) -> None:
    mine, theirs = declared(ours(lookup)[0]), declared(schemas(print_of(lookup))[0])
    assert {name for name in mine if mine[name] != theirs[name]} == differing
    assert set(mine) == set(theirs)


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory, sqlite: SqliteMaker) -> Iterator[str]:
    """The address of an installation with titles, over real HTTP."""
    folder = tmp_path_factory.mktemp("printed")
    with archive(folder, sqlite) as installation, serving(_wsgi(installation)) as base:
        yield base


def _wsgi(installation: Installation) -> Any:
    return installation.wsgi()


@pytest.fixture
def make_service(served: str, tmp_path: Path) -> Iterator[Any]:
    """Makes strict zeep services of the printed descriptions, pointed at our address."""
    with requests.Session() as session:
        session.trust_env = False
        session.auth = ("ateneo-91", SECRET)

        def make(lookup: Lookup) -> tuple[zeep.Client, Any]:
            file = tmp_path / f"{lookup}.wsdl"
            file.write_text(corrected(print_of(lookup)), "utf-8")
            transport = zeep.Transport(session=session, timeout=20, operation_timeout=20)
            client = zeep.Client(
                str(file), transport=transport, settings=zeep.Settings(strict=True)
            )
            binding = f"{{http://miur.spcoop.gov.it/servizi/{lookup_name(lookup)}}}"
            service = client.create_service(binding + BINDINGS[lookup], served + PATHS[lookup])
            return client, service

        yield make


@pytest.mark.requirement("A1")
def test_a_client_of_the_printed_contract_finds_university_titles(make_service: Any) -> None:
    _, service = make_service(Lookup.TITLES)
    answer = service.ricercaDatiTitoliUniversitari({"codiceFiscale": STUDENT})
    (found,) = _unwrapped(answer)
    assert (found.codiceFiscale, found.codiceAteneo) == (STUDENT, "092")
    assert (found.tipoTitoloUniversitario, found.tipoClasseTitolo) == ("LT", "10033")
    assert (found.dataConseguimento, found.annoAccademico) == ("18072024", "2023")
    assert (found.nazioneConseguimento, found.voto) == ("ITA", "110L")


def _unwrapped(answer: Any) -> Any:
    """Return the results, from whichever of the wrappings zeep has left."""
    while hasattr(answer, "ricercaDatiTitoliStudenteResponseElement"):
        answer = answer.ricercaDatiTitoliStudenteResponseElement
    while hasattr(answer, "ricercaDatiDiplomiStudenteResponseElement"):
        answer = answer.ricercaDatiDiplomiStudenteResponseElement
    return answer.result if hasattr(answer, "result") else answer


@pytest.mark.requirement("A1")
def test_a_client_of_the_printed_contract_is_told_that_there_is_none(make_service: Any) -> None:
    _, service = make_service(Lookup.TITLES)
    (found,) = _unwrapped(service.ricercaDatiTitoliUniversitari({"codiceFiscale": OTHER}))
    # zeep makes an object of a nil element too, with nothing in it
    assert set(zeep.helpers.serialize_object(found).values()) == {None}


@pytest.mark.requirement("A2")
@pytest.mark.parametrize("given", [None, ("fiorella", PASSWORD)], ids=["without", "credentials"])
def test_a_client_of_the_printed_contract_finds_a_diploma(
    make_service: Any, given: tuple[str, str] | None
) -> None:
    _, service = make_service(Lookup.DIPLOMA)
    user, password = given or (zeep.xsd.Nil, zeep.xsd.Nil)
    asked = {"codiceFiscale": STUDENT, "annoScolastico": "2021"}
    answer = service.ricercaDatiTitoliDiploma({**asked, "userID": user, "password": password})
    (found,) = _unwrapped(answer)
    assert (found.codiceScuola, found.votoDiploma) == ("1234567", "98")
    assert (found.tipoTitoloDiploma, found.annoSolareConseguimento) == ("5012", "05072021")
    assert found.codiceRitorno == "0"
    assert found.messaggio == f"Ricerca effettuata con successo. {STUDENT}, 2021"


@pytest.mark.requirement("A3")
def test_a_client_of_the_printed_contract_reads_every_other_outcome(make_service: Any) -> None:
    _, service = make_service(Lookup.DIPLOMA)
    nil = zeep.xsd.Nil
    seen = {}
    for student, year, user, password in (
        (OTHER, "2021", nil, nil),
        (STUDENT, "2021", "fiorella", nil),
        (STUDENT, "2021", "fiorella", "sbagliata"),
        (OTHER, "2021", "fiorella", PASSWORD),
        ("X" * 16, "2021", nil, nil),
        (STUDENT, "21", nil, nil),
        (STUDENT, "duemila", nil, nil),
    ):
        answer = service.ricercaDatiTitoliDiploma(
            {"codiceFiscale": student, "annoScolastico": year, "userID": user, "password": password}
        )
        (found,) = _unwrapped(answer)
        seen[found.codiceRitorno] = found.messaggio
    assert list(seen) == ["1", "99", "98", "94", "12", "14", "15"]
    assert all(len(text) <= 100 for text in seen.values())
