"""Real installations: servers and workers as processes of their own, to be killed and started."""

import os
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from gateway.bootstrap import Installation, now
from gateway.domain.identifiers import IdPratica
from gateway.settings import Settings
from tests.support.databases import Maker
from tests.support.network import WsgiNetwork
from tests.support.ports import free_port
from tests.support.transfers import Steps
from tests.support.universities import DESTINATION, ORIGIN, World, introduce, make_home

QUICK = {
    "retry_first_seconds": 0.2,
    "retry_ceiling_hours": 0.5 / 3600,
    "silent_seconds": 2.0,
    "poll_seconds": 0.05,
    "threads": 4,
    "delivery_slots": 4,
    "delivery_slots_per_partner": 4,
}
"""Settings under which what takes minutes takes moments."""


@dataclass
class Process:
    """One ``congedo`` command over an installation; its whole process group is killed at once."""

    settings: Settings
    command: tuple[str, ...]
    port: int = 0
    node: str = "node"
    running: "subprocess.Popen[bytes] | None" = field(default=None, repr=False)

    def start(self) -> "Process":
        """Begin; the log goes beside the database."""
        given = {
            "CONGEDO_HOME": str(self.settings.home),
            "CONGEDO_DATABASE_URL": self.settings.url,
            "CONGEDO_PORT": str(self.port or 1),
            "CONGEDO_NODE": self.node,
            **{f"CONGEDO_{name.upper()}": str(value) for name, value in QUICK.items()},
        }
        with (self.settings.home / f"{self.node}.log").open("ab") as log:
            self.running = subprocess.Popen(
                [sys.executable, "-m", "gateway", *self.command],
                stdout=log,
                stderr=log,
                stdin=subprocess.DEVNULL,
                start_new_session=True,
                env={**os.environ, **given},
            )
        return self

    def kill(self) -> None:
        """End it as a power cut would."""
        self._signal(signal.SIGKILL)

    def stop(self) -> None:
        """End it as an operator would, and wait."""
        self._signal(signal.SIGTERM)

    def _signal(self, number: signal.Signals) -> None:
        if self.running is None:
            return
        with suppress(ProcessLookupError):
            os.killpg(self.running.pid, number)
        self.running.wait(timeout=40)
        self.running = None

    def wait_ready(self, seconds: float = 40.0) -> None:
        """Return when it serves.

        Raises:
            TimeoutError: it does not in time.
        """
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            try:
                url = f"http://127.0.0.1:{self.port}/health/ready"
                with urllib.request.urlopen(url, timeout=2):
                    return
            except (urllib.error.URLError, OSError):
                time.sleep(0.05)
        raise TimeoutError(self.log())

    def log(self) -> str:
        """Return the end of what it wrote."""
        file = self.settings.home / f"{self.node}.log"
        return file.read_text("utf-8", "replace")[-4000:] if file.exists() else ""


@dataclass
class ServedWorld:
    """Two installations as processes, and a driver's hands on their databases."""

    steps: Steps
    origin: Process
    destination: Process
    others: list[Process] = field(default_factory=list)
    practices: list[IdPratica] = field(default_factory=list)

    @property
    def processes(self) -> list[Process]:
        """Every process that may be killed."""
        return [self.origin, self.destination, *self.others]

    def start(self) -> None:
        """Start all, and wait until they serve."""
        for process in self.processes:
            process.start()
        for process in (self.origin, self.destination):
            process.wait_ready()

    def close(self) -> None:
        """Kill all, and let go of the databases."""
        for process in self.processes:
            process.kill()
        self.steps.world.close()


def make_served_world(
    folder: Path, maker: Maker, *, serve: tuple[str, ...] = ("serve",), **options: object
) -> ServedWorld:
    """Return two installations that know each other, not started yet."""
    ports = [free_port(), free_port()]
    homes = [
        make_home(folder / name, maker, **QUICK, **options) for name in ("origin", "destination")
    ]
    installations = [Installation(settings) for settings in homes]
    hosts = [f"127.0.0.1:{port}" for port in ports]
    introduce(installations[0], ORIGIN, (DESTINATION, hosts[1]))
    introduce(installations[1], DESTINATION, (ORIGIN, hosts[0]))
    world = World(now, WsgiNetwork(), *installations)  # type: ignore[arg-type]
    return ServedWorld(
        Steps(world),
        *(Process(home, serve, port) for home, port in zip(homes, ports, strict=True)),
    )
