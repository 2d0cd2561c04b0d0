"""The reckoning between two installations: what was acknowledged, what it did, who agrees."""

from collections import Counter
from collections.abc import Iterable
from typing import Any

import sqlalchemy as sa

from gateway.bootstrap import Installation
from gateway.domain.deliveries import DeliveryState
from gateway.domain.destination import DestinationState as D
from gateway.domain.destination import IncomingTransfer
from gateway.domain.identifiers import IdPratica
from gateway.domain.origin import OriginState as O
from gateway.domain.rejections import Rejection
from storage.tables import deliveries, history, incoming, messages, outgoing, register_entries
from tests.support.transfers import Steps

OPEN = {D.RICEVUTA, D.AUTORIZZATA_IMMATRICOLAZIONE, D.IMMATRICOLATO}
OPEN |= {D.AUTORIZZATA_VALUTAZIONE, D.DELIBERATA}
AGREE: dict[O, set[D | None]] = {
    O.ELABORATA: {None},
    O.TRASFERITA: set(OPEN),
    # a foglio sent before the request for revision came may have answered it over there
    O.RICHIESTA_REVISIONE: {D.RICHIESTA_REVISIONE, *OPEN},
    O.CHIUSA: {D.COMPLETATA},
    O.RESPINTA: {D.RIFIUTATA},
    O.CANCELLATA: {D.CANCELLATA, None},
}
"""Where the destination may stand when the origin stands there and nothing is on its way."""


def rows(installation: Installation, query: sa.Select[Any]) -> list[Any]:
    """Return what a query finds."""
    with installation.store.reader.connect() as connection:
        return list(connection.execute(query).all())


def in_state(installation: Installation, *states: DeliveryState) -> list[Any]:
    """Return the deliveries in these states."""
    wanted = [state.value for state in states]
    return rows(installation, sa.select(deliveries).where(deliveries.c.state.in_(wanted)))


def received(steps: Steps, practice: IdPratica) -> IncomingTransfer | None:
    """Return the practice at the destination, if it has come."""
    try:
        return steps.into(practice)
    except Rejection:
        return None


def assert_agreed(steps: Steps, practice: IdPratica) -> D | None:
    """Both sides tell the same story of a practice; return where the destination stands."""
    out, into = steps.out(practice), received(steps, practice)
    state = into.state if into else None
    assert state in AGREE[out.state], (out.state, state)
    if into is not None and out.token is not None:
        assert into.token == out.token
    if into is not None and out.state is O.TRASFERITA:
        assert into.token is None or out.token == into.token
        assert out.sent <= into.sections
    return state


def assert_numbers_given_once(installation: Installation) -> None:
    """No register gave a number twice."""
    numbers = rows(installation, sa.select(register_entries.c.number))
    assert len(numbers) == len(set(numbers))


def assert_accounted(
    origin: Installation, destination: Installation, practices: Iterable[IdPratica]
) -> None:
    """Every acknowledged message was accepted once over there, and had one effect."""
    for sender, receiver in ((origin, destination), (destination, origin)):
        accepted = Counter(_changing(receiver, "in"))
        assert all(count == 1 for count in accepted.values())
        assert set(_changing(sender, "out")) <= set(accepted)
        pending = sa.select(messages.c.message_id).where(messages.c.result == "pending")
        assert not rows(sender, pending)
    for installation, table in ((origin, outgoing), (destination, incoming)):
        known = rows(installation, sa.select(table.c.id_pratica))
        assert len(known) == len(set(known))
    _assert_effects((origin, destination), practices)


def _changing(installation: Installation, direction: str) -> list[str]:
    query = sa.select(messages.c.sha256).where(
        messages.c.direction == direction,
        messages.c.result == "accepted",
        messages.c.operation.not_like("Get_%"),
    )
    return [row.sha256 for row in rows(installation, query)]


def _assert_effects(both: Iterable[Installation], practices: Iterable[IdPratica]) -> None:
    events: Counter[tuple[str, str]] = Counter()
    taken: Counter[tuple[str, str]] = Counter()
    for installation in both:
        events.update(
            (row.event, row.id_pratica)
            for row in rows(installation, sa.select(history.c.event, history.c.id_pratica))
        )
        accepted = sa.select(messages.c.operation, messages.c.id_pratica).where(
            messages.c.direction == "in", messages.c.result == "accepted"
        )
        taken.update((row.operation, row.id_pratica) for row in rows(installation, accepted))
    for practice in practices:
        data = events["receive_data", practice] + events["receive_revision", practice]
        assert data == taken["Put_DatiTrasferimento", practice]
        assert events["receive", practice] == taken["Put_ProcessoTrasferimento", practice]
        asked = events["revision_asked", practice]
        assert asked == taken["Require_RefreshDatiTrasferimento", practice]
        assert events["token_received", practice] <= 1
