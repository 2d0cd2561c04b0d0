"""What proves our questions to a registry, and its answers to us, as its record wants."""

from dataclasses import replace

import pytest

from gateway.domain.deliveries import OutcomeUnknown, PartnerUnreachable
from gateway.domain.registry import TitleRegistry
from gateway.domain.security import KeyPin, OutboundSecurity, Proof
from tests.support.titles_server import (
    NIL,
    Said,
    ScriptedRegistry,
    ask,
    titles_answer,
)

pytestmark = [pytest.mark.contract, pytest.mark.requirement("A4")]


@pytest.mark.parametrize(
    "security",
    [
        OutboundSecurity(proofs=frozenset({Proof.BASIC, Proof.SIGNATURE})),
        OutboundSecurity(proofs=frozenset({Proof.BASIC, Proof.USERNAME_TOKEN})),
        OutboundSecurity(server_keys=(KeyPin("ab" * 32),)),
    ],
    ids=["no key to sign with", "no password of the token", "a pin and no TLS"],
)
def test_a_question_never_leaves_without_the_proofs_its_registry_wants(
    server: ScriptedRegistry, registry: TitleRegistry, security: OutboundSecurity
) -> None:
    with pytest.raises(PartnerUnreachable):
        ask(replace(registry, outbound=security))
    assert server.heard == []


def test_an_answer_that_is_not_signed_as_agreed_is_not_believed(
    server: ScriptedRegistry, registry: TitleRegistry
) -> None:
    server.says.append(Said(titles_answer(NIL)))
    with pytest.raises(OutcomeUnknown):
        ask(replace(registry, outbound=OutboundSecurity(answer_signers=(KeyPin("ab" * 32),))))


def test_the_token_that_a_registry_wants_is_in_the_question(
    server: ScriptedRegistry, registry: TitleRegistry
) -> None:
    server.says.append(Said(titles_answer(NIL)))
    proofs = frozenset({Proof.USERNAME_TOKEN})
    security = OutboundSecurity(proofs=proofs, token_username="noi", token_password="segreta")
    ask(replace(registry, outbound=security))
    assert b"PasswordDigest" in server.heard[0][1]


def test_without_basic_no_password_leaves(
    server: ScriptedRegistry, registry: TitleRegistry
) -> None:
    server.says.append(Said(titles_answer(NIL)))
    ask(replace(registry, outbound=OutboundSecurity(proofs=frozenset())))
    assert server.heard[0][0]["HTTP_AUTHORIZATION"] == ""
