"""However long a file is, and however wrong: what is read of it and told about it has an end."""

from collections.abc import Callable
from typing import Any

import pytest

from gateway.demo.people import numbered
from gateway.domain.rejections import Cause, Rejection
from gateway.files import rows
from gateway.files.admitted import read_admitted
from gateway.files.courses import MOST_COURSES, read_courses
from gateway.files.enrolled_students import read_enrolled
from gateway.files.rows import MOST_FAULTS
from gateway.files.student_credentials import read_credentials
from gateway.texts import Language
from gateway.texts.offices import place, sentence

ENROLLED = "Matricola;CodiceFiscale;Corso\n"
OFFER = "Cod_Tipo_Facolta;Desc_Tipo_Facolta;Codice;Descrizione\n"
ADA = numbered(1).codice_fiscale
READERS: dict[str, tuple[Callable[[bytes], Any], str]] = {
    "enrolled": (read_enrolled, ENROLLED),
    "courses": (lambda content: read_courses(content, 2026), OFFER),
    "admitted": (read_admitted, ""),
    "credentials": (read_credentials, "UserID;Hash;CodiceFiscale\n"),
}
every_reader = pytest.mark.parametrize(("read", "head"), READERS.values(), ids=READERS)


def refusal(read: Callable[[bytes], Any], text: str) -> Rejection:
    with pytest.raises(Rejection) as found:
        read(text.encode())
    return found.value


@every_reader
def test_a_file_of_nothing_but_faults_is_read_no_further_than_they_are_told(
    read: Callable[[bytes], Any], head: str
) -> None:
    found = refusal(read, head + "a\n" * 50_000)
    assert len(found.reasons) == MOST_FAULTS + 1
    first = found.reasons[0]
    assert (first.cause, first.params["why"]) == (Cause.NOT_A_DOCUMENT, "faults_untold")
    assert place(first, Language.ENGLISH).startswith("line ")
    assert sentence(first, Language.ITALIAN).startswith("gli errori sono più di 300")
    assert sentence(first, Language.ENGLISH).startswith("there are more than 300 faults")


def test_as_many_faults_as_are_told_are_told_alone() -> None:
    assert len(refusal(read_admitted, "a\n" * MOST_FAULTS).reasons) == MOST_FAULTS


@pytest.mark.parametrize(
    ("read", "text"),
    [
        (read_enrolled, ENROLLED + "".join(f"M{n};{ADA};C1\n" for n in range(4))),
        (read_admitted, f"{ADA}\n\n" * 4),
    ],
    ids=["enrolled", "admitted"],
)
def test_more_rows_than_a_file_may_have_are_refused(
    read: Callable[[bytes], Any], text: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert len(read(text.encode())) == 4
    monkeypatch.setattr(rows.check_number, "__defaults__", (3,))
    monkeypatch.setattr(rows.read_rows, "__defaults__", (3,))
    (reason,) = refusal(read, text).reasons
    assert (reason.cause, reason.params["why"]) == (Cause.NOT_A_DOCUMENT, "too_many_rows")
    assert sentence(reason, Language.ENGLISH) == "the file has more than 3 lines"
    assert place(reason, Language.ITALIAN).startswith("riga ")


def test_an_offer_has_a_most_of_courses() -> None:
    text = OFFER + "".join(f"06;I;C{number};Uno\n" for number in range(MOST_COURSES))
    assert len(read_courses(text.encode(), 2026).courses) == MOST_COURSES
    (reason,) = refusal(lambda content: read_courses(content, 2026), text + "06;I;D;Due\n").reasons
    assert reason.path == f"riga {MOST_COURSES + 2}"
    assert reason.params == {"why": "too_many_rows", "most": str(MOST_COURSES)}


def test_lines_of_blanks_do_not_count() -> None:
    text = f"{ENROLLED};;\n\n" + ";;\n" * 9 + f"M1;{ADA};C1\n"
    assert len(read_enrolled(text.encode())) == 1


@pytest.mark.parametrize(
    "row", ["x" * 100_000, "x;" * 50_000, '"\n";' * 30_000], ids=["a value", "values", "lines"]
)
@pytest.mark.parametrize("name", ["enrolled", "courses", "admitted"])
def test_a_row_without_end_is_refused_where_it_stands(name: str, row: str) -> None:
    read, head = READERS[name]
    if name == "admitted":
        row = row.replace("\n", "")
    (reason,) = refusal(read, head + row).reasons
    assert reason.cause is Cause.NOT_A_DOCUMENT
    assert int(reason.params["line"]) > head.count("\n")


@pytest.mark.parametrize("name", ["enrolled", "courses", "admitted"])
def test_what_stops_being_text_far_into_a_file_is_refused(name: str) -> None:
    read, head = READERS[name]
    with pytest.raises(Rejection) as found:
        read(head.encode() + b"\n" * 20_000 + b"\xff\xfe")
    (reason,) = found.value.reasons
    assert (reason.cause, reason.path.split()[-1]) == (Cause.NOT_A_DOCUMENT, "UTF-8")
