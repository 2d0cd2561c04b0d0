"""A student comes by token and confirms step by step, until the enrolment."""

from dataclasses import replace
from datetime import timedelta

import pytest

from gateway.domain.arrivals import Confirmed
from gateway.domain.destination import DestinationState
from gateway.domain.identifiers import CodiceFiscale
from gateway.domain.particulars import Difference
from gateway.domain.rejections import Cause, Rejection
from gateway.domain.terms import CAREER
from gateway.usecases import arrivals, foglios
from gateway.usecases.ports import ConcurrentChange
from tests.support.fakes_arriving import CF, CONTENT, DECLARED, KEY, OTHER, TOKEN, Arriving
from tests.support.fakes_destination import NOW
from tests.support.fakes_samples import career, exam, paths, refused

pytestmark = pytest.mark.requirement("T19")

_S = DestinationState


def test_codice_fiscale_and_token_open_the_practice(here: Arriving) -> None:
    made = here.at(_S.RICEVUTA)
    assert arrivals.admit(CF, "abcde 23456", uow=here.uow, now=NOW) == made
    for person, token in ((CF, "X"), (CodiceFiscale("X"), TOKEN.value)):
        with refused(Cause.CREDENTIALS_WRONG):
            arrivals.admit(person, token, uow=here.uow, now=NOW)


def test_a_token_past_its_term_opens_again_when_an_office_renews_it(here: Arriving) -> None:
    made = here.at(_S.RICEVUTA)
    later = NOW + timedelta(days=91)
    with pytest.raises(Rejection) as refusal:
        arrivals.admit(CF, TOKEN.value, uow=here.uow, now=later)
    assert refusal.value.reasons[0].params == {"why": "token_expired"}
    arrivals.renew_token(made, uow=here.uow, now=later)
    assert arrivals.admit(CF, TOKEN.value, uow=here.uow, now=later) == made


@pytest.mark.parametrize(
    "changes", [{"token": None}, {"token_used": True}, {"state": _S.CANCELLATA}]
)
def test_only_a_token_that_opens_something_is_renewed(
    here: Arriving, changes: dict[str, object]
) -> None:
    made = replace(here.at(_S.RICEVUTA), **changes)  # type: ignore[arg-type]
    with refused(Cause.EVENT_NOT_ALLOWED):
        arrivals.renew_token(made, uow=here.uow, now=NOW)


def test_the_data_of_the_foglio_stand_until_others_are_confirmed(here: Arriving) -> None:
    here.at()
    assert here.standing.values == DECLARED
    given = {**DECLARED, "Email": "ida@example.org"}
    ticked = {"Email": "ida@example.org"}
    record = arrivals.keep_person(here.standing, given, ticked, uow=here.uow, now=NOW)
    assert record.changes == (Difference("Email", "ada@example.org", "ida@example.org"),)
    assert here.standing.values["Email"] == "ida@example.org"


def test_a_change_is_not_kept_unless_it_is_confirmed_as_it_is(here: Arriving) -> None:
    here.at()
    given = {**DECLARED, "Email": "ida@example.org", "Nome": "Ida"}
    with pytest.raises(Rejection) as refusal:
        arrivals.keep_person(
            here.standing, given, {"Email": "altra@example.org"}, uow=here.uow, now=NOW
        )
    assert paths(refusal.value.reasons) == ["Nome", "Email"]
    assert {reason.params["why"] for reason in refusal.value.reasons} == {"change_unconfirmed"}


def test_a_new_foglio_undoes_what_was_confirmed(here: Arriving) -> None:
    here.at()
    here.confirm()
    assert here.standing.record.next_step is None
    here.receive(b"<T5/>", known=career(exam("1.1", 9)), Nome="Ada Maria")
    assert here.standing.record.next_step is Confirmed.PERSON
    assert here.standing.values["Nome"] == "Ada Maria"


def test_the_career_that_comes_later_leaves_the_data_of_before(here: Arriving) -> None:
    here.at()
    here.receive(b"<T5/>", known=career(exam("1.1", 9)), sections=CAREER, Nome="Altro")
    assert here.standing.values["Nome"] == "Ada"


def test_of_two_windows_the_second_is_too_late(here: Arriving) -> None:
    here.at()
    old = here.standing
    arrivals.keep_person(old, DECLARED, {}, uow=here.uow, now=NOW)
    with pytest.raises(ConcurrentChange):
        arrivals.keep_career(old, "", uow=here.uow, now=NOW)


@pytest.mark.parametrize("state", [_S.RICEVUTA, _S.IMMATRICOLATO])
def test_nothing_is_confirmed_before_or_after_its_time(
    here: Arriving, state: DestinationState
) -> None:
    here.at(state)
    for act in (
        lambda: arrivals.keep_person(here.standing, DECLARED, {}, uow=here.uow, now=NOW),
        lambda: arrivals.keep_career(here.standing, "", uow=here.uow, now=NOW),
        lambda: arrivals.keep_course(here.standing, "", privacy=True, uow=here.uow, now=NOW),
        here.enrol,
    ):
        with refused(Cause.EVENT_NOT_ALLOWED):
            act()


def test_another_course_must_be_allowed_and_the_statement_read(here: Arriving) -> None:
    made = here.at()
    with refused(Cause.COURSE_NOT_OFFERED, Cause.PARAMETER_INVALID):
        arrivals.keep_course(here.standing, OTHER, privacy=False, uow=here.uow, now=NOW)
    with refused(Cause.COURSE_NOT_OFFERED):
        arrivals.allow_courses(made, (OTHER,), uow=here.uow, now=NOW)
    here.offer()
    arrivals.allow_courses(made, (OTHER,), uow=here.uow, now=NOW)
    assert here.standing.courses == (made.course_code, OTHER)
    here.confirm(OTHER)
    assert here.enrol().course_enrolled == OTHER


def test_a_course_that_is_allowed_no_more_stops_the_enrolment(here: Arriving) -> None:
    made = here.at()
    here.offer()
    arrivals.allow_courses(made, (OTHER,), uow=here.uow, now=NOW)
    here.confirm(OTHER)
    arrivals.allow_courses(made, (), uow=here.uow, now=NOW)
    with refused(Cause.COURSE_NOT_OFFERED):
        here.enrol()


def test_courses_are_allowed_before_the_enrolment_only(here: Arriving) -> None:
    made = here.at(_S.IMMATRICOLATO, matricola="26000001")
    with refused(Cause.EVENT_NOT_ALLOWED):
        arrivals.allow_courses(made, (), uow=here.uow, now=NOW)


def test_whoever_has_not_confirmed_every_step_does_not_enrol(here: Arriving) -> None:
    here.at()
    with refused(Cause.PARAMETER_INVALID):
        here.enrol()


def test_the_enrolment_gets_a_number_a_matricola_and_uses_up_the_token(here: Arriving) -> None:
    here.at()
    here.confirm()
    moved = here.enrol()
    assert moved.state is _S.IMMATRICOLATO
    assert moved.token_used
    assert here.register.kinds == ["enrolment"]
    record = arrivals.record_of(moved, uow=here.uow)
    assert record.protocol_number == "P1"
    assert record.values == DECLARED
    with refused(Cause.CREDENTIALS_WRONG):
        arrivals.admit(CF, TOKEN.value, uow=here.uow, now=NOW)


def test_of_a_practice_without_content_nothing_is_declared(here: Arriving) -> None:
    assert foglios.particulars(KEY, uow=here.uow, documents=here.documents) == {}
    assert foglios.titles(KEY, uow=here.uow, documents=here.documents) == ()
    here.at()
    assert foglios.titles(KEY, uow=here.uow, documents=here.documents) == ()
    assert here.documents.known[CONTENT].particulars == DECLARED
