"""What refusals about careers and students' requests say: sentence, remedy, and who acts."""

from gateway.domain.rejections import Cause

ORIGIN: dict[Cause, tuple[str, str, str, str, str]] = {
    Cause.CAREER_NOT_FOUND: (
        "la carriera dello studente non è ancora disponibile",
        "the student's career is not available yet",
        "La segreteria importa il foglio preparato (congedo career import).",
        "The secretariat imports the prepared foglio (congedo career import).",
        "OFFICE",
    ),
    Cause.REQUEST_OPEN: (
        "c'è già una domanda di trasferimento: {practice}",
        "there is a transfer request already: {practice}",
        "Annullare o attendere che si concluda la domanda già fatta.",
        "Cancel the request already made, or wait for its end.",
        "OFFICE",
    ),
}
