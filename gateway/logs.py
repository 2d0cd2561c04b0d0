"""Logs for machines: one JSON object a line, with the message's id, without anybody's data.

Names, fiscal codes, tokens and XML never reach a log: records hold ids and codes. The libraries
that would print whole messages (Spyne, zeep, urllib3) are kept below the levels at which they do.
"""

import logging
import os
import sys
import time
from contextvars import ContextVar

import structlog

current_message: ContextVar[str] = ContextVar("current_message", default="")
"""Id of the message being handled, also the correlation id in the journal and in error answers."""

_QUIET = {
    "spyne": logging.CRITICAL + 1,
    "zeep": logging.WARNING,
    "urllib3": logging.WARNING,
    "dbos": logging.WARNING,
    "alembic": logging.WARNING,
}


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
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=shared,
            processors=[
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                structlog.processors.format_exc_info,
                renderer,
            ],
        )
    )
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level)
    quieten()


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
