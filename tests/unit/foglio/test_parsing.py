"""A faithful tree, once settled, says what an ordinary one says from the start."""

import pytest
from lxml import etree

from gateway.foglio.parsing import ForbiddenDocument, parse, settle

DOCUMENTS = [
    "<a><b>1</b></a>",
    "<?x?><a>\n <b>1</b>\n <c> </c>\n</a><!-- z -->",
    "<a><?p q?><b>1<?p?>2</b><?r?></a>",
    "<a><b>A<!-- x -->B<?p?>C</b></a>",
    "<a>\n<b x='1'>\n\t<c>  due parole  </c>\n</b>\n</a>",
    "<a><b><![CDATA[ < ]]></b>\n<c>&#10;</c></a>",
    "<a> <?p?> <b/> <?p?> </a>",
]


def said(root: etree._Element) -> list[tuple[str, str | None, str | None]]:
    """Return tags and texts; what is blank between elements says nothing."""
    return [
        (
            element.tag,
            element.text if not len(element) or (element.text or "").strip() else None,
            element.tail if (element.tail or "").strip() else None,
        )
        for element in root.iter()
    ]


@pytest.mark.parametrize("text", DOCUMENTS)
def test_a_settled_tree_says_what_an_ordinary_one_says(text: str) -> None:
    faithful = parse(text.encode(), faithful=True)
    settle(faithful)
    assert said(faithful) == said(parse(text.encode()))
    assert len(list(faithful.iter())) == len(list(faithful.iter("*")))


def test_a_faithful_tree_keeps_blanks_and_instructions_and_no_comments() -> None:
    text = "<a>\n <b>1<?p q?></b><!-- z --> </a>"
    kept = etree.tostring(parse(text.encode(), faithful=True)).decode()
    assert kept == "<a>\n <b>1<?p q?></b> </a>"


def test_entities_are_refused_in_both() -> None:
    text = b'<!DOCTYPE a [<!ENTITY e "x">]><a>&e;</a>'
    for faithful in (False, True):
        with pytest.raises(ForbiddenDocument):
            parse(text, faithful=faithful)
