"""Everything that would make a destination refuse a foglio, found before it is sent."""

from datetime import date
from typing import Any

import pytest

from gateway.domain.foglio_congedo import FoglioCongedo
from gateway.domain.offers import Course, Offer
from gateway.domain.rejections import Cause, Reason, Rejection
from gateway.domain.terms import ADMINISTRATIVE, CAREER, Section, SendingMode, TransmissionTerms
from gateway.usecases.preflight import Preflight, inspect
from tests.support.clock import START
from tests.support.fakes import FakeDocuments
from tests.support.fakes_samples import (
    MONTELAGO,
    ROCCASOLE,
    attachment,
    course,
    foglio,
    partner,
    request,
)
from tests.support.fakes_store import FakeUnitOfWork

pytestmark = pytest.mark.requirement("T12")

CONTENT = b"<FoglioCongedo/>"
PARTIAL = TransmissionTerms(SendingMode.PARTIAL)


class Inspector:
    """Looks at one foglio as Valdombra's office does."""

    def __init__(self, uow: FakeUnitOfWork, documents: FakeDocuments) -> None:
        self.uow, self.documents = uow, documents
        self.problems: dict[str, Reason] = {}
        self.legible: FoglioCongedo | None = None

    def problem(self, attachment_id: str) -> Reason | None:
        return self.problems.get(attachment_id)

    def look(self, one: FoglioCongedo, **known: Any) -> Preflight:
        self.documents.know(CONTENT, one, **known)
        return self.inspect()

    def inspect(self) -> Preflight:
        return inspect(
            CONTENT,
            uow=self.uow,
            documents=self.documents,
            read_broken=lambda _: self.legible,
            document_problem=self.problem,
            now=START,
        )

    def offer(self, *courses: Course) -> Offer:
        offer = Offer(2026, courses, START)
        self.uow.offers.keep_cached(MONTELAGO, offer)
        return offer


@pytest.fixture
def inspector(origin_uow: FakeUnitOfWork, documents: FakeDocuments) -> Inspector:
    return Inspector(origin_uow, documents)


def found(preflight: Preflight) -> list[Cause]:
    return [reason.cause for reason in preflight.faults]


def test_a_document_that_cannot_be_read_shows_its_violations_alone(inspector: Inspector) -> None:
    unread = inspector.inspect()
    assert found(unread) == [Cause.NOT_A_DOCUMENT]
    assert (unread.foglio, unread.partner, unread.offer) == (None, None, None)


def broken(inspector: Inspector, monkeypatch: pytest.MonkeyPatch, *reasons: Reason) -> None:
    """Let the document break the schema; what can be read of it is a foglio without consent."""

    def refuse(content: bytes) -> FoglioCongedo:
        raise Rejection(reasons)

    inspector.legible = foglio(request=request(consent=False))
    fault = Reason(Cause.DATE_IMPOSSIBLE, "FoglioCongedo/x")
    inspector.documents.know(CONTENT, inspector.legible, faults=(fault,))
    monkeypatch.setattr(inspector.documents, "read", refuse)


def test_what_can_be_read_of_a_broken_document_is_judged_too(
    inspector: Inspector, monkeypatch: pytest.MonkeyPatch
) -> None:
    broken(inspector, monkeypatch, Reason(Cause.CODE_UNKNOWN, "FoglioCongedo/y"))
    inspector.offer(course("altro"))
    looked = inspector.inspect()
    assert found(looked) == [
        Cause.CODE_UNKNOWN,
        Cause.DATE_IMPOSSIBLE,
        Cause.CONSENT_MISSING,
        Cause.COURSE_NOT_OFFERED,
    ]
    assert looked.partner == partner()


def test_nothing_is_said_twice_of_one_place(
    inspector: Inspector, monkeypatch: pytest.MonkeyPatch
) -> None:
    place = "FoglioCongedo/Trasferimento/DomandaDiTrasferimento/ConsensoTrattamentoDati"
    broken(
        inspector,
        monkeypatch,
        Reason(Cause.ELEMENT_MISSING, place),
        Reason(Cause.VALUE_MALFORMED, "FoglioCongedo/x"),
    )
    assert found(inspector.inspect()) == [Cause.ELEMENT_MISSING, Cause.VALUE_MALFORMED]


def test_a_sound_foglio_has_no_fault_and_shows_what_it_was_held_against(
    inspector: Inspector,
) -> None:
    offer = inspector.offer(course())
    sound = inspector.look(foglio())
    assert sound == Preflight((), (), foglio(), partner(), offer)


def test_faults_and_warnings_of_the_contents_are_told(inspector: Inspector) -> None:
    fault = Reason(Cause.DATE_IMPOSSIBLE, "FoglioCongedo/x")
    warning = Reason(Cause.VALUES_DISAGREE, "FoglioCongedo/y")
    looked = inspector.look(foglio(), faults=(fault,), warnings=(warning,))
    assert (looked.faults, looked.warnings) == ((fault,), (warning,))


@pytest.mark.parametrize(
    ("changes", "cause"),
    [
        ({"origin": ROCCASOLE}, Cause.ORIGIN_DIFFERS),
        ({"consent": False}, Cause.CONSENT_MISSING),
        ({"destination": ROCCASOLE}, Cause.PARTNER_UNKNOWN),
    ],
)
def test_universities_and_consent_are_looked_at(
    inspector: Inspector, changes: dict[str, Any], cause: Cause
) -> None:
    assert found(inspector.look(foglio(request=request(**changes)))) == [cause]


def test_an_unknown_partner_is_named(inspector: Inspector) -> None:
    looked = inspector.look(foglio(request=request(destination=ROCCASOLE)))
    assert looked.faults[0].params == {"partner": ROCCASOLE}
    assert looked.partner is None


def test_without_a_request_only_what_is_there_is_judged(inspector: Inspector) -> None:
    looked = inspector.look(FoglioCongedo(frozenset(), attachments=(attachment(size=1),)))
    assert (looked.faults, looked.partner, looked.offer) == ((), None, None)


@pytest.mark.requirement("T14")
@pytest.mark.parametrize(
    ("terms", "faults"),
    [(PARTIAL, 0), (TransmissionTerms(), 2), (None, 2)],
    ids=["partial", "complete", "not known yet: complete is assumed"],
)
def test_sections_are_held_against_the_partners_terms(
    inspector: Inspector, terms: TransmissionTerms | None, faults: int
) -> None:
    inspector.uow.partners.save(partner(terms=terms))
    assert found(inspector.look(foglio(ADMINISTRATIVE))) == [Cause.SECTION_MISSING] * faults


@pytest.mark.parametrize(
    ("terms", "sections", "assumed"),
    [
        (None, ADMINISTRATIVE, True),
        (None, ADMINISTRATIVE | CAREER, False),
        (TransmissionTerms(), ADMINISTRATIVE, False),
    ],
    ids=["unknown and it matters", "unknown and it does not", "known"],
)
def test_terms_that_were_assumed_are_told_where_it_matters(
    inspector: Inspector,
    terms: TransmissionTerms | None,
    sections: frozenset[Section],
    assumed: bool,
) -> None:
    inspector.uow.partners.save(partner(terms=terms))
    assert inspector.look(foglio(sections)).assumes_terms is assumed


def test_no_terms_are_assumed_of_an_unknown_partner(inspector: Inspector) -> None:
    asked = request(destination=ROCCASOLE)
    assert inspector.look(foglio(ADMINISTRATIVE, request=asked)).assumes_terms is False


def test_the_course_is_looked_up_in_the_offer_last_fetched(inspector: Inspector) -> None:
    inspector.offer(course("altro"))
    assert found(inspector.look(foglio())) == [Cause.COURSE_NOT_OFFERED]


def test_without_a_known_offer_the_course_is_not_judged(inspector: Inspector) -> None:
    looked = inspector.look(foglio(request=request(course_code="nessuno")))
    assert (looked.faults, looked.offer) == ((), None)


@pytest.mark.parametrize(
    ("test_passed", "expected"),
    [
        (True, []),
        (False, [Cause.ADMISSION_TEST_MISSING]),
        (None, [Cause.ADMISSION_TEST_MISSING]),
    ],
)
def test_a_limited_course_asks_for_a_declared_test(
    inspector: Inspector, test_passed: bool | None, expected: list[Cause]
) -> None:
    inspector.offer(course(limited_access=True))
    assert found(inspector.look(foglio(request=request(test_passed=test_passed)))) == expected


@pytest.mark.requirement("T16")
def test_attachments_are_judged_as_announced(inspector: Inspector) -> None:
    looked = inspector.look(foglio(attachments=(attachment(available_until=date(2026, 1, 1)),)))
    assert found(looked) == [Cause.ATTACHMENT_EXPIRED]


@pytest.mark.requirement("T16")
def test_their_documents_are_looked_at_when_they_are_at_hand(inspector: Inspector) -> None:
    inspector.problems = {"A2": Reason(Cause.ATTACHMENT_TOO_LARGE, params={"size": "0"})}
    looked = inspector.look(foglio(attachments=(attachment("A1"), attachment("A2"))))
    assert looked.faults == (
        Reason(
            Cause.ATTACHMENT_TOO_LARGE,
            "FoglioCongedo/Allegati/Allegato[2]",
            {"size": "0", "attachment": "A2"},
        ),
    )
