"""Two real installations on which the marked student is driven through everything."""

import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

import requests

from gateway.bootstrap import Installation, now
from gateway.contracts import Role
from gateway.domain.deliveries import DeliveryState
from gateway.domain.offers import Offer
from gateway.soap.passwords import hash_password
from gateway.usecases.offers import request_offer
from tests.support import marks
from tests.support.cli import congedo
from tests.support.contract_messages import outcome
from tests.support.databases import SqliteMaker
from tests.support.fakes_samples import course
from tests.support.marked_world import marked_draft, marked_ready
from tests.support.network import WsgiNetwork
from tests.support.ports import free_port
from tests.support.processes import QUICK, Process
from tests.support.redaction import BESIDE, BUGS, SERVICES, Ground, bad, good
from tests.support.routes import routes_of
from tests.support.transfers import Steps
from tests.support.universities import (
    DESTINATION,
    MONTELAGO,
    ORIGIN,
    ROCCASOLE,
    THIRD,
    VALDOMBRA,
    World,
    make_home,
    partner_of,
)

ROOT = Path(__file__).parents[2]
PATIENCE = 60.0


@dataclass
class Sabotaged(Process):
    """A process with bugs that can be switched on."""

    switch: Path = Path()

    def start(self) -> "Sabotaged":
        """Begin; the log goes beside the database."""
        targets = ",".join([*BUGS, "gateway.usecases.delivery:attempt"])
        program = ["-m", "tests.support.sabotaged", str(self.switch), targets]
        given = {
            "CONGEDO_HOME": str(self.settings.home),
            "CONGEDO_DATABASE_URL": self.settings.url,
            "CONGEDO_PORT": str(self.port),
            "CONGEDO_NODE": self.node,
            "CONGEDO_LOG_LEVEL": "DEBUG",
            "PYTHONPATH": str(ROOT),
            **{f"CONGEDO_{name.upper()}": str(value) for name, value in QUICK.items()},
        }
        with self.file.open("ab") as log:
            self.running = subprocess.Popen(
                [sys.executable, *program, *self.command],
                stdout=log,
                stderr=log,
                stdin=subprocess.DEVNULL,
                start_new_session=True,
                env={**os.environ, **given},
            )
        return self

    @property
    def file(self) -> Path:
        """Its log."""
        return self.settings.home / f"{self.node}.log"


@dataclass
class Stage:
    """Two installations as processes, hands on their databases, and what was heard of them."""

    steps: Steps
    processes: dict[Role, Sabotaged]
    heard: list[tuple[str, bytes | str]]
    searcher: marks.Searcher

    @property
    def bases(self) -> dict[Role, str]:
        """The address of each."""
        return {role: f"http://127.0.0.1:{one.port}" for role, one in self.processes.items()}

    def hear(self, name: str, answer: requests.Response) -> None:
        """Keep what an answer said, headers and all."""
        self.heard.append((name, answer.content))
        self.heard.append((f"{name}, headers", str(answer.headers)))


def until(look: Callable[[], object], what: str) -> None:
    """Wait until something is so."""
    end = time.monotonic() + PATIENCE
    while not look():
        assert time.monotonic() < end, what
        time.sleep(0.05)


def introduce(installation: Installation, us: object, others: dict[object, str]) -> None:
    """Let an installation host a university and know partners under the marked password."""
    secret = hash_password(marks.SECRET)
    installation.store.save_university(us)  # type: ignore[arg-type]
    with installation.store.open_uow(us.code) as uow:  # type: ignore[attr-defined]
        for other, host in others.items():
            known = partner_of(other, host, us.code)  # type: ignore[arg-type, attr-defined]
            uow.partners.save(replace(known, password_hash=secret, password_out=marks.SECRET))
        uow.commit()
    installation.store.forget()


@contextmanager
def staged(folder: Path, maker: SqliteMaker) -> Iterator[Stage]:
    """Make both installations; none serves yet."""
    ports = {Role.ORIGIN: free_port(), Role.DESTINATION: free_port()}
    hosts = {role: f"127.0.0.1:{port}" for role, port in ports.items()}
    homes = {role: make_home(folder / role.value, maker, **QUICK) for role in ports}
    opened = {role: Installation(home) for role, home in homes.items()}
    nowhere = f"{hosts[Role.ORIGIN]}/nowhere"
    introduce(opened[Role.ORIGIN], ORIGIN, {DESTINATION: hosts[Role.DESTINATION], THIRD: nowhere})
    introduce(opened[Role.DESTINATION], DESTINATION, {ORIGIN: hosts[Role.ORIGIN]})
    with opened[Role.DESTINATION].store.open_uow(MONTELAGO) as uow:
        uow.offers.publish(Offer(2026, (course(),), now()))
        uow.commit()
    world = World(now, WsgiNetwork(), *opened.values())  # type: ignore[arg-type]
    processes = {
        role: Sabotaged(home, ("serve",), ports[role], role.value, switch=home.home / "bugs")
        for role, home in homes.items()
    }
    with ExitStack() as ending:
        ending.callback(world.close)
        for process in processes.values():
            ending.callback(process.kill)
        yield Stage(Steps(world), processes, [], marks.Searcher())


def troubles(stage: Stage) -> str:
    """Send to a destination that is not there yet, and to one that answers nonsense."""
    steps, origin = stage.steps, stage.processes[Role.ORIGIN]
    origin.start().wait_ready()
    practice = marked_ready(steps)
    steps.authorise(practice)
    lost = steps.ready_from(
        marked_draft(steps, marks.marked_foglio(marks.request(destination=ROCCASOLE)))
    )
    steps.authorise(lost)

    def states() -> dict[str, int]:
        found = steps.origin(lambda uow: uow.deliveries.by_state(None, 99))
        assert all(item.state is not DeliveryState.REFUSED for item in found)
        return {item.id_pratica or "": item.attempts for item in found} | {
            "parked": sum(item.state is DeliveryState.PARKED for item in found)
        }

    until(lambda: states()[practice] >= 2, "a delivery is tried again")
    until(lambda: states()["parked"] == 1, "a delivery is parked")
    stage.processes[Role.DESTINATION].start().wait_ready()
    until(lambda: steps.out(practice).state == "trasferita", "the transfer arrives")
    return practice


def services(stage: Stage, ground: Ground) -> None:
    """Call every service well, and badly in every way; keep what refuses."""
    for role, operation in SERVICES:
        answer = good(role, operation, ground).send(stage.bases)
        assert outcome(answer.content)[0] == 0, (role, operation, answer.content)
        kinds = {answer.status_code}
        for number, call in enumerate(bad(role, operation, ground)):
            answer = call.send(stage.bases)
            kinds.add(answer.status_code)
            if answer.status_code == 200 and outcome(answer.content)[0] == 0:
                continue  # notes may say anything: then it was a good call
            stage.hear(f"{role} {operation} {number}", answer)
        assert {400, 401, 415, 500} <= kinds, (role, operation, kinds)


def bugs(stage: Stage, ground: Ground) -> None:
    """Let every handler and the worker fail as badly as they can."""
    for process in stage.processes.values():
        process.switch.touch()
    for role, operation in SERVICES:
        service = good(role, operation, replace(ground, begun="UNIVAL20268888888"))
        answer = service.send(stage.bases)
        if answer.status_code == 200:  # a repeat is answered from the journal
            continue
        assert answer.status_code == 500, (role, operation, answer.content)
        stage.hear(f"bug in {role} {operation}", answer)
    origin = stage.steps.world.origin
    stage.steps.origin(lambda uow: request_offer(MONTELAGO, 2025, uow=uow, now=origin.clock()))
    log = stage.processes[Role.ORIGIN].file
    until(lambda: "delivery_failed" in log.read_text("utf-8"), "a job fails")
    until(lambda: b"JobFailed" in _jobs(origin), "the queue notes it")
    for process in stage.processes.values():
        process.switch.unlink()


def _jobs(installation: Installation) -> bytes:
    """Return what the queue keeps of errors."""
    with installation.store.reader.connect() as connection:
        rows = connection.exec_driver_sql("SELECT * FROM workflow_output").all()
        return b"".join(str(tuple(row)).encode() for row in rows)


def pages(stage: Stage) -> None:
    """Look at every page as a stranger, and at addresses that are none."""
    world = stage.steps.world
    here = {
        Role.ORIGIN: (world.origin, VALDOMBRA),
        Role.DESTINATION: (world.destination, MONTELAGO),
    }
    for role, base in stage.bases.items():
        installation, university = here[role]
        asked = {(route.method, route.path(university)) for route in routes_of(installation.wsgi())}
        methods = ("GET", "POST", marks.PERSON.surname.upper())
        asked |= {(method, page) for page in BESIDE for method in methods}
        for method, page in sorted(asked):
            answer = requests.request(method, base + page, timeout=9, allow_redirects=False)
            stage.hear(f"{method} {role} {page}", answer)


COMMANDS: tuple[tuple[str, ...], ...] = (
    ("transfer", "draft", "FILE"),
    ("transfer", "draft", "BROKEN"),
    ("transfer", "show", "NOWHERE"),
    ("transfer", "list", "--student", marks.PERSON.surname),
    ("transfer", "send", "PRACTICE"),
    ("transfer", "attach", "PRACTICE", "XX", "FILE"),
    ("transfer", "edit", "PRACTICE", "BROKEN", "--why", marks.WHY),
    ("offer", "admit", "FILE", "--course", "X"),
    ("offer", "import", "FILE"),
    ("delivery", "list"),
    ("privacy", "erase", "--cf", marks.PERSON.codice_fiscale, "--why", marks.WHY, "--yes"),
    ("privacy", "accesses", "--cf", marks.PERSON.surname),
    ("privacy", "export", "FOLDER", "--cf", marks.OTHER.codice_fiscale, "--why", marks.WHY),
    ("journal", "export", "FOLDER", "NOWHERE"),
    ("preflight", "BROKEN"),
)
"""Commands that are refused, or fail; capitals stand for files and practices."""


def commands(stage: Stage, practice: str, folder: Path) -> None:
    """Give commands that do not succeed, and one in which the program has a bug."""
    broken, whole = folder / "rotto.xml", folder / "foglio.xml"
    foglio = marks.marked_foglio()
    broken.write_bytes(foglio.replace(b"<CAP>38122", b"<CAP>" + marks.STREET.encode()))
    whole.write_bytes(foglio.replace(b"</Trasferimento>", b""))
    places = {
        "FILE": str(whole),
        "BROKEN": str(broken),
        "PRACTICE": practice,
        "NOWHERE": "UNIVAL20260009999",
        "FOLDER": str(folder / "uscita"),
    }
    home = stage.processes[Role.ORIGIN].settings
    (home.home / "congedo.toml").write_text(f'database_url = "{home.url}"\n', "utf-8")
    for words in COMMANDS:
        line = [places.get(word, word) for word in words]
        for form in ((), ("--json",)):
            said = congedo("--home", str(home.home), *form, *line)
            stage.heard.append((f"congedo {' '.join(words[:2])}", said.out + said.err))
    bug = folder / "bug"
    bug.touch()
    target = "gateway.usecases.privacy:accesses"
    program = ("-m", "tests.support.sabotaged", str(bug), target, "--home", str(home.home))
    failed = subprocess.run(
        [sys.executable, *program, "privacy", "accesses"],
        check=False,
        capture_output=True,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        cwd=ROOT,
    )
    assert b"Errore del programma" in failed.stderr
    assert b"ValueError" in failed.stderr
    stage.heard.append(("a bug in a command", failed.stdout + failed.stderr))


def files_of(stage: Stage) -> Iterator[tuple[str, bytes]]:
    """Yield every file that both installations wrote: logs, databases, what else there is."""
    for role, process in stage.processes.items():
        for path in sorted(process.settings.home.rglob("*")):
            if path.is_file() and path.name != "congedo.keys":
                yield f"{role} {path.name}", path.read_bytes()
