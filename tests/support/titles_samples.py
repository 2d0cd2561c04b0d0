"""Invented titles, declared and as a registry has them."""

from dataclasses import replace
from datetime import date
from typing import Any

from gateway.domain.identifiers import CodiceFiscale
from gateway.domain.registry import TitleRegistry
from gateway.domain.title_checks import DeclaredKind, DeclaredTitle
from gateway.domain.titles import SchoolDiploma, UniversityTitle
from tests.support.fakes_samples import student

PERSON: CodiceFiscale = student().codice_fiscale
THE_REGISTRY = TitleRegistry(
    name="Registro di prova",
    titles_url="https://registro.example.org/titoli",
    diplomas_url="https://registro.example.org/diplomi",
    username="ateneo-92",
    password="segreto-di-prova",
)
DEGREE = DeclaredTitle(
    kind=DeclaredKind.UNIVERSITY,
    name="Ingegneria informatica",
    university="91",
    degree_type="LT",
    classe="L-8",
    year=2022,
    awarded_on=date(2023, 7, 14),
    grade="110",
    scale="110",
    honours=True,
)
DIPLOMA = DeclaredTitle(
    kind=DeclaredKind.DIPLOMA,
    name="Liceo scientifico",
    school="TNPS000000",
    diploma_type="1002",
    year=2019,
    grade="94",
    scale="100",
)
ABROAD = DeclaredTitle(kind=DeclaredKind.FOREIGN, name="Bachelor of Science")


def degree(**changes: Any) -> UniversityTitle:
    """Return the degree as the registry has it."""
    known = UniversityTitle(
        codice_fiscale=PERSON,
        university="091",
        state="380",
        classe="10009",
        degree_type="LT",
        awarded_on=date(2023, 7, 14),
        academic_year=2022,
        grade="110L",
    )
    return replace(known, **changes)


def diploma(**changes: Any) -> SchoolDiploma:
    """Return the diploma as the registry has it."""
    known = SchoolDiploma(
        codice_fiscale=PERSON,
        school="TNPS000000",
        year=2019,
        grade="94",
        diploma_type="1002",
    )
    return replace(known, **changes)
