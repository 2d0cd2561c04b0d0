"""Offers of courses: published from a CSV, fetched from a partner, and who passed a test."""

from pathlib import Path

import pytest

from tests.support.cli import DONE, REFUSED, Office
from tests.support.cli_english import English
from tests.support.cli_pair import (
    CODICE_FISCALE,
    HEADER,
    LIMITED,
    YEAR,
    Pair,
    sent,
    write_courses,
)

pytestmark = pytest.mark.requirement("T1")

COURSE = {"faculty", "code", "name", "kind", "classe", "deadline", "limited_access", "notes"}


def csv_file(folder: Path, *lines: str, encoding: str = "utf-8") -> str:
    """Write a CSV and return its path."""
    file = folder / "corsi.csv"
    file.write_bytes("\n".join((*lines, "")).encode(encoding))
    return str(file)


def test_an_offer_is_published_in_place_of_the_one_before(office: Office, tmp_path: Path) -> None:
    made = office.done("offer", "import", write_courses(tmp_path))
    assert made == {"ok": True, "year": YEAR, "courses": 4}
    shown = office.done("offer", "show")
    assert set(shown) == {"year", "fetched_at", "courses"}
    assert len(shown["courses"]) == 4
    assert all(set(course) == COURSE for course in shown["courses"])
    (limited,) = office.done("offer", "show", "--kind", "TU")["courses"]
    assert (limited["code"], limited["limited_access"]) == (LIMITED, True)
    office.done("offer", "import", csv_file(tmp_path, HEADER, "06;I;1;Uno;LT;;"))
    assert [course["code"] for course in office.done("offer", "show")["courses"]] == ["1"]


def test_offers_of_two_years_stand_beside_each_other(office: Office, tmp_path: Path) -> None:
    file = write_courses(tmp_path)
    assert office.done("offer", "import", file, "--year", "2031")["year"] == 2031
    assert office.refused("offer", "show") == ["offer_not_published"]
    assert len(office.done("offer", "show", "--year", "2031")["courses"]) == 4


@pytest.mark.parametrize("separator", [",", ";", "\t"])
def test_columns_may_stand_in_any_order_case_and_separator(
    office: Office, tmp_path: Path, separator: str
) -> None:
    lines = (
        separator.join(("DESCRIZIONE", "codice", "Desc_Tipo_Facolta", "cod_tipo_facolta")),
        separator.join(("Fisica", "7", "Scienze", "05")),
    )
    office.done("offer", "import", csv_file(tmp_path, "\ufeff" + lines[0], lines[1]))
    (course,) = office.done("offer", "show")["courses"]
    assert (course["name"], course["code"], course["faculty"]) == ("Fisica", "7", "Scienze")


LINES = {
    "no code": ("06;I;;Uno;LT;;", ("element_missing", "riga 3")),
    "no faculty": (";;1;Uno;LT;;", ("element_missing", "riga 3")),
    "a day that is none": ("06;I;1;Uno;LT;31/02/2027;", ("date_impossible", "riga 3/Scadenza")),
    "neither yes nor no": ("06;I;1;Uno;LT;;FORSE", ("value_malformed", "riga 3/NumeroChiuso")),
    "a code twice": ("06;I;0;Uno;LT;;", ("identifier_repeated", "riga 3/Codice")),
    "a code too long": (f"06;I;{'9' * 99};Uno;LT;;", ("value_too_long", "riga 3/codice")),
}


@pytest.mark.parametrize("fault", LINES)
def test_a_line_that_is_no_course_is_named_and_nothing_is_published(
    office: Office, tmp_path: Path, fault: str
) -> None:
    line, (cause, place) = LINES[fault]
    said = office.ask("offer", "import", csv_file(tmp_path, HEADER, "06;I;0;Zero;LT;;", line))
    assert said.status == REFUSED
    assert set(said.causes) == {cause}
    assert {reason["path"].lower() for reason in said.data["reasons"]} == {place.lower()}
    assert office.refused("offer", "show") == ["offer_not_published"]


def test_the_reasons_of_all_lines_come_at_once(
    office: Office, tmp_path: Path, english: English
) -> None:
    file = csv_file(tmp_path, HEADER, *(line for line, _ in LINES.values()))
    said = office.ask("offer", "import", file)
    places = {reason["path"].partition("/")[0] for reason in said.data["reasons"]}
    assert places >= {"riga 2", "riga 3", "riga 4", "riga 5", "riga 7"}
    assert "riga 4" in office.say("offer", "import", file).out
    assert "impossible date" in english.say(office, "offer", "import", file).out


def test_missing_columns_are_all_named(office: Office, tmp_path: Path) -> None:
    said = office.ask("offer", "import", csv_file(tmp_path, "Codice;Note", "1;x"))
    text = " ".join(reason["text"] for reason in said.data["reasons"]).lower()
    assert all(name in text for name in ("cod_tipo_facolta", "desc_tipo_facolta", "descrizione"))
    assert office.refused("offer", "import", csv_file(tmp_path, "")) == ["element_missing"] * 4


def test_a_csv_in_another_encoding_is_refused(office: Office, tmp_path: Path) -> None:
    file = csv_file(tmp_path, HEADER, "06;Città;1;Uno;LT;;", encoding="latin-1")
    assert office.refused("offer", "import", file) == ["not_a_document"]


def test_a_field_without_end_is_refused(office: Office, tmp_path: Path) -> None:
    office.refused("offer", "import", csv_file(tmp_path, HEADER, f'06;I;1;"{"x" * 200_000}'))


def test_a_csv_without_a_course_does_not_empty_the_offer(office: Office, tmp_path: Path) -> None:
    office.done("offer", "import", write_courses(tmp_path))
    office.ask("offer", "import", csv_file(tmp_path, HEADER))
    assert len(office.done("offer", "show")["courses"]) == 4


def test_places_in_a_csv_are_named_in_the_reader_s_language(
    office: Office, tmp_path: Path, english: English
) -> None:
    said = english.say(office, "offer", "import", csv_file(tmp_path, HEADER, ";I;1;Uno;LT;;"))
    assert "faculty_code" not in said.out
    assert "riga" not in said.out


def test_nobody_is_admitted_to_a_course_that_is_not_on_offer(
    office: Office, tmp_path: Path
) -> None:
    admitted = tmp_path / "ammessi.txt"
    admitted.write_text(CODICE_FISCALE, "utf-8")
    words = ("offer", "admit", str(admitted), "--course")
    assert office.refused(*words, LIMITED) == ["offer_not_published"]
    office.done("offer", "import", write_courses(tmp_path))
    assert office.refused(*words, "777") == ["course_not_offered"]
    assert office.done(*words, LIMITED) == {"ok": True, "added": 1}


def test_a_partner_s_offer_is_fetched_and_shown_with_its_age(pair: Pair) -> None:
    words = ("offer", "show", "--partner", "92")
    assert pair.origin.refused(*words) == ["offer_not_published"]
    pair.destination.done("offer", "import", write_courses(pair.folder))
    assert pair.origin.done("offer", "refresh", "92") == {"ok": True, "asked": True}
    assert pair.origin.done("offer", "refresh", "92") == {"ok": True, "asked": False}
    pair.carry()
    fetched = pair.origin.done(*words)
    assert fetched["fetched_at"]
    assert fetched["courses"] == pair.destination.done("offer", "show")["courses"]
    assert "0.0 ore fa" in pair.origin.say(*words).out
    assert pair.origin.refused("offer", "refresh", "99") == ["partner_unknown"]


@pytest.mark.requirement("T12")
def test_who_is_on_the_list_of_a_test_is_let_in(pair: Pair, tmp_path: Path) -> None:
    pair.destination.done("offer", "import", write_courses(pair.folder))
    pair.destination.done("university", "set", "--admission", "registered")
    practice = sent(pair, course=LIMITED, test_passed="SI")
    assert pair.origin.done("transfer", "show", practice)["state"] == "elaborata"
    admitted = tmp_path / "ammessi.txt"
    admitted.write_text(f"{CODICE_FISCALE.lower()}\n\n", "utf-8-sig")
    words = ("offer", "admit", str(admitted), "--course", LIMITED)
    assert pair.destination.done(*words) == {"ok": True, "added": 1}
    assert pair.destination.done(*words) == {"ok": True, "added": 0}
    pair.origin.done("transfer", "send", practice)
    pair.carry()
    assert pair.origin.done("transfer", "show", practice)["state"] == "trasferita"


def test_a_line_that_is_no_codice_fiscale_is_named_not_shown(
    office: Office, tmp_path: Path
) -> None:
    admitted = tmp_path / "ammessi.txt"
    admitted.write_text(f"{CODICE_FISCALE}\nQTTFLL03D57\n", "utf-8")
    said = office.say("offer", "admit", str(admitted), "--course", LIMITED)
    assert said.status == REFUSED
    assert "riga 2" in said.out
    assert "QTTFLL" not in said.out + said.err


def test_every_line_that_is_no_codice_fiscale_is_named(office: Office, tmp_path: Path) -> None:
    admitted = tmp_path / "ammessi.txt"
    admitted.write_text(f"X\n{CODICE_FISCALE}\nY\n", "utf-8")
    said = office.ask("offer", "admit", str(admitted), "--course", LIMITED)
    assert [reason["path"] for reason in said.data["reasons"]] == ["riga 1", "riga 3"]


def test_a_codice_fiscale_with_a_slip_is_not_admitted(office: Office, tmp_path: Path) -> None:
    admitted = tmp_path / "ammessi.txt"
    admitted.write_text(CODICE_FISCALE[:-1] + "Z\n", "utf-8")
    assert office.say("offer", "admit", str(admitted), "--course", LIMITED).status != DONE
