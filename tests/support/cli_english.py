"""The command line in English: a process of its own, for a run has one language from its start."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from tests.support.cli import Office, Said, congedo

_ROOT = Path(__file__).parents[2]


@dataclass(frozen=True, slots=True)
class English:
    """A process that runs commands in English, one after the other."""

    process: "subprocess.Popen[str]"

    def congedo(self, *words: str) -> Said:
        """Run a command."""
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        self.process.stdin.write(json.dumps(words) + "\n")
        self.process.stdin.flush()
        answer: dict[str, Any] = json.loads(self.process.stdout.readline())
        return Said(**answer)

    def say(self, office: Office, *words: str) -> Said:
        """Run a command in an installation."""
        return self.congedo("--home", str(office.home), *words)


@contextmanager
def english_speaker() -> Iterator[English]:
    """Run a process that speaks English."""
    environment = {name: value for name, value in os.environ.items() if name != "CONGEDO_LANG"}
    with subprocess.Popen(
        [sys.executable, "-m", "tests.support.cli_english", "--lang", "en"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        encoding="utf-8",
        cwd=_ROOT,
        env=environment,
    ) as process:
        yield English(process)
        assert process.stdin is not None
        process.stdin.close()


def main() -> None:
    """Read commands, a JSON list a line; answer each with what was said, a JSON object a line."""
    answers = sys.stdout
    for line in sys.stdin:
        print(json.dumps(asdict(congedo(*json.loads(line)))), file=answers, flush=True)


if __name__ == "__main__":
    main()
