"""Verifying declared titles: planned with its cause, asked by jobs, blocking nothing."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from gateway.domain.deliveries import PartnerUnreachable
from gateway.domain.destination import DestinationState
from gateway.domain.lookups import PurposeKind, Reply
from gateway.domain.registry import LookupService, VerifyMoment
from gateway.domain.rejections import Cause
from gateway.domain.terms import ADMINISTRATIVE, Section
from gateway.domain.title_checks import DeclaredTitle, Why
from gateway.domain.titles import TitleVerdict
from gateway.domain.verifications import VerificationState
from gateway.usecases import schedules, verification
from gateway.usecases.verification import ALARM_EXPIRED
from tests.support.clock import START, HandClock
from tests.support.fakes import FakeDocuments
from tests.support.fakes_samples import (
    MONTELAGO,
    PRACTICE,
    VALDOMBRA,
    received,
    refused,
)
from tests.support.fakes_store import FakeStore
from tests.support.fakes_tables import VerifyJob
from tests.support.fakes_verification import MARIO, Bench, row
from tests.support.titles_samples import (
    ABROAD,
    DEGREE,
    DIPLOMA,
    THE_REGISTRY,
    degree,
    diploma,
)

pytestmark = pytest.mark.requirement("A4")

DOWN = PartnerUnreachable("NewConnectionError")
HAS_DEGREE, HAS_DIPLOMA = Reply((degree(),)), Reply((diploma(),), "0")
Titles = tuple[DeclaredTitle, ...]


@pytest.fixture
def bench(store: FakeStore, clock: HandClock, documents: FakeDocuments) -> Bench:
    return Bench(store, clock, documents)


def test_a_foglio_with_titles_plans_their_verification_in_its_own_commit(bench: Bench) -> None:
    bench.bring(DEGREE)
    assert bench.tables.verify_jobs == [VerifyJob(bench.kept.verification_id, 1, timedelta(0))]
    assert bench.kept.expires_at == START + timedelta(days=14)
    assert bench.service.asked == []


@pytest.mark.parametrize(
    "registry",
    [
        None,
        replace(THE_REGISTRY, verify=VerifyMoment.OFF),
        replace(THE_REGISTRY, verify=VerifyMoment.ENROLMENT),
        replace(THE_REGISTRY, active=False),
    ],
)
def test_nothing_is_planned_that_the_university_does_not_want(bench: Bench, registry: Any) -> None:
    bench.tables.registry["it"] = registry
    bench.bring(DEGREE)
    assert bench.tables.verifications == {}
    assert bench.tables.verify_jobs == []


def test_a_message_without_section_three_plans_nothing(bench: Bench) -> None:
    transfer = received(sections=ADMINISTRATIVE)
    bench.do(lambda uow: verification.on_receipt(transfer, ADMINISTRATIVE, uow=uow, now=START))
    bench.tables.registry["it"] = replace(THE_REGISTRY, verify=VerifyMoment.ENROLMENT)
    bench.do(lambda uow: verification.on_enrolment(transfer, uow=uow, now=START))
    assert bench.tables.verifications == {}


def test_a_university_may_verify_at_the_enrolment_and_what_comes_after_it(bench: Bench) -> None:
    bench.tables.registry["it"] = replace(THE_REGISTRY, verify=VerifyMoment.ENROLMENT)
    bench.bring(DEGREE)
    bench.change(matricola="26000001")
    bench.do(lambda uow: verification.on_enrolment(bench.transfer, uow=uow, now=START))
    bench.service.will(HAS_DEGREE)
    assert bench.run() is VerificationState.ENDED
    (record,) = bench.tables.queries.values()
    assert (record.purpose.kind, record.purpose.reference) == (PurposeKind.ENROLMENT, "26000001")
    bench.bring(DEGREE, DIPLOMA, content=b"<n/>", matricola="26000001")
    assert bench.kept.state is VerificationState.WAITING


def test_each_title_gets_its_verdict_and_each_service_is_asked_once(bench: Bench) -> None:
    bench.bring(DIPLOMA, DEGREE, replace(DEGREE, degree_type="LM", university="93"), ABROAD)
    bench.service.will(HAS_DEGREE, Reply((diploma(grade="60"),), "0"))
    assert bench.run() is VerificationState.ENDED
    assert bench.verdicts == [
        ("different", ""),
        ("verified", ""),
        ("not_verifiable", Why.ABSENT),
        ("not_verifiable", Why.FOREIGN),
    ]
    assert [item.service for item in bench.service.asked] == [
        LookupService.TITLES,
        LookupService.DIPLOMA,
    ]
    assert {item.purpose.reference for item in bench.tables.queries.values()} == {PRACTICE}


def test_no_transaction_is_open_while_the_registry_is_asked(bench: Bench) -> None:
    open_then: list[int] = []
    bench.service.while_away = lambda: open_then.append(bench.store.open_now)
    bench.bring(DEGREE)
    bench.service.will(HAS_DEGREE)
    bench.run()
    assert open_then == [0]


def test_an_attempt_that_is_not_the_next_one_does_nothing(bench: Bench) -> None:
    bench.bring(DEGREE)
    bench.service.will(HAS_DEGREE)
    assert bench.attempt(2) is VerificationState.WAITING
    assert bench.attempt(1) is VerificationState.ENDED
    assert bench.attempt(1) is VerificationState.ENDED
    assert len(bench.service.asked) == 1


def test_an_attempt_cut_off_is_made_again(bench: Bench) -> None:
    bench.bring(DEGREE)
    bench.service.will(ZeroDivisionError(), HAS_DEGREE)
    with pytest.raises(ZeroDivisionError):
        bench.attempt(1)
    assert bench.attempt(1) is VerificationState.ENDED
    assert bench.verdicts == [("verified", "")]


@pytest.mark.requirement("A4")
def test_a_registry_down_for_a_day_ends_in_verified_titles_and_never_in_not_found(
    bench: Bench,
) -> None:
    bench.bring(DIPLOMA, DEGREE)
    bench.service.script = [DOWN] * 200
    told: set[str] = set()
    while bench.clock() < START + timedelta(days=1):
        assert bench.run() is VerificationState.WAITING
        told |= {item.verdict.value for item in bench.titles}
        assert {item.judgement.reason for item in bench.titles} <= {"unreachable", "circuit_open"}
        assert {item.since for item in bench.titles} == {START}
        due = bench.kept.next_at
        assert due is not None
        assert bench.clock() < due <= bench.clock() + timedelta(hours=1)
        bench.clock.now = due
    assert told == {TitleVerdict.COULD_NOT_ASK}
    assert bench.kept.since == START
    bench.service.script = [HAS_DEGREE, HAS_DIPLOMA]
    assert bench.run() is VerificationState.ENDED
    assert bench.verdicts == [("verified", "")] * 2
    assert {entry.verdict for item in bench.titles for entry in item.history} == {
        TitleVerdict.COULD_NOT_ASK,
        TitleVerdict.VERIFIED,
    }


def test_only_what_could_not_be_asked_is_asked_again(bench: Bench) -> None:
    bench.bring(DIPLOMA, DEGREE)
    bench.service.will(HAS_DEGREE, DOWN)
    assert bench.run() is VerificationState.WAITING
    assert bench.verdicts == [("could_not_ask", "unreachable"), ("verified", "")]
    bench.service.will(HAS_DIPLOMA)
    assert bench.run() is VerificationState.ENDED
    assert [item.service for item in bench.service.asked][2:] == [LookupService.DIPLOMA]


def test_a_service_that_the_registry_does_not_have_is_not_asked_for_ever(bench: Bench) -> None:
    bench.tables.registry["it"] = replace(THE_REGISTRY, diplomas_url="")
    bench.bring(DIPLOMA)
    assert bench.run() is VerificationState.ENDED
    assert bench.verdicts == [("could_not_ask", "no_service")]


def test_a_refused_question_is_told_with_its_code_and_not_repeated(bench: Bench) -> None:
    bench.bring(DIPLOMA)
    bench.service.will(Reply((), "95"))
    assert bench.run() is VerificationState.ENDED
    (title,) = bench.titles
    assert (title.verdict, title.judgement.reason, title.judgement.detail) == (
        TitleVerdict.NOT_VERIFIABLE,
        Why.REFUSED,
        "95",
    )


def test_a_spent_quota_puts_the_job_off_to_the_next_day(bench: Bench) -> None:
    bench.tables.registry["it"] = replace(THE_REGISTRY, per_office=0)
    bench.bring(DEGREE)
    assert bench.run() is VerificationState.WAITING
    assert bench.kept.next_at is not None
    assert bench.kept.next_at.isoformat() == "2026-09-22T00:00:00+02:00"
    assert bench.tables.verify_jobs[-1].delay == bench.kept.next_at - START


def test_past_its_term_a_verification_is_given_up_with_an_alarm_and_can_be_asked_again(
    bench: Bench,
) -> None:
    bench.bring(DEGREE)
    bench.clock.now = bench.kept.expires_at
    bench.service.will(DOWN, HAS_DEGREE)
    assert bench.run() is VerificationState.EXPIRED
    subject = f"{VALDOMBRA} {PRACTICE}"
    assert bench.tables.alarms == {(ALARM_EXPIRED, subject): "unreachable"}
    bench.request()
    assert bench.tables.alarms == {}
    assert bench.run() is VerificationState.ENDED
    assert bench.verdicts == [("verified", "")]


def test_a_new_foglio_asks_about_the_titles_that_changed(bench: Bench) -> None:
    bench.bring(DIPLOMA, DEGREE)
    bench.service.will(HAS_DEGREE, HAS_DIPLOMA)
    bench.run()
    corrected = replace(DIPLOMA, grade="95")
    bench.bring(corrected, DEGREE, content=b"<n/>")
    bench.do(lambda uow: uow.registry.forget_answers())
    bench.service.will(HAS_DIPLOMA)
    assert bench.run() is VerificationState.ENDED
    current = [item for item in bench.titles if not item.withdrawn]
    assert [(item.declared.grade, item.verdict.value) for item in current] == [
        ("110", "verified"),
        ("95", "different"),
    ]
    assert len(bench.service.asked) == 3


def test_an_operator_has_all_titles_asked_for_anew(bench: Bench) -> None:
    bench.bring(DEGREE)
    bench.service.will(HAS_DEGREE, Reply((degree(grade="99"),)))
    bench.run()
    bench.clock.advance(hours=1)
    bench.request()
    assert bench.run() is VerificationState.ENDED  # from memory
    assert bench.verdicts == [("verified", "")]
    bench.clock.advance(hours=1)
    bench.request(fresh=True)
    bench.run()
    assert bench.verdicts == [("different", "")]
    assert len(bench.service.asked) == 2
    assert {item.asker for item in bench.tables.queries.values()} >= {MARIO}


def test_a_verdict_outlives_a_registry_that_cannot_be_asked_again(bench: Bench) -> None:
    bench.bring(DEGREE)
    bench.service.will(HAS_DEGREE, DOWN)
    bench.run()
    bench.clock.advance(hours=1)
    bench.request(fresh=True)
    assert bench.run() is VerificationState.WAITING
    assert bench.verdicts == [("verified", "")]
    assert bench.kept.trouble == "unreachable"


def test_asking_by_hand_needs_titles_and_a_registry(bench: Bench) -> None:
    bench.bring(DEGREE)
    bench.tables.registry.clear()
    with refused(Cause.REGISTRY_MISSING):
        bench.request()
    bench.change(sections=ADMINISTRATIVE)
    with refused(Cause.SECTION_MISSING):
        bench.request()


def test_a_request_while_the_registry_is_asked_keeps_its_turn(bench: Bench) -> None:
    bench.bring(DEGREE)
    bench.service.while_away = bench.request
    bench.service.will(HAS_DEGREE)
    assert bench.attempt(1) is VerificationState.WAITING
    assert bench.verdicts == [("verified", "")]
    bench.service.while_away = lambda: None
    assert bench.run() is VerificationState.ENDED


@pytest.mark.parametrize("state", [DestinationState.RIFIUTATA, DestinationState.CANCELLATA])
def test_a_student_who_does_not_come_is_asked_about_no_more(
    bench: Bench, state: DestinationState
) -> None:
    bench.bring(DEGREE)
    bench.change(state=state)
    assert bench.run() is VerificationState.ENDED
    assert bench.service.asked == []


def test_a_practice_that_is_gone_ends_its_verification(bench: Bench) -> None:
    bench.bring(DEGREE)
    bench.do(lambda uow: uow.tables.incoming.clear())
    assert bench.run() is VerificationState.ENDED


def test_a_practice_without_titles_left_has_nothing_to_verify(bench: Bench) -> None:
    bench.bring(DEGREE)
    bench.do(lambda uow: uow.tables.journal.clear())
    assert bench.run() is VerificationState.ENDED
    assert bench.titles == []


def test_the_latest_message_with_section_three_counts(bench: Bench) -> None:
    bench.bring(DEGREE)
    later = replace(row(b"<k/>"), sections=frozenset({Section.CARRIERA}))
    bench.do(lambda uow: uow.tables.journal.update({"m9": later}))
    bench.service.will(HAS_DEGREE)
    bench.run()
    assert [item.declared for item in bench.titles] == [DEGREE]


def test_a_job_of_an_unknown_verification_is_refused(bench: Bench) -> None:
    with refused(Cause.VERIFICATION_NOT_FOUND):
        verification.attempt(MONTELAGO, "v9", 1, desk=bench.desk)


def test_a_verification_whose_job_was_lost_is_put_in_line_again(bench: Bench) -> None:
    bench.bring(DEGREE)

    def revive() -> int:
        made: list[int] = []
        bench.do(
            lambda uow: made.append(schedules.revive_verifications(uow=uow, now=bench.clock()))
        )
        return made[0]

    bench.clock.advance(minutes=9)
    assert revive() == 0
    bench.clock.advance(minutes=2)
    assert revive() == 1
    assert bench.tables.verify_jobs[-1] == VerifyJob(bench.kept.verification_id, 2, timedelta(0))
    assert bench.attempt(1) is VerificationState.WAITING
    bench.clock.now = bench.kept.expires_at + timedelta(hours=1)
    assert revive() == 0
    assert bench.kept.state is VerificationState.EXPIRED
    assert list(bench.tables.alarms.values()) == ["forgotten"]
