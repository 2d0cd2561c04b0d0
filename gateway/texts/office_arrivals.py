"""What the pages of the destination say of what only they, and their lists, can get wrong."""

from types import MappingProxyType

from gateway.texts import Text

_CASES: dict[str, tuple[Text, Text]] = {
    "token_expired": (
        Text("il token è scaduto", "the token has expired"),
        Text(
            "Chiedere alla segreteria dell'ateneo di destinazione di prolungarlo.",
            "Ask the secretariat of the destination to renew it.",
        ),
    ),
    "change_unconfirmed": (
        Text("la modifica non è ancora confermata", "the change is not confirmed yet"),
        Text("Confermare la modifica.", "Confirm the change."),
    ),
    "privacy_unread": (
        Text("l'informativa non è ancora confermata", "the statement is not confirmed yet"),
        Text("Leggere l'informativa e confermarlo.", "Read the statement and confirm it."),
    ),
    "step_unconfirmed": (
        Text("un passo non è ancora confermato", "a step is not confirmed yet"),
        Text("Confermare ogni passo, nell'ordine.", "Confirm each step, in order."),
    ),
    "difference_undecided": (
        Text("non è scelto quale valore vale", "it is not chosen which value holds"),
        Text("Scegliere uno dei due valori.", "Choose one of the two values."),
    ),
    "matricola_of_nobody": (
        Text("la matricola non è di questo studente", "the student number is not this student's"),
        Text(
            "Scegliere un'immatricolazione fra quelle note, o importarle (congedo student import).",
            "Choose one of the enrolments known, or import them (congedo student import).",
        ),
    ),
    "enrolled": (
        Text("il file non è un CSV leggibile", "the file is no readable CSV"),
        Text(
            "Salvare l'elenco come CSV in UTF-8 con Matricola, CodiceFiscale e Corso.",
            "Save the list as CSV in UTF-8 with Matricola, CodiceFiscale and Corso.",
        ),
    ),
    "no_enrolled": (
        Text("il file non contiene alcuno studente", "the file has no student"),
        Text("Scrivere uno studente per riga.", "Write one student a line."),
    ),
}
CASES = MappingProxyType(_CASES)
"""Sentence and remedy, by ``why``."""
