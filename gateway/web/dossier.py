"""Everything that is known of a practice, gathered for its page."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from gateway.domain.attachments import Attachment
from gateway.domain.checks import Check
from gateway.domain.deliveries import Delivery, Side
from gateway.domain.destination import DestinationEvent, IncomingTransfer
from gateway.domain.history import HistoryEntry, Step
from gateway.domain.lifecycle import Actor, Party
from gateway.domain.messages import ExchangeResult
from gateway.domain.offers import Course
from gateway.domain.origin import OutgoingTransfer
from gateway.domain.partners import Partner
from gateway.domain.proposals import Proposal
from gateway.domain.verifications import CheckedTitle, Verification
from gateway.foglio.answers import told as words_of
from gateway.texts import practices as texts
from gateway.texts.fields import word
from gateway.usecases import four_eyes, status
from gateway.usecases.destination import BY_TOKEN
from gateway.usecases.four_eyes import Transfer, key_of
from gateway.usecases.journal_ports import JournalEntry
from gateway.usecases.ports import PracticeKey, UnitOfWork
from gateway.web.language import language, say

_TOLD_IN_WORDS = (ExchangeResult.REFUSED, ExchangeResult.FAULT, ExchangeResult.MISBEHAVED)


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """A line of the timeline. ``kind`` is ``ours``, ``theirs``, ``sent`` or ``received``."""

    at: datetime
    kind: str
    who: str = field(repr=False)
    what: str
    notes: str = field(default="", repr=False)
    outcome: str = ""
    well: bool = True
    reference: str = ""
    lasted: timedelta | None = None
    answer: str = field(default="", repr=False)
    tolerated: tuple[str, ...] = ()
    message_id: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Dossier:
    """A practice and what stands beside it."""

    transfer: Transfer
    key: PracticeKey
    partner: Partner | None
    progress: status.Progress
    history: Sequence[HistoryEntry]
    messages: Sequence[JournalEntry]
    timeline: Sequence[Line]
    checks: Sequence[Check]
    attachments: Sequence[Attachment]
    deliveries: Sequence[Delivery]
    verification: Verification | None
    titles: Sequence[CheckedTitle]
    proposals: Sequence[Proposal]
    standing: Proposal | None
    course: Course | None
    decision: str
    reported: Sequence[HistoryEntry] = field(default=(), repr=False)

    @property
    def side(self) -> Side:
        """Our side of the practice."""
        return self.key.side

    @property
    def partner_name(self) -> str:
        """What the other university is called."""
        return self.partner.name if self.partner and self.partner.name else self.key.partner

    @property
    def theirs(self) -> Step | None:
        """The last step of the other university that we know of."""
        return self.progress.there[-1] if self.progress.there else None

    @property
    def deadline(self) -> date | None:
        """The last day for a request for the course."""
        return self.course.deadline if self.course else None

    @property
    def tolerated(self) -> Sequence[str]:
        """The tolerance rules that were applied to messages of the practice."""
        return sorted({rule for item in self.messages for rule in item.tolerated})


def gather(transfer: Transfer, *, uow: UnitOfWork) -> Dossier:
    """Return everything that is known of a practice."""
    key = key_of(transfer)
    progress, history = status.progress(key, uow=uow), uow.records.history(key)
    messages = uow.journal_search.of_practice(key)
    verification, titles = _verification(transfer, uow)
    decided = uow.records.delibera(key) if key.side is Side.DESTINATION else None
    return Dossier(
        transfer=transfer,
        key=key,
        partner=uow.partners.get(key.partner),
        progress=progress,
        history=history,
        messages=messages,
        timeline=_timeline(key, progress, history, messages, uow),
        checks=uow.records.checks(key),
        attachments=uow.attachments.of(key),
        deliveries=[
            item
            for item in uow.deliveries.of_practice(key.partner, key.id_pratica)
            if item.side is key.side
        ],
        verification=verification,
        titles=titles,
        proposals=uow.proposals.of(key),
        standing=four_eyes.standing(transfer, uow=uow),
        course=_course(transfer, uow),
        decision=decided[0] if decided else "",
        reported=_unanswered(transfer, history),
    )


def _verification(
    transfer: Transfer, uow: UnitOfWork
) -> tuple[Verification | None, Sequence[CheckedTitle]]:
    if isinstance(transfer, OutgoingTransfer):
        return None, ()
    here = (transfer.origin, transfer.id_pratica)
    return uow.verifications.of(*here), uow.verifications.titles(*here)


def _unanswered(transfer: Transfer, history: Sequence[HistoryEntry]) -> Sequence[HistoryEntry]:
    """Return what the commission reported since a revision was last asked for, while it stands."""
    if isinstance(transfer, OutgoingTransfer) or not transfer.anomaly_open:
        return ()
    events = [entry.event for entry in history]
    asked = DestinationEvent.ASK_REVISION.value
    last = len(events) - events[::-1].index(asked) if asked in events else 0
    return [entry for entry in history[last:] if entry.event == DestinationEvent.REPORT_ANOMALY]


def _course(transfer: Transfer, uow: UnitOfWork) -> Course | None:
    """Return the course as the offer of the destination has it, ours or as last fetched."""
    year, code = transfer.academic_year, transfer.course_code
    if isinstance(transfer, IncomingTransfer):
        return uow.offers.course(year, code)[1]
    offer = uow.offers.cached(transfer.destination, year)
    return offer.find(code) if offer else None


def _timeline(
    key: PracticeKey,
    progress: status.Progress,
    history: Sequence[HistoryEntry],
    messages: Sequence[JournalEntry],
    uow: UnitOfWork,
) -> list[Line]:
    """Return the steps of both universities and every message, in the order they happened.

    T7 tells whole seconds: within one, steps of both sides stand as ``status`` puts them in order.
    """
    other = Side.DESTINATION if key.side is Side.ORIGIN else Side.ORIGIN
    lines = [
        (*status.when(key.side, Step(entry.target, entry.at)), entry.at, _ours(entry))
        for entry in history
    ]
    lines += [
        (*status.when(other, step), step.entered_at, _theirs(step)) for step in progress.there
    ]
    lines += [
        (*status.when(key.side, Step("", item.began_at)), item.began_at, _message(item, uow))
        for item in messages
    ]
    return [line for _, _, _, line in sorted(lines, key=lambda found: found[:3])]


def _ours(entry: HistoryEntry) -> Line:
    moved = entry.source != entry.target
    state = texts.state(entry.target, language())
    return Line(
        at=entry.at,
        kind="ours",
        who=say("per un messaggio dell'altro ateneo", "because of the other university's message")
        if entry.actor.party is Party.PARTNER
        else who(entry.actor),
        what=word(entry.event, language()),
        outcome=say("ora è {state}", "is now {state}", state=state) if moved else "",
        notes=entry.notes,
        reference=entry.reference or "",
    )


def who(actor: Actor) -> str:
    """Return who of ours did something; a student who came by token has no name here."""
    return say("studente", "student") if actor == BY_TOKEN else actor.name


def _theirs(step: Step) -> Line:
    return Line(
        at=step.entered_at,
        kind="theirs",
        who="",
        what=texts.state(step.state, language()),
        notes=step.notes,
    )


def _message(item: JournalEntry, uow: UnitOfWork) -> Line:
    well = item.result in (ExchangeResult.ACCEPTED, ExchangeResult.REPEATED)
    outcome = word(item.result.value, language())
    if item.code > 0:
        outcome = f"{outcome} ({item.code})"
    return Line(
        at=item.began_at,
        kind="sent" if item.direction == "out" else "received",
        who=item.partner,
        what=texts.operation(item.operation, language()),
        outcome=outcome,
        well=well or item.result is ExchangeResult.PENDING,
        lasted=item.lasted,
        answer=words_of(uow.journal_search.answer(item.message_id))
        if item.result in _TOLD_IN_WORDS
        else "",
        tolerated=tuple(texts.tolerance(rule, language()) for rule in item.tolerated),
        message_id=item.message_id,
    )
