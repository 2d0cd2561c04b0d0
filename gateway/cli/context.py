"""What every command works with: the installation it opened, who acts, where it prints."""

import getpass
import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import typer
from pydantic import ValidationError
from rich.console import Console

from gateway.bootstrap import Installation
from gateway.cli.language import say
from gateway.cli.output import UNUSABLE, Output
from gateway.domain.identifiers import MiurCode, parse_miur_code
from gateway.domain.lifecycle import Actor, Party
from gateway.domain.partners import University
from gateway.domain.rejections import Cause, refuse
from gateway.settings import FILE, Settings, default_home
from storage.database import NotMigrated, check_migrated, newest_form, revisions
from storage.encryption import KeysUnusable

_FILE_WIDTH = 140
_TOML_LINE = re.compile(r"\(at line (\d+)")
_NEEDS = {
    "proxy_user_secret": (
        "con proxy_user_header ci vuole il segreto del proxy che fa entrare",
        "proxy_user_header wants the secret of the proxy that signs people in",
    ),
    "tls_key": (
        "tls_certificate e tls_key vanno insieme",
        "tls_certificate and tls_key go together",
    ),
}
_WORD = re.compile(r"\s*([A-Za-z_][\w-]*)")


class BadSettings(Exception):  # noqa: N818  names what the operator must mend
    """The settings do not hold; says which, never with their values."""


@dataclass(frozen=True, slots=True)
class Options:
    """The options that stand before every command."""

    home: Path | None
    as_json: bool

    def settings(self) -> Settings:
        """Return the settings of the installation named.

        Raises:
            BadSettings: they do not hold.
        """
        try:
            return Settings(home=self.home) if self.home else Settings()
        except ValidationError as error:
            wrong = _unfit(error)
        except ValueError as error:
            wrong = _unreadable(self.home or default_home(), error)
        raise BadSettings(
            say(
                "impostazioni sbagliate o sconosciute, nell'ambiente o in {file}: {wrong}",
                "settings wrong or unknown, in the environment or in {file}: {wrong}",
                file=str((self.home or default_home()) / FILE),
                wrong=wrong,
            )
        )


def _unfit(error: ValidationError) -> str:
    """Return which settings are wrong, and what one lacks that is right by itself; no values."""
    faults = {str(fault["loc"][0]): fault["type"] for fault in error.errors() if fault["loc"]}
    found = []
    for name, kind in sorted(faults.items()):
        needs = _NEEDS.get(name) if kind == "value_error" else None
        why = f": {say(*needs)}" if needs else ""
        found.append(f"{name} (CONGEDO_{name.upper()}){why}")
    return ", ".join(found)


def _unreadable(home: Path, error: ValueError) -> str:
    """Return where a settings file is no TOML, by its line and its first word."""
    found = _TOML_LINE.search(str(error))
    if found is None:
        return say("il file non si può leggere", "the file cannot be read")
    number = int(found.group(1))
    line = (home / FILE).read_text("utf-8").splitlines()[number - 1 : number]
    word = _WORD.match(line[0]) if line else None
    said = say("riga {number}", "line {number}", number=str(number))
    return f"{said} ({word.group(1)}…)" if word else said


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
            why = "many_hosted" if hosted else "none_hosted"
            raise refuse(Cause.PARAMETER_INVALID, "--university", why=why)
        return hosted[0]


def output_of(context: typer.Context) -> Output:
    """Return where a command prints."""
    options: Options = context.obj
    terminal = Console()
    width = terminal.width if terminal.is_terminal else _FILE_WIDTH
    return Output(options.as_json, Console(soft_wrap=options.as_json, width=width, emoji=False))


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
    except KeysUnusable as error:
        output.failed(
            say(
                "Installazione non trovata o chiavi illeggibili ({path}): eseguire congedo init",
                "No installation here, or keys unreadable ({path}): run congedo init",
                path=str(error),
            )
        )
        raise typer.Exit(UNUSABLE) from error
    try:
        check_migrated(installation.store.reader)
        yield Session(installation, output)
    except NotMigrated as error:
        output.failed(_form(*revisions(installation.store.reader)))
        raise typer.Exit(UNUSABLE) from error
    finally:
        installation.close()


def _form(current: str | None, newest: str) -> str:
    """Return what must be done about a database of another form than the program's."""
    if current and current > newest:
        return newer_form(current)
    return say(
        "La base dati va aggiornata ({current} -> {newest}): eseguire congedo db upgrade",
        "The database must be upgraded ({current} -> {newest}): run congedo db upgrade",
        current=current or "-",
        newest=newest,
    )


def newer_form(current: str) -> str:
    """Return what must be done about a database that is newer than the program."""
    return say(
        "La base dati è di una versione più recente del programma ({current}, qui {newest}):"
        " aggiornare il programma",
        "The database is newer than the program ({current}, here {newest}): upgrade the program",
        current=current,
        newest=newest_form(),
    )


def actor(party: Party) -> Actor:
    """Return who acts: the user of the machine, in a capacity."""
    try:
        name = getpass.getuser()
    except (OSError, KeyError, ImportError):  # a number without a name, as in containers
        name = f"uid {os.getuid()}"
    return Actor(party, name)


def partner_code(text: str) -> MiurCode:
    """Return a partner's code as typed."""
    return parse_miur_code(text, "partner")
