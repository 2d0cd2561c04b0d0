"""A faithful tree, once settled, is what an ordinary one is from the start."""

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


@pytest.mark.parametrize("text", DOCUMENTS)
def test_a_settled_tree_is_an_ordinary_one(text: str) -> None:
    faithful = parse(text.encode(), faithful=True)
    settle(faithful)
    ordinary = parse(text.encode())
    assert etree.tostring(faithful, method="c14n") == etree.tostring(ordinary, method="c14n")
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
