"""Two installations as processes of their own: one identifier finds both halves of an exchange."""

import json
import time
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from gateway.domain.identifiers import MiurCode
from gateway.domain.messages import ExchangeResult, Operation
from gateway.domain.origin import OriginState
from gateway.settings import Settings
from gateway.usecases.journal_ports import Search
from tests.support.databases import SqliteMaker
from tests.support.metrics import Metrics
from tests.support.processes import Process, ServedWorld, make_served_world
from tests.support.universities import MONTELAGO, VALDOMBRA

pytestmark = [pytest.mark.journey, pytest.mark.slow]

SECONDS = 60


@pytest.fixture
def served(tmp_path: Path, sqlite: SqliteMaker) -> Iterator[ServedWorld]:
    world = make_served_world(tmp_path, sqlite)
    world.start()
    yield world
    world.close()


def until(holds: Callable[[], bool]) -> None:
    """Wait until something holds.

    Raises:
        TimeoutError: it never does.
    """
    end = time.monotonic() + SECONDS
    while not holds():
        if time.monotonic() > end:
            raise TimeoutError
        time.sleep(0.05)


def lines(settings: Settings) -> list[dict[str, Any]]:
    """Return the lines about calls that an installation has logged."""
    text = (settings.home / "node.log").read_text("utf-8")
    found = (json.loads(line) for line in text.splitlines() if line.startswith("{"))
    return [line for line in found if line["event"] in ("call_in", "call_out")]


def metrics(process: Process) -> Metrics:
    """Return the metrics that a process serves to its own machine."""
    with urllib.request.urlopen(f"http://127.0.0.1:{process.port}/metrics", timeout=5) as answer:
        return Metrics(answer.read().decode())


def test_the_same_identifier_is_in_both_journals_and_in_both_logs(served: ServedWorld) -> None:
    steps = served.steps
    origin, destination = steps.world.origin, steps.world.destination
    practice = steps.ready()
    steps.authorise(practice)
    until(lambda: steps.out(practice).state is OriginState.TRASFERITA)

    def rows(installation: Any, code: MiurCode, search: Search) -> list[Any]:
        with installation.store.open_uow(code, lasting=False) as uow:
            return list(uow.journal_search.find(search))

    for operation in (Operation.GET_INFO_WORKFLOW, Operation.PUT_PROCESSO):
        (sent,) = rows(origin, VALDOMBRA, Search(operation=operation, direction="out"))
        both = Search(correlation=sent.message_id)
        assert rows(origin, VALDOMBRA, both) == [sent]
        (received,) = rows(destination, MONTELAGO, both)
        assert received.correlation == sent.message_id
        assert received.message_id != sent.message_id
        assert (sent.operation, sent.result) == (received.operation, received.result)
        assert sent.result == ExchangeResult.ACCEPTED.value
        (out,) = (line for line in lines(origin.settings) if line["correlation"] == sent.message_id)
        (into,) = (
            line for line in lines(destination.settings) if line["correlation"] == sent.message_id
        )
        assert (out["event"], into["event"]) == ("call_out", "call_in")
        assert out["message_id"] == sent.message_id
        assert into["message_id"] == received.message_id
        for line, other in ((out, MONTELAGO), (into, VALDOMBRA)):
            assert line["operation"] == operation.value
            assert line["partner"] == other
            assert (line["result"], line["code"], line["status"]) == ("accepted", 0, 200)
            assert line["level"] == "info"
            assert line["milliseconds"] > 0
        assert (out["university"], into["university"]) == (VALDOMBRA, MONTELAGO)
        assert out["bytes_out"] == into["bytes_in"] == sent.request_bytes
        assert out["bytes_in"] == into["bytes_out"]

    counted = {"operation": Operation.PUT_PROCESSO.value, "result": "accepted"}
    name = "congedo_messages_total"
    assert metrics(served.origin).get(name, direction="out", partner="92", **counted) == 1
    assert metrics(served.destination).get(name, direction="in", partner="91", **counted) == 1
    assert metrics(served.origin).get("congedo_delivery_attempts_total", state="delivered") == 1
    assert metrics(served.origin).get("congedo_worker_nodes", state="alive") == 1
