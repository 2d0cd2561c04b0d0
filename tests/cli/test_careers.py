"""Careers imported and listed by commands."""

import re
from pathlib import Path

import pytest

from gateway.demo.people import FIORELLA
from gateway.demo.sample import Request
from tests.support.careers import prepared_career
from tests.support.cli import REFUSED, Office
from tests.support.cli_english import English

pytestmark = pytest.mark.requirement("T18")


def files(folder: Path) -> tuple[str, str]:
    """Write a good career and a bad one."""
    good, bad = folder / "buona.xml", folder / "guasta.xml"
    good.write_bytes(prepared_career(Request(exams=1)))
    bad.write_bytes(b"<FoglioCongedo/>")
    return str(good), str(bad)


def test_careers_are_imported_with_an_outcome_for_each_file(office: Office, tmp_path: Path) -> None:
    good, bad = files(tmp_path)
    said = office.ask("career", "import", good, bad)
    assert said.status == REFUSED
    rows = {row["file"]: row for row in said.data}
    assert rows["buona.xml"]["result"] == "new"
    assert rows["guasta.xml"]["result"] == "refused"
    assert rows["guasta.xml"]["reasons"][0]["cause"]
    (again,) = office.done("career", "import", good)
    assert again["result"] == "same"


def test_reasons_behind_those_told_are_counted(office: Office, tmp_path: Path) -> None:
    odd = tmp_path / "strana.xml"
    career = prepared_career(Request(exams=60))
    odd.write_bytes(re.sub(b"<Voto>[0-9]+</Voto>", b"", career))
    (row,) = office.done("career", "import", str(odd))
    assert (len(row["reasons"]), row["untold"]) == (40, 21)
    assert "e altri 21" in " ".join(office.say("career", "import", str(odd)).out.split())


def test_careers_are_listed(office: Office, tmp_path: Path) -> None:
    good, _ = files(tmp_path)
    office.done("career", "import", good)
    (row,) = office.done("career", "list")
    assert row["codice_fiscale"] == FIORELLA.codice_fiscale
    assert row["student"] == "Quattrocchi Fiorella"
    assert office.done("career", "list", "--after", str(row["number"])) == []
    told = office.say("career", "list").out
    assert "Quattrocchi Fiorella" in told
    assert "studente" in told


def test_people_read_what_came_of_their_files(
    office: Office, tmp_path: Path, english: English
) -> None:
    good, bad = files(tmp_path)
    told = office.say("career", "import", good, bad).out
    assert "nuovo" in told
    assert "rifiutato" in told
    assert english is not None
