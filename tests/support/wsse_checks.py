"""Judging messages as the gateway does, with a partner and a memory of the test's."""

from dataclasses import replace
from datetime import datetime

import pytest
from lxml import etree

from gateway.domain.identifiers import MiurCode
from gateway.domain.partners import Partner
from gateway.domain.security import InboundSecurity, KeyPin, Proof
from gateway.foglio.parsing import parse
from gateway.wsse import inbound
from gateway.wsse.refusals import Flaw, Refused
from tests.support.clock import START
from tests.support.wsse_keys import pair
from tests.support.wsse_messages import Token

MESSAGE = (
    b'<s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/" xmlns:p="urn:prova">'
    b'<s:Body><p:Chiede xmlns:q="urn:altro"><Nome>Ada &amp; figli</Nome>'
    b'<Voto q:lode="si">30</Voto></p:Chiede></s:Body></s:Envelope>'
)


class Memory:
    """Remembers marks like the database does."""

    def __init__(self) -> None:
        self.marks: dict[str, datetime] = {}

    def __call__(self, mark: str, until: datetime) -> bool:
        if mark in self.marks:
            return False
        self.marks[mark] = until
        return True


def partner(*proofs: Proof, signers: tuple[KeyPin, ...] | None = None) -> Partner:
    """Return a partner that must show these proofs."""
    return Partner(
        code=MiurCode("91"),
        name="Valdombra",
        username_in=Token.username,
        inbound=InboundSecurity(
            proofs=frozenset(proofs),
            token_password=Token.password,
            signers=(pair().pin(),) if signers is None else signers,
        ),
    )


SIGNING = partner(Proof.SIGNATURE)
NAMING = partner(Proof.USERNAME_TOKEN)


def judge(
    content: bytes,
    who: Partner = SIGNING,
    *,
    now: datetime = START,
    memory: Memory | None = None,
) -> etree._Element:
    """Return the tree of a message that proves itself.

    Raises:
        Refused: it does not.
    """
    root = parse(content, faithful=True)
    inbound.check(root, who, now=now, remember=memory or Memory())
    return root


def refused(content: bytes, flaw: Flaw, who: Partner = SIGNING, *, now: datetime = START) -> None:
    """See that a message is refused for this reason, and that nothing is remembered of it."""
    memory = Memory()
    with pytest.raises(Refused) as caught:
        judge(content, who, now=now, memory=memory)
    assert caught.value.flaw == flaw
    assert memory.marks == {}


def trusting(*pins: KeyPin) -> Partner:
    """Return the signing partner with other pins."""
    return replace(SIGNING, inbound=replace(SIGNING.inbound, signers=pins))
