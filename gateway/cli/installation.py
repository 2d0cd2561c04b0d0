"""Setting up an installation, and its keys."""

import time

import sqlalchemy as sa
import typer

from gateway.cli.context import Options, output_of, session
from gateway.cli.language import say
from gateway.settings import FILE
from storage.database import holds_data
from storage.encryption import LOOK_SECONDS, KeysUnusable, add_key, create_keys, drop_old_keys
from storage.rekey import rekey
from storage.upgrading import upgrade

INIT_HELP = say(
    "Prepara cartella, chiavi e base dati; ripetibile",
    "Prepare folder, keys and database; repeatable",
)

_TEMPLATE = """\
# Impostazioni di Congedo / Settings of Congedo. Vedi / see docs/operations.md
# public_url = "https://congedo.example.org"
# database_url = "postgresql+psycopg://congedo@/congedo"
# host = "127.0.0.1"
# port = 8080
# processes = 1
# trusted_proxies = 0
"""

keys = typer.Typer(no_args_is_help=True, help=say("Chiavi di cifratura", "Encryption keys"))


def init(context: typer.Context) -> None:
    """Prepare an installation."""
    options: Options = context.obj
    settings = options.settings()
    if not settings.keys.exists() and holds_data(settings.url):
        raise KeysUnusable(str(settings.keys))  # new keys would open nothing of what is there
    settings.home.mkdir(parents=True, exist_ok=True)
    file = settings.home / FILE
    if not file.exists():
        file.write_text(_TEMPLATE, "utf-8")
    create_keys(settings.keys)
    upgrade(settings.url)
    output_of(context).done(
        "Installazione pronta in {home}; le chiavi sono in {keys}: conservarne una copia altrove",
        "Installation ready in {home}; its keys are in {keys}: keep a copy elsewhere",
        home=str(settings.home),
        keys=str(settings.keys),
        database=sa.make_url(settings.url).render_as_string(),
    )


@keys.command(
    "rotate",
    help=say(
        "Aggiunge una chiave e ricifra tutto; ripetibile", "Add a key and seal everything again"
    ),
)
def rotate(
    context: typer.Context,
    keep_old: bool = typer.Option(
        False, "--keep-old", help=say("Conserva le chiavi vecchie", "Keep the old keys")
    ),
) -> None:
    """Put a new key on top, seal everything with it; drop the keys before the last.

    Running processes take the new key up by themselves, within a second; the last one stays in the
    file, for what they were sealing meanwhile, until the next rotation.
    """
    options: Options = context.obj
    settings = options.settings()
    with session(context):
        pass  # refuse to touch the keys of an installation that does not open
    add_key(settings.keys)
    time.sleep(2 * LOOK_SECONDS)
    with session(context) as work:
        rows = rekey(work.installation.store.engine, work.installation.store.cipher)
        if not keep_old:
            drop_old_keys(settings.keys, keep=2)
        work.output.done(
            "Righe ricifrate: {rows}. I processi in esecuzione usano già la chiave nuova.",
            "Rows sealed again: {rows}. The running processes use the new key already.",
            rows=rows,
        )
