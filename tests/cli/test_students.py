"""The list of enrolled students by command, and the rules for tokens."""

import pytest

from gateway.demo.people import FIORELLA
from tests.support.cli import Office

pytestmark = pytest.mark.requirement("T19")


def test_a_list_of_enrolled_students_is_imported_once(office: Office) -> None:
    file = office.home / "immatricolati.csv"
    file.write_text(f"Matricola;CodiceFiscale;Corso\nA1;{FIORELLA.codice_fiscale};C1\n", "utf-8")
    assert office.done("student", "import", str(file)) == {"ok": True, "read": 1, "added": 1}
    assert office.done("student", "import", str(file)) == {"ok": True, "read": 1, "added": 0}


def test_a_list_with_wrong_lines_is_refused_whole(office: Office) -> None:
    file = office.home / "immatricolati.csv"
    file.write_text("Matricola;CodiceFiscale;Corso\nA1;NESSUNO;C1\n", "utf-8")
    assert office.refused("student", "import", str(file)) == ["codice_fiscale_invalid"]


def test_the_term_of_tokens_and_the_payment_page_are_set(office: Office) -> None:
    changed = office.done(
        "university", "set", "--token-days", "30", "--payment-url", "https://paga.example.org/"
    )
    assert (changed["token_days"], changed["payment_url"]) == (30, "https://paga.example.org/")
    program = "javascript:alert(1)"
    assert office.refused("university", "set", "--payment-url", program) == ["parameter_invalid"]
    assert office.done("university", "set", "--payment-url", "")["payment_url"] == ""
