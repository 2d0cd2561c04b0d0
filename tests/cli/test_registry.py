"""The registry of titles, and the verification of declared titles, by commands."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.cli import DONE, REFUSED, Office
from tests.support.cli_english import English
from tests.support.cli_pair import CODICE_FISCALE, Pair, sent
from tests.support.ports import free_port
from tests.support.titles_server import (
    Said,
    ScriptedRegistry,
    diploma_answer,
    result,
    served,
    titles_answer,
)

pytestmark = pytest.mark.requirement("A4")

DEGREE = result(
    codiceFiscale=CODICE_FISCALE,
    codiceAteneo="093",
    tipoClasseTitolo="10010",
    tipoTitoloUniversitario="LT",
    dataConseguimento="15072025",
    annoAccademico="2024",
    voto="110L",
)
DIPLOMA = result(
    codiceFiscale=CODICE_FISCALE,
    codiceScuola="1234567",
    votoDiploma="92",
    tipoTitoloDiploma="1002",
    annoSolareConseguimento="2022",
    codiceRitorno="0",
)


@pytest.fixture
def server() -> Iterator[ScriptedRegistry]:
    with served() as made:
        yield made


def know(office: Office, server: ScriptedRegistry, *more: str) -> None:
    """Register the scripted registry."""
    office.done(
        "registry", "set", "--name", "Registro di prova",
        "--titles-url", f"{server.address}/titoli", "--diplomas-url", f"{server.address}/diplomi",
        "--username", "ateneo", "--password", "-", *more, stdin="segretissima\n",
    )  # fmt: skip


def test_a_record_is_kept_and_its_secrets_are_never_shown(
    office: Office, server: ScriptedRegistry, tmp_path: Path
) -> None:
    assert office.refused("registry", "show") == ["registry_missing"]
    key = tmp_path / "chiave.pem"
    key.write_text("-----BEGIN PRIVATE KEY-----\nsegretissima\n", "ascii")
    know(
        office, server, "--egov", "--sender", "POLIMON", "--recipient", "MIUR",
        "--remember-found", "12h", "--remember-not-found", "0", "--per-day", "9",
        "--per-office", "5", "--verify", "enrolment", "--forward", "--timeout", "7",
        "--certificate-key", str(key), "--server-key", "AB:" * 31 + "ab", "--proof", "certificate",
    )  # fmt: skip
    shown = office.done("registry", "show")
    assert shown["password_set"] is True
    assert shown["remember_found_hours"] == 12
    assert (shown["verify"], shown["forward"], shown["per_office"]) == ("enrolment", True, 5)
    assert shown["proofs_out"] == ["certificate"]
    for said in (office.ask("registry", "show"), office.say("registry", "show")):
        assert "segretissima" not in said.out
    changed = office.done("registry", "set", "--name", "Altro", "--inactive")
    assert (changed["name"], changed["active"], changed["egov"]) == ("Altro", False, True)


@pytest.mark.parametrize(
    "wrong",
    [
        ("--titles-url", "registro"),
        ("--egov",),
        ("--remember-found", "presto"),
        ("--remember-found", "999d"),
        ("--server-key", "abc"),
    ],
)
def test_a_record_that_does_not_hold_is_refused(office: Office, wrong: tuple[str, ...]) -> None:
    assert office.refused("registry", "set", *wrong) == ["parameter_invalid"]
    assert office.refused("registry", "show") == ["registry_missing"]


def test_a_file_that_is_no_key_is_refused(office: Office, tmp_path: Path) -> None:
    file = tmp_path / "chiave.pem"
    file.write_text("niente", "ascii")
    assert office.refused("registry", "set", "--certificate", str(file)) == ["parameter_invalid"]


def test_a_registry_is_tried_on_a_student_who_does_not_exist(
    office: Office, server: ScriptedRegistry
) -> None:
    know(office, server)
    server.says += [Said(titles_answer()), Said(diploma_answer(result(codiceRitorno="1")))]
    rows = office.done("registry", "test")
    assert [(row["service"], row["reachable"]) for row in rows] == [
        ("titles", True),
        ("diploma", True),
    ]
    server.says += [Said(b"<html/>", "401 Unauthorized"), Said(titles_answer())]
    said = office.ask("registry", "test")
    assert said.status == REFUSED
    assert [row["reachable"] for row in said.data] == [False, False]
    assert office.done("registry", "show")["failing"]


def test_a_lookup_gives_three_honest_answers_and_is_logged(
    office: Office, server: ScriptedRegistry
) -> None:
    know(office, server)
    server.says += [Said(titles_answer(DEGREE)), Said(diploma_answer(result(codiceRitorno="1")))]
    person = ("--cf", "-")
    ask = ("registry", "lookup", *person)
    found = office.done(*ask, "--purpose", "concorso", stdin=f"{CODICE_FISCALE}\n")
    assert found["outcome"] == "found"
    assert found["titles"][0]["grade"] == "110L"
    missing = office.done(
        *ask, "--matricola", "26000001", "--diploma-year", "2022", stdin=f"{CODICE_FISCALE}\n"
    )
    assert (missing["outcome"], missing["titles"]) == ("not_found", [])
    again = office.done(*ask, "--practice", "UNIVAL1", stdin=f"{CODICE_FISCALE}\n")
    assert again["from_cache"] is True
    server.says.append(Said(b"<html>sospeso</html>", kind="text/html"))
    silent = office.ask(*ask, "--purpose", "x", "--fresh", stdin=f"{CODICE_FISCALE}\n")
    assert silent.status == REFUSED
    assert (silent.data["outcome"], silent.data["trouble"]) == ("could_not_ask", "misbehaved")
    assert silent.data["since"]
    rows = office.done("registry", "queries", "--cf", "-", stdin=f"{CODICE_FISCALE}\n")
    told = ("purpose", "reference", "result", "from_cache")
    assert [tuple(row[name] for name in told) for row in rows] == [
        ("stated", "", "could_not_ask", False),
        ("transfer", "UNIVAL1", "found", True),
        ("enrolment", "26000001", "not_found", False),
        ("stated", "", "found", False),
    ]
    assert len(office.done("registry", "queries", "--reference", "26000001")) == 1
    assert len(office.done("registry", "queries", "--outcome", "not_found")) == 1
    assert office.done("registry", "queries", "--to", "2020-01-01") == []
    assert CODICE_FISCALE not in office.say("registry", "queries").out


def test_the_answers_are_told_to_people_in_both_languages(
    office: Office, server: ScriptedRegistry, english: English
) -> None:
    know(office, server)
    ask = ("registry", "lookup", "--cf", CODICE_FISCALE, "--purpose", "concorso")
    server.says += [Said(titles_answer(DEGREE)), Said(b"", "503 Service Unavailable")]
    said = office.say(*ask)
    assert said.out.startswith("trovato (chiesto il ")
    assert "110L" in said.out
    said = office.say(*ask, "--fresh")
    assert said.out.startswith("non interrogabile, esito ignoto: HTTP 503, dal ")
    server.says += [Said(titles_answer())]
    said = english.say(office, *ask, "--fresh")
    assert said.out.startswith("not found (asked on ")


def test_a_query_without_a_purpose_is_refused_and_never_leaves(
    office: Office, server: ScriptedRegistry
) -> None:
    know(office, server)
    assert office.refused("registry", "lookup", "--cf", CODICE_FISCALE) == ["parameter_invalid"]
    assert server.heard == []


def test_the_titles_of_a_request_are_verified_and_shown(
    pair: Pair, server: ScriptedRegistry
) -> None:
    office = pair.destination
    know(office, server)
    practice = sent(pair, degree=True)
    shown = office.done("transfer", "received", "show", practice)
    assert (shown["titles_verified"], shown["titles_state"]) == ([], "waiting")
    server.says += [Said(titles_answer(DEGREE)), Said(diploma_answer(DIPLOMA))]
    done = office.done("transfer", "received", "verify-titles", practice, "--now")
    assert done["titles_state"] == "ended"
    assert sorted(done["titles_verified"]) == ["different 1", "verified 1"]
    diploma, degree = office.done("transfer", "received", "titles", practice)
    assert (diploma["verdict"], degree["verdict"]) == ("different", "verified")
    assert [item for item in diploma["fields"] if item["agreement"] == "different"] == [
        {"field": "grade", "declared": "94/100", "registry": "92", "agreement": "different"}
    ]
    for words in (("titles", practice), ("show", practice)):
        assert "diverso" in office.say("transfer", "received", *words).out


def test_titles_are_asked_for_again_in_line_and_past_what_is_known(
    pair: Pair, server: ScriptedRegistry
) -> None:
    office = pair.destination
    practice = sent(pair)
    assert office.refused("transfer", "received", "titles", practice) == ["verification_not_found"]
    assert office.refused("transfer", "received", "verify-titles", practice) == ["registry_missing"]
    know(office, server)
    assert office.done("transfer", "received", "verify-titles", practice)["titles_state"] == (
        "waiting"
    )
    server.says.append(Said(diploma_answer(result(codiceRitorno="97"))))
    done = office.done("transfer", "received", "verify-titles", practice, "--now", "--fresh")
    assert done["titles_verified"] == ["could_not_ask 1"]
    assert done["titles_since"]
    (title,) = office.done("transfer", "received", "titles", practice, "--all")
    assert (title["reason"], title["detail"]) == ("registry_failed", "97")


def test_a_registry_that_is_not_there_is_told_in_words(office: Office) -> None:
    office.done("registry", "set", "--titles-url", f"http://127.0.0.1:{free_port()}/t")
    said = office.say("registry", "lookup", "--cf", CODICE_FISCALE, "--purpose", "x")
    assert said.status == REFUSED
    assert said.out.startswith("non interrogabile, irraggiungibile: collegamento rifiutato")
    said = office.say("registry", "lookup", "--cf", CODICE_FISCALE, "--purpose", "x",
                      "--diploma-year", "2022")  # fmt: skip
    assert "servizio non offerto" in said.out
    assert office.say("registry", "show").status == DONE
