from datetime import timedelta

import pytest

from gateway.domain.deliveries import Side
from gateway.domain.identifiers import CodiceFiscale, IdPratica
from gateway.domain.messages import MAX_NOTES
from gateway.domain.rejections import Cause
from gateway.domain.retention import OF_PRACTICES, TERMS, Kept
from gateway.usecases import privacy
from gateway.usecases.ports import ConcurrentChange
from gateway.usecases.privacy_ports import Standing
from tests.support.clock import START
from tests.support.fakes_personal import FakePersonal
from tests.support.fakes_samples import AT_ORIGIN, OFFICE, PRACTICE, VALDOMBRA, refused, student
from tests.support.fakes_store import FakeStore, FakeUnitOfWork

PERSON = student().codice_fiscale
ENDED = Standing(AT_ORIGIN, "chiusa", START - timedelta(days=400), registered=True)
OPEN = Standing(AT_ORIGIN, "trasferita", None, registered=True)


@pytest.fixture
def personal(store: FakeStore) -> FakePersonal:
    return store.personal


def ask(person: CodiceFiscale = PERSON, why: str = "richiesta", basis: str = "") -> object:
    return privacy.EraseRequest(person, why, basis)


def run(store: FakeStore, **options: object) -> dict[Kept, int]:
    return dict(privacy.run(VALDOMBRA, open_uow=store.open_uow, now=START, **options))  # type: ignore[arg-type]


def test_terms_are_changed_together_and_the_whole_policy_returned(
    origin_uow: FakeUnitOfWork, personal: FakePersonal
) -> None:
    policy = privacy.set_terms({Kept.MESSAGES: 100, Kept.TOKENS: None}, uow=origin_uow)
    assert personal.terms == {Kept.MESSAGES: 100, Kept.TOKENS: None}
    assert policy[Kept.MESSAGES] == 100
    assert set(policy) == set(Kept)


def test_a_term_that_cannot_be_is_refused(
    origin_uow: FakeUnitOfWork, personal: FakePersonal
) -> None:
    with refused(Cause.TERM_NOT_POSSIBLE):
        privacy.set_terms({Kept.MESSAGES: 1}, uow=origin_uow)
    assert personal.terms == {}


def test_a_run_looks_at_every_kind_with_a_term_as_old_as_it_says(
    store: FakeStore, personal: FakePersonal
) -> None:
    run(store)
    limited = {kept for kept, term in TERMS.items() if term.days is not None}
    sides = {(side, kept) for side in Side for kept in set(OF_PRACTICES) & limited}
    assert set(personal.asked) == sides | (limited - set(OF_PRACTICES))
    assert personal.asked[Kept.ALARMS] == START - timedelta(days=90)
    assert personal.asked[Side.ORIGIN, Kept.TOKENS] == START - timedelta(days=30)


def test_a_run_goes_page_by_page_each_in_a_commit_of_its_own(
    store: FakeStore, personal: FakePersonal
) -> None:
    personal.ended = {Side.ORIGIN: 5, Side.DESTINATION: 4}
    personal.loose = {Kept.ALARMS: 5}
    found = run(store, batch=2)
    assert (found[Kept.CHECKS], found[Kept.ALARMS], found[Kept.ADMISSIONS]) == (9, 5, 0)
    others = len(set(Kept) - set(OF_PRACTICES)) - 2  # student files have no end; alarms below
    assert store.commits == 3 + 3 + 3 + others


def test_a_dry_run_counts_without_turning_pages_twice(
    store: FakeStore, personal: FakePersonal
) -> None:
    personal.loose = {Kept.ALARMS: 5}
    assert run(store, batch=2, dry=True)[Kept.ALARMS] == 5
    assert personal.loose == {Kept.ALARMS: 5}


def test_a_page_that_meets_somebody_else_is_begun_again(store: FakeStore) -> None:
    troubles = [ConcurrentChange()]

    def trouble() -> None:
        if troubles:
            raise troubles.pop()

    store.before_commit = trouble
    store.personal.loose = {Kept.ALARMS: 1}
    run(store)
    assert troubles == []


def test_a_person_is_erased_and_that_it_was_done_is_kept(
    origin_uow: FakeUnitOfWork, personal: FakePersonal
) -> None:
    personal.rows = {PERSON: {"outgoing": 1, "messages": 3, "admissions": 0}}
    erased = privacy.erase(ask(), OFFICE, uow=origin_uow, now=START)  # type: ignore[arg-type]
    assert erased == {"outgoing": 1, "messages": 3}
    (access,) = personal.noted
    assert (access.command, access.operator, access.purpose, access.rows, access.at) == (
        "privacy erase",
        OFFICE.name,
        "richiesta",
        4,
        START,
    )
    assert access.subject == personal.subject(PERSON)


def test_erasing_again_does_nothing_and_notes_nothing(
    origin_uow: FakeUnitOfWork, personal: FakePersonal
) -> None:
    personal.rows = {PERSON: {"outgoing": 1}}
    for _ in range(2):
        erased = privacy.erase(ask(), OFFICE, uow=origin_uow, now=START)  # type: ignore[arg-type]
    assert erased == {}
    assert len(personal.noted) == 1


@pytest.mark.parametrize("waiting", [0, 1])
def test_nothing_open_is_erased_whatever_the_basis(
    origin_uow: FakeUnitOfWork, personal: FakePersonal, waiting: int
) -> None:
    standing = Standing(AT_ORIGIN, "chiusa", START, True, waiting) if waiting else OPEN
    personal.people[PERSON] = [standing]
    with refused(Cause.PRACTICE_OPEN) as found:
        privacy.erase(ask(basis="sentenza"), OFFICE, uow=origin_uow, now=START)  # type: ignore[arg-type]
    assert found.value.reasons[0].path == PRACTICE


def test_records_that_must_be_kept_are_not_erased_without_a_basis(
    origin_uow: FakeUnitOfWork, personal: FakePersonal
) -> None:
    personal.people[PERSON], personal.files[PERSON] = [ENDED], START
    with refused(Cause.RECORDS_KEPT, Cause.RECORDS_KEPT) as found:
        privacy.erase(ask(), OFFICE, uow=origin_uow, now=START)  # type: ignore[arg-type]
    assert [reason.path for reason in found.value.reasons] == [PRACTICE, "student_files"]
    assert {reason.params["until"] for reason in found.value.reasons} == {""}


def test_titles_are_kept_without_end_unless_a_basis_is_named(
    origin_uow: FakeUnitOfWork, personal: FakePersonal
) -> None:
    personal.titles[PERSON], personal.rows = 2, {PERSON: {"titles": 2}}
    with refused(Cause.RECORDS_KEPT) as found:
        privacy.erase(ask(), OFFICE, uow=origin_uow, now=START)  # type: ignore[arg-type]
    (reason,) = found.value.reasons
    assert (reason.path, reason.params) == ("titles", {"until": ""})
    assert privacy.erase(ask(basis="scarto"), OFFICE, uow=origin_uow, now=START) == {"titles": 2}  # type: ignore[arg-type]


def test_records_whose_term_runs_say_until_when(
    origin_uow: FakeUnitOfWork, personal: FakePersonal
) -> None:
    personal.people[PERSON], personal.terms = [ENDED], {Kept.PRACTICES: 500}
    with refused(Cause.RECORDS_KEPT) as found:
        privacy.erase(ask(), OFFICE, uow=origin_uow, now=START)  # type: ignore[arg-type]
    assert found.value.reasons[0].params == {"until": "2026-12-30"}


@pytest.mark.parametrize(
    ("standing", "terms", "basis"),
    [
        (ENDED, {Kept.PRACTICES: 365}, ""),
        (ENDED, {}, "provvedimento 12/2026"),
        (Standing(AT_ORIGIN, "cancellata", START, registered=False), {}, ""),
    ],
    ids=["term passed", "basis named", "never registered"],
)
def test_records_go_when_nothing_keeps_them(
    origin_uow: FakeUnitOfWork,
    personal: FakePersonal,
    standing: Standing,
    terms: dict[Kept, int | None],
    basis: str,
) -> None:
    personal.people[PERSON], personal.terms = [standing], terms
    personal.rows = {PERSON: {"outgoing": 1}}
    assert privacy.erase(ask(basis=basis), OFFICE, uow=origin_uow, now=START)  # type: ignore[arg-type]
    assert personal.noted[0].purpose == ("richiesta" + (f" [{basis}]" if basis else ""))


def test_an_erasure_without_a_reason_is_refused(origin_uow: FakeUnitOfWork) -> None:
    with refused(Cause.PARAMETER_INVALID):
        privacy.erase(ask(why="  "), OFFICE, uow=origin_uow, now=START)  # type: ignore[arg-type]
    with refused(Cause.VALUE_TOO_LONG):
        privacy.erase(ask(why="x" * (MAX_NOTES + 1)), OFFICE, uow=origin_uow, now=START)  # type: ignore[arg-type]


def test_who_asks_for_an_erasure_is_not_shown() -> None:
    assert PERSON not in repr(ask())


def test_a_copy_is_noted(origin_uow: FakeUnitOfWork, personal: FakePersonal) -> None:
    personal.rows = {PERSON: {"outgoing": 1, "messages": 3}}
    copy = privacy.copy_of(PERSON, OFFICE, "istanza", uow=origin_uow, now=START)
    assert copy.rows == 4
    (access,) = personal.noted
    assert (access.command, access.purpose, access.rows) == ("privacy export", "istanza", 4)


def test_a_copy_about_nobody_is_refused_and_not_noted(
    origin_uow: FakeUnitOfWork, personal: FakePersonal
) -> None:
    with refused(Cause.PERSON_NOT_FOUND):
        privacy.copy_of(PERSON, OFFICE, "istanza", uow=origin_uow, now=START)
    assert personal.noted == []


def test_taking_out_messages_is_noted_with_the_practice(
    origin_uow: FakeUnitOfWork, personal: FakePersonal
) -> None:
    privacy.note_journal_export(PRACTICE, OFFICE, "", 7, uow=origin_uow, now=START)
    (access,) = personal.noted
    assert (access.command, access.id_pratica, access.rows) == ("journal export", PRACTICE, 7)
    assert access.subject == f"digest for {PRACTICE}"


@pytest.mark.parametrize("practice", [PRACTICE, None])
def test_reading_a_message_is_noted_with_its_practice_if_it_has_one(
    origin_uow: FakeUnitOfWork, personal: FakePersonal, practice: IdPratica | None
) -> None:
    privacy.note_message_read("m1", practice, OFFICE, uow=origin_uow, now=START)
    (access,) = personal.noted
    assert (access.command, access.purpose, access.id_pratica) == ("journal show", "m1", practice)
    assert access.subject == (f"digest for {PRACTICE}" if practice else "")


def test_accesses_are_listed_of_all_or_of_one(
    origin_uow: FakeUnitOfWork, personal: FakePersonal
) -> None:
    other = student(2).codice_fiscale
    for person in (PERSON, other):
        personal.rows = {person: {"outgoing": 1}}
        privacy.copy_of(person, OFFICE, "istanza", uow=origin_uow, now=START)
    assert len(privacy.accesses(None, 9, uow=origin_uow)) == 2
    (only,) = privacy.accesses(other, 9, uow=origin_uow)
    assert only.subject == personal.subject(other)
