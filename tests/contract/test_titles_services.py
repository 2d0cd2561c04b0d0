"""What the lookups are asked and answer, by golden messages and by their contracts (A1, A2, A3)."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
import requests
import zeep
from lxml import etree

from gateway.bootstrap import Installation
from gateway.contracts import Lookup, compiled, lookup_name, lookup_types, schema_path, wsdl_path
from gateway.domain.lifecycle import Actor, Party
from gateway.domain.messages import LookupOperation
from gateway.domain.title_records import TitleChange, TitleEvent
from gateway.domain.titles import LookupOutcome, Title
from gateway.egov import ACTIONS
from gateway.soap.application import HANDLERS, RoleServices
from tests.support.clock import START
from tests.support.contract_http import serving
from tests.support.contract_messages import GOLDEN, body_of
from tests.support.databases import SqliteMaker
from tests.support.hostile import Answered, Sending
from tests.support.titles import (
    OTHER,
    PASSWORD,
    PATHS,
    STUDENT,
    allow,
    archive,
    ask_diploma,
    ask_titles,
    codes,
    degree,
    diploma,
    keep,
    keep_credentials,
    open_archive,
    outer_name,
    results,
)
from tests.support.universities import MONTELAGO, SECRET

pytestmark = pytest.mark.contract

CASES = [
    (Lookup.TITLES, "", "", {}),
    (Lookup.TITLES, "egov", "egov", {"egov": True}),
    (Lookup.DIPLOMA, "", "", {}),
    (Lookup.DIPLOMA, "nil", "nil", {}),
]


@pytest.fixture
def installation(tmp_path: Path, sqlite: SqliteMaker) -> Iterator[Installation]:
    with archive(tmp_path, sqlite) as made:
        yield made


def golden(operation: LookupOperation, kind: str, variant: str = "") -> bytes:
    name = ".".join(filter(None, [operation.value, kind, variant, "xml"]))
    return (GOLDEN / name).read_bytes()


def ask(installation: Installation, lookup: Lookup, content: bytes) -> Answered:
    return Sending(path=PATHS[lookup]).to(installation.wsgi(), content)


def canonical(content: bytes) -> bytes:
    parser = etree.XMLParser(remove_blank_text=True)
    root = etree.fromstring(content, parser)
    return "\n".join(
        f"{item.tag} {sorted(item.attrib.items())} {item.text or ''}" for item in root.iter()
    ).encode()


def assert_valid(lookup: Lookup, content: bytes) -> None:
    schema = compiled(f"ans/{lookup_name(lookup)}_types.xsd")
    body = body_of(content)
    assert schema.validate(body), schema.error_log
    assert body.tag == f"{{{lookup_types(lookup)}}}{outer_name(lookup, 'risposta')}"


@pytest.mark.requirement("A1")
@pytest.mark.requirement("A2")
@pytest.mark.parametrize(("lookup", "asked", "answered", "profile"), CASES)
def test_a_golden_request_gets_the_golden_answer(
    installation: Installation, lookup: Lookup, asked: str, answered: str, profile: dict[str, bool]
) -> None:
    allow(installation, MONTELAGO, "91", **profile)
    request = golden(ACTIONS[lookup], "request", asked)
    answer = ask(installation, lookup, request)
    assert answer.status == 200, answer.content
    assert canonical(answer.content) == canonical(golden(ACTIONS[lookup], "answer", answered))
    assert_valid(lookup, answer.content)


@pytest.mark.requirement("A1")
def test_no_title_is_one_nil_result(installation: Installation) -> None:
    answer = ask(installation, Lookup.TITLES, ask_titles(OTHER))
    assert canonical(answer.content) == canonical(golden(LookupOperation.TITLES, "answer", "none"))
    assert_valid(Lookup.TITLES, answer.content)


@pytest.mark.requirement("A1")
def test_every_title_is_a_result_and_what_is_not_known_is_nil(installation: Installation) -> None:
    keep(installation, degree(degree_type="DR", classe="", grade="", state="999"))
    answer = ask(installation, Lookup.TITLES, ask_titles())
    first, second = results(answer.content)
    assert first is not None
    assert second is not None
    assert first["tipoTitoloUniversitario"] == "LT"
    assert second == {
        "codiceFiscale": STUDENT,
        "codiceAteneo": "092",
        "nazioneConseguimento": "999",
        "tipoClasseTitolo": None,
        "tipoTitoloUniversitario": "DR",
        "dataConseguimento": "18072024",
        "annoAccademico": "2023",
        "voto": None,
    }
    assert_valid(Lookup.TITLES, answer.content)


@pytest.mark.requirement("A1")
def test_a_withdrawn_title_is_not_answered(installation: Installation) -> None:
    with installation.store.open_uow(MONTELAGO) as uow:
        (stored, *_) = uow.titles.listing(limit=9)
        change = _change(stored.title)
        withdrawn = replace(stored, withdrawn_at=installation.clock())
        uow.titles.change(withdrawn, stored.title, change)
        uow.commit()
    assert results(ask(installation, Lookup.TITLES, ask_titles()).content) == [None]


def _change(title: Title) -> TitleChange:
    office = Actor(Party.SECRETARIAT, "segreteria")
    return TitleChange(START, office, TitleEvent.WITHDRAWN, "errore", title)


OUTCOMES = {
    "found": (ask_diploma(), "0"),
    "not found": (ask_diploma(OTHER), "1"),
    "not that year": (ask_diploma(year="2020"), "1"),
    "credentials right": (ask_diploma(user="fiorella", password=PASSWORD), "0"),
    "credentials empty": (ask_diploma(user="", password=""), "0"),
    "credentials blank": (ask_diploma(user=" ", password="\n"), "0"),
    "first year there can be": (ask_diploma(year="1900"), "1"),
    "no codice fiscale": (ask_diploma(""), "96"),
    "blanks for a codice fiscale": (ask_diploma(" " * 16), "96"),
    "codice fiscale too short": (ask_diploma(STUDENT[:15]), "12"),
    "codice fiscale in small letters": (ask_diploma(STUDENT.lower()), "12"),
    "codice fiscale with blanks": (ask_diploma(f" {STUDENT}"), "12"),
    "provisional code of digits": (ask_diploma("12345678901"), "12"),
    "wrong check character": (ask_diploma(STUDENT[:15] + "A"), "96"),
    "a month that is none": (ask_diploma("QTTFLL03Z57Q001F"), "96"),
    "no year": (ask_diploma(year=""), "95"),
    "year in words": (ask_diploma(year="MMXXI"), "15"),
    "year below zero": (ask_diploma(year="-2021"), "15"),
    "year in another script": (ask_diploma(year="٢٠٢١"), "15"),
    "school year": (ask_diploma(year="2020/21"), "15"),
    "year of two digits": (ask_diploma(year="21"), "14"),
    "year of five digits": (ask_diploma(year="02021"), "14"),
    "year to come": (ask_diploma(year="2027"), "95"),
    "year before time": (ask_diploma(year="1899"), "95"),
    "user without password": (ask_diploma(user="fiorella"), "99"),
    "password without user": (ask_diploma(password=PASSWORD), "99"),
    "user and empty password": (ask_diploma(user="fiorella", password=""), "99"),
    "user too long": (ask_diploma(user="f" * 101, password=PASSWORD), "99"),
    "password too long": (ask_diploma(user="fiorella", password="p" * 16), "99"),
    "password wrong": (ask_diploma(user="fiorella", password="altra"), "98"),
    "user unknown": (ask_diploma(user="nessuno", password=PASSWORD), "98"),
    "another's credentials": (ask_diploma(OTHER, user="fiorella", password=PASSWORD), "94"),
    "codice fiscale before year": (ask_diploma("", year=""), "96"),
    "year before credentials": (ask_diploma(year="", user="x"), "95"),
}


@pytest.mark.requirement("A3")
@pytest.mark.parametrize("name", OUTCOMES)
def test_each_outcome_has_its_code_and_the_words_of_the_guideline(
    installation: Installation, name: str
) -> None:
    request, code = OUTCOMES[name]
    answer = ask(installation, Lookup.DIPLOMA, request)
    assert answer.status == 200
    (found,) = results(answer.content)
    assert found is not None
    assert found["codiceRitorno"] == code
    assert 10 < len(found["messaggio"] or "") <= 100
    assert_valid(Lookup.DIPLOMA, answer.content)


@pytest.mark.requirement("A3")
@pytest.mark.parametrize("nil", ["true", "1"])
def test_nil_is_not_given_wherever_it_stands(installation: Installation, nil: str) -> None:
    def nilled(name: str) -> bytes:
        whole = ask_diploma(user="", password="").decode()
        start = whole.index(f"<n:{name}>")
        end = whole.index(f"</n:{name}>") + len(f"</n:{name}>")
        return (whole[:start] + f'<n:{name} xsi:nil="{nil}"/>' + whole[end:]).encode()

    expected = {"codiceFiscale": "96", "annoScolastico": "95", "userID": "0", "password": "0"}
    for name, code in expected.items():
        assert codes(ask(installation, Lookup.DIPLOMA, nilled(name)).content) == [code]


@pytest.mark.requirement("A3")
def test_several_diplomas_of_the_year_are_all_told(installation: Installation) -> None:
    keep(installation, diploma(school="99"))
    answer = ask(installation, Lookup.DIPLOMA, ask_diploma())
    found = results(answer.content)
    assert [item and item["codiceScuola"] for item in found] == ["1234567", "99"]
    assert codes(answer.content) == ["2", "2"]
    assert_valid(Lookup.DIPLOMA, answer.content)


@pytest.mark.requirement("A2")
def test_a_day_that_is_not_known_is_its_year(installation: Installation) -> None:
    (found,) = results(ask(installation, Lookup.DIPLOMA, ask_diploma(year="2019")).content)
    assert found is not None
    assert found["annoSolareConseguimento"] == "2019"


@pytest.mark.requirement("A3")
def test_without_a_source_of_credentials_they_cannot_be_checked(
    tmp_path: Path, sqlite: SqliteMaker
) -> None:
    installation = open_archive(tmp_path, sqlite)
    keep(installation, diploma())
    request = ask_diploma(user="fiorella", password=PASSWORD)
    assert codes(ask(installation, Lookup.DIPLOMA, request).content) == ["97"]
    keep_credentials(installation)
    assert codes(ask(installation, Lookup.DIPLOMA, request).content) == ["0"]
    installation.close()


@pytest.mark.requirement("A3")
def test_every_code_but_those_of_registries_is_met_above() -> None:
    met = {code for _, code in OUTCOMES.values()} | {"2", "97"}
    registries = {LookupOutcome.NO_CONNECTION.value, LookupOutcome.FAILED.value}
    assert met | registries == {outcome.value for outcome in LookupOutcome}


@pytest.mark.parametrize("lookup", Lookup)
def test_the_service_is_the_one_that_its_contract_describes(lookup: Lookup) -> None:
    description = wsdl_path(lookup).read_text("utf-8")
    ((operation, _),) = HANDLERS[lookup].items()
    assert f'<operation name="{operation}">' in description
    assert f'soapAction="{operation}"' in description
    services = RoleServices(lookup)
    found = services.find(f"{{{lookup_types(lookup)}}}{outer_name(lookup)}")
    assert found is not None
    assert found[0] is operation
    assert services.find(f"{{{lookup_types(lookup)}}}{outer_name(lookup, 'risposta')}") is None


@pytest.mark.parametrize("lookup", Lookup)
@pytest.mark.parametrize("public", ["", "https://congedo.example/servizi"])
def test_the_contract_is_published_with_its_addresses(
    tmp_path: Path, sqlite: SqliteMaker, lookup: Lookup, public: str
) -> None:
    installation = open_archive(tmp_path, sqlite, public_url=public)
    base = (public or "http://localhost") + PATHS[lookup]
    wsdl = Sending(path=f"{PATHS[lookup]}?wsdl", method="GET", user="")
    answer = wsdl.to(installation.wsgi(), b"").content.decode()
    name = lookup_name(lookup)
    assert f'location="{base}"' in answer
    assert f'schemaLocation="{base}?xsd={name}_types.xsd"' in answer
    for schema in (f"{name}_types.xsd", f"{name}.xsd"):
        sending = Sending(path=f"{PATHS[lookup]}?xsd={schema}", method="GET", user="")
        served = sending.to(installation.wsgi(), b"").content.decode()
        kept = schema_path(f"ans/{schema}").read_text("utf-8")
        at = f'schemaLocation="{base}?xsd='
        assert served == kept.replace('schemaLocation="', at)
    installation.close()


def test_the_catalogue_names_every_schema() -> None:
    catalogue = etree.parse(str(schema_path("catalog.xml")))
    for entry in catalogue.iter("{*}uri"):
        schema = etree.parse(str(schema_path(entry.get("uri"))))
        assert schema.getroot().get("targetNamespace") == entry.get("name")
    assert len(list(catalogue.iter("{*}uri"))) == 6


@pytest.mark.requirement("A1")
@pytest.mark.requirement("A2")
def test_a_zeep_client_of_the_served_contract_gets_right_answers(
    installation: Installation,
) -> None:
    with serving(installation.wsgi()) as base, requests.Session() as session:
        session.trust_env = False
        session.auth = ("ateneo-91", SECRET)
        transport = zeep.Transport(session=session, timeout=20, operation_timeout=20)
        settings = zeep.Settings(strict=True)
        titles, diplomas = (
            zeep.Client(f"{base}{PATHS[lookup]}?wsdl", transport=transport, settings=settings)
            for lookup in Lookup
        )
        found = titles.service.ricercaDatiTitoliUniversitari({"codiceFiscale": STUDENT})
        assert "110L" in str(found)
        asked = {"codiceFiscale": STUDENT, "annoScolastico": "2021", "userID": zeep.xsd.Nil}
        answer = diplomas.service.ricercaDatiTitoliDiploma({**asked, "password": zeep.xsd.Nil})
        assert "1234567" in str(answer)
        session.close()
