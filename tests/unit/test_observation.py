"""A call that the server puts off, because its body is awaited, is told once: when it is made."""

from collections.abc import Iterable
from typing import Any

import pytest

from gateway.observation import Observer, note


class PutOff(BaseException):
    """What the server raises where a body has not come yet."""


class Ledger:
    """Counts what is told."""

    def __init__(self) -> None:
        self.told: list[tuple[Any, ...]] = []

    def count(self, *what: Any) -> None:
        self.told.append(what)

    def observe(self, *what: Any) -> None:
        """Durations are of no account here."""


def call(observer: Observer, *raised: type[BaseException]) -> None:
    def application(environ: dict[str, Any], start: Any) -> Iterable[bytes]:
        note(result="accepted")
        for kind in raised:
            raise kind
        start("200 OK", [])
        return [b"x"]

    observer.watched(application)({"REQUEST_METHOD": "POST"}, lambda *_: None)


def test_a_call_put_off_is_not_told() -> None:
    ledger = Ledger()
    with pytest.raises(PutOff):
        call(Observer(ledger), PutOff)  # type: ignore[arg-type]
    assert ledger.told == []


def test_a_call_that_is_made_is_told_once() -> None:
    ledger = Ledger()
    call(Observer(ledger))  # type: ignore[arg-type]
    assert len(ledger.told) == 1


def test_a_call_that_breaks_is_told() -> None:
    ledger = Ledger()
    with pytest.raises(ValueError):  # noqa: PT011  the program's own
        call(Observer(ledger), ValueError)  # type: ignore[arg-type]
    assert len(ledger.told) == 1
