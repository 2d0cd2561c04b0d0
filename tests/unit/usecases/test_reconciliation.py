"""Two records of a student become one, field by field; and what a practice has of what it needs."""

from dataclasses import replace
from datetime import date

import pytest

from gateway.domain.destination import DestinationState, IncomingTransfer
from gateway.domain.identifiers import IdPratica
from gateway.domain.offers import Offer
from gateway.domain.particulars import Difference
from gateway.domain.partners import AdmissionPolicy
from gateway.domain.rejections import Cause
from gateway.domain.terms import ADMINISTRATIVE, CAREER
from gateway.usecases import arrivals, commission, reconciliation, requirements
from gateway.usecases.arrival_ports import EnrolledStudent
from gateway.usecases.reconciliation import Choice, Settle, Source
from tests.support.fakes_arriving import CF, DECLARED, KEY, OTHER, Arriving
from tests.support.fakes_destination import NOW
from tests.support.fakes_samples import (
    COMMISSION,
    COURSE,
    OFFICE,
    ROCCASOLE,
    course,
    foglio,
    received,
    refused,
    request,
    university,
)

pytestmark = pytest.mark.requirement("T19")

_S = DestinationState
ROLL = EnrolledStudent(
    matricola="A1",
    codice_fiscale=CF,
    course_code=COURSE,
    course_name="Ingegneria",
    surname="PROVA",
    name="Ada Maria",
    birth_date=date(2003, 4, 17),
    email="ada@montelago.example.org",
)
CHOSEN = {"Nome": Choice.FOGLIO, "Email": Choice.HERE}


def settle(here: Arriving, **changes: object) -> IncomingTransfer:
    command = Settle("A1", COURSE, CHOSEN, "posto confermato")
    return reconciliation.settle(
        here.kept,
        OFFICE,
        replace(command, **changes),  # type: ignore[arg-type]
        uow=here.uow,
        documents=here.documents,
        student_file=here.student_file,
        now=NOW,
    )


def earlier(here: Arriving, **changes: object) -> IncomingTransfer:
    """Keep another practice of the student, which ended in an enrolment."""
    made = received(
        origin=ROCCASOLE, id_pratica=IdPratica("X1"), matricola="B2", state=_S.COMPLETATA
    )
    return here.uow.incoming.add(replace(made, **changes))  # type: ignore[arg-type]


def test_enrolments_are_known_from_the_roll_and_from_earlier_practices(here: Arriving) -> None:
    made = here.at()
    assert reconciliation.known(made, uow=here.uow, documents=here.documents) == []
    here.uow.enrolled.keep([ROLL], NOW)
    earlier(here)
    found = reconciliation.known(made, uow=here.uow, documents=here.documents)
    assert [(item.matricola, item.source) for item in found] == [
        ("A1", Source.ROLL),
        ("B2", Source.PRACTICE),
    ]
    assert found[0].values["DataNascita"] == "2003-04-17"


def test_an_earlier_practice_tells_what_held_then(here: Arriving) -> None:
    made = here.at()
    old = earlier(here, course_enrolled="C9")
    record = arrivals.record_of(old, uow=here.uow).with_person({}, {"Nome": "Ida"})
    here.uow.enrolments.save(record, NOW)
    (found,) = reconciliation.known(made, uow=here.uow, documents=here.documents)
    assert (found.values["Nome"], found.course_code, found.course_name) == ("Ida", "C9", "")


def test_the_same_matricola_is_known_once_and_the_roll_speaks(here: Arriving) -> None:
    made = here.at()
    bare = EnrolledStudent(matricola="B2", codice_fiscale=CF, course_code=COURSE)
    here.uow.enrolled.keep([bare], NOW)
    earlier(here, course_enrolled=COURSE)
    (found,) = reconciliation.known(made, uow=here.uow, documents=here.documents)
    assert found.source is Source.ROLL


def test_only_what_is_said_differently_here_is_a_difference(here: Arriving) -> None:
    made = here.at()
    here.uow.enrolled.keep([ROLL], NOW)
    (found,) = reconciliation.known(made, uow=here.uow, documents=here.documents)
    assert reconciliation.compared(DECLARED, found.values) == [
        Difference("Nome", "Ada", "Ada Maria"),
        Difference("Email", "ada@example.org", "ada@montelago.example.org"),
    ]


def test_the_practice_is_joined_with_the_values_chosen(here: Arriving) -> None:
    here.at()
    here.uow.enrolled.keep([ROLL], NOW)
    moved = settle(here)
    assert (moved.state, moved.matricola, moved.course_enrolled) == (
        _S.IMMATRICOLATO,
        "A1",
        COURSE,
    )
    record = arrivals.record_of(moved, uow=here.uow)
    assert record.values["Nome"] == "Ada"
    assert record.values["Email"] == "ada@montelago.example.org"
    assert record.choices == {"Nome": "foglio", "Email": "here"}
    entry = here.uow.records.history(KEY)[-1]
    assert entry.notes == "posto confermato; dal foglio: Nome; dall'anagrafica: Email"
    assert here.student_file.events[-1][2:] == ("A1", reconciliation.DOCUMENT)


def test_without_differences_the_reason_stands_alone(here: Arriving) -> None:
    here.at()
    same = replace(ROLL, name="Ada", email="ada@example.org")
    here.uow.enrolled.keep([same], NOW)
    settle(here, choices={})
    assert here.uow.records.history(KEY)[-1].notes == "posto confermato"


def test_everything_that_is_missing_is_told_at_once(here: Arriving) -> None:
    here.at()
    here.uow.enrolled.keep([ROLL], NOW)
    with refused(
        Cause.PARAMETER_INVALID,
        Cause.PARAMETER_INVALID,
        Cause.COURSE_NOT_OFFERED,
        Cause.ELEMENT_MISSING,
    ):
        settle(here, choices={}, course="X", why=" ")


def test_the_course_may_be_any_on_offer(here: Arriving) -> None:
    here.at()
    here.uow.enrolled.keep([ROLL], NOW)
    here.offer()
    assert settle(here, course=OTHER).course_enrolled == OTHER


def test_the_enrolment_may_be_any_of_those_known(here: Arriving) -> None:
    here.at()
    here.uow.enrolled.keep([ROLL], NOW)
    earlier(here)
    assert settle(here, matricola="B2", choices={}).matricola == "B2"


def test_the_matricola_must_be_the_students(here: Arriving) -> None:
    here.at()
    with refused(Cause.PARAMETER_INVALID):
        settle(here)


def look(here: Arriving) -> requirements.Requirements:
    return requirements.look(here.kept, uow=here.uow, documents=here.documents)


def test_the_requirements_tell_sections_reports_and_term(here: Arriving) -> None:
    made = here.at(_S.AUTORIZZATA_VALUTAZIONE)
    commission.report_anomaly(made, COMMISSION, "manca 1.3", uow=here.uow, now=NOW)
    found = look(here)
    assert found.complete
    assert [entry.notes for entry in found.reported] == ["manca 1.3"]
    assert found.token_until is not None


def test_a_practice_of_which_nothing_is_kept_has_no_warnings(here: Arriving) -> None:
    here.uow.incoming.add(received(state=_S.RICEVUTA, sections=ADMINISTRATIVE))
    found = look(here)
    assert (found.warnings, found.complete, found.admission.declared) == ((), False, None)


@pytest.mark.parametrize(
    ("policy", "declared", "registered", "passed"),
    [
        (AdmissionPolicy.IGNORE, None, False, True),
        (AdmissionPolicy.DECLARED, True, False, True),
        (AdmissionPolicy.DECLARED, None, True, False),
        (AdmissionPolicy.REGISTERED, True, False, False),
        (AdmissionPolicy.REGISTERED, None, True, True),
    ],
)
def test_the_test_is_judged_by_the_rule_of_the_university(
    here: Arriving,
    policy: AdmissionPolicy,
    declared: bool | None,
    registered: bool,
    passed: bool,
) -> None:
    here.at(_S.RICEVUTA)
    here.uow.university = university(here.uow.university.code, admission_policy=policy)
    said = foglio(request=request(test_passed=declared))
    here.documents.know(b"<T3/>", said, particulars=DECLARED)
    limited = course(limited_access=True)
    here.uow.offers.publish(Offer(2026, (limited,)))
    if registered:
        here.uow.tables.admitted.add((COURSE, 2026, CF))
    assert look(here).admission.passed is passed


def test_a_course_without_a_test_or_in_no_offer_wants_none(here: Arriving) -> None:
    here.at(_S.RICEVUTA)
    here.receive(b"<T5/>", sections=CAREER)
    assert look(here).admission.passed
    here.offer()
    assert not look(here).admission.wanted
