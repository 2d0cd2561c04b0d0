"""A campaign: bent messages for as long as is wanted; what was new is kept, what broke is told."""

import tempfile
import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from random import Random

from lxml import etree

from tests.fuzz.entries import Target, target
from tests.fuzz.mutations import Mutator
from tests.fuzz.oracle import Verdict, try_one
from tests.support.databases import Maker

CORPUS = Path(__file__).parent / "corpus"
FRESH = 40
"""After so many accepted messages the target is made anew: its practices have all ended."""
LARGEST = 6_000
"""Bytes of a message that the corpus keeps."""

_BY_HEADERS = frozenset({401, 403, 415})
"""Verdicts that the headers earned, not the message."""


@dataclass
class Campaign:
    """Messages sent, the verdicts met, and what broke: (entry, seed, message, why)."""

    seed: int
    sent: int = 0
    verdicts: set[Verdict] = field(default_factory=set)
    broken: list[tuple[str, bytes, str]] = field(default_factory=list)
    pool: dict[str, list[bytes]] = field(default_factory=dict)

    def run(self, maker: Maker, *, seconds: float, most: int, keep: Path | None = None) -> None:
        """Send until the time is over or ``most`` messages have gone; keep what was new."""
        random = Random(self.seed)
        until = time.monotonic() + seconds
        while time.monotonic() < until and self.sent < most:
            with tempfile.TemporaryDirectory() as folder:
                aim = target(Path(folder), maker)
                try:
                    self._spend(aim, random, until, most, keep)
                finally:
                    aim.installation.close()

    def _spend(
        self, aim: Target, random: Random, until: float, most: int, keep: Path | None
    ) -> None:
        mutator = Mutator(random, [entry.content for entry in aim.entries])
        for entry in aim.entries:
            if entry.content not in self.pool.get(entry.name, []):
                self.learn(entry.name, entry.content)
        taken = 0
        while taken < FRESH and time.monotonic() < until and self.sent < most:
            entry = random.choice(aim.entries)
            content = mutator.bend(random.choice(self.pool[entry.name]))
            self.sent += 1
            try:
                verdict, accepted = try_one(aim, entry, content, random)
            except Exception as error:  # noqa: BLE001  whatever broke is what is looked for
                self.broken.append((entry.name, content, f"{type(error).__name__}: {error}"))
                return
            taken += accepted
            if verdict not in self.verdicts:
                self.verdicts.add(verdict)
                self._keep(verdict, content, keep)

    def learn(self, name: str, content: bytes) -> None:
        """Bend this message too from now on, if it is well-formed."""
        with suppress(etree.XMLSyntaxError):
            etree.fromstring(content)
            self.pool.setdefault(name, []).append(content)

    def _keep(self, verdict: Verdict, content: bytes, keep: Path | None) -> None:
        name = verdict.entry
        self.learn(name, content)
        if keep is None or len(content) > LARGEST or verdict.status in _BY_HEADERS:
            return
        file = keep / f"{name}.{verdict.status}-{'-'.join(verdict.words)}.xml".replace(":", "-")
        if not file.exists() or file.stat().st_size > len(content):
            file.write_bytes(content)


def corpus() -> Iterator[tuple[str, bytes]]:
    """Yield (entry, message) of all that was kept."""
    for file in sorted(CORPUS.glob("*.xml")):
        yield file.name.partition(".")[0], file.read_bytes()
