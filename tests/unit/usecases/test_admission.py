"""What makes a destination refuse a foglio, beyond its schema."""

from datetime import date
from typing import Any

import pytest

from gateway.domain.foglio_congedo import FoglioCongedo
from gateway.domain.offers import Course, Offer
from gateway.domain.partners import AdmissionPolicy
from gateway.domain.rejections import Cause, Reason
from gateway.domain.terms import ADMINISTRATIVE, SendingMode, TransmissionTerms
from gateway.usecases.admission import obstacles
from tests.support.clock import START
from tests.support.fakes_samples import (
    COURSE,
    MONTELAGO,
    ROCCASOLE,
    TODAY,
    VALDOMBRA,
    attachment,
    course,
    foglio,
    paths,
    request,
    student,
    university,
)
from tests.support.fakes_store import FakeUnitOfWork

pytestmark = pytest.mark.requirement("T12")

ASKED = "FoglioCongedo/Trasferimento/DomandaDiTrasferimento"
WANTED = "FoglioCongedo/Trasferimento/DestinazioneTrasferimento"
PARTIAL = TransmissionTerms(SendingMode.PARTIAL)


def look(uow: FakeUnitOfWork, one: FoglioCongedo) -> list[Reason]:
    return list(obstacles(VALDOMBRA, one, uow, START))


def found(uow: FakeUnitOfWork, one: FoglioCongedo) -> list[Cause]:
    return [reason.cause for reason in look(uow, one)]


def publish(uow: FakeUnitOfWork, *courses: Course) -> None:
    uow.offers.publish(Offer(2026, courses))


def decide(uow: FakeUnitOfWork, **decisions: Any) -> None:
    uow.university = university(MONTELAGO, **decisions)


def test_a_sound_foglio_meets_no_obstacle(destination_uow: FakeUnitOfWork) -> None:
    publish(destination_uow, course())
    assert look(destination_uow, foglio(attachments=(attachment(),))) == []


@pytest.mark.requirement("T14")
def test_missing_sections_are_named_as_announced(destination_uow: FakeUnitOfWork) -> None:
    reasons = look(destination_uow, foglio(ADMINISTRATIVE))
    assert [(reason.cause, reason.params) for reason in reasons] == [
        (Cause.SECTION_MISSING, {"section": "TitoliConseguiti"}),
        (Cause.SECTION_MISSING, {"section": "CarrieraUniversitaria"}),
    ]
    decide(destination_uow, terms=PARTIAL)
    assert look(destination_uow, foglio(ADMINISTRATIVE)) == []


def test_a_foglio_without_a_request_lacks_a_section_and_nothing_else_is_said(
    destination_uow: FakeUnitOfWork,
) -> None:
    publish(destination_uow)
    sections = foglio().sections - {"Trasferimento"}
    assert found(destination_uow, foglio(frozenset(sections))) == [Cause.SECTION_MISSING]


@pytest.mark.parametrize(
    ("changes", "cause", "path"),
    [
        (
            {"origin": ROCCASOLE},
            Cause.ORIGIN_DIFFERS,
            f"{ASKED}/AteneoProvenienza/CodiceAteneo",
        ),
        ({"destination": ROCCASOLE}, Cause.DESTINATION_DIFFERS, f"{WANTED}/CodiceAteneo"),
        ({"consent": False}, Cause.CONSENT_MISSING, f"{ASKED}/ConsensoTrattamentoDati"),
    ],
)
def test_universities_and_consent_must_be_right(
    destination_uow: FakeUnitOfWork, changes: dict[str, Any], cause: Cause, path: str
) -> None:
    (reason,) = look(destination_uow, foglio(request=request(**changes)))
    assert (reason.cause, reason.path) == (cause, path)


def test_without_a_published_offer_courses_are_judged_by_hand(
    destination_uow: FakeUnitOfWork,
) -> None:
    assert look(destination_uow, foglio(request=request(course_code="nessuno"))) == []


def test_a_course_that_is_not_on_offer_is_refused(destination_uow: FakeUnitOfWork) -> None:
    publish(destination_uow, course("altro"))
    (reason,) = look(destination_uow, foglio())
    assert (reason.cause, reason.params) == (
        Cause.COURSE_NOT_OFFERED,
        {"course": COURSE, "year": "2026"},
    )


@pytest.mark.parametrize(
    ("deadline", "expected"),
    [(None, []), (TODAY, []), (date(2026, 9, 20), [Cause.DEADLINE_PASSED])],
)
def test_a_request_must_have_been_made_by_the_deadline(
    destination_uow: FakeUnitOfWork, deadline: date | None, expected: list[Cause]
) -> None:
    publish(destination_uow, course(deadline=deadline))
    assert found(destination_uow, foglio()) == expected


@pytest.mark.parametrize(
    ("policy", "test_passed", "expected"),
    [
        (AdmissionPolicy.IGNORE, None, []),
        (AdmissionPolicy.IGNORE, False, []),
        (AdmissionPolicy.DECLARED, True, []),
        (AdmissionPolicy.DECLARED, False, [Cause.ADMISSION_TEST_MISSING]),
        (AdmissionPolicy.DECLARED, None, [Cause.ADMISSION_TEST_MISSING]),
        (AdmissionPolicy.REGISTERED, True, [Cause.ADMISSION_TEST_MISSING]),
    ],
)
def test_the_entrance_test_is_judged_by_the_policy(
    destination_uow: FakeUnitOfWork,
    policy: AdmissionPolicy,
    test_passed: bool | None,
    expected: list[Cause],
) -> None:
    decide(destination_uow, admission_policy=policy)
    publish(destination_uow, course(limited_access=True))
    asked = foglio(request=request(test_passed=test_passed))
    assert found(destination_uow, asked) == expected


def test_a_registered_admission_is_found_by_course_year_and_codice_fiscale(
    destination_uow: FakeUnitOfWork,
) -> None:
    decide(destination_uow, admission_policy=AdmissionPolicy.REGISTERED)
    publish(destination_uow, course(limited_access=True))
    admit = destination_uow.offers.admit
    admit(COURSE, 2025, [student().codice_fiscale])
    admit("altro", 2026, [student().codice_fiscale])
    admit(COURSE, 2026, [student(2).codice_fiscale])
    assert found(destination_uow, foglio()) == [Cause.ADMISSION_TEST_MISSING]
    admit(COURSE, 2026, [student().codice_fiscale])
    assert found(destination_uow, foglio()) == []


def test_without_a_student_no_registered_admission_is_found(
    destination_uow: FakeUnitOfWork,
) -> None:
    decide(destination_uow, admission_policy=AdmissionPolicy.REGISTERED)
    publish(destination_uow, course(limited_access=True))
    nobody = foglio(student=None)
    assert found(destination_uow, nobody) == [Cause.ADMISSION_TEST_MISSING]


def test_a_course_without_limits_asks_for_no_test(destination_uow: FakeUnitOfWork) -> None:
    publish(destination_uow, course(limited_access=False))
    assert found(destination_uow, foglio(request=request(test_passed=False))) == []


@pytest.mark.requirement("T16")
@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"media_type": "APPLICATION/PDF"}, []),
        ({"media_type": "image/png"}, [(Cause.ATTACHMENT_NOT_PDF, "Tipo")]),
        ({"size": 200 * 1024}, []),
        ({"size": 200 * 1024 + 1}, [(Cause.ATTACHMENT_TOO_LARGE, "Dimensione")]),
        ({"available_until": TODAY}, []),
        (
            {"available_until": date(2026, 9, 20)},
            [(Cause.ATTACHMENT_EXPIRED, "DisponibileFino")],
        ),
    ],
)
def test_attachments_are_judged_as_announced(
    destination_uow: FakeUnitOfWork, changes: dict[str, Any], expected: list[tuple[Cause, str]]
) -> None:
    announced = (attachment("A1"), attachment("A2", **changes))
    reasons = look(destination_uow, foglio(attachments=announced))
    assert [(reason.cause, reason.path) for reason in reasons] == [
        (cause, f"FoglioCongedo/Allegati/Allegato[2]/{name}") for cause, name in expected
    ]


def test_every_obstacle_is_told_at_once(destination_uow: FakeUnitOfWork) -> None:
    publish(destination_uow, course(deadline=date(2026, 9, 1), limited_access=True))
    reasons = look(
        destination_uow,
        foglio(
            ADMINISTRATIVE,
            request=request(origin=ROCCASOLE, consent=False),
            attachments=(attachment(media_type="text/plain"),),
        ),
    )
    assert len(paths(reasons)) == len(set(paths(reasons))) == 7
