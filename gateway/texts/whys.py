"""Words inside the sentences of causes: why two values disagree, which check is meant."""

from types import MappingProxyType

from gateway.texts import Text

_WHYS: dict[str, Text] = {
    "grade_above_scale": Text("voto oltre il massimo della scala", "grade above its scale"),
    "honours_below_full_marks": Text("lode senza il voto massimo", "honours without full marks"),
    "closing_incomplete": Text(
        "fine della tratta e motivo di chiusura vanno insieme",
        "end of the stretch and reason of closing go together",
    ),
    "end_before_start": Text("fine precedente all'inizio", "end before the start"),
    "passed_without_grade": Text(
        "esame superato senza voto né idoneità", "exam passed without grade or pass"
    ),
    "passed_without_day": Text("esame superato senza data", "exam passed without a day"),
    "grade_and_pass": Text("voto e idoneità insieme", "both a grade and a pass"),
    "attended_with_grade": Text("frequenza con voto", "attendance with a grade"),
    "suspension_mismatch": Text(
        "esito SOSPESO e causale di sospensione vanno insieme",
        "outcome SOSPESO and reason of suspension go together",
    ),
    "credits_by_sector": Text(
        "la somma dei crediti per settore non dà i crediti dell'esame",
        "credits by sector do not add up to the exam's credits",
    ),
    "birth_and_codice_fiscale": Text(
        "data di nascita diversa da quella del codice fiscale",
        "birth date other than that of the codice fiscale",
    ),
    "sex_and_codice_fiscale": Text(
        "sesso diverso da quello del codice fiscale", "sex other than that of the codice fiscale"
    ),
    "no_source": Text("nessun esame di origine", "no exam to convert"),
    "unknown_exam": Text(
        "l'esame {exam} non è nella carriera", "the exam {exam} is not in the career"
    ),
    "exam_not_passed": Text(
        "l'esame {exam} non è superato né convalidato",
        "the exam {exam} is not passed or recognised",
    ),
    "refused_with_credits": Text("riga rifiutata con crediti", "refused line with credits"),
    "credits_exceed": Text(
        "crediti concessi ({granted}) oltre quelli usati ({used}) o nulli",
        "credits granted ({granted}) above those used ({used}) or none",
    ),
    "spent_twice": Text(
        "l'esame {exam} è usato per {used} crediti su {available}",
        "the exam {exam} is used for {used} of {available} credits",
    ),
}
WHYS = MappingProxyType(_WHYS)

CHECKS = MappingProxyType(
    {
        "fees": Text("regolarità delle tasse", "fees in order"),
        "suspended_exams": Text("registrazioni sospese", "suspended registrations"),
        "library": Text("posizione in biblioteca", "position at the library"),
        "student_notes": Text("note dello studente", "student's notes"),
    }
)
