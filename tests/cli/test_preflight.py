"""Preflight: every fault as a sentence with its place and its remedy, in both languages (T12)."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from lxml import etree

from gateway.demo.sample import foglio_element
from tests.support.cli import DONE, REFUSED
from tests.support.cli_english import English
from tests.support.cli_faults import FAULTS, STUDENT, omocodia, without
from tests.support.cli_pair import (
    CLOSED,
    CODICE_FISCALE,
    LIMITED,
    TODAY,
    Pair,
    sent,
    the_request,
    write_courses,
    write_foglio,
    write_pdf,
)

pytestmark = pytest.mark.requirement("T12")

DOCUMENTS = (("D1", "Programmi"),)


@pytest.fixture
def known(pair: Pair) -> Pair:
    """A pair whose origin has the destination's offer."""
    pair.destination.done("offer", "import", write_courses(pair.folder))
    pair.origin.done("offer", "refresh", "92")
    pair.carry()
    return pair


@pytest.mark.parametrize("name", FAULTS)
def test_a_fault_is_told_with_place_and_remedy(known: Pair, english: English, name: str) -> None:
    fault = FAULTS[name]
    element = foglio_element(the_request())
    fault.change(element)
    file = known.folder / "foglio.xml"
    file.write_bytes(etree.tostring(element))
    said = known.origin.ask("preflight", str(file))
    other = english.say(known.origin, "--json", "preflight", str(file))
    assert said.status == other.status == REFUSED
    found = [row for row in said.data["faults"] if row["cause"] == fault.cause]
    assert len(said.data["faults"]) == len(found) == 1
    assert set(found[0]) == {"code", "cause", "path", "text", "remedy"}
    assert found[0]["path"] == fault.path
    assert found[0]["text"].startswith((fault.it, f"valori in contraddizione: {fault.it}"))
    (translated,) = other.data["faults"]
    assert translated["text"].startswith((fault.en, f"values in contradiction: {fault.en}"))
    assert translated["remedy"] != found[0]["remedy"]
    told = known.origin.say("preflight", str(file))
    assert told.status == REFUSED
    for part in (found[0]["text"], found[0]["path"], found[0]["remedy"]):
        assert part in told.out.replace("\n", "")
    assert CODICE_FISCALE[:11] not in told.out


def test_a_sound_foglio_has_no_fault(known: Pair, english: English) -> None:
    file = write_foglio(known.folder)
    said = known.origin.ask("preflight", file)
    assert said.status == DONE
    assert set(said.data) == {"ok", "faults", "warnings", "terms", "offer_fetched_at"}
    assert (said.data["ok"], said.data["faults"], said.data["warnings"]) == (True, [], [])
    assert said.data["offer_fetched_at"]
    assert known.origin.say("preflight", file).out == "Nessun difetto.\n"
    assert english.say(known.origin, "preflight", file).out == "No fault.\n"


def test_an_omocodia_is_a_codice_fiscale_like_another(known: Pair) -> None:
    student = the_request().student
    code = omocodia(student.codice_fiscale)
    assert code != student.codice_fiscale
    file = write_foglio(known.folder, student=replace(student, codice_fiscale=code))
    assert known.origin.done("preflight", file)["faults"] == []


def test_identity_data_that_disagree_are_a_warning_only(known: Pair, english: English) -> None:
    student = the_request().student
    file = write_foglio(known.folder, student=replace(student, sex="M"))
    said = known.origin.ask("preflight", file)
    assert said.status == DONE
    (warning,) = said.data["warnings"]
    assert warning["path"] == f"{STUDENT}/Sesso"
    assert "sesso diverso" in warning["text"]
    assert "Avvisi: 1" in known.origin.say("preflight", file).out
    assert "Warnings: 1" in english.say(known.origin, "preflight", file).out


def test_limited_access_is_open_to_who_passed_the_test(known: Pair) -> None:
    file = write_foglio(known.folder, course=LIMITED, test_passed="SI")
    assert known.origin.done("preflight", file)["ok"] is True


def test_terms_that_allow_it_let_the_career_come_later(known: Pair) -> None:
    known.destination.done("university", "set", "--mode", "Parziale", "--days", "20")
    file = write_foglio(known.folder, career=False)
    assert len(known.origin.ask("preflight", file).data["faults"]) == 2
    sent(known)  # with the question about the terms
    assert known.origin.done("preflight", file)["terms"] == "Parziale"


def test_an_element_missing_among_others_is_called_missing(pair: Pair) -> None:
    element = foglio_element(the_request())
    without("DatiIdentificativiStudente/Cognome")(element)
    file = pair.folder / "foglio.xml"
    file.write_bytes(etree.tostring(element))
    (fault,) = pair.origin.ask("preflight", str(file)).data["faults"]
    assert fault["text"] == "elemento obbligatorio mancante: Cognome"


def test_an_offer_that_is_not_known_is_told(pair: Pair, english: English) -> None:
    file = write_foglio(pair.folder)
    assert pair.origin.done("preflight", file)["offer_fetched_at"] is None
    assert "non nota" in pair.origin.say("preflight", file).out
    assert "not known" in english.say(pair.origin, "preflight", file).out


def test_terms_that_are_not_known_are_told(pair: Pair) -> None:
    said = pair.origin.say("preflight", write_foglio(pair.folder, career=False))
    assert "condizioni della destinazione non note" in said.out.replace("\n", " ").lower()


@pytest.mark.requirement("T16")
def test_attachments_are_looked_at(known: Pair, english: English) -> None:
    names = ("D1", "D2", "D3", "D4")
    file = write_foglio(known.folder, attachments=tuple((name, "Piano") for name in names))
    folder = known.folder / "allegati"
    write_pdf(folder, "D1")
    (folder / "D2.pdf").write_bytes(b"non sono un PDF")
    (folder / "D3.pdf").write_bytes(b"%PDF-" + bytes(250_000))
    words = ("preflight", file, "--attachments", str(folder))
    said = known.origin.ask(*words)
    assert said.status == REFUSED
    assert [(row["path"].rpartition("/")[2], row["cause"]) for row in said.data["faults"]] == [
        ("Allegato[2]", "attachment_not_pdf"),
        ("Allegato[3]", "attachment_too_large"),
        ("Allegato[4]", "attachment_not_found"),
    ]
    assert "allegato D4 non trovato" in known.origin.say(*words).out
    assert "attachment D4 not found" in english.say(known.origin, *words).out
    assert known.origin.ask("preflight", file).status == DONE  # without a folder: not looked at


@pytest.mark.requirement("T16")
def test_how_large_an_attachment_is_is_said(known: Pair) -> None:
    file = write_foglio(known.folder, attachments=DOCUMENTS)
    folder = known.folder / "allegati"
    folder.mkdir()
    (folder / "D1.pdf").write_bytes(b"%PDF-" + bytes(250_000))
    said = known.origin.say("preflight", file, "--attachments", str(folder))
    assert "250005 byte, massimo 204800" in said.out


@pytest.mark.requirement("T16")
def test_an_attachment_whose_day_has_passed_is_a_fault(known: Pair) -> None:
    past = TODAY - timedelta(days=1)
    file = write_foglio(known.folder, attachments=DOCUMENTS, available_until=past)
    (fault,) = known.origin.ask("preflight", file).data["faults"]
    assert fault["cause"] == "attachment_expired"
    assert past.strftime("%d/%m/%Y") in fault["text"]


def test_all_faults_come_at_once(known: Pair) -> None:
    file = Path(
        write_foglio(known.folder, course=CLOSED, career=False, origin="93", attachments=DOCUMENTS)
    )
    text = file.read_text("utf-8").replace(CODICE_FISCALE, CODICE_FISCALE[:-1] + "Z")
    file.write_text(text, "utf-8")
    words = ("preflight", str(file), "--attachments", str(known.folder))
    assert {row["cause"] for row in known.origin.ask(*words).data["faults"]} == {
        "codice_fiscale_invalid",
        "origin_differs",
        "section_missing",
        "deadline_passed",
        "attachment_not_found",
    }


def test_a_fault_of_the_schema_does_not_hide_the_others(known: Pair) -> None:
    file = Path(write_foglio(known.folder, course=CLOSED))
    file.write_text(file.read_text("utf-8").replace(">SUPERATO<", ">PROMOSSO<", 1), "utf-8")
    causes = {row["cause"] for row in known.origin.ask("preflight", str(file)).data["faults"]}
    assert causes == {"code_unknown", "deadline_passed"}
