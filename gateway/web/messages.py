"""Every message in and out: looked for in the journal, one read with its answer; deliveries.

A message tells of people: whoever reads one leaves a line in the log of accesses and in the audit
log. A codice fiscale is looked for by a form that is sent, never by an address.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from urllib.parse import urlencode

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from lxml import etree
from werkzeug.wrappers import Response

from gateway.domain.deliveries import DeliveryState
from gateway.domain.identifiers import IdPratica, MiurCode, parse_codice_fiscale
from gateway.domain.lifecycle import Actor, Party
from gateway.domain.messages import ExchangeResult, Operation
from gateway.domain.rejections import Rejection
from gateway.foglio.parsing import ForbiddenDocument, NotXml, parse
from gateway.texts import practices as texts
from gateway.usecases import delivery_by_hand
from gateway.usecases.journal_ports import Search
from gateway.usecases.ports import PracticeKey
from gateway.usecases.privacy import note_message_read
from gateway.usecases.transaction import transact
from gateway.web import audit
from gateway.web.access import (
    OFFICE,
    OPENERS,
    READERS,
    acting_as,
    allow,
    faculties,
    hosted,
    opens,
    visitor,
    wiring,
)
from gateway.web.asked import MOST_COUNT, asked_moment, number_in
from gateway.web.forms import refusals
from gateway.web.language import say
from gateway.web.practices import address
from gateway.web.reach import reaches

pages = Blueprint("messages", __name__, url_prefix="/ateneo/<university>")

PAGE = 50
_DAY_LETTERS = 10
_WAITING = (DeliveryState.PARKED, DeliveryState.WAITING, DeliveryState.SENDING)


@dataclass(frozen=True, slots=True)
class Asked:
    """What an address asks of the journal, as it was typed."""

    practice: str = ""
    number: str = ""
    partner: str = ""
    operation: str = ""
    direction: str = ""
    result: str = ""
    code: str = ""
    since: str = ""
    until: str = ""
    exchange: str = ""

    def query(self, after: str = "") -> str:
        """Return the part of the address that asks for this."""
        asked = {name: getattr(self, name) for name in _NAMES}
        return urlencode({n: v for n, v in {**asked, "after": after}.items() if v})


_NAMES = tuple(Asked.__dataclass_fields__)


def read_asked(args: Mapping[str, str]) -> Asked:
    """Return what an address asks for."""
    return Asked(**{name: args.get(name, "").strip()[:64] for name in _NAMES})


def _search(asked: Asked, numbered: PracticeKey | None) -> Search:
    """Return what the journal is asked for; what cannot be read is left out."""
    practice = numbered.id_pratica if numbered else asked.practice
    until = asked_moment(asked.until)
    if until is not None and len(asked.until) <= _DAY_LETTERS:  # a day is meant to its end
        until += timedelta(days=1)
    partner = numbered.partner if numbered else asked.partner.upper()[:5]
    known = {item.value for item in Operation}, {item.value for item in ExchangeResult}
    return Search(
        practice=IdPratica(practice) if practice else None,
        partner=MiurCode(partner) if partner else None,
        operation=Operation(asked.operation) if asked.operation in known[0] else None,
        direction=asked.direction if asked.direction in ("in", "out") else "",
        result=ExchangeResult(asked.result) if asked.result in known[1] else None,
        code=number_in(asked.code, MOST_COUNT),
        since=asked_moment(asked.since),
        until=until,
        correlation=asked.exchange.lower(),
        after=request.args.get("after", "")[:40],
        limit=PAGE + 1,
    )


@pages.get("/messaggi")
@allow(*READERS, whole=READERS)
def listing(university: str) -> str:
    """Look for messages."""
    asked = read_asked(request.args)
    with wiring().open_uow(hosted().code, lasting=False) as uow:
        numbered = uow.journal_search.numbered(asked.number) if asked.number else None
        missing = bool(asked.number) and numbered is None
        found = [] if missing else list(uow.journal_search.entries(_search(asked, numbered)))
        partners = uow.partners.all()
    return _page(asked, found, partners)


@pages.post("/messaggi/studente")
@allow(*READERS, whole=READERS)
def by_student(university: str) -> Any:
    """Look for the messages about a codice fiscale: it is sent, never written into an address."""
    try:
        student = parse_codice_fiscale(request.form.get("codice_fiscale", ""))
    except Rejection as rejection:
        flash(" ".join(refusals(rejection)), "danger")
        return redirect(url_for("messages.listing", university=university))
    audit.note("student_searched", detail="journal")
    with wiring().open_uow(hosted().code, lasting=False) as uow:
        found = list(uow.journal_search.entries(Search(student=student, limit=PAGE)))
        partners = uow.partners.all()
    return _page(Asked(), found, partners)


def _page(asked: Asked, found: list[Any], partners: Sequence[Any]) -> str:
    shown = found[:PAGE]
    return render_template(
        "messages.html",
        asked=asked,
        entries=shown,
        following=asked.query(after=shown[-1].message_id) if len(found) > PAGE else "",
        partners=partners,
        names={partner.code: partner.name for partner in partners},
        operations=texts.OPERATIONS,
        results=list(ExchangeResult),
        may_open=bool(visitor().roles_at(hosted().code) & set(OPENERS)),
    )


@pages.get("/messaggi/<message>")
@allow(*OPENERS)
def message(university: str, message: str) -> str:
    """Read one message and its answer."""
    with wiring().open_uow(hosted().code, lasting=False) as uow:
        entry = uow.journal_search.entry(message)
        if entry is None or not _mine(entry.id_pratica, entry.partner, uow):
            abort(404)
        request_text, answer_text = uow.journal_search.opened(message)
        practice = _practice_of(entry, uow)
    _note_read(message, entry.id_pratica)
    return render_template(
        "message.html",
        entry=entry,
        request_text=_readable(request_text),
        answer_text=_readable(answer_text),
        practice=practice,
    )


def _mine(practice: IdPratica | None, partner: MiurCode, uow: Any) -> bool:
    """Tell whether a message is of a practice that the visitor may see."""
    if faculties(OPENERS) is None:
        return True
    found = _transfer(practice, partner, uow)
    return found is not None and reaches(found, OPENERS, uow=uow)


def _transfer(practice: IdPratica | None, partner: MiurCode, uow: Any) -> Any:
    if practice is None:
        return None
    out = uow.outgoing.get(practice)
    if out is not None and out.destination == partner:
        return out
    return uow.incoming.get(partner, practice)


def _practice_of(entry: Any, uow: Any) -> str:
    """Return the address of the practice that a message is about, if it is of one."""
    from_here = uow.outgoing.get(entry.id_pratica) if entry.id_pratica else None
    if from_here is not None and from_here.destination == entry.partner:
        return url_for("practices.outgoing", university=hosted().code, practice=entry.id_pratica)
    found = uow.incoming.get(entry.partner, entry.id_pratica) if entry.id_pratica else None
    if found is None:
        return ""
    return url_for(
        "practices.incoming",
        university=hosted().code,
        origin=entry.partner,
        practice=entry.id_pratica,
    )


def _note_read(message_id: str, practice: IdPratica | None) -> None:
    """Note that a person has read personal data: who, and which message."""
    actor = Actor(Party.SECRETARIAT, visitor().username)
    with wiring().open_uow(hosted().code) as uow:
        now = wiring().clock()
        note_message_read(message_id, practice, actor, uow=uow, now=now)  # type: ignore[arg-type]
        uow.commit()
    audit.note("message_read", practice=practice or "", detail=message_id)


def _readable(content: bytes) -> str:
    """Return a message as people read it: XML indented, anything else as it is."""
    if not content:
        return ""
    try:
        root = parse(content)
    except (NotXml, ForbiddenDocument):
        return content.decode("utf-8", "replace")
    etree.indent(root)
    return str(etree.tostring(root, encoding="unicode"))


@pages.get("/messaggi/consegne")
@allow(*READERS, whole=READERS)
def deliveries(university: str) -> str:
    """Show the deliveries that have not ended, those that wait for a person first."""
    wished = request.args.get("stato", DeliveryState.PARKED.value)
    states = [state for state in DeliveryState if state.value == wished] or list(_WAITING)
    after = request.args.get("dopo", "")[:40]
    with wiring().open_uow(hosted().code, lasting=False) as uow:
        found = list(uow.deliveries.waiting_page(states, after, PAGE + 1))
        names = {partner.code: partner.name for partner in uow.partners.all()}
    shown = found[:PAGE]
    return render_template(
        "deliveries.html",
        items=[(item, _address_of(item)) for item in shown],
        names=names,
        states=list(DeliveryState),
        wished=wished if len(states) == 1 else "",
        following=shown[-1].delivery_id if len(found) > PAGE else "",
        may_act=opens("messages.resend"),
    )


def _address_of(item: Any) -> str:
    if item.id_pratica is None:
        return ""
    return address(PracticeKey(item.side, item.partner, item.id_pratica))


@pages.post("/messaggi/consegne/<delivery>")
@allow(*OFFICE, whole=OFFICE)
def resend(university: str, delivery: str) -> Response:
    """Try a delivery again at once."""
    acting_as(*OFFICE)

    def again(uow: Any) -> None:
        delivery_by_hand.resend(delivery, uow=uow, now=wiring().clock())

    try:
        transact(hosted().code, again, open_uow=wiring().open_uow)
    except Rejection as rejection:
        flash(" ".join(refusals(rejection)), "danger")
    else:
        audit.note("delivery_resent", subject=delivery)
        flash(say("Consegna in coda", "Delivery in line"), "success")
    return redirect(url_for("messages.deliveries", university=university))
