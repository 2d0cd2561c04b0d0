"""A student's transfer from the draft to the close, over SOAP, on both databases."""

from collections.abc import Callable

import pytest

from gateway.demo.sample import Request
from gateway.domain.destination import DestinationState
from gateway.domain.origin import OriginState
from gateway.usecases import origin
from tests.support.databases import Maker
from tests.support.transfers import Steps
from tests.support.universities import DEFERRED_PARTIAL

pytestmark = [pytest.mark.journey, pytest.mark.requirement("T3"), pytest.mark.requirement("T18")]


def test_a_complete_transfer_with_an_immediate_token(
    make_steps: Callable[..., Steps], database: Maker
) -> None:
    steps = make_steps(database)
    practice = steps.sent()
    assert steps.out(practice).state is OriginState.TRASFERITA
    assert steps.out(practice).token == steps.into(practice).token
    steps.authorise_enrolment(practice)
    steps.enrol(practice, "0920207302400099")
    steps.evaluate(practice)
    steps.decide(practice)
    steps.complete(practice)
    steps.deliver_all()
    closed = steps.out(practice)
    assert closed.state is OriginState.CHIUSA
    assert closed.archive_number.startswith("A-2026/")
    assert closed.course_enrolled == "0920207302400099"


@pytest.mark.requirement("T14")
@pytest.mark.requirement("T8")
def test_a_partial_transfer_with_a_deferred_token(
    make_steps: Callable[..., Steps], database: Maker
) -> None:
    steps = make_steps(database, terms=DEFERRED_PARTIAL)
    practice = steps.ready()
    steps.authorise(practice, administrative=True)
    steps.deliver_all()
    sent = steps.out(practice)
    assert len(sent.sent) == 2
    assert sent.career_due is not None
    assert sent.token == steps.into(practice).token
    steps.send_again(practice)
    steps.deliver_all()
    assert steps.out(practice).career_due is None
    assert len(steps.into(practice).sections) == 4


@pytest.mark.requirement("T4")
@pytest.mark.requirement("T5")
def test_a_revision_is_asked_for_and_answered(
    make_steps: Callable[..., Steps], database: Maker
) -> None:
    steps = make_steps(database)
    practice = steps.sent()
    for _ in range(2):  # the same words twice are two requests
        steps.ask_revision(practice)
        steps.deliver_all()
        assert steps.out(practice).state is OriginState.RICHIESTA_REVISIONE
        assert steps.into(practice).state is DestinationState.RICHIESTA_REVISIONE
        steps.send_again(practice, "corretto")
        steps.deliver_all()
        assert steps.out(practice).state is OriginState.TRASFERITA
        assert steps.into(practice).state is DestinationState.RICEVUTA


@pytest.mark.requirement("T6")
@pytest.mark.parametrize("ending", ["refuse", "cancel"])
def test_the_destination_ends_a_transfer(
    make_steps: Callable[..., Steps], database: Maker, ending: str
) -> None:
    steps = make_steps(database)
    practice = steps.sent()
    getattr(steps, ending)(practice)
    steps.deliver_all()
    expected = {"refuse": OriginState.RESPINTA, "cancel": OriginState.CANCELLATA}[ending]
    assert steps.out(practice).state is expected


@pytest.mark.requirement("T6")
def test_the_origin_asks_to_cancel(make_steps: Callable[..., Steps], database: Maker) -> None:
    steps = make_steps(database)
    practice = steps.sent()
    steps.ask_cancellation(practice)
    assert steps.out(practice).state is OriginState.TRASFERITA
    steps.deliver_all()
    assert steps.out(practice).state is OriginState.CANCELLATA
    assert steps.into(practice).state is DestinationState.CANCELLATA


@pytest.mark.requirement("T6")
def test_the_origin_cannot_cancel_an_enrolled_student(steps: Steps) -> None:
    practice = steps.sent()
    steps.authorise_enrolment(practice)
    steps.enrol(practice)
    steps.ask_cancellation(practice)
    steps.deliver_all()
    assert steps.out(practice).state is OriginState.TRASFERITA
    assert steps.into(practice).state is DestinationState.IMMATRICOLATO


def test_a_foglio_without_the_sections_demanded_comes_back_to_the_secretariat(
    steps: Steps,
) -> None:
    practice = steps.ready(Request(exams=1, career=False))
    steps.authorise(practice)
    steps.deliver_all()
    assert steps.out(practice).state is OriginState.ELABORATA
    key = origin.key_of(steps.out(practice))
    history = steps.origin(lambda uow: uow.records.history(key))
    assert "TitoliConseguiti" in history[-1].notes
