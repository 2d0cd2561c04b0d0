"""What waits, what is parked, what went over the wire: by the commands."""

import pytest

from tests.support.cli import DONE, REFUSED
from tests.support.cli_english import English
from tests.support.cli_pair import CODICE_FISCALE, Pair, ready, sent

DELIVERY = {
    "id", "kind", "partner", "id_pratica", "state", "attempts", "next_at", "trouble", "detail",
}  # fmt: skip
MESSAGE = {
    "message_id", "at", "direction", "partner", "operation", "id_pratica", "result", "code",
    "bytes", "tolerated",
}  # fmt: skip


def stuck(pair: Pair) -> str:
    """Let a sending fail, as the destination cannot be reached; return the delivery."""
    practice = ready(pair)
    nowhere = "http://nessuno/soap/92/destinazione"
    pair.origin.done("partner", "set", "92", "--destination-url", nowhere)
    pair.origin.done("transfer", "send", practice)
    pair.carry()
    (row,) = pair.origin.done("delivery", "list", "--state", "waiting")
    assert row["attempts"] == 1
    return str(row["id"])


def test_what_does_not_arrive_waits_and_is_sent_again_at_once(pair: Pair) -> None:
    delivery = stuck(pair)
    (row,) = pair.origin.done("delivery", "list")
    assert set(row) == DELIVERY
    assert row["next_at"]
    pair.origin.done(
        "partner", "set", "92", "--destination-url", "http://destination/soap/92/destinazione"
    )
    assert pair.origin.done("delivery", "resend", delivery) == {"ok": True, "id": delivery}
    pair.carry()
    (row,) = pair.origin.done("delivery", "list", "--state", "delivered")
    assert (row["id"], row["next_at"]) == (delivery, None)
    assert pair.origin.done("transfer", "list")[0]["state"] == "trasferita"
    assert pair.origin.refused("delivery", "resend", delivery) == ["delivery_not_found"]


def test_what_never_arrived_can_be_given_up(pair: Pair, english: English) -> None:
    delivery = stuck(pair)
    made = pair.origin.done("delivery", "abandon", delivery, "--why", "altro ateneo")
    assert made == {"ok": True, "id": delivery}
    assert pair.origin.done("transfer", "list")[0]["state"] == "elaborata"
    assert "abbandonata" in pair.origin.say("delivery", "list").out
    assert "given up" in english.say(pair.origin, "delivery", "list").out


@pytest.mark.parametrize("words", [("resend",), ("abandon", "--why", "prova")], ids=" ".join)
def test_a_delivery_that_is_not_there_is_refused(pair: Pair, words: tuple[str, ...]) -> None:
    command, *more = words
    assert pair.origin.refused("delivery", command, "nessuna", *more) == ["delivery_not_found"]


def test_a_permanent_refusal_is_not_sent_again_and_says_why(pair: Pair) -> None:
    practice = ready(pair, career=False)
    pair.origin.done("transfer", "send", practice)
    pair.carry()
    shown = pair.origin.done("transfer", "show", practice)
    assert shown["state"] == "elaborata"
    assert "TitoliConseguiti" in shown["history"][-1]["notes"]
    assert pair.origin.done("delivery", "list", "--state", "waiting") == []


def test_open_alarms_are_listed(pair: Pair, english: English) -> None:
    pair.origin.done("partner", "set", "92", "--password-out", "sbagliata")
    practice = ready(pair)
    pair.origin.done("transfer", "send", practice)
    pair.carry()
    rows = pair.origin.done("delivery", "alarms")
    assert rows
    assert all(set(row) == {"kind", "subject", "detail", "since"} for row in rows)
    doctor = {row["what"]: row for row in pair.origin.done("doctor", "--no-partners")}
    assert doctor["backlog 91"]["result"] == "warning"
    assert "sbagliata" not in str(rows)
    assert english.say(pair.origin, "delivery", "alarms").status == DONE


def test_no_alarm_is_said_in_words(pair: Pair, english: English) -> None:
    assert pair.origin.say("delivery", "alarms").out == "Allarmi: nessuno\n"
    assert english.say(pair.origin, "delivery", "alarms").out == "Alarms: none\n"
    assert pair.origin.done("delivery", "alarms") == []


@pytest.mark.requirement("T15")
def test_every_message_is_in_both_journals(pair: Pair) -> None:
    practice = sent(pair)
    words = ("journal", "list", "--practice", practice)
    here, there = pair.origin.done(*words), pair.destination.done(*words)
    assert all(set(row) == MESSAGE for row in (*here, *there))
    puts = [row for row in (*here, *there) if row["operation"] == "Put_ProcessoTrasferimento"]
    assert sorted(row["direction"] for row in puts) == ["in", "out"]
    assert {row["result"] for row in puts} == {"accepted"}
    assert pair.origin.done("journal", "list", "--result", "refused") == []
    assert len(pair.origin.done("journal", "list", "--limit", "1")) == 1


def test_the_messages_of_a_practice_are_written_to_a_folder(pair: Pair) -> None:
    practice = sent(pair)
    folder = pair.folder / "a" / "messaggi"
    made = pair.origin.done("journal", "export", str(folder), practice)
    assert set(made) == {"ok", "folder", "messages"}
    (request,) = folder.glob("*-out-Put_ProcessoTrasferimento-accepted-request.xml")
    (answer,) = folder.glob("*-out-Put_ProcessoTrasferimento-accepted-answer.xml")
    assert CODICE_FISCALE.encode() in request.read_bytes()
    assert b"<codEsito>0</codEsito>" in answer.read_bytes()


def test_messages_written_to_a_folder_are_for_their_owner_only(pair: Pair) -> None:
    folder = pair.folder / "messaggi"
    pair.origin.done("journal", "export", str(folder), sent(pair))
    assert folder.stat().st_mode & 0o077 == 0
    assert all(file.stat().st_mode & 0o077 == 0 for file in folder.iterdir())


def test_a_folder_that_was_there_keeps_its_rights_and_its_files_lose_them(pair: Pair) -> None:
    practice = sent(pair)
    folder = pair.folder / "messaggi"
    folder.mkdir(mode=0o755)
    before = folder.stat().st_mode
    pair.origin.done("journal", "export", str(folder), practice)
    for file in folder.iterdir():
        file.chmod(0o644)
    pair.origin.done("journal", "export", str(folder), practice)
    assert folder.stat().st_mode == before
    assert all(file.stat().st_mode & 0o077 == 0 for file in folder.iterdir())


def test_exporting_a_practice_that_is_not_there_is_refused(pair: Pair) -> None:
    folder = str(pair.folder / "messaggi")
    words = ("journal", "export", folder)
    assert pair.origin.refused(*words, "UNIVAL2026X") == ["practice_not_found"]
    assert pair.origin.ask(*words, "").status == REFUSED  # nothing named is not everything
    assert not (pair.folder / "messaggi").exists()


def test_an_alarm_that_was_seen_to_is_closed(pair: Pair) -> None:
    practice = ready(pair)
    nowhere = ("partner", "set", "92", "--no-active-from", "--active-to", "2020-01-01")
    pair.origin.done("transfer", "send", practice)
    pair.origin.done(*nowhere)
    pair.carry()
    (alarm,) = pair.origin.done("delivery", "alarms")
    assert alarm["kind"] == "delivery_parked"
    closed = pair.origin.done("delivery", "close-alarm", alarm["kind"], alarm["subject"])
    assert closed["subject"] == alarm["subject"]
    assert pair.origin.done("delivery", "alarms") == []
    again = pair.origin.refused("delivery", "close-alarm", alarm["kind"], alarm["subject"])
    assert again == ["alarm_not_found"]
