"""What proves our questions to a registry, and its answers to us, as its record wants."""

from collections.abc import Iterator
from dataclasses import replace

import pytest

from gateway.client.message_security import MessageSecurity
from gateway.client.titles import SoapRegistry
from gateway.client.transport import PartnerTransport
from gateway.domain.deliveries import OutcomeUnknown, PartnerUnreachable
from gateway.domain.lookups import Question, Reply, ask_diploma, ask_titles
from gateway.domain.registry import TitleRegistry
from gateway.domain.security import KeyPin, OutboundSecurity, Proof
from tests.support.clock import START
from tests.support.titles_samples import PERSON
from tests.support.titles_server import (
    NIL,
    Said,
    ScriptedRegistry,
    served,
    titles_answer,
)

pytestmark = [pytest.mark.contract, pytest.mark.requirement("A4")]

TITLES, DIPLOMA = ask_titles(PERSON), ask_diploma(PERSON, 2019)
PLAIN = TitleRegistry(titles_url="http://127.0.0.1:9/titoli", diplomas_url="http://127.0.0.1:9/d")
QUERY = "0123456789abcdef"


@pytest.fixture(scope="module")
def server() -> Iterator[ScriptedRegistry]:
    with served() as made:
        yield made


@pytest.fixture
def registry(server: ScriptedRegistry) -> TitleRegistry:
    server.says.clear()
    server.heard.clear()
    return TitleRegistry(
        titles_url=f"{server.address}/titoli",
        diplomas_url=f"{server.address}/diplomi",
        username="ateneo",
        password="segreta",
        timeout_seconds=5,
    )


def ask(registry: TitleRegistry, question: Question = TITLES) -> Reply:
    client = SoapRegistry(PartnerTransport(), MessageSecurity(lambda: START))
    return client.ask(registry, question, QUERY, START)


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
