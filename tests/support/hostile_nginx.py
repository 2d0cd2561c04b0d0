"""The nginx of docs/nginx.conf before a server of ours, and uploads that never end."""

import contextlib
import os
import pwd
import shutil
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from string import Template

from tests.support.certificates import Identity
from tests.support.hostile_messages import transfer
from tests.support.hostile_servers import Server, head, process
from tests.support.ports import free_port

TEMPLATE = Path(__file__).parents[2] / "docs" / "nginx.conf"
TLS_TEMPLATE = TEMPLATE.with_name("nginx-tls.conf")


def nginx_program() -> str | None:
    """Return where nginx is, if it is installed."""
    return shutil.which("nginx") or shutil.which("nginx", path="/usr/sbin:/usr/local/sbin")


def rendered(folder: Path, port: int, upstream: int) -> Path:
    """Return the product's configuration with its blanks filled in."""
    filled = Template(TEMPLATE.read_text("utf-8")).safe_substitute(
        CONGEDO_USER=pwd.getpwuid(os.geteuid()).pw_name,
        CONGEDO_RUN=str(folder),
        CONGEDO_LISTEN=f"127.0.0.1:{port}",
        CONGEDO_UPSTREAM=f"127.0.0.1:{upstream}",
        CONGEDO_CONF=str(folder / "conf"),
    )
    file = folder / "nginx.conf"
    file.write_text(filled, "utf-8")
    return file


def write_tls(folder: Path, port: int, server: Identity, secret: str) -> None:
    """Write what the operator writes for TLS: the shipped file, a certificate, the secret."""
    conf = folder / "conf"
    certificate, key = server.write(conf, "made")
    certificate.rename(conf / "fullchain.pem")
    key.rename(conf / "privkey.pem")
    filled = Template(TLS_TEMPLATE.read_text("utf-8")).safe_substitute(
        CONGEDO_CONF=str(conf), CONGEDO_LISTEN_TLS=f"127.0.0.1:{port}"
    )
    (conf / "tls.conf").write_text(filled, "utf-8")
    (conf / "secret.conf").write_text(f'set $congedo_proxy_secret "{secret}";', "ascii")


@contextmanager
def nginx_before(server: Server, folder: Path, ready: int = 200) -> Iterator[Server]:
    """Run nginx before a server; yield the server as callers reach it."""
    program = nginx_program()
    assert program is not None
    folder.mkdir(parents=True, exist_ok=True)
    port = free_port()
    configuration = rendered(folder, port, server.port)
    log = folder / "nginx.log"
    command = [program, "-c", str(configuration), "-e", str(log), "-g", "daemon off;"]
    with process(command, port, log, ready) as pid:
        yield Server(port, pid, log)


@contextmanager
def stalled(server: Server, count: int, user: str = "ateneo-91") -> Iterator[list[socket.socket]]:
    """Hold uploads open: the head, some of the body, then a byte now and then."""
    message = transfer(practice="STALLO")
    beginning = head(len(message), user=user) + message[:2000]
    wires = [socket.create_connection(("127.0.0.1", server.port), timeout=10) for _ in range(count)]
    for wire in wires:
        wire.sendall(beginning)
    stop = threading.Event()

    def dribble() -> None:
        for byte in message[2000:-1]:
            for wire in wires:
                with contextlib.suppress(OSError):
                    wire.sendall(bytes([byte]))
            if stop.wait(0.25):
                return

    thread = threading.Thread(target=dribble)
    thread.start()
    try:
        stop.wait(0.5)  # the server has taken them all
        yield wires
    finally:
        stop.set()
        thread.join()
        for wire in wires:
            wire.close()
