"""The origin's side of a transfer: its life cycle and the aggregate that lives it (T18).

A student drafts a request (bozza) and confirms it (presentata). The secretariat runs the checks
(elaborata) and authorises the sending (validata). From then on the request is on its way: the
destination's OK makes it trasferita, a refusal brings it back to elaborata, which the guideline
leaves open. A revision asked for by the destination (richiesta revisione) ends when the corrected
foglio is accepted. The destination alone ends a request that was sent: closed, rejected, cancelled.

An answer can be lost. When the destination acts on a practice that is still validata here, it must
have accepted it: the acceptance is recorded first, then the act (profile, "implied acceptance").
"""

from dataclasses import dataclass, field, replace
from datetime import date, datetime
from enum import StrEnum

from gateway.domain.calendar import italian_day
from gateway.domain.history import HistoryEntry
from gateway.domain.identifiers import IdPratica, MiurCode
from gateway.domain.lifecycle import Actor, Lifecycle, Party, Transition
from gateway.domain.messages import StatusChange
from gateway.domain.rejections import Cause, refuse
from gateway.domain.students import Student
from gateway.domain.terms import CAREER, Section, TransmissionTerms
from gateway.domain.tokens import Token


class OriginState(StrEnum):
    """States of a transfer request at the origin, as the guideline spells them (A.4.1)."""

    BOZZA = "bozza"
    PRESENTATA = "presentata"
    ELABORATA = "elaborata"
    VALIDATA = "validata"
    TRASFERITA = "trasferita"
    RICHIESTA_REVISIONE = "richiesta revisione"
    CHIUSA = "chiusa"
    RESPINTA = "respinta"
    CANCELLATA = "cancellata"


class OriginEvent(StrEnum):
    """What can happen to a request at the origin."""

    EDIT = "edit"
    CONFIRM = "confirm"
    DISCARD = "discard"
    PROCESS = "process"
    WITHDRAW = "withdraw"
    AUTHORISE_SENDING = "authorise_sending"
    RECALL = "recall"
    ACCEPTED = "accepted"
    REFUSED = "refused"
    TOKEN_RECEIVED = "token_received"
    REVISION_ASKED = "revision_asked"
    AUTHORISE_DATA = "authorise_data"
    DATA_ACCEPTED = "data_accepted"
    REVISION_ACCEPTED = "revision_accepted"
    DATA_REFUSED = "data_refused"
    ASK_CANCELLATION = "ask_cancellation"
    CANCELLATION_REFUSED = "cancellation_refused"
    CANCELLED = "cancelled"
    CLOSED = "closed"
    REJECTED = "rejected"


_S, _E = OriginState, OriginEvent
_STUDENT = frozenset({Party.STUDENT})
_OFFICE = frozenset({Party.SECRETARIAT})
_PARTNER = frozenset({Party.PARTNER})

_SENT = (_S.TRASFERITA, _S.RICHIESTA_REVISIONE)

ORIGIN: Lifecycle[OriginState, OriginEvent] = Lifecycle(
    "origin",
    _S.BOZZA,
    Transition(_S.BOZZA, _E.EDIT, _S.BOZZA, _STUDENT, "A.4.1, draft kept for later"),
    Transition(_S.BOZZA, _E.CONFIRM, _S.PRESENTATA, _STUDENT, "A.4.1, with protocol number"),
    Transition(_S.BOZZA, _E.DISCARD, _S.CANCELLATA, _STUDENT, "A.4.1, Annullamento"),
    Transition(_S.PRESENTATA, _E.EDIT, _S.PRESENTATA, _OFFICE, "A.4.1, Validazione: updates"),
    Transition(_S.PRESENTATA, _E.PROCESS, _S.ELABORATA, _OFFICE, "A.4.1, Validazione"),
    Transition(_S.PRESENTATA, _E.WITHDRAW, _S.CANCELLATA, _OFFICE, "A.4.1, Annullamento"),
    Transition(_S.ELABORATA, _E.EDIT, _S.ELABORATA, _OFFICE, "A.4.1, Validazione: updates"),
    Transition(_S.ELABORATA, _E.PROCESS, _S.ELABORATA, _OFFICE, "profile: checks run again"),
    Transition(_S.ELABORATA, _E.WITHDRAW, _S.CANCELLATA, _OFFICE, "profile: not yet sent"),
    Transition(
        _S.ELABORATA, _E.AUTHORISE_SENDING, _S.VALIDATA, _OFFICE, "A.4.1, Validazione", "T2, T3"
    ),
    Transition(_S.VALIDATA, _E.RECALL, _S.ELABORATA, _OFFICE, "profile: it never arrived"),
    Transition(_S.VALIDATA, _E.ACCEPTED, _S.TRASFERITA, _PARTNER, "A.4.1, outcome OK"),
    Transition(_S.VALIDATA, _E.REFUSED, _S.ELABORATA, _PARTNER, "profile: no state after NOT_OK"),
    *(Transition(s, _E.TOKEN_RECEIVED, s, _PARTNER, "A.2, Ret_Token") for s in _SENT),
    *(
        Transition(s, _E.REVISION_ASKED, _S.RICHIESTA_REVISIONE, _PARTNER, "A.4.1, Validazione")
        for s in _SENT
    ),
    *(Transition(s, _E.EDIT, s, _OFFICE, "A.4.1, corrections and completion") for s in _SENT),
    *(Transition(s, _E.AUTHORISE_DATA, s, _OFFICE, "A.4.1, new sending", "T5") for s in _SENT),
    *(Transition(s, _E.DATA_ACCEPTED, s, _PARTNER, "A.2, Put_Dati OK") for s in _SENT),
    *(
        Transition(s, _E.REVISION_ACCEPTED, _S.TRASFERITA, _PARTNER, "A.2, Put_Dati OK")
        for s in _SENT
    ),
    *(Transition(s, _E.DATA_REFUSED, s, _PARTNER, "A.2, Put_Dati NOT_OK") for s in _SENT),
    *(
        Transition(s, _E.ASK_CANCELLATION, s, _OFFICE, "A.2, Change_Status", "T6 ANNULLA")
        for s in _SENT
    ),
    *(Transition(s, _E.CANCELLATION_REFUSED, s, _PARTNER, "A.2, NOT_OK") for s in _SENT),
    *(Transition(s, _E.CANCELLED, _S.CANCELLATA, _PARTNER, "A.4.1, Annullamento") for s in _SENT),
    *(Transition(s, _E.CLOSED, _S.CHIUSA, _PARTNER, "A.4.1, Chiusura") for s in _SENT),
    *(Transition(s, _E.REJECTED, _S.RESPINTA, _PARTNER, "A.4.1, rifiuto") for s in _SENT),
)

ENDED: dict[StatusChange, tuple[OriginEvent, OriginState]] = {
    StatusChange.CANCEL: (_E.CANCELLED, _S.CANCELLATA),
    StatusChange.CLOSE: (_E.CLOSED, _S.CHIUSA),
    StatusChange.REJECT: (_E.REJECTED, _S.RESPINTA),
}
"""What each change asked for by the destination (T6) does here."""


@dataclass(frozen=True, slots=True)
class RevisionRequest:
    """What the destination asked for by T4."""

    reason: str
    notes: str = field(repr=False)
    asked_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class OutgoingTransfer:
    """A transfer request at the origin.

    ``sections`` are those the kept foglio has, ``sent`` those the destination has accepted;
    ``career_due`` is the term for sections 3-4 while they are owed. ``faculty`` is that of
    the course which the student leaves, where it is known. ``history`` holds the entries not stored
    yet; ``version`` guards against two people acting at once.
    """

    university: MiurCode
    id_pratica: IdPratica
    destination: MiurCode
    student: Student
    course_code: str
    academic_year: int
    foglio: int
    sections: frozenset[Section]
    state: OriginState = OriginState.BOZZA
    course_name: str = ""
    sent: frozenset[Section] = frozenset()
    terms: TransmissionTerms | None = None
    token: Token | None = None
    career_due: date | None = None
    revision: RevisionRequest | None = None
    protocol_number: str = ""
    archive_number: str = ""
    course_enrolled: str = ""
    faculty: str = ""
    transfer_id: int = 0
    version: int = 0
    history: tuple[HistoryEntry, ...] = field(default=(), compare=False)

    def _fire(
        self,
        event: OriginEvent,
        actor: Actor,
        now: datetime,
        notes: str = "",
        reference: str | None = None,
    ) -> "OutgoingTransfer":
        row = ORIGIN.fire(self.state, event, actor.party)
        entry = HistoryEntry(
            now, actor, event.value, self.state.value, row.target.value, notes, reference
        )
        return replace(self, state=row.target, history=(*self.history, entry))

    @classmethod
    def draft(cls, *, actor: Actor, now: datetime, **fields: object) -> "OutgoingTransfer":
        """Return a new draft; ``fields`` are those of the class."""
        entry = HistoryEntry(now, actor, "draft", None, OriginState.BOZZA.value)
        return cls(history=(entry,), **fields)  # type: ignore[arg-type]

    def edit(
        self, foglio: int, sections: frozenset[Section], *, actor: Actor, now: datetime, why: str
    ) -> "OutgoingTransfer":
        """Return the request with another foglio in place of the one kept."""
        return replace(
            self._fire(OriginEvent.EDIT, actor, now, why), foglio=foglio, sections=sections
        )

    def confirm(self, protocol_number: str, *, actor: Actor, now: datetime) -> "OutgoingTransfer":
        """The student confirms; the request is registered under ``protocol_number``."""
        return replace(
            self._fire(OriginEvent.CONFIRM, actor, now, reference=protocol_number),
            protocol_number=protocol_number,
        )

    def process(self, *, actor: Actor, now: datetime) -> "OutgoingTransfer":
        """The secretariat has run the checks."""
        return self._fire(OriginEvent.PROCESS, actor, now)

    def drop(self, why: str, *, actor: Actor, now: datetime) -> "OutgoingTransfer":
        """A request not sent yet is given up: a draft by its student, else by the secretariat."""
        event = OriginEvent.DISCARD if self.state is OriginState.BOZZA else OriginEvent.WITHDRAW
        return self._fire(event, actor, now, why)

    def authorise_sending(
        self, protocol_number: str, *, actor: Actor, now: datetime
    ) -> "OutgoingTransfer":
        """The secretariat authorises the first sending (T3)."""
        return replace(
            self._fire(OriginEvent.AUTHORISE_SENDING, actor, now, reference=protocol_number),
            protocol_number=protocol_number,
        )

    def recall(self, why: str, *, actor: Actor, now: datetime) -> "OutgoingTransfer":
        """A first sending that never arrived is taken back."""
        return self._fire(OriginEvent.RECALL, actor, now, why)

    def accepted(
        self, sections: frozenset[Section], token: Token | None, *, actor: Actor, now: datetime
    ) -> "OutgoingTransfer":
        """The destination accepted ``sections``; a repeat of that news changes nothing."""
        if self.state is not OriginState.VALIDATA:
            return self._with_token(token, actor, now)
        moved = self._fire(OriginEvent.ACCEPTED, actor, now)
        terms = self.terms or TransmissionTerms()
        moved = replace(
            moved, sent=sections, career_due=terms.career_due(italian_day(now), sections)
        )
        return moved._with_token(token, actor, now)  # noqa: SLF001  its own class

    def _with_token(self, token: Token | None, actor: Actor, now: datetime) -> "OutgoingTransfer":
        if token is None or self.token is not None or self.has_ended:
            return self
        return replace(self._fire(OriginEvent.TOKEN_RECEIVED, actor, now), token=token)

    def refused(self, notes: str, *, actor: Actor, now: datetime) -> "OutgoingTransfer":
        """The destination refused the first sending, for the reasons in ``notes``."""
        return self._fire(OriginEvent.REFUSED, actor, now, notes)

    def implied_acceptance(
        self, sections: frozenset[Section], *, actor: Actor, now: datetime
    ) -> "OutgoingTransfer":
        """The destination acts on the practice: if its OK was lost, record the acceptance first."""
        if self.state is not OriginState.VALIDATA:
            return self
        return self.accepted(sections, None, actor=actor, now=now)

    def receive_token(self, token: Token, *, actor: Actor, now: datetime) -> "OutgoingTransfer":
        """T8 brings the token.

        Raises:
            Rejection: another token is assigned already, or the practice has ended.
        """
        if self.token is not None and self.token != token:
            raise refuse(Cause.TOKEN_ALREADY_ASSIGNED, "Token")
        return replace(self._fire(OriginEvent.TOKEN_RECEIVED, actor, now), token=token)

    def revision_asked(
        self, reason: str, notes: str, *, actor: Actor, now: datetime
    ) -> "OutgoingTransfer":
        """T4: the destination wants the foglio again."""
        moved = self._fire(OriginEvent.REVISION_ASKED, actor, now, f"{reason}: {notes}".strip(": "))
        return replace(moved, revision=RevisionRequest(reason, notes, now))

    def authorise_data(
        self, protocol_number: str, notes: str, *, actor: Actor, now: datetime
    ) -> "OutgoingTransfer":
        """The secretariat authorises a further sending (T5)."""
        return replace(
            self._fire(OriginEvent.AUTHORISE_DATA, actor, now, notes, protocol_number),
            protocol_number=protocol_number,
        )

    def data_accepted(
        self, sections: frozenset[Section], *, answers_revision: bool, actor: Actor, now: datetime
    ) -> "OutgoingTransfer":
        """The destination accepted a further sending; one made on request ends the revision."""
        event = OriginEvent.REVISION_ACCEPTED if answers_revision else OriginEvent.DATA_ACCEPTED
        moved = self._fire(event, actor, now)
        sent = self.sent | sections
        return replace(
            moved,
            sent=sent,
            revision=None if answers_revision else self.revision,
            career_due=None if sent >= CAREER else self.career_due,
        )

    def data_refused(self, notes: str, *, actor: Actor, now: datetime) -> "OutgoingTransfer":
        """The destination refused a further sending."""
        return self._fire(OriginEvent.DATA_REFUSED, actor, now, notes)

    def ask_cancellation(self, why: str, *, actor: Actor, now: datetime) -> "OutgoingTransfer":
        """The secretariat asks the destination to cancel (T6 ANNULLA); it ends when that agrees."""
        return self._fire(OriginEvent.ASK_CANCELLATION, actor, now, why)

    def cancellation_refused(
        self, notes: str, *, actor: Actor, now: datetime
    ) -> "OutgoingTransfer":
        """The destination did not cancel."""
        return self._fire(OriginEvent.CANCELLATION_REFUSED, actor, now, notes)

    def end(
        self,
        change: StatusChange,
        *,
        notes: str,
        actor: Actor,
        now: datetime,
        archive_number: str = "",
        course_enrolled: str = "",
    ) -> "OutgoingTransfer":
        """The destination ends the practice: closed, rejected or cancelled."""
        event, _ = ENDED[change]
        moved = self._fire(event, actor, now, notes, archive_number or None)
        return replace(
            moved,
            archive_number=archive_number,
            course_enrolled=course_enrolled,
            career_due=None,
            revision=None,
        )

    def stored(self, transfer_id: int, version: int) -> "OutgoingTransfer":
        """Return the practice as the store now holds it: no history left to write."""
        return replace(self, transfer_id=transfer_id, version=version, history=())

    @property
    def may_be_known(self) -> bool:
        """Tell whether the destination may know of the request: accepted, or on its way."""
        return bool(self.sent) or self.state is OriginState.VALIDATA

    @property
    def has_ended(self) -> bool:
        """Tell whether nothing more can happen."""
        return ORIGIN.is_terminal(self.state)

    def is_ended_by(self, change: StatusChange) -> bool:
        """Tell whether ``change`` has already happened here."""
        return self.state is ENDED[change][1]
