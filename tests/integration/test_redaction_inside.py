"""Inside the program too: what exceptions of ours say, what partners' nonsense leaves in logs."""

import logging
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from io import StringIO
from types import FrameType
from typing import Any

import pytest

from gateway import logs
from gateway.domain.deliveries import DeliveryKind, DeliveryState
from gateway.traces import Masked
from gateway.usecases import origin
from gateway.usecases.posting import post
from tests.support import marks
from tests.support.marked_world import marked_completed, marked_sent, refused_before_it_began
from tests.support.transfers import Steps

pytestmark = pytest.mark.integration

WORDS = f"{marks.PERSON.surname} {marks.PERSON.codice_fiscale} {marks.STREET}"
SOAP = "http://schemas.xmlsoap.org/soap/envelope/"
_ENVELOPE = f'<s:Envelope xmlns:s="{SOAP}"><s:Body>{{}}</s:Body></s:Envelope>'


def _result(inside: str) -> str:
    name = "Get_StatusProcessoTrasferimento"
    return _ENVELOPE.format(
        f"<{name}Response><{name}Result>{inside}</{name}Result></{name}Response>"
    )


NONSENSE: dict[str, tuple[str, str]] = {
    "HTML": ("200 OK", f"<html><body>{WORDS}</body></html>"),
    "HTML with an error": ("500 Oops", f"<html>{WORDS}</html>"),
    "not XML": ("200 OK", f"Envelope {WORDS}"),
    "a redirect": ("302 Found", WORDS),
    "a fault named after somebody": (
        "500 Oops",
        _ENVELOPE.format(
            f"<s:Fault><faultcode>{marks.PERSON.surname}</faultcode>"
            f"<faultstring>{WORDS}</faultstring></s:Fault>"
        ),
    ),
    "a fault of the server": (
        "500 Oops",
        _ENVELOPE.format(
            f"<s:Fault><faultcode>s:Server.x</faultcode><faultstring>{WORDS}</faultstring></s:Fault>"
        ),
    ),
    "a refusal": (
        "200 OK",
        _result(f"<esito><codEsito>9</codEsito><descEsito>{WORDS}</descEsito></esito>"),
    ),
    "no code": ("200 OK", _result(f"<esito><codEsito>{marks.PERSON.surname}</codEsito></esito>")),
    "another answer": ("200 OK", _ENVELOPE.format(f"<{marks.PERSON.surname}/>")),
    "a moment that is none": (
        "200 OK",
        _result(
            "<esito><codEsito>0</codEsito></esito><Passo><Stato>x</Stato>"
            f"<DataTransazione>{marks.PERSON.surname}</DataTransazione></Passo>"
        ),
    ),
}


def answering(status: str, body: str) -> Callable[..., list[bytes]]:
    """Return an application that answers one thing to everything."""

    def application(environ: Any, start_response: Any) -> list[bytes]:
        start_response(status, [("Content-Type", "text/xml; charset=utf-8")])
        return [body.encode()]

    return application


@pytest.fixture
def written(monkeypatch: pytest.MonkeyPatch) -> Iterator[StringIO]:
    """What is logged at the lowest level by whoever logs."""
    out, root = StringIO(), logging.getLogger()
    before, level, hooks = root.handlers[:], root.level, (sys.excepthook, threading.excepthook)
    monkeypatch.setattr(sys, "stderr", out)
    monkeypatch.setattr(logs, "masked", Masked())
    logs.configure("DEBUG")
    yield out
    root.handlers[:], sys.excepthook, threading.excepthook = before, *hooks
    root.setLevel(level)


@contextmanager
def overheard() -> Iterator[dict[str, str]]:
    """Note what every exception of ours says that passes through our code, by its class."""
    said: dict[str, str] = {}

    def look(frame: FrameType, event: str, argument: Any) -> Any:
        if not str(frame.f_globals.get("__name__", "")).startswith(("gateway.", "storage.")):
            return None
        frame.f_trace_lines = False
        if event == "exception":
            kind, error, _ = argument
            if kind.__module__.startswith(("gateway.", "storage.")):
                said[kind.__name__] = said.get(kind.__name__, "") + f" {error} {error!r}"
        return look

    before = sys.gettrace()
    sys.settrace(look)
    try:
        yield said
    finally:
        sys.settrace(before)


@pytest.mark.parametrize("name", NONSENSE)
def test_what_a_partner_answers_in_place_of_an_answer_stays_sealed(
    steps: Steps, written: StringIO, name: str
) -> None:
    practice = marked_sent(steps)
    steps.world.network.hosts["destination"] = answering(*NONSENSE[name])
    key, now = origin.key_of(steps.out(practice)), steps.world.clock()
    steps.origin(lambda uow: post(DeliveryKind.STATUS, key, uow=uow, now=now))
    with overheard() as said:
        steps.deliver_due()
        steps.world.clock.advance(hours=1)
        steps.deliver_due()
    (made,) = [
        item
        for item in steps.origin(lambda uow: uow.deliveries.by_state(None, 99))
        if item.kind is DeliveryKind.STATUS
    ]
    assert made.state in (DeliveryState.WAITING, DeliveryState.PARKED, DeliveryState.REFUSED)
    told = [("logs", written.getvalue()), ("exceptions", str(said)), ("a delivery", repr(made))]
    assert marks.Searcher().found_in_all(told) == {}
    assert said or made.state is DeliveryState.REFUSED


def test_no_exception_of_ours_and_no_object_shows_anybody(steps: Steps, written: StringIO) -> None:
    with overheard() as said:
        refused_before_it_began(steps)
        practice = marked_completed(steps)
    assert "Rejection" in said
    key = origin.key_of(steps.out(practice))
    shown = [*said.items(), ("logs", written.getvalue())]
    with steps.world.origin.store.open_uow("91") as uow:  # type: ignore[arg-type]
        foglio = steps.world.origin.documents.read(marks.marked_foglio())
        career = steps.world.origin.documents.career(marks.marked_foglio())
        objects: list[object] = [foglio, career, uow.outgoing.get(practice)]
        objects += [*uow.deliveries.by_state(None, 99), *uow.attachments.of(key)]
        objects += [*uow.records.history(key), *uow.records.checks(key), uow.records.remote(key)]
    with steps.world.destination.store.open_uow("92") as uow:  # type: ignore[arg-type]
        there = uow.incoming.listing()[0]
        objects += [there, uow.personal.copy_of(there.student.codice_fiscale)]
        objects += [*uow.personal.practices_of(there.student.codice_fiscale)]
    shown += [(type(item).__name__, f"{item} {item!r}") for item in objects]
    searcher = marks.Searcher()
    assert there.token is not None
    searcher.add("token", there.token.value)
    assert len(shown) > 20
    assert searcher.found_in_all(shown) == {}
