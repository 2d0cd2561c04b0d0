"""The files of all processes of an installation, and their sums.

Each process writes a file of its own. Sums must never fall while any of the processes lives, or
whoever reads them takes the fall for a restart: so the file of a dead process is added to the one
that keeps the dead, and only when nobody lives is everything begun anew.
"""

import fcntl
import os
import secrets
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import quote

from gateway.metrics.files import ValueFile, entries, write

_FILE = ".values"
_DEAD = "dead"
_PAGE_BYTES = os.sysconf("SC_PAGE_SIZE")


class Folder:
    """A folder of such files; ``host`` tells the machines that may share it apart."""

    def __init__(self, path: Path, host: str) -> None:
        self._path = path
        self._host = quote(host, safe="")

    def open_own(self) -> ValueFile:
        """Make the file of this process; those of dead processes are put together.

        Raises:
            OSError: the folder cannot be written.
        """
        self._path.mkdir(mode=0o700, parents=True, exist_ok=True)
        with self._alone(fcntl.LOCK_EX):
            self._bury()
            name = f"{self._host}#{os.getpid()}#{secrets.token_hex(4)}{_FILE}"
            return ValueFile(self._path / name)

    def sums(self) -> dict[bytes, list[float]]:
        """Return the sum of every number over all processes, dead ones too."""
        if not self._path.is_dir():
            return {}
        with self._alone(fcntl.LOCK_SH):
            return _sum(sorted(self._path.glob(f"*{_FILE}")))

    def resident_bytes(self) -> Sequence[int]:
        """Return the memory that each living process of this machine has in RAM."""
        found = (_resident(pid) for _, pid in self._own_files() if pid)
        return [size for size in found if size]

    def _own_files(self) -> Iterator[tuple[Path, int]]:
        """Return this machine's files and the number of the process of each, 0 for the dead."""
        for file in sorted(self._path.glob(f"*{_FILE}")):
            host, _, rest = file.name.removesuffix(_FILE).partition("#")
            number = rest.partition("#")[0]
            if host == self._host:
                yield file, int(number) if number.isdigit() and _lives(int(number)) else 0

    def _bury(self) -> None:
        """Put the files of dead processes together, or away where nobody of this machine lives."""
        files = list(self._own_files())
        dead = [file for file, pid in files if not pid]
        if len(dead) == len(files):
            for file in dead:
                file.unlink()
            return
        if [file for file in dead if _DEAD not in file.name]:
            grave = self._path / f"{self._host}#{_DEAD}{_FILE}"
            write(grave, _sum(dead))
            for file in dead:
                if file != grave:
                    file.unlink()

    @contextmanager
    def _alone(self, how: int) -> Iterator[None]:
        with (self._path / "lock").open("a") as held:
            fcntl.flock(held, how)  # given back with the file
            yield


def _sum(files: Sequence[Path]) -> dict[bytes, list[float]]:
    sums: dict[bytes, list[float]] = {}
    for file in files:
        for name, values in entries(file.read_bytes()):
            known = sums.get(name)
            if known is None or len(known) != len(values):
                sums[name] = values
            else:
                sums[name] = [one + other for one, other in zip(known, values, strict=True)]
    return sums


def _lives(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except OSError:
        return True  # it lives, under another user
    return True


def _resident(pid: int) -> int:
    try:
        return int(Path(f"/proc/{pid}/statm").read_text("ascii").split()[1]) * _PAGE_BYTES
    except OSError:
        return 0
