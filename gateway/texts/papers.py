"""The words of the papers: receipts, foglio, decision."""

from types import MappingProxyType

from gateway.texts import Text

_PAPERS = {
    "receipt": Text(
        "Ricevuta della domanda di trasferimento", "Receipt of the request of transfer"
    ),
    "enrolment": Text("Ricevuta di immatricolazione", "Receipt of enrolment"),
    "foglio": Text("Foglio di congedo", "Foglio di congedo (transfer record)"),
    "draft": Text("Foglio di congedo (bozza)", "Foglio di congedo (draft)"),
    "decision": Text("Delibera della commissione", "Decision of the commission"),
    "printed": Text("stampato il", "printed on"),
    "page": Text("pagina", "page"),
    "practice": Text("IdPratica", "IdPratica"),
    "student": Text("Studente", "Student"),
    "codice_fiscale": Text("Codice fiscale", "Codice fiscale"),
    "born": Text("Data di nascita", "Birth date"),
    "destination": Text("Ateneo di destinazione", "University of destination"),
    "origin": Text("Ateneo di provenienza", "University of origin"),
    "course": Text("Corso di studi", "Degree course"),
    "course_asked": Text("Corso chiesto nella domanda", "Course asked for"),
    "year": Text("Anno accademico", "Academic year"),
    "protocol": Text("Numero di protocollo", "Protocol number"),
    "registered": Text("Data di protocollo", "Registered on"),
    "irregularities": Text("Irregolarità rilevate", "Irregularities found"),
    "no_irregularity": Text("Nessuna irregolarità rilevata.", "No irregularity was found."),
    "check": Text("Verifica", "Check"),
    "finding": Text("Che cosa risulta", "Finding"),
    "now": Text("Oggi", "Now"),
    "open": Text("da risolvere", "to be settled"),
    "settled": Text("risolta il", "settled on"),
    "receipt_note": Text(
        "La domanda è stata presentata e registrata. Questa ricevuta non sostituisce il foglio di"
        " congedo, che l'ateneo invia alla destinazione dopo le verifiche.",
        "The request was submitted and registered. This receipt does not replace the foglio di"
        " congedo, which the university sends to the destination once it has been verified.",
    ),
    "matricola": Text("Numero di matricola", "Student number"),
    "enrolled": Text("Data di immatricolazione", "Enrolled on"),
    "enclosed": Text(
        "Il foglio scambiato fra gli atenei è allegato a questo documento (XML).",
        "The foglio exchanged between the universities is enclosed in this document (XML).",
    ),
    "draft_note": Text(
        "Bozza: il foglio non è ancora stato accettato dalla destinazione.",
        "Draft: the destination has not accepted the foglio yet.",
    ),
    "xml_sent": Text("Foglio di congedo, come scambiato", "Foglio di congedo, as exchanged"),
    "xml_draft": Text("Foglio di congedo, bozza", "Foglio di congedo, draft"),
    "xml_submitted": Text("Foglio di congedo, come presentato", "Foglio di congedo, as submitted"),
    "body": Text("Organo", "Body"),
    "number": Text("Numero della delibera", "Number of the decision"),
    "decided": Text("Data della delibera", "Decided on"),
    "admitted": Text("Ammesso all'anno di corso", "Admitted to year of course"),
    "total": Text("CFU riconosciuti in tutto", "Credits recognised in all"),
    "notes": Text("Note", "Notes"),
    "conversions": Text("Tabella di conversione", "Conversion table"),
    "exam": Text("Esame della carriera", "Exam of the career"),
    "used": Text("CFU usati", "Credits used"),
    "target": Text("Riconosciuto come", "Recognised as"),
    "granted": Text("CFU", "Credits"),
    "sector": Text("SSD", "Sector"),
    "grade": Text("Voto", "Grade"),
    "refused": Text("Non riconosciuto: {why}", "Not recognised: {why}"),
    "by_sector": Text("CFU riconosciuti per settore", "Credits recognised by sector"),
    "integrations": Text("Esami da integrare", "Exams still to be taken"),
    "still_exam": Text("Esame", "Exam"),
    "no_sector": Text("senza settore", "no sector"),
    "activity": Text("Attività", "Activity"),
    "outcome": Text("Esito", "Outcome"),
    "day": Text("Data", "Day"),
    "honours": Text("lode", "honours"),
    "pass": Text("idoneità", "pass"),
    "suspended": Text("sospeso: {why}", "suspended: {why}"),
}
PAPERS = MappingProxyType(_PAPERS)
"""Every word of the papers, by its key."""
