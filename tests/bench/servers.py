"""Starting and stopping the servers of the bench, each on one core."""

import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

LOG = Path(tempfile.gettempdir()) / "congedo-bench.log"
SERVER_CORE, CLIENT_CORE = "0", "1"


def children(pid: int) -> list[int]:
    """Return the processes that a server started."""
    found = Path(f"/proc/{pid}/task/{pid}/children").read_text("ascii").split()
    return [int(child) for child in found]


def wait_port(port: int, seconds: float = 30.0) -> None:
    """Return when somebody listens.

    Raises:
        TimeoutError: nobody does.
    """
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except OSError:
            time.sleep(0.02)
        else:
            return
    raise TimeoutError(str(port))


@contextmanager
def running(
    command: list[str], port: int, environment: dict[str, str], *, cores: str = SERVER_CORE
) -> Iterator[int]:
    """Run a server pinned to ``cores``; yield its process id. What it says goes to ``LOG``."""
    log = LOG.open("ab")
    process = subprocess.Popen(
        ["taskset", "-c", cores, sys.executable, *command],
        env={**os.environ, **environment},
        stdout=log,
        stderr=log,
        start_new_session=True,
    )
    try:
        wait_port(port)
        yield process.pid
    finally:
        log.close()
        os.killpg(process.pid, signal.SIGTERM)
        try:
            process.wait(timeout=30)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()


def memory(pid: int) -> float:
    """Return the proportional memory of a process in MB."""
    for line in Path(f"/proc/{pid}/smaps_rollup").read_text("ascii").splitlines():
        if line.startswith("Pss:"):
            return int(line.split()[1]) / 1024
    return 0.0
