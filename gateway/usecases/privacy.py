"""The care of personal data: terms of keeping, erasure of a person, the copy a person asks for.

What has passed its term goes in small commits, so that nobody waits and a run cut short loses
nothing: the next one goes on. Open practices, and whatever a delivery still needs, are never
touched. Erasure is refused while a practice is open or the university's records must be kept,
unless a legal basis is named; it leaves a record that it was done, and nothing of the person.
"""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar, cast

from gateway.domain.deliveries import Side
from gateway.domain.identifiers import CodiceFiscale, IdPratica, MiurCode
from gateway.domain.lifecycle import Actor
from gateway.domain.messages import MAX_REASON, checked_words
from gateway.domain.rejections import Cause, Reason, Rejection, refuse
from gateway.domain.retention import (
    OF_PRACTICES,
    Kept,
    Policy,
    checked_term,
    cutoffs,
    kept_until,
    policy_with,
)
from gateway.usecases.privacy_ports import (
    Access,
    Cleared,
    OpenPrivacyUnitOfWork,
    PersonalCopy,
    PrivacyUnitOfWork,
    Standing,
)
from gateway.usecases.transaction import transact

R = TypeVar("R")

BATCH = 100
"""How many practices or rows one commit of a run looks at."""


def policy_of(*, uow: PrivacyUnitOfWork) -> Policy:
    """Return for how many days the university keeps each kind."""
    return policy_with(uow.personal.changed_terms())


def set_terms(terms: Mapping[Kept, int | None], *, uow: PrivacyUnitOfWork) -> Policy:
    """Change terms, and return the whole policy.

    Raises:
        Rejection: a term is shorter than the exchange bears, or longer than a century.
    """
    for kept, days in terms.items():
        uow.personal.keep_term(kept, checked_term(kept, days))
    return policy_of(uow=uow)


def run(
    university: MiurCode,
    *,
    open_uow: OpenPrivacyUnitOfWork,
    now: datetime,
    dry: bool = False,
    batch: int = BATCH,
) -> Mapping[Kept, int]:
    """Clear what has passed its term; return how many rows, by kind. A dry run only counts."""
    with open_uow(university) as uow:
        before = cutoffs(policy_of(uow=uow), now)
    cleared: Counter[Kept] = Counter()
    round_ = _Round(university, open_uow, dry=dry, batch=batch)
    for kept, moment in before.items():
        if kept not in OF_PRACTICES:
            cleared[kept] += round_.rows(kept, moment)
    for side in Side:
        cleared += round_.practices(side, before)
    return {kept: cleared[kept] for kept in Kept}


@dataclass(frozen=True, slots=True)
class _Round:
    """One run over one university."""

    university: MiurCode
    open_uow: OpenPrivacyUnitOfWork
    dry: bool
    batch: int

    def practices(self, side: Side, before: Mapping[Kept, datetime]) -> Counter[Kept]:
        """Clear what hangs on ended practices, page by page."""
        wanted = {kept: before[kept] for kept in OF_PRACTICES if kept in before}
        cleared: Counter[Kept] = Counter()
        last: int | None = 0
        while last is not None:
            page = self._page(side, wanted, last)
            cleared += Counter(page.counts)
            last = page.last
        return cleared

    def _page(self, side: Side, wanted: Mapping[Kept, datetime], after: int) -> Cleared:
        return self._in_one(
            lambda uow: uow.personal.clear_practices(
                side, wanted, after=after, limit=self.batch, dry=self.dry
            )
        )

    def rows(self, kept: Kept, before: datetime) -> int:
        """Clear rows of one kind that hang on no practice."""
        cleared = 0
        while True:
            found = self._in_one(
                lambda uow: uow.personal.clear_rows(kept, before, limit=self.batch, dry=self.dry)
            )
            cleared += found
            if self.dry or found < self.batch:
                return cleared

    def _in_one(self, act: Callable[[PrivacyUnitOfWork], R]) -> R:
        return transact(
            self.university,
            lambda uow: act(cast("PrivacyUnitOfWork", uow)),
            open_uow=self.open_uow,
        )


@dataclass(frozen=True, slots=True)
class EraseRequest:
    """The erasure of a person; ``legal_basis`` is named where records would have to be kept."""

    person: CodiceFiscale
    why: str
    legal_basis: str = ""

    def __repr__(self) -> str:
        return "EraseRequest(...)"


def erase(
    request: EraseRequest, actor: Actor, *, uow: PrivacyUnitOfWork, now: datetime
) -> Mapping[str, int]:
    """Erase a person (GDPR art. 17); return how many rows of which tables. Again, it does nothing.

    Raises:
        Rejection: a practice or a delivery is open, or records must be kept (art. 17(3)) and no
            legal basis was named; every reason at once. Titles are such records, without end.
    """
    why = _told("--why", request.why)
    basis = checked_words(request.legal_basis, "--legal-basis", MAX_REASON)
    personal = uow.personal
    reasons = [*_open(personal.practices_of(request.person))]
    if not basis:
        reasons += _kept(request.person, uow=uow, now=now)
    if reasons:
        raise Rejection(reasons)
    erased = {table: rows for table, rows in personal.erase(request.person).items() if rows}
    if erased:
        purpose = f"{why} [{basis}]" if basis else why
        subject = personal.subject(request.person)
        rows = sum(erased.values())
        personal.note(Access(now, actor.name, "privacy erase", purpose, subject, None, rows))
    return erased


def _told(option: str, words: str) -> str:
    told = checked_words(words, option)
    if not told:
        raise refuse(Cause.PARAMETER_INVALID, option)
    return told


def _open(practices: Sequence[Standing]) -> list[Reason]:
    return [
        Reason(Cause.PRACTICE_OPEN, item.key.id_pratica, {"state": item.state})
        for item in practices
        if item.ended_at is None or item.waiting
    ]


def _kept(person: CodiceFiscale, *, uow: PrivacyUnitOfWork, now: datetime) -> list[Reason]:
    """Return what the university must keep of a person, and until when."""
    policy = policy_of(uow=uow)
    held: list[tuple[str, datetime, Kept]] = [
        (item.key.id_pratica, item.ended_at, Kept.PRACTICES)
        for item in uow.personal.practices_of(person)
        if item.registered and item.ended_at is not None
    ]
    latest = uow.personal.files_of(person)
    if latest is not None:
        held.append(("student_files", latest, Kept.STUDENT_FILES))
    before = cutoffs(policy, now)
    reasons = [
        Reason(Cause.RECORDS_KEPT, name, {"until": str(kept_until(since, policy[kept]) or "")})
        for name, since, kept in held
        if kept not in before or since >= before[kept]
    ]
    if uow.personal.titles_of(person):  # the registry of who got which title has no end
        reasons.append(Reason(Cause.RECORDS_KEPT, "titles", {"until": ""}))
    return reasons


def copy_of(
    person: CodiceFiscale, actor: Actor, why: str, *, uow: PrivacyUnitOfWork, now: datetime
) -> PersonalCopy:
    """Return everything held about a person (GDPR art. 15 and 20), and note that it was taken.

    Raises:
        Rejection: nothing is held about that person, or no reason was given.
    """
    purpose = _told("--why", why)
    found = uow.personal.copy_of(person)
    if not found.rows:
        raise refuse(Cause.PERSON_NOT_FOUND)
    subject = uow.personal.subject(person)
    uow.personal.note(Access(now, actor.name, "privacy export", purpose, subject, None, found.rows))
    return found


def note_journal_export(
    id_pratica: IdPratica,
    actor: Actor,
    why: str,
    rows: int,
    *,
    uow: PrivacyUnitOfWork,
    now: datetime,
) -> None:
    """Note that the messages of a practice were taken out in clear."""
    subject = uow.personal.subject_of(id_pratica)
    purpose = checked_words(why, "--why")
    uow.personal.note(Access(now, actor.name, "journal export", purpose, subject, id_pratica, rows))


def note_message_read(
    message_id: str,
    id_pratica: IdPratica | None,
    actor: Actor,
    *,
    uow: PrivacyUnitOfWork,
    now: datetime,
) -> None:
    """Note that the contents of a message were read in clear."""
    subject = uow.personal.subject_of(id_pratica) if id_pratica else ""
    command = "journal show"
    uow.personal.note(Access(now, actor.name, command, message_id, subject, id_pratica, 1))


def accesses(
    person: CodiceFiscale | None, limit: int, *, uow: PrivacyUnitOfWork
) -> Sequence[Access]:
    """Return who looked at personal data, newest first; of one person if one is given."""
    subject = uow.personal.subject(person) if person is not None else ""
    return uow.personal.accesses(subject, limit)
