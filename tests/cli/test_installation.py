"""Setting up an installation, its keys, its settings, its database, and whether it is well."""

import json
import sqlite3
from pathlib import Path

import pytest

from storage.encryption import create_keys
from tests.support.cli import DONE, UNUSABLE, Office
from tests.support.cli_english import English
from tests.support.cli_pair import Pair, sent, write_foglio

COMMANDS = [
    ("university", "list"),
    ("partner", "list"),
    ("transfer", "list"),
    ("transfer", "received", "list"),
    ("delivery", "list"),
    ("journal", "list"),
    ("offer", "show"),
    ("doctor",),
    ("keys", "rotate"),
    ("serve",),
    ("worker",),
]


def set_form(office: Office, form: str) -> None:
    """Let the database say it has another form."""
    connection = sqlite3.connect(office.home / "congedo.db")
    connection.execute("UPDATE alembic_version SET version_num = ?", (form,))
    connection.commit()
    connection.close()


def test_init_makes_folder_keys_settings_and_database_and_can_be_repeated(tmp_path: Path) -> None:
    office = Office(tmp_path / "a" / "b")
    first = office.done("init")
    assert first == {
        "ok": True,
        "home": str(office.home),
        "keys": str(office.home / "keys" / "congedo.keys"),
        "database": f"sqlite:///{office.home / 'congedo.db'}",
    }
    keys = Path(first["keys"])
    assert keys.stat().st_mode & 0o077 == 0
    before, settings = keys.read_bytes(), (office.home / "congedo.toml").read_bytes()
    office.done("university", "add", "91", "--name", "V", "--prefix", "UNIVAL")
    assert office.done("init") == first
    assert (keys.read_bytes(), (office.home / "congedo.toml").read_bytes()) == (before, settings)
    assert [row["code"] for row in office.done("university", "list")] == ["91"]


def test_init_tells_people_where_the_keys_are(empty: Office, english: English) -> None:
    keys = str(empty.home / "keys" / "congedo.keys")
    italian, other = empty.say("init"), english.say(empty, "init")
    assert italian.out.startswith("Installazione pronta")
    assert other.out.startswith("Installation ready")
    assert all(keys in said.out.replace("\n", "") for said in (italian, other))


@pytest.mark.parametrize("words", COMMANDS, ids=" ".join)
def test_a_home_without_init_says_what_to_run_and_makes_nothing(
    tmp_path: Path, words: tuple[str, ...], english: English
) -> None:
    office = Office(tmp_path / "casa")
    said, other = office.say(*words), english.say(office, *words)
    assert said.status == other.status == UNUSABLE
    assert "congedo init" in said.out
    assert "Installazione non trovata" in said.out
    assert "No installation here" in other.out
    assert not office.home.exists()


def test_a_home_without_init_is_told_to_programs_as_json(tmp_path: Path) -> None:
    said = Office(tmp_path / "casa").ask("transfer", "list")
    assert said.status == UNUSABLE
    assert said.data["ok"] is False


@pytest.mark.parametrize("above", ["file", "/proc"])
def test_a_home_that_cannot_be_made_is_named(tmp_path: Path, above: str) -> None:
    (tmp_path / "file").write_text("", "utf-8")
    office = Office(tmp_path / above / "casa")  # nobody may write there, not even root
    said = office.say("init")
    assert said.status == UNUSABLE
    assert said.err.startswith("Errore:")
    assert str(office.home) in said.err.replace("\n", "")


@pytest.mark.parametrize("damage", [b"garbage", b"\xff\xfe", b"", b"fernet:abc\nindex:abc"])
def test_a_damaged_key_file_is_named(empty: Office, damage: bytes) -> None:
    (empty.home / "keys" / "congedo.keys").write_bytes(damage)
    said = empty.say("transfer", "list")
    assert said.status == UNUSABLE
    assert "chiavi" in said.out
    assert "congedo.keys" in said.out.replace("\n", "")


@pytest.mark.parametrize(
    "words", [("transfer", "list"), ("partner", "list"), ("doctor",), ("keys", "rotate")]
)
def test_the_keys_of_another_installation_are_told_apart(
    office: Office, tmp_path: Path, words: tuple[str, ...]
) -> None:
    office.done("transfer", "draft", write_foglio(tmp_path))
    keys = office.home / "keys" / "congedo.keys"
    keys.unlink()
    create_keys(keys)
    said = office.say(*words)
    assert said.status in (1, UNUSABLE)
    assert "chiavi" in said.out + said.err


def test_rotating_the_keys_keeps_everything_readable(pair: Pair) -> None:
    practice = sent(pair)
    shown = pair.origin.done("transfer", "show", practice, "--token")
    keys = pair.origin.home / "keys" / "congedo.keys"
    before = keys.read_text("ascii").split()
    made = pair.origin.done("keys", "rotate")
    assert made["ok"] is True
    assert made["rows"] > 0
    pair.origin.done("keys", "rotate")  # the last key goes with the rotation after its own
    after = keys.read_text("ascii").split()
    assert not set(before) & {line for line in after if line.startswith("fernet:")}
    assert {line for line in before if line.startswith("index:")} <= set(after)
    assert pair.origin.done("transfer", "show", practice, "--token") == shown
    pair.origin.done("keys", "rotate", "--keep-old")
    assert sum(line.startswith("fernet:") for line in keys.read_text("ascii").split()) == 3


@pytest.mark.parametrize("form", ["m0000", ""])
def test_a_database_of_an_older_form_asks_for_the_upgrade(
    empty: Office, form: str, english: English
) -> None:
    set_form(empty, form)
    said, other = empty.say("transfer", "list"), english.say(empty, "transfer", "list")
    assert said.status == other.status == UNUSABLE
    assert "congedo db upgrade" in said.out
    assert "must be upgraded" in other.out


def test_a_database_of_a_newer_form_asks_for_a_newer_program(empty: Office) -> None:
    set_form(empty, "m9999")
    said = empty.say("transfer", "list")
    assert said.status == UNUSABLE
    assert "db upgrade" not in said.out


def test_a_database_of_a_newer_form_is_not_upgraded(empty: Office) -> None:
    set_form(empty, "m9999")
    assert empty.say("db", "upgrade").status == UNUSABLE


def test_an_empty_database_is_upgraded_by_the_command(empty: Office) -> None:
    (empty.home / "congedo.db").unlink()
    assert empty.say("university", "list").status == UNUSABLE
    assert empty.done("db", "upgrade") == {"ok": True}
    assert empty.done("university", "list") == []


def test_a_file_that_is_no_database_is_told(empty: Office) -> None:
    (empty.home / "congedo.db").write_bytes(b"non sono una base dati" * 500)
    assert empty.say("university", "list").status == UNUSABLE


@pytest.mark.parametrize(
    "line",
    [
        "sconosciuta = 1",
        'port = "x"',
        "port = 0",
        "rotto [",
        'database_url = "::"',
        'database_url = "mysql://a/b"',
    ],
)
def test_settings_that_do_not_hold_are_named(empty: Office, line: str) -> None:
    (empty.home / "congedo.toml").write_text(line + "\n", "utf-8")
    said = empty.say("university", "list")
    assert said.status == UNUSABLE
    assert line.split(maxsplit=1)[0] in said.out + said.err


def test_a_database_that_does_not_answer_is_told(empty: Office) -> None:
    url = "postgresql+psycopg://congedo@127.0.0.1:1/nessuna"
    (empty.home / "congedo.toml").write_text(f'database_url = "{url}"\n', "utf-8")
    for words in (("university", "list"), ("doctor",), ("db", "upgrade"), ("init",)):
        said = empty.say(*words)
        assert said.status == UNUSABLE
        assert said.err.startswith("Errore:")
        assert "127.0.0.1" in said.err


def test_the_doctor_tells_what_it_looked_at(empty: Office, english: English) -> None:
    rows = empty.done("doctor", "--no-partners")
    assert all(set(row) == {"what", "result", "detail"} for row in rows)
    assert {row["what"]: row["result"] for row in rows} == {
        "database": "ok",
        "clock": "ok",
        "disk": "ok",
        "keys": "ok",
        "encryption": "ok",
        "public_url": "warning",
    }
    assert "attenzione" in empty.say("doctor").out
    assert "warning" in english.say(empty, "doctor").out


def test_the_doctor_warns_of_keys_that_others_can_read(empty: Office) -> None:
    (empty.home / "keys" / "congedo.keys").chmod(0o644)
    rows = {row["what"]: row for row in empty.done("doctor", "--no-partners")}
    assert rows["keys"]["result"] == "warning"
    assert rows["keys"]["detail"].endswith("644")


def test_the_doctor_calls_partners_and_counts_what_waits(pair: Pair) -> None:
    pair.origin.done("offer", "refresh", "92")
    rows = {row["what"]: row for row in pair.origin.done("doctor")}
    assert rows["backlog 91"]["detail"].startswith("waiting 1, ")
    partner = rows["partner 91 → 92"]
    assert partner["result"] == "warning"
    assert partner["detail"].startswith("unreachable: ")


def test_the_answer_of_init_is_one_document(tmp_path: Path) -> None:
    said = Office(tmp_path / "casa").ask("init")
    assert said.status == DONE
    assert json.loads(said.out)["ok"] is True
    assert said.err == ""


def test_lost_keys_are_not_replaced_over_data(pair: Pair) -> None:
    keys = pair.origin.home / "keys" / "congedo.keys"
    kept = keys.read_bytes()
    keys.unlink()
    said = pair.origin.say("init")
    assert said.status == UNUSABLE
    assert "rimettere il file delle chiavi" in said.err.replace("\n", " ")
    assert not keys.exists()
    keys.write_bytes(kept)
    pair.origin.done("init")


def test_calling_a_partner_to_see_is_in_the_journal(pair: Pair) -> None:
    pair.origin.ask("partner", "test", "92")
    rows = pair.origin.done("journal", "list")
    assert rows[0]["operation"] == "Get_InfoWorkflowTrasferimento"
    assert rows[0]["direction"] == "out"
    assert rows[0]["result"] != "pending"
