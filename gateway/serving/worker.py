"""Gunicorn's worker over the event loop: its parser, its environment and its hooks, no more.

Gunicorn parses every request and writes every answer; here it reads requests that are whole and
writes into memory. It never meets the socket, but for those who ask about its peer's certificate.
"""

import os
import socket
import ssl
import time
from typing import Any

from gunicorn.http import RequestParser, wsgi
from gunicorn.http.errors import NoMoreData
from gunicorn.sock import ssl_context
from gunicorn.workers.base import Worker

from gateway.serving.bounds import Bounds, open_files_allow
from gateway.serving.connection import Connection, Outbox
from gateway.serving.contexts import Contexts
from gateway.serving.crew import Verdict
from gateway.serving.framing import BodyPending, Phase
from gateway.serving.loop import Loop


class PatientWorker(Worker):  # type: ignore[misc]  # gunicorn asks for it, and has no types
    """A worker process whose threads wait for nobody.

    The application object that gunicorn is given says its ``bounds``, if it has any.
    """

    def init_process(self) -> None:
        """Listen, then do what every worker does; the last step of that is ``run``."""
        bounds: Bounds = getattr(self.app, "bounds", None) or Bounds(connections=open_files_allow())
        self.loop = Loop(
            self.sockets,
            self.answer,
            bounds=bounds,
            threads=self.cfg.threads,
            secure=self._secure if self.cfg.is_ssl else None,
        )
        self.grace = bounds.grace_seconds
        super().init_process()

    def handle_exit(self, sig: int, frame: Any) -> None:
        """Stop, and let what is under way be finished."""
        self.alive = False
        self.loop.wake()

    def run(self) -> None:
        """Serve until stopped."""
        if self.cfg.is_ssl:
            self.contexts = Contexts(lambda: ssl_context(self.cfg))
        while self.alive and self.ppid == os.getppid():
            self.notify()
            if self.cfg.is_ssl:
                self.contexts.renew()
            self.loop.turn(1.0)
        self.alive = False
        self.loop.stop()
        until = time.monotonic() + self.grace
        while len(self.loop) and time.monotonic() < until:
            self.notify()
            self.loop.turn(0.5)
        self.loop.close()
        if self.cfg.is_ssl:
            self.contexts.close()
        for listener in self.sockets:
            listener.close()

    def _secure(self, wire: socket.socket) -> ssl.SSLSocket:
        return self.contexts.current.wrap_socket(
            wire,
            server_side=True,
            do_handshake_on_connect=False,
            suppress_ragged_eofs=self.cfg.suppress_ragged_eofs,
        )

    def answer(self, connection: Connection) -> Verdict:
        """Answer the request of a connection; runs in a thread."""
        request = None
        try:
            source = connection.assembly.source()
            request = next(RequestParser(self.cfg, source, connection.client))
            keep = self._call(request, connection)
        except BodyPending:
            return Verdict.LATER
        except (NoMoreData, StopIteration):
            return Verdict.CLOSE
        except Exception as error:  # noqa: BLE001  a thread must survive whatever it meets
            self.handle_error(request, connection.outbox, connection.client, error)
            return Verdict.CLOSE
        whole = connection.assembly.phase is Phase.WHOLE
        return Verdict.KEEP if keep and whole else Verdict.CLOSE

    def _call(self, request: Any, connection: Connection) -> bool:
        """Call the application; tell whether the connection may be used again."""
        request._expected_100_continue = False  # noqa: SLF001  the loop has said so already
        outbox = connection.outbox
        response, environ = wsgi.create(
            request, outbox, connection.client, connection.server, self.cfg
        )
        environ["wsgi.multithread"] = True
        environ["gunicorn.socket"] = connection.wire
        self.nr += 1
        if self.nr >= self.max_requests:
            self.alive = False
        if not self.alive or connection.assembly.phase is not Phase.WHOLE:
            response.force_close()
        try:
            self._write(self.wsgi(environ, response.start_response), response, outbox)
        except BodyPending:
            outbox.clear()
            raise
        except Exception:
            self.cfg.post_request(self, request, environ, response)
            raise
        self.cfg.post_request(self, request, environ, response)
        return not response.should_close()

    @staticmethod
    def _write(parts: Any, response: Any, outbox: Outbox) -> None:
        try:
            for part in parts:
                response.write(part)
            response.close()
        except Exception:
            outbox.clear()  # half an answer must not be taken for one
            raise
        finally:
            if hasattr(parts, "close"):
                parts.close()
