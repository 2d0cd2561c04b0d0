"""The guards of the transfer services hold for the lookups of titles too, each by its own test."""

import gzip
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from itertools import product
from pathlib import Path
from typing import Any

import pytest
from lxml import etree

from gateway import logs
from gateway.bootstrap import Installation
from gateway.contracts import SOAP11, SOAP12, Lookup
from gateway.egov import EgovHeader, EgovParty, make_header
from gateway.soap.callers import hash_password
from tests.support.clock import START
from tests.support.contract_messages import authorization, changed
from tests.support.databases import (
    Maker,
    PostgresMaker,
    SqliteMaker,
    close_doors,
    open_doors,
)
from tests.support.hostile import (
    CHUNKED,
    SECONDS,
    Answered,
    Sending,
    Site,
    at_best,
    tell_nothing,
)
from tests.support.titles import (
    PASSWORD,
    PATHS,
    STUDENT,
    allow,
    archive,
    ask_diploma,
    ask_titles,
    codes,
    degree,
    keep,
    outer_name,
    results,
    wrapped,
)
from tests.support.universities import MONTELAGO, ORIGIN, SECRET, THIRD, introduce

pytestmark = pytest.mark.integration

NOBODY = (401, "Client.Authentication", "Credenziali mancanti o non valide")
NOT_ALLOWED = (403, "Client.Authorization", "Ricerca dei titoli non concessa a questo ateneo")
ASK = {Lookup.TITLES: ask_titles(), Lookup.DIPLOMA: ask_diploma()}
LIMIT = 64 * 1024


@dataclass(frozen=True)
class Attack:
    """A lookup under attack."""

    site: Site
    lookup: Lookup

    @property
    def plain(self) -> Sending:
        return Sending(path=PATHS[self.lookup])

    @property
    def sound(self) -> bytes:
        return ASK[self.lookup]

    def send(self, content: bytes, **how: Any) -> Answered:
        return replace(self.plain, **how).to(self.site.application, content)

    def refuse(self, content: bytes, expected: tuple[int, str, str], **how: Any) -> None:
        """Send what is no valid call: one fault, one row of the journal, nothing else."""
        before = self.site.rows()
        answer = self.send(content, **how)
        assert answer.fault == expected
        before["messages"] = before.get("messages", 0) + 1
        assert self.site.rows() == before
        row, message, kept = self.site.latest()
        assert (row.result, row.code, row.partner) == ("fault", expected[0], "91")
        assert content.startswith(message)
        assert kept == answer.content
        assert self.lookup is Lookup.TITLES or message == b""
        tell_nothing(answer)
        assert "Congedo-Fonte" not in answer.headers

    def turn_away(self, content: bytes, expected: tuple[int, str, str], **how: Any) -> Answered:
        """Send as nobody we know: one fault, and no row anywhere."""
        before = self.site.rows()
        answer = self.send(content, **how)
        assert answer.fault == expected
        assert self.site.rows() == before
        tell_nothing(answer)
        return answer


@pytest.fixture(scope="module")
def opened(tmp_path_factory: pytest.TempPathFactory, sqlite: SqliteMaker) -> Iterator[Installation]:
    with archive(tmp_path_factory.mktemp("lookups"), sqlite) as made:
        yield made


@pytest.fixture(params=list(Lookup))
def attack(request: pytest.FixtureRequest, opened: Installation) -> Attack:
    return Attack(Site(opened, MONTELAGO), request.param)


def structure(path: str) -> tuple[int, str, str]:
    return 400, "Client.Structure", f"Il messaggio non segue il contratto: {path}"


ONE_BODY = (400, "Client.Structure", "Il messaggio deve avere un Body con un solo elemento")
UNKNOWN = (400, "Client.UnknownOperation", "Operazione non prevista da questo servizio")
NOT_XML = (400, "Client.NotXml", "Il messaggio non è XML valido (riga 1)")
NOT_SOAP = (400, "Client.NotSoap", "La radice non è una Envelope SOAP 1.1")
MUST = (400, "MustUnderstand", "Intestazione SOAP obbligatoria non riconosciuta")


@pytest.mark.parametrize("content", [b"", b"x", b'{"a": 1}', b"%PDF", bytes(range(256))])
def test_what_is_no_xml_is_a_fault(attack: Attack, content: bytes) -> None:
    attack.refuse(content, NOT_XML)


def test_another_root_is_no_soap(attack: Attack) -> None:
    attack.refuse(b"<html/>", NOT_SOAP)
    attack.refuse(changed(attack.sound, SOAP11, "urn:soap"), NOT_SOAP)


def test_soap_12_is_a_version_mismatch(attack: Attack) -> None:
    fault = "VersionMismatch", "Il servizio usa SOAP 1.1"
    attack.refuse(changed(attack.sound, SOAP11, SOAP12), (400, *fault))
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
    assert (status, code) == (400, "Client.Structure")
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


STRANGERS = {
    "nothing": {},
    "wrong password": authorization("ateneo-91", "indovinata"),
    "unknown name": authorization("ateneo-77", SECRET),
    "empty name": authorization("", SECRET),
    "nul": authorization("ateneo-91\0", SECRET),
    "sql": authorization("' OR '1'='1' --", SECRET),
    "bearer": {"Authorization": "Bearer abc"},
    "long": authorization("ateneo-91", "x" * 60_000),
}


@pytest.mark.parametrize("who", STRANGERS)
def test_a_stranger_learns_nothing_whatever_is_asked(attack: Attack, who: str) -> None:
    how = {"user": "", "headers": STRANGERS[who]}
    asked = (attack.sound, b"<", changed(attack.sound, STUDENT, "X"))
    answers = {attack.turn_away(content, NOBODY, **how).content for content in asked}
    assert len(answers) == 1


def test_a_partner_that_may_not_look_up_is_told_so_and_noted(attack: Attack) -> None:
    before = attack.site.rows()
    answer = attack.send(attack.sound, user="ateneo-93")
    assert answer.fault == NOT_ALLOWED
    assert attack.site.rows() == {**before, "messages": before.get("messages", 0) + 1}
    row, message, _ = attack.site.latest()
    assert (row.result, row.code, row.partner, message) == ("fault", 403, "93", b"")


def test_a_partner_of_another_day_is_a_stranger(tmp_path: Path, sqlite: SqliteMaker) -> None:
    with archive(tmp_path, sqlite) as installation:
        allow(installation, MONTELAGO, "91", active_to=date(2026, 9, 20))
        attack = Attack(Site(installation, MONTELAGO), Lookup.TITLES)
        attack.turn_away(attack.sound, NOBODY)


@pytest.mark.requirement("A1")
def test_the_password_tells_whose_partner_asks_and_its_university_keeps_the_journal(
    tmp_path: Path, database: Maker
) -> None:
    with archive(tmp_path, database) as installation:
        introduce(installation, THIRD, (ORIGIN, "origin"))
        allow(installation, THIRD.code, "91", password_hash=hash_password("altra"))
        keep(installation, degree(university="093"), university=THIRD.code)
        application = installation.wsgi()
        for secret, code in ((SECRET, MONTELAGO), ("altra", THIRD.code)):
            headers = authorization("ateneo-91", secret)
            sending = Sending(path=PATHS[Lookup.TITLES], user="", headers=headers)
            found = results(sending.to(application, ask_titles()).content)
            # both let 91 look up: it is told what both keep
            assert [item and item["codiceAteneo"] for item in found] == ["092", "093"]
            with installation.store.open_uow(code) as uow:
                assert len(uow.journal.latest()) == 1
        allow(installation, THIRD.code, "91", may_look_up=False)
        sending = Sending(path=PATHS[Lookup.TITLES])
        found = results(sending.to(application, ask_titles()).content)
        assert [item and item["codiceAteneo"] for item in found] == ["092"]


@pytest.mark.requirement("A2")
def test_no_student_s_password_is_kept_anywhere(tmp_path: Path, database: Maker) -> None:
    with archive(tmp_path, database) as installation:
        attack = Attack(Site(installation, MONTELAGO), Lookup.DIPLOMA)
        for password in (PASSWORD, "sbagliata-ma-mia"):
            answer = attack.send(ask_diploma(user="fiorella", password=password))
            assert answer.status == 200
            _, message, kept = attack.site.latest()
            assert b"fiorella" in message
            assert password.encode() not in message + kept
        broken = ask_diploma(user="fiorella", password=PASSWORD)[:-3]
        attack.send(broken)
        assert PASSWORD.encode() not in attack.site.latest()[1]
        attack.send(changed(ask_diploma(user="f", password=PASSWORD), "n:userID", "n:altro"))
        assert PASSWORD.encode() not in attack.site.latest()[1]


@pytest.mark.requirement("A1")
def test_every_lookup_leaves_one_row_with_who_asked_what(opened: Installation) -> None:
    site = Site(opened, MONTELAGO)
    for lookup, (content, code) in {
        Lookup.TITLES: (ask_titles(), 0),
        Lookup.DIPLOMA: (ask_diploma(year="2020"), 1),
    }.items():
        before = site.rows()
        answer = Attack(site, lookup).send(content)
        assert site.rows() == {**before, "messages": before.get("messages", 0) + 1}
        row, message, kept = site.latest()
        assert (row.result, row.code, row.partner) == ("accepted", code, "91")
        assert row.operation.startswith("ricercaDatiTitoli")
        assert (message, kept) == (content, answer.content)


def test_nothing_of_a_student_is_in_the_logs(
    attack: Attack, capfd: pytest.CaptureFixture[str]
) -> None:
    logs.configure("DEBUG")
    asked = [attack.sound, changed(attack.sound, STUDENT, f"{STUDENT}X"), attack.sound[:-9]]
    asked.append(ask_diploma(user="fiorella", password=PASSWORD))
    for content in asked:
        attack.send(content)
    said = "".join(capfd.readouterr())
    assert "call_refused" in said
    assert [word for word in (STUDENT, "fiorella", PASSWORD) if word in said] == []


def egov(lookup: Lookup, **changes: Any) -> bytes:
    """Return a sound request with an e-Gov header."""
    name = "RicercaTitoloStudente" if lookup is Lookup.TITLES else "RicercaDiplomaStudente"
    action = "Universitari" if lookup is Lookup.TITLES else "Diploma"
    header = EgovHeader(
        sender=EgovParty("Valdombra"),
        receiver=EgovParty("Montelago"),
        service=name,
        action=f"ricercaDatiTitoli{action}",
        message_id="Valdombra_1",
    )
    block = etree.tostring(make_header(replace(header, **changes), START)).decode()
    return changed(ASK[lookup], "<s:Body>", f"<s:Header>{block}</s:Header><s:Body>")


def test_without_the_profile_an_egov_header_is_ignored_unless_it_must_be_understood(
    attack: Attack,
) -> None:
    attack.refuse(egov(attack.lookup), MUST)
    free = egov(attack.lookup).replace(b'SOAP-ENV:mustUnderstand="1"', b"")
    answer = attack.send(free)
    assert answer.status == 200
    assert b"Intestazione" not in answer.content


@pytest.mark.requirement("A1")
def test_with_the_profile_an_egov_header_is_judged_and_answered(
    tmp_path: Path, sqlite: SqliteMaker
) -> None:
    with archive(tmp_path, sqlite) as installation:
        allow(installation, MONTELAGO, "91", egov=True)
        for lookup in Lookup:
            attack = Attack(Site(installation, MONTELAGO), lookup)
            answer = attack.send(egov(lookup))
            assert answer.status == 200
            for said in (b">Valdombra_1<", b">locale<", b"RiferimentoMessaggio"):
                assert said in answer.content
            assert b"Header" not in attack.send(attack.sound).content  # it may be left out
            wrong = "Busta e-Gov incompleta o non coerente con il servizio: "
            for name, path in (
                ("service", "IntestazioneMessaggio/Servizio"),
                ("action", "IntestazioneMessaggio/Azione"),
            ):
                fault = (400, "Client.EGov", wrong + path)
                attack.refuse(egov(lookup, **{name: "altro"}), fault)
            twice = egov(lookup).decode()
            block = twice[twice.index("<s:Header>") + 10 : twice.index("</s:Header>")]
            fault = (400, "Client.EGov", f"{wrong}Intestazione[2]")
            attack.refuse(twice.replace(block, block * 2, 1).encode(), fault)
            other = '<s:Header><t:Tx xmlns:t="urn:tx" s:mustUnderstand="1"/>'
            attack.refuse(changed(egov(lookup), "<s:Header>", other), MUST)


def test_egov_identifiers_of_answers_are_never_the_same(tmp_path: Path, database: Maker) -> None:
    with archive(tmp_path, database) as installation:
        allow(installation, MONTELAGO, "91", egov=True)
        attack = Attack(Site(installation, MONTELAGO), Lookup.TITLES)
        answers = [attack.send(egov(Lookup.TITLES)).content.decode() for _ in range(5)]
        given = {answer.partition("Identificatore>")[2].partition("<")[0] for answer in answers}
        assert len(given) == 5


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
    assert answer.status in (200, 400)
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
