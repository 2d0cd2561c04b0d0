"""Who may look up titles, what a stranger learns, and what the e-Gov header must say."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from lxml import etree

from gateway import logs
from gateway.bootstrap import Installation
from gateway.contracts import Lookup
from gateway.egov import ACTOR, EgovHeader, EgovParty, make_header
from gateway.soap.passwords import hash_password
from tests.support.clock import START
from tests.support.contract_messages import authorization, changed
from tests.support.databases import (
    Maker,
    SqliteMaker,
)
from tests.support.hostile import (
    Sending,
    Site,
)
from tests.support.hostile_lookups import ASK, MUST, Attack
from tests.support.titles import (
    PASSWORD,
    PATHS,
    STUDENT,
    allow,
    archive,
    ask_diploma,
    ask_titles,
    degree,
    keep,
    results,
)
from tests.support.universities import MONTELAGO, ORIGIN, SECRET, THIRD, introduce

pytestmark = pytest.mark.integration

NOBODY = (401, "Client.Authentication", "Credenziali mancanti o non valide")
NOT_ALLOWED = (500, "Client.Authorization", "Ricerca dei titoli non concessa a questo ateneo")


@pytest.fixture(scope="module")
def opened(tmp_path_factory: pytest.TempPathFactory, sqlite: SqliteMaker) -> Iterator[Installation]:
    with archive(tmp_path_factory.mktemp("lookups"), sqlite) as made:
        yield made


@pytest.fixture(params=list(Lookup))
def attack(request: pytest.FixtureRequest, opened: Installation) -> Attack:
    return Attack(Site(opened, MONTELAGO), request.param)


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
    assert (row.result, row.code, row.partner, message) == ("fault", 500, "93", b"")


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


def test_without_the_profile_an_egov_header_for_a_domain_gateway_is_ignored(
    attack: Attack,
) -> None:
    for content in (
        egov(attack.lookup),
        egov(attack.lookup).replace(b'SOAP-ENV:mustUnderstand="1"', b""),
    ):
        answer = attack.send(content)
        assert answer.status == 200
        assert b"Intestazione" not in answer.content


def test_without_the_profile_an_egov_header_that_we_must_understand_is_refused(
    attack: Attack,
) -> None:
    for_us = egov(attack.lookup).replace(f'SOAP-ENV:actor="{ACTOR}"'.encode(), b"")
    assert for_us != egov(attack.lookup)
    attack.refuse(for_us, MUST)


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
                fault = (500, "Client.EGov", wrong + path)
                attack.refuse(egov(lookup, **{name: "altro"}), fault)
            twice = egov(lookup).decode()
            block = twice[twice.index("<s:Header>") + 10 : twice.index("</s:Header>")]
            fault = (500, "Client.EGov", f"{wrong}Intestazione[2]")
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
