"""What a schema cannot say about a foglio: check characters, days to come, sums (T12).

Reasons carry paths, never values: they may travel to a partner and into logs.
"""

from collections.abc import Iterator
from datetime import date
from decimal import Decimal, InvalidOperation

from lxml import etree
from stdnum.it import codicefiscale

from gateway.contracts import elements_of_type
from gateway.domain.rejections import Cause, Reason
from gateway.foglio.reading import text

_MAY_BE_FUTURE = frozenset({"DisponibileFino", "DataScadenza"})
_FULL_MARKS = "30"


def faults(foglio: etree._Element, today: date) -> Iterator[Reason]:
    """Yield every fault of the contents of a foglio.

    A foglio that breaks the schema may be looked at too: what cannot be judged is passed over.
    """
    yield from _codice_fiscale(foglio)
    yield from _dates(foglio, today)
    yield from _titles(foglio)
    yield from _tratte(foglio)
    yield from _repeated(foglio, "Allegati/Allegato", "IdAllegato")
    yield from _repeated(foglio, "CarrieraUniversitaria/Tratta", "Progressivo")


def _number(text_of: str | None) -> Decimal | None:
    try:
        return Decimal((text_of or "").strip())
    except InvalidOperation:
        return None


def path_to(element: etree._Element, below: str = "") -> str:
    """Return the path from ``FoglioCongedo`` to ``element``, positions where names repeat."""
    steps: list[str] = []
    current: etree._Element | None = element
    while current is not None:
        name = etree.QName(current).localname
        parent = current.getparent()
        twins = [] if parent is None else parent.findall(current.tag)
        steps.append(f"{name}[{twins.index(current) + 1}]" if len(twins) > 1 else name)
        if name == "FoglioCongedo":
            break
        current = parent
    path = "/".join(reversed(steps))
    return f"{path}/{below}" if below else path


def _codice_fiscale(foglio: etree._Element) -> Iterator[Reason]:
    section = foglio.find("DatiIdentificativiStudente")
    if section is not None and not codicefiscale.is_valid(text(section, "CodiceFiscale")):
        yield Reason(Cause.CODICE_FISCALE_INVALID, path_to(section, "CodiceFiscale"))


def _dates(foglio: etree._Element, today: date) -> Iterator[Reason]:
    last = today.isoformat()
    for element in foglio.iter(*elements_of_type("DataType")):
        day = (element.text or "").strip()
        if day > last and element.tag not in _MAY_BE_FUTURE:
            yield Reason(Cause.DATE_IMPOSSIBLE, path_to(element))


def _titles(foglio: etree._Element) -> Iterator[Reason]:
    for title in foglio.iterfind("TitoliConseguiti/*"):
        if title.tag == "TitoloUniversitarioConseguitoStraniero":
            continue
        grade, highest = _number(title.findtext("Voto")), _number(title.findtext("VotoMassimo"))
        if grade is None or highest is None:
            continue
        if grade > highest:
            yield _disagree(title, "Voto", "grade_above_scale")
        elif text(title, "Lode") == "SI" and grade != highest:
            yield _disagree(title, "Lode", "honours_below_full_marks")


_ODD_TRATTE = etree.XPath(
    "CarrieraUniversitaria/Tratta[boolean(DataFine) != boolean(MotivoChiusura)"
    " or number(translate(DataFine, '-', '')) < number(translate(DataInizio, '-', ''))]"
)
_ODD_EXAMS = etree.XPath(
    "CarrieraUniversitaria/Tratta/EsamiSuperatiOFrequentati/Esame[not("
    "Esito = 'SUPERATO' and Data and not(Sospensione)"
    " and (Voto and not(Idoneita) and (Lode = 'NO' or not(Lode) or Voto = '30')"
    " or Idoneita = 'SI' and not(Voto) and not(Lode = 'SI'))"
    " and not(Dettaglio[2]) and (not(Dettaglio) or Dettaglio/CFU = CFU))]"
)
"""Candidates, found in C: of the plain exams of a sound career Python looks at none."""


def _tratte(foglio: etree._Element) -> Iterator[Reason]:
    for tratta in _ODD_TRATTE(foglio):
        start, end = tratta.findtext("DataInizio"), tratta.findtext("DataFine")
        if (end is None) != (tratta.findtext("MotivoChiusura") is None):
            yield _disagree(tratta, "MotivoChiusura", "closing_incomplete")
        if start and end and end.strip() < start.strip():
            yield _disagree(tratta, "DataFine", "end_before_start")
    for exam in _ODD_EXAMS(foglio):
        yield from _exam(exam)


def _exam(exam: etree._Element) -> Iterator[Reason]:
    values = {child.tag: child.text for child in exam}
    outcome, grade = values.get("Esito"), values.get("Voto")
    pass_only = values.get("Idoneita") == "SI"
    if outcome == "SUPERATO":
        if not grade and not pass_only:
            yield _disagree(exam, "Voto", "passed_without_grade")
        if "Data" not in values:
            yield _disagree(exam, "Data", "passed_without_day")
    if grade and pass_only:
        yield _disagree(exam, "Idoneita", "grade_and_pass")
    if grade and outcome == "FREQUENTATO":
        yield _disagree(exam, "Voto", "attended_with_grade")
    if values.get("Lode") == "SI" and grade != _FULL_MARKS:
        yield _disagree(exam, "Lode", "honours_below_full_marks")
    if (outcome == "SOSPESO") != ("Sospensione" in values):
        yield _disagree(exam, "Sospensione", "suspension_mismatch")
    if "Dettaglio" in values:
        yield from _credits(exam, values.get("CFU"))


def _credits(exam: etree._Element, stated: str | None) -> Iterator[Reason]:
    numbers = [_number(part.text) for part in exam.iterfind("Dettaglio/CFU")]
    total = sum((number for number in numbers if number is not None), Decimal(0))
    if None not in numbers and total != _number(stated):
        yield _disagree(exam, "CFU", "credits_by_sector")


def _disagree(element: etree._Element, name: str, why: str) -> Reason:
    return Reason(Cause.VALUES_DISAGREE, path_to(element, name), {"why": why})


def _repeated(foglio: etree._Element, path: str, name: str) -> Iterator[Reason]:
    seen: set[str] = set()
    for element in foglio.iterfind(path):
        value = text(element, name)
        if value in seen:
            yield Reason(Cause.IDENTIFIER_REPEATED, path_to(element, name))
        seen.add(value)


def warnings(foglio: etree._Element) -> Iterator[Reason]:
    """Yield what looks wrong but is no reason to refuse: identity data that disagree."""
    section = foglio.find("DatiIdentificativiStudente")
    if section is None:
        return
    code = text(section, "CodiceFiscale")
    if not codicefiscale.is_valid(code):
        return
    born = date.fromisoformat(text(section, "DataNascita"))
    stated = codicefiscale.get_birth_date(code)  # the century is not in it
    if (stated.month, stated.day, stated.year % 100) != (born.month, born.day, born.year % 100):
        yield _disagree(section, "DataNascita", "birth_and_codice_fiscale")
    if codicefiscale.get_gender(code) != text(section, "Sesso"):
        yield _disagree(section, "Sesso", "sex_and_codice_fiscale")
