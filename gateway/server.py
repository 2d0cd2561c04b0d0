"""Serving: gunicorn for the embedded and the small installation, granian behind nginx at scale."""

import os
import socket
from contextlib import suppress
from http import HTTPStatus
from pathlib import Path
from typing import Any

from granian import Granian
from granian.constants import Interfaces
from gunicorn.app.base import BaseApplication

from gateway import logs
from gateway.bootstrap import Installation
from gateway.settings import Settings
from gateway.worker import Worker
from storage.engine import is_sqlite

_log = logs.get_logger(__name__)
_PAGE_BYTES = os.sysconf("SC_PAGE_SIZE")


def resident_megabytes() -> float:
    """Return the memory of this process that is in RAM, in MB; 0 where it cannot be known."""
    try:
        pages = Path("/proc/self/statm").read_text("ascii").split()[1]
    except OSError:
        return 0.0
    return int(pages) * _PAGE_BYTES / 2**20


def _saying_goodbye(application: Any) -> Any:
    """Announce with a refusal that its connection ends, as ``_after`` sees to it.

    A client that keeps connections (node's do) would send its next call into one that is closed.
    """

    def serve_one(environ: Any, start_response: Any) -> Any:
        def start(status: str, *rest: Any) -> Any:
            if int(status[:3]) >= HTTPStatus.BAD_REQUEST:
                start_response.__self__.force_close()  # gunicorn's Response: no header can say it
            return start_response(status, *rest)

        return application(environ, start)

    return serve_one


class _Gunicorn(BaseApplication):  # type: ignore[misc]  # it has no types
    """Gunicorn without a configuration file; each process opens the installation for itself."""

    def __init__(self, settings: Settings, *, with_worker: bool) -> None:
        self._settings = settings
        self._with_worker = with_worker
        self._worker: Worker | None = None
        super().__init__()

    def load_config(self) -> None:
        """Set what matters; everything else is gunicorn's default."""
        settings = self._settings
        options: dict[str, Any] = {
            "bind": f"{settings.host}:{settings.port}",
            "workers": settings.processes,
            "worker_class": "gthread",
            "threads": settings.threads,
            "timeout": 60,
            "graceful_timeout": 20,
            "keepalive": 15,
            "limit_request_line": 4094,
            "limit_request_fields": 60,
            "accesslog": None,
            "errorlog": "-",
            "loglevel": "warning",
            "proc_name": "congedo",
            "control_socket_disable": True,
            "post_worker_init": self._begin,
            "post_request": self._after,
            "worker_exit": self._end,
        }
        for name, value in options.items():
            self.cfg.set(name, value)

    def load(self) -> Any:
        """Open the installation in the process that serves."""
        logs.configure(self._settings.log_level)
        logs.adopt("gunicorn.error")
        self._installation = Installation(self._settings)
        return _saying_goodbye(self._installation.wsgi())

    def _begin(self, process: Any) -> None:
        if self._with_worker:
            self._worker = self._installation.worker()
            self._worker.start()

    def _after(self, process: Any, _: Any, environ: Any, response: Any) -> None:
        """Read no more of a refused request, and renew a process that has grown too large.

        gunicorn would go on reading what a stranger dribbles after the refusal. libxml2 keeps every
        name that it has read: a partner that sends new ones for ever would fill the memory.
        """
        if response.status_code >= HTTPStatus.BAD_REQUEST:
            with suppress(OSError):
                environ["gunicorn.socket"].shutdown(socket.SHUT_RD)
        if process.alive and resident_megabytes() > self._settings.memory_limit_mb:
            _log.warning("process_renewed", limit=self._settings.memory_limit_mb)
            process.alive = False

    def _end(self, arbiter: Any, process: Any) -> None:
        if self._worker is not None:
            self._worker.stop()
        if hasattr(self, "_installation"):
            self._installation.close()


def serve(settings: Settings, *, with_worker: bool = True) -> None:
    """Serve until stopped. Processes beyond the first share the work and the database."""
    _Gunicorn(settings, with_worker=with_worker).run()


def make_application() -> Any:
    """Open the installation that the environment names, in the process that calls this."""
    settings = Settings()
    logs.configure(settings.log_level)
    return Installation(settings).wsgi()


def serve_behind_proxy(settings: Settings) -> None:
    """Serve with granian; something that buffers requests must stand before it (nginx)."""
    os.environ["CONGEDO_HOME"] = str(settings.home.absolute())
    Granian(
        "gateway.server:make_application",
        factory=True,
        address=settings.host,
        port=settings.port,
        interface=Interfaces.WSGI,
        workers=settings.processes,
        blocking_threads=1 if is_sqlite(settings.url) else 8,
        workers_max_rss=settings.memory_limit_mb,
        log_access=False,
    ).serve()
