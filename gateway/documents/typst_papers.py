"""The papers of a practice: implements ``PaperDocuments`` with Typst."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from datetime import date, datetime
from decimal import Decimal

from gateway.documents import blocks
from gateway.documents.blocks import Block, Enclosure, Layout
from gateway.documents.compiling import make_pdf
from gateway.documents.exchanged import foglio_bytes
from gateway.documents.foglio_blocks import blocks_of, latest
from gateway.domain.calendar import ITALY
from gateway.domain.checks import Check
from gateway.domain.delibera import Conversion, Integration
from gateway.domain.deliveries import Side
from gateway.texts import Language
from gateway.texts.papers import PAPERS
from gateway.texts.whys import CHECKS
from gateway.usecases.paper_ports import (
    DecisionSheet,
    EnrolmentReceipt,
    FoglioSheet,
    PaperHead,
    Receipt,
    Registered,
    Wanted,
)

Facts = list[tuple[str, str]]


class TypstPapers:
    """Makes PDF/A-3a, PDF/UA-1 documents; the exchanged XML is enclosed byte for byte."""

    def receipt(self, facts: Receipt, language: str) -> bytes:
        """Return the receipt of a request."""
        words = _Words(language)
        rows: Facts = [
            *words.head(facts.head),
            (words("destination"), _coded(facts.wanted)),
            *words.course(facts.wanted),
            *words.registered(facts.registered),
        ]
        parts = [blocks.facts(rows)]
        if facts.irregularities:
            parts.append(words.irregularities(facts.irregularities))
        else:
            parts.append(blocks.paragraph(words("no_irregularity")))
        parts.append(blocks.paragraph(words("receipt_note")))
        enclosed = _enclosed([facts.foglio] if facts.foglio else [], words("xml_submitted"), "data")
        return _pdf("receipt", facts.head, words, parts, enclosed)

    def enrolment(self, facts: EnrolmentReceipt, language: str) -> bytes:
        """Return the receipt of an enrolment."""
        words = _Words(language)
        rows: Facts = [
            *words.head(facts.head),
            (words("matricola"), facts.matricola),
            (words("enrolled"), words.moment(facts.enrolled_at)),
            *words.course(facts.wanted),
            (words("course_asked"), facts.course_asked),
            (words("origin"), facts.origin),
            *words.registered(facts.registered),
        ]
        parts = [blocks.facts(rows)]
        enclosed = _enclosed(facts.messages, words("xml_sent"), "data")
        return _pdf("enrolment", facts.head, words, parts, enclosed)

    def foglio(self, facts: FoglioSheet, language: str) -> bytes:
        """Return the foglio as a document for people."""
        words = _Words(language)
        ours = facts.side is Side.ORIGIN
        rows: Facts = [
            *words.head(facts.head),
            (words("destination" if ours else "origin"), facts.partner),
            *(words.registered(facts.registered) if facts.registered else ()),
        ]
        contents = facts.messages or (facts.draft,)
        parts = [blocks.facts(rows), *blocks_of(latest(contents), words.language)]
        if not facts.messages:
            parts.insert(0, blocks.paragraph(words("draft_note")))
        description = words("xml_sent" if facts.messages else "xml_draft")
        enclosed = _enclosed(contents, description, "source")
        return _pdf("foglio" if facts.messages else "draft", facts.head, words, parts, enclosed)

    def decision(self, facts: DecisionSheet, language: str) -> bytes:
        """Return the decision of the commission."""
        words = _Words(language)
        delibera = facts.delibera
        rows: Facts = [
            *words.head(facts.head),
            (words("body"), delibera.body),
            (words("number"), delibera.number),
            (words("decided"), words.day(delibera.decided_on)),
            *words.registered(facts.registered),
            (words("origin"), facts.origin),
            *words.course(facts.wanted),
            (words("admitted"), str(delibera.year_of_course or "")),
            (words("total"), words.number(delibera.cfu)),
            (words("notes"), delibera.notes),
        ]
        parts = [
            blocks.facts(rows),
            words.conversions(facts),
            *words.totals(delibera.conversions),
            *words.integrations(delibera.integrations),
        ]
        enclosed = _enclosed(facts.messages, words("xml_sent"), "source")
        return _pdf("decision", facts.head, words, parts, enclosed)


class _Words:
    """The words of one paper, in its language."""

    def __init__(self, language: str) -> None:
        self.language = Language(language)

    def __call__(self, key: str, **params: str) -> str:
        return PAPERS[key].say(self.language, **params)

    def day(self, value: date) -> str:
        return value.strftime("%d/%m/%Y")

    def moment(self, value: datetime) -> str:
        return self.day(value.astimezone(ITALY).date())

    def number(self, value: Decimal) -> str:
        plain = f"{value.normalize():f}"
        return plain.replace(".", ",") if self.language is Language.ITALIAN else plain

    def head(self, head: PaperHead) -> Facts:
        """Return about which practice and whom a paper is."""
        student = head.student
        return [
            (self("practice"), head.id_pratica),
            (self("student"), f"{student.surname} {student.name}"),
            (self("codice_fiscale"), student.codice_fiscale),
            (self("born"), self.day(student.birth_date) if student.birth_date else ""),
        ]

    def course(self, wanted: Wanted) -> Facts:
        """Return course and year."""
        year = wanted.academic_year
        named = f"{wanted.course_name} ({wanted.course_code})"
        return [
            (self("course"), named if wanted.course_name else wanted.course_code),
            (self("year"), f"{year}/{year + 1}"),
        ]

    def registered(self, registered: Registered) -> Facts:
        """Return number and day of the protocol register."""
        return [
            (self("protocol"), registered.number),
            (self("registered"), self.moment(registered.at)),
        ]

    def irregularities(self, checks: Sequence[Check]) -> Block:
        """Return what was found wrong, and what became of it."""
        columns = [(self("check"), 2.0), (self("finding"), 4.0), (self("now"), 2.0)]
        rows = [
            [
                CHECKS[check.kind].say(self.language),
                check.detail,
                f"{self('settled')} {self.moment(check.cleared_at)}"
                if check.cleared_at
                else self("open"),
            ]
            for check in checks
        ]
        return blocks.table(self("irregularities"), columns, rows)

    def conversions(self, facts: DecisionSheet) -> Block:
        """Return the conversion table; a line with many exams takes one cell."""
        columns = [
            (self("exam"), 4.0),
            (self("used"), 1.2),
            (self("target"), 4.0),
            (self("granted"), 1.0),
            (self("sector"), 1.6),
            (self("grade"), 1.0),
        ]
        rows = [self._conversion(line, facts) for line in facts.delibera.conversions]
        return blocks.table(self("conversions"), columns, rows)

    def _conversion(self, line: Conversion, facts: DecisionSheet) -> list[str]:
        names = []
        for source in line.sources:
            exam = facts.exams.get(source.reference)
            names.append(f"{source.reference} {exam.name if exam else ''}".strip())
        target = f"{line.target_code} {line.target_name}".strip()
        if line.refused_for:
            target = f"{target} – {self('refused', why=line.refused_for)}".strip(" –")
        used = "; ".join(self.number(source.cfu) for source in line.sources)
        granted = "" if line.refused_for else self.number(line.cfu)
        grade = str(line.grade) if line.grade is not None else ""
        return ["; ".join(names), used, target, granted, line.sector, grade]

    def totals(self, conversions: Sequence[Conversion]) -> Iterator[Block]:
        """Yield the credits granted by sector."""
        by_sector: dict[str, Decimal] = defaultdict(Decimal)
        for line in conversions:
            if not line.refused_for:
                by_sector[line.sector or self("no_sector")] += line.cfu
        if by_sector:
            columns = [(self("sector"), 2.0), (self("granted"), 1.0)]
            rows = [[sector, self.number(cfu)] for sector, cfu in sorted(by_sector.items())]
            yield blocks.table(self("by_sector"), columns, rows)

    def integrations(self, exams: Sequence[Integration]) -> Iterator[Block]:
        """Yield the exams that the student must take besides, if there are any."""
        if exams:
            columns = [(self("still_exam"), 4.0), (self("granted"), 1.0), (self("sector"), 1.6)]
            rows = [
                [f"{one.code} {one.name}".strip(), self.number(one.cfu), one.sector]
                for one in exams
            ]
            yield blocks.table(self("integrations"), columns, rows)


def _coded(wanted: Wanted) -> str:
    name, code = wanted.university_name, wanted.university_code
    return f"{name} ({code})" if name != code else code


def _enclosed(
    contents: Sequence[bytes], description: str, relationship: str
) -> tuple[Enclosure, ...]:
    """Return the fogli of some messages as files of the paper, without what stood around them."""
    many = len(contents) > 1
    return tuple(
        Enclosure(
            name=f"foglio-congedo-{number}.xml" if many else "foglio-congedo.xml",
            content=foglio_bytes(content),
            description=description,
            relationship=relationship,
        )
        for number, content in enumerate(contents, 1)
    )


def _pdf(
    title: str,
    head: PaperHead,
    words: _Words,
    parts: Sequence[Block],
    enclosed: tuple[Enclosure, ...],
) -> bytes:
    university = head.university
    english = words.language is Language.ENGLISH
    told = [blocks.paragraph(words("enclosed"))] if enclosed and title != "draft" else []
    return make_pdf(
        Layout(
            title=words(title),
            university=university.name_en if english else university.name,
            language=words.language.value,
            footer=f"{head.id_pratica} · {words('printed')} {words.moment(head.printed_at)}",
            page=words("page"),
            blocks=[*parts, *told],
            enclosures=enclosed,
        ),
        head.printed_at,
    )
