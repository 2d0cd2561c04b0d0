"""Two installations on loopback, each a process of its own with its own database."""

import errno
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from dataclasses import dataclass
from pathlib import Path

_READY_SECONDS = 30.0
PIDS = "processi.txt"
MARK = ".congedo-demo"
"""The file by which a folder is known to be a demonstration's own, to be emptied by the next."""
_LOG_LINES = 20


@dataclass(frozen=True, slots=True)
class Place:
    """Where an installation lives."""

    home: Path
    port: int

    @property
    def address(self) -> str:
        """The address of its services."""
        return f"http://127.0.0.1:{self.port}"


def free_port(wanted: int) -> int:
    """Return ``wanted`` if nobody listens there, else a port that is free now."""
    for port in (wanted, 0):
        with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
            return int(probe.getsockname()[1])
    raise OSError("no free port")


def start(place: Place, log: Path) -> "subprocess.Popen[bytes]":
    """Start the server of an installation; its log goes to ``log``."""
    with log.open("ab") as file:
        return subprocess.Popen(  # noqa: S603  our own program
            [sys.executable, "-m", "gateway", "--home", str(place.home), "serve"],
            stdout=file,
            stderr=file,
            stdin=subprocess.DEVNULL,
            start_new_session=True,
            env={**os.environ, "CONGEDO_PORT": str(place.port), "CONGEDO_HOME": str(place.home)},
        )


def prepare(folder: Path) -> None:
    """Make the folder of a demonstration, empty but for its mark.

    Raises:
        FileExistsError: there are things in it, and no earlier demonstration made them.
    """
    if folder.exists():
        if any(folder.iterdir()) and not (folder / MARK).is_file():
            raise FileExistsError(errno.ENOTEMPTY, os.strerror(errno.ENOTEMPTY), str(folder))
        shutil.rmtree(folder)
    folder.mkdir(parents=True)
    (folder / MARK).touch()


def end_of(log: Path) -> str:
    """Return the last lines of a log, nothing where there is none."""
    lines = log.read_text("utf-8", "replace").splitlines() if log.is_file() else []
    return "\n".join(lines[-_LOG_LINES:])


def wait_ready(place: Place, process: "subprocess.Popen[bytes] | None" = None) -> None:
    """Return when the installation serves.

    Raises:
        TimeoutError: it does not within half a minute, or its process has ended.
    """
    until = time.monotonic() + _READY_SECONDS
    while time.monotonic() < until and (process is None or process.poll() is None):
        try:
            with urllib.request.urlopen(f"{place.address}/health/ready", timeout=2):  # noqa: S310
                return
        except (urllib.error.URLError, OSError):
            time.sleep(0.05)
    raise TimeoutError(place.address)


def stop_all(folder: Path) -> int:
    """Stop the servers that a demonstration left on; return how many there were."""
    file = folder / PIDS
    if not file.exists() or not (folder / MARK).is_file():
        return 0
    stopped = 0
    for line in file.read_text("ascii").split():
        try:
            os.killpg(int(line), signal.SIGTERM)
            stopped += 1
        except ProcessLookupError:
            continue
    file.unlink()
    return stopped
