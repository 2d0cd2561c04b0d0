"""Hosted universities and their partners, by the commands."""

import pytest

from tests.support.cli import DONE, REFUSED, Office
from tests.support.cli_english import English
from tests.support.cli_pair import Pair

UNIVERSITY = {
    "code", "name", "name_en", "practice_prefix", "schac", "erasmus", "sending_mode", "token_mode",
    "career_days", "other_info", "admission_policy", "blocking_checks", "token_on_receipt",
    "second_factor",
    "four_eyes",
}  # fmt: skip
PARTNER = {
    "code", "name", "name_en", "schac", "erasmus", "destination_url", "origin_url", "username_in",
    "username_out", "password_out_set", "active_from", "active_to", "timeout_seconds",
    "tolerances", "tolerated", "sending_mode", "token_mode",
}  # fmt: skip


def test_a_university_is_hosted_shown_and_listed(empty: Office) -> None:
    words = ("--name", "Università di Valdombra", "--name-en", "Valdombra", "--prefix", "UNIVAL")
    made = empty.done("university", "add", "0091", *words, "--schac", "valdombra.example")
    assert made == {"ok": True, "code": "91"}  # one spelling of a code, however it is typed
    shown = empty.done("university", "show", "91")
    assert set(shown) >= UNIVERSITY
    assert (shown["sending_mode"], shown["token_mode"]) == ("Completa", "I")
    assert empty.done("university", "show") == shown  # the only one
    (row,) = empty.done("university", "list")
    assert set(row) == {"code", "name", "terms", "token"}


def test_terms_and_rules_of_a_university_are_changed(empty: Office, english: English) -> None:
    empty.done("university", "add", "91", "--name", "V", "--prefix", "UNIVAL")
    assert empty.done("university", "set", "--no-blocking")["blocking_checks"] == []
    changed = empty.done(
        "university", "set", "--mode", "Parziale", "--token", "D", "--days", "45", "--info", "Via",
        "--admission", "registered", "--blocking", "fees", "--blocking", "library",
        "--token-by-hand", "--four-eyes",
    )  # fmt: skip
    assert changed == empty.done("university", "show")
    assert (changed["sending_mode"], changed["token_mode"]) == ("Parziale", "D")
    assert (changed["career_days"], changed["other_info"]) == (45, "Via")
    assert changed["admission_policy"] == "registered"
    assert sorted(changed["blocking_checks"]) == ["fees", "library"]
    assert changed["token_on_receipt"] is False
    assert changed["four_eyes"] is True
    assert empty.done("university", "set", "--one-person")["four_eyes"] is False
    assert "biblioteca, tasse" in empty.say("university", "show").out
    assert "fees, library" in english.say(empty, "university", "show").out


@pytest.mark.parametrize(
    ("words", "cause"),
    [
        (("add", "9!", "--name", "X", "--prefix", "UNIX"), "parameter_invalid"),
        (("add", "123456", "--name", "X", "--prefix", "UNIX"), "parameter_invalid"),
        (("add", "95", "--name", "X", "--prefix", "minuscolo"), "parameter_invalid"),
        (("add", "91", "--name", "X", "--prefix", "UNIX"), "already_exists"),
        (("show", "77"), "university_unknown"),
        (("set", "77", "--days", "3"), "university_unknown"),
    ],
)
def test_a_university_that_cannot_be_is_refused(
    office: Office, words: tuple[str, ...], cause: str
) -> None:
    before = office.done("university", "list")
    assert office.refused("university", *words) == [cause]
    assert office.done("university", "list") == before


def test_where_many_are_hosted_the_one_meant_must_be_named(office: Office) -> None:
    office.done("university", "add", "95", "--name", "Altra", "--prefix", "ALTRA")
    said = office.ask("transfer", "list")
    assert said.causes == ["parameter_invalid"]
    assert said.data["reasons"][0]["path"] == "--university"
    assert office.done("transfer", "list", "-u", "95") == []
    assert office.done("partner", "list", "--university", "95") == []
    assert len(office.done("partner", "list", "-u", "91")) == 1
    assert office.refused("transfer", "list", "-u", "96") == ["university_unknown"]


def test_where_none_is_hosted_the_command_that_hosts_one_is_named(empty: Office) -> None:
    assert "university add" in empty.say("transfer", "list").out


def test_an_unknown_university_of_a_command_has_a_remedy_for_commands(office: Office) -> None:
    assert "indirizzo" not in office.say("transfer", "list", "-u", "96").out


def test_a_partner_without_a_password_gets_one_said_once(empty: Office) -> None:
    empty.done("university", "add", "91", "--name", "V", "--prefix", "UNIVAL")
    made = empty.done("partner", "add", "092", "--name", "Montelago")
    assert set(made) == {"ok", "code", "username_in", "password_in"}
    assert (made["code"], made["username_in"]) == ("92", "ateneo-92")
    assert len(made["password_in"]) >= 20
    shown = empty.say("--json", "partner", "show", "92").out
    assert made["password_in"] not in shown
    assert "argon2" not in shown


@pytest.mark.parametrize("command", ["add", "set"])
def test_passwords_are_read_from_standard_input_and_never_shown(
    office: Office, command: str
) -> None:
    code = "93" if command == "add" else "92"
    words = ("partner", command, code, "--password-in", "-", "--password-out", "-")
    said = office.say(*words, stdin="prima-segreta\nseconda-segreta\n")
    assert said.status == DONE
    shown = office.done("partner", "show", code)
    assert shown["password_out_set"] is True
    assert "segreta" not in said.out + said.err + str(shown)


def test_a_partner_s_record_is_changed_where_given(office: Office) -> None:
    before = office.done("partner", "show", "92")
    assert set(before) >= PARTNER
    changed = office.done(
        "partner", "set", "92", "--name", "Montelago", "--erasmus", "I MONTE01", "--timeout", "12",
        "--active-from", "2020-01-01", "--active-to", "2021-12-31", "--tolerate", "dates",
    )  # fmt: skip
    assert changed == office.done("partner", "show", "92")
    expected = {
        "name": "Montelago",
        "erasmus": "I MONTE01",
        "timeout_seconds": 12.0,
        "active_from": "2020-01-01",
        "active_to": "2021-12-31",
        "tolerances": ["dates"],
    }
    assert {name: changed[name] for name in expected} == expected
    assert {name for name in changed if changed[name] != before[name]} == set(expected)
    (row,) = office.done("partner", "list")
    assert set(row) == {"code", "name", "destination_url", "origin_url", "active"}
    assert row["active"] is False
    assert office.done("partner", "set", "92", "--strict")["tolerances"] == []
    cleared = office.done("partner", "set", "92", "--no-active-to")
    assert (cleared["active_from"], cleared["active_to"]) == ("2020-01-01", None)
    cleared = office.done("partner", "set", "92", "--no-active-from", "--destination-url", "")
    assert (cleared["active_from"], cleared["destination_url"]) == (None, "")


@pytest.mark.parametrize(
    ("words", "cause"),
    [
        (("show", "99"), "partner_unknown"),
        (("set", "99", "--name", "X"), "partner_unknown"),
        (("test", "99"), "partner_unknown"),
        (("add", "92"), "already_exists"),
        (("add", "9 9"), "parameter_invalid"),
        (("add", "99", "--destination-url", "ftp://x.example"), "parameter_invalid"),
        (("set", "92", "--origin-url", "x.example/soap"), "parameter_invalid"),
    ],
)
def test_a_partner_that_cannot_be_is_refused(
    office: Office, words: tuple[str, ...], cause: str
) -> None:
    before = office.done("partner", "show", "92")
    assert office.refused("partner", *words) == [cause]
    assert office.done("partner", "show", "92") == before
    assert len(office.done("partner", "list")) == 1


@pytest.mark.parametrize(
    "address", ["http://[guasto", "http://", "http:///soap", "http://a:99999/", "http://a b/"]
)
def test_an_address_without_a_host_is_refused(office: Office, address: str) -> None:
    words = ("partner", "set", "92", "--destination-url", address)
    assert office.refused(*words) == ["parameter_invalid"]


def test_two_partners_cannot_call_by_the_same_name(office: Office) -> None:
    words = ("partner", "add", "93", "--username-in", "ateneo-92")
    assert office.refused(*words) == ["already_exists"]
    office.done("partner", "add", "93")
    assert office.refused("partner", "set", "93", "--username-in", "ateneo-92") == [
        "already_exists"
    ]
    office.done("partner", "set", "92", "--username-in", "ateneo-92")  # its own


def test_a_partner_is_not_active_backwards(office: Office) -> None:
    words = ("--active-from", "2026-02-01", "--active-to", "2026-01-01")
    assert office.refused("partner", "set", "92", *words)


def test_a_partner_that_does_not_answer_is_told(pair: Pair) -> None:
    said = pair.origin.ask("partner", "test", "92")
    assert said.status == REFUSED
    assert set(said.data) == {"code", "reachable", "answer"}
    assert (said.data["code"], said.data["reachable"]) == ("92", False)
    assert said.data["answer"].startswith("unreachable: ")


def test_a_partner_that_does_not_answer_is_told_in_words(pair: Pair) -> None:
    told = pair.origin.say("partner", "test", "92").out
    assert "irraggiungibile: nome non trovato" in told
    assert "Error" not in told
