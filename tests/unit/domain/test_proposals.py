"""What one person proposes another confirms, and nobody confirms what has changed meanwhile."""

from datetime import timedelta
from typing import Any

import pytest

from gateway.domain.deliveries import Side
from gateway.domain.proposals import Proposal, ProposalState
from gateway.domain.rejections import Cause
from tests.support.clock import START
from tests.support.fakes_samples import PRACTICE, VALDOMBRA, refused

pytestmark = pytest.mark.requirement("T19")
LATER = START + timedelta(hours=2)


def proposal(**changes: Any) -> Proposal:
    fields: dict[str, Any] = {
        "side": Side.DESTINATION,
        "partner": VALDOMBRA,
        "id_pratica": PRACTICE,
        "event": "complete",
        "version": 7,
        "proposed_by": "ugo",
        "proposed_at": START,
    }
    return Proposal(**{**fields, **changes})


def test_a_second_person_approves() -> None:
    done = proposal().approved("eva", LATER)
    assert (done.state, done.ended_by, done.ended_at) == (ProposalState.APPROVED, "eva", LATER)


def test_the_author_cannot_approve() -> None:
    with refused(Cause.SECOND_PERSON_NEEDED):
        proposal().approved("ugo", LATER)


def test_the_author_may_take_it_back_and_anybody_decline_it_with_a_reason() -> None:
    for who in ("ugo", "eva"):
        done = proposal().declined(who, "manca un esame", LATER)
        assert (done.state, done.ended_by, done.why) == (
            ProposalState.DECLINED,
            who,
            "manca un esame",
        )


def test_what_is_decided_is_not_decided_again() -> None:
    for ended in (
        proposal().approved("eva", LATER),
        proposal().declined("eva", "no", LATER),
        proposal().lapsed(LATER),
    ):
        assert not ended.is_open
        with refused(Cause.PROPOSAL_NOT_FOUND):
            ended.approved("ida", LATER)
        with refused(Cause.PROPOSAL_NOT_FOUND):
            ended.declined("ida", "no", LATER)


def test_it_holds_for_the_version_that_its_author_saw_and_no_other() -> None:
    assert proposal().holds_for(7)
    assert not proposal().holds_for(8)
    assert not proposal().lapsed(LATER).holds_for(7)
