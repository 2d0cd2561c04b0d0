"""What is said and counted of every exchange: one log line and some numbers, in or out.

While an exchange lasts, whoever learns something of it notes it (:func:`note`); when it ends, it is
told once. Only codes, identifiers and sizes are noted, never contents.
"""

import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import Any

from gateway import correlation
from gateway.domain.messages import ExchangeResult, LookupOperation, Operation
from gateway.logs import current_message, get_logger
from gateway.metrics.catalogue import (
    FAULTS,
    MESSAGES,
    REFUSALS,
    SECONDS,
    STRANGER,
    TOLERANCES,
    UNKNOWN,
    VERIFICATIONS,
)
from gateway.metrics.meter import Meter

_log = get_logger("gateway.exchange")

BUSY = "busy"
"""Result of a message that was answered 503 and is nowhere in the journal."""
ERROR = "error"
"""Result of a message that an error of ours broke."""

StartResponse = Callable[..., Any]
Application = Callable[[dict[str, Any], StartResponse], Iterable[bytes]]


@dataclass(slots=True)
class Exchange:
    """What is known of a message and its answer so far.

    ``correlation`` is the caller's identifier of the exchange, our ``message_id`` if it gave none.
    ``status`` is that of HTTP, ``code`` the codEsito (-1: there is none), ``fault`` a fault code.
    """

    direction: str
    message_id: str = ""
    correlation: str = ""
    university: str = ""
    partner: str = ""
    operation: str = ""
    result: str = ""
    code: int = -1
    fault: str = ""
    status: int = 0
    bytes_in: int = 0
    bytes_out: int = 0
    tolerated: tuple[str, ...] = ()
    verifications: list[str] = field(default_factory=list)


current: ContextVar[Exchange | None] = ContextVar("current_exchange", default=None)
acting_for: ContextVar[str] = ContextVar("acting_for", default="")
"""The hosted university whose deliveries are being made."""


@contextmanager
def acting(university: str, job: str) -> Iterator[None]:
    """Let what a job says and asks meanwhile be known as its own, and its university's."""
    token = current_message.set(job)
    ours = acting_for.set(university)
    try:
        yield
    finally:
        acting_for.reset(ours)
        current_message.reset(token)


def note(**known: Any) -> None:
    """Note something of the exchange that is going on, if there is one."""
    exchange = current.get()
    if exchange is not None:
        for name, value in known.items():
            setattr(exchange, name, value)


def note_verification(result: str) -> None:
    """Note that a password was verified: right, wrong, or not for want of a free place (busy)."""
    exchange = current.get()
    if exchange is not None:
        exchange.verifications.append(result)


def given_correlation() -> str:
    """Return the identifier that the caller gave to the exchange going on, empty if none."""
    exchange = current.get()
    return exchange.correlation if exchange is not None else ""


class Observer:
    """Tells what became of each exchange."""

    def __init__(self, meter: Meter, timer: Callable[[], float] = time.perf_counter) -> None:
        self._meter = meter
        self._timer = timer

    @contextmanager
    def watching(self, exchange: Exchange) -> Iterator[Exchange]:
        """Let what happens meanwhile be noted on ``exchange``, and tell it at the end.

        A call that is put off, its body being awaited (no answer and no ``Exception``), is told
        when it is made again.
        """
        token = current.set(exchange)
        began = self._timer()
        put_off = True
        try:
            yield exchange
            put_off = False
        except Exception:
            put_off = False
            raise
        finally:
            current.reset(token)
            if not put_off:
                self._tell(exchange, self._timer() - began)

    def watched(self, application: Application) -> Application:
        """Return a WSGI application whose calls are told; reading a contract (GET) is no call."""

        def call(environ: dict[str, Any], start_response: StartResponse) -> Iterable[bytes]:
            if environ.get("REQUEST_METHOD") in ("GET", "HEAD"):
                return application(environ, start_response)
            given = correlation.read(str(environ.get(correlation.ENVIRON_NAME, "")))
            exchange = Exchange("in", correlation=given)

            def start(status: str, headers: list[tuple[str, str]], *rest: Any) -> Any:
                exchange.status = int(status.partition(" ")[0])
                said = correlation.write(given, exchange.message_id)
                more = [(correlation.ANSWER_HEADER, said)] if said else []
                return start_response(status, [*headers, *more], *rest)

            with self.watching(exchange):
                answer = list(application(environ, start))
                exchange.bytes_out = sum(map(len, answer))
            return answer

        return call

    def _tell(self, exchange: Exchange, seconds: float) -> None:
        operation = exchange.operation or UNKNOWN
        partner = exchange.partner or STRANGER
        result = exchange.result or ERROR
        meter, way = self._meter, exchange.direction
        meter.count(MESSAGES, exchange.university, way, operation, partner, result)
        meter.observe(SECONDS, seconds, way, operation)
        if way == "in":
            if result == ExchangeResult.REFUSED.value:
                meter.count(REFUSALS, operation, str(exchange.code))
            if exchange.fault:
                meter.count(FAULTS, str(exchange.status), exchange.fault)
            for rule in exchange.tolerated:
                meter.count(TOLERANCES, rule)
            for verification in exchange.verifications:
                meter.count(VERIFICATIONS, verification)
        _log.info(
            f"call_{way}",
            message_id=exchange.message_id,
            correlation=exchange.correlation or exchange.message_id,
            university=exchange.university,
            partner=partner,
            operation=operation,
            result=result,
            code=exchange.code,
            status=exchange.status,
            milliseconds=round(seconds * 1000, 1),
            bytes_in=exchange.bytes_in,
            bytes_out=exchange.bytes_out,
        )


def operation_name(operation: Operation | LookupOperation | None) -> str:
    """Return an operation as it is noted, empty for none."""
    return operation.value if operation is not None else ""
