"""Numbers, days and moments as addresses ask for them: within bounds, or not said."""

from datetime import date

import pytest
from flask import Flask

from gateway.web.asked import (
    MOST_COUNT,
    add_bounds,
    address_in,
    asked_day,
    asked_moment,
    asked_number,
    day_in,
    number_in,
)

pytestmark = pytest.mark.requirement("T18")


@pytest.mark.parametrize(("text", "number"), [("0", 0), ("42", 42), ("9" * 18, 10**18 - 1)])
def test_figures_are_a_number(text: str, number: int) -> None:
    assert number_in(text) == number


@pytest.mark.parametrize(
    "text", ["", "-1", "+1", "1.0", " 1", "1_0", "²", "٣", "9" * 19, "9" * 5000]
)
def test_what_could_be_no_row_is_no_number(text: str) -> None:
    assert number_in(text) is None


def test_what_is_kept_in_less_than_the_number_of_a_row_has_a_bound_of_its_own() -> None:
    assert number_in("2147483647", MOST_COUNT) == MOST_COUNT
    assert number_in("2147483648", MOST_COUNT) is None


@pytest.mark.parametrize("text", ["", "1899-12-31", "3000-01-01", "0001-01-01", "2026-02-30", "x"])
def test_a_day_on_which_nothing_can_be_is_none(text: str) -> None:
    assert day_in(text) is None
    assert asked_moment(text) is None


def test_a_day_is_a_day() -> None:
    assert day_in("2026-02-28") == date(2026, 2, 28)
    found = asked_moment("28/02/2026")
    assert found is not None
    assert found.date() == date(2026, 2, 28)


def test_an_address_is_asked_by_name() -> None:
    with Flask(__name__).test_request_context("/?n=7&wrong=-7&day=2026-02-28"):
        assert (asked_number("n"), asked_number("wrong", 3), asked_number("none", 4)) == (7, 3, 4)
        assert (asked_day("day"), asked_day("none")) == (date(2026, 2, 28), None)


def test_what_is_no_address_has_no_parts() -> None:
    assert address_in("https://example.org/a?b").netloc == "example.org"
    for text in ("//[", "http://[x", "http://\u2100.example.org/"):
        assert not any(address_in(text))


@pytest.fixture
def bounded() -> Flask:
    app = Flask(__name__)
    add_bounds(app)

    @app.route("/<int:number>", methods=["GET", "POST"])
    def page(number: int) -> str:
        return str(number)

    return app


@pytest.mark.parametrize("number", ["9" * 19, "9" * 5000, "-1", "٣"])
def test_no_row_has_such_a_number(bounded: Flask, number: str) -> None:
    assert bounded.test_client().get("/12").text == "12"
    assert bounded.test_client().get(f"/{number}").status_code == 404


def test_a_part_without_a_name_is_refused(bounded: Flask) -> None:
    body = b"--x\r\nContent-Disposition: form-data\r\n\r\nb\r\n--x--\r\n"
    kind = "multipart/form-data; boundary=x"
    assert bounded.test_client().post("/1", data=body, content_type=kind).status_code == 400


@pytest.mark.parametrize("sent", [{"a": "x\0"}, {"\0": "x"}])
def test_nul_is_refused_wherever_it_stands(bounded: Flask, sent: dict[str, str]) -> None:
    visit = bounded.test_client()
    assert visit.post("/1", data=sent).status_code == 400
    assert visit.get("/1", query_string=sent).status_code == 400
    assert visit.get("/\0").status_code == 404
