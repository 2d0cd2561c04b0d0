"""Foreign SOAP stacks: what each needs of the machine, how its program is built, and how it runs.

The programs lie in ``tests/interop``, one folder each. They are built once, from the contracts that
a running installation publishes, into a cache outside the repository, and anew only when their
sources or the contracts change.
"""

import fcntl
import os
import shutil
import subprocess
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from hashlib import sha256
from pathlib import Path

SOURCES = Path(__file__).parents[1] / "interop"
REPOSITORY = Path(__file__).parents[2]
BUILD_SECONDS = 900
SERVICES = ("destinazione", "provenienza", "titoli", "diplomi")

Contracts = Mapping[str, str]
"""The address of each service's description."""


class CannotBuild(Exception):  # noqa: N818  what it says
    """A program could not be built; the message is the end of what the builder said."""


@dataclass(frozen=True, slots=True)
class Stack:
    """A foreign stack. ``needs`` are programs; ``quick`` ones take part in every run of the tests.

    ``version`` is what the build pins, or the command that tells it.
    """

    name: str
    title: str
    folder: str
    needs: tuple[str, ...]
    command: tuple[str, ...]
    build: Callable[[Path, Contracts], None]
    quick: bool = False
    probe: tuple[str, ...] = ()

    def missing(self) -> str:
        """Return which program the machine does not have, nothing when it has all."""
        lacking = [need for need in self.needs if shutil.which(need) is None]
        if not lacking and self.probe and not _succeeds(self.probe):
            lacking = [" ".join(self.probe)]
        return ", ".join(lacking)

    def built(self, contracts: Contracts) -> Path:
        """Return the folder of the built program, building it where the cache has none.

        Raises:
            CannotBuild: a builder failed.
        """
        made = cache_folder() / f"{self.name}-{self._digest()}"
        made.parent.mkdir(parents=True, exist_ok=True)
        with (made.parent / f"{self.name}.lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            if not made.exists():
                rising = made.with_suffix(".rising")
                shutil.rmtree(rising, ignore_errors=True)
                shutil.copytree(SOURCES / self.folder, rising)
                self.build(rising, contracts)
                rising.rename(made)
        return made

    def _digest(self) -> str:
        state = sha256(Path(__file__).read_bytes())
        for folder in (SOURCES / self.folder, REPOSITORY / "wsdl", REPOSITORY / "xsd"):
            for file in sorted(folder.rglob("*")):
                if file.is_file() and "__pycache__" not in file.parts:
                    state.update(file.relative_to(folder).as_posix().encode() + file.read_bytes())
        return state.hexdigest()[:16]


def cache_folder() -> Path:
    """Return where built programs are kept: ``INTEROP_CACHE``, else the user's cache."""
    given = os.environ.get("INTEROP_CACHE")
    if given:
        return Path(given)
    home = os.environ.get("XDG_CACHE_HOME") or str(Path.home() / ".cache")
    return Path(home) / "congedo-interop"


@cache
def _succeeds(command: tuple[str, ...]) -> bool:
    return subprocess.run(command, check=False, capture_output=True, timeout=60).returncode == 0


def _run(folder: Path, *command: str) -> None:
    done = subprocess.run(
        command,
        check=False,
        capture_output=True,
        text=True,
        cwd=folder,
        timeout=BUILD_SECONDS,
        stdin=subprocess.DEVNULL,
    )
    if done.returncode:
        message = f"{command[0]}: {done.stdout[-3000:]}{done.stderr[-3000:]}"
        raise CannotBuild(message)


def _maven(profile: str) -> Callable[[Path, Contracts], None]:
    def build(folder: Path, contracts: Contracts) -> None:
        given = [f"-D{name}={address}" for name, address in contracts.items()]
        command = ("mvn", "-B", "-q", f"-P{profile}", *given, "process-classes")
        try:
            _run(folder, *command, "--offline")
        except CannotBuild:  # the local repository is not warm yet
            _run(folder, *command)

    return build


def _npm(folder: Path, contracts: Contracts) -> None:
    options = ("--no-audit", "--no-fund", "--no-package-lock", "--prefer-offline")
    _run(folder, "npm", "install", *options)


def _gsoap(folder: Path, contracts: Contracts) -> None:
    _run(folder, "wsdl2h", "-t", "typemap.dat", "-o", "partner.h", *contracts.values())
    _run(folder, "soapcpp2", "-j", "-x", "-L", "-w", "partner.h")
    _run(folder, "make", "-j2", "-f", "partner.mk")


def _nothing(folder: Path, contracts: Contracts) -> None:
    """A script is its own program."""


_JAVA = ("java", "-cp", "target/classes:target/lib/*", "partner.Main")

STACKS = (
    Stack("cxf", "Apache CXF", "java", ("java", "javac", "mvn"), _JAVA, _maven("cxf")),
    Stack("metro", "JAX-WS RI (Metro)", "java", ("java", "javac", "mvn"), _JAVA, _maven("metro")),
    Stack("node", "node-soap", "node", ("node", "npm"), ("node", "main.js"), _npm),
    Stack(
        "php",
        "PHP ext-soap",
        "php",
        ("php",),
        ("php", "main.php"),
        _nothing,
        quick=True,
        probe=("php", "-r", "exit(extension_loaded('soap') ? 0 : 1);"),
    ),
    Stack(
        "gsoap",
        "gSOAP",
        "gsoap",
        ("wsdl2h", "soapcpp2", "g++", "make"),
        ("./partner",),
        _gsoap,
        probe=("sh", "-c", "echo '#include <nlohmann/json.hpp>' | g++ -fsyntax-only -x c++ -"),
    ),
)
