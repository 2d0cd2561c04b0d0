"""Students with a career at the origin, an offer to choose from, and their browsers."""

import io
from dataclasses import replace
from datetime import date
from typing import Any

from lxml import etree
from pypdf import PdfWriter

from gateway.demo.people import FIORELLA, Person
from gateway.demo.sample import Request, foglio_element
from gateway.domain.accounts import Grant, Role
from gateway.domain.offers import Course, Offer
from gateway.usecases import careers
from gateway.usecases.careers import BroughtFile, PreparedFile
from tests.support.offices import Browser, hire, signed_in
from tests.support.transfers import OFFICE, REQUEST, Steps
from tests.support.universities import MONTELAGO, VALDOMBRA

OPEN = Course(
    faculty_code="10",
    faculty_name="Ingegneria",
    code="0920207302400001",
    name="Ingegneria informatica",
    kind="LT",
    classe="L-8",
    regulation="ord. 270",
    site="022205",
    web="https://www.example.org/informatica",
    deadline=date(2026, 10, 31),
)
LIMITED = replace(
    OPEN,
    faculty_code="20",
    faculty_name="Medicina",
    code="0920207304600001",
    name="Medicina e chirurgia",
    kind="TU",
    classe="LM-41",
    limited_access=True,
    web="javascript:alert(1)",
    deadline=None,
)
CLOSED = replace(
    OPEN,
    code="0920207302400009",
    name="Ingegneria navale",
    deadline=date(2026, 8, 31),
    web="http://[nessuno",
)


def prepared_career(request: Request = REQUEST, *, fees_only: bool = True) -> bytes:
    """Return a foglio as a student system prepares it: without a destination."""
    element = foglio_element(request)
    section = element.find("Trasferimento")
    assert section is not None
    for name in ("DomandaDiTrasferimento", "DestinazioneTrasferimento"):
        part = section.find(name)
        assert part is not None
        if fees_only:
            section.remove(part)
    return bytes(etree.tostring(element, encoding="utf-8"))


def bring(steps: Steps, *contents: bytes) -> list[BroughtFile]:
    """Import careers at the origin."""
    installation = steps.world.origin
    files = [PreparedFile(f"{number}.xml", content) for number, content in enumerate(contents)]
    return steps.origin(
        lambda uow: careers.bring(
            files,
            OFFICE,
            uow=uow,
            documents=installation.documents,
            composer=installation.composer,
            now=installation.clock(),
        )
    )


def offer(steps: Steps, *courses: Course) -> None:
    """Let the origin know what Montelago offers."""
    known = Offer(2026, courses or (OPEN, LIMITED, CLOSED), steps.world.clock())
    steps.origin(lambda uow: uow.offers.keep_cached(MONTELAGO, known))


def student(
    steps: Steps, person: Person = FIORELLA, application: Any = None, **fields: Any
) -> Browser:
    """Return the browser of a student of Valdombra."""
    username = f"studente.{person.surname.lower()}"
    hire(
        steps.world.origin,
        username,
        Grant(Role.STUDENT, VALDOMBRA),
        codice_fiscale=person.codice_fiscale,
        **fields,
    )
    return signed_in(steps.world.origin, username, application)


def ready_to_ask(steps: Steps, request: Request = REQUEST, application: Any = None) -> Browser:
    """Return the browser of a student with a career, and with courses to choose from."""
    bring(steps, prepared_career(request))
    offer(steps)
    return student(steps, request.student, application)


def pdf(title: str) -> bytes:
    """Return a document of one empty page that bears a title."""
    writer, target = PdfWriter(), io.BytesIO()
    writer.add_blank_page(width=595, height=842)
    writer.add_metadata({"/Title": title})
    writer.write(target)
    return target.getvalue()
