"""The program as the machine runs it: processes of its own, real ports, logs in files."""

import os
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from gateway.demo.installations import Place, wait_ready
from tests.support.ports import free_port

_PROGRAM = [sys.executable, "-m", "gateway"]
_PATIENCE = 30.0


def run_program(*words: str, **environment: str) -> "subprocess.CompletedProcess[str]":
    """Run the program to its end."""
    return subprocess.run(
        [*_PROGRAM, *words],
        check=False,
        capture_output=True,
        text=True,
        encoding="utf-8",
        timeout=100,
        stdin=subprocess.DEVNULL,
        env={**os.environ, "PYTHONUTF8": "1", **environment},
    )


@dataclass(frozen=True, slots=True)
class Running:
    """A process of the program, and its log."""

    process: "subprocess.Popen[bytes]"
    place: Place
    log: Path

    def stop(self) -> int:
        """Ask the process to end, as a service manager does; return its status."""
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(_PATIENCE)

    def said(self) -> str:
        """Return the log."""
        return self.log.read_text("utf-8")

    def get(self, path: str) -> tuple[int, str]:
        """Return status and body of a page."""
        try:
            with urllib.request.urlopen(f"{self.place.address}{path}", timeout=10) as answer:  # noqa: S310  our own server
                return answer.status, answer.read().decode("utf-8")
        except urllib.error.HTTPError as error:
            with error:
                return error.code, error.read().decode("utf-8")


@contextmanager
def started(home: Path, *words: str, port: int = 0) -> Iterator[Running]:
    """Run a command of an installation in a process; what serves is awaited."""
    place = Place(home, port or free_port())
    log = home / f"{words[0]}-{place.port}.log"
    with log.open("wb") as file:
        process = subprocess.Popen(
            [*_PROGRAM, "--home", str(home), *words],
            stdout=file,
            stderr=file,
            stdin=subprocess.DEVNULL,
            env={**os.environ, "CONGEDO_PORT": str(place.port)},
        )
    try:
        if words[0] == "serve":
            wait_ready(place)
        yield Running(process, place, log)
    finally:
        if process.poll() is None:
            process.terminate()
        try:
            process.wait(_PATIENCE)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def eventually(wanted: str, look: Callable[[], str]) -> None:
    """Wait until ``look()`` returns what is wanted; fail with what it returned last."""
    until = time.monotonic() + _PATIENCE
    found = look()
    while found != wanted and time.monotonic() < until:
        time.sleep(0.1)
        found = look()
    assert found == wanted
