"""Many processes, one sum: whichever answers the scrape, whatever became of the others."""

import os
import signal
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

from gateway.client.transport import basic
from gateway.settings import Settings
from tests.support.databases import SqliteMaker
from tests.support.metrics import Metrics
from tests.support.ports import free_port
from tests.support.processes import Process
from tests.support.universities import make_home

pytestmark = [pytest.mark.integration, pytest.mark.slow]

NAME = "congedo_messages_total"
CALLS = 24


def serving(tmp_path: Path, sqlite: SqliteMaker, *command: str) -> tuple[Settings, Process]:
    """Start an installation with two processes that serve."""
    settings = make_home(tmp_path / "home", sqlite)
    (settings.home / "congedo.toml").write_text("processes = 2\n", "utf-8")
    process = Process(settings, ("serve", *command), free_port()).start()
    process.wait_ready()
    return settings, process


@pytest.fixture(params=[("--no-worker",), ("--behind-proxy",)], ids=["gunicorn", "granian"])
def served(
    request: pytest.FixtureRequest, tmp_path: Path, sqlite: SqliteMaker
) -> Iterator[tuple[Settings, Process]]:
    settings, process = serving(tmp_path, sqlite, *request.param)
    yield settings, process
    process.kill()


def call(process: Process, times: int) -> None:
    """Send calls that are no calls of anybody, each over a connection of its own."""
    for _ in range(times):
        request = urllib.request.Request(
            f"http://127.0.0.1:{process.port}/soap/92/destinazione",
            data=b"<x/>",
            headers={"Content-Type": "text/xml", "Authorization": basic("nessuno", "x")},
        )
        with pytest.raises(urllib.error.HTTPError):
            urllib.request.urlopen(request, timeout=10)  # noqa: S310  our own server


def scrape(process: Process) -> Metrics:
    """Return the metrics that some process of the installation answers."""
    with urllib.request.urlopen(f"http://127.0.0.1:{process.port}/metrics", timeout=10) as answer:
        assert answer.headers["Content-Type"].startswith("text/plain")
        return Metrics(answer.read().decode())


def living(settings: Settings) -> list[int]:
    """Return the numbers of the processes that have a file and live."""
    numbers = [int(file.name.split("#")[1]) for file in _files(settings)]
    return [number for number in numbers if Path(f"/proc/{number}").is_dir()]


def _files(settings: Settings) -> list[Path]:
    found = (settings.home / "metrics").glob("*.values")
    return [file for file in found if "#dead" not in file.name]


def wait_for(count: int, settings: Settings, but: int = 0) -> list[int]:
    """Return the processes when there are so many.

    Raises:
        TimeoutError: there never are.
    """
    until = time.monotonic() + 60
    while time.monotonic() < until:
        found = [number for number in living(settings) if number != but]
        if len(found) >= count:
            return found
        time.sleep(0.05)
    raise TimeoutError


def test_every_scrape_is_the_sum_of_all_processes(served: tuple[Settings, Process]) -> None:
    settings, process = served
    wait_for(2, settings)
    call(process, CALLS)
    sums = [scrape(process).get(NAME, result="stranger", partner="stranger") for _ in range(8)]
    assert sums == [CALLS] * 8
    assert scrape(process).get("congedo_processes") == 2


def test_the_sum_never_falls_when_a_process_is_killed(tmp_path: Path, sqlite: SqliteMaker) -> None:
    settings, process = serving(tmp_path, sqlite, "--no-worker")
    try:
        numbers = wait_for(2, settings)
        call(process, CALLS)
        os.kill(numbers[0], signal.SIGKILL)
        wait_for(2, settings, but=numbers[0])
        call(process, CALLS)
        assert [scrape(process).get(NAME) for _ in range(8)] == [2 * CALLS] * 8
        assert scrape(process).get("congedo_processes") == 2
    finally:
        process.kill()


def test_a_new_start_begins_anew_and_leaves_no_old_files(
    tmp_path: Path, sqlite: SqliteMaker
) -> None:
    settings, process = serving(tmp_path, sqlite, "--no-worker")
    try:
        call(process, 3)
        assert scrape(process).get(NAME) == 3
        process.kill()
        process.start().wait_ready()
        wait_for(2, settings)
        assert scrape(process).get(NAME) == 0
        assert len(_files(settings)) == 2
    finally:
        process.kill()


def test_a_token_guards_the_metrics_of_a_server(tmp_path: Path, sqlite: SqliteMaker) -> None:
    settings = make_home(tmp_path / "home", sqlite)
    token = "parola-lunga-e-segreta"
    (settings.home / "congedo.toml").write_text(f'metrics_token = "{token}"\n', "utf-8")
    process = Process(settings, ("serve", "--no-worker"), free_port()).start()
    try:
        process.wait_ready()
        with pytest.raises(urllib.error.HTTPError, match="401"):
            scrape(process)
        request = urllib.request.Request(
            f"http://127.0.0.1:{process.port}/metrics", headers={"Authorization": f"Bearer {token}"}
        )
        with urllib.request.urlopen(request, timeout=10) as answer:  # noqa: S310  our own server
            assert b"congedo_build_info" in answer.read()
    finally:
        process.kill()
