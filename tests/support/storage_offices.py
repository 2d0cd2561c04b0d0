"""What the offices' pages look at and keep, and how it is read and written."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from gateway.demo.people import numbered
from gateway.domain.deliveries import OPEN_STATES, DeliveryState, Side
from gateway.domain.identifiers import CodiceFiscale, IdPratica
from gateway.domain.origin import OriginState
from gateway.domain.proposals import Proposal
from gateway.domain.worklist import Queue
from gateway.usecases.journal_ports import Search
from gateway.usecases.ports import PracticeKey
from gateway.usecases.worklist_ports import Order, WorkSearch
from storage.unit_of_work import SqlUnitOfWork
from tests.support.clock import START
from tests.support.fakes_samples import PRACTICE, ROCCASOLE, delivery, draft, message

FISCAL = CodiceFiscale(numbered(1).codice_fiscale)
ACCOUNT = 7
CLOSED = IdPratica("CHIUSA1")
ANSWERED = message().message_id
BEFORE = datetime(1980, 1, 1, tzinfo=UTC)
KEYS = [PracticeKey(side, ROCCASOLE, PRACTICE) for side in Side]
PROPOSAL = Proposal(
    side=Side.DESTINATION,
    partner=ROCCASOLE,
    id_pratica=PRACTICE,
    event="complete",
    version=1,
    proposed_by="ugo",
    proposed_at=START,
    words={"reason": "rinuncia"},
)

Use = Callable[[SqlUnitOfWork, dict[str, Any]], object]


def fill_offices(uow: SqlUnitOfWork) -> dict[str, Any]:
    """Let our university own a practice that has ended, a parked delivery, and what people keep."""
    ended = draft(id_pratica=CLOSED, destination=ROCCASOLE, state=OriginState.CHIUSA)
    uow.outgoing.add(ended)
    parked = delivery(partner=ROCCASOLE, id_pratica=CLOSED, state=DeliveryState.PARKED)
    uow.deliveries.add(replace(parked, delivery_id="d2"))
    uow.saved_filters.keep(ACCOUNT, "miei", "coda=to_send")
    uow.administration.keep_text("privacy", "it", "Informativa", START)
    (kept,) = uow.saved_filters.of(ACCOUNT)
    return {"filter": kept.filter_id, "proposal": uow.proposals.add(PROPOSAL)}


def _pages(uow: SqlUnitOfWork) -> list[object]:
    """Return what the work list shows, asked in every way there is."""
    queues = tuple(Queue)
    searches = (
        *(WorkSearch(queues=queues, order=order) for order in Order),
        WorkSearch(queues=queues, faculties=frozenset({""})),
        WorkSearch(queues=queues, partner=ROCCASOLE),
        WorkSearch(states=[(Side.ORIGIN, OriginState.CHIUSA.value)]),
        WorkSearch(student=FISCAL),
        WorkSearch(practices=[PRACTICE, CLOSED]),
    )
    return [item for search in searches for item in uow.worklist.page(search)]


READS: dict[str, Use] = {
    "worklist.page": lambda uow, _: _pages(uow),
    "worklist.counts": lambda uow, _: (
        sum(uow.worklist.counts(None).values()) + sum(uow.worklist.counts(frozenset({""})).values())
    ),
    "worklist.ended": lambda uow, _: (
        sum(uow.worklist.ended(None).values()) + sum(uow.worklist.ended(frozenset({""})).values())
    ),
    "worklist.beside": lambda uow, _: [
        item
        for item in uow.worklist.beside(KEYS).values()
        if item.sending or item.attachments_until
    ],
    "worklist.parked": lambda uow, _: uow.worklist.parked(),
    "outgoing.without_faculty": lambda uow, _: uow.outgoing.without_faculty(),
    "incoming.without_faculty": lambda uow, _: uow.incoming.without_faculty(),
    "deliveries.waiting_page": lambda uow, _: [
        *uow.deliveries.waiting_page(OPEN_STATES, "", 9),
        *uow.deliveries.waiting_page(OPEN_STATES, "d2", 9),
    ],
    "saved_filters.of": lambda uow, _: uow.saved_filters.of(ACCOUNT),
    "proposals.get": lambda uow, kept: uow.proposals.get(kept["proposal"].proposal_id),
    "proposals.of": lambda uow, _: [row for key in KEYS for row in uow.proposals.of(key)],
    "proposals.open_ones": lambda uow, _: uow.proposals.open_ones(9),
    "journal_search.entries": lambda uow, _: [
        *uow.journal_search.entries(Search()),
        *uow.journal_search.entries(Search(practice=PRACTICE, partner=ROCCASOLE)),
    ],
    "journal_search.entry": lambda uow, kept: uow.journal_search.entry(kept["message"]),
    "journal_search.of_practice": lambda uow, _: [
        row for key in KEYS for row in uow.journal_search.of_practice(key)
    ],
    "journal_search.opened": lambda uow, kept: any(uow.journal_search.opened(kept["message"])),
    "journal_search.answer": lambda uow, _: uow.journal_search.answer(ANSWERED),
    "journal_search.numbered": lambda uow, _: uow.journal_search.numbered("P1"),
    "administration.exchanges": lambda uow, _: uow.administration.exchanges(BEFORE),
    "administration.tolerated": lambda uow, _: uow.administration.tolerated(ROCCASOLE),
    "administration.waiting": lambda uow, _: uow.administration.waiting(),
    "administration.cached_offers": lambda uow, _: uow.administration.cached_offers(),
    "administration.admission_lists": lambda uow, _: uow.administration.admission_lists(),
    "administration.offered_years": lambda uow, _: uow.administration.offered_years(),
    "administration.text": lambda uow, _: uow.administration.text("privacy", "it"),
}
WRITES: dict[str, Use] = {
    "saved_filters.keep": lambda uow, _: uow.saved_filters.keep(ACCOUNT, "miei", "coda=draft"),
    "saved_filters.drop": lambda uow, kept: uow.saved_filters.drop(ACCOUNT, kept["filter"]),
    "proposals.add": lambda uow, _: uow.proposals.add(PROPOSAL),
    "proposals.save": lambda uow, kept: uow.proposals.save(
        kept["proposal"].declined("eva", "no", START)
    ),
    "student_access.end": lambda uow, _: uow.student_access.end(FISCAL, START),
    "student_access.restore": lambda uow, _: uow.student_access.restore(FISCAL, START),
    "administration.keep_text": lambda uow, _: uow.administration.keep_text(
        "privacy", "it", "Altra", START
    ),
}
