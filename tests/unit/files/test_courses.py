"""An offer as CSV: what becomes of its lines."""

import pytest

from gateway.domain.rejections import Cause, Rejection
from gateway.files.courses import COLUMNS, read_courses
from tests.support.fakes_samples import refused

pytestmark = pytest.mark.requirement("T1")

HEADER = "Cod_Tipo_Facolta;Desc_Tipo_Facolta;Codice;Descrizione;Scadenza;NumeroChiuso;Note\n"


def test_a_line_becomes_a_course() -> None:
    offer = read_courses(f'{HEADER}06;Ingegneria;1;Uno;31/12/2026;sì;"a;b"\n'.encode(), 2026)
    (course,) = offer.courses
    assert (offer.year, course.code, course.name, course.notes) == (2026, "1", "Uno", "a;b")
    assert course.limited_access
    assert course.deadline is not None


def test_a_header_alone_is_no_offer() -> None:
    with refused(Cause.NOT_A_DOCUMENT) as caught:
        read_courses(HEADER.encode(), 2026)
    assert caught.value.reasons[0].params["why"] == "no_course"


def test_lines_are_counted_as_an_editor_does() -> None:
    content = f'{HEADER}06;I;1;Uno;;;"due\nrighe"\n\n06;I;2;;;;\n'
    with pytest.raises(Rejection) as caught:
        read_courses(content.encode(), 2026)
    (reason,) = caught.value.reasons
    assert (reason.path, reason.params) == ("riga 5", {"element": "Descrizione"})


def test_columns_are_named_as_on_the_wire() -> None:
    with pytest.raises(Rejection) as caught:
        read_courses(f"{HEADER}{'9' * 41};I;1;Uno;31/02/2026;FORSE;\n".encode(), 2026)
    columns = {reason.path.partition("/")[2] for reason in caught.value.reasons}
    assert columns == {"Cod_Tipo_Facolta", "Scadenza", "NumeroChiuso"}
    assert columns <= set(COLUMNS)


def test_a_field_without_end_is_named_by_its_line() -> None:
    content = f'{HEADER}06;I;1;Uno;;;\n06;I;2;"{"x" * 200_000}'
    with refused(Cause.NOT_A_DOCUMENT) as caught:
        read_courses(content.encode(), 2026)
    assert caught.value.reasons[0].params["line"] == "3"


@pytest.mark.parametrize("character", ["\0", "\x0b", "\x1b", "\ufffe"])
def test_what_no_message_could_carry_is_refused(character: str) -> None:
    with pytest.raises(Rejection) as caught:
        read_courses(f"{HEADER}06;I;1;U{character}no;;;\n".encode(), 2026)
    (reason,) = caught.value.reasons
    assert (reason.cause, reason.path) == (Cause.VALUE_MALFORMED, "riga 2/Descrizione")
