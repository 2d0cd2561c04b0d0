"""A list of those who passed a test, as text."""

import pytest

from gateway.demo.people import numbered
from gateway.domain.rejections import Cause, Rejection
from gateway.files.admitted import read_admitted
from tests.support.fakes_samples import refused

pytestmark = pytest.mark.requirement("T12")

FIRST, SECOND = (numbered(number).codice_fiscale for number in (1, 2))
SLIP = FIRST[:-1] + ("A" if FIRST[-1] != "A" else "B")


def test_every_line_is_a_person_whatever_the_case_and_the_blanks() -> None:
    text = f"\ufeff{FIRST.lower()}\r\n\n  {SECOND} \n"
    assert read_admitted(text.encode()) == [FIRST, SECOND]


def test_every_wrong_line_is_named_by_its_number_and_never_shown() -> None:
    with pytest.raises(Rejection) as caught:
        read_admitted(f"X\n{FIRST}\n{SLIP}\n".encode())
    assert [reason.path for reason in caught.value.reasons] == ["riga 1", "riga 3"]
    assert {reason.cause for reason in caught.value.reasons} == {Cause.CODICE_FISCALE_INVALID}
    assert SLIP not in str(caught.value)


@pytest.mark.parametrize("content", [b"", b"\n \n", b"\xe8\n"])
def test_a_list_of_nobody_is_refused(content: bytes) -> None:
    with refused(Cause.NOT_A_DOCUMENT):
        read_admitted(content)
