"""Requests that no decent client sends: sending them, and what they leave at an installation."""

import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from lxml import etree
from werkzeug.test import Client

from gateway.bootstrap import Installation
from gateway.contracts import SOAP11
from gateway.domain.identifiers import MiurCode
from tests.support.clock import HandClock
from tests.support.contract_messages import authorization, outcome
from tests.support.databases import Maker
from tests.support.network import WsgiNetwork
from tests.support.universities import (
    DESTINATION,
    MONTELAGO,
    ORIGIN,
    THIRD,
    VALDOMBRA,
    World,
    introduce,
    make_home,
)

SECONDS = 0.5
"""What any request within the size limit may cost (issue: "half a second at the size limit")."""
HOPELESS = 4 * SECONDS
PATIENCE = 60.0
TRIES = 3
INTERNALS = ("Traceback", 'File "', ".py", "site-packages", "/tmp", "lxml", "spyne", "Spyne", "SQL")
"""What no answer may hold, whatever was asked."""


@dataclass(frozen=True, slots=True)
class Answered:
    """An answer as the peer reads it: a fault with its code and text, or an outcome.

    ``seconds`` are those of the processor: what it costs, whoever else uses the machine.
    """

    status: int
    headers: Mapping[str, str]
    content: bytes
    seconds: float = 0.0

    @property
    def fault(self) -> tuple[int, str, str]:
        """HTTP status, fault code without its prefix, fault text."""
        fault = etree.fromstring(self.content).find(f"{{{SOAP11}}}Body/{{{SOAP11}}}Fault")
        assert fault is not None, self.content[:400]
        prefix, _, code = (fault.findtext("faultcode") or "").partition(":")
        assert fault.nsmap[prefix] == SOAP11
        assert fault.find("detail") is None
        assert not fault.findtext("faultactor")
        return self.status, code, fault.findtext("faultstring") or ""

    @property
    def outcome(self) -> tuple[int, str]:
        """``codEsito`` and ``descEsito``."""
        assert self.status == 200, self.content[:400]
        return outcome(self.content)


@dataclass(frozen=True, slots=True)
class Sending:
    """How a message is sent; ``environ`` is what a server would hand over besides."""

    path: str = "/soap/92/destinazione"
    method: str = "POST"
    user: str = "ateneo-91"
    headers: Mapping[str, str] = field(default_factory=dict)
    environ: Mapping[str, Any] = field(default_factory=dict)

    def to(self, application: Any, content: bytes) -> Answered:
        """Send ``content`` over WSGI."""
        headers = {"Content-Type": "text/xml; charset=utf-8"}
        if self.user:
            headers |= authorization(self.user)
        headers = {name: value for name, value in (headers | dict(self.headers)).items() if value}
        began, worked = time.perf_counter(), time.thread_time()
        answer = Client(application).open(
            self.path,
            method=self.method,
            data=content,
            headers=headers,
            environ_overrides=dict(self.environ),
        )
        body = answer.get_data()
        assert time.perf_counter() - began < PATIENCE
        worked = time.thread_time() - worked
        return Answered(answer.status_code, dict(answer.headers), body, worked)


PLAIN = Sending()
CHUNKED = Sending(environ={"wsgi.input_terminated": True, "CONTENT_LENGTH": ""})
"""As servers hand over a body without a length."""


class Site:
    """A hosted university under attack."""

    def __init__(self, installation: Installation, code: MiurCode, application: Any = None) -> None:
        self.installation = installation
        self.code = code
        self.application = application or installation.wsgi()

    def rows(self) -> dict[str, int]:
        """Return how many rows each table has that has any."""
        engine = self.installation.store.reader
        with engine.connect() as connection:
            found = {
                table: connection.scalar(sa.select(sa.func.count()).select_from(sa.table(table)))
                for table in sa.inspect(connection).get_table_names()
            }
        return {table: count for table, count in found.items() if count}

    def latest(self) -> tuple[sa.Row[Any], bytes, bytes]:
        """Return the newest row of the journal, with its message and its answer."""
        with self.installation.store.open_uow(self.code) as uow:
            row = uow.journal.latest(limit=1)[0]
            message, answer = uow.journal.contents(row.message_id) or (b"", b"")
        return row, message, answer

    def refuse(
        self, content: bytes, expected: tuple[int, str, str], sending: Sending = PLAIN
    ) -> Answered:
        """Send a message that is no valid call: the fault, its journal row, nothing else."""
        answer = self._noted(content, sending)
        assert answer.fault == expected
        row, message, kept = self.latest()
        assert (row.result, row.code, row.partner) == ("fault", expected[0], sending.user[-2:])
        assert content.startswith(message)  # what is not read is not kept
        assert kept == answer.content
        return answer

    def reject(
        self, content: bytes, expected: tuple[int, str], sending: Sending = PLAIN
    ) -> Answered:
        """Send a valid call that is refused: the outcome, its journal row, nothing else."""
        answer = self._noted(content, sending)
        assert answer.outcome == expected
        row, message, kept = self.latest()
        assert (row.result, row.code, row.partner) == ("refused", expected[0], sending.user[-2:])
        assert (message, kept) == (content, answer.content)
        return answer

    def turn_away(self, content: bytes, expected: tuple[int, str, str], sending: Sending) -> bytes:
        """Send as nobody we know: the fault, a row without content, nothing else."""
        answer = self._noted(content, sending)
        assert answer.fault == expected
        row, message, kept = self.latest()
        assert (row.result, row.code, row.partner) == ("stranger", expected[0], "")
        assert (message, kept) == (b"", b"")
        return answer.content

    def _noted(self, content: bytes, sending: Sending) -> Answered:
        """Send, and see that one journal row is all that is left and that time was bounded."""
        before = self.rows()
        answer = sending.to(self.application, content)
        before["messages"] = before.get("messages", 0) + 1
        assert self.rows() == before
        tell_nothing(answer)
        assert answer.seconds < HOPELESS  # how long it takes at the limit: test_hostile_bounds
        return answer


def tell_nothing(answer: Answered) -> None:
    """No stack trace, no path, no name of a part of ours."""
    text = answer.content.decode()
    assert not [word for word in INTERNALS if word in text]
    assert len(text) < 32_000
    assert not [value for value in answer.headers.values() if "\r" in value or "\n" in value]


def at_best(first: float, again: Callable[[], float]) -> float:
    """Return the best time of a few; others are taken only if the first is a little too long."""
    best = first
    for _ in range(TRIES - 1):
        if not SECONDS <= best < HOPELESS:
            break
        best = min(best, again())
    return best


@contextmanager
def site_of(folder: Path, maker: Maker) -> Iterator[Site]:
    """Yield a destination (92) that knows 91 and 93, with both roles' services."""
    installation = Installation(
        make_home(folder, maker, threads=16, delivery_slots=4),
        clock=HandClock(),
        transport=WsgiNetwork(),
    )
    introduce(installation, DESTINATION, (ORIGIN, "origin"), (THIRD, "third"))
    yield Site(installation, MONTELAGO)
    installation.close()


def origin_site(world: World) -> Site:
    """The origin of a world, under attack."""
    return Site(world.origin, VALDOMBRA, world.network.hosts["origin"])


def destination_site(world: World) -> Site:
    """The destination of a world, under attack."""
    return Site(world.destination, MONTELAGO, world.network.hosts["destination"])
