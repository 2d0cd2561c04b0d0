"""What a person can do to a practice: one table, from the events of both life cycles to words.

An act says in words what it will do and who will be told before anybody confirms it. Which acts are
open now is never decided here: see ``gateway.web.buttons``.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from gateway.domain.deliveries import Side
from gateway.domain.destination import DestinationEvent
from gateway.domain.origin import OriginEvent
from gateway.texts import Text
from gateway.usecases.four_eyes import BOUND

Event = OriginEvent | DestinationEvent
_O, _D = OriginEvent, DestinationEvent

WHY, NOTES, REASON, PART = "why", "notes", "reason", "administrative"
"""What a confirmation page may ask for: a reason one must give, notes one may, a reason of the
catalogue, whether sections 1-2 go alone."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Act:
    """An act: what it is called, what it will do, what it asks for.

    ``page`` is the endpoint of an act that has a page of its own, ``student_page`` a student's own
    where that is another. ``danger``: it cannot be undone.
    """

    side: Side
    event: Event
    label: Text
    sentence: Text
    done: Text
    asks: tuple[str, ...] = ()
    danger: bool = False
    page: str = ""
    student_page: str = ""
    secondary: bool = False

    @property
    def four_eyes(self) -> bool:
        """Tell whether a university may want a second person for it."""
        return (self.side, self.event.value) in BOUND


_ACTS = (
    Act(
        side=Side.ORIGIN,
        event=_O.PROCESS,
        label=Text("Elabora: esegui le verifiche", "Process: run the checks"),
        sentence=Text(
            "Le verifiche (tasse, registrazioni sospese, biblioteca, note dello studente) vengono"
            " eseguite e la domanda diventa «elaborata». Nulla viene inviato.",
            "The checks (fees, suspended registrations, library, student's notes) are run and the"
            " request becomes “processed (elaborata)”. Nothing is sent.",
        ),
        done=Text("Verifiche eseguite", "Checks run"),
    ),
    Act(
        side=Side.ORIGIN,
        event=_O.EDIT,
        label=Text("Correggi il foglio", "Correct the foglio"),
        sentence=Text("Il foglio viene sostituito.", "The foglio is replaced."),
        done=Text("Foglio sostituito", "Foglio replaced"),
        page="foglio.edit",
        student_page="requests.show",
        secondary=True,
    ),
    Act(
        side=Side.ORIGIN,
        event=_O.AUTHORISE_SENDING,
        label=Text("Autorizza l'invio", "Authorise the sending"),
        sentence=Text(
            "Si chiedono a {partner} le sue condizioni (Get_InfoWorkflowTrasferimento), la domanda"
            " riceve un numero di protocollo e il foglio di congedo parte per {partner}"
            " (Put_ProcessoTrasferimento). La domanda diventa «validata».",
            "{partner} is asked for its terms (Get_InfoWorkflowTrasferimento), the request gets a"
            " protocol number and the foglio di congedo leaves for {partner}"
            " (Put_ProcessoTrasferimento). The request becomes “on its way (validata)”.",
        ),
        done=Text("Invio autorizzato: il foglio parte", "Sending authorised: the foglio leaves"),
        asks=(PART,),
    ),
    Act(
        side=Side.ORIGIN,
        event=_O.RECALL,
        label=Text("Ritira l'invio", "Take the sending back"),
        sentence=Text(
            "L'invio, che non è mai arrivato a {partner}, viene abbandonato e la domanda torna"
            " «elaborata». A {partner} non viene detto nulla.",
            "The sending, which never reached {partner}, is given up and the request goes back to"
            " “processed (elaborata)”. {partner} is told nothing.",
        ),
        done=Text("Invio ritirato", "Sending taken back"),
        asks=(WHY,),
        danger=True,
    ),
    Act(
        side=Side.ORIGIN,
        event=_O.AUTHORISE_DATA,
        label=Text("Autorizza un nuovo invio di dati", "Authorise a further sending of data"),
        sentence=Text(
            "Il foglio, com'è ora, parte di nuovo per {partner} (Put_DatiTrasferimento) con un"
            " nuovo numero di protocollo e con queste note.",
            "The foglio as it is now leaves for {partner} once more (Put_DatiTrasferimento), with a"
            " new protocol number and these notes.",
        ),
        done=Text("Nuovo invio autorizzato", "Further sending authorised"),
        asks=(NOTES,),
    ),
    Act(
        side=Side.ORIGIN,
        event=_O.WITHDRAW,
        label=Text("Cancella la domanda", "Cancel the request"),
        sentence=Text(
            "La domanda, non ancora inviata, diventa «cancellata» a richiesta dello studente."
            " Nulla viene inviato a {partner}.",
            "The request, not sent yet, becomes “cancelled (cancellata)” at the student's wish."
            " Nothing is sent to {partner}.",
        ),
        done=Text("Domanda cancellata", "Request cancelled"),
        asks=(WHY,),
        danger=True,
    ),
    Act(
        side=Side.ORIGIN,
        event=_O.ASK_CANCELLATION,
        label=Text("Chiedi l'annullamento a destinazione", "Ask the destination to cancel"),
        sentence=Text(
            "Si chiede a {partner} di annullare la pratica"
            " (Change_StatusProcessoTrasferimento, ANNULLA) per questo motivo. La domanda diventa"
            " «cancellata» solo quando {partner} acconsente.",
            "{partner} is asked to cancel the practice (Change_StatusProcessoTrasferimento,"
            " ANNULLA) for this reason. The request becomes “cancelled (cancellata)” only when"
            " {partner} agrees.",
        ),
        done=Text("Annullamento chiesto", "Cancellation asked for"),
        asks=(WHY,),
        danger=True,
    ),
    Act(
        side=Side.ORIGIN,
        event=_O.CONFIRM,
        label=Text("Conferma la domanda", "Confirm the request"),
        sentence=Text("La domanda viene presentata.", "The request is submitted."),
        done=Text("Domanda presentata", "Request submitted"),
        page="requests.show",
    ),
    Act(
        side=Side.ORIGIN,
        event=_O.DISCARD,
        label=Text("Rinuncia alla bozza", "Discard the draft"),
        sentence=Text("La bozza viene cancellata.", "The draft is cancelled."),
        done=Text("Bozza cancellata", "Draft cancelled"),
        page="requests.show",
        danger=True,
    ),
    Act(
        side=Side.DESTINATION,
        event=_D.AUTHORISE_ENROLMENT,
        label=Text("Autorizza l'immatricolazione", "Authorise the enrolment"),
        sentence=Text(
            "Lo studente potrà immatricolarsi con codice fiscale e token: la pratica diventa"
            " «autorizzata immatricolazione». A {partner} non viene inviato nulla.",
            "The student may enrol with codice fiscale and token: the practice becomes"
            " “enrolment authorised (autorizzata immatricolazione)”. Nothing is sent to {partner}.",
        ),
        done=Text("Immatricolazione autorizzata", "Enrolment authorised"),
    ),
    Act(
        side=Side.DESTINATION,
        event=_D.RECONCILE,
        label=Text("Collega a un'immatricolazione esistente", "Join an existing enrolment"),
        sentence=Text(
            "La pratica viene collegata a una matricola esistente.",
            "The practice is joined to an existing student number.",
        ),
        done=Text("Riconciliazione fatta", "Reconciled"),
        page="reconciliation.show",
        secondary=True,
    ),
    Act(
        side=Side.DESTINATION,
        event=_D.AUTHORISE_EVALUATION,
        label=Text("Manda in valutazione", "Pass on for evaluation"),
        sentence=Text(
            "La carriera passa alla commissione: la pratica diventa «autorizzata valutazione»."
            " A {partner} non viene inviato nulla.",
            "The career goes to the commission: the practice becomes “evaluation authorised"
            " (autorizzata valutazione)”. Nothing is sent to {partner}.",
        ),
        done=Text("Carriera alla commissione", "The career is with the commission"),
    ),
    Act(
        side=Side.DESTINATION,
        event=_D.REPORT_ANOMALY,
        label=Text("Segnala un'anomalia", "Report an anomaly"),
        sentence=Text(
            "La segreteria riceve la segnalazione; la pratica resta in valutazione.",
            "The secretariat gets the report; the practice stays under evaluation.",
        ),
        done=Text("Anomalia segnalata", "Anomaly reported"),
        page="commission.show",
        secondary=True,
    ),
    Act(
        side=Side.DESTINATION,
        event=_D.DECIDE,
        label=Text("Valuta e delibera", "Evaluate and decide"),
        sentence=Text("La delibera viene consolidata.", "The decision becomes final."),
        done=Text("Delibera registrata", "Decision recorded"),
        page="commission.show",
    ),
    Act(
        side=Side.DESTINATION,
        event=_D.COMPLETE,
        label=Text("Concludi il trasferimento", "Conclude the transfer"),
        sentence=Text(
            "Si comunica a {partner} che il trasferimento è concluso"
            " (Change_StatusProcessoTrasferimento, CHIUDI): là la domanda viene chiusa e archiviata"
            " e lo studente perde l'accesso ai servizi. La pratica diventa «completata».",
            "{partner} is told that the transfer is concluded (Change_StatusProcessoTrasferimento,"
            " CHIUDI): there the request is closed and archived, and the student loses access to"
            " its services. The practice becomes “completed (completata)”.",
        ),
        done=Text("Trasferimento concluso", "Transfer concluded"),
        asks=(NOTES,),
        danger=True,
    ),
    Act(
        side=Side.DESTINATION,
        event=_D.ASK_REVISION,
        label=Text("Chiedi una revisione", "Ask for a revision"),
        sentence=Text(
            "Si chiede a {partner} di correggere o completare il foglio"
            " (Require_RefreshDatiTrasferimento), con questa causale e queste note.",
            "{partner} is asked to correct or complete the foglio"
            " (Require_RefreshDatiTrasferimento), with this reason and these notes.",
        ),
        done=Text("Revisione chiesta", "Revision asked for"),
        asks=(REASON, NOTES),
        secondary=True,
    ),
    Act(
        side=Side.DESTINATION,
        event=_D.ASSIGN_TOKEN,
        label=Text("Assegna il token", "Assign the token"),
        sentence=Text(
            "Allo studente viene assegnato un token, che {partner} riceve per comunicarglielo"
            " (Ret_Token).",
            "The student gets a token, which {partner} receives to pass it on (Ret_Token).",
        ),
        done=Text("Token assegnato", "Token assigned"),
        secondary=True,
    ),
    Act(
        side=Side.DESTINATION,
        event=_D.REFUSE,
        label=Text("Rifiuta il trasferimento", "Refuse the transfer"),
        sentence=Text(
            "Si comunica a {partner} che la domanda non è accolta"
            " (Change_StatusProcessoTrasferimento, RIFIUTA) per questo motivo. La pratica diventa"
            " «rifiutata» e lo studente resta dov'è.",
            "{partner} is told that the request is not admitted"
            " (Change_StatusProcessoTrasferimento, RIFIUTA) for this reason. The practice becomes"
            " “refused (rifiutata)” and the student stays there.",
        ),
        done=Text("Trasferimento rifiutato", "Transfer refused"),
        asks=(WHY,),
        danger=True,
    ),
    Act(
        side=Side.DESTINATION,
        event=_D.CANCEL,
        label=Text("Annulla a richiesta dello studente", "Cancel at the student's wish"),
        sentence=Text(
            "Si comunica a {partner} che lo studente rinuncia"
            " (Change_StatusProcessoTrasferimento, ANNULLA). La pratica diventa «cancellata», anche"
            " là.",
            "{partner} is told that the student gives up (Change_StatusProcessoTrasferimento,"
            " ANNULLA). The practice becomes “cancelled (cancellata)”, there too.",
        ),
        done=Text("Pratica annullata", "Practice cancelled"),
        asks=(WHY,),
        danger=True,
    ),
    Act(
        side=Side.DESTINATION,
        event=_D.ENROL,
        label=Text("Immatricolati", "Enrol"),
        sentence=Text("Lo studente si immatricola.", "The student enrols."),
        done=Text("Immatricolazione fatta", "Enrolled"),
        page="arrivals.entrance",
    ),
)
ACTS: Mapping[tuple[Side, str], Act] = MappingProxyType(
    {(act.side, act.event.value): act for act in _ACTS}
)
"""Every act of a person, by side and event, in the order in which pages show them."""
