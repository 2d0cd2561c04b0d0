"""A foglio as people read it: its sections in order, groups as headings, exams as tables."""

from collections.abc import Callable, Iterator, Sequence

from lxml import etree

from gateway.documents.blocks import Block, facts, heading, table
from gateway.domain.terms import Section
from gateway.foglio.documents import element_of
from gateway.texts import Language
from gateway.texts.codes import meaning
from gateway.texts.foglio_labels import label, titled
from gateway.texts.papers import PAPERS

_EXAMS = "EsamiSuperatiOFrequentati"
_ATTACHMENTS = "Allegati"
_DEEPEST = 6
_DAY = 10


def latest(contents: Sequence[bytes]) -> list[etree._Element]:
    """Return the sections of a foglio, each from the last message that brought it."""
    elements = [element_of(content) for content in contents]
    found = []
    for name in (*Section, _ATTACHMENTS):
        for element in reversed(elements):
            section = element.find(name)
            if section is not None:
                found.append(section)
                break
    return found


def blocks_of(sections: Sequence[etree._Element], language: Language) -> list[Block]:
    """Return the blocks of some sections."""
    return [block for section in sections for block in _group(section, 2, language)]


def _group(element: etree._Element, level: int, language: Language) -> Iterator[Block]:
    """Yield a heading, the plain values below it, then the groups below it."""
    if element.tag == _EXAMS:
        yield _exams(element, language)
        return
    yield heading(_heading(element, language), min(level, _DEEPEST))
    children = [child for child in element if isinstance(child.tag, str)]
    plain = [child for child in children if _is_plain(child)]
    if plain:
        yield facts((titled(label(child.tag).say(language)), _value(child)) for child in plain)
    for child in children:
        if child not in plain:
            yield from _group(child, level + 1, language)


def _heading(element: etree._Element, language: Language) -> str:
    name = titled(label(str(element.tag)).say(language))
    number = element.findtext("Progressivo") or element.findtext("AnnoAccademico")
    return f"{name} {number}" if number else name


def _is_plain(element: etree._Element) -> bool:
    """Tell whether an element is a value: text, or a code in its own element."""
    return len(element) == 0 or [child.tag for child in element] == ["codice"]


def _value(element: etree._Element) -> str:
    holder = element[0] if len(element) else element
    said = " ".join((holder.text or "").split())
    described = holder.get("descrizione", "")
    if _is_day(said):
        said = f"{said[8:]}/{said[5:7]}/{said[:4]}"
    return f"{said} – {described}" if described else said


def _is_day(text: str) -> bool:
    parts = text.split("-")
    return (
        len(text) == _DAY
        and [len(part) for part in parts] == [4, 2, 2]
        and all(part.isdigit() for part in parts)
    )


def _exams(element: etree._Element, language: Language) -> Block:
    def word(key: str, **params: str) -> str:
        return PAPERS[key].say(language, **params)

    columns = [
        (word("activity"), 4.2),
        (word("outcome"), 2.2),
        (word("day"), 1.8),
        (word("grade"), 1.4),
        (word("granted"), 1.0),
        (word("sector"), 1.9),
    ]
    caption = titled(label(_EXAMS).say(language))
    return table(
        caption, columns, (_exam(exam, word, language) for exam in element.iterfind("Esame"))
    )


def _exam(exam: etree._Element, word: Callable[..., str], language: Language) -> list[str]:
    def text(path: str) -> str:
        found = exam.find(path)
        return _value(found) if found is not None else ""

    grade = text("Voto")
    if text("Lode") == "SI":
        grade += f" {word('honours')}"
    if text("Idoneita") == "SI":
        grade = word("pass")
    suspended = text("Sospensione/Causale")
    why = meaning("CausaleSospensioneType", suspended, language) or suspended
    code = text("Esito")
    outcome = meaning("TipoEsitoEsameType", code, language) or code.lower()
    if suspended:
        outcome = word("suspended", why=why)
    sectors = sorted({_value(item) for item in exam.iterfind("Dettaglio/SSD")})
    name = " ".join(filter(None, (text("CodiceAttivita"), text("Denominazione"))))
    return [
        name,
        outcome,
        text("Data") or text("DataFrequenza"),
        grade,
        text("CFU"),
        ", ".join(sectors),
    ]
