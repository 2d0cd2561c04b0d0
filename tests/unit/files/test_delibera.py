"""A decision as JSON: what is read of it, and how what is wrong is named."""

import json
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from gateway.domain.delibera import Conversion, Source
from gateway.domain.rejections import Cause, Rejection
from gateway.files.delibera import read_delibera

pytestmark = pytest.mark.requirement("T19")

LINE = {"sources": [["1.1", "9"]], "target_name": "Analisi I", "cfu": "9"}
GOOD = {"body": "Consiglio", "decided_on": "2026-10-01", "conversions": [LINE]}


def wrong(data: Any) -> list[str]:
    """Return the places that are named of a decision that cannot be read."""
    with pytest.raises(Rejection) as caught:
        read_delibera(data if isinstance(data, bytes) else json.dumps(data).encode())
    assert {reason.cause for reason in caught.value.reasons} == {Cause.NOT_A_DOCUMENT}
    return [reason.path for reason in caught.value.reasons]


def test_a_decision_is_read_whole() -> None:
    more = {**LINE, "grade": 28, "sector": "MAT/05", "target_code": "A1"}
    data = {**GOOD, "number": "7", "year_of_course": 2, "notes": "ok", "conversions": [LINE, more]}
    read = read_delibera(json.dumps(data).encode())
    assert (read.body, read.decided_on) == ("Consiglio", date(2026, 10, 1))
    assert (read.number, read.year_of_course, read.notes) == ("7", 2, "ok")
    sources = (Source("1.1", Decimal(9)),)
    assert read.conversions == (
        Conversion(sources, "Analisi I", "", Decimal(9)),
        Conversion(sources, "Analisi I", "A1", Decimal(9), "MAT/05", 28),
    )


@pytest.mark.parametrize("content", [b"{", b"[]", b"\xff", b"[" * 100_000, b"null"])
def test_what_is_no_document_is_named_as_such(content: bytes) -> None:
    assert wrong(content) == ["JSON"]


def test_a_slip_of_writing_is_named_by_its_line() -> None:
    with pytest.raises(Rejection) as caught:
        read_delibera(b'{\n"body": "x"\n"y"}')
    assert caught.value.reasons[0].params["line"] == "3"


def test_every_wrong_field_is_named_at_once() -> None:
    lines = [{}, 3, {**LINE, "cfu": "NaN"}, {**LINE, "cfu": "-1"}, {**LINE, "grade": "trenta"}]
    lines += [{**LINE, "sources": sources} for sources in (3, [3], [["1.1"]], [["1.1", "x"]])]
    assert wrong({"conversions": lines, "year_of_course": "due"}) == [
        "body",
        "decided_on",
        "year_of_course",
        "conversions/1/target_name",
        "conversions/1/sources",
        "conversions/2",
        "conversions/3/cfu",
        "conversions/4/cfu",
        "conversions/5/grade",
        *(f"conversions/{number}/sources" for number in range(6, 10)),
    ]


@pytest.mark.parametrize(
    ("change", "place"),
    [
        ({"body": None}, "body"),
        ({"body": " "}, "body"),
        ({"decided_on": "ieri"}, "decided_on"),
        ({"decided_on": 3}, "decided_on"),
        ({"conversions": None}, "conversions"),
    ],
)
def test_a_wrong_field_is_named(change: dict[str, object], place: str) -> None:
    assert wrong({**GOOD, **change}) == [place]
