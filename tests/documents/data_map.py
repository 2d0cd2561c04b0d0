"""The tables of docs/security-and-privacy.md that say what is kept, why and how long."""

from collections.abc import Iterable
from pathlib import Path

from gateway.domain.retention import OF_PRACTICES, TERMS, Kept
from gateway.texts import Language
from gateway.texts.personal_data import HOLDINGS as TEXTS
from gateway.texts.personal_data import KINDS
from storage.data_map import HOLDINGS, Erased
from tests.documents import access

HEADINGS = {
    "it": "| tabella | che cosa | perché | cifrato | in chiaro | termine | alla cancellazione |",
    "en": "| table | what | why | encrypted | in clear | term | on erasure |",
}
_TERM_HEADINGS = {
    "it": "| tipo | che cosa | giorni | da quando | minimo |",
    "en": "| kind | what | days | since | least |",
}
_ERASED = {
    Erased.DELETED: ("tolta la riga", "row deleted"),
    Erased.EMPTIED: ("tolto il contenuto", "content removed"),
    Erased.ANONYMISED: ("resa anonima", "made anonymous"),
    Erased.STAYS: ("resta", "stays"),
}
_SINCE = {
    Kept.LOOSE_MESSAGES: ("ricezione o invio", "receipt or sending"),
    Kept.DRAFTS: ("ultima modifica", "last change"),
    Kept.MAILS: ("invio o rinuncia", "sending or giving up"),
    Kept.DELIVERIES: ("fine della consegna", "end of the delivery"),
    Kept.ALARMS: ("chiusura", "closing"),
    Kept.ADMISSIONS: ("fine dell'anno accademico", "end of the academic year"),
    Kept.STUDENT_FILES: ("evento", "event"),
    Kept.REGISTRY_ANSWERS: ("fine di validità della risposta", "end of the answer's validity"),
    Kept.REGISTRY_QUERIES: ("domanda", "question"),
    Kept.TITLE_REFUSALS: ("importazione", "import"),
    Kept.STUDENT_CREDENTIALS: ("ultima importazione", "last import"),
    Kept.CAREERS: ("ultima importazione", "last import"),
    Kept.ENROLLED_STUDENTS: ("ultima importazione", "last import"),
    Kept.ACCESSES: ("accesso", "access"),
    Kept.STUDENT_ACCOUNTS: ("ultimo accesso", "last entrance"),
    Kept.AUDIT: ("atto", "act"),
}
_END = ("fine della pratica", "end of the practice")
_NO_END = ("senza fine", "no end")


DOCUMENT = Path(__file__).parents[2] / "docs" / "security-and-privacy.md"


def make() -> str:
    """Return the document with its tables made anew; the rest is written by hand."""
    text = DOCUMENT.read_text("utf-8")
    for language in HEADINGS:
        for name, table in (("data", table_of_data), ("terms", table_of_terms)):
            begin, end = f"<!-- {name}:{language} -->", f"<!-- /{name}:{language} -->"
            before, _, rest = text.partition(begin)
            _, found, after = rest.partition(end)
            assert found, begin
            text = f"{before}{begin}\n{table(language)}\n{end}{after}"
    return access.fill(text)


def table_of_data(language: str) -> str:
    """Return the table of tables: what, why, how it is kept, which term, what erasure does."""
    lines = [HEADINGS[language], "|---|---|---|---|---|---|---|"]
    for name, text in TEXTS.items():
        item = HOLDINGS[name]
        personal = item.personal.split()
        sealed = _names(column for column in personal if column.endswith("_sealed"))
        clear = _names(column for column in personal if not column.endswith("_sealed"))
        terms = _names(item.terms)
        what, why = (said.say(Language(language)) for said in (text.what, text.why))
        lines.append(
            f"| `{name}` | {what} | {why} | {sealed} | {clear} | {terms}"
            f" | {_pick(_ERASED[item.erased], language)} |"
        )
    return "\n".join(lines)


def _names(words: Iterable[str]) -> str:
    return ", ".join(f"`{word}`" for word in words) or "–"


def table_of_terms(language: str) -> str:
    """Return the table of terms: kind, days unless the university says otherwise, since when."""
    lines = [_TERM_HEADINGS[language], "|---|---|---|---|---|"]
    for kept, term in TERMS.items():
        days = _pick(_NO_END, language) if term.days is None else str(term.days)
        since = _pick(_END if kept in OF_PRACTICES else _SINCE[kept], language)
        what = KINDS[kept.value].say(Language(language))
        lines.append(f"| `{kept}` | {what} | {days} | {since} | {term.least} |")
    return "\n".join(lines)


def _pick(said: tuple[str, str], language: str) -> str:
    return said[0] if language == "it" else said[1]
