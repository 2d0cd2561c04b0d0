"""Saving and restoring the database by the commands."""

import shutil
from pathlib import Path

import pytest

from tests.support.cli import DONE, UNUSABLE, Office
from tests.support.cli_pair import Pair, sent, write_foglio

CANCELLED = 130


def test_a_copy_is_put_back_and_what_came_after_is_gone(office: Office, tmp_path: Path) -> None:
    first = office.done("transfer", "draft", write_foglio(tmp_path))["id_pratica"]
    copy = tmp_path / "copie" / "congedo.db"
    made = office.done("db", "backup", str(copy))
    assert set(made) == {"ok", "file", "keys"}
    assert copy.stat().st_mode & 0o077 == 0
    office.done("transfer", "draft", write_foglio(tmp_path))
    assert len(office.done("transfer", "list")) == 2
    assert office.done("db", "restore", str(copy), "--yes") == {"ok": True}
    assert [row["id_pratica"] for row in office.done("transfer", "list")] == [first]


def test_a_copy_made_while_installations_run_holds_everything(pair: Pair, tmp_path: Path) -> None:
    practice = sent(pair)  # both installations are open
    copy = tmp_path / "copia.db"
    pair.origin.done("db", "backup", str(copy))
    other = Office(tmp_path / "altra")
    other.home.mkdir()
    shutil.copytree(pair.origin.home / "keys", other.home / "keys")
    other.done("db", "restore", str(copy), "--yes")
    before = pair.origin.done("transfer", "show", practice)
    assert other.done("transfer", "show", practice) == before


def test_nothing_is_put_back_while_installations_run(pair: Pair, tmp_path: Path) -> None:
    practice = sent(pair)
    copy = str(tmp_path / "copia.db")
    pair.origin.done("db", "backup", copy)
    said = pair.origin.say("db", "restore", copy, "--yes")
    assert said.status == UNUSABLE
    assert "in uso" in said.out
    assert pair.origin.done("transfer", "show", practice)["state"] == "trasferita"


def test_people_are_warned_that_the_keys_are_apart(office: Office, tmp_path: Path) -> None:
    said = office.say("db", "backup", str(tmp_path / "copia.db"))
    assert said.status == DONE
    assert "Senza le chiavi" in said.out


def test_restoring_asks_first_and_no_changes_nothing(office: Office, tmp_path: Path) -> None:
    copy = tmp_path / "copia.db"
    office.done("db", "backup", str(copy))
    office.done("transfer", "draft", write_foglio(tmp_path))
    said = office.say("db", "restore", str(copy), stdin="n\n")
    assert said.status == CANCELLED
    assert "Continuare?" in said.out
    assert len(office.done("transfer", "list")) == 1
    assert office.say("db", "restore", str(copy), stdin="y\n").status == DONE
    assert office.done("transfer", "list") == []


def test_restoring_understands_an_italian_yes(office: Office, tmp_path: Path) -> None:
    copy = tmp_path / "copia.db"
    office.done("db", "backup", str(copy))
    assert office.say("db", "restore", str(copy), stdin="s\n").status == DONE


@pytest.mark.parametrize("content", [None, b"", b"non sono una base dati" * 500])
def test_what_is_no_copy_is_not_put_back(
    office: Office, tmp_path: Path, content: bytes | None
) -> None:
    office.done("transfer", "draft", write_foglio(tmp_path))
    copy = tmp_path / "copia.db"
    if content is not None:
        copy.write_bytes(content)
    said = office.say("db", "restore", str(copy), "--yes")
    assert said.status == UNUSABLE
    assert said.out.startswith("Non riuscito:")
    assert str(copy) in said.out.replace("\n", "")
    assert len(office.done("transfer", "list")) == 1


def test_what_is_no_copy_is_explained(office: Office, tmp_path: Path) -> None:
    copy = tmp_path / "copia.db"
    missing = office.say("db", "restore", str(copy), "--yes").out
    copy.write_bytes(b"non sono una base dati" * 500)
    assert office.say("db", "restore", str(copy), "--yes").out != missing


@pytest.mark.parametrize("target", ["folder", "file"])
def test_a_copy_that_cannot_be_written_is_told(office: Office, tmp_path: Path, target: str) -> None:
    file = tmp_path / "lettera.txt"
    file.write_text("un'altra cosa " * 500, "utf-8")
    said = office.say("db", "backup", str(tmp_path if target == "folder" else file))
    assert said.status == UNUSABLE


def test_saving_without_an_installation_is_told(tmp_path: Path) -> None:
    said = Office(tmp_path / "casa").say("db", "backup", str(tmp_path / "copia.db"))
    assert said.status == UNUSABLE


def test_saving_a_database_that_is_gone_is_no_success(empty: Office, tmp_path: Path) -> None:
    (empty.home / "congedo.db").unlink()
    assert empty.say("db", "backup", str(tmp_path / "copia.db")).status == UNUSABLE
