"""A caller's identifier is read strictly, and ours has the form that is read."""

import pytest

from gateway.correlation import is_identifier, read, write
from gateway.logs import new_message_id

TRACE, PARENT = "4bf92f3577b34da6a3ce929d0e0e4736", "00f067aa0ba902b7"


def test_a_header_in_the_form_of_the_standard_gives_its_trace() -> None:
    assert read(f"00-{TRACE}-{PARENT}-01") == TRACE
    assert read(f"00-{TRACE}-{PARENT}-00") == TRACE


@pytest.mark.parametrize(
    "header",
    [
        "",
        TRACE,
        f"00-{TRACE}-{PARENT}",
        f"00-{TRACE}-{PARENT}-01-more",
        f"00-{TRACE}-{PARENT}-01\n",
        f" 00-{TRACE}-{PARENT}-01",
        f"01-{TRACE}-{PARENT}-01",
        f"ff-{TRACE}-{PARENT}-01",
        f"00-{TRACE.upper()}-{PARENT}-01",
        f"00-{TRACE[:-1]}-{PARENT}-01",
        f"00-{TRACE}0-{PARENT}-01",
        f"00-{'0' * 32}-{PARENT}-01",
        f"00-{TRACE}-{'0' * 16}-01",
        f"00-{TRACE}-{PARENT}-01, 00-{TRACE}-{PARENT}-01",
        f"00-{'٠' * 32}-{PARENT}-01",
        "00-' OR 1=1 --" + "a" * 40,
    ],
)
def test_anything_else_gives_none(header: str) -> None:
    assert read(header) == ""


def test_an_identifier_of_ours_is_written_in_the_form_that_is_read() -> None:
    ours = new_message_id()
    assert is_identifier(ours)
    assert read(write(ours, ours)) == ours


def test_an_answer_says_the_callers_trace_and_its_own_message() -> None:
    ours = new_message_id()
    assert write(TRACE, ours) == f"00-{TRACE}-{ours[16:]}-01"


@pytest.mark.parametrize(("trace", "message"), [("", PARENT * 2), (TRACE, "out1"), ("x", "y")])
def test_what_has_no_form_is_not_written(trace: str, message: str) -> None:
    assert write(trace, message) == ""
