"""What every command has: help in two languages, exit statuses, options anywhere on the line."""

from collections.abc import Iterator
from typing import Any

import pytest
from typer.main import get_command

from gateway import __version__
from gateway.cli.app import app
from tests.support.cli import DONE, MISUSED, REFUSED, Office, congedo
from tests.support.cli_english import English

ROOT: Any = get_command(app)


def commands(group: Any = ROOT, above: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    """Yield the words of every command and of every group of commands."""
    for name, command in group.commands.items():
        words = (*above, name)
        yield words
        if hasattr(command, "commands"):
            yield from commands(command, words)


def command_at(words: tuple[str, ...]) -> Any:
    found = ROOT
    for word in words:
        found = found.commands[word]
    return found


COMMANDS = sorted(commands())
LEAVES = [words for words in COMMANDS if not hasattr(command_at(words), "commands")]


def test_the_issue_s_commands_are_all_there() -> None:
    wanted = """init|keys rotate|db upgrade|db backup|db restore|serve|worker|demo|preflight|doctor
        university add|university list|university show|university set
        partner add|partner set|partner list|partner show|partner test
        offer import|offer show|offer refresh|offer admit|journal list|journal export
        transfer draft|transfer edit|transfer attach|transfer confirm|transfer process
        transfer clear|transfer send|transfer cancel|transfer show|transfer list
        transfer received list|transfer received show|transfer received authorise
        transfer received ask-revision|transfer received enrol|transfer received evaluate
        transfer received decide|transfer received complete|transfer received refuse
        transfer received cancel|delivery list|delivery resend|delivery abandon|delivery alarms"""
    names = {" ".join(words) for words in COMMANDS}
    assert {" ".join(name.split()) for line in wanted.splitlines() for name in line.split("|")} <= (
        names
    )


@pytest.mark.parametrize("words", COMMANDS, ids=" ".join)
def test_every_command_explains_itself_in_italian_and_in_english(
    words: tuple[str, ...], english: English
) -> None:
    italian = congedo(*words, "--help")
    other = english.congedo(*words, "--help")
    assert italian.status == other.status == DONE
    assert command_at(words).help
    assert command_at(words).help.split()[0] in italian.out
    assert italian.out != other.out


def test_every_option_and_argument_explains_itself() -> None:
    silent = [
        f"{' '.join(words)}: {parameter.opts[0]}"
        for words in LEAVES
        for parameter in command_at(words).params
        if parameter.name != "help" and not getattr(parameter, "help", None)
    ]
    assert silent == []


def test_the_version_is_the_package_s() -> None:
    assert congedo("version").out.strip() == __version__


@pytest.mark.parametrize("words", [(), ("transfer",), ("transfer", "received"), ("db",)])
def test_a_command_without_arguments_shows_its_help(words: tuple[str, ...]) -> None:
    said = congedo(*words)
    assert said.status in (DONE, MISUSED)
    assert "--help" in said.out + said.err


@pytest.mark.parametrize(
    "words",
    [("university", "pota"), ("--pota",), ("transfer", "show", "--pota", "X"), ("pota",)],
    ids=" ".join,
)
def test_an_unknown_command_or_option_is_a_misuse(words: tuple[str, ...]) -> None:
    said = congedo(*words)
    assert said.status == MISUSED
    assert "pota" in said.err


@pytest.mark.parametrize(
    ("words", "named"),
    [
        (("transfer", "show"), "practice"),
        (("transfer", "list", "--state", "boh"), "--state"),
        (("transfer", "list", "--limit", "0"), "--limit"),
        (("transfer", "list", "--limit", "molti"), "--limit"),
        (("transfer", "clear", "X", "boh", "--why", "y"), "boh"),
        (("transfer", "cancel", "X"), "--why"),
        (("transfer", "attach", "X", "f", "--id", "1", "--until", "31/12/2026"), "--until"),
        (("transfer", "received", "enrol", "--token", "x"), "--cf"),
        (("transfer", "received", "ask-revision", "X"), "--notes"),
        (("offer", "show", "--year", "26"), "--year"),
        (("journal", "list", "--result", "boh"), "--result"),
        (("delivery", "list", "--state", "boh"), "--state"),
        (("university", "set", "--mode", "boh"), "--mode"),
        (("university", "add", "91", "--prefix", "X"), "--name"),
        (("partner", "add", "92", "--timeout", "0"), "--timeout"),
        (("partner", "add", "92", "--active-from", "ieri"), "--active-from"),
        (("partner", "add", "92", "--tolerate", "tutto"), "--tolerate"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, tuple) else "",
)
def test_a_misused_command_names_what_is_wrong_and_ends_with_2(
    empty: Office, words: tuple[str, ...], named: str
) -> None:
    said = empty.say(*words)
    assert said.status == MISUSED
    assert named in said.err
    assert said.out == ""


def test_a_misuse_is_told_to_programs_as_json(empty: Office) -> None:
    said = empty.ask("transfer", "list", "--state", "boh")
    assert said.status == MISUSED
    assert said.data["ok"] is False


def test_the_common_options_may_stand_anywhere(empty: Office) -> None:
    home = str(empty.home)
    for words in (
        ("--home", home, "--json", "university", "list"),
        ("university", "list", "--json", "--home", home),
        ("university", "--json", f"--home={home}", "list"),
        ("university", "list", "--home", home, "--json", "--lang", "en"),
    ):
        said = congedo(*words)
        assert (said.status, said.data) == (DONE, [])


def test_the_home_may_come_from_the_environment(
    empty: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CONGEDO_HOME", str(empty.home))
    assert congedo("--json", "university", "list").data == []


def test_a_refusal_ends_with_1_and_names_what_helps(office: Office, english: English) -> None:
    said = office.say("transfer", "show", "UNIVAL20260000099")
    assert said.status == REFUSED
    assert "Non eseguito:" in said.out
    assert "PRATICA NON TROVATA" in said.out
    assert "Verificare l'IdPratica" in said.out
    other = english.say(office, "transfer", "show", "UNIVAL20260000099")
    assert other.status == REFUSED
    assert "Not done:" in other.out
    assert "PRACTICE NOT FOUND" in other.out
    assert "Check the IdPratica" in other.out


def test_a_refusal_is_told_to_programs_with_stable_keys(office: Office, english: English) -> None:
    words = ("--json", "transfer", "show", "UNIVAL20260000099")
    italian, other = office.say(*words).data, english.say(office, *words).data
    assert italian["ok"] is other["ok"] is False
    (one,), (two,) = italian["reasons"], other["reasons"]
    assert set(one) == {"code", "cause", "path", "text", "remedy", "acts"}
    assert (one["code"], one["cause"], one["path"]) == (1, "practice_not_found", "IdPratica")
    assert (two["code"], two["cause"], two["path"]) == (1, "practice_not_found", "IdPratica")
    assert one["text"] != two["text"]
