"""How things are printed: data as it is, in one piece, and no more of it than needed."""

import logging
from pathlib import Path

import pytest
import sqlalchemy as sa

from storage.engine import make_engine
from tests.support.cli import DONE, Office
from tests.support.cli_pair import CODICE_FISCALE, Pair, drafted, write_foglio

MARKUP = "tables and sentences read rich's markup in data: lost, or a stack trace"


@pytest.mark.parametrize("name", ["Ateneo [/x]", "Ateneo [red]", "[bold]Ateneo"])
def test_square_brackets_in_a_name_are_printed_as_they_are(office: Office, name: str) -> None:
    said = office.say("partner", "set", "92", "--name", name)
    assert said.status == DONE
    assert name in office.say("partner", "list").out


@pytest.mark.parametrize("why", ["perché [no]", "perché [/no]"])
def test_square_brackets_in_notes_are_printed_as_they_are(pair: Pair, why: str) -> None:
    practice = drafted(pair)
    pair.origin.done("transfer", "cancel", practice, "--why", why)
    assert why in pair.origin.say("transfer", "show", practice).out


def test_square_brackets_in_a_path_are_printed_as_they_are(office: Office) -> None:
    file = office.home.parent / "copie [red]" / "copia.db"
    assert "copie [red]" in office.say("db", "backup", str(file)).out


def test_a_long_path_is_printed_in_one_piece(office: Office) -> None:
    folder = office.home.parent / ("cartella-dal-nome-lungo-" * 6)
    said = office.say("db", "backup", str(folder / "copia.db"))
    assert str(folder / "copia.db") in said.out
    said = office.say("transfer", "draft", str(folder / "manca.xml"))
    assert str(folder / "manca.xml") in said.err


def test_an_error_of_the_database_holds_no_value(tmp_path: Path) -> None:
    engine = make_engine(f"sqlite:///{tmp_path / 'prova.db'}")
    insert = sa.text("INSERT INTO people VALUES (:code)")
    with engine.connect() as connection:
        connection.exec_driver_sql("CREATE TABLE people (code TEXT UNIQUE)")
        connection.execute(insert, {"code": CODICE_FISCALE})
        with pytest.raises(sa.exc.IntegrityError) as caught:
            connection.execute(insert, {"code": CODICE_FISCALE})
    engine.dispose()
    assert CODICE_FISCALE not in str(caught.value)


def test_what_is_printed_for_programs_is_never_folded_nor_coloured(pair: Pair) -> None:
    practice = drafted(pair)
    why = "[red]" + "perché " * 40
    pair.origin.done("transfer", "cancel", practice, "--why", why)
    shown = pair.origin.done("transfer", "show", practice)
    assert shown["history"][-1]["notes"] == why


def test_what_is_refused_leaves_no_value_in_the_log(
    pair: Pair, caplog: pytest.LogCaptureFixture
) -> None:
    file = Path(write_foglio(pair.folder))
    wrong = CODICE_FISCALE[:-1] + "Z"
    file.write_text(file.read_text("utf-8").replace(CODICE_FISCALE, wrong), "utf-8")
    with caplog.at_level(logging.DEBUG):
        for words in (
            ("preflight", str(file)),
            ("transfer", "draft", str(file)),
            ("transfer", "list", "--student", wrong[:-1]),
            ("transfer", "received", "enrol", "--cf", wrong, "--token", "AAAAAAAAAA"),
        ):
            said = pair.origin.say(*words)
            assert wrong[:11] not in said.out + said.err
    assert wrong[:11] not in caplog.text
    assert "AAAAAAAAAA" not in caplog.text
