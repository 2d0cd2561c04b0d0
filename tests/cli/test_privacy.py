"""Personal data by command: terms, runs, erasure, the copy, who looked."""

import json
from pathlib import Path

import pytest

from gateway.domain.retention import Kept
from gateway.files.personal_copy import DATA, DOCUMENTS, SUMMARY
from tests.support.cli import DONE, MISUSED, REFUSED, Office
from tests.support.cli_english import English
from tests.support.cli_pair import CODICE_FISCALE, Pair, drafted, sent
from tests.support.fakes_samples import student

pytestmark = pytest.mark.integration

NOBODY = student(3).codice_fiscale


def cancelled(pair: Pair) -> str:
    """Return the identifier of a practice that both sides cancelled."""
    practice = sent(pair)
    pair.destination.done("transfer", "received", "cancel", practice, "--why", "rinuncia")
    pair.carry()
    return practice


def test_terms_are_shown_and_changed(office: Office) -> None:
    rows = {row["kind"]: row for row in office.done("privacy", "policy")}
    assert set(rows) == {kept.value for kept in Kept}
    assert rows["practices"]["days"] == "unlimited"
    changed = office.done(
        "privacy", "policy", "--keep", "messages=400", "--keep", "tokens=unlimited"
    )
    rows = {row["kind"]: row for row in changed}
    assert (rows["messages"]["days"], rows["tokens"]["days"]) == (400, "unlimited")
    assert rows["messages"]["days_default"] == 1826
    assert office.done("privacy", "policy") == changed
    assert "unlimited" in office.say("privacy", "policy").out


@pytest.mark.parametrize("words", ["messages", "messages=x", "else=3", "messages=-1", "messages=²"])
def test_a_term_that_is_none_is_refused(office: Office, words: str) -> None:
    assert office.refused("privacy", "policy", "--keep", words) == ["parameter_invalid"]


def test_a_term_too_short_is_refused_with_its_bounds(office: Office) -> None:
    said = office.ask("privacy", "policy", "--keep", "messages=3")
    assert said.causes == ["term_not_possible"]
    assert "60" in said.data["reasons"][0]["text"]


def test_a_run_tells_what_it_removed(pair: Pair) -> None:
    cancelled(pair)
    pair.origin.done("privacy", "policy", "--keep", "checks=0", "--keep", "tokens=0")
    told = pair.origin.done("privacy", "run", "--dry-run")
    counts = {row["kind"]: row["row_count"] for row in told}
    assert (counts["checks"], counts["messages"]) == (4, 0)
    assert pair.origin.done("privacy", "run", "-u", "91", "--compact") == told
    again = pair.origin.done("privacy", "run")
    assert {row["row_count"] for row in again} == {0}
    assert pair.origin.say("privacy", "run").status == DONE


def test_a_person_is_erased_with_a_basis_and_it_is_noted(pair: Pair) -> None:
    practice = cancelled(pair)
    words = ("privacy", "erase", "--cf", CODICE_FISCALE, "--why", "istanza", "--yes")
    assert "records_kept" in pair.destination.refused(*words)
    erased = pair.destination.done(*words, "--legal-basis", "scarto 12/2026")
    assert {row["table"]: row["row_count"] for row in erased}["incoming"] == 1
    shown = pair.destination.done("transfer", "received", "show", practice)
    assert CODICE_FISCALE not in json.dumps(shown)
    (access,) = pair.destination.done("privacy", "accesses", "--cf", CODICE_FISCALE)
    assert (access["command"], access["purpose"]) == ("privacy erase", "istanza [scarto 12/2026]")
    assert pair.destination.done(*words) == []
    assert pair.destination.done("transfer", "list", "--student", CODICE_FISCALE) == []


def test_an_open_practice_is_not_erased(pair: Pair) -> None:
    sent(pair)
    words = (
        "privacy",
        "erase",
        "--cf",
        CODICE_FISCALE,
        "--why",
        "x",
        "--legal-basis",
        "y",
        "--yes",
    )
    assert pair.origin.refused(*words) == ["practice_open"]


def test_erasing_asks_first(office: Office) -> None:
    words = ("privacy", "erase", "--cf", "-", "--why", "istanza")
    said = office.say(*words, stdin=f"{CODICE_FISCALE}\nn\n")
    assert said.status not in (DONE, REFUSED, MISUSED)


def test_a_copy_is_for_its_owner_only_and_tells_what_was_told_to_whom(
    pair: Pair, tmp_path: Path
) -> None:
    practice = cancelled(pair)
    folder = tmp_path / "copia"
    done = pair.origin.done(
        "privacy", "export", str(folder), "--cf", CODICE_FISCALE, "--why", "istanza 7"
    )
    files = [path for path in folder.rglob("*") if path.is_file()]
    assert len(files) == done["files"]
    assert {path.stat().st_mode & 0o777 for path in files} == {0o600}
    assert {path.stat().st_mode & 0o777 for path in (folder, folder / DOCUMENTS)} == {0o700}
    data = json.loads((folder / DATA).read_text("utf-8"))
    (row,) = data["tables"]["outgoing"]["rows"]
    assert row["private"]["codice_fiscale"] == CODICE_FISCALE
    told = [(item["operation"], item["to"], item["certain"]) for item in data["disclosures"]]
    assert ("Put_ProcessoTrasferimento", "92", True) in told
    assert all(operation != "Get_InfoWorkflowTrasferimento" for operation, _, _ in told)
    documents = [row["request"] for row in data["tables"]["messages"]["rows"] if row["request"]]
    assert any("FoglioCongedo" in (folder / name).read_text("utf-8") for name in documents)
    summary = (folder / SUMMARY).read_text("utf-8")
    assert "A chi sono stati comunicati" in summary
    assert f"all'ateneo 92, Put_ProcessoTrasferimento, {practice}" in summary
    (access,) = pair.origin.done("privacy", "accesses")
    assert (access["command"], access["purpose"]) == ("privacy export", "istanza 7")


def test_a_copy_overwrites_nothing(office: Office, tmp_path: Path) -> None:
    (tmp_path / "x").touch()
    words = ("privacy", "export", str(tmp_path), "--cf", CODICE_FISCALE, "--why", "istanza")
    assert office.refused(*words) == ["already_exists"]


def test_a_copy_of_a_draft_says_that_nobody_was_told(pair: Pair, tmp_path: Path) -> None:
    drafted(pair)
    folder = tmp_path / "copia"
    pair.origin.done("privacy", "export", str(folder), "--cf", CODICE_FISCALE, "--why", "istanza")
    assert "a nessuno" in (folder / SUMMARY).read_text("utf-8")


def test_a_copy_about_nobody_is_refused_and_leaves_no_folder(
    office: Office, tmp_path: Path
) -> None:
    folder = tmp_path / "copia"
    words = ("privacy", "export", str(folder), "--cf", NOBODY, "--why", "istanza")
    assert office.refused(*words) == ["person_not_found"]
    assert not folder.exists()


def test_what_is_no_codice_fiscale_is_refused_without_repeating_it(office: Office) -> None:
    said = office.say("privacy", "accesses", "--cf", "Quattrocchi")
    assert said.status == REFUSED
    assert "Quattrocchi" not in said.out + said.err


def test_taking_out_the_journal_is_noted(pair: Pair, tmp_path: Path) -> None:
    practice = sent(pair)
    pair.origin.done("journal", "export", str(tmp_path / "g"), practice, "--why", "ricorso")
    (access,) = pair.origin.done("privacy", "accesses", "--cf", CODICE_FISCALE)
    assert (access["command"], access["id_pratica"]) == ("journal export", practice)
    assert access["purpose"] == "ricorso"


def test_the_commands_speak_english(english: English, office: Office) -> None:
    said = english.say(office, "privacy", "policy")
    assert "fogli of ended practices" in said.out
