"""Foreign software as the other university of a whole transfer: its client calls us, we call its
server, over HTTP both ways; our server is a process of its own."""

import pytest

from tests.support.interop_programs import Program
from tests.support.interop_transfers import Other, their_destination_takes, their_origin_sends
from tests.support.interop_world import Site

pytestmark = [pytest.mark.interop, pytest.mark.journey, pytest.mark.slow]


def other(program: Program, place: Site, service: str, code: str) -> Other:
    """Return the client of a university that proves itself by a password."""
    proves = {"user": f"ateneo-{code}"}
    return Other(program, place, service, place.contracts[service], code, proves)


def test_their_origin_sends_a_student_to_us(program: Program, place: Site, theirs: str) -> None:
    their_origin_sends(other(program, place, "destinazione", "91"))


def test_their_destination_takes_a_student_of_ours(
    program: Program, place: Site, theirs: str
) -> None:
    their_destination_takes(other(program, place, "provenienza", "92"))
