"""The commission's pages: what waits, the career laid out, the conversion table, the decision.

A draft is kept at every button, so that one member may go on where another stopped; whoever works
on an old one is told what happened instead of overwriting it. One member consolidates.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from gateway.domain.accounts import Role
from gateway.domain.delibera import Delibera
from gateway.domain.delibera_draft import COUNTING, DeliberaDraft, tally
from gateway.domain.destination import DestinationState, IncomingTransfer
from gateway.domain.foglio_congedo import Career
from gateway.domain.history import HistoryEntry
from gateway.domain.rejections import Rejection
from gateway.usecases import commission, destination, foglios
from gateway.usecases.commission import Waiting
from gateway.usecases.ports import ConcurrentChange, UnitOfWork
from gateway.usecases.transaction import transact
from gateway.web import audit
from gateway.web.access import acting_as, allow, hosted, visitor, wiring
from gateway.web.asked import number_in
from gateway.web.commission_forms import Fault, acted, differing, fault_of, typed_draft
from gateway.web.forms import refusals
from gateway.web.language import say
from gateway.web.requirements import find

pages = Blueprint("commission", __name__, url_prefix="/ateneo/<university>/commissione")

_ADDRESS = "/<origin>/<practice>"


@dataclass(frozen=True, slots=True)
class Desk:
    """A practice on the commission's desk."""

    transfer: IncomingTransfer
    career: Career
    draft: DeliberaDraft
    decided: tuple[str, Delibera] | None
    reported: list[HistoryEntry]
    origin_name: str

    @property
    def version(self) -> str:
        """What a confirmation is about: this practice, this draft."""
        return f"{self.transfer.version}.{self.draft.version}"


@dataclass(frozen=True, slots=True)
class Row:
    """A line of the list."""

    waiting: Waiting
    since: datetime | None
    origin_name: str


@pages.get("")
@allow(Role.COMMISSION)
def listing(university: str) -> str:
    """List the careers to evaluate and those decided, of the visitor's faculties."""
    mine = visitor().faculties_at(hosted().code, Role.COMMISSION)
    with wiring().open_uow(hosted().code) as uow:
        names = {partner.code: partner.name for partner in uow.partners.all()}
        found = {}
        for state in commission.SEEN:
            found[state] = [
                Row(item, _since(item, uow), names.get(item.transfer.origin, item.transfer.origin))
                for item in commission.listing(state, mine, uow=uow)
            ]
    waiting, *others = found.values()
    return render_template(
        "commission.html",
        waiting=sorted(waiting, key=lambda row: row.since.timestamp() if row.since else 0),
        decided=[row for rows in others for row in rows],
    )


def _since(item: Waiting, uow: UnitOfWork) -> datetime | None:
    steps = uow.records.steps(destination.key_of(item.transfer))
    return steps[-1].entered_at if steps else None


def _mine(origin: str, practice: str, uow: UnitOfWork) -> IncomingTransfer:
    """Return the practice if it is for the visitor's commission, or answer that there is none."""
    transfer = find(origin, practice, uow)
    faculties = visitor().faculties_at(hosted().code, Role.COMMISSION)
    if not commission.concerns(transfer, faculties, uow=uow):
        abort(404)
    return transfer


def _desk(origin: str, practice: str) -> Desk:
    held = wiring()
    with held.open_uow(hosted().code) as uow:
        transfer = _mine(origin, practice, uow)
        key = destination.key_of(transfer)
        known = uow.partners.get(transfer.origin)
        desk = Desk(
            transfer=transfer,
            career=foglios.career(key, uow=uow, documents=held.documents),
            draft=commission.draft_of(transfer, uow=uow) or DeliberaDraft(),
            decided=uow.records.delibera(key),
            reported=[
                entry for entry in uow.records.history(key) if entry.event == "report_anomaly"
            ],
            origin_name=known.name if known else transfer.origin,
        )
    audit.note("career_viewed", practice=practice)
    return desk


@pages.route(_ADDRESS, methods=["GET", "POST"])
@allow(Role.COMMISSION)
def show(university: str, origin: str, practice: str) -> str | Response | tuple[str, int]:
    """Show the career and the draft; keep the draft at every button."""
    if request.method == "POST":
        return _saved(origin, practice)
    return _page(_desk(origin, practice))


def _page(desk: Desk, *, typed: DeliberaDraft | None = None, stale: bool = False) -> str:
    draft = typed or desk.draft
    where: dict[str, Any] = {
        "university": hosted().code,
        "origin": desk.transfer.origin,
        "practice": desk.transfer.id_pratica,
    }
    faults: list[Fault] = []
    if desk.draft.version and not stale and desk.decided is None:
        found = commission.faults(draft, desk.career, wiring().clock())
        faults = [fault_of(reason) for reason in found]
    told = faults if request.args.get("controlla") else []  # not while rows are being added
    return render_template(
        "commission_desk.html",
        desk=desk,
        draft=draft,
        stale=stale,
        differing=differing(draft, desk.draft) if stale else [],
        faults=told,
        wrong={fault.name: fault.text for fault in told},
        adds_up=bool(desk.draft.version) and not stale and not faults,
        totals=tally(draft, desk.career),
        counting=[exam for exam in desk.career.exams.values() if exam.outcome in COUNTING],
        open_now=desk.transfer.state is DestinationState.AUTORIZZATA_VALUTAZIONE,
        where=where,
        paper=url_for("documents.delibera", **where) if desk.decided else "",
    )


def _saved(origin: str, practice: str) -> Response | tuple[str, int]:
    """Keep what was typed and go where the button leads."""
    desk = _desk(origin, practice)
    seen = request.form.get("version", "")
    found = number_in(seen)
    version = -1 if found is None else found
    typed = typed_draft(request.form, version)
    act = request.form.get("act", "save")
    changed, place = acted(typed, act, desk.career)
    actor, now = acting_as(Role.COMMISSION), wiring().clock()

    def keep(uow: UnitOfWork) -> DeliberaDraft:
        transfer = _mine(origin, practice, uow)
        found = commission.draft_of(transfer, uow=uow)
        if version != (found.version if found else 0):
            raise _Stale
        return commission.save_draft(transfer, changed, actor, uow=uow, now=now)

    try:
        transact(hosted().code, keep, open_uow=wiring().open_uow)
    except _Stale:
        return _page(_desk(origin, practice), typed=typed, stale=True), 409
    except Rejection as rejection:
        flash(" ".join(refusals(rejection)), "danger")
        return _to("show", origin, practice)
    audit.note("draft_saved", practice=practice)
    if act == "consolidate":
        if not commission.faults(changed, desk.career, now):
            return _to("confirm", origin, practice)
        flash(
            say(
                "La bozza è salvata, ma non si può ancora consolidare: vedere che cosa manca.",
                "The draft is saved but cannot be consolidated yet: see what is missing.",
            ),
            "warning",
        )
    elif act == "save":
        flash(say("Bozza salvata.", "Draft saved."), "success")
    checked = {"controlla": "1"} if act in ("save", "consolidate") else {}
    return _to("show", origin, practice, place, **checked)


class _Stale(Exception):  # noqa: N818  not a fault: somebody else was faster
    """The draft that was looked at is not the last one."""


def _to(view: str, origin: str, practice: str, place: str = "", **more: str) -> Response:
    where: dict[str, Any] = {
        "university": hosted().code,
        "origin": origin,
        "practice": practice,
        **more,
    }
    return redirect(url_for(f"commission.{view}", _anchor=place or None, **where))


@pages.route(_ADDRESS + "/conferma", methods=["GET", "POST"])
@allow(Role.COMMISSION, recent=True)
def confirm(university: str, origin: str, practice: str) -> str | Response:
    """Look at the decision once more, and make it final."""
    desk = _desk(origin, practice)
    if request.method == "POST":
        return _decided(desk, origin, practice)
    wrong = commission.faults(desk.draft, desk.career, wiring().clock())
    if wrong or desk.decided is not None:
        return _to("show", origin, practice)
    return render_template(
        "commission_confirm.html",
        desk=desk,
        delibera=desk.draft.delibera(),
        totals=tally(desk.draft, desk.career),
        where={"university": university, "origin": origin, "practice": practice},
    )


def _decided(desk: Desk, origin: str, practice: str) -> Response:
    """Make the draft that was looked at the decision; anything else is told and does nothing."""
    if desk.decided is not None:
        flash(
            say(
                "La delibera è già consolidata con il numero {number}.",
                "The decision was made already, under the number {number}.",
                number=desk.decided[0],
            ),
            "info",
        )
        return _to("show", origin, practice)
    try:
        _decide(desk, request.form.get("version", ""))
    except ConcurrentChange:
        flash(
            say(
                "Nel frattempo la pratica o la bozza è cambiata ({who}): nulla è stato deciso."
                " Ecco come sta ora.",
                "The practice or the draft was changed meanwhile ({who}): nothing was decided. This"
                " is how it stands now.",
                who=desk.draft.changed_by or say("dalla provenienza", "by the origin"),
            ),
            "warning",
        )
    except Rejection as rejection:
        flash(" ".join(refusals(rejection)), "danger")
    else:
        audit.note("decided", practice=practice)
        flash(say("Delibera consolidata.", "The decision is made."), "success")
    return _to("show", origin, practice)


def _decide(desk: Desk, seen: str) -> None:
    """Decide what stood on the page that was confirmed.

    Raises:
        ConcurrentChange: practice or draft are not those any more.
    """
    if seen != desk.version:
        raise ConcurrentChange
    held = wiring()
    actor, now = acting_as(Role.COMMISSION), held.clock()
    with held.open_uow(hosted().code) as uow:
        transfer = _mine(desk.transfer.origin, desk.transfer.id_pratica, uow)
        if transfer.version != desk.transfer.version:
            raise ConcurrentChange
        commission.decide(
            transfer,
            desk.draft.version,
            actor,
            uow=uow,
            register=held.register_for(uow),
            documents=held.documents,
            now=now,
        )
        uow.commit()


@pages.post(_ADDRESS + "/anomalia")
@allow(Role.COMMISSION)
def report(university: str, origin: str, practice: str) -> Response:
    """Tell the secretariat what is wrong with the career."""
    actor, now = acting_as(Role.COMMISSION), wiring().clock()
    notes = request.form.get("notes", "")

    def act(uow: UnitOfWork) -> bool:
        transfer = _mine(origin, practice, uow)
        if request.form.get("version") != str(transfer.version):
            return False
        commission.report_anomaly(transfer, actor, notes, uow=uow, now=now)
        return True

    try:
        if transact(hosted().code, act, open_uow=wiring().open_uow):
            audit.note("anomaly_reported", practice=practice)
            flash(
                say("La segreteria vede la segnalazione.", "The secretariat sees the report."),
                "success",
            )
        else:
            flash(
                say(
                    "Nel frattempo la pratica è cambiata: la segnalazione non è partita.",
                    "The practice was changed meanwhile: the report was not made.",
                ),
                "warning",
            )
    except Rejection as rejection:
        flash(" ".join(refusals(rejection)), "danger")
    return _to("show", origin, practice, "anomalie")
