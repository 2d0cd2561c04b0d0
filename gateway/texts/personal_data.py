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
        "pratiche in ingresso: chi è lo studente, token, matricola, stato",
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
    "mails": _h(
        "messaggi di posta: a quale indirizzo, per quale pratica, con quale esito",
        "mails: to which address, about which practice, with what outcome",
        "avvisare lo studente; provare che l'avviso è partito",
        "tell the student; prove that the notice left",
    ),
    "mail_choices": _h(
        "avvisi che il destinatario non vuole ricevere",
        "notices that the reader does not want",
        "rispettare la scelta",
        "respect the choice",
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
    "verifications": _h(
        "verifica dei titoli dichiarati: a che punto è",
        "verification of the titles declared: where it stands",
        "controllare le dichiarazioni (D.P.R. 445/2000, art. 71)",
        "check declarations (D.P.R. 445/2000, art. 71)",
    ),
    "title_verifications": _h(
        "titoli dichiarati, e che cosa ne dice il registro",
        "titles declared, and what the registry says of them",
        "controllare le dichiarazioni (D.P.R. 445/2000, art. 71)",
        "check declarations (D.P.R. 445/2000, art. 71)",
    ),
    "registry_answers": _h(
        "titoli come li ha detti il registro",
        "titles as the registry told them",
        "non chiedere due volte la stessa cosa",
        "not ask the same thing twice",
    ),
    "registry_queries": _h(
        "domande fatte al registro: di chi, perché, con quale esito",
        "questions asked of the registry: about whom, why, with which outcome",
        "rendere conto delle domande (GDPR, art. 5(2))",
        "account for the questions (GDPR, art. 5(2))",
    ),
    "titles": _h(
        "titoli conferiti, e ritirati",
        "titles awarded, and withdrawn",
        "rispondere a chi verifica un titolo; atti senza scarto",
        "answer those who verify a title; records never discarded",
    ),
    "title_changes": _h(
        "titoli com'erano prima di una correzione o di un ritiro, e perché",
        "titles as they were before a correction or a withdrawal, and why",
        "dar conto di che cosa è cambiato",
        "account for what has changed",
    ),
    "title_refusals": _h(
        "righe di titoli rifiutate all'importazione: numero, motivo, titolo già presente",
        "lines of titles refused on import: number, reason, title already there",
        "correggere il file",
        "correct the file",
    ),
    "student_credentials": _h(
        "credenziali dello studente al portale (solo impronte)",
        "the student's credentials at the portal (digests only)",
        "rispondere solo a chi porta il consenso dello studente",
        "answer only those who bring the student's consent",
    ),
    "student_careers": _h(
        "carriere importate dalla segreteria: identità, titoli, esami, tasse",
        "careers imported by the secretariat: identity, titles, exams, fees",
        "preparare il foglio di chi chiede di trasferirsi",
        "prepare the foglio of who asks to transfer",
    ),
    "foglio_edits": _h(
        "fogli in corso di correzione in segreteria",
        "fogli that the secretariat is correcting",
        "correggere e completare il foglio",
        "correct and complete the foglio",
    ),
    "proposals": _h(
        "atti proposti a una seconda persona: parole che partirebbero, motivi",
        "acts proposed to a second person: words that would be sent, reasons",
        "far confermare ciò che chiude una pratica",
        "have what ends a practice confirmed",
    ),
    "enrolments": _h(
        "immatricolazione: dati confermati o cambiati, corso, consensi, scelte della segreteria",
        "enrolment: data confirmed or changed, course, consents, the secretariat's choices",
        "immatricolare chi si trasferisce",
        "enrol who transfers",
    ),
    "enrolled_students": _h(
        "immatricolati dell'ateneo, come li ha elencati il suo sistema",
        "students enrolled here, as the university's system lists them",
        "riconciliare chi si è immatricolato prima del foglio",
        "reconcile who enrolled before the foglio came",
    ),
    "delibera_drafts": _h(
        "bozza della delibera: esami e crediti proposti",
        "decision in the making: exams and credits proposed",
        "preparare la delibera",
        "prepare the decision",
    ),
    "arrival_sessions": _h(
        "primi accessi con il token: quando; la password fino a quando è mostrata",
        "first accesses by token: when; the password until it is shown",
        "far entrare lo studente una prima volta",
        "let the student in for the first time",
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
    "accounts": _h(
        "account degli studenti alle pagine: nome, indirizzo di posta, impronta della password",
        "students' accounts at the pages: name, mail address, digest of the password",
        "far entrare lo studente, e nessun altro",
        "let the student in, and nobody else",
    ),
    "grants": _h(
        "che cosa uno studente è presso l'ateneo",
        "what a student is at the university",
        "mostrare solo ciò che gli compete",
        "show only what is theirs",
    ),
    "web_sessions": _h(
        "sessioni: da quando, con quale browser e indirizzo",
        "sessions: since when, by which browser and address",
        "riconoscere e chiudere una sessione altrui",
        "know and end somebody else's session",
    ),
    "second_factors": _h(
        "segreto del secondo fattore",
        "secret of the second factor",
        "verificare chi entra",
        "verify who signs in",
    ),
    "recovery_codes": _h(
        "codici di recupero (solo impronte)",
        "recovery codes (digests only)",
        "far entrare chi ha perso il secondo fattore",
        "let in who lost the second factor",
    ),
    "invitations": _h(
        "inviti non ancora usati (solo impronte)",
        "invitations not yet used (digests only)",
        "far scegliere la prima password",
        "let a first password be chosen",
    ),
    "audit_entries": _h(
        "che cosa è stato fatto e guardato nelle pagine, e da chi",
        "what was done and looked at on the pages, and by whom",
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
    "checks": Text("verifiche, anche dei titoli", "checks, of titles too"),
    "admissions": Text("elenchi di ammessi", "admission lists"),
    "practices": Text("pratiche, storia, delibere", "practices, history, decisions"),
    "student_files": Text("fascicoli", "student files"),
    "registry_answers": Text("risposte del registro ricordate", "remembered registry answers"),
    "registry_queries": Text("domande al registro", "questions to the registry"),
    "title_refusals": Text("righe rifiutate di titoli", "refused lines of titles"),
    "student_credentials": Text("credenziali di studenti", "student credentials"),
    "mails": Text("messaggi di posta", "mails"),
    "careers": Text("carriere importate", "imported careers"),
    "enrolled_students": Text("elenchi di immatricolati", "lists of enrolled students"),
    "accesses": Text("accessi registrati", "accesses noted"),
    "student_accounts": Text("account di studenti non usati", "unused accounts of students"),
    "audit": Text("registro di ciò che si fa nelle pagine", "log of what is done on the pages"),
}
KINDS = MappingProxyType(_KINDS)
"""What each kind with a term of its own is called, by its name."""
