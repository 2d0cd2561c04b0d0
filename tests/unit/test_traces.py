"""What logs tell of errors, and the net below: no text of an error, no codice fiscale."""

import json
import logging
import sys
import threading
from collections.abc import Iterator
from io import StringIO

import pytest

from gateway import logs
from gateway.traces import MASK, Masked, trace_of
from tests.support import marks

CF = marks.PERSON.codice_fiscale
NAME = marks.PERSON.surname


class OddError(Exception):
    sqlstate = "23505"


def fails(error: Exception, cause: Exception | None = None) -> Exception:
    """Return an error as it is caught, with its trace."""
    surname = NAME
    try:
        try:
            if cause is not None:
                raise cause
        finally:
            del surname
            raise error
    except type(error) as caught:
        return caught


@pytest.fixture
def written(monkeypatch: pytest.MonkeyPatch) -> Iterator[StringIO]:
    """What is logged, as configured for servers."""
    out = StringIO()
    root = logging.getLogger()
    before, level, hooks = root.handlers[:], root.level, (sys.excepthook, threading.excepthook)
    monkeypatch.setattr(sys, "stderr", out)
    monkeypatch.setattr(logs, "masked", Masked())
    logs.configure("DEBUG")
    yield out
    root.handlers[:], sys.excepthook, threading.excepthook = before, *hooks
    root.setLevel(level)


def events(written: StringIO) -> list[dict[str, object]]:
    return [json.loads(line) for line in written.getvalue().splitlines()]


def test_a_trace_says_which_error_where_and_not_what_it_says() -> None:
    said = trace_of(fails(ValueError(f"invalid literal: {NAME}")))
    assert "ValueError" in said
    assert "test_traces.py" in said
    assert "raise error" in said
    assert NAME not in said


def test_a_trace_tells_of_causes_without_their_texts() -> None:
    said = trace_of(fails(RuntimeError(NAME), KeyError(CF)))
    assert said.index("RuntimeError") < said.index("caused by:") < said.index("KeyError")
    assert not marks.Searcher().found_in(said)


def test_a_trace_leaves_out_what_was_suppressed() -> None:
    error = fails(RuntimeError("x"), KeyError("y"))
    error.__suppress_context__ = True
    assert "KeyError" not in trace_of(error)


def test_a_trace_of_errors_that_cause_each_other_ends() -> None:
    one, other = ValueError(), KeyError()
    one.__cause__, other.__cause__ = other, one
    assert trace_of(one).count("caused by:") == 1


@pytest.mark.parametrize(
    ("error", "name"),
    [
        (FileNotFoundError(2, "No such file", f"/{NAME}"), "FileNotFoundError [ENOENT]"),
        (OSError("unknown"), "OSError"),
        (OSError(9999, "unheard of"), "OSError [9999]"),
        (OddError(NAME), "OddError [23505]"),
    ],
)
def test_codes_that_say_nothing_of_anybody_stay(error: Exception, name: str) -> None:
    said = trace_of(fails(error))
    assert said.endswith(name)
    assert NAME not in said


@pytest.mark.parametrize("text", [CF, CF.lower(), f"x={CF};", f"'{CF}'", f"_{CF}_", f"à{CF}"])
def test_a_codice_fiscale_is_masked_and_counted(text: str) -> None:
    net = Masked()
    assert net.mask(text) == text.replace(CF, MASK).replace(CF.lower(), MASK)
    assert net.count == 1


@pytest.mark.parametrize(
    "text", ["", "Put_ProcessoTrasferimento", "0123456789abcdef" * 2, f"1{CF}9"]
)
def test_what_is_no_codice_fiscale_stays(text: str) -> None:
    net = Masked()
    assert net.mask(text) == text
    assert net.count == 0


def test_what_was_masked_is_told_once_a_minute() -> None:
    net = Masked()
    assert net.take_new() == 0
    net.mask(CF)
    net.mask(CF)
    assert net.take_new() == 2
    net.mask(CF)
    assert net.take_new() == 0
    assert net.take_new(every_seconds=0) == 1


@pytest.mark.parametrize("name", ["gateway.x", "dbos", "gunicorn.error", "sqlalchemy.engine"])
def test_a_line_with_a_codice_fiscale_is_masked_whoever_writes_it(
    written: StringIO, name: str
) -> None:
    logging.getLogger(name).warning("about %s", CF)
    told, noticed = sorted(events(written), key=lambda event: str(event["event"]))
    assert told["event"] == f"about {MASK}"
    assert noticed == {**noticed, "event": "personal_data_masked", "logger": name, "times": 1}
    assert logs.masked.count == 1


def test_an_exception_is_logged_without_its_text(written: StringIO) -> None:
    log = logs.get_logger("gateway.x")
    try:
        int(NAME)
    except ValueError:
        log.exception("service_failed", operation="X")
        logging.getLogger("dbos").exception("job")
        logging.getLogger("dbos").warning("job", exc_info=sys.exc_info())
    assert NAME not in written.getvalue()
    for event in events(written):
        assert "int(NAME)" in str(event["exception"])
        assert str(event["exception"]).endswith("ValueError")


def test_a_line_without_an_error_has_no_trace(written: StringIO) -> None:
    logs.get_logger("gateway.x").error("x", exc_info=False)
    logs.get_logger("gateway.x").error("y", exc_info=True)
    assert all("exception" not in event for event in events(written))


def test_what_nobody_caught_is_logged_without_its_text(written: StringIO) -> None:
    thread = threading.Thread(target=lambda: int(NAME))
    thread.start()
    thread.join()
    sys.excepthook(ValueError, fails(ValueError(NAME)), None)
    sys.excepthook(KeyboardInterrupt, KeyboardInterrupt(), None)
    assert [event["event"] for event in events(written)] == ["uncaught", "uncaught"]
    assert NAME not in written.getvalue()


def test_the_libraries_that_print_messages_keep_quiet_at_every_level(written: StringIO) -> None:
    for name in ("spyne", "spyne.protocol.soap", "zeep.transports", "urllib3.connectionpool"):
        logging.getLogger(name).debug(NAME)
        logging.getLogger(name).info(NAME)
    assert written.getvalue() == ""
