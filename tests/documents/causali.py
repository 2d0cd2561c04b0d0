"""docs/causali.md, from the table of codes and the sentences."""

from gateway.soap.outcomes import CODES, LOCAL_FROM
from gateway.texts.causes import TEXTS

INTRODUCTION = """# Causali: i codici di esito

Generato dalle tabelle di `gateway/soap/outcomes.py` e `gateway/texts/causes.py` con `make docs`;
non modificare. *Made from the tables by `make docs`; do not edit.*

Ogni risposta porta `codEsito` e `descEsito`. 0 è l'accettazione. Un rifiuto porta il codice della
prima causa e in `descEsito` **tutte** le cause, ciascuna con il percorso dell'elemento. I percorsi
nominano elementi, mai valori. I numeri sono stabili: non cambiano e non si riusano. 0 e 1 sono
delle linee guida (A.3), gli altri del profilo.

*Every answer carries `codEsito` and `descEsito`. 0 is acceptance. A refusal carries the code of the
first cause and in `descEsito` all causes, each with the path of its element. Paths name elements,
never values. Numbers are stable.*

| codice | causa | descrizione | rimedio | agisce |
|---|---|---|---|---|
| 0 | `ok` | OK<br>*accepted* | | |
"""
LOCAL = f"""
## Cause interne (da {LOCAL_FROM})

Le vedono solo gli uffici di un'installazione (comandi, registri); non viaggiano mai.
*Seen by the offices of an installation only; they never travel.*

| codice | causa | descrizione | rimedio | agisce |
|---|---|---|---|---|
"""


def make() -> str:
    """Return the document."""
    rows = sorted((code, cause) for cause, code in CODES.items())
    on_the_wire = [_row(code, cause) for code, cause in rows if code < LOCAL_FROM]
    local = [_row(code, cause) for code, cause in rows if code >= LOCAL_FROM]
    return INTRODUCTION + "".join(on_the_wire) + LOCAL + "".join(local)


def _row(code: int, cause) -> str:  # noqa: ANN001
    text = TEXTS[cause]
    cells = (
        f"{text.sentence.it}<br>*{text.sentence.en}*",
        f"{text.remedy.it}<br>*{text.remedy.en}*",
        text.acts.value,
    )
    return (
        f"| {code} | `{cause.value}` | " + " | ".join(c.replace("|", "/") for c in cells) + " |\n"
    )
