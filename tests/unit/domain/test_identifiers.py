"""Names that the outside gives: what can be one, and its canonical form."""

import pytest

from gateway.domain.identifiers import (
    make_id_pratica,
    parse_codice_fiscale,
    parse_id_pratica,
    parse_miur_code,
    parse_practice_prefix,
)
from gateway.domain.rejections import Cause
from tests.support.fakes_samples import refused, student


@pytest.mark.parametrize(
    ("text", "code"),
    [("16", "16"), ("016", "16"), ("00016", "16"), (" 0ab ", "AB"), ("0", "0"), ("000", "0")],
)
def test_a_miur_code_is_the_same_in_all_its_lengths(text: str, code: str) -> None:
    assert parse_miur_code(text) == code


@pytest.mark.parametrize("text", ["", "   ", "123456", "1-2", "à", "1 2"])
def test_what_is_no_miur_code_is_refused_where_it_stands(text: str) -> None:
    with refused(Cause.PARAMETER_INVALID) as refusal:
        parse_miur_code(text, "CodiceAteneo")
    assert refusal.value.reasons[0].path == "CodiceAteneo"


@pytest.mark.parametrize("text", ["POLIMI20120000001", " x ", "!~", "a" * 64])
def test_an_id_pratica_is_any_visible_ascii(text: str) -> None:
    assert parse_id_pratica(text) == text.strip()


@pytest.mark.parametrize("text", ["", " ", "a b", "è", "a" * 65, "a\x00"])
def test_what_is_no_id_pratica_is_refused(text: str) -> None:
    with refused(Cause.PARAMETER_INVALID) as refusal:
        parse_id_pratica(text)
    assert refusal.value.reasons[0].path == "IdPratica"


def test_a_new_id_pratica_has_the_form_the_guideline_prints() -> None:
    assert make_id_pratica("POLIMI", 2012, 1) == "POLIMI20120000001"


@pytest.mark.parametrize("text", ["PO", "POLIMI", "A1", "A" * 16])
def test_a_prefix_is_capitals_and_digits(text: str) -> None:
    assert parse_practice_prefix(text) == text


@pytest.mark.parametrize("text", ["", "P", "1A", "poLIMI", "A" * 17, "A-B"])
def test_what_is_no_prefix_is_refused(text: str) -> None:
    with refused(Cause.PARAMETER_INVALID):
        parse_practice_prefix(text)


def test_a_codice_fiscale_is_read_in_any_case_and_with_blanks() -> None:
    code = student().codice_fiscale
    typed = f" {code[:6].lower()} {code[6:11]} {code[11:].lower()} "
    assert parse_codice_fiscale(typed) == code


def test_omocodia_is_a_valid_form() -> None:
    assert parse_codice_fiscale("QTTFLL03D57QLLMX") == "QTTFLL03D57QLLMX"


@pytest.mark.parametrize("text", ["", "QTTFLL03D57Q001", "QTTFLL03F57Q001X", "1TTFLL03D57Q001X"])
def test_what_has_not_the_form_of_a_codice_fiscale_is_refused(text: str) -> None:
    with refused(Cause.CODICE_FISCALE_INVALID) as refusal:
        parse_codice_fiscale(text, "Studente/CodiceFiscale")
    assert refusal.value.reasons[0].path == "Studente/CodiceFiscale"
