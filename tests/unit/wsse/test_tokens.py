"""A UsernameToken is believed when its digest comes from the shared password, and once only."""

import copy
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest
from lxml import etree

from gateway.domain.security import Proof
from gateway.wsse.refusals import Flaw, Refused
from tests.support.clock import START
from tests.support.wsse_checks import MESSAGE, NAMING, Memory, judge, partner, refused
from tests.support.wsse_messages import (
    NS,
    TEXT_TYPE,
    WSSE,
    WSU,
    Token,
    add_token,
    signed,
    with_token,
)

Tree = etree._Element
BOTH = partner(Proof.USERNAME_TOKEN, Proof.SIGNATURE)


def changed(path: str, change: Callable[[Tree], object]) -> bytes:
    """Return the message with one element of its token changed."""
    root = etree.fromstring(with_token(MESSAGE))
    change(root.xpath(path, namespaces=NS)[0])
    return bytes(etree.tostring(root))


def test_a_right_token_is_believed() -> None:
    judge(with_token(MESSAGE), NAMING)


def test_a_token_is_believed_once_whatever_message_it_comes_with() -> None:
    memory = Memory()
    judge(with_token(MESSAGE), NAMING, memory=memory)
    ((mark, until),) = memory.marks.items()
    assert mark.startswith("nonce:")
    assert until >= START + timedelta(minutes=6)
    with pytest.raises(Refused, match="replayed"):
        judge(with_token(MESSAGE.replace(b">30<", b">31<")), NAMING, memory=memory)
    judge(with_token(MESSAGE, Token(nonce=b"another nonce")), NAMING, memory=memory)


def test_the_same_nonce_of_two_partners_is_two_nonces() -> None:
    memory = Memory()
    judge(with_token(MESSAGE), NAMING, memory=memory)
    judge(with_token(MESSAGE), replace(NAMING, code=type(NAMING.code)("93")), memory=memory)


def test_an_unknown_user_is_refused() -> None:
    refused(with_token(MESSAGE, Token(username="ateneo-99")), Flaw.USER_UNKNOWN, NAMING)


def test_the_name_of_somebody_else_with_the_right_password_is_refused() -> None:
    refused(with_token(MESSAGE, Token(username="ATENEO-91")), Flaw.USER_UNKNOWN, NAMING)


def test_a_digest_of_a_wrong_password_is_refused() -> None:
    refused(with_token(MESSAGE, Token(password="altra")), Flaw.DIGEST_WRONG, NAMING)


def test_a_partner_without_a_password_proves_nothing() -> None:
    empty = replace(NAMING, inbound=replace(NAMING.inbound, token_password=""))
    refused(with_token(MESSAGE, Token(password="")), Flaw.DIGEST_WRONG, empty)


def test_a_partner_without_a_name_proves_nothing() -> None:
    refused(
        with_token(MESSAGE, Token(username="")),
        Flaw.USER_UNKNOWN,
        replace(NAMING, username_in=""),
    )


def test_a_password_in_clear_is_refused_even_when_right() -> None:
    refused(with_token(MESSAGE, Token(kind=TEXT_TYPE)), Flaw.PASSWORD_NOT_DIGEST, NAMING)


def test_a_password_of_no_declared_type_is_one_in_clear() -> None:
    message = changed("//wsse:Password", lambda found: found.attrib.pop("Type"))
    refused(message, Flaw.PASSWORD_NOT_DIGEST, NAMING)


def test_a_stale_token_is_refused() -> None:
    old = Token(created=START - timedelta(minutes=5))
    refused(with_token(MESSAGE, old), Flaw.TIME_STALE, NAMING)


def test_a_token_from_the_future_is_refused() -> None:
    early = Token(created=START + timedelta(seconds=61))
    refused(with_token(MESSAGE, early), Flaw.TIME_FUTURE, NAMING)


def test_a_token_whose_moment_was_moved_is_refused() -> None:
    def move(created: Tree) -> None:
        created.text = "2026-09-21T08:00:01.000Z"

    refused(changed("//wsu:Created", move), Flaw.DIGEST_WRONG, NAMING)


@pytest.mark.parametrize("nonce", [b"", b"1234567", b"x" * 257])
def test_a_nonce_too_short_or_too_long_is_refused(nonce: bytes) -> None:
    refused(with_token(MESSAGE, Token(nonce=nonce)), Flaw.NONCE_UNFIT, NAMING)


@pytest.mark.parametrize("nonce", [b"12345678", b"x" * 256])
def test_nonces_of_the_allowed_lengths_are_good(nonce: bytes) -> None:
    judge(with_token(MESSAGE, Token(nonce=nonce)), NAMING)


def test_a_nonce_in_another_encoding_is_refused() -> None:
    message = changed("//wsse:Nonce", lambda found: found.set("EncodingType", "urn:hex"))
    refused(message, Flaw.NONCE_UNFIT, NAMING)


@pytest.mark.parametrize(
    ("name", "flaw"),
    [
        ("wsse:Username", Flaw.PART_UNFIT),
        ("wsse:Password", Flaw.PASSWORD_NOT_DIGEST),
        ("wsse:Nonce", Flaw.NONCE_UNFIT),
        ("wsu:Created", Flaw.TIME_UNREADABLE),
        ("wsse:UsernameToken", Flaw.TOKEN_MISSING),
    ],
)
def test_a_token_that_lacks_a_part_is_refused(name: str, flaw: Flaw) -> None:
    refused(changed(f"//{name}", lambda found: found.getparent().remove(found)), flaw, NAMING)


@pytest.mark.parametrize(
    "name",
    ["wsse:Username", "wsse:Password", "wsse:Nonce", "wsu:Created", "wsse:UsernameToken"],
)
def test_a_part_that_comes_twice_is_refused(name: str) -> None:
    message = changed(f"//{name}", lambda found: found.addnext(copy.deepcopy(found)))
    refused(message, Flaw.PART_REPEATED, NAMING)


def test_two_headers_with_tokens_are_refused() -> None:
    message = changed("//wsse:Security", lambda found: found.addnext(copy.deepcopy(found)))
    refused(message, Flaw.SECURITY_REPEATED, NAMING)


def test_a_name_cut_by_an_instruction_is_refused() -> None:
    cut = with_token(MESSAGE).replace(b">ateneo-91<", b">ateneo-91<?x?>bis<")
    refused(cut, Flaw.PART_UNFIT, NAMING)


def test_a_name_with_a_comment_in_it_is_the_whole_name() -> None:
    cut = with_token(MESSAGE).replace(b">ateneo-91<", b">ateneo-91<!-- x -->bis<")
    refused(cut, Flaw.USER_UNKNOWN, NAMING)


def test_text_as_long_as_a_book_is_refused() -> None:
    long = with_token(MESSAGE).replace(b">ateneo-91<", b">" + b"a" * 30_000 + b"<")
    refused(long, Flaw.PART_UNFIT, NAMING)


def test_a_token_in_the_body_counts_for_nothing() -> None:
    def move(token: Tree) -> None:
        body = token.getroottree().getroot()[-1]
        body.append(token)

    refused(changed("//wsse:UsernameToken", move), Flaw.TOKEN_MISSING, NAMING)


def test_both_proofs_are_needed_where_both_are_demanded() -> None:
    refused(with_token(MESSAGE), Flaw.SIGNATURE_MISSING, BOTH)
    refused(signed(MESSAGE), Flaw.TOKEN_MISSING, BOTH)
    memory = Memory()
    judge(signed(with_token(MESSAGE)), BOTH, memory=memory)
    assert len(memory.marks) == 2


def test_a_right_signature_does_not_save_a_wrong_token() -> None:
    wrong = with_token(MESSAGE, Token(password="altra"))
    refused(signed(wrong), Flaw.DIGEST_WRONG, BOTH)


def test_nothing_is_remembered_of_a_token_whose_signature_is_wrong() -> None:
    refused(signed(with_token(MESSAGE)).replace(b">30<", b">31<"), Flaw.SIGNATURE_WRONG, BOTH)


def test_a_token_that_is_not_demanded_is_passed_over() -> None:
    root = etree.fromstring(signed(MESSAGE))
    add_token(root, Token(password="altra"))
    judge(bytes(etree.tostring(root)))


def test_unknown_parts_of_a_token_are_passed_over() -> None:
    def add(token: Tree) -> None:
        etree.SubElement(token, f"{{{WSSE}}}Other").text = "x"
        etree.SubElement(token, f"{{{WSU}}}More").text = "x"

    judge(changed("//wsse:UsernameToken", add), NAMING)
