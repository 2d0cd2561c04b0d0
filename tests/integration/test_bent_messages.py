"""Bent messages at every SOAP entry, a bounded number of them; the campaign goes on for hours."""

import os
import random
from collections.abc import Iterator
from pathlib import Path

import pytest

from gateway.domain.messages import LookupOperation, Operation
from gateway.usecases.ports import UnitOfWork
from tests.fuzz import oracle
from tests.fuzz.campaign import Campaign, corpus
from tests.fuzz.entries import Target, target
from tests.support.databases import SqliteMaker

pytestmark = [pytest.mark.integration, pytest.mark.requirement("T12")]

KEPT = sorted({name for name, _ in corpus()})


@pytest.fixture(scope="module")
def aim(tmp_path_factory: pytest.TempPathFactory, sqlite: SqliteMaker) -> Iterator[Target]:
    made = target(tmp_path_factory.mktemp("fuzz"), sqlite)
    yield made
    made.installation.close()


def test_every_service_is_an_entry(aim: Target) -> None:
    assert {entry.name.partition("-")[2] for entry in aim.entries} >= {
        operation.value for operation in (*Operation, *LookupOperation)
    }


@pytest.mark.parametrize("name", KEPT)
def test_what_was_found_once_is_judged_as_it_must(aim: Target, name: str) -> None:
    entry = aim.known[name]
    for kept, content in corpus():
        if kept == name:
            oracle.try_one(aim, entry, content, random.Random(1))


@pytest.mark.parametrize("seed", range(4))
def test_bent_messages_change_nothing_unless_they_are_accepted(
    sqlite: SqliteMaker, seed: int
) -> None:
    campaign = Campaign(seed)
    campaign.run(sqlite, seconds=60, most=300)
    assert campaign.broken == []
    assert campaign.sent == 300
    assert len(campaign.verdicts) > 40  # they got past the parser, and far


def test_a_planted_defect_is_found(
    sqlite: SqliteMaker, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A refusal that leaves something behind is what the campaign must not miss."""
    from gateway.usecases import exchange  # noqa: PLC0415  only this test bends the program

    whole = exchange._note

    def note(
        uow: UnitOfWork, message: object, answer: object, now: object, **named: object
    ) -> None:
        if getattr(answer, "code", 0):
            uow.alarms.raise_("planted", os.urandom(4).hex(), "", now)  # type: ignore[arg-type]
        whole(uow, message, answer, now, **named)  # type: ignore[arg-type]

    monkeypatch.setattr(exchange, "_note", note)
    campaign = Campaign(5)
    campaign.run(sqlite, seconds=60, most=200)
    assert any("changed something" in why for _, _, why in campaign.broken)


@pytest.mark.soak
def test_a_campaign(sqlite: SqliteMaker) -> None:
    campaign = Campaign(random.SystemRandom().randrange(1 << 30))
    for name, content in corpus():
        campaign.learn(name, content)
    campaign.run(sqlite, seconds=60 * float(os.environ.get("SOAK_MINUTES", "1")), most=10**9)
    assert campaign.broken == [], campaign.seed
