"""What refusals about personal data say: sentence and remedy in both languages, and who acts."""

from gateway.domain.rejections import Cause

PRIVACY: dict[Cause, tuple[str, str, str, str, str]] = {
    Cause.CONTENT_REMOVED: (
        "contenuto non più conservato, trascorso il suo termine; nulla è cambiato",
        "content no longer kept, its term has passed; nothing was changed",
        "Un messaggio ripetuto era già accettato: leggere lo stato con Get_StatusProcesso.",
        "A repeated message had been accepted: read the state with Get_StatusProcesso.",
        "CALLER",
    ),
    Cause.TERM_NOT_POSSIBLE: (
        "il termine di conservazione va da {least} a {most} giorni, oppure è unlimited",
        "the term of keeping is from {least} to {most} days, or unlimited",
        "Indicare il termine come TIPO=GIORNI (congedo privacy policy).",
        "Give the term as KIND=DAYS (congedo privacy policy).",
        "OFFICE",
    ),
    Cause.PRACTICE_OPEN: (
        "la pratica non si può cancellare: è aperta, o lo è una sua consegna o verifica ({state})",
        "the practice cannot be erased: it, a delivery or a verification of it is open ({state})",
        "Concluderla, o rinunciare alle consegne ferme (congedo delivery list).",
        "End it, or give up the parked deliveries (congedo delivery list).",
        "OFFICE",
    ),
    Cause.RECORDS_KEPT: (
        "atti che l'ateneo deve ancora conservare (fino al: {until})",
        "records that the university must still keep (until: {until})",
        "Attendere il termine, o indicare la base giuridica con --legal-basis (art. 17(3)).",
        "Wait for the term, or name the legal basis with --legal-basis (art. 17(3)).",
        "OFFICE",
    ),
    Cause.PERSON_NOT_FOUND: (
        "nessun dato su questa persona",
        "no data about this person",
        "Verificare il codice fiscale e l'ateneo ospitato.",
        "Check the codice fiscale and the hosted university.",
        "OFFICE",
    ),
}
