"""Honest calls while two hundred connections keep a server waiting, in both profiles."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from gateway.bootstrap import Installation
from tests.bench.rounds import BOTH_CORES, wait_children
from tests.bench.servers import LOG, running
from tests.support.hostile_nginx import nginx_before, nginx_program
from tests.support.hostile_servers import Server
from tests.support.hostile_storm import KINDS, Plan, honest_calls, mixed, storm
from tests.support.ports import free_port

HOSTILE = 200
CALLS = 300
PLANS: dict[str, list[Plan]] = {
    "nobody else": [],
    **{kind: [plan] * HOSTILE for kind, plan in KINDS.items()},
    "all kinds together": mixed(HOSTILE),
}


@dataclass(frozen=True)
class Waited:
    """How long honest calls took, in milliseconds."""

    p50: float
    p99: float
    longest: float


@contextmanager
def serving(opened: Installation, folder: Path, *options: str) -> Iterator[int]:
    """Serve in a profile; yield the port that clients reach."""
    port = free_port()
    given = {
        "CONGEDO_HOME": str(opened.settings.home),
        "CONGEDO_DATABASE_URL": opened.settings.url,
        "CONGEDO_PORT": str(port),
    }
    if "--behind-proxy" not in options:
        with running(["-m", "gateway", "serve", *options], port, given, cores=BOTH_CORES) as pid:
            wait_children(pid, 1)
            yield port
        return
    given |= {"CONGEDO_TRUSTED_PROXIES": "1"}
    with running(["-m", "gateway", "serve", *options], port, given, cores=BOTH_CORES) as pid:
        wait_children(pid, 1)
        with nginx_before(Server(port, pid, LOG), folder) as front:
            yield front.port


def profiles() -> dict[str, list[str]]:
    """Return the profiles that this machine can run, and their options."""
    found = {"plain": ["--no-worker"]}
    return found | {"nginx and granian": ["--behind-proxy"]} if nginx_program() else found


def under_storms(opened: Installation, folder: Path) -> dict[tuple[str, str], Waited]:
    """Make honest calls under each storm, in each profile."""
    found: dict[tuple[str, str], Waited] = {}
    for profile, options in profiles().items():
        with serving(opened, folder / profile.replace(" ", "-"), *options) as port:
            honest_calls(port, 20)
            for kind, plans in PLANS.items():
                with storm(port, plans):
                    times = honest_calls(port, CALLS, pause=0.01)
                milliseconds = [seconds * 1000 for seconds in times]
                found[profile, kind] = Waited(
                    milliseconds[CALLS // 2], milliseconds[CALLS * 99 // 100], milliseconds[-1]
                )
    return found
