"""Who answers a lookup, and what is never said: "not found" in the place of a silent registry."""

from dataclasses import replace

import pytest

from gateway.domain.identifiers import MiurCode
from gateway.domain.messages import ExchangeResult, LookupOperation
from gateway.domain.titles import LookupOutcome, TitleSource
from gateway.usecases.lookups import (
    LookupDesk,
    look_up_diploma,
    look_up_titles,
    note_lookup,
)
from gateway.usecases.title_ports import CouldNotAsk, DiplomaQuestion, DiplomaReply
from tests.support.clock import START, HandClock
from tests.support.fakes_samples import MONTELAGO, VALDOMBRA, message
from tests.support.fakes_store import FakeStore
from tests.support.fakes_titles import FakeArchive, FakeCredentials
from tests.support.titles import OTHER, STUDENT, FakeRegistry, degree, diploma

OURS = [VALDOMBRA]
QUESTION = DiplomaQuestion(codice_fiscale=STUDENT, year=2021)
WITH_CREDENTIALS = replace(QUESTION, user_id="fiorella", password="x")


def desk(
    registry: FakeRegistry | None = None, credentials: FakeCredentials | None = None
) -> LookupDesk:
    """Return a desk whose own store has a degree and a diploma of one student."""
    return LookupDesk(
        archive=FakeArchive({VALDOMBRA: (degree(), diploma())}),
        credentials=credentials or FakeCredentials(),
        upstream=registry,
    )


@pytest.mark.requirement("A5")
def test_without_a_registry_our_own_store_answers() -> None:
    found = look_up_titles(STUDENT, universities=OURS, desk=desk())
    assert (found.titles, found.source) == ((degree(),), TitleSource.LOCAL)
    assert found.outcome is LookupOutcome.FOUND
    nothing = look_up_titles(OTHER, universities=OURS, desk=desk())
    assert (nothing.titles, nothing.outcome) == ((), LookupOutcome.NOT_FOUND)


def test_only_what_the_universities_named_keep_is_told() -> None:
    elsewhere = [MiurCode("99")]
    assert look_up_titles(STUDENT, universities=elsewhere, desk=desk()).titles == ()
    answer = look_up_diploma(QUESTION, universities=elsewhere, desk=desk())
    assert answer.outcome is LookupOutcome.NOT_FOUND


@pytest.mark.requirement("A5")
@pytest.mark.parametrize("told", [(degree(grade="90"),), ()], ids=["something", "nothing"])
def test_a_registry_that_answers_is_the_answer(told: tuple[object, ...]) -> None:
    registry = FakeRegistry(titles=told)  # type: ignore[arg-type]
    found = look_up_titles(STUDENT, universities=OURS, desk=desk(registry))
    assert (found.titles, found.source) == (told, TitleSource.REGISTRY)


@pytest.mark.requirement("A5")
def test_when_the_registry_is_silent_we_tell_what_we_have() -> None:
    registry = FakeRegistry(silent=True)
    found = look_up_titles(STUDENT, universities=OURS, desk=desk(registry))
    assert (found.titles, found.source) == ((degree(),), TitleSource.LOCAL)
    assert registry.asked == [STUDENT]


@pytest.mark.requirement("A5")
def test_when_the_registry_is_silent_we_never_say_that_there_is_nothing() -> None:
    with pytest.raises(CouldNotAsk) as raised:
        look_up_titles(OTHER, universities=OURS, desk=desk(FakeRegistry(silent=True)))
    assert (raised.value.reason, raised.value.since) == ("unreachable", START)
    question = replace(QUESTION, codice_fiscale=OTHER)
    found = look_up_diploma(question, universities=OURS, desk=desk(FakeRegistry(silent=True)))
    assert (found.outcome, found.instead) == (LookupOutcome.NO_CONNECTION, True)


@pytest.mark.requirement("A5")
def test_a_diploma_of_our_own_is_told_for_a_silent_registry_and_said_to_be_ours() -> None:
    found = look_up_diploma(QUESTION, universities=OURS, desk=desk(FakeRegistry(silent=True)))
    assert (found.outcome, found.diplomas) == (LookupOutcome.FOUND, (diploma(),))
    assert (found.source, found.instead) == (TitleSource.LOCAL, True)


@pytest.mark.requirement("A5")
@pytest.mark.parametrize(
    "reply",
    [
        DiplomaReply(LookupOutcome.FOUND, (diploma(grade="60"),)),
        DiplomaReply(LookupOutcome.NOT_FOUND),
        DiplomaReply(LookupOutcome.CREDENTIALS_WRONG),
        DiplomaReply(LookupOutcome.FAILED, (), "guasto"),
    ],
    ids=lambda reply: reply.outcome.name,
)
def test_what_the_registry_says_of_a_diploma_is_passed_on(reply: DiplomaReply) -> None:
    registry = FakeRegistry(reply=reply)
    credentials = FakeCredentials(LookupOutcome.CREDENTIALS_WRONG)
    found = look_up_diploma(WITH_CREDENTIALS, universities=OURS, desk=desk(registry, credentials))
    assert (found.outcome, found.diplomas, found.detail) == (
        reply.outcome,
        reply.diplomas,
        reply.detail,
    )
    assert (found.source, found.instead) == (TitleSource.REGISTRY, False)
    assert registry.asked == [WITH_CREDENTIALS]
    assert credentials.asked == []  # theirs to check


@pytest.mark.requirement("A3")
def test_one_diploma_is_found_and_several_are_told_apart_from_it() -> None:
    assert look_up_diploma(QUESTION, universities=OURS, desk=desk()).outcome == "0"
    two = FakeArchive({VALDOMBRA: (diploma(), diploma(school="9"))})
    found = look_up_diploma(
        QUESTION, universities=OURS, desk=LookupDesk(archive=two, credentials=FakeCredentials())
    )
    assert found.outcome is LookupOutcome.MANY
    assert len(found.diplomas) == 2
    nothing = look_up_diploma(replace(QUESTION, year=2020), universities=OURS, desk=desk())
    assert nothing.outcome is LookupOutcome.NOT_FOUND


@pytest.mark.requirement("A3")
def test_credentials_are_checked_where_they_are_given_and_only_there() -> None:
    credentials = FakeCredentials(LookupOutcome.CREDENTIALS_OF_ANOTHER)
    asked = desk(credentials=credentials)
    assert look_up_diploma(QUESTION, universities=OURS, desk=asked).outcome == "0"
    found = look_up_diploma(WITH_CREDENTIALS, universities=OURS, desk=asked)
    assert (found.outcome, found.diplomas) == (LookupOutcome.CREDENTIALS_OF_ANOTHER, ())
    assert credentials.asked == [WITH_CREDENTIALS]


def test_right_credentials_find_the_diploma() -> None:
    found = look_up_diploma(WITH_CREDENTIALS, universities=OURS, desk=desk())
    assert (found.outcome, found.diplomas) == (LookupOutcome.FOUND, (diploma(),))


def test_wrong_credentials_are_wrong_though_the_registry_is_silent() -> None:
    credentials = FakeCredentials(LookupOutcome.CREDENTIALS_NOT_CHECKED)
    asked = desk(FakeRegistry(silent=True), credentials)
    found = look_up_diploma(WITH_CREDENTIALS, universities=OURS, desk=asked)
    assert (found.outcome, found.instead) == (LookupOutcome.CREDENTIALS_NOT_CHECKED, True)


@pytest.mark.parametrize(
    ("outcome", "result"),
    [
        (LookupOutcome.FOUND, ExchangeResult.ACCEPTED),
        (LookupOutcome.NOT_FOUND, ExchangeResult.ACCEPTED),
        (LookupOutcome.MANY, ExchangeResult.ACCEPTED),
        (LookupOutcome.NO_CONNECTION, ExchangeResult.REFUSED),
        (LookupOutcome.CREDENTIALS_WRONG, ExchangeResult.REFUSED),
    ],
)
def test_every_lookup_is_noted_with_its_outcome(
    store: FakeStore, clock: HandClock, outcome: LookupOutcome, result: ExchangeResult
) -> None:
    asked = message(operation=LookupOperation.DIPLOMA, id_pratica=None, university=MONTELAGO)
    given: list[int] = []

    def write(number: int) -> bytes:
        given.append(number)
        return b"<answer/>"

    for numbered in (False, True):
        content = note_lookup(
            asked, outcome, write, numbered=numbered, open_uow=store.open_uow, clock=clock
        )
        assert content == b"<answer/>"
    (row,) = store.tables[MONTELAGO].journal.values()
    assert (row.result, row.code, row.answer) == (result, int(outcome), b"<answer/>")
    assert given == [0, 1]
    assert store.opened == [False, False]  # it carries no effect


def test_questions_and_titles_show_nobody_s_data() -> None:
    shown = repr(WITH_CREDENTIALS) + repr(degree()) + repr(diploma())
    assert STUDENT not in shown
    assert "fiorella" not in shown
