"""Looking at a practice received: what has come, was verified, was remarked upon (A.4.2)."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from gateway.domain.arrivals import EnrolmentRecord
from gateway.domain.attachments import Attachment
from gateway.domain.destination import DestinationEvent, IncomingTransfer
from gateway.domain.history import HistoryEntry
from gateway.domain.offers import Course
from gateway.domain.partners import AdmissionPolicy
from gateway.domain.rejections import Reason
from gateway.domain.terms import CAREER, Section
from gateway.domain.titles import TitleVerdict
from gateway.domain.verifications import CheckedTitle
from gateway.usecases import arrivals, destination
from gateway.usecases.ports import FoglioDocuments, UnitOfWork
from gateway.usecases.reconciliation import Known, known


class Doubt(StrEnum):
    """What speaks against letting a student enrol, and leaves it to the secretariat."""

    SECTIONS_MISSING = "sections_missing"
    TEST_NOT_SHOWN = "test_not_shown"
    TEST_UNKNOWN = "test_unknown"
    TITLES_NOT_CONFIRMED = "titles_not_confirmed"
    ATTACHMENTS_MISSING = "attachments_missing"
    FOGLIO_ODD = "foglio_odd"
    TOKEN_MISSING = "token_missing"


_NOT_CONFIRMED = frozenset({TitleVerdict.DIFFERENT, TitleVerdict.NOT_VERIFIABLE})


@dataclass(frozen=True, slots=True, kw_only=True)
class Admission:
    """The admission test of the course: whether there is one, and what is known of the student.

    ``course`` is ``None`` where no offer tells it; ``passed`` is ``None`` while nobody knows.
    """

    policy: AdmissionPolicy
    course: Course | None
    declared: bool | None
    registered: bool

    @property
    def wanted(self) -> bool:
        """Tell whether the course has an entrance test."""
        return self.course is not None and self.course.limited_access

    @property
    def passed(self) -> bool:
        """Tell whether nothing stands in the way, by the university's own rule."""
        if not self.wanted or self.policy is AdmissionPolicy.IGNORE:
            return True
        if self.policy is AdmissionPolicy.REGISTERED:
            return self.registered
        return self.declared is True


@dataclass(frozen=True, slots=True, kw_only=True)
class Requirements:
    """Everything that the secretariat weighs."""

    admission: Admission
    titles: Sequence[CheckedTitle] = field(repr=False)
    attachments: Sequence[Attachment] = field(repr=False)
    warnings: Sequence[Reason]
    record: EnrolmentRecord
    known: Sequence[Known] = field(repr=False)
    reported: Sequence[HistoryEntry] = field(repr=False)
    token_until: datetime | None
    token_assigned: bool
    complete: bool

    @property
    def doubts(self) -> list[Doubt]:
        """What is to be weighed before the enrolment is authorised (A.4.2, Validazione)."""
        test = self.admission
        unknown = test.course is None and test.policy is not AdmissionPolicy.IGNORE
        unconfirmed = any(
            item.verdict in _NOT_CONFIRMED for item in self.titles if not item.withdrawn
        )
        found = {
            Doubt.SECTIONS_MISSING: not self.complete,
            Doubt.TEST_NOT_SHOWN: not test.passed,
            Doubt.TEST_UNKNOWN: unknown,
            Doubt.TITLES_NOT_CONFIRMED: unconfirmed,
            Doubt.ATTACHMENTS_MISSING: any(item.content is None for item in self.attachments),
            Doubt.FOGLIO_ODD: bool(self.warnings),
            Doubt.TOKEN_MISSING: not self.token_assigned,
        }
        return [doubt for doubt, there in found.items() if there]


def look(
    transfer: IncomingTransfer, *, uow: UnitOfWork, documents: FoglioDocuments
) -> Requirements:
    """Return what a practice has of what it needs."""
    key = destination.key_of(transfer)
    received = uow.foglios.received(key)
    told = [content for content, sections in received if Section.DATI_IDENTIFICATIVI in sections]
    history = uow.records.history(key)
    return Requirements(
        admission=_admission(transfer, uow, documents),
        titles=uow.verifications.titles(transfer.origin, transfer.id_pratica),
        attachments=uow.attachments.of(key),
        warnings=documents.warnings(told[-1]) if told else (),
        record=arrivals.record_of(transfer, uow=uow),
        known=known(transfer, uow=uow, documents=documents),
        reported=[
            entry for entry in history if entry.event == DestinationEvent.REPORT_ANOMALY.value
        ],
        token_until=arrivals.token_term(transfer, uow=uow),
        token_assigned=transfer.token is not None,
        complete=transfer.sections >= CAREER,
    )


def _admission(
    transfer: IncomingTransfer, uow: UnitOfWork, documents: FoglioDocuments
) -> Admission:
    key = destination.key_of(transfer)
    year, code = transfer.academic_year, transfer.course_code
    declared = None
    for content, sections in reversed(uow.foglios.received(key)):
        if Section.TRASFERIMENTO in sections:
            request = documents.request(content)
            declared = request.test_passed if request is not None else None
            break
    return Admission(
        policy=uow.university.admission_policy,
        course=uow.offers.course(year, code)[1],
        declared=declared,
        registered=uow.offers.is_admitted(code, year, transfer.student.codice_fiscale),
    )
