"""What an office does beside a practice's life cycle: ask again, clear a check, fetch, resend.

None of it moves the practice, and each has no second effect when it is sent twice.
"""

from collections.abc import Callable

from flask import Blueprint, abort, flash, redirect, request
from werkzeug.wrappers import Response

from gateway.domain.deliveries import Delivery
from gateway.domain.destination import IncomingTransfer
from gateway.domain.lookups import Asker
from gateway.domain.origin import OutgoingTransfer
from gateway.domain.partners import CheckKind
from gateway.domain.rejections import Rejection
from gateway.texts import Text
from gateway.usecases import delivery_by_hand, foglios, origin, status, verification
from gateway.usecases.four_eyes import Transfer, key_of
from gateway.usecases.ports import UnitOfWork
from gateway.usecases.transaction import transact
from gateway.web import audit
from gateway.web.access import OFFICE, acting_as, allow, hosted, visitor, wiring
from gateway.web.forms import refusals
from gateway.web.language import say, told
from gateway.web.practices import IN, OUT, address, load

pages = Blueprint("practice_tools", __name__, url_prefix="/ateneo/<university>")

_LONGEST = 1000

Deed = Callable[[UnitOfWork, Transfer], Text]


def _do(action: str, practice: str, sender: str, deed: Deed, part: str = "") -> Response:
    """Do something beside a practice, say what came of it, and go back to its page."""

    def do(uow: UnitOfWork) -> tuple[str, Text]:
        transfer = load(uow, practice, sender, OFFICE)
        return address(key_of(transfer)), deed(uow, transfer)

    try:
        back, said = transact(hosted().code, do, open_uow=wiring().open_uow)
    except Rejection as rejection:
        flash(" ".join(refusals(rejection)), "danger")
        with wiring().open_uow(hosted().code, lasting=False) as uow:
            back = address(key_of(load(uow, practice, sender, OFFICE)))
    else:
        audit.note(action, practice=practice)
        flash(told(said), "success")
    return redirect(back + (f"#{part}" if part else ""))


@pages.post(f"{OUT}/stato")
@pages.post(f"{IN}/stato")
@allow(*OFFICE)
def ask_status(university: str, practice: str, origin: str = "") -> Response:
    """Ask the other university where the practice stands there (T7)."""

    def ask(uow: UnitOfWork, transfer: Transfer) -> Text:
        if status.ask_partner(key_of(transfer), uow=uow, now=wiring().clock()):
            return Text("Richiesta dello stato in coda", "Question about the status in line")
        return Text("La richiesta è già in coda", "The question is in line already")

    return _do("status_asked", practice, origin, ask)


@pages.post(f"{OUT}/verifica/<kind>")
@allow(*OFFICE)
def clear_check(university: str, practice: str, kind: str) -> Response:
    """State that a check no longer stands in the way, and why."""
    why = request.form.get("why", "").strip()[:_LONGEST]
    if kind not in {known.value for known in CheckKind}:
        abort(404)

    def clear(uow: UnitOfWork, transfer: Transfer) -> Text:
        assert isinstance(transfer, OutgoingTransfer)
        known = uow.records.checks(key_of(transfer))
        if any(item.kind.value == kind and item.settled for item in known):
            return Text("La verifica era già superata", "The check was settled already")
        actor, now = acting_as(*OFFICE), wiring().clock()
        origin.clear_check(transfer, CheckKind(kind), actor, why, uow=uow, now=now)
        return Text("Verifica considerata superata", "Check counted as passed")

    if not why:
        flash(say("Scrivere perché", "Write why"), "danger")
        with wiring().open_uow(hosted().code, lasting=False) as uow:
            return redirect(address(key_of(load(uow, practice, "", OFFICE))) + "#verifiche")
    return _do("check_cleared", practice, "", clear, "verifiche")


@pages.post(f"{IN}/allegati/<attachment>/richiesta")
@allow(*OFFICE)
def fetch_attachment(university: str, origin: str, practice: str, attachment: str) -> Response:
    """Ask for an attachment once more (T9)."""

    def fetch(uow: UnitOfWork, transfer: Transfer) -> Text:
        key, now = key_of(transfer), wiring().clock()
        if foglios.fetch_again(key, attachment, uow=uow, now=now):
            return Text("Richiesta dell'allegato in coda", "Question for the attachment in line")
        return Text("La richiesta è già in coda", "The question is in line already")

    return _do("attachment_asked", practice, origin, fetch, "allegati")


@pages.post(f"{IN}/titoli")
@allow(*OFFICE)
def verify_titles(university: str, origin: str, practice: str) -> Response:
    """Have the declared titles asked for anew."""

    def verify(uow: UnitOfWork, transfer: Transfer) -> Text:
        assert isinstance(transfer, IncomingTransfer)
        asker = Asker(visitor().username, "segreteria")
        verification.request(transfer, asker, fresh=True, uow=uow, now=wiring().clock())
        return Text("Verifica dei titoli in coda", "Verification of titles in line")

    return _do("titles_asked", practice, origin, verify, "titoli")


@pages.post(f"{OUT}/consegne/<delivery>/riprova")
@pages.post(f"{IN}/consegne/<delivery>/riprova")
@allow(*OFFICE)
def resend(university: str, practice: str, delivery: str, origin: str = "") -> Response:
    """Try a delivery again at once."""

    def again(uow: UnitOfWork, transfer: Transfer) -> Text:
        own_delivery(uow, transfer, delivery)
        delivery_by_hand.resend(delivery, uow=uow, now=wiring().clock())
        return Text("Consegna in coda", "Delivery in line")

    return _do("delivery_resent", practice, origin, again, "consegne")


@pages.post(f"{OUT}/consegne/<delivery>/ferma")
@pages.post(f"{IN}/consegne/<delivery>/ferma")
@allow(*OFFICE, recent=True)
def stop(university: str, practice: str, delivery: str, origin: str = "") -> Response:
    """Give up a delivery that never arrived."""
    why = request.form.get("why", "").strip()[:_LONGEST]

    def give_up(uow: UnitOfWork, transfer: Transfer) -> Text:
        own_delivery(uow, transfer, delivery)
        actor, now = acting_as(*OFFICE), wiring().clock()
        delivery_by_hand.abandon(delivery, actor, why, uow=uow, now=now)
        return Text("Consegna abbandonata", "Delivery given up")

    return _do("delivery_stopped", practice, origin, give_up, "consegne")


def own_delivery(uow: UnitOfWork, transfer: Transfer, delivery_id: str) -> Delivery:
    """Return a delivery of a practice; another's is not found."""
    found = uow.deliveries.get(delivery_id)
    key = key_of(transfer)
    if found is None or (found.partner, found.id_pratica, found.side) != (
        key.partner,
        key.id_pratica,
        key.side,
    ):
        abort(404)
    return found
