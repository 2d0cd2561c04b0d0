"""The destination's side of a transfer: its life cycle and the aggregate that lives it (T19).

An accepted foglio makes a practice ricevuta. The secretariat verifies it and either authorises the
enrolment or asks for a revision (richiesta revisione), which the corrected foglio ends. The
student enrols (immatricolato), the secretariat passes the career to the commission (autorizzata
valutazione), the commission decides (deliberata), the secretariat completes or refuses. Anomalies
that appear once the enrolment is authorised are asked for by T4 too, but the practice stays where
it is: the guideline names richiesta revisione only for the verification, and an enrolled student
must not fall back.

Ending a practice (completata, rifiutata, cancellata) tells the origin by T6.
"""

from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from enum import StrEnum

from gateway.domain.history import HistoryEntry
from gateway.domain.identifiers import IdPratica, MiurCode
from gateway.domain.lifecycle import Actor, Lifecycle, Party, Transition
from gateway.domain.rejections import Cause, Rejection, refuse
from gateway.domain.students import Student
from gateway.domain.terms import CAREER, Section, absent
from gateway.domain.tokens import Token

COMPLETION = "CompletamentoCarriera"
"""Reason of a T5 that brings sections 3-4: it never answers a revision."""
ON_REQUEST = "RitrasmissioneSuRichiesta"
"""Reason of a T5 that answers a T4 (guideline A.2, Put_Dati)."""


class DestinationState(StrEnum):
    """States of a transfer at the destination, as the guideline spells them (A.4.2)."""

    RICEVUTA = "ricevuta"
    RICHIESTA_REVISIONE = "richiesta revisione"
    AUTORIZZATA_IMMATRICOLAZIONE = "autorizzata immatricolazione"
    IMMATRICOLATO = "immatricolato"
    AUTORIZZATA_VALUTAZIONE = "autorizzata valutazione"
    DELIBERATA = "deliberata"
    COMPLETATA = "completata"
    RIFIUTATA = "rifiutata"
    CANCELLATA = "cancellata"


class DestinationEvent(StrEnum):
    """What can happen to a transfer at the destination."""

    ASSIGN_TOKEN = "assign_token"
    ASK_REVISION = "ask_revision"
    RECEIVE_DATA = "receive_data"
    RECEIVE_REVISION = "receive_revision"
    AUTHORISE_ENROLMENT = "authorise_enrolment"
    ENROL = "enrol"
    RECONCILE = "reconcile"
    AUTHORISE_EVALUATION = "authorise_evaluation"
    REPORT_ANOMALY = "report_anomaly"
    DECIDE = "decide"
    COMPLETE = "complete"
    REFUSE = "refuse"
    CANCEL = "cancel"
    CANCELLED_BY_ORIGIN = "cancelled_by_origin"


_S, _E = DestinationState, DestinationEvent
_STUDENT = frozenset({Party.STUDENT})
_OFFICE = frozenset({Party.SECRETARIAT})
_COMMISSION = frozenset({Party.COMMISSION})
_PARTNER = frozenset({Party.PARTNER})
_OFFICE_OR_SYSTEM = frozenset({Party.SECRETARIAT, Party.SYSTEM})
_BEFORE_ENROLMENT = (_S.RICEVUTA, _S.RICHIESTA_REVISIONE, _S.AUTORIZZATA_IMMATRICOLAZIONE)
_AFTER_AUTHORISATION = (
    _S.AUTORIZZATA_IMMATRICOLAZIONE,
    _S.IMMATRICOLATO,
    _S.AUTORIZZATA_VALUTAZIONE,
)
_OPEN = (*_BEFORE_ENROLMENT, _S.IMMATRICOLATO, _S.AUTORIZZATA_VALUTAZIONE, _S.DELIBERATA)

DESTINATION: Lifecycle[DestinationState, DestinationEvent] = Lifecycle(
    "destination",
    _S.RICEVUTA,
    *(
        Transition(s, _E.ASSIGN_TOKEN, s, _OFFICE_OR_SYSTEM, "A.2, Ret_Token", "T8")
        for s in _BEFORE_ENROLMENT
    ),
    Transition(
        _S.RICEVUTA, _E.ASK_REVISION, _S.RICHIESTA_REVISIONE, _OFFICE, "A.4.2, Validazione", "T4"
    ),
    *(
        Transition(s, _E.ASK_REVISION, s, _OFFICE, "A.4.2, Valutazione: integration asked", "T4")
        for s in _AFTER_AUTHORISATION
    ),
    *(
        Transition(s, _E.RECEIVE_DATA, s, _PARTNER, "A.2, Put_Dati")
        for s in (_S.RICEVUTA, _S.RICHIESTA_REVISIONE, *_AFTER_AUTHORISATION)
    ),
    Transition(_S.RICHIESTA_REVISIONE, _E.RECEIVE_REVISION, _S.RICEVUTA, _PARTNER, "A.2, Put_Dati"),
    *(
        Transition(s, _E.RECEIVE_REVISION, s, _PARTNER, "A.4.2, Valutazione: integration sent")
        for s in (_S.RICEVUTA, *_AFTER_AUTHORISATION)
    ),
    Transition(
        _S.RICEVUTA,
        _E.AUTHORISE_ENROLMENT,
        _S.AUTORIZZATA_IMMATRICOLAZIONE,
        _OFFICE,
        "A.4.2, Validazione",
    ),
    Transition(
        _S.AUTORIZZATA_IMMATRICOLAZIONE,
        _E.ENROL,
        _S.IMMATRICOLATO,
        _STUDENT,
        "A.4.2, Presentazione della domanda di immatricolazione",
    ),
    Transition(
        _S.AUTORIZZATA_IMMATRICOLAZIONE,
        _E.RECONCILE,
        _S.IMMATRICOLATO,
        _OFFICE,
        "A.4.2, student already enrolled",
    ),
    Transition(
        _S.IMMATRICOLATO,
        _E.AUTHORISE_EVALUATION,
        _S.AUTORIZZATA_VALUTAZIONE,
        _OFFICE,
        "A.4.2, Valutazione",
    ),
    Transition(
        _S.AUTORIZZATA_VALUTAZIONE,
        _E.REPORT_ANOMALY,
        _S.AUTORIZZATA_VALUTAZIONE,
        _COMMISSION,
        "A.4.2, Valutazione: anomalies told to the secretariat",
    ),
    Transition(
        _S.AUTORIZZATA_VALUTAZIONE, _E.DECIDE, _S.DELIBERATA, _COMMISSION, "A.4.2, Valutazione"
    ),
    Transition(
        _S.DELIBERATA, _E.COMPLETE, _S.COMPLETATA, _OFFICE, "A.4.2, Completamento", "T6 CHIUDI"
    ),
    Transition(_S.DELIBERATA, _E.REFUSE, _S.RIFIUTATA, _OFFICE, "A.4.2, rifiuto", "T6 RIFIUTA"),
    *(
        Transition(s, _E.REFUSE, _S.RIFIUTATA, _OFFICE, "4.4.2 Osservazioni 2 e 3", "T6 RIFIUTA")
        for s in _BEFORE_ENROLMENT
    ),
    *(
        Transition(s, _E.CANCEL, _S.CANCELLATA, _OFFICE, "A.4.2, Annullamento", "T6 ANNULLA")
        for s in _OPEN
    ),
    *(
        Transition(s, _E.CANCELLED_BY_ORIGIN, _S.CANCELLATA, _PARTNER, "A.2, Change_Status")
        for s in _BEFORE_ENROLMENT
    ),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class IncomingTransfer:
    """A transfer at the destination.

    ``revision_open`` is true from a T4 until the foglio that answers it, ``anomaly_open`` from a
    report of the commission until the secretariat asks for a revision or the commission decides
    all the same. ``career_due`` is the term for sections 3-4 while they are awaited. ``faculty`` is
    that of the course, as our offer has it.
    ``history`` holds the entries not stored yet.
    """

    university: MiurCode
    origin: MiurCode
    id_pratica: IdPratica
    student: Student
    course_code: str
    academic_year: int
    sections: frozenset[Section]
    state: DestinationState = DestinationState.RICEVUTA
    course_name: str = ""
    token: Token | None = None
    token_used: bool = False
    career_due: date | None = None
    revision_open: bool = False
    anomaly_open: bool = False
    protocol_number: str = ""
    matricola: str = field(default="", repr=False)
    course_enrolled: str = ""
    faculty: str = ""
    transfer_id: int = 0
    version: int = 0
    history: tuple[HistoryEntry, ...] = field(default=(), compare=False)

    def _fire(
        self,
        event: DestinationEvent,
        actor: Actor,
        now: datetime,
        notes: str = "",
        reference: str | None = None,
    ) -> "IncomingTransfer":
        row = DESTINATION.fire(self.state, event, actor.party)
        entry = HistoryEntry(
            now, actor, event.value, self.state.value, row.target.value, notes, reference
        )
        return replace(self, state=row.target, history=(*self.history, entry))

    def stored(self, transfer_id: int, version: int) -> "IncomingTransfer":
        """Return the practice as the store now holds it: no history left to write."""
        return replace(self, transfer_id=transfer_id, version=version, history=())

    def numbered(self, protocol_number: str) -> "IncomingTransfer":
        """Return the practice with the number that the register gave to what just happened."""
        *before, last = self.history
        return replace(self, history=(*before, replace(last, reference=protocol_number)))

    @property
    def has_ended(self) -> bool:
        """Tell whether nothing more can happen."""
        return DESTINATION.is_terminal(self.state)

    @classmethod
    def receive(
        cls, *, actor: Actor, now: datetime, protocol_number: str, **fields: object
    ) -> "IncomingTransfer":
        """Return the practice that an accepted T3 starts; ``fields`` are those of the class."""
        entry = HistoryEntry(
            now, actor, "receive", None, DestinationState.RICEVUTA.value, "", protocol_number
        )
        return cls(history=(entry,), protocol_number=protocol_number, **fields)  # type: ignore[arg-type]

    def receive_data(
        self,
        sections: AbstractSet[Section],
        reason: str,
        notes: str,
        *,
        actor: Actor,
        now: datetime,
    ) -> "IncomingTransfer":
        """T5: sections received again or completed.

        A sending whose reason is not completion answers an open revision.

        Raises:
            Rejection: the practice does not take data any more.
        """
        answers = self.revision_open and reason.lower() != COMPLETION.lower()
        event = DestinationEvent.RECEIVE_REVISION if answers else DestinationEvent.RECEIVE_DATA
        moved = self._fire(event, actor, now, f"{reason}: {notes}".strip(": "))
        held = self.sections | sections
        return replace(
            moved,
            sections=held,
            revision_open=self.revision_open and not answers,
            career_due=None if held >= CAREER else self.career_due,
        )

    def assign_token(self, token: Token, *, actor: Actor, now: datetime) -> "IncomingTransfer":
        """Give the student a token (deferred mode).

        Raises:
            Rejection: there is one already, or it is too late for one.
        """
        if self.token is not None:
            raise refuse(Cause.TOKEN_ALREADY_ASSIGNED, "Token")
        return replace(self._fire(DestinationEvent.ASSIGN_TOKEN, actor, now), token=token)

    def ask_revision(
        self, reason: str, notes: str, *, actor: Actor, now: datetime
    ) -> "IncomingTransfer":
        """Ask the origin for the foglio again (T4)."""
        moved = self._fire(
            DestinationEvent.ASK_REVISION, actor, now, f"{reason}: {notes}".strip(": ")
        )
        return replace(moved, revision_open=True, anomaly_open=False)

    def authorise_enrolment(self, *, actor: Actor, now: datetime) -> "IncomingTransfer":
        """The student may enrol."""
        return self._fire(DestinationEvent.AUTHORISE_ENROLMENT, actor, now)

    def enrol(
        self, matricola: str, course: str, notes: str = "", *, actor: Actor, now: datetime
    ) -> "IncomingTransfer":
        """The student, known by codice fiscale and token, enrols; the token is used up."""
        moved = self._fire(DestinationEvent.ENROL, actor, now, notes, matricola)
        return replace(moved, matricola=matricola, course_enrolled=course, token_used=True)

    def reconcile(
        self, matricola: str, course: str, *, why: str, actor: Actor, now: datetime
    ) -> "IncomingTransfer":
        """The student was enrolled here already, under ``matricola``.

        Their token enrols nobody any more, but goes on showing where the practice stands: it may
        be all that they have to come in by.
        """
        moved = self._fire(DestinationEvent.RECONCILE, actor, now, why, matricola)
        return replace(moved, matricola=matricola, course_enrolled=course)

    def authorise_evaluation(self, *, actor: Actor, now: datetime) -> "IncomingTransfer":
        """The career goes to the commission.

        Raises:
            Rejection: sections 3-4 are still awaited, or the practice is not there yet.
        """
        if not self.sections >= CAREER:
            missing = next(s for s in Section if s in CAREER - self.sections)
            raise Rejection([absent(missing)])
        return self._fire(DestinationEvent.AUTHORISE_EVALUATION, actor, now)

    def report_anomaly(self, notes: str, *, actor: Actor, now: datetime) -> "IncomingTransfer":
        """The commission tells the secretariat what is wrong with the career."""
        moved = self._fire(DestinationEvent.REPORT_ANOMALY, actor, now, notes)
        return replace(moved, anomaly_open=True)

    def decide(self, protocol_number: str, *, actor: Actor, now: datetime) -> "IncomingTransfer":
        """The commission's decision is final.

        Raises:
            Rejection: a revision is still open, or the practice is not under evaluation.
        """
        if self.revision_open:
            raise refuse(Cause.EVENT_NOT_ALLOWED, state="revisione in corso", event=_E.DECIDE.value)
        moved = self._fire(DestinationEvent.DECIDE, actor, now, reference=protocol_number)
        return replace(moved, anomaly_open=False)

    def complete(
        self, protocol_number: str, notes: str, *, actor: Actor, now: datetime
    ) -> "IncomingTransfer":
        """The transfer is concluded."""
        return replace(
            self._fire(DestinationEvent.COMPLETE, actor, now, notes, protocol_number),
            revision_open=False,
        )

    def refuse(
        self, protocol_number: str, why: str, *, actor: Actor, now: datetime
    ) -> "IncomingTransfer":
        """The transfer is not admitted."""
        return replace(
            self._fire(DestinationEvent.REFUSE, actor, now, why, protocol_number),
            career_due=None,
            revision_open=False,
        )

    def cancel(self, why: str, *, actor: Actor, now: datetime) -> "IncomingTransfer":
        """The student gives up; a partner's request (T6 ANNULLA) has its own event."""
        event = (
            DestinationEvent.CANCELLED_BY_ORIGIN
            if actor.party is Party.PARTNER
            else DestinationEvent.CANCEL
        )
        return replace(
            self._fire(event, actor, now, why),
            career_due=None,
            revision_open=False,
            anomaly_open=False,
        )
