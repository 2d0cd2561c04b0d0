"""Real HTTP on a free port, and zeep clients made from nothing but a published contract."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import requests
import zeep
from werkzeug.serving import WSGIRequestHandler, make_server

from tests.support.universities import SECRET


class _Quiet(WSGIRequestHandler):
    """Says nothing of the requests it serves."""

    def log(self, kind: str, message: str, *args: Any) -> None:
        """Drop the line."""


@contextmanager
def serving(application: Any) -> Iterator[str]:
    """Serve an application on a free port; yield its address. Close the clients before."""
    server = make_server("127.0.0.1", 0, application, threaded=True, request_handler=_Quiet)
    server.daemon_threads = False  # so that closing waits for the last answer
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


@contextmanager
def strict_client(description: str, user: str, secret: str = SECRET) -> Iterator[Any]:
    """Yield zeep's client of the contract at an address, in strict mode."""
    with requests.Session() as session:
        session.trust_env = False
        session.auth = (user, secret)
        transport = zeep.Transport(session=session, timeout=20, operation_timeout=20)
        yield zeep.Client(description, transport=transport, settings=zeep.Settings(strict=True))


@contextmanager
def http_client(application: Any, address: str, user: str) -> Iterator[Any]:
    """Serve an application and yield zeep's client of the contract below ``address``."""
    with serving(application) as base, strict_client(f"{base}{address}?wsdl", user) as client:
        yield client
