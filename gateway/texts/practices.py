"""Words of practices: their states, whose turn it is, what messages are for."""

from collections.abc import Mapping
from types import MappingProxyType

from gateway.domain.deliveries import Side
from gateway.domain.destination import DestinationState
from gateway.domain.messages import Operation
from gateway.domain.origin import OriginState
from gateway.domain.partners import ToleranceRule
from gateway.domain.terms import Section
from gateway.domain.worklist import Queue, Turn
from gateway.texts import Language, Text
from gateway.usecases.requirements import Doubt

_S, _D = OriginState, DestinationState
STATES: Mapping[str, Text] = MappingProxyType(
    {
        _S.BOZZA.value: Text("bozza", "draft (bozza)"),
        _S.PRESENTATA.value: Text("presentata", "submitted (presentata)"),
        _S.ELABORATA.value: Text("elaborata", "processed (elaborata)"),
        _S.VALIDATA.value: Text("validata", "on its way (validata)"),
        _S.TRASFERITA.value: Text("trasferita", "transferred (trasferita)"),
        _S.RICHIESTA_REVISIONE.value: Text(
            "richiesta revisione", "revision asked for (richiesta revisione)"
        ),
        _S.CHIUSA.value: Text("chiusa", "closed (chiusa)"),
        _S.RESPINTA.value: Text("respinta", "rejected (respinta)"),
        _S.CANCELLATA.value: Text("cancellata", "cancelled (cancellata)"),
        _D.RICEVUTA.value: Text("ricevuta", "received (ricevuta)"),
        _D.AUTORIZZATA_IMMATRICOLAZIONE.value: Text(
            "autorizzata immatricolazione", "enrolment authorised (autorizzata immatricolazione)"
        ),
        _D.IMMATRICOLATO.value: Text("immatricolato", "enrolled (immatricolato)"),
        _D.AUTORIZZATA_VALUTAZIONE.value: Text(
            "autorizzata valutazione", "evaluation authorised (autorizzata valutazione)"
        ),
        _D.DELIBERATA.value: Text("deliberata", "decided (deliberata)"),
        _D.COMPLETATA.value: Text("completata", "completed (completata)"),
        _D.RIFIUTATA.value: Text("rifiutata", "refused (rifiutata)"),
    }
)
"""States of both sides; in English with the word of the guideline beside."""

SIDES = MappingProxyType(
    {Side.ORIGIN: Text("In uscita", "Leaving"), Side.DESTINATION: Text("In ingresso", "Arriving")}
)

TURNS = MappingProxyType(
    {
        Turn.OFFICE: Text("Aspettano noi", "Waiting for us"),
        Turn.PARTNER: Text("Aspettano l'altro ateneo", "Waiting for the other university"),
        Turn.STUDENT: Text("Aspettano lo studente", "Waiting for the student"),
    }
)

QUEUES = MappingProxyType(
    {
        Queue.TO_PROCESS: Text("da elaborare", "to process"),
        Queue.TO_SEND: Text("da inviare", "to send"),
        Queue.REVISION_TO_ANSWER: Text("revisione a cui rispondere", "revision to answer"),
        Queue.CAREER_TO_SEND: Text("sezioni 3-4 da inviare", "sections 3-4 to send"),
        Queue.TO_VERIFY: Text("ricevute da verificare", "received, to verify"),
        Queue.TOKEN_TO_ASSIGN: Text("token da assegnare", "token to assign"),
        Queue.TO_EVALUATE: Text("da mandare in valutazione", "to pass on for evaluation"),
        Queue.ANOMALY_REPORTED: Text("anomalie segnalate", "anomalies reported"),
        Queue.TO_DECIDE: Text("in commissione", "with the commission"),
        Queue.TO_CONCLUDE: Text("da concludere", "to conclude"),
        Queue.ON_ITS_WAY: Text("in viaggio", "on its way"),
        Queue.UNDER_WAY: Text("in corso a destinazione", "under way at the destination"),
        Queue.REVISION_AWAITED: Text("revisione attesa", "revision awaited"),
        Queue.CAREER_AWAITED: Text("sezioni 3-4 attese", "sections 3-4 awaited"),
        Queue.INTEGRATION_AWAITED: Text("integrazione attesa", "integration awaited"),
        Queue.DRAFT: Text("bozze", "drafts"),
        Queue.TO_ENROL: Text("in attesa di immatricolazione", "enrolment awaited"),
    }
)

_O = Operation
OPERATIONS: Mapping[str, Text] = MappingProxyType(
    {
        _O.GET_OFFERTA.value: Text("offerta dei corsi", "courses on offer"),
        _O.GET_INFO_WORKFLOW.value: Text("condizioni di trasmissione", "terms of transmission"),
        _O.PUT_PROCESSO.value: Text("invio del foglio", "sending of the foglio"),
        _O.REQUIRE_REFRESH.value: Text("richiesta di revisione", "request for revision"),
        _O.PUT_DATI.value: Text("nuovo invio di dati", "further sending of data"),
        _O.CHANGE_STATUS.value: Text("cambio di stato", "change of status"),
        _O.GET_STATUS.value: Text("richiesta dello stato", "request for the status"),
        _O.RET_TOKEN.value: Text("comunicazione del token", "communication of the token"),
        _O.GET_ALLEGATO.value: Text("richiesta di un allegato", "request for an attachment"),
    }
)

SECTIONS = MappingProxyType(
    {
        Section.TRASFERIMENTO: Text("1. Domanda di trasferimento", "1. Transfer request"),
        Section.DATI_IDENTIFICATIVI: Text("2. Studente", "2. Student"),
        Section.TITOLI_CONSEGUITI: Text("3. Titoli conseguiti", "3. Titles awarded"),
        Section.CARRIERA: Text("4. Carriera universitaria", "4. University career"),
    }
)

TOLERANCES: Mapping[str, Text] = MappingProxyType(
    {
        ToleranceRule.NAMESPACES.value: Text("spazi dei nomi diversi", "other namespaces"),
        ToleranceRule.STATUS_CASE.value: Text(
            "maiuscole e minuscole di un cambio di stato", "capitals of a change of status"
        ),
        ToleranceRule.DATES.value: Text("date in un'altra forma", "dates in another form"),
        ToleranceRule.NAMES.value: Text("nomi di elementi diversi", "other names of elements"),
        ToleranceRule.STRAY_TEXT.value: Text("testo fuori posto", "text out of place"),
    }
)

REASONS = MappingProxyType(
    {
        "ERRORE": Text("dati errati", "data that are wrong"),
        "CompletamentoInfoOpzionali": Text(
            "completamento di informazioni facoltative", "optional information to be completed"
        ),
        "EsamiMancanti": Text("esami mancanti", "exams that are missing"),
        "TitoliMancanti": Text("titoli mancanti", "titles that are missing"),
        "AllegatiMancanti": Text(
            "allegati mancanti o illeggibili", "attachments missing or unread"
        ),
        "AltraCausale": Text("altro (spiegare nelle note)", "other (explain in the notes)"),
    }
)
"""The catalogue of reasons (Causale) of a request for revision: code on the wire, and words. The
guideline names the first two (A.2) and leaves the list to be agreed upon (A.4.2)."""

DOUBTS: Mapping[Doubt, Text] = MappingProxyType(
    {
        Doubt.SECTIONS_MISSING: Text(
            "Le sezioni 3-4 (titoli e carriera) non sono ancora arrivate tutte.",
            "Sections 3-4 (titles and career) have not all come yet.",
        ),
        Doubt.TEST_NOT_SHOWN: Text(
            "Il corso è ad accesso programmato e il test di ammissione non è dimostrato.",
            "The course is of limited access and the admission test is not shown.",
        ),
        Doubt.TEST_UNKNOWN: Text(
            "Il corso non è nell'offerta pubblicata: non si sa se richiede un test di ammissione.",
            "The course is not in the published offer: it is not known whether it has a test.",
        ),
        Doubt.TITLES_NOT_CONFIRMED: Text(
            "Il registro non conferma un titolo dichiarato.",
            "The registry does not confirm a title that is declared.",
        ),
        Doubt.ATTACHMENTS_MISSING: Text(
            "Mancano documenti che il foglio annuncia.",
            "Documents that the foglio announces are not here.",
        ),
        Doubt.FOGLIO_ODD: Text(
            "Nel foglio c'è qualcosa da guardare.", "Something in the foglio is to be looked at."
        ),
        Doubt.TOKEN_MISSING: Text(
            "Il token non è ancora assegnato: senza, lo studente non può immatricolarsi.",
            "The token is not assigned yet: without it the student cannot enrol.",
        ),
    }
)
"""What the confirmation of an enrolment warns of."""


def state(value: str, language: Language) -> str:
    """Return what a state is called; a partner may have states of its own."""
    known = STATES.get(value) or STATES.get(value.lower())
    return known.say(language) if known else value


def operation(value: str, language: Language) -> str:
    """Return what a message is for."""
    known = OPERATIONS.get(value)
    return known.say(language) if known else value


def tolerance(value: str, language: Language) -> str:
    """Return what deviation a rule forgives."""
    known = TOLERANCES.get(value)
    return known.say(language) if known else value
