"""The titles of a hosted university, by the commands."""

import json
import os
import signal
import sqlite3
import subprocess
import sys
import time
from contextlib import closing
from pathlib import Path

import pytest

from gateway.domain.titles import DegreeType
from gateway.soap.passwords import hash_password
from tests.support.cli import DONE, REFUSED, UNUSABLE, Office
from tests.support.cli_english import English
from tests.support.cli_pair import Pair
from tests.support.titles import OTHER, PASSWORD, STUDENT

HEADER = "CodiceFiscale;TipoTitolo;ClasseTitolo;DataConseguimento;AnnoAccademico;Voto"
ROOT = Path(__file__).parents[2]
HASH = "$argon2id$v=19$m=19456,t=2,p=1$AAAAAAAAAAA$AAAAAAAAAAAAAAAAAAAAAA"
DEAR = HASH.replace("m=19456,t=2", "m=999999,t=9")


def csv_of(folder: Path, *rows: str, name: str = "titoli.csv") -> str:
    """Write a file of titles and return its path."""
    file = folder / name
    file.write_text("\n".join([HEADER, *rows, ""]), "utf-8")
    return str(file)


def row(
    student: str = STUDENT, kind: str = "LT", day: str = "18/07/2024", grade: str = "110L"
) -> str:
    return f"{student};{kind};10033;{day};2023;{grade}"


@pytest.fixture
def one(office: Office, tmp_path: Path) -> int:
    """The number of the one title that is kept."""
    office.done("title", "import", csv_of(tmp_path, row()))
    (kept,) = office.done("title", "list")
    return int(kept["id"])


@pytest.mark.requirement("A5")
def test_titles_are_imported_listed_and_shown(office: Office, tmp_path: Path) -> None:
    made = office.done("title", "import", csv_of(tmp_path, row(), row(OTHER, "DR")))
    counts = {"added": 2, "unchanged": 0, "replaced": 0, "refused": 0, "resumed": 0}
    assert made == {"ok": True, "run": 1, **counts, "refusals": [], "reasons": []}
    first, second = office.done("title", "list")
    assert (first["codice_fiscale"], first["title_type"], first["grade"]) == (STUDENT, "LT", "110L")
    assert (first["awarded_by"], first["kind"]) == ("091", "university")
    assert office.done("title", "list", "--student", OTHER) == [second]
    assert office.done("title", "list", "--after", str(first["id"])) == [second]
    assert office.done("title", "list", "--kind", "school") == []
    shown = office.done("title", "show", str(second["id"]))
    assert (shown["title_name"], shown["country"]) == ("Dottorato di ricerca", "999")
    assert (shown["version"], shown["import_run"]) == (1, 1)


def test_lines_that_are_no_titles_are_refused_and_the_others_kept(
    office: Office, tmp_path: Path, english: English
) -> None:
    file = csv_of(tmp_path, row(), row("X"), row(OTHER, "XX"), row(OTHER))
    said = office.ask("title", "import", file)
    assert said.status == REFUSED
    assert (said.data["ok"], said.data["added"], said.data["refused"]) == (False, 2, 2)
    told = [(item["line"], item["field"], item["cause"]) for item in said.data["refusals"]]
    assert told == [
        (3, "CodiceFiscale", "codice_fiscale_invalid"),
        (4, "TipoTitolo", "code_unknown"),
    ]
    again = office.say("title", "import", file)
    assert again.status == REFUSED
    assert "Aggiunti 0, invariati 2, sostituiti 0, rifiutati 2." in again.out
    assert "TipoTitolo" in again.out
    assert "refused 2" in english.say(office, "title", "import", file).out
    assert STUDENT not in again.out


def test_another_value_needs_leave_to_replace(office: Office, tmp_path: Path, one: int) -> None:
    file = csv_of(tmp_path, row(grade="100"), name="altro.csv")
    said = office.ask("title", "import", file)
    assert said.status == REFUSED
    assert [item["cause"] for item in said.data["refusals"]] == ["title_differs"]
    assert office.done("title", "show", str(one))["grade"] == "110L"
    assert office.done("title", "import", file, "--replace")["replaced"] == 1
    assert office.done("title", "show", str(one))["grade"] == "100"
    (change,) = office.done("title", "history", str(one))
    assert (change["event"], change["changes"]) == ("replaced", ["Voto: 110L -> 100"])


@pytest.mark.requirement("A5")
@pytest.mark.parametrize("form", ["csv", "xml"])
def test_what_is_exported_is_imported_elsewhere(pair: Pair, tmp_path: Path, form: str) -> None:
    pair.origin.done("title", "import", csv_of(tmp_path, row(), row(OTHER, "DR")))
    file = tmp_path / f"esportati.{form}"
    assert pair.origin.done("title", "export", str(file))["titles"] == 2
    assert file.stat().st_mode & 0o777 == 0o600
    assert pair.destination.done("title", "import", str(file))["added"] == 2
    ours, theirs = (
        [{**item, "id": 0} for item in office.done("title", "list")]
        for office in (pair.origin, pair.destination)
    )
    assert ours == theirs
    assert pair.origin.done("title", "import", str(file))["unchanged"] == 2


def test_a_withdrawn_title_is_not_exported(office: Office, tmp_path: Path, one: int) -> None:
    office.done("title", "withdraw", str(one), "--why", "conferito per errore")
    assert office.done("title", "export", str(tmp_path / "x.xml"))["titles"] == 0


def test_the_form_may_be_said_where_the_name_does_not(
    office: Office, tmp_path: Path, one: int
) -> None:
    file = str(tmp_path / "titoli")
    office.done("title", "export", file, "--format", "xml")
    assert office.done("title", "import", file, "--format", "xml")["unchanged"] == 1
    assert office.refused("title", "import", file) == ["not_a_document"]


def test_a_title_is_corrected_with_a_reason_that_stays(office: Office, one: int) -> None:
    words = ("title", "correct", str(one), "--set", "voto=105", "--set", "ClasseTitolo=10034")
    shown = office.done(*words, "--why", "verbale rettificato")
    assert (shown["grade"], shown["classe"], shown["version"]) == ("105", "10034", 2)
    (change,) = office.done("title", "history", str(one))
    assert change["why"] == "verbale rettificato"
    assert change["changes"] == ["ClasseTitolo: 10033 -> 10034", "Voto: 110L -> 105"]
    assert change["by"]
    assert "correzione" in office.say("title", "history", str(one)).out


@pytest.mark.parametrize(
    ("words", "cause"),
    [
        (("correct", "1", "--set", "Voto=troppo lungo", "--why", "x"), "value_malformed"),
        (("correct", "1", "--set", "Altro=1", "--why", "x"), "parameter_invalid"),
        (("correct", "1", "--set", "Voto", "--why", "x"), "parameter_invalid"),
        (("correct", "1", "--set", "Voto=100", "--why", " "), "parameter_invalid"),
        (("correct", "9", "--set", "Voto=100", "--why", "x"), "title_not_found"),
        (("show", "9"), "title_not_found"),
        (("history", "9"), "title_not_found"),
        (("withdraw", "9", "--why", "x"), "title_not_found"),
        (("list", "--student", "X"), "codice_fiscale_invalid"),
    ],
)
def test_what_cannot_be_done_to_a_title_is_refused(
    office: Office, one: int, words: tuple[str, ...], cause: str
) -> None:
    before = office.done("title", "list")
    assert office.refused("title", *words) == [cause]
    assert office.done("title", "list") == before


def test_a_title_is_withdrawn_and_put_back(office: Office, tmp_path: Path, one: int) -> None:
    assert office.done("title", "withdraw", str(one), "--why", "errore")["withdrawn_at"]
    assert office.refused("title", "correct", str(one), "--set", "Voto=90", "--why", "x") == [
        "title_withdrawn"
    ]
    said = office.ask("title", "import", csv_of(tmp_path, row()), "--replace")
    assert [item["cause"] for item in said.data["refusals"]] == ["title_withdrawn"]
    assert office.done("title", "restore", str(one), "--why", "errore")["withdrawn_at"] is None
    events = [item["event"] for item in office.done("title", "history", str(one))]
    assert events == ["withdrawn", "restored"]


@pytest.mark.parametrize("content", ["", "a;b\n1;2\n", "<Titoli/"])
def test_a_file_that_is_no_list_of_titles_is_refused(
    office: Office, tmp_path: Path, content: str
) -> None:
    file = tmp_path / ("titoli.xml" if content.startswith("<") else "titoli.csv")
    file.write_text(content, "utf-8")
    assert office.refused("title", "import", str(file)) == ["not_a_document"]
    assert office.done("title", "list") == []


def test_an_xml_file_that_breaks_off_is_taken_up_to_there(office: Office, tmp_path: Path) -> None:
    whole = tmp_path / "intero.xml"
    office.done("title", "import", csv_of(tmp_path, row(), row(OTHER)))
    office.done("title", "export", str(whole))
    cut = tmp_path / "tagliato.xml"
    text = whole.read_text("utf-8").replace("</Titoli>", "")
    cut.write_text(text, "utf-8")
    said = office.ask("title", "import", str(cut))
    assert said.status == REFUSED
    assert said.causes == ["not_a_document"]
    assert said.data["unchanged"] == 2
    told = office.say("title", "import", str(cut))
    assert told.status == REFUSED
    assert "Ripreso. Righe già fatte: 2." in told.out
    assert "non è un elenco leggibile di titoli" in told.out


def test_a_file_that_is_not_there_is_said_to_be_missing(office: Office) -> None:
    assert office.ask("title", "import", "manca.csv").status == UNUSABLE


def test_student_credentials_are_kept_and_kept_once(office: Office, tmp_path: Path) -> None:
    file = tmp_path / "credenziali.csv"
    hashed = hash_password(PASSWORD)
    file.write_text(f"UserID;Hash;CodiceFiscale\nfiorella;{hashed};{STUDENT}\n", "utf-8")
    words = ("title", "credentials", "import", str(file))
    assert office.done(*words) == {"ok": True, "read": 1, "changed": 1}
    assert office.done(*words) == {"ok": True, "read": 1, "changed": 0}
    assert STUDENT not in office.say(*words).out


@pytest.mark.parametrize(
    "lines",
    [
        "UserID;Password;CodiceFiscale",
        f"UserID;Hash;CodiceFiscale\nfiorella;{PASSWORD};{STUDENT}",
        f"UserID;Hash;CodiceFiscale\n;{HASH};{STUDENT}",
        f"UserID;Hash;CodiceFiscale\nx;{DEAR};{STUDENT}",
        f"UserID;Hash;CodiceFiscale\nx;{HASH};X",
    ],
    ids=["columns", "password in clear", "no name", "too dear", "nobody"],
)
def test_credentials_that_cannot_be_kept_are_refused_whole(
    office: Office, tmp_path: Path, lines: str
) -> None:
    file = tmp_path / "credenziali.csv"
    file.write_text(lines + "\n", "utf-8")
    said = office.ask("title", "credentials", "import", str(file))
    assert said.status == REFUSED
    assert PASSWORD not in said.out + said.err


def test_who_may_look_up_and_how_stands_in_the_partner_s_record(office: Office) -> None:
    shown = office.done("partner", "show", "92")
    assert (shown["may_look_up"], shown["egov"]) == (False, False)
    shown = office.done("partner", "set", "92", "--lookups", "--egov")
    assert (shown["may_look_up"], shown["egov"]) == (True, True)
    office.done("partner", "set", "92", "--name", "Altro")
    shown = office.done("partner", "set", "92", "--no-egov")
    assert (shown["may_look_up"], shown["egov"]) == (True, False)
    office.done("partner", "add", "93", "--lookups")
    assert office.done("partner", "show", "93")["may_look_up"] is True
    assert office.done("partner", "set", "93", "--no-lookups")["may_look_up"] is False


def test_names_of_kinds_are_in_the_language_of_the_run(
    office: Office, english: English, one: int
) -> None:
    assert "Laurea triennale" in office.say("title", "show", str(one)).out
    assert "Three-year degree" in english.say(office, "title", "show", str(one)).out


def many(folder: Path, count: int) -> Path:
    """Write a file of many titles, each of another day and kind."""
    kinds = list(DegreeType)
    file = folder / "molti.csv"
    with file.open("w", encoding="utf-8") as out:
        out.write(HEADER + "\n")
        for number in range(count):
            day = (
                f"{1 + number // 25 % 28:02d}/{1 + number // 700 % 12:02d}/{1950 + number // 8400}"
            )
            out.write(row(STUDENT, kinds[number % 25], day) + "\n")
    return file


@pytest.mark.integration
@pytest.mark.requirement("A5")
def test_an_import_killed_half_way_goes_on_where_it_was(office: Office, tmp_path: Path) -> None:
    count = 20_000
    file = many(tmp_path, count)
    command = [sys.executable, "-m", "gateway", "--home", str(office.home), "--json"]
    command += ["title", "import", str(file)]
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    for _ in range(2):
        before = kept(office)
        with subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL) as process:
            deadline = time.monotonic() + 60
            while kept(office) < before + 1000:
                assert process.poll() is None
                assert time.monotonic() < deadline
                time.sleep(0.02)
            os.kill(process.pid, signal.SIGKILL)
            process.wait()
        assert before < kept(office) < count
        assert kept(office) % 500 == 0  # batches, never a part of one
    ended = json.loads(
        subprocess.run(command, env=environment, check=True, capture_output=True).stdout
    )
    assert ended["added"] == count
    assert ended["resumed"] >= 2000
    assert kept(office) == count
    assert office.ask("title", "import", str(file)).status == DONE


def kept(office: Office) -> int:
    """Return how many titles are kept, without opening any."""
    address = f"file:{office.home / 'congedo.db'}?mode=ro"
    with closing(sqlite3.connect(address, uri=True)) as connection:
        return int(connection.execute("SELECT count(*) FROM titles").fetchone()[0])
