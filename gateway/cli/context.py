"""What every command works with: the installation it opened, who acts, where it prints."""

import getpass
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import typer
from rich.console import Console

from gateway.bootstrap import Installation
from gateway.cli.language import say
from gateway.cli.output import UNUSABLE, Output
from gateway.domain.identifiers import MiurCode, parse_miur_code
from gateway.domain.lifecycle import Actor, Party
from gateway.domain.partners import University
from gateway.domain.rejections import Cause, refuse
from gateway.settings import Settings
from storage.database import NotMigrated, check_migrated
from storage.encryption import KeysUnusable

_FILE_WIDTH = 140


@dataclass(frozen=True, slots=True)
class Options:
    """The options that stand before every command."""

    home: Path | None
    as_json: bool

    def settings(self) -> Settings:
        """Return the settings of the installation named."""
        return Settings(home=self.home) if self.home else Settings()


@dataclass(frozen=True, slots=True)
class Session:
    """A command at work."""

    installation: Installation
    output: Output

    def university(self, code: str) -> University:
        """Return the hosted university named, or the only one there is.

        Raises:
            Rejection: it is not hosted, or there are many and none is named.
        """
        if code:
            found = self.installation.store.university(parse_miur_code(code, "--university"))
            if found is None:
                raise refuse(Cause.UNIVERSITY_UNKNOWN, university=code)
            return found
        hosted = self.installation.store.universities()
        if len(hosted) != 1:
            raise refuse(Cause.PARAMETER_INVALID, "--university")
        return hosted[0]


def output_of(context: typer.Context) -> Output:
    """Return where a command prints."""
    options: Options = context.obj
    terminal = Console()
    width = terminal.width if terminal.is_terminal else _FILE_WIDTH
    return Output(options.as_json, Console(soft_wrap=options.as_json, width=width))


@contextmanager
def session(context: typer.Context) -> Iterator[Session]:
    """Open the installation for a command.

    Raises:
        typer.Exit: it cannot be opened; what must be done is printed.
    """
    options: Options = context.obj
    output = output_of(context)
    try:
        installation = Installation(options.settings())
        check_migrated(installation.store.reader)
    except KeysUnusable as error:
        output.console.print(
            say(
                "Installazione non trovata o chiavi illeggibili ({path}): eseguire congedo init",
                "No installation here, or keys unreadable ({path}): run congedo init",
                path=str(error),
            )
        )
        raise typer.Exit(UNUSABLE) from error
    except NotMigrated as error:
        output.console.print(
            say(
                "La base dati va aggiornata ({what}): eseguire congedo db upgrade",
                "The database must be upgraded ({what}): run congedo db upgrade",
                what=str(error),
            )
        )
        raise typer.Exit(UNUSABLE) from error
    try:
        yield Session(installation, output)
    finally:
        installation.close()


def actor(party: Party) -> Actor:
    """Return who acts: the user of the machine, in a capacity."""
    return Actor(party, getpass.getuser())


def partner_code(text: str) -> MiurCode:
    """Return a partner's code as typed."""
    return parse_miur_code(text, "partner")


UNIVERSITY = typer.Option(
    "", "--university", "-u", help=say("Codice MIUR dell'ateneo ospitato", "Hosted university")
)
