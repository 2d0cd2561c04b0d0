"""Serving: gunicorn for the embedded and the small installation, granian behind nginx at scale."""

import os
import ssl
from pathlib import Path
from typing import Any

from granian import Granian
from granian.constants import Interfaces
from gunicorn.app.base import BaseApplication

from gateway import logs
from gateway.bootstrap import Installation
from gateway.listener import TlsListener
from gateway.serving.bounds import Bounds, open_files_allow
from gateway.serving.worker import PatientWorker
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


def bounds_of(settings: Settings) -> Bounds:
    """Return what the plain profile's server lets clients do.

    Behind a proxy every connection is the proxy's: then one address may have them all.
    """
    connections = open_files_allow()
    largest = max(settings.foglio_limit, settings.small_limit)
    return Bounds(
        body_bytes=largest,
        connections=connections,
        from_one=connections if settings.trusted_proxies else min(256, connections),
    )


class _Gunicorn(BaseApplication):  # type: ignore[misc]  # it has no types
    """Gunicorn without a configuration file; each process opens the installation for itself."""

    def __init__(self, settings: Settings, *, with_worker: bool) -> None:
        self._settings = settings
        self._with_worker = with_worker
        self._worker: Worker | None = None
        self.bounds = bounds_of(settings)
        super().__init__()

    def load_config(self) -> None:
        """Set what matters; everything else is gunicorn's default."""
        settings = self._settings
        options: dict[str, Any] = {
            "bind": f"{settings.host}:{settings.port}",
            "workers": settings.processes,
            "worker_class": PatientWorker,
            "threads": settings.threads,
            "timeout": 60,
            "graceful_timeout": 20,
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
        if settings.tls_certificate is not None:
            options["certfile"] = str(settings.tls_certificate)
            options["keyfile"] = str(settings.tls_key)
            options["ssl_context"] = self._shake_hands
        for name, value in options.items():
            self.cfg.set(name, value)

    def load(self) -> Any:
        """Open the installation in the process that serves."""
        logs.configure(self._settings.log_level)
        logs.adopt("gunicorn.error")
        self._installation = Installation(self._settings)
        self._tls = TlsListener(self._settings, self._installation.every_partner)
        return self._installation.wsgi()

    def _shake_hands(self, config: Any, default: Any) -> ssl.SSLContext:
        """Return the context for a new connection."""
        return self._tls.context()

    def _begin(self, process: Any) -> None:
        if self._with_worker:
            self._worker = self._installation.worker()
            self._worker.start()

    def _after(self, process: Any, _: Any, environ: Any, response: Any) -> None:
        """Renew a process that has grown too large.

        libxml2 keeps every name that it has read: a partner that sends new ones for ever would fill
        the memory.
        """
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
    threads = threads_behind_proxy(settings)
    return Installation(settings.model_copy(update={"threads": threads})).wsgi()


def threads_behind_proxy(settings: Settings) -> int:
    """Return how many calls a process answers at the same time behind a proxy.

    SQLite has one writer: more threads would wait for it, and for each other.
    """
    return 1 if is_sqlite(settings.url) else 8


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
        blocking_threads=threads_behind_proxy(settings),
        workers_max_rss=settings.memory_limit_mb,
        log_access=False,
    ).serve()
