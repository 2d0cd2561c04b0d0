"""Practices in every state of both life cycles, and acts confirmed on their pages."""

import re
from collections.abc import Callable

from werkzeug.test import TestResponse

from gateway.demo.sample import Request
from gateway.domain.deliveries import Side
from gateway.domain.destination import DestinationState as D
from gateway.domain.identifiers import IdPratica
from gateway.domain.origin import OriginState as O
from gateway.usecases import origin
from tests.support.offices import Browser
from tests.support.transfers import STUDENT, Steps
from tests.support.universities import MONTELAGO, VALDOMBRA

SMALL = Request(exams=2)
_HIDDEN = re.compile(r'<input id="(version|seen)" name="\w+" type="hidden" value="(\d*)"')


def submitted(steps: Steps) -> IdPratica:
    """Bring a request to presentata."""
    practice, world = steps.draft(SMALL), steps.world.origin
    steps.origin(
        lambda uow: origin.confirm(
            origin.find(practice, uow=uow),
            STUDENT,
            uow=uow,
            documents=world.documents,
            register=world.register_for(uow),
            now=world.clock(),
        )
    )
    return practice


def _after(*acts: str) -> Callable[[Steps], IdPratica]:
    def bring(steps: Steps) -> IdPratica:
        practice = steps.sent(SMALL)
        for act in acts:
            if act == "deliver":
                steps.deliver_all()
            else:
                getattr(steps, act)(practice)
        return practice

    return bring


def _on_its_way(steps: Steps) -> IdPratica:
    practice = steps.ready(SMALL)
    steps.authorise(practice)
    return practice


_ENROLLED = ("authorise_enrolment", "enrol")
_DECIDED = (*_ENROLLED, "evaluate", "decide")
REACH: dict[tuple[Side, str], Callable[[Steps], IdPratica]] = {
    (Side.ORIGIN, O.BOZZA): lambda steps: steps.draft(SMALL),
    (Side.ORIGIN, O.PRESENTATA): submitted,
    (Side.ORIGIN, O.ELABORATA): lambda steps: steps.ready(SMALL),
    (Side.ORIGIN, O.VALIDATA): _on_its_way,
    (Side.ORIGIN, O.TRASFERITA): _after(),
    (Side.ORIGIN, O.RICHIESTA_REVISIONE): _after("ask_revision", "deliver"),
    (Side.ORIGIN, O.CHIUSA): _after(*_DECIDED, "complete", "deliver"),
    (Side.ORIGIN, O.RESPINTA): _after("refuse", "deliver"),
    (Side.ORIGIN, O.CANCELLATA): _after("cancel", "deliver"),
    (Side.DESTINATION, D.RICEVUTA): _after(),
    (Side.DESTINATION, D.RICHIESTA_REVISIONE): _after("ask_revision"),
    (Side.DESTINATION, D.AUTORIZZATA_IMMATRICOLAZIONE): _after("authorise_enrolment"),
    (Side.DESTINATION, D.IMMATRICOLATO): _after(*_ENROLLED),
    (Side.DESTINATION, D.AUTORIZZATA_VALUTAZIONE): _after(*_ENROLLED, "evaluate"),
    (Side.DESTINATION, D.DELIBERATA): _after(*_DECIDED),
    (Side.DESTINATION, D.COMPLETATA): _after(*_DECIDED, "complete"),
    (Side.DESTINATION, D.RIFIUTATA): _after("refuse"),
    (Side.DESTINATION, D.CANCELLATA): _after("cancel"),
}
"""How a practice comes to each state, through the steps of both offices."""


def page_of(side: Side, practice: IdPratica) -> str:
    """Return the address of the page of a practice at one side of the world."""
    if side is Side.ORIGIN:
        return f"/ateneo/{VALDOMBRA}/uscita/{practice}"
    return f"/ateneo/{MONTELAGO}/ingresso/{VALDOMBRA}/{practice}"


def seen_on(page: TestResponse) -> dict[str, str]:
    """Return what a confirmation page knows of the practice it was made from."""
    return dict(_HIDDEN.findall(page.text))


def confirm(browser: Browser, page: str, event: str, **words: str) -> TestResponse:
    """Open the confirmation of an act and confirm it."""
    address = f"{page}/atto/{event}"
    seen = seen_on(browser.get(address))
    return browser.post(address, **{**seen, **words})
