"""The rounds of the bench: each returns what it measured."""

import statistics
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from lxml import etree

from gateway.bootstrap import Installation
from gateway.domain.deliveries import Side
from gateway.domain.messages import Operation
from gateway.domain.partners import Partner
from gateway.domain.security import Proof
from storage.engine import is_sqlite
from tests.bench.load import Measure, drive
from tests.bench.servers import children, memory, running
from tests.bench.worlds import FOGLIO, PATH, multiply, put, puts
from tests.bench.worlds import statuses as status_requests
from tests.support.certificates import make
from tests.support.ports import free_port
from tests.support.tls import CERTIFICATE, Line, demand, tls_settings
from tests.support.universities import MONTELAGO, SECRET, VALDOMBRA

BOTH_CORES = "0,1"
SPYNE_OK = b"Put_ProcessoTrasferimentoResult>OK<"


@contextmanager
def gateway(
    opened: Installation, *, processes: int = 1, cores: str = "0", **settings: str
) -> Iterator[tuple[int, list[int]]]:
    """Serve an installation; yield its port and the processes that answer."""
    port = free_port()
    given = {
        "CONGEDO_HOME": str(opened.settings.home),
        "CONGEDO_DATABASE_URL": opened.settings.url,
        "CONGEDO_PORT": str(port),
        "CONGEDO_PROCESSES": str(processes),
        **settings,
    }
    command = ["-m", "gateway", "serve", "--no-worker"]
    with running(command, port, given, cores=cores) as pid:
        wait_children(pid, processes)
        yield port, children(pid)


@contextmanager
def rival(name: str, url: str) -> Iterator[tuple[int, list[int]]]:
    """Serve a rival on the same database; yield its port and the processes that answer."""
    port = free_port()
    given = {"BENCH_DATABASE": url}
    with running(["-m", "tests.bench.rivals", name, str(port), "16"], port, given) as pid:
        wait_children(pid, 1)
        yield port, children(pid)


def wait_children(pid: int, many: int) -> None:
    """Wait until a server has its processes and they have settled."""
    while len(children(pid)) < many:
        time.sleep(0.05)
    time.sleep(1.0)


def best(rounds: list[Measure]) -> Measure:
    """Return the round that cost least: the others were disturbed."""
    assert not rounds[0].failures, rounds[0].failures[0]
    return min(rounds, key=lambda item: item.cpu)


def compare_puts(opened: Installation, many: int) -> dict[str, Measure]:
    """Put and its rivals, in turns so that what disturbs one disturbs the others."""
    found: dict[str, list[Measure]] = {"floor": [], "gateway": [], "plain_spyne": []}
    for turn in range(3):
        with rival("floor", opened.settings.url) as (port, pids):
            drive(port, puts(f"W{turn}", 50), pids)
            found["floor"].append(drive(port, puts(f"F{turn}", many), pids))
        with gateway(opened) as (port, pids):
            drive(port, puts(f"V{turn}", 50), pids)
            found["gateway"].append(drive(port, puts(f"G{turn}", many), pids))
    if is_sqlite(opened.settings.url):
        with rival("plain_spyne", opened.settings.url) as (port, pids):
            drive(port, puts("X", 5), pids, expected=SPYNE_OK)
            messages = puts("P", max(20, many // 20))
            found["plain_spyne"].append(drive(port, messages, pids, expected=SPYNE_OK))
    return {name: best(rounds) for name, rounds in found.items() if rounds}


def certified_puts(opened: Installation, many: int) -> dict[str, Measure]:
    """Put by a partner that shows a certificate over TLS, beside Put with a password in clear.

    Connections are kept, as partners keep them; both servers do all that they guard.
    """
    server, caller = make("localhost"), make("congedo.valdombra.example")
    settings = tls_settings(opened.settings.home / "tls", server)
    found: dict[str, list[Measure]] = {"password": [], "certificate": []}
    for turn in range(3):
        demand(opened, MONTELAGO, VALDOMBRA, proofs=frozenset({Proof.BASIC}))
        with gateway(opened) as (port, pids):
            drive(port, puts(f"B{turn}", 50), pids)
            found["password"].append(drive(port, puts(f"C{turn}", many), pids))
        demand(opened, MONTELAGO, VALDOMBRA, proofs=frozenset(CERTIFICATE), keys=(caller.pin,))
        with gateway(opened, **settings) as (port, pids):
            tls = Line(port, server.certificate).context(caller)
            drive(port, puts(f"D{turn}", 50, authorization=""), pids, tls=tls)
            messages = puts(f"E{turn}", many, authorization="")
            found["certificate"].append(drive(port, messages, pids, tls=tls))
    return {name: best(rounds) for name, rounds in found.items()}


def compare_statuses(opened: Installation, many: int) -> dict[str, Measure]:
    """Get_Status beside a bare read, with 1,000 practices and with 200,000."""
    found: dict[str, Measure] = {}
    held = 0
    for size in (1_000, 200_000):
        multiply(opened.settings.url, f"S{size}-", size - held)
        known = [f"S{size}-{number}" for number in range(1, size - held, max(1, size // 1000))]
        held = size
        for name in ("bare_read", "gateway"):
            rounds = []
            for _ in range(3):
                serving = gateway(opened) if name == "gateway" else rival(name, opened.settings.url)
                with serving as (port, pids):
                    drive(port, status_requests(known, 300), pids)
                    rounds.append(drive(port, status_requests(known, many), pids))
            found[f"{name} {size}"] = best(rounds)
    return found


def two_processes(opened: Installation, many: int) -> dict[int, Measure]:
    """Put with one server process and with two, on two cores."""
    found: dict[int, list[Measure]] = {1: [], 2: []}
    for turn in range(3):
        for processes in (1, 2):
            with gateway(opened, processes=processes, cores=BOTH_CORES) as (port, pids):
                drive(port, puts(f"K{turn}{processes}", 60), pids, connections=8)
                messages = puts(f"M{turn}{processes}", many)
                found[processes].append(drive(port, messages, pids, connections=8))
    return {number: max(rounds, key=lambda item: item.rate) for number, rounds in found.items()}


@dataclass(frozen=True)
class Outgoing:
    """Client CPU milliseconds of one Put, and of lxml parsing its foglio."""

    put: float
    parse: float


def outgoing_put(opened: Installation, many: int) -> Outgoing:
    """What a Put costs the sender, beside the parse of its foglio."""
    client = Installation(opened.settings)
    times: list[float] = []
    with rival("accept", opened.settings.url) as (port, _):
        partner = Partner(
            code=MONTELAGO,
            name="",
            destination_url=f"http://127.0.0.1:{port}{PATH}",
            username_out="ateneo-91",
            password_out=SECRET,
        )
        for number in range(many):
            began = time.thread_time()
            message = client.partners.write(put(f"O{number:06d}"))
            client.partners.send(partner, Side.ORIGIN, Operation.PUT_PROCESSO, message)
            times.append(time.thread_time() - began)
    parses = []
    for _ in range(many):
        began = time.thread_time()
        etree.fromstring(FOGLIO)
        parses.append(time.thread_time() - began)
    client.close()
    return Outgoing(statistics.median(times) * 1000, statistics.median(parses) * 1000)


@dataclass(frozen=True)
class Starting:
    """Seconds from the start to the first answered Put, and memory in MB after some hundred."""

    seconds: float
    memory: float


def first_answer(opened: Installation) -> Starting:
    """Start `congedo serve` with its worker and wait for the first accepted Put."""
    port = free_port()
    given = {
        "CONGEDO_HOME": str(opened.settings.home),
        "CONGEDO_DATABASE_URL": opened.settings.url,
        "CONGEDO_PORT": str(port),
    }
    messages = puts(f"A{port}", 301)
    began = time.perf_counter()
    with running(["-m", "gateway", "serve"], port, given, cores=BOTH_CORES) as pid:
        drive(port, messages[:1], [], connections=1)
        seconds = time.perf_counter() - began
        drive(port, messages[1:], [])
        return Starting(seconds, memory(children(pid)[0]))
