"""From a valid foglio to the domain: the element has followed the schema, nothing is checked."""

from collections.abc import Callable, Iterator
from datetime import date
from decimal import Decimal
from typing import TypeVar

from lxml import etree

from gateway.domain.attachments import AttachmentReference
from gateway.domain.foglio_congedo import (
    Career,
    Exam,
    ExamOutcome,
    Fees,
    FoglioCongedo,
    TransferRequest,
    Tratta,
)
from gateway.domain.identifiers import CodiceFiscale, parse_codice_fiscale, parse_miur_code
from gateway.domain.rejections import Rejection
from gateway.domain.students import Student
from gateway.domain.terms import Section

T = TypeVar("T")

_YES = "SI"


def text(element: etree._Element, path: str) -> str:
    """Return the collapsed text at ``path``, empty when there is none."""
    return " ".join((element.findtext(path) or "").split())


def _day(element: etree._Element, path: str) -> date | None:
    found = text(element, path)
    return date.fromisoformat(found) if found else None


def _must_day(element: etree._Element, path: str) -> date:
    return date.fromisoformat(text(element, path))


def _number(element: etree._Element, path: str) -> int | None:
    found = text(element, path)
    return int(found) if found else None


def _year(element: etree._Element, path: str) -> int:
    """Return a year; one that breaks the schema may have more digits than a database takes."""
    return date.fromisoformat(f"{text(element, path)}-01-01").year


def sections_of(body: etree._Element) -> frozenset[Section]:
    """Return the sections of the foglio that a message carries, if it carries one."""
    foglio = body.find("FoglioCongedo")
    return frozenset() if foglio is None else frozenset(_present(foglio))


def student_of(body: etree._Element) -> CodiceFiscale | None:
    """Return whom the foglio of a message is about, if it says so in a form that can be one."""
    found = text(body, f"FoglioCongedo/{Section.DATI_IDENTIFICATIVI}/CodiceFiscale")
    try:
        return parse_codice_fiscale(found) if found else None
    except Rejection:
        return None


def _present(foglio: etree._Element) -> Iterator[Section]:
    return (section for section in Section if foglio.find(section) is not None)


def read(foglio: etree._Element) -> FoglioCongedo:
    """Return what decisions need of a foglio."""
    request = foglio.find(Section.TRASFERIMENTO)
    student = foglio.find(Section.DATI_IDENTIFICATIVI)
    return FoglioCongedo(
        sections=frozenset(_present(foglio)),
        request=None if request is None else _request(request),
        student=None if student is None else _student(student),
        attachments=tuple(_attachment(item) for item in foglio.iterfind("Allegati/Allegato")),
    )


def read_what_can_be(foglio: etree._Element) -> FoglioCongedo:
    """Return what can be read of a foglio that breaks the schema; the rest is left out."""
    sections = frozenset(_present(foglio))
    request = _tolerantly(_request, foglio.find(Section.TRASFERIMENTO))
    student = _tolerantly(_student, foglio.find(Section.DATI_IDENTIFICATIVI))
    announced = (_tolerantly(_attachment, item) for item in foglio.iterfind("Allegati/Allegato"))
    return FoglioCongedo(
        sections, request, student, tuple(item for item in announced if item is not None)
    )


def _tolerantly(read_part: Callable[[etree._Element], T], part: etree._Element | None) -> T | None:
    try:
        return read_part(part) if part is not None else None
    except (ValueError, AssertionError, Rejection):
        return None


def _request(section: etree._Element) -> TransferRequest:
    asked = section.find("DomandaDiTrasferimento")
    wanted = section.find("DestinazioneTrasferimento")
    assert asked is not None and wanted is not None  # noqa: PT018  the schema demands both
    code = wanted.find("CodiceCorsoStudi/codice")
    passed = text(wanted, "TestAmmissione/Superato")
    return TransferRequest(
        origin=parse_miur_code(text(asked, "AteneoProvenienza/CodiceAteneo")),
        destination=parse_miur_code(text(wanted, "CodiceAteneo")),
        academic_year=_year(asked, "AnnoAccademico"),
        submitted_on=_must_day(asked, "DataPresentazione"),
        course_code=text(wanted, "CodiceCorsoStudi/codice"),
        course_name=code.get("descrizione", "") if code is not None else "",
        consent=text(asked, "ConsensoTrattamentoDati") == _YES,
        test_passed=passed == _YES if passed else None,
        student_notes=text(asked, "NoteStudente"),
        fees=tuple(
            Fees(int(text(item, "AnnoAccademico")), text(item, "InRegola") == _YES)
            for item in section.iterfind("PagamentoAnnoAccademicoTrasferimento")
        ),
    )


def _student(section: etree._Element) -> Student:
    return Student(
        codice_fiscale=CodiceFiscale(text(section, "CodiceFiscale")),
        surname=text(section, "Cognome"),
        name=text(section, "Nome"),
        birth_date=_day(section, "DataNascita"),
        email=text(section, "Email"),
    )


def _attachment(item: etree._Element) -> AttachmentReference:
    return AttachmentReference(
        attachment_id=text(item, "IdAllegato"),
        name=text(item, "Nome"),
        media_type=text(item, "Tipo"),
        available_until=_must_day(item, "DisponibileFino"),
        size=_number(item, "Dimensione"),
        sha256=text(item, "Impronta") or None,
    )


def career(foglio: etree._Element) -> Career | None:
    """Return section 4, ``None`` when the foglio does not carry it."""
    section = foglio.find(Section.CARRIERA)
    if section is None:
        return None
    return Career(
        tuple(
            _tratta(tratta, number)
            for number, tratta in enumerate(section.iterfind("Tratta"), start=1)
        )
    )


def _tratta(tratta: etree._Element, number: int) -> Tratta:
    course = tratta.find("CorsoDiStudi/CodiceCorsoStudi/codice")
    return Tratta(
        number=number,
        matricola=text(tratta, "Matricola"),
        university=parse_miur_code(text(tratta, "CodiceAteneo")),
        course_name=course.get("descrizione", "") if course is not None else "",
        closed_for=text(tratta, "MotivoChiusura") or None,
        course_code=text(tratta, "CorsoDiStudi/CodiceCorsoStudi/codice"),
        faculty=text(tratta, "CorsoDiStudi/Facolta"),
        exams=tuple(
            _exam(exam, f"{number}.{position}")
            for position, exam in enumerate(
                tratta.iterfind("EsamiSuperatiOFrequentati/Esame"), start=1
            )
        ),
    )


def _exam(exam: etree._Element, reference: str) -> Exam:
    return Exam(
        reference=reference,
        name=text(exam, "Denominazione"),
        outcome=ExamOutcome(text(exam, "Esito")),
        code=text(exam, "CodiceAttivita"),
        cfu=Decimal(text(exam, "CFU") or "0"),
        sectors=tuple(text(item, "SSD") for item in exam.iterfind("Dettaglio")),
        grade=_number(exam, "Voto"),
        honours=text(exam, "Lode") == _YES,
        pass_only=text(exam, "Idoneita") == _YES,
        taken_on=_day(exam, "Data"),
        suspension=text(exam, "Sospensione/Causale"),
    )


def present_faculty(foglio: etree._Element) -> str:
    """Return the faculty of the course in which the student is enrolled now, if it is told."""
    open_ones = [
        tratta
        for tratta in foglio.iterfind(f"{Section.CARRIERA}/Tratta")
        if not text(tratta, "MotivoChiusura")
    ]
    return text(open_ones[-1], "CorsoDiStudi/Facolta") if open_ones else ""
