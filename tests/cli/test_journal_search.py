"""Looking for messages by the command line."""

import re

import pytest

from tests.support.cli import Office
from tests.support.cli_english import English
from tests.support.cli_pair import CODICE_FISCALE, Pair, sent

ROW = {
    "message_id", "at", "direction", "partner", "operation", "id_pratica", "result", "code",
    "milliseconds", "bytes", "correlation",
}  # fmt: skip
PUT = "Put_ProcessoTrasferimento"


@pytest.fixture
def practice(pair: Pair) -> str:
    return sent(pair)


def test_messages_are_found_by_what_is_known_of_them(pair: Pair, practice: str) -> None:
    put, asked = pair.origin.done("journal", "search")
    assert set(put) == ROW
    assert (put["operation"], put["direction"], put["result"]) == (PUT, "out", "accepted")
    for words in (
        ("--operation", PUT),
        ("--cf", CODICE_FISCALE.lower(), "--operation", PUT),
        ("--correlation", put["message_id"].upper()),
        ("--practice", practice, "--after", "f" * 32, "--limit", "1"),
        ("--partner", "092", "--code", "0", "--result", "accepted", "--limit", "1"),
        ("--from", "2020-01-01", "--to", "31/12/2099", "--direction", "out", "--limit", "1"),
    ):
        assert pair.origin.done("journal", "search", *words) == [put], words
    for words in (
        ("--direction", "in"),
        ("--outcome", "17"),
        ("--code", str(2**31 - 1)),
        ("--result", "fault"),
        ("--to", "2020-01-01"),
        ("--from", "2099-01-01 08:30"),
        ("--practice", "ALTRA"),
        ("--after", asked["message_id"]),
    ):
        assert pair.origin.done("journal", "search", *words) == [], words


def test_the_same_identifier_finds_the_other_half(pair: Pair, practice: str) -> None:
    (put,) = pair.origin.done("journal", "search", "--operation", PUT)
    (half,) = pair.destination.done("journal", "search", "--correlation", put["message_id"])
    assert half["correlation"] == put["correlation"] == put["message_id"]
    assert half["message_id"] != put["message_id"]
    assert half["direction"] == "in"


def test_the_next_page_is_said_to_people(pair: Pair, practice: str, english: English) -> None:
    first, second = (row["message_id"] for row in pair.origin.done("journal", "search"))
    said = pair.origin.say("journal", "search", "--limit", "1").out
    assert f"Per continuare: --after {first}" in said
    assert "To go on" in english.say(pair.origin, "journal", "search", "--limit", "1").out
    page = pair.origin.done("journal", "search", "--limit", "1", "--after", first)
    assert [row["message_id"] for row in page] == [second]


@pytest.mark.parametrize(
    ("words", "cause"),
    [
        (("--cf", "non un codice"), "codice_fiscale_invalid"),
        (("--from", "ieri"), "parameter_invalid"),
        (("--to", "2026-13-45"), "parameter_invalid"),
        (("--partner", "troppo lungo"), "parameter_invalid"),
        (("--practice", "con spazi dentro"), "parameter_invalid"),
    ],
)
def test_what_cannot_be_looked_for_is_refused(
    office: Office, words: tuple[str, ...], cause: str
) -> None:
    assert office.refused("journal", "search", *words) == [cause]


def test_a_message_is_shown_and_its_contents_only_when_asked_for(pair: Pair, practice: str) -> None:
    (put,) = pair.origin.done("journal", "search", "--operation", PUT)
    shown = pair.origin.done("journal", "show", put["message_id"])
    assert set(shown) > ROW
    assert shown["sha256"]
    assert "request" not in shown
    plain = pair.origin.say("journal", "show", put["message_id"])
    assert CODICE_FISCALE not in plain.out
    full = pair.origin.say("journal", "show", put["message_id"], "--contents")
    assert CODICE_FISCALE in full.out
    assert "<codEsito>0</codEsito>" in full.out
    as_json = pair.origin.done("journal", "show", put["message_id"], "--contents")
    assert CODICE_FISCALE in as_json["request"]
    assert "<codEsito>0</codEsito>" in as_json["answer"]


def test_reading_contents_is_noted_with_who_and_which(pair: Pair, practice: str) -> None:
    (put,) = pair.origin.done("journal", "search", "--operation", PUT)
    said = pair.origin.say("journal", "show", put["message_id"], "--contents")
    assert "personal_data_read" in said.err
    assert put["message_id"] in said.err
    assert re.search(r"actor='.+'", said.err)
    assert CODICE_FISCALE not in said.err
    assert "personal_data_read" not in pair.origin.say("journal", "show", put["message_id"]).err


def test_a_message_that_is_not_there_is_refused(office: Office) -> None:
    assert office.refused("journal", "show", "nessuno") == ["parameter_invalid"]


def test_messages_of_before_are_made_to_be_found(pair: Pair, practice: str) -> None:
    done = pair.origin.done("journal", "reindex")
    assert done == {"ok": True, "seen": 0, "found": 0, "unreadable": 0}
    assert pair.origin.say("journal", "reindex").status == 0
