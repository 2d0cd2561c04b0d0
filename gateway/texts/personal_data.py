"""What each table with personal data holds, and why: for people and for the documents."""

from dataclasses import dataclass
from types import MappingProxyType

from gateway.texts import Text


@dataclass(frozen=True, slots=True)
class HoldingText:
    """What a table holds of a person, and for what purpose."""

    what: Text
    why: Text


def _h(it: str, en: str, why_it: str, why_en: str) -> HoldingText:
    return HoldingText(Text(it, en), Text(why_it, why_en))


_HOLDINGS = {
    "outgoing": _h(
        "domande in uscita: chi è lo studente, token, stato, numeri",
        "outgoing requests: who the student is, token, state, numbers",
        "svolgere il trasferimento; provare che c'è stato",
        "carry out the transfer; prove that it took place",
    ),
    "incoming": _h(
        "pratiche in arrivo: chi è lo studente, token, matricola, stato",
        "incoming practices: who the student is, token, student number, state",
        "svolgere il trasferimento; provare che c'è stato",
        "carry out the transfer; prove that it took place",
    ),
    "foglio_drafts": _h(
        "fogli di congedo preparati da noi",
        "fogli di congedo made here",
        "preparare e inviare il foglio",
        "prepare and send the foglio",
    ),
    "messages": _h(
        "messaggi scambiati, con foglio, allegati e token",
        "messages exchanged, with foglio, attachments and token",
        "rispondere alle ripetizioni; provare che cosa è stato trasmesso",
        "answer repeats; prove what was handed over",
    ),
    "deliveries": _h(
        "messaggi da consegnare e il loro esito",
        "messages to be delivered and what came of them",
        "consegnare",
        "deliver",
    ),
    "attachments": _h(
        "documenti allegati al foglio",
        "documents attached to the foglio",
        "valutare la domanda",
        "judge the request",
    ),
    "history": _h(
        "storia della pratica: note e riferimenti",
        "history of the practice: notes and references",
        "dar conto di chi ha deciso che cosa",
        "account for who decided what",
    ),
    "checks": _h(
        "verifiche (tasse, biblioteca, note dello studente)",
        "checks (fees, library, student's notes)",
        "decidere se la domanda può partire",
        "decide whether the request may go",
    ),
    "delibere": _h(
        "delibera: esami e crediti riconosciuti",
        "decision: exams and credits recognised",
        "documentare la carriera",
        "document the career",
    ),
    "remote_progress": _h(
        "avanzamento presso il partner",
        "progress at the partner",
        "mostrarlo accanto al nostro",
        "show it beside ours",
    ),
    "alarms": _h(
        "allarmi su pratiche e consegne",
        "alarms about practices and deliveries",
        "far intervenire una persona",
        "have a person act",
    ),
    "student_files": _h(
        "eventi del fascicolo dello studente",
        "events of the student's file",
        "tenere il fascicolo",
        "keep the file",
    ),
    "admissions": _h(
        "elenchi di chi ha superato un test di ammissione",
        "lists of who passed an admission test",
        "ammettere ai corsi ad accesso programmato",
        "admit to courses of limited access",
    ),
    "register_entries": _h(
        "numeri del registro di protocollo",
        "numbers of the protocol register",
        "registrare (D.P.R. 445/2000, art. 53)",
        "register (D.P.R. 445/2000, art. 53)",
    ),
    "accesses": _h(
        "chi ha esportato o cancellato dati personali",
        "who exported or erased personal data",
        "rendere conto (GDPR, art. 5(2))",
        "be accountable (GDPR, art. 5(2))",
    ),
}
HOLDINGS = MappingProxyType(_HOLDINGS)
"""By the name of the table."""

_KINDS = {
    "messages": Text(
        "messaggi e fogli di pratiche concluse", "messages and fogli of ended practices"
    ),
    "loose_messages": Text("messaggi di nessuna pratica", "messages of no practice"),
    "drafts": Text("bozze mai inviate", "drafts never sent"),
    "attachments": Text("contenuto degli allegati", "contents of attachments"),
    "tokens": Text("token", "tokens"),
    "deliveries": Text("contenuto delle consegne fatte", "contents of deliveries made"),
    "alarms": Text("allarmi chiusi", "alarms closed"),
    "partner_progress": Text("avanzamento presso il partner", "progress at the partner"),
    "checks": Text("verifiche", "checks"),
    "admissions": Text("elenchi di ammessi", "admission lists"),
    "practices": Text("pratiche, storia, delibere", "practices, history, decisions"),
    "student_files": Text("fascicoli", "student files"),
    "accesses": Text("accessi registrati", "accesses noted"),
}
KINDS = MappingProxyType(_KINDS)
"""What each kind with a term of its own is called, by its name."""
