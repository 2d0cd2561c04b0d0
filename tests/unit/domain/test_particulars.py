"""A student's data, field by field: what may be typed, and where two records differ."""

from datetime import date

import pytest

from gateway.domain.particulars import FIELDS, Difference, check, cleaned, differences
from gateway.domain.rejections import Cause, Rejection

pytestmark = pytest.mark.requirement("T19")

TODAY = date(2026, 9, 21)
GOOD = cleaned(
    {
        "Cognome": "Prova",
        "Nome": "Ada",
        "Sesso": "f",
        "DataNascita": "2003-04-17",
        "Residenza/Via": "via  dei   Ciliegi",
        "Residenza/DescrizioneComune": "Trento",
        "Residenza/Provincia": "tn",
        "Residenza/CAP": "38122",
        "Email": "ada@example.org",
        "Cellulare": "+39 000 0000000",
        "Sconosciuto": "x",
    }
)


def faults(**changes: str) -> list[tuple[Cause, str]]:
    given = {**GOOD, **{name.replace("__", "/"): value for name, value in changes.items()}}
    with pytest.raises(Rejection) as refusal:
        check(given, TODAY)
    return [(reason.cause, reason.path) for reason in refusal.value.reasons]


def test_blanks_collapse_codes_become_capitals_and_strangers_are_left_out() -> None:
    assert GOOD["Residenza/Via"] == "via dei Ciliegi"
    assert (GOOD["Sesso"], GOOD["Residenza/Provincia"]) == ("F", "TN")
    assert set(GOOD) == set(FIELDS)
    check(GOOD, TODAY)


def test_every_fault_is_told_at_once() -> None:
    found = faults(Cognome="", Email="non una mail", Nome="a" * 101, DataNascita="ieri")
    assert sorted(found) == [
        (Cause.ELEMENT_MISSING, "Cognome"),
        (Cause.VALUE_MALFORMED, "DataNascita"),
        (Cause.VALUE_MALFORMED, "Email"),
        (Cause.VALUE_TOO_LONG, "Nome"),
    ]


@pytest.mark.parametrize("day", ["2026-09-21", "1899-12-31"])
def test_nobody_is_born_today_or_before_1900(day: str) -> None:
    assert faults(DataNascita=day) == [(Cause.DATE_IMPOSSIBLE, "DataNascita")]


@pytest.mark.parametrize(
    ("path", "value"),
    [("Sesso", "X"), ("Residenza/Provincia", "TRENTO"), ("Cellulare", "chiamami"), ("PEC", "a@b")],
)
def test_a_value_must_have_its_shape(path: str, value: str) -> None:
    assert faults(**{path.replace("/", "__"): value}) == [(Cause.VALUE_MALFORMED, path)]


def test_differences_come_in_the_order_of_the_foglio() -> None:
    changed = {**GOOD, "Email": "altra@example.org", "Cognome": "Prove"}
    assert differences(GOOD, changed) == (
        Difference("Cognome", "Prova", "Prove"),
        Difference("Email", "ada@example.org", "altra@example.org"),
    )
    assert differences(GOOD, GOOD) == ()
