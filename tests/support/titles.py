"""Awarded titles, and an installation that partners ask for them."""

import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path
from typing import Any

from lxml import etree

from gateway.bootstrap import Installation
from gateway.contracts import SOAP11, Lookup, lookup_name, lookup_namespace, lookup_types
from gateway.demo.people import FIORELLA, numbered
from gateway.domain.identifiers import CodiceFiscale, MiurCode
from gateway.domain.titles import SchoolDiploma, Title, UniversityTitle
from gateway.soap.passwords import hash_password
from gateway.usecases.title_ports import (
    CouldNotAsk,
    DiplomaQuestion,
    DiplomaReply,
    StudentCredential,
    Upstream,
)
from tests.support.clock import START, HandClock
from tests.support.databases import Maker
from tests.support.network import WsgiNetwork
from tests.support.universities import (
    DESTINATION,
    MONTELAGO,
    ORIGIN,
    THIRD,
    introduce,
    make_home,
    partner_of,
)

STUDENT = CodiceFiscale(FIORELLA.codice_fiscale)
OTHER = CodiceFiscale(numbered(7).codice_fiscale)
PASSWORD = "carta-studente"
PATHS = {lookup: f"/soap/ans/{lookup}" for lookup in Lookup}
XSI = 'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"'


def degree(student: str = STUDENT, **changes: Any) -> UniversityTitle:
    """Return a university title."""
    return replace(
        UniversityTitle(
            codice_fiscale=CodiceFiscale(student),
            university="092",
            state="ITA",
            classe="10033",
            degree_type="LT",
            awarded_on=date(2024, 7, 18),
            academic_year=2023,
            grade="110L",
        ),
        **changes,
    )


def diploma(student: str = STUDENT, **changes: Any) -> SchoolDiploma:
    """Return a school diploma."""
    return replace(
        SchoolDiploma(
            codice_fiscale=CodiceFiscale(student),
            school="1234567",
            year=2021,
            state="ITA",
            grade="98",
            diploma_type="5012",
            awarded_on=date(2021, 7, 5),
        ),
        **changes,
    )


@dataclass
class FakeRegistry:
    """A registry that answers what it is given, or is silent."""

    titles: Sequence[UniversityTitle] = ()
    reply: DiplomaReply | None = None
    silent: bool = False
    asked: list[object] = field(default_factory=list)

    def ask_titles(self, codice_fiscale: CodiceFiscale) -> Sequence[UniversityTitle]:
        self.asked.append(codice_fiscale)
        self._speak()
        return self.titles

    def ask_diploma(self, question: DiplomaQuestion) -> DiplomaReply:
        self.asked.append(question)
        self._speak()
        assert self.reply is not None
        return self.reply

    def _speak(self) -> None:
        if self.silent:
            raise CouldNotAsk("unreachable", START)


def open_archive(
    folder: Path, maker: Maker, *, upstream: Upstream | None = None, **settings: object
) -> Installation:
    """Return an installation of 92, whose partner 91 may look up titles; 93 may not."""
    installation = Installation(
        make_home(folder, maker, threads=4, **settings),
        clock=HandClock(),
        transport=WsgiNetwork(),
        upstream=upstream,
    )
    introduce(installation, DESTINATION, (ORIGIN, "origin"), (THIRD, "third"))
    allow(installation, MONTELAGO, ORIGIN.code)
    return installation


def allow(installation: Installation, university: MiurCode, code: str, **changes: Any) -> None:
    """Let a partner of a hosted university look up titles."""
    known = {"91": ORIGIN, "93": THIRD}[code]
    with installation.store.open_uow(university) as uow:
        partner = uow.partners.get(MiurCode(code)) or partner_of(known, "elsewhere", university)
        uow.partners.save(replace(partner, **{"may_look_up": True, **changes}))
        uow.commit()
    installation.store.forget()


def keep(installation: Installation, *titles: Title, university: MiurCode = MONTELAGO) -> None:
    """Keep titles."""
    with installation.store.open_uow(university) as uow:
        uow.titles.add(titles, 0, START)
        uow.commit()


def keep_credentials(installation: Installation, student: CodiceFiscale = STUDENT) -> None:
    """Keep the credentials of a student: name ``fiorella``."""
    given = StudentCredential("fiorella", hash_password(PASSWORD), student)
    with installation.store.open_uow(MONTELAGO) as uow:
        uow.titles.keep_credentials([given], START)
        uow.commit()


@contextmanager
def archive(folder: Path, maker: Maker, **options: Any) -> Iterator[Installation]:
    """Yield an installation with a degree, two diplomas of two years, and credentials."""
    installation = open_archive(folder, maker, **options)
    keep(installation, degree(), diploma(), diploma(year=2019, awarded_on=None, school="7"))
    keep_credentials(installation)
    yield installation
    installation.close()


def ask_titles(student: str = STUDENT, *, header: str = "") -> bytes:
    """Return a request of A1."""
    inner = f"<n:codiceFiscale>{student}</n:codiceFiscale>"
    return wrapped(Lookup.TITLES, inner, header=header)


def ask_diploma(
    student: str = STUDENT,
    year: str = "2021",
    user: str | None = None,
    password: str | None = None,
    *,
    header: str = "",
) -> bytes:
    """Return a request of A2; credentials that are ``None`` are left out."""
    inner = f"<n:codiceFiscale>{student}</n:codiceFiscale><n:annoScolastico>{year}"
    inner += "</n:annoScolastico>"
    for name, value in (("userID", user), ("password", password)):
        inner += f"<n:{name}>{value}</n:{name}>" if value is not None else ""
    return wrapped(Lookup.DIPLOMA, inner, header=header)


_INNER = {
    Lookup.TITLES: "ricercaDatiTitoliStudenteElement",
    Lookup.DIPLOMA: "ricercaDatiDiplomiStudenteElement",
}


def outer_name(lookup: Lookup, side: str = "richiesta") -> str:
    """Return the name of the outer element of a request or an answer (``risposta``)."""
    subject = lookup_name(lookup).removeprefix("Ricerca")
    return f"{side}_RichiestaRispostaSincrona_ricercaDati{subject}"


def wrapped(lookup: Lookup, inner: str, *, header: str = "") -> bytes:
    """Return a request with anything in the place of what is asked."""
    outer = outer_name(lookup)
    return (
        f'<s:Envelope xmlns:s="{SOAP11}">{header}<s:Body>'
        f'<t:{outer} xmlns:t="{lookup_types(lookup)}" xmlns:n="{lookup_namespace(lookup)}" {XSI}>'
        f"<n:{_INNER[lookup]}>{inner}</n:{_INNER[lookup]}></t:{outer}></s:Body></s:Envelope>"
    ).encode()


def results(content: bytes) -> list[dict[str, str | None] | None]:
    """Return the results of an answer: fields by name, ``None`` for nil ones and nil fields."""
    body = etree.fromstring(content).find(f"{{{SOAP11}}}Body")
    assert body is not None
    ((found,),) = body
    return [_fields(item) for item in found]


def _fields(result: etree._Element) -> dict[str, str | None] | None:
    if _is_nil(result):
        assert len(result) == 0
        return None
    return {
        etree.QName(item).localname: None if _is_nil(item) else (item.text or "") for item in result
    }


def _is_nil(element: etree._Element) -> bool:
    return element.get("{http://www.w3.org/2001/XMLSchema-instance}nil") == "true"


def codes(content: bytes) -> list[str | None]:
    """Return the return code of each result of a diploma lookup."""
    return [found["codiceRitorno"] if found else None for found in results(content)]


def namespaces_of(text: str) -> set[str]:
    """Return every namespace that a text declares."""
    return set(re.findall(r'xmlns(?::\w+)?="([^"]*)"', text))
