"""Section 3 of a foglio, the titles that a student declares, for those who verify them (A.6)."""

from collections.abc import Iterator
from datetime import date

from lxml import etree

from gateway.domain.terms import Section
from gateway.domain.title_checks import DeclaredKind, DeclaredTitle
from gateway.foglio.reading import text

_KINDS = {
    "DiplomaDiMaturita": DeclaredKind.DIPLOMA,
    "TitoloUniversitarioConseguitoItaliano": DeclaredKind.UNIVERSITY,
    "TitoloUniversitarioConseguitoStraniero": DeclaredKind.FOREIGN,
}
_COURSE = "CorsoDiStudiTitoloConseguito"
_YES = "SI"


def read(foglio: etree._Element) -> list[DeclaredTitle]:
    """Return the declared titles in the order of the foglio.

    What cannot be read of a foglio that was taken in spite of its slips is left out.
    """
    return list(_titles(foglio))


def _titles(foglio: etree._Element) -> Iterator[DeclaredTitle]:
    for title in foglio.iterfind(f"{Section.TITOLI_CONSEGUITI}/*"):
        kind = _KINDS.get(etree.QName(title).localname)
        if kind is not None:
            yield _title(kind, title)


def _title(kind: DeclaredKind, title: etree._Element) -> DeclaredTitle:
    diploma = kind is DeclaredKind.DIPLOMA
    return DeclaredTitle(
        kind=kind,
        name=_name(kind, title),
        university=text(title, "CodiceAteneo") or text(title, "DescrizioneAteneo"),
        degree_type=text(title, "TipoTitolo"),
        classe=text(title, f"{_COURSE}/Classe"),
        school=text(title, "CodiceScuola"),
        diploma_type=text(title, "CodiceTitoloDiploma"),
        year=_year(text(title, "AnnoConseguimento" if diploma else "AnnoAccademico")),
        awarded_on=_day(text(title, "DataConseguimento")),
        grade=text(title, "Voto"),
        scale=text(title, "VotoMassimo"),
        honours=text(title, "Lode") == _YES,
        judgement=text(title, "Giudizio"),
        abroad=text(title, "Straniero") == _YES,
    )


def _name(kind: DeclaredKind, title: etree._Element) -> str:
    """Return what people call a title."""
    if kind is DeclaredKind.DIPLOMA:
        return text(title, "DescrizioneDiploma")
    if kind is DeclaredKind.FOREIGN:
        return text(title, "DenominazioneTitolo")
    code = title.find(f"{_COURSE}/CodiceCorsoStudi/codice")
    described = code.get("descrizione", "") if code is not None else ""
    return described or text(title, "DescrizioneAteneo")


def _year(given: str) -> int | None:
    return int(given) if given.isdigit() else None


def _day(given: str) -> date | None:
    try:
        return date.fromisoformat(given)
    except ValueError:
        return None
