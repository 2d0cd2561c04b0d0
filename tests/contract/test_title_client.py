"""Our client of the two lookups against a real server: strict in writing, liberal in reading."""

import base64
import threading
from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from lxml import etree

from gateway.client.title_wire import write
from gateway.client.transport import MAX_ANSWER
from gateway.contracts import compiled
from gateway.domain.deliveries import OutcomeUnknown, PartnerMisbehaved, PartnerUnreachable
from gateway.domain.lookups import Question, Reply, ask_diploma
from gateway.domain.registry import TitleRegistry
from gateway.domain.titles import SchoolDiploma, UniversityTitle
from gateway.egov import EGOV
from tests.support.clock import START
from tests.support.ports import free_port
from tests.support.titles_samples import PERSON
from tests.support.titles_server import (
    DIPLOMA,
    EMPTY,
    NIL,
    QUERY,
    TITLES,
    Said,
    ScriptedRegistry,
    ask,
    diploma_answer,
    envelope,
    result,
    titles_answer,
)

pytestmark = [pytest.mark.contract, pytest.mark.requirement("A4")]

PLAIN = TitleRegistry(titles_url="http://127.0.0.1:9/titoli", diplomas_url="http://127.0.0.1:9/d")


def body_of(message: bytes) -> etree._Element:
    body = etree.fromstring(message).find("{*}Body")
    assert body is not None
    return body[0]


def named(message: bytes, name: str) -> etree._Element:
    found: etree._Element = next(etree.fromstring(message).iter(f"{{*}}{name}"))
    return found


@pytest.mark.parametrize(
    ("question", "schema"),
    [
        (TITLES, "ans/RicercaTitoloStudente_types.xsd"),
        (DIPLOMA, "ans/RicercaDiplomaStudente_types.xsd"),
        (ask_diploma(PERSON, 2019, "utente", "pw"), "ans/RicercaDiplomaStudente_types.xsd"),
    ],
)
def test_a_question_follows_the_contract(question: Question, schema: str) -> None:
    message = write(question, PLAIN, QUERY, START)
    compiled(schema).assertValid(body_of(message))


def test_credentials_that_are_not_given_are_nil_both() -> None:
    for name in ("userID", "password"):
        element = named(write(DIPLOMA, PLAIN, QUERY, START), name)
        assert element.get("{http://www.w3.org/2001/XMLSchema-instance}nil") == "true"
    given = write(ask_diploma(PERSON, 2019, "utente", "pw"), PLAIN, QUERY, START)
    assert [named(given, name).text for name in ("userID", "password")] == ["utente", "pw"]


def test_the_envelope_header_is_there_where_the_registry_wants_it() -> None:
    egov = replace(PLAIN, egov=True, sender="ATENEO91", recipient="MIUR")
    message = write(DIPLOMA, egov, QUERY, START)
    header = etree.fromstring(message).find(f"{{*}}Header/{{{EGOV}}}Intestazione")
    assert header is not None
    told = {etree.QName(item).localname: item.text for item in header.iter()}
    assert told["ProfiloCollaborazione"] == "EGOV_IT_ServizioSincrono"
    assert (told["Servizio"], told["Azione"]) == (
        "RicercaDiplomaStudente",
        "ricercaDatiTitoliDiploma",
    )
    parties = [item.text for item in header.iter(f"{{{EGOV}}}IdentificativoParte")]
    assert parties == ["ATENEO91", "MIUR"]
    assert told["OraRegistrazione"] == "2026-09-21T10:00:00"
    assert etree.fromstring(write(DIPLOMA, PLAIN, QUERY, START)).find("{*}Header") is None


def test_a_question_leaves_with_its_action_and_our_credentials(
    server: ScriptedRegistry, registry: TitleRegistry
) -> None:
    server.says += [Said(titles_answer(NIL)), Said(diploma_answer(NIL))]
    ask(registry)
    ask(registry, replace(DIPLOMA, forwarded=True))
    (titles, _), (diploma, _) = server.heard
    assert titles["HTTP_SOAPACTION"] == '"ricercaDatiTitoliUniversitari"'
    assert titles["HTTP_AUTHORIZATION"] == "Basic " + base64.b64encode(b"ateneo:segreta").decode()
    assert titles["HTTP_CONGEDO_INOLTRO"] == ""
    assert diploma["HTTP_SOAPACTION"] == '"ricercaDatiTitoliDiploma"'
    assert diploma["HTTP_CONGEDO_INOLTRO"] == "1"


FULL = {
    "codiceFiscale": PERSON,
    "codiceAteneo": "091",
    "nazioneConseguimento": "380",
    "tipoClasseTitolo": "10009",
    "tipoTitoloUniversitario": "LT",
    "dataConseguimento": "14072023",
    "annoAccademico": "2022",
    "voto": "110L",
}
DEGREE = UniversityTitle(
    codice_fiscale=PERSON,
    university="091",
    state="380",
    classe="10009",
    degree_type="LT",
    awarded_on=date(2023, 7, 14),
    academic_year=2022,
    grade="110L",
)


def test_titles_are_read(server: ScriptedRegistry, registry: TitleRegistry) -> None:
    server.says.append(Said(titles_answer(result(**FULL), result(**{**FULL, "voto": "99"}))))
    assert ask(registry) == Reply((DEGREE, replace(DEGREE, grade="99")))


@pytest.mark.parametrize(
    "written",
    ["14072023", "20230714", "2023-07-14", "14/07/2023", "14.07.2023", " 14/07/2023 ",
     "2023-07-14T00:00:00"],
)  # fmt: skip
def test_a_day_is_read_in_every_form_it_is_found_in(
    server: ScriptedRegistry, registry: TitleRegistry, written: str
) -> None:
    server.says.append(Said(titles_answer(result(**{**FULL, "dataConseguimento": written}))))
    assert ask(registry) == Reply((DEGREE,))


@pytest.mark.parametrize("year", ["2022", "2022/2023", "2022-23", " 2022 / 2023 "])
def test_an_academic_year_is_its_first(
    server: ScriptedRegistry, registry: TitleRegistry, year: str
) -> None:
    server.says.append(Said(titles_answer(result(**{**FULL, "annoAccademico": year}))))
    assert ask(registry) == Reply((DEGREE,))


@pytest.mark.parametrize("blank", ["", "  ", "00000000", "0", "00/00/0000"])
def test_what_the_registry_leaves_out_is_nothing(
    server: ScriptedRegistry, registry: TitleRegistry, blank: str
) -> None:
    fields = {**FULL, "dataConseguimento": blank, "nazioneConseguimento": ""}
    server.says.append(Said(titles_answer(result(**fields))))
    assert ask(registry) == Reply((replace(DEGREE, awarded_on=None, state="999"),))


@pytest.mark.parametrize(
    "results", [(), (NIL,), (EMPTY,), (NIL, EMPTY), (result(codiceFiscale=PERSON),),
                (result(codiceFiscale="", voto=" "),)],
)  # fmt: skip
def test_nothing_found_is_written_in_many_ways(
    server: ScriptedRegistry, registry: TitleRegistry, results: tuple[str, ...]
) -> None:
    server.says += [Said(titles_answer(*results)), Said(diploma_answer(*results))]
    assert ask(registry) == Reply()
    assert ask(registry, DIPLOMA) == Reply()


def test_an_answer_without_namespaces_is_read(
    server: ScriptedRegistry, registry: TitleRegistry
) -> None:
    bare = (
        b"<Envelope><Body><risposta><ricercaDatiTitoliStudenteResponseElement>"
        + result(**FULL).encode()
        + b"</ricercaDatiTitoliStudenteResponseElement></risposta></Body></Envelope>"
    )
    server.says.append(Said(bare))
    assert ask(registry) == Reply((DEGREE,))


@pytest.mark.parametrize(
    ("year", "read"), [("2019", None), ("08072019", date(2019, 7, 8)), ("", None)]
)
def test_a_diploma_is_read_with_its_code(
    server: ScriptedRegistry, registry: TitleRegistry, year: str, read: date | None
) -> None:
    told = result(
        codiceFiscale=PERSON.lower(),
        codiceScuola="1234567",
        nazioneConseguimento="380",
        votoDiploma="94",
        tipoTitoloDiploma="1002",
        annoSolareConseguimento=year,
        codiceRitorno="00",
        messaggio=f"Ricerca effettuata con successo. {PERSON}, 2019",
    )
    server.says.append(Said(diploma_answer(told)))
    diploma = SchoolDiploma(
        codice_fiscale=PERSON,
        school="1234567",
        year=2019,
        state="380",
        grade="94",
        diploma_type="1002",
        awarded_on=read,
    )
    assert ask(registry, DIPLOMA) == Reply((diploma,), "0")


@pytest.mark.parametrize(
    "code", ["0", "1", "2", "3", "4", "12", "14", "15", "94", "95", "96", "97", "98", "99", "77"]
)
def test_a_code_alone_is_handed_on(
    server: ScriptedRegistry, registry: TitleRegistry, code: str
) -> None:
    server.says.append(Said(diploma_answer(result(codiceRitorno=code, messaggio="x"))))
    assert ask(registry, DIPLOMA) == Reply((), code)


HTML = b"<html><body>Envelope: servizio sospeso</body></html>"
NONSENSE: dict[str, Any] = {
    "html": Said(HTML, kind="text/html"),
    "html that names an envelope": Said(HTML),
    "nothing": Said(b""),
    "json": Said(b'{"Envelope": 1}', kind="application/json"),
    "half an answer": Said(titles_answer(result(**FULL))[:-40]),
    "another answer": Said(diploma_answer(NIL)),
    "an empty body": Said(envelope("")),
    "a document type": Said(b"<!DOCTYPE a [<!ENTITY e 'x'>]>" + titles_answer(NIL)),
    "another student": Said(titles_answer(result(codiceFiscale="AAAAAA00A01Q000A", voto="110"))),
    "too many results": Said(titles_answer(*[result(**FULL)] * 201)),
    "a client fault": Said(
        envelope("<s:Fault><faultcode>s:Client.X</faultcode></s:Fault>"), "500 Error"
    ),
    "a fault with a strange code": Said(
        envelope(f"<s:Fault><faultcode>{PERSON} x</faultcode></s:Fault>"), "500 Error"
    ),
    "forbidden": Said(b"<Envelope/>", "403 Forbidden"),
    "unauthorised": Said(b"no", "401 Unauthorized"),
    "moved": Said(b"", "302 Found"),
}


@pytest.mark.parametrize("name", NONSENSE)
def test_nonsense_is_no_answer_whatever_its_status(
    server: ScriptedRegistry, registry: TitleRegistry, name: str
) -> None:
    server.says.append(NONSENSE[name])
    with pytest.raises(PartnerMisbehaved) as found:
        ask(registry)
    assert PERSON not in str(found.value)


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("dataConseguimento", "31022020"),
        ("dataConseguimento", "ieri"),
        ("dataConseguimento", "01011850"),
        ("annoAccademico", "anno"),
        ("annoAccademico", "0022"),
    ],
)
def test_a_field_that_cannot_be_read_is_named_and_nothing_is_guessed(
    server: ScriptedRegistry, registry: TitleRegistry, field: str, value: str
) -> None:
    server.says.append(Said(titles_answer(result(**FULL), result(**{**FULL, field: value}))))
    assert ask(registry) == Reply(flaw=field)


@pytest.mark.parametrize(
    "results",
    [
        (result(codiceRitorno="uno"),),
        (result(codiceRitorno="12345"),),
        (result(codiceRitorno="0", votoDiploma="9"), result(codiceRitorno="1")),
    ],
)
def test_a_code_that_is_none_or_contradicts_another_is_named(
    server: ScriptedRegistry, registry: TitleRegistry, results: tuple[str, ...]
) -> None:
    server.says.append(Said(diploma_answer(*results)))
    assert ask(registry, DIPLOMA) == Reply(flaw="codiceRitorno")


def test_an_exception_of_the_envelope_is_no_answer(
    server: ScriptedRegistry, registry: TitleRegistry
) -> None:
    header = f'<e:Eccezione xmlns:e="{EGOV}" codiceEccezione="EGOV_IT_101"/>'
    block = f"<s:Header>{header}</s:Header><s:Body>".encode()
    content = titles_answer(NIL).replace(b"<s:Body>", block)
    server.says.append(Said(content))
    with pytest.raises(PartnerMisbehaved, match="EGOV_IT_101"):
        ask(registry)


@pytest.mark.parametrize(
    "said",
    [
        Said(b"", "503 Service Unavailable"),
        Said(b"overloaded", "429 Too Many Requests"),
        Said(b"Fatal error", "500 Internal Server Error"),
        Said(envelope("<s:Fault><faultcode>s:Server</faultcode></s:Fault>"), "500 Error"),
        Said(envelope("<s:Fault><faultcode>s:Server.Db</faultcode></s:Fault>")),
    ],
)
def test_a_registry_in_trouble_is_an_unknown_outcome(
    server: ScriptedRegistry, registry: TitleRegistry, said: Said
) -> None:
    server.says.append(said)
    with pytest.raises(OutcomeUnknown):
        ask(registry)


def test_an_answer_that_does_not_come_is_not_waited_for(
    server: ScriptedRegistry, registry: TitleRegistry
) -> None:
    held = threading.Event()
    server.says.append(Said(titles_answer(NIL), wait=held))
    with pytest.raises(OutcomeUnknown, match="Timeout"):
        ask(replace(registry, timeout_seconds=0.3))
    held.set()


def test_an_answer_without_end_is_not_read(
    server: ScriptedRegistry, registry: TitleRegistry
) -> None:
    server.says.append(Said(b" " * (MAX_ANSWER + 1)))
    with pytest.raises(PartnerMisbehaved, match="over"):
        ask(registry)


def test_a_registry_that_is_not_there_was_never_asked(registry: TitleRegistry) -> None:
    nowhere = f"http://127.0.0.1:{free_port()}/titoli"
    with pytest.raises(PartnerUnreachable):
        ask(replace(registry, titles_url=nowhere))
    with pytest.raises(PartnerUnreachable):
        ask(replace(registry, titles_url=""))
