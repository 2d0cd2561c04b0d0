"""Verifying the titles that a received foglio declares, at once or by a durable job (A4).

Planning is a row and a job in the commit of the cause. An attempt reads what is due, asks the
registry with no transaction open, and records the verdicts; a crash in between only asks again.
Nothing here stops a transfer.
"""

from collections.abc import Callable, Iterator, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from gateway.domain.deliveries import Side
from gateway.domain.destination import DestinationState, IncomingTransfer
from gateway.domain.identifiers import CodiceFiscale, MiurCode
from gateway.domain.lookups import (
    Answer,
    Asker,
    CouldNotAsk,
    Purpose,
    PurposeKind,
    Question,
    ask_diploma,
    ask_titles,
)
from gateway.domain.registry import VerifyMoment
from gateway.domain.rejections import Cause, refuse
from gateway.domain.terms import Section
from gateway.domain.title_checks import DeclaredKind, Judgement, judge, obstacle
from gateway.domain.verifications import (
    PROGRAM,
    CheckedTitle,
    Verification,
    VerificationCause,
    VerificationState,
    settled,
)
from gateway.usecases import foglios
from gateway.usecases.ports import FoglioDocuments, PracticeKey, UnitOfWork
from gateway.usecases.registry import Query, RegistryDesk, look_up
from gateway.usecases.transaction import transact

ALARM_EXPIRED = "verification_expired"
_OVER = frozenset({DestinationState.RIFIUTATA, DestinationState.CANCELLATA})
"""A student who does not come is asked about no more."""


@dataclass(frozen=True, slots=True)
class VerificationDesk:
    """What every attempt needs; ``roll`` returns a number in [0, 1) for the jitter."""

    registry: RegistryDesk
    documents: FoglioDocuments
    roll: Callable[[], float]


@dataclass(frozen=True, slots=True)
class _Errand:
    """A verification at work: whom it is about, and all titles of the practice."""

    verification: Verification
    student: CodiceFiscale = field(repr=False)
    purpose: Purpose
    titles: Sequence[CheckedTitle]

    @property
    def due(self) -> list[CheckedTitle]:
        """The titles to ask about."""
        return [item for item in self.titles if item.is_due(self.verification.renewed_at)]


def on_receipt(
    transfer: IncomingTransfer, brought: AbstractSet[Section], *, uow: UnitOfWork, now: datetime
) -> None:
    """Plan the verification if a message brought section 3 and the university wants it now.

    One that wants it at the enrolment wants it also for what comes after it.
    """
    if Section.TITOLI_CONSEGUITI not in brought:
        return
    moments = {VerifyMoment.RECEIPT, *([VerifyMoment.ENROLMENT] if transfer.matricola else [])}
    _plan(transfer, moments, VerificationCause.RECEIPT, uow, now)


def on_enrolment(transfer: IncomingTransfer, *, uow: UnitOfWork, now: datetime) -> None:
    """Plan the verification if the university wants it when a student enrols."""
    if Section.TITOLI_CONSEGUITI in transfer.sections:
        _plan(transfer, {VerifyMoment.ENROLMENT}, VerificationCause.ENROLMENT, uow, now)


def _plan(
    transfer: IncomingTransfer,
    moments: set[VerifyMoment],
    cause: VerificationCause,
    uow: UnitOfWork,
    now: datetime,
) -> None:
    registry = uow.registry.get()
    if registry is not None and registry.active and registry.verify in moments:
        _put(_asked(transfer, cause, PROGRAM, uow, now), uow)


def request(
    transfer: IncomingTransfer, asker: Asker, *, fresh: bool, uow: UnitOfWork, now: datetime
) -> Verification:
    """Put the verification of every title in line, whatever is known of them already.

    Raises:
        Rejection: section 3 has not come yet, or no registry is in use.
    """
    if Section.TITOLI_CONSEGUITI not in transfer.sections:
        raise refuse(
            Cause.SECTION_MISSING, "FoglioCongedo", section=Section.TITOLI_CONSEGUITI.value
        )
    registry = uow.registry.get()
    if registry is None or not registry.active:
        raise refuse(Cause.REGISTRY_MISSING)
    asked = _asked(transfer, VerificationCause.OPERATOR, asker, uow, now)
    asked = asked.renewed(now=now, fresh=fresh)
    _put(asked, uow)
    return asked


def _asked(
    transfer: IncomingTransfer,
    cause: VerificationCause,
    asker: Asker,
    uow: UnitOfWork,
    now: datetime,
) -> Verification:
    """Return the practice's verification, due now; a new one is kept."""
    known = uow.verifications.of(transfer.origin, transfer.id_pratica)
    if known is not None:
        uow.alarms.clear(ALARM_EXPIRED, _subject(known), now)
        return known.asked_again(cause, asker, now=now, term=uow.retry.expiry)
    new = Verification(
        verification_id=uow.registry.new_id(),
        origin=transfer.origin,
        id_pratica=transfer.id_pratica,
        cause=cause,
        asker=asker,
        created_at=now,
        changed_at=now,
        expires_at=now + uow.retry.expiry,
        next_at=now,
    )
    uow.verifications.add(new)
    return new


def _put(verification: Verification, uow: UnitOfWork) -> None:
    """Keep a verification that is due now, with its job."""
    uow.verifications.save(verification)
    uow.jobs.verify(verification, verification.attempts + 1, timedelta(0))


def _subject(verification: Verification) -> str:
    return f"{verification.origin} {verification.id_pratica}"


def attempt(
    university: MiurCode, verification_id: str, number: int, *, desk: VerificationDesk
) -> VerificationState:
    """Make attempt ``number`` (from 1) of a verification and return where it stands then.

    An attempt that is not the next one does nothing.
    """
    open_uow = desk.registry.open_uow
    errand = transact(
        university, lambda uow: _begin(verification_id, number, uow, desk), open_uow=open_uow
    )
    if not isinstance(errand, _Errand):
        return errand
    answers = _ask(university, errand, desk)
    return transact(
        university, lambda uow: _record(errand, number, answers, uow, desk), open_uow=open_uow
    )


def _load(uow: UnitOfWork, verification_id: str) -> Verification:
    verification = uow.verifications.get(verification_id)
    if verification is None:
        raise refuse(Cause.VERIFICATION_NOT_FOUND, verification_id)
    return verification


def _begin(
    verification_id: str, number: int, uow: UnitOfWork, desk: VerificationDesk
) -> _Errand | VerificationState:
    """Read what is declared and what is known of it, if this attempt is due."""
    verification = _load(uow, verification_id)
    if not verification.is_turn(number):
        return verification.state
    now = desk.registry.clock()
    transfer = uow.incoming.get(verification.origin, verification.id_pratica)
    if transfer is None or transfer.state in _OVER:
        uow.verifications.save(verification.ended(now))
        return VerificationState.ENDED
    key = PracticeKey(Side.DESTINATION, transfer.origin, transfer.id_pratica)
    titles = settled(
        foglios.titles(key, uow=uow, documents=desk.documents),
        uow.verifications.titles(transfer.origin, transfer.id_pratica),
        uow.registry.new_id,
    )
    uow.verifications.keep_titles(transfer.origin, transfer.id_pratica, titles)
    return _Errand(
        verification, transfer.student.codice_fiscale, _purpose(verification, transfer), titles
    )


def _purpose(verification: Verification, transfer: IncomingTransfer) -> Purpose:
    if verification.cause is VerificationCause.ENROLMENT:
        return Purpose(PurposeKind.ENROLMENT, transfer.matricola or "")
    return Purpose(PurposeKind.TRANSFER, verification.id_pratica)


@dataclass(frozen=True, slots=True)
class _Judged:
    """What an attempt found out about a title, and the trouble if it could not ask."""

    title_id: str
    judgement: Judgement
    trouble: CouldNotAsk | None = None


def _ask(university: MiurCode, errand: _Errand, desk: VerificationDesk) -> list[_Judged]:
    """Ask about the titles that are due: one question for the degrees, one for each diploma."""
    due = errand.due
    judged = [
        _Judged(item.title_id, hindered)
        for item in due
        if (hindered := obstacle(item.declared)) is not None
    ]
    for question, items in _questions(errand):
        query = Query(
            question=question,
            purpose=errand.purpose,
            asker=errand.verification.asker,
            fresh=errand.verification.fresh,
        )
        answer = look_up(university, query, desk=desk.registry)
        judged += _heard(items, answer)
    wanted = {item.title_id for item in due}
    return [item for item in judged if item.title_id in wanted]


def _questions(errand: _Errand) -> Iterator[tuple[Question, list[CheckedTitle]]]:
    """Yield what is to be asked, each with the titles it is about.

    Degrees are judged together, the settled ones too: each of the registry's is given once.
    """
    can_be_asked = [
        item for item in errand.titles if not item.withdrawn and obstacle(item.declared) is None
    ]
    degrees = [item for item in can_be_asked if item.declared.kind is DeclaredKind.UNIVERSITY]
    if any(item in errand.due for item in degrees):
        yield ask_titles(errand.student), degrees
    for item in can_be_asked:
        if item.declared.kind is DeclaredKind.DIPLOMA and item in errand.due:
            yield ask_diploma(errand.student, item.declared.year or 0), [item]


def _heard(items: Sequence[CheckedTitle], answer: Answer) -> Iterator[_Judged]:
    trouble = answer if isinstance(answer, CouldNotAsk) else None
    judgements = judge([item.declared for item in items], answer)
    for item, judgement in zip(items, judgements, strict=True):
        yield _Judged(item.title_id, judgement, trouble)


def _record(
    errand: _Errand,
    number: int,
    judged: Sequence[_Judged],
    uow: UnitOfWork,
    desk: VerificationDesk,
) -> VerificationState:
    """Keep the verdicts, and the next attempt if one is due."""
    now = desk.registry.clock()
    verification = _load(uow, errand.verification.verification_id)
    origin, id_pratica = verification.origin, verification.id_pratica
    found = {item.title_id: item for item in judged}
    titles = [
        _taken(item, found[item.title_id], now) if item.title_id in found else item
        for item in uow.verifications.titles(origin, id_pratica)
    ]
    uow.verifications.keep_titles(origin, id_pratica, titles)
    if not verification.is_turn(number):  # somebody asked again meanwhile
        return verification.state
    passing = [item.trouble for item in judged if item.trouble and item.trouble.may_pass]
    following = (
        _deferred(verification, passing, uow, desk, now) if passing else verification.ended(now)
    )
    uow.verifications.save(following)
    return following.state


def _taken(title: CheckedTitle, judged: _Judged, now: datetime) -> CheckedTitle:
    since = judged.trouble.since if judged.trouble else None
    return title.judged(judged.judgement, now=now, since=since)


def _deferred(
    verification: Verification,
    troubles: Sequence[CouldNotAsk],
    uow: UnitOfWork,
    desk: VerificationDesk,
    now: datetime,
) -> Verification:
    """Put the next attempt in line, or leave the verification to a person with an alarm."""
    first = min(troubles, key=lambda item: item.since)
    later = verification.deferred(
        first.since,
        first.trouble,
        now=now,
        policy=uow.retry,
        roll=desk.roll(),
        not_before=min(item.again_at or now for item in troubles),
    )
    if later.next_at is None:
        uow.alarms.raise_(ALARM_EXPIRED, _subject(later), first.trouble, now)
    else:
        uow.jobs.verify(later, later.attempts + 1, later.next_at - now)
    return later


def revive(verification: Verification, *, uow: UnitOfWork, now: datetime) -> VerificationState:
    """Put a verification in line again whose job was lost; past its term it is given up."""
    if verification.expires_at < now:
        expired = verification.expired(now)
        uow.verifications.save(expired)
        uow.alarms.raise_(ALARM_EXPIRED, _subject(expired), "forgotten", now)
        return expired.state
    revived = verification.revived(now)
    _put(revived, uow)
    return revived.state
