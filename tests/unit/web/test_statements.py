"""Texts of a university as a page shows them."""

import pytest

from gateway.texts.public import PRIVACY
from gateway.web.statements import LONGEST, Block, blocks


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", []),
        ("uno", [Block("uno")]),
        ("uno\ndue\n\ntre", [Block("uno due"), Block("tre")]),
        ("# Titolo\nuno\n## Altro", [Block("Titolo", True), Block("uno"), Block("Altro", True)]),
        ("#\n\n  \nuno", [Block("uno")]),
        ("<b>uno</b>", [Block("<b>uno</b>")]),
    ],
)
def test_lines_become_headings_and_paragraphs(text: str, expected: list[Block]) -> None:
    assert blocks(text) == expected


def test_the_programs_statement_says_in_both_languages_what_the_law_wants() -> None:
    italian, english = blocks(PRIVACY.it), blocks(PRIVACY.en)
    assert [block.heading for block in italian] == [block.heading for block in english]
    assert sum(block.heading for block in italian) == 8
    assert max(len(PRIVACY.it), len(PRIVACY.en)) < LONGEST
