"""What the outcomes of a diploma lookup say on the wire, as the guideline words them (F.3).

The record layout gives ``Messaggio`` 100 characters: sentences that are longer, with the codice
fiscale and the year that they tell, lose their first words. They are Italian only, like all that
travels.
"""

from types import MappingProxyType

from gateway.domain.titles import LookupOutcome as L

LONGEST = 100
INSTEAD = "[locale] "
"""Begins what our own store says in the place of a registry that is silent."""

_MESSAGES = {
    L.FOUND: "Ricerca effettuata con successo. {asked}",
    L.NOT_FOUND: "Non sono stati trovati dati con i parametri specificati in input. {asked}",
    L.MANY: "Trovate più occorrenze con i parametri specificati: {asked}",
    L.NO_CONNECTION: "Impossibile reperire i dati, problemi di collegamento alla base dati",
    L.FAILED: "Errore generico nella ricerca: {detail}",
    L.CODICE_FISCALE_MALFORMED: (
        "Codice Fiscale formalmente non corretto. Impossibile effettuare la ricerca"
    ),
    L.YEAR_MALFORMED: (
        "Anno di Conseguimento non valorizzato correttamente (formato AAAA). Impossibile effettuare"
        " ricerca"
    ),
    L.YEAR_NOT_NUMERIC: (
        "Anno di Conseguimento non numerico (formato AAAA). Impossibile effettuare la ricerca"
    ),
    L.CREDENTIALS_OF_ANOTHER: "Il Codice Fiscale fornito non è congruente con le credenziali.",
    L.YEAR_MISSING: (
        "Anno di conseguimento non valorizzato o non corretto. Impossibile effettuare la ricerca"
    ),
    L.CODICE_FISCALE_MISSING: (
        "Codice Fiscale non valorizzato o non corretto. Impossibile effettuare la ricerca"
    ),
    L.CREDENTIALS_NOT_CHECKED: (
        "Errore di connessione. Impossibile verificare le credenziali fornite"
    ),
    L.CREDENTIALS_WRONG: "Impossibile accedere con le credenziali fornite",
    L.CREDENTIALS_HALF: (
        "Dati di Autenticazione impostati in maniera scorretta (specificare user e credenziali)"
    ),
}
MESSAGES = MappingProxyType(_MESSAGES)


def message(outcome: L, *, asked: str = "", detail: str = "", instead: bool = False) -> str:
    """Return what an outcome says, in at most 100 characters.

    ``asked`` is the codice fiscale and the year asked for; ``detail`` what a registry said of its
    own failure; ``instead`` that our store speaks for a registry that is silent.
    """
    said = MESSAGES[outcome].format(asked=asked, detail=detail)
    return f"{INSTEAD if instead else ''}{said}"[:LONGEST].strip()
