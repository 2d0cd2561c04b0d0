"""A foglio is read with the words of the schema, and nothing in it is left out."""

import re

import pytest

from gateway.demo.sample import Request, foglio_element
from gateway.domain.terms import Section
from gateway.foglio.answers import told
from gateway.foglio.readable import Item, sections

pytestmark = pytest.mark.requirement("T11")
_JOINED = re.compile(r"[a-z][A-Z]")
"""A name of the schema where words should be."""
FOGLIO = foglio_element(Request(exams=6, attachments=(("A1", "uno.pdf"),), degree=True))


def texts(item: Item) -> list[str]:
    return [item.text] * bool(item.text) + [text for below in item.below for text in texts(below)]


def labels(item: Item) -> list[tuple[str, str, str]]:
    mine = [(item.name, item.label.it, item.label.en)]
    return mine + [found for below in item.below for found in labels(below)]


def test_every_text_of_every_section_is_there() -> None:
    read = sections(FOGLIO)
    assert list(read) == list(Section)
    shown = " ".join(text for item in read.values() for text in texts(item))
    for section in Section:
        for element in FOGLIO.find(section).iter():
            if len(element) == 0 and element.text:
                assert " ".join(element.text.split()) in shown


def test_every_element_is_called_by_words_of_both_languages() -> None:
    for item in sections(FOGLIO).values():
        for name, it, en in labels(item):
            assert not _JOINED.search(it), name
            assert not _JOINED.search(en), name
            for word in (it, en):
                assert "Formato" not in word
                assert "Fonte" not in word


def test_a_code_is_told_with_its_description() -> None:
    course = sections(FOGLIO)[Section.TRASFERIMENTO]
    found = [text for text in texts(course) if "Ingegneria informatica" in text]
    assert found[0] == "0920207302400001 · Ingegneria informatica"


def test_a_section_that_is_not_there_is_not_shown() -> None:
    short = foglio_element(Request(career=False))
    assert list(sections(short)) == [Section.TRASFERIMENTO, Section.DATI_IDENTIFICATIVI]


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        (b"", ""),
        (b"niente XML", ""),
        (b"<!DOCTYPE a><a/>", ""),
        (b"<a/>", ""),
        (b"<a xmlns='urn:x'><codEsito>3</codEsito><descEsito> NON  AMMESSO </descEsito></a>", None),
        (b"<f><faultstring>Internal Error</faultstring></f>", "Internal Error"),
    ],
)
def test_an_answer_is_told_by_its_own_words(answer: bytes, words: str | None) -> None:
    assert told(answer) == ("NON AMMESSO" if words is None else words)
