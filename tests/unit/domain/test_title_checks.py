"""What was declared against what the registry has: values, not spellings."""

from dataclasses import replace
from datetime import date

import pytest

from gateway.domain.lookups import Answer, AskTrouble, CouldNotAsk, Found, NotFound
from gateway.domain.title_checks import (
    ABSENT,
    FOREIGN,
    YEAR_MISSING,
    Agreement,
    DeclaredTitle,
    FieldCheck,
    Judgement,
    Why,
    judge,
    obstacle,
    shown_grade,
)
from gateway.domain.titles import SchoolDiploma, Title, TitleVerdict, UniversityTitle
from tests.support.clock import START
from tests.support.titles_samples import ABROAD, DEGREE, DIPLOMA, degree, diploma

pytestmark = pytest.mark.requirement("A4")

SAME, DIFFERENT, NOT_COMPARED = Agreement


def found(*titles: Title) -> Found:
    return Found(titles, START)


def one(declared: DeclaredTitle, known: Title) -> Judgement:
    (judgement,) = judge([declared], found(known))
    return judgement


def field(name: str, declared: DeclaredTitle, known: Title) -> Agreement:
    return next(item.agreement for item in one(declared, known).fields if item.name == name)


def test_a_title_whose_values_agree_is_verified() -> None:
    for declared, known in ((DEGREE, degree()), (DIPLOMA, diploma())):
        judgement = one(declared, known)
        assert judgement.verdict is TitleVerdict.VERIFIED
        assert DIFFERENT not in {item.agreement for item in judgement.fields}


def test_a_title_with_a_value_that_differs_is_different_field_by_field() -> None:
    judgement = one(DEGREE, degree(grade="108", academic_year=2021))
    assert judgement.verdict is TitleVerdict.DIFFERENT
    different = [item for item in judgement.fields if item.agreement is DIFFERENT]
    assert different == [
        FieldCheck("academic_year", "2022", "2021", DIFFERENT),
        FieldCheck("grade", "110/110 L", "108", DIFFERENT),
    ]


def test_what_the_registry_does_not_have_is_its_own_reason() -> None:
    assert judge([DEGREE, DIPLOMA], NotFound(START)) == [ABSENT, ABSENT]
    assert ABSENT.verdict is TitleVerdict.NOT_VERIFIABLE
    assert ABSENT.reason == Why.ABSENT


@pytest.mark.parametrize("trouble", AskTrouble)
def test_a_registry_that_could_not_be_asked_never_means_not_found(trouble: AskTrouble) -> None:
    (judgement,) = judge([DEGREE], CouldNotAsk(trouble, START, "94"))
    assert judgement.reason != Why.ABSENT
    if trouble is AskTrouble.QUESTION_REFUSED:
        assert judgement == Judgement(TitleVerdict.NOT_VERIFIABLE, Why.REFUSED, "94")
    else:
        assert judgement == Judgement(TitleVerdict.COULD_NOT_ASK, trouble.value, "94")


def test_foreign_titles_and_those_without_a_year_cannot_be_asked_about() -> None:
    assert obstacle(ABROAD) == FOREIGN
    assert obstacle(replace(DIPLOMA, abroad=True)) == FOREIGN
    assert obstacle(replace(DIPLOMA, year=None)) == YEAR_MISSING
    assert obstacle(replace(DIPLOMA, year=19)) == YEAR_MISSING
    assert obstacle(DIPLOMA) is None
    assert obstacle(replace(DEGREE, year=None)) is None


@pytest.mark.parametrize(
    ("declared", "registry"), [("16", "016"), ("016", "16"), ("1a", "01A"), (" 16 ", "00016")]
)
def test_university_codes_are_one_whatever_their_length(declared: str, registry: str) -> None:
    mine, theirs = replace(DEGREE, university=declared), degree(university=registry)
    assert field("university", mine, theirs) is SAME


@pytest.mark.parametrize(
    ("declared", "registry", "agreement"),
    [
        ("L-8", "L8", SAME),
        ("LM-4 c.u.", "LM-4 CU", SAME),
        ("L-8", "L-9", DIFFERENT),
        ("09", "9", SAME),
        ("9", "10", DIFFERENT),
        ("L-8", "10009", NOT_COMPARED),
        ("", "10009", NOT_COMPARED),
        ("L-8", "", NOT_COMPARED),
    ],
)
def test_classi_are_compared_within_their_list(
    declared: str, registry: str, agreement: Agreement
) -> None:
    assert field("classe", replace(DEGREE, classe=declared), degree(classe=registry)) is agreement


@pytest.mark.parametrize(
    ("declared", "registry", "agreement"),
    [
        ("TNPS000000", "tnps 000000", SAME),
        ("0012345", "12345", SAME),
        ("TNPS000000", "1234567", NOT_COMPARED),
        ("TNPS000000", "TNPS000001", DIFFERENT),
    ],
)
def test_schools_are_compared_within_their_list(
    declared: str, registry: str, agreement: Agreement
) -> None:
    assert field("school", replace(DIPLOMA, school=declared), diploma(school=registry)) is agreement


@pytest.mark.parametrize(
    "registry", ["110L", "110 L", "110+Lode", "110 e lode", "110/110 con lode", "0110L", "110,0L"]
)
def test_honours_are_one_however_they_are_written(registry: str) -> None:
    assert field("grade", DEGREE, degree(grade=registry)) is SAME


@pytest.mark.parametrize("registry", ["110", "109L", "100/100L", "30"])
def test_another_grade_differs(registry: str) -> None:
    same = registry == "100/100L"  # full marks of another scale
    assert field("grade", DEGREE, degree(grade=registry)) is (SAME if same else DIFFERENT)


@pytest.mark.parametrize(
    ("grade", "scale", "registry", "agreement"),
    [
        ("94", "100", "94", SAME),
        ("94.0", "100", "0094", SAME),
        ("94", "", "94,00", SAME),
        ("94", "100", "95", DIFFERENT),
        ("48", "60", "48", SAME),
        ("48", "60", "80", SAME),
        ("49", "60", "82", SAME),
        ("48", "60", "81", DIFFERENT),
        ("48", "60", "48/60", SAME),
        ("48", "60", "80/100", SAME),
        ("48", "60", "79/100", DIFFERENT),
        ("80", "100", "48", DIFFERENT),
        ("", "", "94", NOT_COMPARED),
        ("94", "100", "", NOT_COMPARED),
        ("94", "100", "OTTIMO", NOT_COMPARED),
    ],
)
def test_grades_of_diplomas_are_compared_over_their_scales(
    grade: str, scale: str, registry: str, agreement: Agreement
) -> None:
    declared = replace(DIPLOMA, grade=grade, scale=scale)
    assert field("grade", declared, diploma(grade=registry)) is agreement


def test_sixtieths_are_a_matter_of_diplomas() -> None:
    declared = replace(DEGREE, grade="48", scale="60", honours=False)
    assert field("grade", declared, degree(grade="80")) is DIFFERENT


def test_a_judgement_stands_where_there_is_no_grade() -> None:
    declared = replace(DEGREE, grade="", scale="", honours=False, judgement="Ottimo")
    assert shown_grade(declared) == "Ottimo"
    assert field("grade", declared, degree(grade="OTTIMO")) is SAME
    assert field("grade", declared, degree(grade="BUONO")) is DIFFERENT
    assert field("grade", declared, degree(grade="110")) is NOT_COMPARED
    assert shown_grade(replace(DIPLOMA, scale="", honours=True)) == "94 L"


@pytest.mark.parametrize(
    ("declared", "registry", "agreement"),
    [
        (date(2019, 7, 1), date(2019, 7, 1), SAME),
        (date(2019, 7, 1), date(2019, 7, 2), DIFFERENT),
        (date(2019, 7, 1), None, NOT_COMPARED),
        (None, date(2019, 7, 1), NOT_COMPARED),
    ],
)
def test_days_are_compared_where_both_are_known(
    declared: date | None, registry: date | None, agreement: Agreement
) -> None:
    mine, theirs = replace(DIPLOMA, awarded_on=declared), diploma(awarded_on=registry)
    assert field("awarded_on", mine, theirs) is agreement


@pytest.mark.parametrize(
    "known",
    [
        degree(university="092", awarded_on=None),
        degree(degree_type="LM", awarded_on=None),
        degree(university="092", degree_type="LM"),
        degree(university="", degree_type="", awarded_on=None),
    ],
)
def test_another_title_of_the_student_is_not_the_one_declared(known: UniversityTitle) -> None:
    assert one(DEGREE, known) == ABSENT


@pytest.mark.parametrize("known", [degree(university="092"), degree(degree_type="LM")])
def test_a_title_of_the_same_day_is_the_one_declared_with_a_difference(
    known: UniversityTitle,
) -> None:
    assert one(DEGREE, known).verdict is TitleVerdict.DIFFERENT


def test_each_title_of_the_registry_is_given_once_and_to_the_best() -> None:
    twin = replace(DEGREE, year=2020, awarded_on=date(2021, 3, 2), grade="99", honours=False)
    answer = found(degree(), degree(academic_year=2020, awarded_on=date(2021, 3, 2), grade="99"))
    assert [item.verdict for item in judge([twin, DEGREE], answer)] == [TitleVerdict.VERIFIED] * 2
    (first, second) = judge([DEGREE, DEGREE], found(degree()))
    assert first.verdict is TitleVerdict.VERIFIED
    assert second == ABSENT


def test_of_several_diplomas_of_a_year_the_one_that_agrees_is_meant() -> None:
    other: SchoolDiploma = diploma(school="TNPS999999", grade="60")
    (judgement,) = judge([DIPLOMA], found(other, diploma()))
    assert judgement.verdict is TitleVerdict.VERIFIED


@pytest.mark.parametrize(
    ("declared", "known"), [(DEGREE, diploma()), (DIPLOMA, degree()), (ABROAD, degree())]
)
def test_titles_of_other_kinds_are_never_taken_for_it(
    declared: DeclaredTitle, known: Title
) -> None:
    assert one(declared, known) == ABSENT


def test_nothing_that_is_printed_shows_a_value() -> None:
    answer: Answer = found(degree(grade="99"))
    printed = f"{DEGREE!r} {judge([DEGREE], answer)!r}"
    for value in ("110", "99", "2022", "Ingegneria"):
        assert value not in printed
