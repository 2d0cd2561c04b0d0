"""What each cause of refusal says, and what helps. Paths and parameters, never values."""

import re
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType

from gateway.domain.rejections import Cause, Reason
from gateway.texts import Language, Text
from gateway.texts.causes_offices import OFFICES
from gateway.texts.causes_origin import ORIGIN
from gateway.texts.causes_privacy import PRIVACY
from gateway.texts.causes_registry import REGISTRY
from gateway.texts.causes_systems import SYSTEMS
from gateway.texts.whys import CHECKS, WHYS


class Acts(StrEnum):
    """Who must act for a refusal to go away."""

    ORIGIN = "provenienza"
    DESTINATION = "destinazione"
    CALLER = "chiamante"
    OFFICE = "segreteria"
    ADMINISTRATOR = "amministratore"


@dataclass(frozen=True, slots=True)
class CauseText:
    """Sentence and remedy of a cause, and who must act."""

    sentence: Text
    remedy: Text
    acts: Acts


def _c(it: str, en: str, remedy_it: str, remedy_en: str, acts: Acts) -> CauseText:
    return CauseText(Text(it, en), Text(remedy_it, remedy_en), acts)


_TEXTS: dict[Cause, CauseText] = {
    Cause.PRACTICE_NOT_FOUND: _c(
        "PRATICA NON TROVATA",
        "PRACTICE NOT FOUND",
        "Verificare l'IdPratica e l'ateneo a cui si chiede.",
        "Check the IdPratica and the university that is asked.",
        Acts.CALLER,
    ),
    Cause.CONTENT_DIFFERS: _c(
        "IdPratica già usato con un contenuto diverso (differenze: {paths})",
        "IdPratica already used with other content (differences: {paths})",
        "Per correggere un foglio accettato usare Put_DatiTrasferimento; per un'altra domanda usare"
        " un nuovo IdPratica.",
        "To correct an accepted foglio use Put_DatiTrasferimento; for another request use a new"
        " IdPratica.",
        Acts.ORIGIN,
    ),
    Cause.EVENT_NOT_ALLOWED: _c(
        "operazione non ammessa nello stato attuale ({state})",
        "operation not allowed in the present state ({state})",
        "Leggere lo stato della pratica (Get_StatusProcessoTrasferimento) prima di riprovare.",
        "Read the state of the practice (Get_StatusProcessoTrasferimento) before trying again.",
        Acts.CALLER,
    ),
    Cause.ROLE_NOT_ALLOWED: _c(
        "cambio di stato {change} non ammesso per chi lo chiede",
        "change of status {change} not allowed for the one who asks",
        "L'ateneo di provenienza può chiedere solo ANNULLA.",
        "The origin can ask for ANNULLA only.",
        Acts.CALLER,
    ),
    Cause.TOKEN_ALREADY_ASSIGNED: _c(
        "alla pratica è già assegnato un token",
        "the practice has a token already",
        "Il token assegnato resta valido: non inviarne un altro.",
        "The assigned token stays valid: do not send another.",
        Acts.DESTINATION,
    ),
    Cause.PARAMETER_INVALID: _c(
        "parametro vuoto o non valido",
        "parameter empty or not valid",
        "Correggere il parametro indicato.",
        "Correct the parameter named.",
        Acts.CALLER,
    ),
    Cause.OFFER_NOT_PUBLISHED: _c(
        "offerta dell'anno {year} non pubblicata",
        "offer of the year {year} not published",
        "Chiedere un altro anno, oppure attendere la pubblicazione.",
        "Ask for another year, or wait for the publication.",
        Acts.DESTINATION,
    ),
    Cause.STUDENT_DIFFERS: _c(
        "lo studente non è quello della pratica",
        "the student is not the one of the practice",
        "Verificare il codice fiscale e l'IdPratica.",
        "Check the codice fiscale and the IdPratica.",
        Acts.ORIGIN,
    ),
    Cause.ELEMENT_MISSING: _c(
        "elemento obbligatorio mancante: {element}",
        "mandatory element missing: {element}",
        "Aggiungere l'elemento nel punto indicato.",
        "Add the element at the place named.",
        Acts.ORIGIN,
    ),
    Cause.ELEMENT_UNEXPECTED: _c(
        "elemento, attributo o testo non previsto in questo punto (previsto: {expected})",
        "element, attribute or text not foreseen here (foreseen: {expected})",
        "Seguire l'ordine e i nomi dello schema.",
        "Follow the order and the names of the schema.",
        Acts.ORIGIN,
    ),
    Cause.VALUE_MALFORMED: _c(
        "valore vuoto o nel formato sbagliato",
        "value empty or in the wrong format",
        "Usare il formato documentato nello schema per questo elemento.",
        "Use the format that the schema documents for this element.",
        Acts.ORIGIN,
    ),
    Cause.VALUE_TOO_LONG: _c(
        "valore troppo lungo",
        "value too long",
        "Abbreviare il valore.",
        "Shorten the value.",
        Acts.ORIGIN,
    ),
    Cause.VALUE_OUT_OF_RANGE: _c(
        "valore fuori dai limiti",
        "value out of range",
        "Usare un valore fra i limiti documentati nello schema.",
        "Use a value within the limits that the schema documents.",
        Acts.ORIGIN,
    ),
    Cause.CODE_UNKNOWN: _c(
        "codice non presente nel suo elenco",
        "code not in its list",
        "Usare un codice dell'elenco documentato nello schema.",
        "Use a code of the list that the schema documents.",
        Acts.ORIGIN,
    ),
    Cause.DATE_IMPOSSIBLE: _c(
        "data impossibile",
        "impossible date",
        "Usare una data esistente, AAAA-MM-GG, non futura se riguarda un fatto avvenuto.",
        "Use an existing date, YYYY-MM-DD, not in the future for what has happened.",
        Acts.ORIGIN,
    ),
    Cause.CODICE_FISCALE_INVALID: _c(
        "codice fiscale non valido",
        "codice fiscale not valid",
        "Verificare le 16 posizioni e il carattere di controllo (le omocodie sono ammesse).",
        "Check the 16 positions and the check character (omocodia is allowed).",
        Acts.ORIGIN,
    ),
    Cause.SECTION_MISSING: _c(
        "sezione obbligatoria mancante: {section}",
        "mandatory section missing: {section}",
        "Inviare anche questa sezione, come chiedono le condizioni della destinazione.",
        "Send this section too, as the destination's terms demand.",
        Acts.ORIGIN,
    ),
    Cause.VALUES_DISAGREE: _c(
        "valori in contraddizione: {why}",
        "values in contradiction: {why}",
        "Correggere uno dei due valori.",
        "Correct one of the two values.",
        Acts.ORIGIN,
    ),
    Cause.IDENTIFIER_REPEATED: _c(
        "identificativo ripetuto",
        "identifier repeated",
        "Dare a ciascun elemento un identificativo diverso.",
        "Give each element an identifier of its own.",
        Acts.ORIGIN,
    ),
    Cause.CONSENT_MISSING: _c(
        "manca l'autorizzazione dello studente al trattamento dei dati",
        "the student's consent to the processing of data is missing",
        "Raccogliere l'autorizzazione prima di inviare il foglio.",
        "Collect the consent before sending the foglio.",
        Acts.ORIGIN,
    ),
    Cause.ORIGIN_DIFFERS: _c(
        "l'ateneo di provenienza del foglio non è quello che lo presenta",
        "the origin named in the foglio is not the one that presents it",
        "Indicare il proprio codice MIUR come ateneo di provenienza.",
        "Name your own MIUR code as the origin.",
        Acts.ORIGIN,
    ),
    Cause.DESTINATION_DIFFERS: _c(
        "l'ateneo di destinazione del foglio è un altro",
        "the destination named in the foglio is another",
        "Inviare il foglio all'ateneo che vi è indicato.",
        "Send the foglio to the university named in it.",
        Acts.ORIGIN,
    ),
    Cause.COURSE_NOT_OFFERED: _c(
        "corso di studi {course} non offerto per l'anno {year}",
        "degree course {course} not on offer for the year {year}",
        "Scegliere un corso dell'offerta pubblicata (Get_Offerta).",
        "Choose a course of the published offer (Get_Offerta).",
        Acts.ORIGIN,
    ),
    Cause.DEADLINE_PASSED: _c(
        "domanda presentata dopo la scadenza del {deadline}",
        "request made after the deadline of {deadline}",
        "Scegliere un corso ancora aperto o un altro anno.",
        "Choose a course still open, or another year.",
        Acts.ORIGIN,
    ),
    Cause.ADMISSION_TEST_MISSING: _c(
        "corso {course} ad accesso programmato: test di ammissione non superato",
        "course {course} has limited access: admission test not passed",
        "Superare il test richiesto dalla destinazione, o scegliere un altro corso.",
        "Pass the test that the destination demands, or choose another course.",
        Acts.ORIGIN,
    ),
    Cause.ATTACHMENT_NOT_FOUND: _c(
        "allegato {attachment} non trovato",
        "attachment {attachment} not found",
        "Usare l'IdAllegato dichiarato nel foglio; alla provenienza, caricare il documento.",
        "Use the IdAllegato declared in the foglio; at the origin, add the document.",
        Acts.CALLER,
    ),
    Cause.ATTACHMENT_EXPIRED: _c(
        "allegato disponibile solo fino al {until}",
        "attachment available only until {until}",
        "Dichiarare un nuovo termine con un nuovo invio del foglio.",
        "Declare a new term by sending the foglio again.",
        Acts.ORIGIN,
    ),
    Cause.ATTACHMENT_NOT_PDF: _c(
        "l'allegato non è un PDF",
        "the attachment is not a PDF",
        "Allegare solo documenti PDF integri.",
        "Attach sound PDF documents only.",
        Acts.ORIGIN,
    ),
    Cause.ATTACHMENT_TOO_LARGE: _c(
        "allegato vuoto o troppo grande ({size} byte, massimo {limit})",
        "attachment empty or too large ({size} bytes, at most {limit})",
        "Ridurre il documento a 200 KB.",
        "Reduce the document to 200 KB.",
        Acts.ORIGIN,
    ),
    Cause.NOT_A_DOCUMENT: _c(
        "il file non è un foglio di congedo leggibile",
        "the file is no readable foglio di congedo",
        "Fornire un documento XML o JSON secondo lo schema.",
        "Give an XML or JSON document that follows the schema.",
        Acts.OFFICE,
    ),
    Cause.CHECK_BLOCKS: _c(
        "verifica non superata: {check}",
        "check not passed: {check}",
        "Sanare la posizione, oppure annotare perché la verifica si considera superata.",
        "Settle the position, or note why the check counts as passed.",
        Acts.OFFICE,
    ),
    Cause.CREDENTIALS_WRONG: _c(
        "codice fiscale o token non riconosciuti",
        "codice fiscale or token not recognised",
        "Usare il token comunicato dall'ateneo di provenienza.",
        "Use the token communicated by the origin.",
        Acts.CALLER,
    ),
    Cause.PARTNER_UNKNOWN: _c(
        "l'ateneo {partner} non è fra i partner",
        "the university {partner} is no partner",
        "Registrare il partner (congedo partner add).",
        "Register the partner (congedo partner add).",
        Acts.ADMINISTRATOR,
    ),
    Cause.PARTNER_INACTIVE: _c(
        "il partner {partner} non è attivo o non ha un indirizzo",
        "the partner {partner} is not active or has no address",
        "Completare la scheda del partner (congedo partner set).",
        "Complete the partner's record (congedo partner set).",
        Acts.ADMINISTRATOR,
    ),
    Cause.CONVERSION_INVALID: _c(
        "tabella di conversione non valida: {why}",
        "conversion table not valid: {why}",
        "Correggere la riga indicata.",
        "Correct the line named.",
        Acts.OFFICE,
    ),
    Cause.DELIVERY_NOT_FOUND: _c(
        "consegna non trovata o già conclusa",
        "delivery not found, or already ended",
        "Vedere l'elenco (congedo delivery list).",
        "See the list (congedo delivery list).",
        Acts.OFFICE,
    ),
    Cause.DELIVERY_NOT_STOPPABLE: _c(
        "il partner può avere già ricevuto il messaggio: la consegna non si può abbandonare",
        "the partner may have received the message: the delivery cannot be given up",
        "Ripetere la consegna (congedo delivery resend): un messaggio ripetuto ha un solo effetto.",
        "Try again (congedo delivery resend): the same message has no second effect.",
        Acts.OFFICE,
    ),
    Cause.UNIVERSITY_UNKNOWN: _c(
        "l'ateneo {university} non è ospitato qui",
        "the university {university} is not hosted here",
        "Verificare il codice MIUR nell'indirizzo.",
        "Check the MIUR code in the address.",
        Acts.CALLER,
    ),
    Cause.ALARM_NOT_FOUND: _c(
        "nessun allarme aperto di questo tipo e oggetto",
        "no open alarm of this kind and subject",
        "Elencare gli allarmi aperti con congedo delivery alarms.",
        "List the open alarms with congedo delivery alarms.",
        Acts.OFFICE,
    ),
    Cause.TITLE_NOT_FOUND: _c(
        "nessun titolo con questo numero ({title})",
        "no title of this number ({title})",
        "Elencare i titoli con congedo title list.",
        "List the titles with congedo title list.",
        Acts.OFFICE,
    ),
    Cause.TITLE_DIFFERS: _c(
        "il titolo è già in archivio con altri valori (numero: {title})",
        "the title is kept already with other values (number: {title})",
        "Se vale il file importare con --replace; altrimenti correggere il file.",
        "If the file is right import with --replace; otherwise correct the file.",
        Acts.OFFICE,
    ),
    Cause.TITLE_WITHDRAWN: _c(
        "il titolo è stato ritirato (numero: {title})",
        "the title was withdrawn (number: {title})",
        "Togliere la riga dal file, oppure riammettere il titolo con congedo title restore.",
        "Take the line out of the file, or put the title back with congedo title restore.",
        Acts.OFFICE,
    ),
    Cause.ALREADY_EXISTS: _c(
        "esiste già",
        "exists already",
        "Usare un altro identificativo.",
        "Use another identifier.",
        Acts.OFFICE,
    ),
}
_TEXTS |= {cause: _c(*words[:4], Acts[words[4]]) for cause, words in REGISTRY.items()}
_TEXTS |= {cause: _c(*words[:4], Acts[words[4]]) for cause, words in PRIVACY.items()}
_TEXTS |= {cause: _c(*words[:4], Acts[words[4]]) for cause, words in SYSTEMS.items()}
_TEXTS |= {cause: _c(*words[:4], Acts[words[4]]) for cause, words in ORIGIN.items()}
_TEXTS |= {cause: _c(*words[:4], Acts[words[4]]) for cause, words in OFFICES.items()}
TEXTS = MappingProxyType(_TEXTS)

_NOTHING_IN_IT = re.compile(r" \([^():]*: \)")
"""What is left of a parenthesis whose blank is filled with nothing."""


def sentence(reason: Reason, language: Language = Language.ITALIAN) -> str:
    """Return what a reason says, without its path."""
    params = dict(reason.params)
    for name, words in (("why", WHYS), ("check", CHECKS)):
        known = words.get(params.get(name, ""))
        if known is not None:
            params[name] = known.say(language, **params)
    said = TEXTS[reason.cause].sentence.say(language, **params)
    return " ".join(_NOTHING_IN_IT.sub("", said).split())


def remedy(reason: Reason, language: Language = Language.ITALIAN) -> str:
    """Return what helps against a reason."""
    return TEXTS[reason.cause].remedy.say(language)
