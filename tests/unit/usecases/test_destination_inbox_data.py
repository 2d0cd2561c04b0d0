"""What the origin's later messages do at the destination: T5 and T6."""

from dataclasses import replace
from datetime import date

import pytest

from gateway.domain.destination import COMPLETION, DestinationState
from gateway.domain.foglio_congedo import FoglioCongedo
from gateway.domain.identifiers import IdPratica
from gateway.domain.messages import StatusChange
from gateway.domain.offers import Course, Offer
from gateway.domain.partners import AdmissionPolicy
from gateway.domain.rejections import Cause, Reason
from gateway.domain.terms import ADMINISTRATIVE, CAREER
from tests.support.fakes import FakeDocuments, FakeRegister
from tests.support.fakes_destination import Inbox
from tests.support.fakes_samples import (
    ALL,
    AT_DESTINATION,
    COURSE,
    MONTELAGO,
    PRACTICE,
    ROCCASOLE,
    VALDOMBRA,
    attachment,
    course,
    foglio,
    paths,
    refused,
    request,
    student,
    university,
)
from tests.support.fakes_store import FakeUnitOfWork

_S = DestinationState
FAULT = Reason(Cause.DATE_IMPOSSIBLE, "FoglioCongedo/x")


@pytest.fixture
def inbox(
    destination_uow: FakeUnitOfWork, register: FakeRegister, documents: FakeDocuments
) -> Inbox:
    return Inbox(destination_uow, register, documents)


@pytest.mark.requirement("T5")
@pytest.mark.requirement("T17")
def test_further_data_is_kept_under_a_number_of_its_own(inbox: Inbox) -> None:
    owing = {"sections": ADMINISTRATIVE, "career_due": date(2026, 10, 1)}
    inbox.at(_S.RICEVUTA, **owing)
    inbox.data(foglio(CAREER), reason=COMPLETION, notes="ecco")
    assert (inbox.kept.sections, inbox.kept.career_due) == (ALL, None)
    assert inbox.register.kinds == ["receipt"]
    entry = inbox.uow.records.history(AT_DESTINATION)[-1]
    assert (entry.event, entry.notes) == ("receive_data", "CompletamentoCarriera: ecco")
    assert entry.reference == "P1"


@pytest.mark.requirement("T5")
@pytest.mark.requirement("T17")
def test_each_foglio_received_again_stands_in_the_history_under_its_number(inbox: Inbox) -> None:
    inbox.at(_S.RICHIESTA_REVISIONE, revision_open=True)
    inbox.data(foglio())
    inbox.data(foglio(), notes="ancora")
    entries = inbox.uow.records.history(AT_DESTINATION)[-2:]
    assert [(one.event, one.reference) for one in entries] == [
        ("receive_revision", "P1"),
        ("receive_data", "P2"),
    ]


@pytest.mark.requirement("T5")
def test_a_corrected_foglio_ends_the_revision_and_its_values_count(inbox: Inbox) -> None:
    inbox.at(_S.RICHIESTA_REVISIONE, revision_open=True)
    newer = replace(student(), surname="Rossi")
    said = foglio(student=newer, request=request(course_code="c2", course_name="Fisica"))
    inbox.data(said)
    assert (inbox.kept.state, inbox.kept.revision_open) == (_S.RICEVUTA, False)
    assert (inbox.kept.student, inbox.kept.course_code, inbox.kept.course_name) == (
        newer,
        "c2",
        "Fisica",
    )


@pytest.mark.requirement("T5")
@pytest.mark.requirement("T16")
def test_a_new_attachment_of_further_data_is_fetched(inbox: Inbox) -> None:
    inbox.at(_S.RICEVUTA)
    inbox.data(foglio(attachments=(attachment("A1"),)))
    inbox.data(foglio(attachments=(attachment("A1"), attachment("A2"))))
    assert [one.meta["attachment_id"] for one in inbox.posted] == ["A1", "A2"]


@pytest.mark.requirement("T5")
@pytest.mark.parametrize(
    ("said", "causes", "where"),
    [
        (
            foglio(student=student(2)),
            [Cause.STUDENT_DIFFERS],
            ["FoglioCongedo/DatiIdentificativiStudente/CodiceFiscale"],
        ),
        (foglio(frozenset()), [Cause.SECTION_MISSING], ["FoglioCongedo"]),
        (
            foglio(request=request(consent=False)),
            [Cause.CONSENT_MISSING],
            [
                "FoglioCongedo/Trasferimento/DomandaDiTrasferimento/ConsensoTrattamentoDati",
            ],
        ),
    ],
    ids=["another student", "empty", "no consent"],
)
def test_further_data_is_about_the_same_student_and_says_something(
    inbox: Inbox, said: FoglioCongedo, causes: list[Cause], where: list[str]
) -> None:
    made = inbox.at(_S.RICEVUTA)
    with refused(*causes) as refusal:
        inbox.data(said)
    assert paths(refusal.value.reasons) == where
    assert inbox.kept == made


@pytest.mark.requirement("T5")
@pytest.mark.requirement("T12")
@pytest.mark.parametrize(
    ("offered", "cause"),
    [
        (course(), Cause.COURSE_NOT_OFFERED),
        (course("c2", deadline=date(2026, 1, 1)), Cause.DEADLINE_PASSED),
        (course("c2", limited_access=True), Cause.ADMISSION_TEST_MISSING),
    ],
    ids=["not offered", "too late", "no test"],
)
def test_another_course_must_be_one_that_might_have_been_asked_for(
    inbox: Inbox, offered: Course, cause: Cause
) -> None:
    made = inbox.at(_S.RICHIESTA_REVISIONE, revision_open=True)
    inbox.uow.offers.publish(Offer(2026, (offered,)))
    with refused(cause):
        inbox.data(foglio(request=request(course_code="c2")))
    assert (inbox.kept, inbox.register.entries) == (made, [])


@pytest.mark.requirement("T5")
@pytest.mark.requirement("T12")
def test_the_list_of_those_admitted_is_asked_about_the_student_of_the_practice(
    inbox: Inbox,
) -> None:
    inbox.at(_S.RICEVUTA)
    inbox.uow.university = university(MONTELAGO, admission_policy=AdmissionPolicy.REGISTERED)
    inbox.uow.offers.publish(Offer(2026, (course("c2", limited_access=True),)))
    said = foglio(student=None, request=request(course_code="c2"))
    with refused(Cause.ADMISSION_TEST_MISSING):
        inbox.data(said)
    inbox.uow.tables.admitted.add(("c2", 2026, student().codice_fiscale))
    inbox.data(said)
    assert inbox.kept.course_code == "c2"


@pytest.mark.requirement("T5")
def test_the_same_course_is_not_looked_at_again(inbox: Inbox) -> None:
    inbox.at(_S.RICEVUTA)
    inbox.uow.offers.publish(Offer(2026, ()))
    inbox.data(foglio())
    assert inbox.kept.course_code == COURSE


@pytest.mark.requirement("T5")
def test_every_fault_of_further_data_is_told(inbox: Inbox) -> None:
    inbox.at(_S.RICEVUTA)
    with refused(FAULT.cause, Cause.STUDENT_DIFFERS, Cause.ORIGIN_DIFFERS):
        inbox.data(foglio(student=student(2), request=request(origin=ROCCASOLE)), FAULT)
    assert inbox.register.entries == []


@pytest.mark.requirement("T5")
@pytest.mark.parametrize("state", [_S.DELIBERATA, _S.COMPLETATA, _S.RIFIUTATA, _S.CANCELLATA])
def test_data_that_comes_too_late_is_refused(inbox: Inbox, state: DestinationState) -> None:
    inbox.at(state)
    with refused(Cause.EVENT_NOT_ALLOWED):
        inbox.data(foglio())


@pytest.mark.parametrize("call", ["data", "change"])
def test_the_practice_of_another_origin_is_not_there(inbox: Inbox, call: str) -> None:
    made = inbox.at(_S.RICEVUTA)
    with refused(Cause.PRACTICE_NOT_FOUND):
        if call == "data":
            inbox.data(foglio(), caller=ROCCASOLE, id_pratica=IdPratica(PRACTICE))
        else:
            inbox.change(caller=ROCCASOLE)
    assert inbox.kept == made


BEFORE_ENROLMENT = (_S.RICEVUTA, _S.RICHIESTA_REVISIONE, _S.AUTORIZZATA_IMMATRICOLAZIONE)


@pytest.mark.requirement("T6")
@pytest.mark.parametrize("state", BEFORE_ENROLMENT)
def test_the_origin_cancels_before_the_enrolment(inbox: Inbox, state: DestinationState) -> None:
    inbox.at(state)
    inbox.change()
    assert inbox.kept.state is _S.CANCELLATA
    last = inbox.uow.records.history(AT_DESTINATION)[-1]
    assert (last.notes, last.actor.name) == ("ripensamento", VALDOMBRA)
    assert inbox.posted == []


@pytest.mark.requirement("T6")
@pytest.mark.parametrize(
    "state", sorted(set(DestinationState) - {*BEFORE_ENROLMENT, _S.CANCELLATA})
)
def test_but_not_after_it(inbox: Inbox, state: DestinationState) -> None:
    made = inbox.at(state)
    with refused(Cause.EVENT_NOT_ALLOWED):
        inbox.change()
    assert inbox.kept == made


@pytest.mark.requirement("T6")
@pytest.mark.requirement("T15")
def test_to_cancel_what_is_cancelled_is_agreed_to_and_changes_nothing(
    inbox: Inbox,
) -> None:
    made = inbox.at(_S.CANCELLATA)
    inbox.change()
    assert inbox.kept == made


@pytest.mark.requirement("T6")
@pytest.mark.parametrize("change", [StatusChange.CLOSE, StatusChange.REJECT])
def test_closing_and_rejecting_are_not_the_origins_to_ask(
    inbox: Inbox, change: StatusChange
) -> None:
    made = inbox.at(_S.DELIBERATA)
    with refused(Cause.ROLE_NOT_ALLOWED):
        inbox.change(change)
    assert inbox.kept == made
