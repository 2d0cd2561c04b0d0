"""The guards of the transfer services hold for the lookups of titles too, each by its own test."""

import gzip
from collections.abc import Iterator
from itertools import product
from pathlib import Path

import pytest

from gateway.bootstrap import Installation
from gateway.contracts import SOAP11, SOAP12, Lookup
from tests.support.contract_messages import changed
from tests.support.databases import (
    PostgresMaker,
    SqliteMaker,
    close_doors,
    open_doors,
)
from tests.support.hostile import (
    CHUNKED,
    SECONDS,
    Sending,
    Site,
    at_best,
    tell_nothing,
)
from tests.support.hostile_lookups import ASK, MUST, Attack
from tests.support.titles import (
    PATHS,
    STUDENT,
    archive,
    ask_diploma,
    codes,
    outer_name,
    wrapped,
)
from tests.support.universities import MONTELAGO

pytestmark = pytest.mark.integration

LIMIT = 64 * 1024


@pytest.fixture(scope="module")
def opened(tmp_path_factory: pytest.TempPathFactory, sqlite: SqliteMaker) -> Iterator[Installation]:
    with archive(tmp_path_factory.mktemp("lookups"), sqlite) as made:
        yield made


@pytest.fixture(params=list(Lookup))
def attack(request: pytest.FixtureRequest, opened: Installation) -> Attack:
    return Attack(Site(opened, MONTELAGO), request.param)


def structure(path: str) -> tuple[int, str, str]:
    return 500, "Client.Structure", f"Il messaggio non segue il contratto: {path}"


ONE_BODY = (500, "Client.Structure", "Il messaggio deve avere un Body con un solo elemento")
UNKNOWN = (500, "Client.UnknownOperation", "Operazione non prevista da questo servizio")
NOT_XML = (400, "Client.NotXml", "Il messaggio non è XML valido (riga 1)")
NOT_SOAP = (400, "Client.NotSoap", "La radice non è una Envelope SOAP 1.1")


@pytest.mark.parametrize("content", [b"", b"x", b'{"a": 1}', b"%PDF", bytes(range(256))])
def test_what_is_no_xml_is_a_fault(attack: Attack, content: bytes) -> None:
    attack.refuse(content, NOT_XML)


def test_another_root_is_no_soap(attack: Attack) -> None:
    attack.refuse(b"<html/>", NOT_SOAP)
    attack.refuse(changed(attack.sound, SOAP11, "urn:soap"), NOT_SOAP)


def test_soap_12_is_a_version_mismatch(attack: Attack) -> None:
    fault = "VersionMismatch", "Il servizio usa SOAP 1.1"
    attack.refuse(changed(attack.sound, SOAP11, SOAP12), (500, *fault))
    headers = {"Content-Type": "application/soap+xml"}
    attack.turn_away(attack.sound, (415, *fault), headers=headers)


@pytest.mark.parametrize(
    "doctype", ["[]", '[<!ENTITY e "x">]', 'SYSTEM "file:///etc/hostname"', 'PUBLIC "a" "b"']
)
def test_a_dtd_is_refused(attack: Attack, doctype: str) -> None:
    content = f"<!DOCTYPE x {doctype}>".encode() + attack.sound
    attack.refuse(content, (400, "Client.Forbidden", "Non ammesso nel messaggio: DTD"))


def test_an_envelope_without_exactly_one_call_is_a_fault(attack: Attack) -> None:
    sound = attack.sound.decode()
    body = sound[sound.index("<s:Body>") + 8 : sound.index("</s:Body>")]
    attack.refuse(sound.replace(body, "").encode(), ONE_BODY)
    attack.refuse(sound.replace(body, body + body).encode(), ONE_BODY)
    attack.refuse(sound.replace(body, "testo").encode(), ONE_BODY)


def test_another_operation_is_unknown(attack: Attack) -> None:
    other = Lookup.DIPLOMA if attack.lookup is Lookup.TITLES else Lookup.TITLES
    attack.refuse(ASK[other], UNKNOWN)
    name = outer_name(attack.lookup)
    attack.refuse(changed(attack.sound, name, name.replace("richiesta", "risposta")), UNKNOWN)
    attack.refuse(changed(attack.sound, name, name.lower()), UNKNOWN)


@pytest.mark.parametrize(
    "inner",
    [
        "",
        "<n:altro/>",
        "<codiceFiscale>x</codiceFiscale>",
        f"<n:codiceFiscale>{STUDENT}</n:codiceFiscale>" * 2,
        f'<n:codiceFiscale href="#a">{STUDENT}</n:codiceFiscale>',
        f'<n:codiceFiscale xsi:type="n:UserIDType">{STUDENT}</n:codiceFiscale>',
        f"<n:codiceFiscale><b>{STUDENT}</b></n:codiceFiscale>",
        f'<n:codiceFiscale xsi:nil="true">{STUDENT}</n:codiceFiscale>',
        f"testo<n:codiceFiscale>{STUDENT}</n:codiceFiscale>",
    ],
    ids=["empty", "other", "unqualified", "twice", "href", "type", "nested", "nil", "text"],
)
def test_elements_that_are_not_those_of_the_contract_are_a_fault(
    attack: Attack, inner: str
) -> None:
    rest = "<n:annoScolastico>2021</n:annoScolastico>" if attack.lookup is Lookup.DIPLOMA else ""
    before = attack.site.rows()
    answer = attack.send(wrapped(attack.lookup, inner + rest if inner else ""))
    status, code, text = answer.fault
    assert (status, code) == (500, "Client.Structure")
    assert text.startswith("Il messaggio non segue il contratto: ")
    assert STUDENT not in text
    assert attack.site.rows() == {**before, "messages": before.get("messages", 0) + 1}


def test_the_order_of_the_contract_is_kept(opened: Installation) -> None:
    attack = Attack(Site(opened, MONTELAGO), Lookup.DIPLOMA)
    year, student = (
        "<n:annoScolastico>2021</n:annoScolastico>",
        f"<n:codiceFiscale>{STUDENT}</n:codiceFiscale>",
    )
    outer = outer_name(Lookup.DIPLOMA)
    inner = f"{outer}/ricercaDatiDiplomiStudenteElement"
    attack.refuse(wrapped(Lookup.DIPLOMA, year + student), structure(f"{inner}/annoScolastico"))
    attack.refuse(
        wrapped(Lookup.DIPLOMA, f"{student}{year}<n:password>x</n:password><n:userID>x</n:userID>"),
        structure(f"{inner}/password"),
    )


@pytest.mark.parametrize("value", ["1", "true"])
def test_a_header_that_must_be_understood_is_not(attack: Attack, value: str) -> None:
    header = f'<s:Header><t:Tx xmlns:t="urn:tx" s:mustUnderstand="{value}"/></s:Header>'
    attack.refuse(changed(attack.sound, "<s:Body>", f"{header}<s:Body>"), MUST)


@pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH", "OPTIONS", "INVENTATO"])
def test_only_post_asks(attack: Attack, method: str) -> None:
    fault = (405, "Client.Method", "Usare POST; ?wsdl descrive il servizio")
    attack.turn_away(attack.sound, fault, method=method)


@pytest.mark.parametrize("method", ["GET", "HEAD"])
def test_reading_says_where_the_contract_is(attack: Attack, method: str) -> None:
    assert attack.send(b"", method=method).status == 405


@pytest.mark.parametrize("media_type", ["application/json", "text/plain", "multipart/related", ""])
def test_another_media_type_is_refused_unread(attack: Attack, media_type: str) -> None:
    fault = (415, "Client.MediaType", "Content-Type deve essere text/xml")
    attack.turn_away(attack.sound, fault, headers={"Content-Type": media_type})


def test_a_packed_body_is_not_unpacked(attack: Attack) -> None:
    fault = (415, "Client.Encoding", "Il messaggio non va compresso")
    packed = gzip.compress(b"\x00" * 10_000_000)
    attack.turn_away(packed, fault, headers={"Content-Encoding": "gzip"})


@pytest.mark.parametrize("chunked", [False, True])
def test_a_body_over_the_limit_is_refused(attack: Attack, *, chunked: bool) -> None:
    fault = (413, "Client.TooLarge", f"Messaggio oltre il limite di {LIMIT} byte")
    environ = CHUNKED.environ if chunked else {}
    attack.refuse(attack.sound.ljust(LIMIT + 1), fault, environ=environ)
    assert attack.send(attack.sound.ljust(LIMIT), environ=environ).status == 200


@pytest.mark.parametrize("length", ["abc", "-1", "٣"])
def test_a_length_that_is_no_number_is_a_fault(attack: Attack, length: str) -> None:
    fault = (400, "Client.Length", "Content-Length non valido")
    attack.refuse(attack.sound, fault, environ={"CONTENT_LENGTH": length})


@pytest.mark.parametrize(
    "path", ["/soap/ans", "/soap/ans/", "/soap/ans/altro", "/soap/ans/titoli/x"]
)
def test_an_address_that_is_nobodys_is_a_fault_without_a_trace(
    opened: Installation, path: str
) -> None:
    attack = Attack(Site(opened, MONTELAGO), Lookup.TITLES)
    fault = (404, "Client.UnknownAddress", "Indirizzo sconosciuto")
    attack.turn_away(attack.sound, fault, path=path)
    assert attack.send(b"", path=f"{path}?wsdl", method="GET").status == 404


@pytest.mark.parametrize("name", ["altro.xsd", "../catalog.xml", "/etc/passwd", "%00", ""])
def test_no_file_is_reached_through_the_name_of_a_schema(attack: Attack, name: str) -> None:
    answer = attack.send(b"", path=f"{attack.plain.path}?xsd={name}", method="GET")
    assert (answer.status, answer.content) == (404, b"Schema sconosciuto\n")


FLOODS = {
    "siblings": "<a/>",
    "text": "x",
    "depth": "<a>",
    "comments": "<!--x-->",
    "namespaces": '<a xmlns="urn:u"/>',
}


@pytest.mark.parametrize(("shape", "lookup"), list(product(FLOODS, Lookup)))
def test_a_full_size_request_is_answered_in_time(
    opened: Installation, shape: str, lookup: Lookup
) -> None:
    attack = Attack(Site(opened, MONTELAGO), lookup)
    place, unit = "<n:codiceFiscale>", FLOODS[shape]
    room = (LIMIT - len(attack.sound)) // len(unit)
    content = changed(attack.sound, place, unit * room + place)
    answer = attack.send(content)
    assert answer.status in (200, 400, 500)
    tell_nothing(answer)
    assert at_best(answer.seconds, lambda: attack.send(content).seconds) < SECONDS


def test_a_bug_of_ours_is_a_reference_and_nothing_else(
    attack: Attack, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object, **__: object) -> None:
        raise RuntimeError(STUDENT)

    monkeypatch.setattr("gateway.soap.titles_service.note_lookup", fail)
    answer = attack.send(attack.sound)
    status, code, text = answer.fault
    assert (status, code) == (500, "Server")
    assert text.startswith("Errore interno (riferimento ")
    assert STUDENT not in answer.content.decode()


def test_while_the_database_is_away_lookups_are_told_to_come_again(
    tmp_path: Path, postgres: PostgresMaker
) -> None:
    with archive(tmp_path, postgres) as installation:
        application = installation.wsgi()
        for lookup in Lookup:
            sending = Sending(path=PATHS[lookup])
            assert sending.to(application, ASK[lookup]).status == 200
        close_doors(installation.settings.url)
        for lookup in Lookup:
            answer = Sending(path=PATHS[lookup]).to(application, ASK[lookup])
            assert (answer.status, answer.fault[1]) == (503, "Server.Busy")
            assert answer.headers["Retry-After"] == "5"
        open_doors(installation.settings.url)
        answer = Sending(path=PATHS[Lookup.DIPLOMA]).to(application, ask_diploma())
        assert codes(answer.content) == ["0"]
