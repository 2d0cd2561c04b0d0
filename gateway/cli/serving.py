"""Serving and working."""

import errno
import os
import signal
import socket
import threading

import typer

from gateway import logs
from gateway.bootstrap import Installation
from gateway.cli.context import BadSettings, Options, session
from gateway.cli.language import say
from gateway.listener import make_context
from gateway.server import serve as serve_http
from gateway.server import serve_behind_proxy

SERVE_HELP = say("Avvia i servizi (e il lavoro in coda)", "Serve (and work on what is in line)")
WORKER_HELP = say("Avvia solo il lavoro in coda", "Work on what is in line, without serving")


def serve(
    context: typer.Context,
    no_worker: bool = typer.Option(
        False, "--no-worker", help=say("Solo i servizi", "Services only")
    ),
    behind_proxy: bool = typer.Option(
        False,
        "--behind-proxy",
        help=say("Profilo di produzione, dietro nginx", "Production profile, behind nginx"),
    ),
) -> None:
    """Serve until stopped."""
    options: Options = context.obj
    with session(context):
        pass  # say at once what is missing, before any process is started
    settings = options.settings()
    if behind_proxy and settings.tls_certificate is not None:
        raise BadSettings(
            say(
                "tls_certificate: con --behind-proxy il TLS lo fa nginx (docs/nginx-tls.conf)",
                "tls_certificate: with --behind-proxy TLS is nginx's (docs/nginx-tls.conf)",
            )
        )
    _check_free(settings.host, settings.port)
    if settings.tls_certificate is not None:
        make_context(settings, ())  # say at once what is wrong with certificate and key
    if behind_proxy:
        serve_behind_proxy(settings)
    else:
        serve_http(settings, with_worker=not no_worker)


def _check_free(host: str, port: int) -> None:
    """Check that the address can be listened on, before any process is started.

    Raises:
        OSError: it cannot; the address stands where a file's name would.
    """
    where = f"{host}:{port}"
    try:
        family, _, _, _, address = socket.getaddrinfo(
            host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        )[0]
        with socket.socket(family, socket.SOCK_STREAM) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(address)
    except socket.gaierror as error:
        number = errno.EADDRNOTAVAIL
        raise OSError(number, os.strerror(number), where) from error
    except OSError as error:
        raise OSError(error.errno, error.strerror, where) from error


def worker(context: typer.Context) -> None:
    """Work until stopped."""
    options: Options = context.obj
    settings = options.settings()
    logs.configure(settings.log_level)
    with session(context):
        pass
    installation = Installation(settings)
    working = installation.worker()
    stopped = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stopped.set())
    working.start()
    stopped.wait()
    working.stop()
    installation.close()
