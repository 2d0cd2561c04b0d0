"""Fogli made out of a career and of what its student asks for.

A career is a foglio without section 1, but for the fees that stand there: the student system that
prepared it knows no destination. What the partner's offer says of a course is kept only as far as
the schema takes it: a field that does not fit is left out, never a reason to refuse the student.
"""

import re
from collections.abc import Iterable
from copy import deepcopy
from datetime import date

from lxml import etree

from gateway.contracts import legal
from gateway.domain.careers import TransferWish
from gateway.domain.identifiers import MiurCode, parse_miur_code
from gateway.domain.offers import Course
from gateway.domain.partners import University
from gateway.foglio.documents import element_of
from gateway.foglio.reading import text

Node = tuple[str, "str | list[Node]"]

_ASKED, _WANTED = "DomandaDiTrasferimento", "DestinazioneTrasferimento"
_CODE, _SHORT = 40, 255
_SITE = re.compile(r"[0-9]{5,6}")
_YES, _NO = "SI", "NO"


def _fits(value: str, longest: int = _CODE) -> str:
    """Return a value that the schema takes: one line, not too long."""
    return legal(" ".join(value.split()))[:longest].strip()


def _prose(value: str) -> str:
    """Return what somebody wrote as XML carries it: word processors break lines by VT and FF."""
    return legal(value.replace("\v", "\n").replace("\f", "\n")).strip()


def _append(parent: etree._Element, nodes: Iterable[Node]) -> None:
    for name, content in nodes:
        if not content:
            continue
        child = etree.SubElement(parent, name)
        if isinstance(content, str):
            child.text = legal(content)
        else:
            _append(child, content)


class XmlFoglioComposer:
    """Implements ``FoglioComposer``."""

    def career(self, content: bytes) -> bytes:
        """Return what of a prepared foglio is the student's career.

        Raises:
            Rejection: it is no foglio.
        """
        foglio = deepcopy(element_of(content))
        request = foglio.find("Trasferimento")
        if request is not None:
            for name in (_ASKED, _WANTED):
                for part in request.findall(name):
                    request.remove(part)
            if not len(request):
                foglio.remove(request)
        etree.cleanup_namespaces(foglio)
        return bytes(etree.tostring(foglio, encoding="utf-8"))

    def origin_of(self, content: bytes) -> str:
        """Return the origin that a prepared foglio names, empty if it names none."""
        path = f"Trasferimento/{_ASKED}/AteneoProvenienza/CodiceAteneo"
        return text(element_of(content), path)

    def compose(self, career: bytes, wish: TransferWish, origin: University) -> bytes:
        """Return the foglio of a request: the career with what the student asks for."""
        foglio = element_of(self.career(career))
        section = foglio.find("Trasferimento")
        fees = [] if section is None else list(section)
        if section is None:
            section = etree.Element("Trasferimento")
            foglio.insert(0, section)
        for part in fees:
            section.remove(part)
        _append(section, [(_ASKED, _asked(wish, origin)), (_WANTED, _wanted(wish))])
        code = section.find(f"{_WANTED}/CodiceCorsoStudi/codice")
        assert code is not None
        code.set("classificazione", _fits(wish.course.classification) or "CODICIONE")
        code.set("descrizione", _fits(wish.course.name, _SHORT) or wish.course.code)
        section.extend(fees)
        return bytes(etree.tostring(foglio, encoding="utf-8"))

    def wish_of(self, content: bytes) -> TransferWish:
        """Return what the student asks for in a foglio that follows the schema."""
        section = element_of(content).find("Trasferimento")
        assert section is not None
        asked, wanted = section.find(_ASKED), section.find(_WANTED)
        assert asked is not None and wanted is not None  # noqa: PT018  the schema demands both
        year, passed = text(wanted, "AnnoCorso"), text(wanted, "TestAmmissione/Superato")
        return TransferWish(
            destination=parse_miur_code(text(wanted, "CodiceAteneo")),
            destination_name=text(wanted, "DescrizioneAteneo"),
            course=_course(wanted),
            academic_year=int(text(asked, "AnnoAccademico")),
            asked_on=date.fromisoformat(text(asked, "DataPresentazione")),
            consent=text(asked, "ConsensoTrattamentoDati") == _YES,
            year_of_course=int(year) if year else None,
            test_passed=passed == _YES if passed else None,
            why=(asked.findtext("Motivazione") or "").strip(),
            notes=(asked.findtext("NoteStudente") or "").strip(),
        )

    def dated(self, content: bytes, on: date) -> bytes:
        """Return the foglio as handed in on a day."""
        foglio = deepcopy(element_of(content))
        handed_in = foglio.find(f"Trasferimento/{_ASKED}/DataPresentazione")
        if handed_in is not None:
            handed_in.text = on.isoformat()
        return bytes(etree.tostring(foglio, encoding="utf-8"))


def _asked(wish: TransferWish, origin: University) -> list[Node]:
    day = wish.asked_on.isoformat()
    return [
        ("AteneoProvenienza", _university(origin.code, origin.name)),
        ("AnnoAccademico", str(wish.academic_year)),
        ("DataPresentazione", day),
        ("ConsensoTrattamentoDati", _YES if wish.consent else _NO),
        ("DataConsenso", day if wish.consent else ""),
        ("Motivazione", _prose(wish.why)),
        ("NoteStudente", _prose(wish.notes)),
    ]


def _wanted(wish: TransferWish) -> list[Node]:
    course, passed = wish.course, wish.test_passed
    outcome = _YES if passed else _NO
    return [
        *_university(wish.destination, wish.destination_name),
        ("CodiceCorsoStudi", [("codice", course.code)]),
        ("TipoDiCorso", _fits(course.kind)),
        ("Classe", _fits(course.classe)),
        ("Normativa", _fits(course.regulation)),
        ("Facolta", _fits(course.faculty_name, _SHORT)),
        ("Sede", course.site if _SITE.fullmatch(course.site) else ""),
        ("AnnoCorso", str(wish.year_of_course or "")),
        ("TestAmmissione", [] if passed is None else [("Superato", outcome)]),
    ]


def _university(code: MiurCode, name: str) -> list[Node]:
    return [("CodiceAteneo", code), ("DescrizioneAteneo", _fits(name, _SHORT))]


def _course(wanted: etree._Element) -> Course:
    code = wanted.find("CodiceCorsoStudi/codice")
    assert code is not None
    return Course(
        faculty_code="",
        faculty_name=text(wanted, "Facolta"),
        code=" ".join((code.text or "").split()),
        name=code.get("descrizione", ""),
        classification=code.get("classificazione", ""),
        classe=text(wanted, "Classe"),
        regulation=text(wanted, "Normativa"),
        kind=text(wanted, "TipoDiCorso"),
        site=text(wanted, "Sede"),
    )
