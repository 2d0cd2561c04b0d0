"""What it costs to count a call and to write its log line."""

import logging
import os
import time
from pathlib import Path

from gateway import logs
from gateway.metrics.folder import Folder
from gateway.metrics.meter import Meter
from gateway.observation import Exchange, Observer

CALLS = 4_000
ROUNDS = 5


def counting(folder: Path) -> tuple[float, float]:
    """Return CPU milliseconds of counting a call, and of counting it with its line."""
    meter = Meter(Folder(folder, "bench"))
    exchange = Exchange(
        "in",
        message_id="a" * 32,
        university="92",
        partner="91",
        operation="Put_ProcessoTrasferimento",
        result="accepted",
        code=0,
        status=200,
    )
    observer = Observer(meter)
    found = []
    with Path(os.devnull).open("w", encoding="utf-8") as nowhere:
        for configured in (logs.only_troubles, logs.configure):
            configured()
            for handler in logging.getLogger().handlers:
                if isinstance(handler, logging.StreamHandler):
                    handler.setStream(nowhere)
            found.append(min(_round(observer, exchange) for _ in range(ROUNDS)))
        logs.only_troubles()
        logging.getLogger().handlers.clear()
    meter.close()
    return found[0], found[1]


def _round(observer: Observer, exchange: Exchange) -> float:
    began = time.process_time()
    for _ in range(CALLS):
        with observer.watching(exchange):
            pass
    return (time.process_time() - began) / CALLS * 1000
