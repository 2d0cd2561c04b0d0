"""Clearing, erasing and looking, at both sides of a world with the marked student in it."""

from typing import Any

import sqlalchemy as sa

from gateway.bootstrap import Installation
from gateway.domain.identifiers import CodiceFiscale
from gateway.domain.messages import Operation
from gateway.domain.retention import Kept
from gateway.usecases import privacy
from storage.tables import messages
from tests.support import marks
from tests.support.contract_messages import post as send
from tests.support.marked_world import (
    opened_columns,
)
from tests.support.transfers import OFFICE, Steps
from tests.support.universities import MONTELAGO, VALDOMBRA

PERSON = CodiceFiscale(marks.PERSON.codice_fiscale)
SIDES = [("origin", VALDOMBRA), ("destination", MONTELAGO)]


def run(steps: Steps, side: str, **options: Any) -> dict[Kept, int]:
    """Clear what has passed its term at one side, now."""
    installation: Installation = getattr(steps.world, side)
    code = dict(SIDES)[side]
    now = steps.world.clock()
    found = privacy.run(code, open_uow=installation.store.open_uow, now=now, **options)
    return {kept: rows for kept, rows in found.items() if rows}


def everywhere(steps: Steps, days: float) -> dict[str, dict[Kept, int]]:
    """Let days pass and clear at both sides."""
    steps.world.clock.advance(days=days)
    return {side: run(steps, side) for side, _ in SIDES}


def erase(steps: Steps, side: str, basis: str = "scarto autorizzato") -> dict[str, int]:
    """Erase the marked student at one side."""
    installation: Installation = getattr(steps.world, side)
    request = privacy.EraseRequest(PERSON, "istanza dell'interessata", basis)
    return steps.at(
        installation,
        dict(SIDES)[side],  # type: ignore[arg-type]
        lambda uow: dict(privacy.erase(request, OFFICE, uow=uow, now=steps.world.clock())),
    )


def seen(steps: Steps, side: str) -> dict[str, set[str]]:
    """Return where marks are to be read by one who has the keys."""
    searcher = marks.Searcher()
    searcher.marks.pop("birth date")  # a day may be somebody else's
    searcher.marks.pop("password")  # the offices' own
    return searcher.found_in_all(opened_columns(getattr(steps.world, side).store))


def stored(steps: Steps, operation: Operation) -> tuple[bytes, bytes]:
    """Return an accepted message to the destination, and its answer, from the journal."""
    store = steps.world.destination.store
    with store.reader.connect() as connection:
        row = connection.execute(
            sa.select(messages).where(
                messages.c.operation == operation.value, messages.c.result == "accepted"
            )
        ).first()
    assert row is not None
    with store.open_uow(MONTELAGO) as uow:
        found = uow.journal.contents(row.message_id)
    assert found is not None
    return found


def ask_again(steps: Steps, message: bytes) -> bytes:
    """Send a message to the destination as its partner; return the answer."""
    application = steps.world.network.hosts["destination"]
    answered = send(application, "/soap/92/destinazione", message, "ateneo-91")
    assert answered.status_code == 200
    return answered.data
