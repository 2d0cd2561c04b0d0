"""Logs for machines: one JSON object a line, with the message's id, without anybody's data.

Names, fiscal codes, tokens and XML never reach a log: records hold ids and codes. The libraries
that would print whole messages (Spyne, zeep, urllib3) are kept below the levels at which they do.
Errors are told without their texts (``traces``). Below all that hangs a net: whatever looks like a
codice fiscale is masked in every line, and counted; ``personal_data_masked`` says that it happened.
"""

import logging
import os
import sys
import threading
import time
from contextvars import ContextVar

import structlog

from gateway.traces import Masked, trace_of

current_message: ContextVar[str] = ContextVar("current_message", default="")
"""Id of the message being handled, also the correlation id in the journal and in error answers."""

_QUIET = {
    "spyne": logging.CRITICAL + 1,
    "zeep": logging.WARNING,
    "urllib3": logging.WARNING,
    "pypdf": logging.CRITICAL,
    "dbos": logging.WARNING,
    "alembic": logging.WARNING,
}


masked = Masked()
"""What this process has masked in its logs: anything but 0 is a fault of the program."""


def new_message_id() -> str:
    """Return an identifier for a message: 32 hexadecimal digits that sort by time."""
    return f"{time.time_ns():016x}{os.urandom(8).hex()}"


def _add_message(
    logger: object, method: str, event: structlog.typing.EventDict
) -> structlog.typing.EventDict:
    message = current_message.get()
    if message:
        event.setdefault("message_id", message)
    return event


def _tell_error(
    logger: object, method: str, event: structlog.typing.EventDict
) -> structlog.typing.EventDict:
    """Put the trace of an error in place of the error; its text stays out."""
    told = event.pop("exc_info", None)
    error = told[1] if isinstance(told, tuple) else sys.exc_info()[1] if told is True else told
    if isinstance(error, BaseException):
        event["exception"] = trace_of(error)
    event.pop("exc_text", None)
    return event


class _Net(structlog.stdlib.ProcessorFormatter):
    """Writes a line with every codice fiscale in it masked."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the line; a second one says that something had to be masked."""
        record.exc_text = None
        line = masked.mask(super().format(record))
        new = masked.take_new()
        if new:
            get_logger(__name__).error("personal_data_masked", logger=record.name, times=new)
        return line


def _tell_uncaught(kind: type[BaseException], error: BaseException, trace: object) -> None:
    if not issubclass(kind, KeyboardInterrupt):
        get_logger(__name__).critical("uncaught", exc_info=error)


def _tell_uncaught_in_thread(told: threading.ExceptHookArgs) -> None:
    if told.exc_value is not None and told.exc_type is not SystemExit:
        _tell_uncaught(told.exc_type, told.exc_value, told.exc_traceback)


def configure(level: str = "INFO", *, human: bool = False) -> None:
    """Send every log record to standard error: JSON, or aligned text for a person's terminal."""
    shared: list[structlog.typing.Processor] = [
        structlog.stdlib.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        _add_message,
    ]
    renderer: structlog.typing.Processor = (
        structlog.dev.ConsoleRenderer(colors=False)
        if human
        else structlog.processors.JSONRenderer()
    )
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=False,
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(
        _Net(
            foreign_pre_chain=shared,
            processors=[
                _Net.remove_processors_meta,
                _tell_error,
                renderer,
            ],
        )
    )
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level)
    quieten()
    sys.excepthook = _tell_uncaught
    threading.excepthook = _tell_uncaught_in_thread


def only_troubles() -> None:
    """Send what goes wrong to standard error as text: for a command that a person has given."""
    structlog.configure(
        processors=[_add_message, structlog.processors.KeyValueRenderer(key_order=["event"])],
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
        wrapper_class=structlog.make_filtering_bound_logger(logging.WARNING),
        cache_logger_on_first_use=False,
    )


def adopt(*names: str) -> None:
    """Let the records of libraries that bring handlers of their own come out like all others."""
    for name in names:
        logger = logging.getLogger(name)
        logger.handlers.clear()
        logger.propagate = True


def quieten() -> None:
    """Keep the libraries that print messages from doing so."""
    for name, level in _QUIET.items():
        logging.getLogger(name).setLevel(level)


def get_logger(name: str) -> structlog.stdlib.BoundLogger:
    """Return a logger; its events are fixed words, its values ids and codes."""
    logger: structlog.stdlib.BoundLogger = structlog.get_logger(name)
    return logger
