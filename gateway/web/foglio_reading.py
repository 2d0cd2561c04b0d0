"""A foglio as pages show it to be read: identity, titles, exams, in words."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from flask_babel import format_decimal

from gateway.domain.foglio_congedo import Exam, ExamOutcome
from gateway.foglio import sheets
from gateway.foglio.documents import element_of
from gateway.foglio.form_schema import Kind, Node, Words, node_at
from gateway.foglio.sheets import Said
from gateway.texts.codes import meaning
from gateway.usecases.ports import FoglioDocuments
from gateway.web.language import day, language, say

_NUMBERS = (Kind.DECIMAL, Kind.INTEGER)


@dataclass(frozen=True, slots=True)
class Line:
    """A value of a foglio with its name, or what stands in a group."""

    name: str
    value: str
    lines: "tuple[Line, ...]" = ()


@dataclass(frozen=True, slots=True)
class Stretch:
    """A tratta as people read it."""

    number: int
    course: str
    matricola: str
    exams: tuple[Exam, ...]
    cfu: Decimal


@dataclass(frozen=True, slots=True)
class Shown:
    """What a page shows of a foglio."""

    identity: tuple[Line, ...]
    titles: tuple[Line, ...]
    fees: tuple[Line, ...]
    stretches: tuple[Stretch, ...]
    suspended: tuple[Exam, ...]
    has_titles: bool
    has_career: bool


def shown(content: bytes, documents: FoglioDocuments) -> Shown:
    """Return what a page shows of a foglio that follows the schema."""
    root = element_of(content)
    career = documents.career(content)
    stretches = tuple(
        Stretch(
            tratta.number,
            tratta.course_name,
            tratta.matricola,
            tratta.exams,
            sum((exam.cfu for exam in tratta.exams if _counts(exam)), Decimal(0)),
        )
        for tratta in (career.tratte if career else ())
    )
    return Shown(
        identity=_lines_of(root, "DatiIdentificativiStudente"),
        titles=_lines_of(root, "TitoliConseguiti"),
        fees=tuple(
            line for line in _lines_of(root, "Trasferimento") if line.lines and _is_fee(line)
        ),
        stretches=stretches,
        suspended=tuple(career.suspended) if career else (),
        has_titles=root.find("TitoliConseguiti") is not None,
        has_career=career is not None,
    )


def _is_fee(line: Line) -> bool:
    node = node_at("Trasferimento/PagamentoAnnoAccademicoTrasferimento")
    return node is not None and line.name == said(node.label)


def _counts(exam: Exam) -> bool:
    return exam.outcome in (ExamOutcome.PASSED, ExamOutcome.RECOGNISED)


def said(words: Words) -> str:
    """Return what the schema says, in the language of the page."""
    return say(words.it, words.en)


def _lines_of(root: object, name: str) -> tuple[Line, ...]:
    element = root.find(name)  # type: ignore[attr-defined]
    node = node_at(name)
    if element is None or node is None:
        return ()
    return tuple(_lines(sheets.outline(element, node)))


def _lines(group: Said) -> Iterator[Line]:
    for part in group.parts:
        if part.node.is_group:
            yield Line(said(part.node.label), "", tuple(_lines(part)))
        elif part.value:
            yield Line(said(part.node.label), value_in_words(part.node, part.value))


def value_in_words(node: Node, value: str) -> str:
    """Return a value of a foglio as people write it: days, numbers, codes with their meaning."""
    if node.kind is Kind.DATE:
        try:
            return day(date.fromisoformat(value))
        except ValueError:
            return value
    if node.kind is Kind.DECIMAL:
        return value.replace(".", ",") if language() == "it" else value
    means = meaning(node.type_name, value, language())
    if not means or means == value:
        return value
    return means if node.type_name in ("SiNoType", "SessoType") else f"{means} ({value})"


def grade(exam: Exam) -> str:
    """Return the grade of an exam as people write it."""
    if exam.pass_only:
        return say("idoneità", "pass")
    if exam.grade is None:
        return "–"
    return (
        say("{grade} e lode", "{grade} with honours", grade=exam.grade)
        if exam.honours
        else (str(exam.grade))
    )


def outcome(exam: Exam) -> str:
    """Return how an exam stands in the career."""
    return meaning("TipoEsitoEsameType", exam.outcome.value, language())


def suspension(exam: Exam) -> str:
    """Return why the registration of an exam is suspended."""
    return meaning("CausaleSospensioneType", exam.suspension, language()) or exam.suspension


def cfu(value: Decimal) -> str:
    """Return credits as people write them."""
    return str(format_decimal(value))
