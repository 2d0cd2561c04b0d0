"""The command line in the process of the test: what it printed, and with which status it ended."""

import io
import json
import sys
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from unittest.mock import patch

from gateway.cli.app import run

DONE, REFUSED, MISUSED, UNUSABLE = 0, 1, 2, 3


@dataclass(frozen=True, slots=True)
class Said:
    """What a command answered."""

    status: int
    out: str
    err: str

    @property
    def data(self) -> Any:
        """The answer as JSON: the whole of standard output, and nothing beside it."""
        return json.loads(self.out)

    @property
    def causes(self) -> list[str]:
        """The causes of a refusal, in the order given."""
        return [reason["cause"] for reason in self.data["reasons"]]


def congedo(*words: str, stdin: str = "") -> Said:
    """Run a command as the program's entry point does."""
    out, err = io.StringIO(), io.StringIO()
    with redirect_stdout(out), redirect_stderr(err), patch.object(sys, "stdin", io.StringIO(stdin)):
        status = run(list(words))
    return Said(status, out.getvalue(), err.getvalue())


@dataclass(frozen=True, slots=True)
class Office:
    """An installation, reached by its commands only."""

    home: Path

    def say(self, *words: str, stdin: str = "") -> Said:
        """Run a command for people."""
        return congedo("--home", str(self.home), *words, stdin=stdin)

    def ask(self, *words: str, stdin: str = "") -> Said:
        """Run a command for programs."""
        return self.say("--json", *words, stdin=stdin)

    def done(self, *words: str, stdin: str = "") -> Any:
        """Run a command that must succeed and return its JSON."""
        said = self.ask(*words, stdin=stdin)
        assert said.status == DONE, (words, said)
        return said.data

    def refused(self, *words: str) -> list[str]:
        """Run a command that must be refused, for people too, and return the causes."""
        said = self.ask(*words)
        assert said.status == REFUSED, (words, said)
        assert said.data["ok"] is False
        for reason in said.data["reasons"]:
            assert set(reason) == {"code", "cause", "path", "text", "remedy", "acts"}
            assert reason["text"]
            assert reason["remedy"]
        told = self.say(*words)
        assert told.status == REFUSED
        assert told.out.startswith("Non eseguito:")
        return said.causes


def office_with(home: Path, database_url: str = "") -> Office:
    """Prepare an installation by its command; its settings are in the file of its home."""
    home.mkdir(parents=True, exist_ok=True)
    if database_url:
        (home / "congedo.toml").write_text(f'database_url = "{database_url}"\n', "utf-8")
    office = Office(home)
    office.done("init")
    return office
