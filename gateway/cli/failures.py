"""Why a command could not be carried out: what the machine says, as a sentence.

What is not named here is a fault of the program, and keeps its trace.
"""

import csv
import sqlite3
import subprocess
from typing import Any

import typer
from alembic.util import CommandError
from sqlalchemy.exc import DBAPIError, SQLAlchemyError

from gateway.cli.context import BadSettings
from gateway.cli.language import LANGUAGE, say
from gateway.texts.causes import remedy, sentence
from gateway.texts.machine import database_error, system_error
from gateway.usecases.connector_ports import SystemUnavailable
from gateway.usecases.ports import ConcurrentChange, StoreUnavailable
from gateway.wsse.libraries import MixedLibraries
from storage.database import CannotBackUp, CannotRestore, NoDatabase
from storage.encryption import KeysUnusable, Unreadable

MISUSE: type[Any] = typer.BadParameter.__bases__[0]
"""What typer raises for a line that is no command; it gives the class no name of its own."""

EXPECTED = (
    BadSettings,
    CannotBackUp,
    CannotRestore,
    CommandError,
    ConcurrentChange,
    KeysUnusable,
    MixedLibraries,
    OSError,
    SQLAlchemyError,
    StoreUnavailable,
    UnicodeError,
    Unreadable,
    csv.Error,
    sqlite3.Error,
    subprocess.SubprocessError,
)


def explain(error: Exception) -> str:
    """Return what to tell of an expected error; never a value of somebody's data."""
    match error:
        case OSError():
            return system_error(error, LANGUAGE)
        case DBAPIError():
            return database_error(error.orig or error, LANGUAGE)
        case sqlite3.Error():
            return database_error(error, LANGUAGE)
        case SystemUnavailable():
            return f"{sentence(error.reason, LANGUAGE)}. {remedy(error.reason, LANGUAGE)}"
        case StoreUnavailable() if isinstance(error.__cause__, DBAPIError):
            return explain(error.__cause__)
        case MixedLibraries():
            return say(
                "lxml e xmlsec portano libxml2 di versioni diverse ({versions}): insieme possono"
                " guastare la memoria; installare le versioni di requirements.lock",
                "lxml and xmlsec bring different versions of libxml2 ({versions}): together they"
                " can corrupt memory; install the versions of requirements.lock",
                versions=str(error),
            )
        case _:
            return _sentence(error)


def _sentence(error: Exception) -> str:
    match error:
        case BadSettings() | SQLAlchemyError() | CommandError():
            return str(error).strip().splitlines()[0]
        case NoDatabase():
            return say(
                "la base dati {file} non esiste", "there is no database {file}", file=str(error)
            )
        case CannotBackUp() | CannotRestore() | subprocess.SubprocessError():
            return str(error)
        case KeysUnusable():
            return say(
                "chiavi mancanti o illeggibili: {file}; rimettere il file delle chiavi di questa"
                " installazione (congedo init le crea solo per una base dati vuota)",
                "keys missing or unreadable: {file}; put back the key file of this installation"
                " (congedo init makes new ones for an empty database only)",
                file=str(error),
            )
        case Unreadable():
            return say(
                "i dati non si aprono con queste chiavi: rimettere le chiavi"
                " dell'installazione che li ha scritti",
                "the data do not open with these keys: put back the keys of the installation"
                " that wrote them",
            )
        case StoreUnavailable():
            return say("la base dati non risponde", "the database does not answer")
        case ConcurrentChange():
            return say(
                "qualcun altro ha cambiato la stessa cosa nel frattempo: ripetere il comando",
                "somebody else changed the same thing meanwhile: give the command again",
            )
        case _:
            return say("il file non è un testo leggibile", "the file is no readable text")
