"""What refusals say to offices."""

import re

import pytest

from gateway.domain.rejections import Cause, Reason
from gateway.texts import Language, causes
from gateway.texts.offices import CASES, REMEDIES, place, remedy, sentence
from gateway.texts.whys import CHECKS

IT, EN = Language.ITALIAN, Language.ENGLISH


@pytest.mark.parametrize("cause", REMEDIES)
def test_offices_are_told_of_commands_not_of_services(cause: Cause) -> None:
    for language in Language:
        said = remedy(Reason(cause), language)
        assert said != causes.remedy(Reason(cause), language)
        assert "congedo " in said
        assert "Get_" not in said


@pytest.mark.parametrize("why", CASES)
def test_a_case_has_sentence_and_remedy_in_two_languages(why: str) -> None:
    reason = Reason(Cause.NOT_A_DOCUMENT, params={"why": why, "field": "body"})
    for tell in (sentence, remedy):
        assert tell(reason, IT) != tell(reason, EN)
        assert "(field)" not in tell(reason, IT)


def test_what_is_refused_is_said_without_commands_since_pages_say_it_too() -> None:
    """Remedies name commands; pages show sentences only."""
    command = re.compile(r"--\w|congedo (?!di\b)\w+ \w+|\bcomand[oi]\b|\bcommands?\b")
    said = [text[0] for text in CASES.values()]
    said += [text.sentence for text in causes.TEXTS.values()]
    said += [*causes.WHYS.values(), *CHECKS.values()]
    assert [text for text in said if command.search(text.it) or command.search(text.en)] == []


def test_cases_and_the_whys_of_the_rules_are_never_confused() -> None:
    assert not set(CASES) & set(causes.WHYS)


def test_the_rest_is_said_as_to_everybody() -> None:
    reason = Reason(Cause.CONSENT_MISSING, "FoglioCongedo")
    assert sentence(reason, IT) == causes.sentence(reason, IT)
    assert remedy(reason, EN) == causes.remedy(reason, EN)


def test_the_line_at_which_a_document_breaks_is_said_where_it_is_known() -> None:
    assert sentence(Reason(Cause.NOT_A_DOCUMENT, "XML", {"line": "3"}), IT).endswith("(riga 3)")
    assert sentence(Reason(Cause.NOT_A_DOCUMENT, "XML", {"line": "3"}), EN).endswith("(line 3)")
    assert "riga" not in sentence(Reason(Cause.NOT_A_DOCUMENT, "XML", {"line": "0"}), IT)


@pytest.mark.parametrize(
    ("path", "it", "en"),
    [
        ("riga 3/Scadenza", "riga 3/Scadenza", "line 3/Scadenza"),
        ("riga 12", "riga 12", "line 12"),
        ("FoglioCongedo/riga", "FoglioCongedo/riga", "FoglioCongedo/riga"),
        ("", "", ""),
    ],
)
def test_places_are_named_in_the_reader_s_language(path: str, it: str, en: str) -> None:
    reason = Reason(Cause.VALUE_TOO_LONG, path)
    assert (place(reason, IT), place(reason, EN)) == (it, en)
