"""What a cause of refusal says to the office that works here, where partners are told otherwise.

``causes`` speaks to whoever calls a service; an office has commands and files instead. A reason
whose ``why`` stands here has a sentence and a remedy of its own.
"""

from types import MappingProxyType

from gateway.domain.rejections import Cause, Reason
from gateway.texts import (
    Language,
    Text,
    causes,
    office_accounts,
    office_arrivals,
    office_security,
    office_systems,
)

_REMEDIES = {
    Cause.EVENT_NOT_ALLOWED: Text(
        "Vedere lo stato e che cosa può accadere ora (congedo transfer show, congedo transfer"
        " received show).",
        "See the state and what can happen now (congedo transfer show, congedo transfer received"
        " show).",
    ),
    Cause.UNIVERSITY_UNKNOWN: Text(
        "Verificare il codice MIUR, oppure ospitare l'ateneo (congedo university add).",
        "Check the MIUR code, or host the university (congedo university add).",
    ),
    Cause.OFFER_NOT_PUBLISHED: Text(
        "Pubblicare la propria offerta (congedo offer import) o chiedere quella del partner"
        " (congedo offer refresh).",
        "Publish your own offer (congedo offer import) or ask for the partner's (congedo offer"
        " refresh).",
    ),
    Cause.COURSE_NOT_OFFERED: Text(
        "Scegliere un corso dell'offerta (congedo offer show).",
        "Choose a course on offer (congedo offer show).",
    ),
    Cause.CONTENT_DIFFERS: Text(
        "Per correggere un foglio accettato inviarlo di nuovo (congedo transfer edit, congedo"
        " transfer send).",
        "To correct an accepted foglio send it again (congedo transfer edit, congedo transfer"
        " send).",
    ),
    Cause.ATTACHMENT_NOT_FOUND: Text(
        "Usare l'IdAllegato dichiarato nel foglio e caricare il suo documento (congedo transfer"
        " attach).",
        "Use the IdAllegato declared in the foglio and add its document (congedo transfer attach).",
    ),
}
REMEDIES = MappingProxyType(_REMEDIES)

_CASES: dict[str, tuple[Text, Text]] = {
    "none_hosted": (
        Text("nessun ateneo è ospitato qui", "no university is hosted here"),
        Text("Ospitare un ateneo (congedo university add).", "Host one (congedo university add)."),
    ),
    "many_hosted": (
        Text("gli atenei ospitati sono più d'uno", "more than one university is hosted here"),
        Text(
            "Indicare quale con --university (congedo university list).",
            "Name the one meant with --university (congedo university list).",
        ),
    ),
    "many_origins": (
        Text(
            "più atenei hanno inviato una pratica con questo identificativo",
            "more than one university sent a practice of this identifier",
        ),
        Text("Indicare la provenienza con --origin.", "Name the origin with --origin."),
    ),
    "period_backwards": (
        Text("il periodo finisce prima di cominciare", "the period ends before it begins"),
        Text("Correggere una delle due date.", "Correct one of the two days."),
    ),
    "egov_parties": (
        Text(
            "la busta e-Gov vuole mittente e destinatario",
            "the e-Gov envelope wants a sender and a recipient",
        ),
        Text("Indicarli con --sender e --recipient.", "Give them by --sender and --recipient."),
    ),
    "no_host": (
        Text("l'indirizzo non è http(s)://nome/percorso", "the address is not http(s)://name/path"),
        Text("Indicare l'indirizzo per intero.", "Give the whole address."),
    ),
    "courses": (
        Text("il file non è un CSV leggibile", "the file is no readable CSV"),
        Text("Salvare i corsi come CSV in UTF-8.", "Save the courses as CSV in UTF-8."),
    ),
    "no_course": (
        Text(
            "il file non contiene alcun corso: l'offerta resta quella di prima",
            "the file has no course: the offer stays as it was",
        ),
        Text("Aggiungere una riga per corso.", "Add a line for each course."),
    ),
    "faults_untold": (
        Text(
            "gli errori sono più di {most}: il file è stato letto fin qui, e altri possono seguire",
            "there are more than {most} faults: the file was read up to here, and more may follow",
        ),
        Text(
            "Controllare separatore e colonne, poi correggere gli errori detti.",
            "Check separator and columns, then mend the faults told.",
        ),
    ),
    "too_many_rows": (
        Text("il file ha più di {most} righe", "the file has more than {most} lines"),
        Text(
            "Controllare il file; un elenco più lungo si divide in più file.",
            "Check the file; a longer list is split into several files.",
        ),
    ),
    "people": (
        Text("il file non è un testo UTF-8", "the file is no UTF-8 text"),
        Text(
            "Salvare l'elenco come testo UTF-8, un codice fiscale per riga.",
            "Save the list as UTF-8 text, one codice fiscale a line.",
        ),
    ),
    "no_person": (
        Text("il file non contiene alcun codice fiscale", "the file has no codice fiscale"),
        Text("Scrivere un codice fiscale per riga.", "Write one codice fiscale a line."),
    ),
    "titles": (
        Text(
            "il file non è un elenco leggibile di titoli", "the file is no readable list of titles"
        ),
        Text(
            "Seguire il formato descritto in docs/operations.md (CSV o XML).",
            "Follow the form described in docs/operations.md (CSV or XML).",
        ),
    ),
    "credentials": (
        Text(
            "il file non è un CSV UTF-8 con UserID, Hash e CodiceFiscale",
            "the file is no UTF-8 CSV with UserID, Hash and CodiceFiscale",
        ),
        Text(
            "Separare le colonne con il punto e virgola: gli hash contengono virgole.",
            "Separate the columns with semicolons: hashes have commas.",
        ),
    ),
    "decision": (
        Text("il file non è una delibera leggibile", "the file is no readable decision"),
        Text(
            "Fornire un documento JSON con body, decided_on (AAAA-MM-GG) e conversions.",
            "Give a JSON document with body, decided_on (YYYY-MM-DD) and conversions.",
        ),
    ),
    "foglio_too_large": (
        Text("il file supera {limit} KB", "the file is larger than {limit} KB"),
        Text("Un foglio per file.", "One foglio in each file."),
    ),
    "zip_unreadable": (
        Text(
            "l'archivio ZIP è guasto, cifrato o di un tipo non letto",
            "the ZIP archive is damaged, encrypted or of a kind that is not read",
        ),
        Text("Creare di nuovo l'archivio, senza password.", "Make the archive again, unlocked."),
    ),
    "zip_empty": (
        Text("l'archivio ZIP non contiene file", "the ZIP archive has no files"),
        Text("Mettervi un file per studente.", "Put one file for each student in it."),
    ),
    "import_too_large": (
        Text(
            "con questo l'invio contiene troppo: al massimo {files} file e {most} MB, aperti gli"
            " archivi ZIP",
            "with this too much is sent: at most {files} files and {most} MB, ZIP archives opened",
        ),
        Text(
            "Dividere gli archivi e inviare in più volte.",
            "Split archives and send them one after another.",
        ),
    ),
    "decision_field": (
        Text(
            "nella delibera il campo {field} manca o ha un valore sbagliato",
            "in the decision the field {field} is missing or has a wrong value",
        ),
        Text(
            "Correggere il campo: giorni AAAA-MM-GG, crediti e voti in cifre.",
            "Correct the field: days YYYY-MM-DD, credits and grades in figures.",
        ),
    ),
}
CASES = MappingProxyType(
    _CASES
    | office_security.CASES
    | office_accounts.CASES
    | office_arrivals.CASES
    | office_systems.CASES
)
"""Sentence and remedy of what only commands and their files can get wrong, by ``why``."""

_LINE = Text("riga {line}", "line {line}")


def sentence(reason: Reason, language: Language) -> str:
    """Return what a reason says to an office, without its place."""
    case = CASES.get(reason.params.get("why", ""))
    if case is not None:
        said = case[0].say(language, **reason.params)
    else:
        said = causes.sentence(reason, language)
    if reason.cause is Cause.NOT_A_DOCUMENT and reason.params.get("line", "0") != "0":
        said += f" ({_LINE.say(language, line=reason.params['line'])})"
    return said


def remedy(reason: Reason, language: Language) -> str:
    """Return what helps an office against a reason."""
    case = CASES.get(reason.params.get("why", ""))
    if case is not None:
        return case[1].say(language)
    known = REMEDIES.get(reason.cause)
    return known.say(language) if known else causes.remedy(reason, language)


def place(reason: Reason, language: Language) -> str:
    """Return where a reason lies, as people read it: lines of files in their language."""
    first, slash, rest = reason.path.partition("/")
    word, blank, number = first.partition(" ")
    if word == "riga" and blank:
        first = _LINE.say(language, line=number)
    return first + slash + rest
