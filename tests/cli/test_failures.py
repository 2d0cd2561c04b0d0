"""What cannot be done at all: as a sentence for people, as a document for programs, no value."""

import csv
import errno
import os
import sqlite3
from pathlib import Path

import pytest
from sqlalchemy.exc import ArgumentError, OperationalError

from gateway.cli.failures import EXPECTED, explain
from gateway.usecases.ports import ConcurrentChange, StoreUnavailable
from storage.database import CannotRestore, NoDatabase
from storage.encryption import KeysUnusable, Unreadable
from tests.support.cli import MISUSED, UNUSABLE, Office, congedo
from tests.support.cli_english import English

SAID = {
    "nessuno": (OSError(errno.EACCES, os.strerror(errno.EACCES), "nessuno"), "accesso negato"),
    "a database": (sqlite3.OperationalError("database is locked"), "la base dati è occupata"),
    "arguments": (ArgumentError("Could not parse"), "Could not parse"),
    "no database": (NoDatabase("x.db"), "x.db non esiste"),
    "no copy": (CannotRestore("pg_restore: errore"), "pg_restore: errore"),
    "keys": (KeysUnusable("congedo.keys"), "chiavi mancanti o illeggibili: congedo.keys"),
    "other keys": (Unreadable(), "non si aprono con queste chiavi"),
    "no store": (StoreUnavailable("QTTFLL"), "la base dati non risponde"),
    "somebody faster": (ConcurrentChange(), "ripetere il comando"),
    "no text": (UnicodeDecodeError("utf-8", b"QTTFLL\xe8", 6, 7, "x"), "non è un testo leggibile"),
    "no CSV": (csv.Error("QTTFLL"), "non è un testo leggibile"),
}


@pytest.mark.parametrize("name", SAID)
def test_what_is_expected_is_a_sentence(name: str) -> None:
    error, words = SAID[name]
    assert isinstance(error, EXPECTED)
    said = explain(error)
    assert words in said
    assert "QTTFLL" not in said
    assert type(error).__name__ not in said


def test_a_store_that_cannot_be_used_says_what_the_database_says() -> None:
    cause = OperationalError("SELECT 1", {}, sqlite3.OperationalError("disk I/O error"))
    error = StoreUnavailable("OperationalError")
    error.__cause__ = cause
    assert explain(error) == "il disco non risponde"


def test_programs_get_one_document_for_every_status(office: Office, tmp_path: Path) -> None:
    for words, status in (
        (("transfer", "pota"), MISUSED),
        (("transfer",), MISUSED),
        (("transfer", "draft", str(tmp_path / "manca.xml")), UNUSABLE),
        (("db", "restore", str(tmp_path / "manca.db"), "--yes"), UNUSABLE),
    ):
        said = office.ask(*words)
        assert said.status == status, words
        assert set(said.data) == {"ok", "status", "error"}
        assert (said.data["ok"], said.data["status"]) == (False, status)
        assert said.data["error"]
        assert said.err == ""


def test_an_option_without_its_value_is_a_misuse() -> None:
    assert congedo("university", "list", "--home").status == MISUSED


def test_a_missing_file_is_told_in_english_too(
    office: Office, tmp_path: Path, english: English
) -> None:
    said = english.say(office, "transfer", "draft", str(tmp_path / "manca.xml"))
    assert said.status == UNUSABLE
    assert said.err.startswith("Error: ")
    assert "no such file or folder" in said.err
    assert "Errno" not in said.err


def test_a_password_in_the_settings_is_never_repeated(empty: Office) -> None:
    for line in (
        'database_url = "mysql://congedo:segreta@db/congedo"',
        'database_url = "postgresql+psycopg://congedo:segreta@db:porta/congedo"',
        'password segreta = "segreta"',
    ):
        (empty.home / "congedo.toml").write_text(line + "\n", "utf-8")
        said = empty.say("university", "list")
        assert said.status == UNUSABLE
        assert "segreta" not in said.out + said.err
        assert "congedo.toml" in said.err


def test_settings_in_another_encoding_are_told(empty: Office) -> None:
    (empty.home / "congedo.toml").write_bytes(b'node = "citt\xe0"\n')
    said = empty.say("university", "list")
    assert said.status == UNUSABLE
    assert "congedo.toml" in said.err


def test_more_than_one_university_is_told_with_the_option_that_names_one(office: Office) -> None:
    office.done("university", "add", "95", "--name", "Altra", "--prefix", "ALTRA")
    said = office.say("transfer", "list")
    assert "--university" in said.out
    assert "più d'uno" in said.out


def test_a_setting_that_lacks_another_says_which(
    office: Office, english: English, monkeypatch: pytest.MonkeyPatch
) -> None:
    with (office.home / "congedo.toml").open("a") as file:
        file.write('proxy_user_header = "X-Remote-User"\n')
    said = office.ask("university", "list")
    assert said.status == UNUSABLE
    assert "proxy_user_secret (CONGEDO_PROXY_USER_SECRET): con proxy_user" in said.data["error"]
    told = english.say(office, "university", "list")
    assert "proxy_user_header wants the secret of the proxy that signs people in" in told.err
    monkeypatch.setenv("CONGEDO_PROXY_USER_SECRET", "corta")
    short = office.ask("university", "list").data["error"]
    assert short.endswith("proxy_user_secret (CONGEDO_PROXY_USER_SECRET)")
