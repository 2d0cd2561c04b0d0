"""The origin's commands: from the draft to the sending, and what each refuses (T18)."""

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.support.cli import DONE, REFUSED, Office
from tests.support.cli_english import English
from tests.support.cli_pair import (
    CODICE_FISCALE,
    OTHER,
    Pair,
    confirmed,
    drafted,
    ready,
    sent,
    write_courses,
    write_foglio,
)

pytestmark = pytest.mark.requirement("T18")

SHOWN = {
    "id_pratica", "state", "destination", "course", "academic_year", "sections", "sent", "token",
    "career_due", "revision", "protocol_number", "archive_number", "course_enrolled",
    "open_events", "timeline", "history", "attachments", "deliveries", "messages",
}  # fmt: skip
CHECK = {"kind", "check", "passed", "settled", "detail", "cleared_by", "cleared_for"}


def dropped(pair: Pair) -> str:
    """Return the identifier of a draft given up."""
    practice = drafted(pair)
    pair.origin.done("transfer", "cancel", practice, "--why", "ripensamento")
    return practice


def on_its_way(pair: Pair) -> str:
    """Return the identifier of a request whose sending waits."""
    practice = ready(pair)
    pair.origin.done("transfer", "send", practice)
    return practice


AT: dict[str, Callable[[Pair], str]] = {
    "bozza": drafted,
    "presentata": confirmed,
    "elaborata": ready,
    "validata": on_its_way,
    "trasferita": sent,
    "cancellata": dropped,
}


def test_a_request_is_led_from_the_draft_to_the_sending(pair: Pair) -> None:
    home = pair.origin
    file = write_foglio(pair.folder)
    made = home.done("transfer", "draft", file)
    assert set(made) == {"ok", "id_pratica", "state", "destination"}
    assert (made["state"], made["destination"]) == ("bozza", "92")
    practice = made["id_pratica"]
    submitted = home.done("transfer", "confirm", practice)
    assert set(submitted) == {"id_pratica", "state", "protocol_number", "checks"}
    assert submitted["protocol_number"]
    rows = home.done("transfer", "process", practice)
    assert all(set(row) == CHECK for row in rows)
    assert {row["kind"]: row["settled"] for row in rows}["library"] is False
    rows = home.done("transfer", "clear", practice, "library", "--why", "libri resi")
    library = next(row for row in rows if row["kind"] == "library")
    assert (library["settled"], library["cleared_for"]) == (True, "libri resi")
    sending = home.done("transfer", "send", practice)
    assert set(sending) == {"ok", "protocol_number", "state"}
    assert sending["state"] == "validata"
    assert sending["protocol_number"] != submitted["protocol_number"]
    pair.carry()
    shown = home.done("transfer", "show", practice)
    assert set(shown) == SHOWN
    assert shown["state"] == "trasferita"
    assert "accepted" in [entry["event"] for entry in shown["history"]]
    assert all(set(row) == {"at", "side", "state", "notes"} for row in shown["timeline"])


def test_the_checks_of_a_confirmation_are_told_in_words(pair: Pair) -> None:
    said = pair.origin.say("transfer", "confirm", drafted(pair)).out
    assert "regolarità delle tasse: sì" in said
    assert "posizione in biblioteca: -" in said
    assert not {"True", "None"} & set(said.replace(",", " ").split())


def test_the_token_is_shown_only_when_asked_for(pair: Pair, english: English) -> None:
    practice = sent(pair)
    words = ("transfer", "show", practice)
    assert pair.origin.done(*words)["token"] == "assegnato"
    token = pair.origin.done(*words, "--token")["token"]
    assert len(token) >= 8
    assert token not in pair.origin.say(*words).out
    assert token in pair.origin.say(*words, "--token").out
    other = english.say(pair.origin, *words)
    assert other.status == DONE
    assert "assigned" in other.out


def test_what_programs_read_of_the_token_is_one_in_every_language(
    pair: Pair, english: English
) -> None:
    words = ("--json", "transfer", "show", drafted(pair))
    assert pair.origin.say(*words).data == english.say(pair.origin, *words).data


def test_what_programs_read_is_the_same_in_both_languages(pair: Pair, english: English) -> None:
    sent(pair)
    for words in (
        ("transfer", "list"),
        ("delivery", "list"),
        ("journal", "list"),
        ("partner", "list"),
        ("university", "show"),
    ):
        italian = pair.origin.say("--json", *words).data
        assert italian == english.say(pair.origin, "--json", *words).data


def test_what_programs_read_has_one_order_in_every_run(pair: Pair, english: English) -> None:
    words = ("--json", "partner", "show", "92")
    shown = pair.origin.say(*words).data
    assert shown["tolerances"] == sorted(shown["tolerances"])
    assert shown == english.say(pair.origin, *words).data


NOT_ALLOWED = {
    "bozza": ("process", "send"),
    "presentata": ("confirm", "send"),
    "elaborata": ("confirm",),
    "validata": ("confirm", "process", "send", "edit", "cancel"),
    "trasferita": ("confirm", "process"),
    "cancellata": ("confirm", "process", "send", "edit", "cancel"),
}


@pytest.mark.parametrize("state", NOT_ALLOWED)
def test_a_step_that_the_state_does_not_allow_changes_nothing(pair: Pair, state: str) -> None:
    practice = AT[state](pair)
    before = pair.origin.done("transfer", "show", practice)
    assert before["state"] == state
    for step in NOT_ALLOWED[state]:
        words = ["transfer", step, practice]
        words += [write_foglio(pair.folder, course=OTHER)] if step == "edit" else []
        words += ["--why", "per prova"] if step in ("edit", "cancel") else []
        said = pair.origin.ask(*words)
        assert said.status == REFUSED, (step, said)
        assert set(said.causes) & {"event_not_allowed", "check_blocks"}, (step, said)
    assert pair.origin.done("transfer", "show", practice) == before


def test_the_state_that_does_not_allow_a_step_is_named(pair: Pair, english: English) -> None:
    words = ("transfer", "confirm", sent(pair))
    assert "(trasferita)" in pair.origin.say(*words).out
    said = english.say(pair.origin, *words)
    assert "operation not allowed in the present state (trasferita)" in said.out


def test_the_remedy_of_a_step_not_allowed_is_one_of_the_command_line(pair: Pair) -> None:
    said = pair.origin.say("transfer", "confirm", sent(pair))
    assert "Get_StatusProcessoTrasferimento" not in said.out
    assert "congedo transfer show" in said.out


@pytest.mark.parametrize(
    "words",
    [
        ("show", "X"), ("confirm", "X"), ("process", "X"), ("send", "X"), ("refresh", "X"),
        ("clear", "X", "library", "--why", "y"), ("cancel", "X", "--why", "y"),
    ],
    ids=" ".join,
)  # fmt: skip
def test_a_request_that_is_not_there_is_refused(office: Office, words: tuple[str, ...]) -> None:
    unknown = [word.replace("X", "UNIVAL20260000099") for word in words]
    assert office.refused("transfer", *unknown) == ["practice_not_found"]
    impossible = [word.replace("X", "à") for word in words]
    assert office.refused("transfer", *impossible) == ["parameter_invalid"]


@pytest.mark.parametrize(
    ("changes", "cause"),
    [({"origin": "93"}, "origin_differs"), ({"destination": "93"}, "partner_unknown")],
)
def test_a_draft_that_cannot_be_sent_from_here_is_refused(
    office: Office, tmp_path: Path, changes: dict[str, str], cause: str
) -> None:
    assert office.refused("transfer", "draft", write_foglio(tmp_path, **changes)) == [cause]
    assert office.done("transfer", "list") == []


def test_fees_that_are_owed_block_the_confirmation(pair: Pair, english: English) -> None:
    words = ("transfer", "confirm", drafted(pair, fees_in_order="NO"))
    assert pair.origin.refused(*words) == ["check_blocks"]
    assert "verifica non superata: regolarità delle tasse" in pair.origin.say(*words).out
    assert "check not passed: fees in order" in english.say(pair.origin, *words).out


def test_what_is_not_settled_blocks_the_sending(pair: Pair) -> None:
    practice = drafted(pair, notes="vorrei parlare con qualcuno")
    pair.origin.done("transfer", "confirm", practice)
    pair.origin.done("transfer", "process", practice)
    said = pair.origin.ask("transfer", "send", practice)
    assert said.causes == ["check_blocks", "check_blocks"]
    assert [reason["path"] for reason in said.data["reasons"]] == [
        "checks/library",
        "checks/student_notes",
    ]


def test_a_foglio_is_edited_while_it_may_be(pair: Pair) -> None:
    practice = drafted(pair)
    edited = write_foglio(pair.folder, course=OTHER, course_name="Automazione")
    words = ("transfer", "edit", practice, edited, "--why", "altro corso")
    assert pair.origin.done(*words)["id_pratica"] == practice
    assert pair.origin.done("transfer", "show", practice)["course"] == f"{OTHER} Automazione"
    other = Path(edited)
    other.write_text(other.read_text("utf-8").replace(CODICE_FISCALE, "QTTFLL03D57Q002G"), "utf-8")
    assert pair.origin.refused(*words) == ["student_differs"]


def test_a_request_sent_is_cancelled_by_asking_the_destination(pair: Pair) -> None:
    practice = sent(pair)
    made = pair.origin.done("transfer", "cancel", practice, "--why", "resta qui")
    assert made == {"ok": True, "state": "trasferita"}
    pair.carry()
    assert pair.origin.done("transfer", "show", practice)["state"] == "cancellata"


def test_a_user_without_a_name_can_work(pair: Pair, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("LOGNAME", "USER", "LNAME", "USERNAME"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr(os, "getuid", lambda: 54_321)  # as containers with a number for a user have
    assert drafted(pair)


def test_practices_that_came_before_the_offer_are_given_their_faculty(pair: Pair) -> None:
    sent(pair)
    assert pair.destination.done("transfer", "faculties")["number"] == 0
    pair.destination.done("offer", "import", write_courses(pair.folder))
    assert pair.destination.done("transfer", "faculties")["number"] == 1
    assert pair.destination.done("transfer", "faculties")["number"] == 0
