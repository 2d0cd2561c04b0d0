"""Whatever is done to a signed message, it is believed only if it still says the same."""

import random
import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree

from gateway.foglio.parsing import ForbiddenDocument, NotXml, parse, settle
from gateway.wsse.refusals import Refused
from tests.support.wsse_checks import MESSAGE, NAMING, judge
from tests.support.wsse_messages import SOAP, WSU, signed, with_token

SIGNED = signed(MESSAGE)
NAMED = with_token(MESSAGE)
PIECES = [found.group() for found in re.finditer(rb"<[^<>]+>|[^<>]+", SIGNED)]
INSERTED = [
    b"<!-- x -->",
    b"<?x y?>",
    b" ",
    b"\n",
    b"x",
    b"&#65;",
    b"<![CDATA[]]>",
    b"<e/>",
    b'<s:Body xmlns:s="http://schemas.xmlsoap.org/soap/envelope/"/>',
]


def said(root: etree._Element) -> tuple[bytes, bytes]:
    """Return what a message says: its Body and its Timestamp in canonical form."""
    body = root.find(f"{{{SOAP}}}Body")
    stamp = root.find(f".//{{{WSU}}}Timestamp")
    assert body is not None
    assert stamp is not None
    return tuple(etree.tostring(part, method="c14n", exclusive=True) for part in (body, stamp))  # type: ignore[return-value]


EXPECTED = said(parse(SIGNED, faithful=True))


def see(message: bytes) -> None:
    """A changed message is refused, or says exactly what was signed where a reader looks."""
    try:
        root = judge(message)
    except (Refused, NotXml, ForbiddenDocument):
        return
    assert said(root) == EXPECTED
    settle(root)
    assert [part.tag for part in root] == [f"{{{SOAP}}}Header", f"{{{SOAP}}}Body"]


@settings(max_examples=400, deadline=None)
@given(st.data())
def test_bytes_changed_anywhere(data: st.DataObject) -> None:
    position = data.draw(st.integers(0, len(SIGNED) - 1))
    length = data.draw(st.integers(0, 6))
    new = data.draw(st.one_of(st.binary(max_size=6), st.sampled_from(INSERTED)))
    see(SIGNED[:position] + new + SIGNED[position + length :])


@settings(max_examples=400, deadline=None)
@given(st.data())
def test_pieces_moved_repeated_and_dropped(data: st.DataObject) -> None:
    pieces = list(PIECES)
    for _ in range(data.draw(st.integers(1, 4))):
        place = data.draw(st.integers(0, len(pieces) - 1))
        match data.draw(st.sampled_from(["drop", "repeat", "swap", "insert"])):
            case "drop":
                del pieces[place]
            case "repeat":
                pieces.insert(data.draw(st.integers(0, len(pieces))), pieces[place])
            case "swap":
                other = data.draw(st.integers(0, len(pieces) - 1))
                pieces[place], pieces[other] = pieces[other], pieces[place]
            case _:
                pieces.insert(place, data.draw(st.sampled_from(INSERTED)))
    see(b"".join(pieces))


@settings(max_examples=300, deadline=None)
@given(st.randoms(use_true_random=False))
def test_elements_moved_copied_and_dropped(chance: random.Random) -> None:
    root = etree.fromstring(SIGNED)
    for _ in range(chance.randint(1, 3)):
        elements = list(root.iter("*"))
        one, other = chance.choice(elements), chance.choice(elements)
        what = chance.choice(["drop", "move", "copy", "retag", "attribute", "text"])
        if what == "drop" and one is not root:
            one.getparent().remove(one)
        elif what == "move" and one not in {root, *other.iterancestors(), other}:
            other.insert(chance.randint(0, len(other)), one)
        elif what == "copy":
            other.insert(chance.randint(0, len(other)), etree.fromstring(etree.tostring(one)))
        elif what == "retag":
            one.tag = other.tag
        elif what == "attribute":
            one.attrib.update(other.attrib)
        else:
            one.text = other.text
    see(etree.tostring(root))


@settings(max_examples=200, deadline=None)
@given(st.data())
def test_a_token_is_believed_for_its_own_name_moment_and_nonce(data: st.DataObject) -> None:
    position = data.draw(st.integers(0, len(NAMED) - 1))
    new = data.draw(st.one_of(st.binary(min_size=1, max_size=1), st.sampled_from(INSERTED)))
    changed = NAMED[:position] + new + NAMED[position + 1 :]
    try:
        root = judge(changed, NAMING)
    except (Refused, NotXml, ForbiddenDocument):
        return
    before = parse(NAMED)
    for name in ("Username", "Password", "Nonce", "Created"):
        one, other = (
            tree.findtext(f".//{{*}}UsernameToken/{{*}}{name}") for tree in (root, before)
        )
        assert (one or "").split() == (other or "").split()


def test_the_message_that_is_changed_is_good_as_it_is() -> None:
    see(SIGNED)
    assert said(judge(SIGNED)) == EXPECTED
    with pytest.raises(Refused):
        judge(SIGNED.replace(b"30", b"31"))
