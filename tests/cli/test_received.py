"""The destination's commands: from the receipt to the end, and what each refuses (T19)."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.support.cli import REFUSED, Office
from tests.support.cli_english import English
from tests.support.cli_pair import CODICE_FISCALE, OTHER, Pair, sent

pytestmark = pytest.mark.requirement("T19")

SHOWN = {
    "titles_verified",
    "titles_state",
    "titles_since",
    "titles_next_at",
    "id_pratica", "origin", "state", "course", "course_enrolled", "academic_year", "sections",
    "token_assigned", "career_due", "revision_open", "anomaly_open", "protocol_number", "matricola",
    "delibera",
    "enrolled_before", "open_events", "timeline", "history", "attachments", "deliveries",
    "messages",
}  # fmt: skip
LISTED = {"id_pratica", "origin", "state", "course", "career_due", "revision_open"}
CAREER = {"reference", "name", "outcome", "grade", "cfu", "sectors", "on"}


def do(pair: Pair, *words: str) -> Any:
    """Run a command of the destination that must succeed."""
    return pair.destination.done("transfer", "received", *words)


def token_of(pair: Pair, practice: str) -> str:
    return str(pair.origin.done("transfer", "show", practice, "--token")["token"])


def decision(folder: Path, **changes: object) -> str:
    """Write a decision that converts one exam, and return its path."""
    line = {"sources": [["1.1", "9"]], "target_name": "Analisi I", "cfu": "9"}
    data = {"body": "Consiglio", "decided_on": "2026-10-01", "conversions": [line], **changes}
    file = folder / "delibera.json"
    file.write_text(json.dumps(data), "utf-8")
    return str(file)


def authorised(pair: Pair) -> str:
    practice = sent(pair)
    do(pair, "authorise", practice)
    return practice


def enrolled(pair: Pair) -> str:
    practice = authorised(pair)
    do(pair, "enrol", "--cf", CODICE_FISCALE, "--token", token_of(pair, practice))
    return practice


def evaluated(pair: Pair) -> str:
    practice = enrolled(pair)
    do(pair, "evaluate", practice)
    return practice


def decided(pair: Pair) -> str:
    practice = evaluated(pair)
    do(pair, "decide", practice, decision(pair.folder))
    return practice


def refused(pair: Pair) -> str:
    practice = sent(pair)
    do(pair, "refuse", practice, "--why", "nessun posto")
    return practice


AT: dict[str, Callable[[Pair], str]] = {
    "ricevuta": sent,
    "autorizzata immatricolazione": authorised,
    "immatricolato": enrolled,
    "autorizzata valutazione": evaluated,
    "deliberata": decided,
    "rifiutata": refused,
}
NOT_ALLOWED = {
    "ricevuta": ("evaluate", "decide", "complete", "reconcile"),
    "autorizzata immatricolazione": ("authorise", "decide", "complete"),
    "immatricolato": ("authorise", "refuse", "decide", "complete", "reconcile"),
    "autorizzata valutazione": ("authorise", "refuse", "evaluate", "complete"),
    "deliberata": ("authorise", "evaluate", "decide", "ask-revision"),
    "rifiutata": ("authorise", "evaluate", "complete", "cancel", "refuse", "ask-revision"),
}
MORE = {
    "refuse": ("--why", "prova"),
    "cancel": ("--why", "prova"),
    "reconcile": ("--matricola", "1", "--why", "prova"),
    "ask-revision": ("--notes", "prova"),
}


def test_a_practice_is_led_from_the_receipt_to_the_end(pair: Pair) -> None:
    practice = sent(pair)
    (row,) = do(pair, "list")
    assert set(row) == LISTED
    assert do(pair, "authorise", practice)["state"] == "autorizzata immatricolazione"
    made = do(
        pair, "enrol", "--cf", CODICE_FISCALE.lower(), "--token", token_of(pair, practice),
        "--course", OTHER,
    )  # fmt: skip
    assert set(made) == {"ok", "id_pratica", "matricola", "state"}
    assert made["matricola"]
    assert do(pair, "evaluate", practice)["state"] == "autorizzata valutazione"
    rows = do(pair, "career", practice)
    assert all(set(exam) == CAREER for exam in rows)
    assert rows[0]["reference"] == "1.1"
    made = do(pair, "decide", practice, decision(pair.folder))
    assert set(made) == {"ok", "id_pratica", "state", "matricola"}
    assert do(pair, "complete", practice, "--notes", "benvenuta")["state"] == "completata"
    pair.carry()
    shown = do(pair, "show", practice)
    assert set(shown) == SHOWN
    assert shown["delibera"]
    assert shown["course_enrolled"] == OTHER
    closed = pair.origin.done("transfer", "show", practice)
    assert (closed["state"], closed["course_enrolled"]) == ("chiusa", OTHER)
    assert closed["archive_number"]


def test_credentials_are_read_from_standard_input(pair: Pair) -> None:
    practice = authorised(pair)
    given = f"{CODICE_FISCALE}\n{token_of(pair, practice)}\n"
    words = ("transfer", "received", "enrol", "--cf", "-", "--token", "-")
    assert pair.destination.done(*words, stdin=given)["state"] == "immatricolato"


@pytest.mark.parametrize("state", NOT_ALLOWED)
def test_a_step_that_the_state_does_not_allow_changes_nothing(pair: Pair, state: str) -> None:
    practice = AT[state](pair)
    before = do(pair, "show", practice)
    assert before["state"] == state
    for step in NOT_ALLOWED[state]:
        words = [step, practice, *((decision(pair.folder),) if step == "decide" else ())]
        said = pair.destination.ask("transfer", "received", *words, *MORE.get(step, ()))
        assert said.status == REFUSED, (step, said)
        assert said.causes == ["event_not_allowed"], step
        assert state in said.data["reasons"][0]["text"]
    assert do(pair, "show", practice) == before


@pytest.mark.parametrize(("ending", "there"), [("refuse", "respinta"), ("cancel", "cancellata")])
def test_the_destination_ends_a_practice_and_the_origin_learns_why(
    pair: Pair, ending: str, there: str
) -> None:
    practice = sent(pair)
    do(pair, ending, practice, "--why", "posti esauriti")
    pair.carry()
    shown = pair.origin.done("transfer", "show", practice)
    assert shown["state"] == there
    assert "posti esauriti" in shown["history"][-1]["notes"]


@pytest.mark.requirement("T4")
def test_a_revision_is_asked_for_and_answered(pair: Pair) -> None:
    practice = sent(pair)
    made = do(pair, "ask-revision", practice, "--reason", "ERRORE", "--notes", "manca un voto")
    assert made["state"] == "richiesta revisione"
    pair.carry()
    shown = pair.origin.done("transfer", "show", practice)
    assert shown["state"] == "richiesta revisione"
    assert shown["revision"].startswith("ERRORE: manca un voto")
    pair.origin.done("transfer", "send", practice, "--notes", "corretto")
    pair.carry()
    assert do(pair, "show", practice)["state"] == "ricevuta"


@pytest.mark.requirement("T8")
def test_a_token_is_assigned_by_hand_once(pair: Pair) -> None:
    pair.destination.done("university", "set", "--token", "D", "--token-by-hand")
    practice = sent(pair)
    assert do(pair, "show", practice)["token_assigned"] is False
    assert pair.origin.done("transfer", "show", practice)["token"] == "non ancora"
    do(pair, "assign-token", practice)
    pair.carry()
    assert pair.origin.done("transfer", "show", practice)["token"] == "assegnato"
    words = ("transfer", "received", "assign-token", practice)
    assert pair.destination.refused(*words) == ["token_already_assigned"]


@pytest.mark.requirement("T13")
@pytest.mark.parametrize("wrong", ["token", "person"])
def test_wrong_credentials_tell_nothing_of_which_was_wrong(
    pair: Pair, wrong: str, english: English
) -> None:
    practice = authorised(pair)
    token = "AAAAAAAAAAAA" if wrong == "token" else token_of(pair, practice)
    person = "QTTFLL03D57Q002G" if wrong == "person" else CODICE_FISCALE
    words = ("transfer", "received", "enrol", "--cf", person, "--token", token)
    assert pair.destination.refused(*words) == ["credentials_wrong"]
    said = pair.destination.say(*words)
    assert "codice fiscale o token non riconosciuti" in said.out
    assert person not in said.out + said.err
    assert token not in said.out + said.err
    assert "codice fiscale or token" in english.say(pair.destination, *words).out
    assert do(pair, "show", practice)["state"] == "autorizzata immatricolazione"


def test_a_student_already_enrolled_is_joined(pair: Pair) -> None:
    practice = authorised(pair)
    made = do(pair, "reconcile", practice, "--matricola", "777", "--why", "già iscritta")
    assert (made["state"], made["matricola"]) == ("immatricolato", "777")


DECISIONS = {
    "not JSON": ("{", "not_a_document"),
    "a list": ("[]", "not_a_document"),
    "no body": ({"body": None, "conversions": None}, "not_a_document"),
    "a day that is none": ({"decided_on": "2026-02-30"}, "not_a_document"),
    "an exam that is not there": (
        {"conversions": [{"sources": [["9.9", "6"]], "target_name": "X", "cfu": "6"}]},
        "conversion_invalid",
    ),
    "more credits than there are": (
        {"conversions": [{"sources": [["1.1", "9"]], "target_name": "X", "cfu": "99"}]},
        "conversion_invalid",
    ),
    "an exam that was only attended": (
        {"conversions": [{"sources": [["2.6", "6"]], "target_name": "X", "cfu": "6"}]},
        "conversion_invalid",
    ),
}


def test_a_decision_that_does_not_hold_is_refused(pair: Pair) -> None:
    practice = evaluated(pair)
    for name, (content, cause) in DECISIONS.items():
        file = Path(decision(pair.folder, **(content if isinstance(content, dict) else {})))
        if isinstance(content, str):
            file.write_text(content, "utf-8")
        words = ("transfer", "received", "decide", practice, str(file))
        assert set(pair.destination.refused(*words)) == {cause}, name
    assert do(pair, "show", practice)["delibera"] is None


@pytest.mark.parametrize("change", [{"decided_on": "ieri"}, {"conversions": 3}])
def test_a_decision_that_cannot_be_read_is_told_in_words(
    office: Office, tmp_path: Path, change: dict[str, object]
) -> None:
    said = office.say("transfer", "received", "decide", "X", decision(tmp_path, **change))
    assert "delibera" in said.out
    assert not {"isoformat", "object"} & set(said.out.split())


def test_the_career_must_be_there_to_be_evaluated(pair: Pair) -> None:
    practice = half_arrived(pair)
    words = ("transfer", "received", "evaluate", practice)
    assert pair.destination.refused(*words) == ["section_missing"]


def test_the_section_that_is_awaited_is_named(pair: Pair) -> None:
    said = pair.destination.say("transfer", "received", "evaluate", half_arrived(pair))
    assert "mancante: TitoliConseguiti" in said.out


def half_arrived(pair: Pair) -> str:
    """Bring a student to the enrolment with sections 1-2 only."""
    pair.destination.done("university", "set", "--mode", "Parziale")
    practice = sent(pair, career=False)
    do(pair, "authorise", practice)
    do(pair, "enrol", "--cf", CODICE_FISCALE, "--token", token_of(pair, practice))
    return practice


@pytest.mark.parametrize("step", ["show", "authorise", "evaluate", "complete", "career", "refresh"])
def test_a_practice_that_is_not_there_is_refused(office: Office, step: str) -> None:
    words = ("transfer", "received", step)
    assert office.refused(*words, "UNIVAL20260000099") == ["practice_not_found"]
    assert office.refused(*words, "X", "--origin", "93") == ["practice_not_found"]
    assert office.refused(*words, "X", "--origin", "??") == ["parameter_invalid"]
