"""Two people for what ends a practice: the first proposes, the second lets it happen, once."""

from dataclasses import replace
from typing import Any

import pytest

from gateway.domain.deliveries import Side
from gateway.domain.destination import DestinationState, IncomingTransfer
from gateway.domain.lifecycle import Actor, Party
from gateway.domain.origin import OriginState
from gateway.domain.proposals import Proposal, ProposalState
from gateway.domain.rejections import Cause
from gateway.usecases import destination, four_eyes
from gateway.usecases.ports import ConcurrentChange, PracticeKey
from tests.support.clock import START
from tests.support.fakes import FakeRegister
from tests.support.fakes_samples import MONTELAGO, PRACTICE, VALDOMBRA, draft, received, refused
from tests.support.fakes_store import FakeUnitOfWork

pytestmark = pytest.mark.requirement("T19")
UGO, EVA = Actor(Party.SECRETARIAT, "ugo"), Actor(Party.SECRETARIAT, "eva")
WORDS = {"notes": "benvenuta"}


@pytest.fixture
def decided(destination_uow: FakeUnitOfWork) -> FakeUnitOfWork:
    destination_uow.incoming.add(received(state=DestinationState.DELIBERATA))
    return destination_uow


def practice(uow: FakeUnitOfWork) -> IncomingTransfer:
    return destination.find(VALDOMBRA, PRACTICE, uow=uow)


def propose(uow: FakeUnitOfWork, event: str = "complete") -> Proposal:
    return four_eyes.propose(practice(uow), event, WORDS, UGO, uow=uow, now=START)


def complete(uow: FakeUnitOfWork, register: FakeRegister) -> Any:
    return lambda proposal, transfer: destination.complete(
        transfer, EVA, uow=uow, register=register, now=START, notes=proposal.words["notes"]
    )


def test_a_proposal_changes_nothing_but_that_it_is_kept(decided: FakeUnitOfWork) -> None:
    made = propose(decided)
    assert practice(decided).state is DestinationState.DELIBERATA
    assert four_eyes.standing(practice(decided), uow=decided) == made
    assert (made.proposed_by, made.words) == ("ugo", WORDS)


def test_the_approval_does_what_was_proposed_with_its_words(
    decided: FakeUnitOfWork, register: FakeRegister
) -> None:
    made = propose(decided)
    four_eyes.approve(made.proposal_id, EVA, complete(decided, register), uow=decided, now=START)
    assert practice(decided).state is DestinationState.COMPLETATA
    ((_, delivery),) = decided.tables.deliveries.items()
    assert delivery.meta["notes"] == "benvenuta"
    kept = decided.proposals.get(made.proposal_id)
    assert kept is not None
    assert (kept.state, kept.ended_by) == (ProposalState.APPROVED, "eva")
    assert four_eyes.standing(practice(decided), uow=decided) is None


def test_nobody_approves_twice(decided: FakeUnitOfWork, register: FakeRegister) -> None:
    made = propose(decided)
    perform = complete(decided, register)
    four_eyes.approve(made.proposal_id, EVA, perform, uow=decided, now=START)
    with refused(Cause.PROPOSAL_NOT_FOUND):
        four_eyes.approve(made.proposal_id, EVA, perform, uow=decided, now=START)
    assert len(decided.tables.deliveries) == 1


def test_the_author_does_not_approve_their_own(
    decided: FakeUnitOfWork, register: FakeRegister
) -> None:
    made = propose(decided)
    with refused(Cause.SECOND_PERSON_NEEDED):
        four_eyes.approve(
            made.proposal_id, UGO, complete(decided, register), uow=decided, now=START
        )
    assert practice(decided).state is DestinationState.DELIBERATA


def test_what_has_changed_since_is_not_approved(
    decided: FakeUnitOfWork, register: FakeRegister
) -> None:
    made = propose(decided)
    decided.incoming.save(replace(practice(decided), course_name="un altro"))
    assert four_eyes.standing(practice(decided), uow=decided) is None
    with refused(Cause.PROPOSAL_LAPSED):
        four_eyes.approve(
            made.proposal_id, EVA, complete(decided, register), uow=decided, now=START
        )


def test_a_declined_proposal_keeps_who_and_why(decided: FakeUnitOfWork) -> None:
    made = propose(decided)
    done = four_eyes.decline(made.proposal_id, EVA, "manca un voto", uow=decided, now=START)
    assert (done.state, done.ended_by, done.why) == (
        ProposalState.DECLINED,
        "eva",
        "manca un voto",
    )
    with pytest.raises(ConcurrentChange):
        decided.proposals.save(done)


def test_a_newer_proposal_takes_the_place_of_the_older(decided: FakeUnitOfWork) -> None:
    older, newer = propose(decided), propose(decided, "refuse")
    kept = decided.proposals.get(older.proposal_id)
    assert kept is not None
    assert kept.state is ProposalState.LAPSED
    assert four_eyes.standing(practice(decided), uow=decided) == newer
    again = propose(decided, "cancel")
    assert [item.proposal_id for item in decided.proposals.open_ones(9)] == [again.proposal_id]


def test_the_same_wish_sent_twice_is_kept_once(decided: FakeUnitOfWork) -> None:
    assert propose(decided) == propose(decided)
    assert len(decided.proposals.open_ones(9)) == 1


def test_only_what_ends_a_practice_wants_two_people(decided: FakeUnitOfWork) -> None:
    with refused(Cause.EVENT_NOT_ALLOWED):
        propose(decided, "ask_revision")


def test_a_proposal_that_is_not_there_is_refused(decided: FakeUnitOfWork) -> None:
    with refused(Cause.PROPOSAL_NOT_FOUND):
        four_eyes.load(99, uow=decided)


def test_the_origin_has_its_own(origin_uow: FakeUnitOfWork) -> None:
    origin_uow.outgoing.add(draft(state=OriginState.TRASFERITA))
    key = PracticeKey(Side.ORIGIN, MONTELAGO, PRACTICE)
    transfer = four_eyes.find(key, uow=origin_uow)
    made = four_eyes.propose(
        transfer, "ask_cancellation", {"why": "rinuncia"}, UGO, uow=origin_uow, now=START
    )
    assert four_eyes.load(made.proposal_id, uow=origin_uow) == (made, transfer)
