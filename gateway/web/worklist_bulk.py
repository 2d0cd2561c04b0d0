"""What may be done to many practices at once: nothing that tells another university anything.

Running the checks again and asking for the status move nothing that cannot be moved back. Each
practice is a commit of its own: what is refused for one is told, and hinders no other.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from flask import flash, redirect, request, url_for
from werkzeug.wrappers import Response

from gateway.domain.deliveries import Side
from gateway.domain.identifiers import IdPratica, MiurCode
from gateway.domain.origin import OutgoingTransfer
from gateway.domain.rejections import Cause, Rejection, refuse
from gateway.usecases import four_eyes, origin, status
from gateway.usecases.four_eyes import Transfer, key_of
from gateway.usecases.ports import PracticeKey, UnitOfWork
from gateway.usecases.transaction import transact
from gateway.web import audit, worklist
from gateway.web.access import OFFICE, acting_as, allow, hosted, wiring
from gateway.web.asked import number_in
from gateway.web.forms import refusals
from gateway.web.language import say
from gateway.web.reach import reaches
from gateway.web.work_search import read_wish

pages = worklist.pages
MOST = 100
"""How many practices may be chosen at once."""


@dataclass(frozen=True, slots=True)
class Chosen:
    """A practice somebody has ticked, in the version they saw."""

    key: PracticeKey
    version: int


def chosen(values: Sequence[str]) -> list[Chosen]:
    """Return the practices that a form names; what cannot be read is left out."""
    found = []
    for value in values[:MOST]:
        side, _, rest = value.partition("|")
        partner, _, rest = rest.partition("|")
        version, _, identifier = rest.partition("|")
        number = number_in(version)
        if side in set(Side) and number is not None and identifier:
            key = PracticeKey(Side(side), MiurCode(partner), IdPratica(identifier))
            found.append(Chosen(key, number))
    return found


@pages.post("/lavori/insieme")
@allow(*OFFICE)
def together(university: str) -> Response:
    """Do one of the safe things to every practice that was ticked."""
    deeds: dict[str, Callable[[UnitOfWork, Transfer], bool]] = {
        "process": _process,
        "status": _ask,
    }
    deed = deeds.get(request.form.get("what", ""))
    ticked = chosen(request.form.getlist("scelta"))
    if deed is None or not ticked:
        flash(say("Scegliere almeno una pratica", "Choose at least one practice"), "warning")
        return _back(university)
    done, left = 0, []
    for item in ticked:
        refused = _one(item, deed)
        if refused is None:
            done += 1
            audit.note(f"bulk_{request.form['what']}", practice=item.key.id_pratica)
        else:
            left.append(f"{item.key.id_pratica}: {refused}")
    if done:
        flash(
            say("Fatto. Pratiche: {number}", "Done. Practices: {number}", number=done),
            "success",
        )
    if left:
        said = say(
            "Non fatto per {number}: {why}",
            "Not done for {number}: {why}",
            number=len(left),
            why="; ".join(left),
        )
        flash(said, "warning")
    return _back(university)


def _one(item: Chosen, deed: Callable[[UnitOfWork, Transfer], bool]) -> str | None:
    """Do something to a practice; return why not, ``None`` if it was done."""

    def do(uow: UnitOfWork) -> str | None:
        transfer = four_eyes.find(item.key, uow=uow)
        if not reaches(transfer, OFFICE, uow=uow):
            return say("non è della vostra facoltà", "it is not of your faculty")
        if transfer.version != item.version:
            return say("è cambiata nel frattempo", "it has changed meanwhile")
        return None if deed(uow, transfer) else say("era già in coda", "it was in line already")

    try:
        return transact(hosted().code, do, open_uow=wiring().open_uow)
    except Rejection as rejection:
        return " ".join(refusals(rejection))


def _process(uow: UnitOfWork, transfer: Transfer) -> bool:
    if not isinstance(transfer, OutgoingTransfer):  # another's may bear the number of one of ours
        raise refuse(Cause.EVENT_NOT_ALLOWED, state=transfer.state.value, event="process")
    origin.process(
        transfer,
        acting_as(*OFFICE),
        uow=uow,
        documents=wiring().documents,
        now=wiring().clock(),
    )
    return True


def _ask(uow: UnitOfWork, transfer: Transfer) -> bool:
    return status.ask_partner(key_of(transfer), uow=uow, now=wiring().clock())


def _back(university: str) -> Response:
    """Go back to the list that the form stood on."""
    wish = read_wish(request.args).query()
    base = url_for("worklist.show", university=university)
    return redirect(f"{base}?{wish}" if wish else base)
