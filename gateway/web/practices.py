"""The page of a practice: both sides of it, what has happened, what can be done now.

Whoever works for some faculties sees their practices and no others: to them another's is not found.
Every look at a practice, a foglio or an attachment leaves a line in the audit log.
"""

import re
from collections.abc import Collection, Sequence
from functools import partial
from itertools import count
from typing import Any

from flask import Blueprint, Response, abort, render_template, url_for
from lxml import etree

from gateway.domain.accounts import Role
from gateway.domain.deliveries import Side
from gateway.domain.identifiers import parse_id_pratica, parse_miur_code
from gateway.domain.origin import OutgoingTransfer
from gateway.domain.rejections import Rejection
from gateway.domain.terms import Section
from gateway.foglio.documents import element_of
from gateway.foglio.readable import Item, sections
from gateway.usecases import destination, origin
from gateway.usecases.four_eyes import Transfer, key_of
from gateway.usecases.ports import PracticeKey, UnitOfWork
from gateway.web import audit
from gateway.web.access import OFFICE, OPENERS, READERS, allow, hosted, visitor, wiring
from gateway.web.buttons import Desk, buttons
from gateway.web.dossier import gather
from gateway.web.reach import reaches

pages = Blueprint("practices", __name__, url_prefix="/ateneo/<university>")

_NOT_PLAIN = re.compile("[^A-Za-z0-9._-]")
OUT, IN = "/uscita/<practice>", "/ingresso/<origin>/<practice>"


def load(
    uow: UnitOfWork, practice: str, sender: str, roles: Collection[Role] = READERS
) -> Transfer:
    """Return the practice of an address; one that is not, or not the visitor's, is not found."""
    try:
        identifier = parse_id_pratica(practice)
        found: Transfer = (
            destination.find(parse_miur_code(sender), identifier, uow=uow)
            if sender
            else origin.find(identifier, uow=uow)
        )
    except Rejection:
        abort(404)
    if not reaches(found, roles, uow=uow):
        abort(404)
    return found


def place(key: PracticeKey) -> dict[str, Any]:
    """Return what an address needs to name a practice."""
    named: dict[str, Any] = {"university": hosted().code, "practice": key.id_pratica}
    return {**named, "origin": key.partner} if key.side is Side.DESTINATION else named


def address(key: PracticeKey) -> str:
    """Return the address of the page of a practice."""
    page = "practices.outgoing" if key.side is Side.ORIGIN else "practices.incoming"
    return url_for(page, **place(key))


@pages.get(OUT)
@allow(*READERS)
def outgoing(university: str, practice: str) -> str:
    """Show a request of one of our students."""
    return _page(practice, "")


@pages.get(IN)
@allow(*READERS)
def incoming(university: str, origin: str, practice: str) -> str:
    """Show the practice of somebody who asks to come here."""
    return _page(practice, origin)


def _page(practice: str, sender: str) -> str:
    desk, now = wiring(), wiring().clock()
    with desk.open_uow(hosted().code, lasting=False) as uow:
        transfer = load(uow, practice, sender)
        dossier = gather(transfer, uow=uow)
        others = _enrolled_before(transfer, uow)
        roles = roles_for(transfer, uow=uow)
        open_acts = buttons(transfer, roles, Desk(uow, desk.documents, now))
    audit.note("practice_viewed", practice=transfer.id_pratica)
    return render_template(
        "practice.html",
        dossier=dossier,
        transfer=transfer,
        key=dossier.key,
        place=place(dossier.key),
        buttons=open_acts,
        may_act=bool(roles & set(OFFICE)),
        today=now.date(),
        others=others,
        may_approve=Role.APPROVER in roles,
        may_open=bool(roles & set(OPENERS)),
    )


def roles_for(transfer: Transfer, *, uow: UnitOfWork) -> set[Role]:
    """Return the roles in which the visitor may act on a practice.

    Those of its faculty; as a student only the one whom it is about.
    """
    account, here = visitor(), hosted().code
    theirs = account.codice_fiscale == transfer.student.codice_fiscale
    return {
        role
        for role in account.roles_at(here)
        if (theirs or role is not Role.STUDENT) and reaches(transfer, [role], uow=uow)
    }


def _enrolled_before(transfer: Transfer, uow: UnitOfWork) -> list[str]:
    """Return other enrolments of the same student here, which the practice may belong to."""
    if isinstance(transfer, OutgoingTransfer):
        return []
    return [other.matricola for other in destination.already_enrolled(transfer, uow=uow)]


@pages.get(f"{OUT}/documento")
@pages.get(f"{IN}/documento")
@allow(*READERS)
def document(university: str, practice: str, origin: str = "") -> str:
    """Show the foglio as a document to read."""
    with wiring().open_uow(hosted().code, lasting=False) as uow:
        transfer = load(uow, practice, origin)
        contents = _documents(transfer, uow)
    audit.note("foglio_viewed", practice=transfer.id_pratica)
    key = key_of(transfer)
    return render_template(
        "practice_document.html",
        transfer=transfer,
        key=key,
        place=place(key),
        back=address(key),
        sections=_sections(contents),
        versions=range(1, len(contents) + 1),
        numbered=partial(next, count(1)),
    )


def _sections(contents: Sequence[bytes]) -> dict[Section, Item]:
    """Return the sections of the foglio, each as the latest document that has it tells it."""
    found: dict[Section, Item] = {}
    for content in contents:
        found.update(sections(element_of(content)))
    return {section: found[section] for section in Section if section in found}


def _documents(transfer: Transfer, uow: UnitOfWork) -> list[bytes]:
    """Return what there is of the foglio: the draft, or the messages that brought it."""
    key = key_of(transfer)
    if key.side is Side.DESTINATION:
        return [content for content, _ in uow.foglios.received(key)]
    try:
        return [uow.foglios.draft(transfer.foglio)]  # type: ignore[union-attr]
    except Rejection:  # its term of keeping has passed
        return []


@pages.get(f"{OUT}/documento.xml")
@pages.get(f"{IN}/documento.xml")
@allow(*READERS)
def original(university: str, practice: str, origin: str = "") -> Response:
    """Give the foglio as XML: the draft, or the first one received, or with ``?n=`` a later one."""
    return _xml(practice, origin, 1)


@pages.get(f"{IN}/documento-<int:number>.xml")
@allow(*READERS)
def received(university: str, origin: str, practice: str, number: int) -> Response:
    """Give the foglio as the message of a number brought it."""
    return _xml(practice, origin, number)


def _xml(practice: str, sender: str, number: int) -> Response:
    with wiring().open_uow(hosted().code, lasting=False) as uow:
        transfer = load(uow, practice, sender)
        found = _documents(transfer, uow)
    if not 1 <= number <= len(found):
        abort(404)
    audit.note("foglio_downloaded", practice=transfer.id_pratica)
    content = found[number - 1]
    if sender:
        element = element_of(content)
        content = etree.tostring(element, xml_declaration=True, encoding="UTF-8")
    return _file(content, "application/xml", f"{transfer.id_pratica}-{number}.xml", inline=False)


@pages.get(f"{OUT}/allegati/<attachment>")
@pages.get(f"{IN}/allegati/<attachment>")
@allow(*READERS)
def attachment(university: str, practice: str, attachment: str, origin: str = "") -> Response:
    """Open an attachment in the browser."""
    with wiring().open_uow(hosted().code, lasting=False) as uow:
        transfer = load(uow, practice, origin)
        found = uow.attachments.get(key_of(transfer), attachment)
    if found is None or found.content is None:
        abort(404)
    audit.note("attachment_viewed", practice=transfer.id_pratica, detail=attachment)
    return _file(found.content, "application/pdf", f"{attachment}.pdf", inline=True)


def _file(content: bytes, media_type: str, name: str, *, inline: bool) -> Response:
    """Return a file that a browser shows or keeps; the pages' policy lets nothing in it run.

    Partners choose the name: no letter of it is one that a header cannot carry.
    """
    plain = _NOT_PLAIN.sub("_", name)
    answer = Response(content, content_type=media_type)
    way = "inline" if inline else "attachment"
    answer.headers["Content-Disposition"] = f'{way}; filename="{plain}"'
    return answer
