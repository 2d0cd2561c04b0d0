"""An origin and a destination led by commands; their messages are carried by hand."""

import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

from pypdf import PdfWriter

from gateway.bootstrap import Installation, now
from gateway.demo.people import FIORELLA
from gateway.demo.sample import Request, foglio
from gateway.domain.calendar import italian_day, transfer_year
from gateway.settings import Settings
from tests.support.cli import Office, office_with
from tests.support.network import WsgiNetwork
from tests.support.transfers import Steps
from tests.support.universities import SECRET, World

ORIGIN, DESTINATION = "91", "92"
TODAY: date = italian_day(datetime.now(UTC))
YEAR = transfer_year(TODAY)
COURSE, OTHER, CLOSED, LIMITED = (f"09202073024000{n}" for n in ("01", "02", "03", "10"))
CODICE_FISCALE = FIORELLA.codice_fiscale
HEADER = "Cod_Tipo_Facolta;Desc_Tipo_Facolta;Codice;Descrizione;TipoDiCorso;Scadenza;NumeroChiuso"


def the_request(**changes: Any) -> Request:
    """Return what Fiorella asks today, with a short career."""
    made = Request(
        year=YEAR, submitted_on=TODAY, available_until=TODAY + timedelta(days=90), exams=6
    )
    return replace(made, **changes)


def write_foglio(folder: Path, name: str = "foglio.xml", **changes: Any) -> str:
    """Write a foglio and return its path."""
    file = folder / name
    file.write_bytes(foglio(the_request(**changes)))
    return str(file)


def write_pdf(folder: Path, name: str) -> str:
    """Write a sound PDF of one page and return its path."""
    folder.mkdir(exist_ok=True)
    file = folder / f"{name}.pdf"
    writer = PdfWriter()
    writer.add_blank_page(width=595, height=842)
    with file.open("wb") as target:
        writer.write(target)
    return str(file)


def write_courses(folder: Path) -> str:
    """Write an offer: two open courses, one whose day has passed, one with limited access."""
    far, past = ((TODAY + timedelta(days=days)).strftime("%d/%m/%Y") for days in (60, -10))
    lines = (
        f"06;Ingegneria;{COURSE};Ingegneria informatica;LT;{far};NO",
        f"06;Ingegneria;{OTHER};Ingegneria dell'automazione;LT;{far};NO",
        f"06;Ingegneria;{CLOSED};Ingegneria gestionale;LT;{past};NO",
        f"07;Architettura;{LIMITED};Architettura;TU;{far};SI",
    )
    file = folder / "corsi.csv"
    file.write_text("\n".join((HEADER, *lines, "")), "utf-8")
    return str(file)


@dataclass(frozen=True, slots=True)
class Pair:
    """Two offices, and a folder for their files."""

    folder: Path
    origin: Office
    destination: Office
    carry: Callable[[], None]
    """Carries what waits, as the workers would, until nothing does."""


def introduce(origin: Office, destination: Office) -> None:
    """Let each host its university and know the other, by commands."""
    names = (("Università di Valdombra", "UNIVAL"), ("Politecnico di Montelago", "POLIMON"))
    here = ((origin, ORIGIN), (destination, DESTINATION))
    for (office, code), (name, prefix) in zip(here, names, strict=True):
        office.done("university", "add", code, "--name", name, "--prefix", prefix)
    for office, code, other, host in (
        (origin, ORIGIN, DESTINATION, "destination"),
        (destination, DESTINATION, ORIGIN, "origin"),
    ):
        office.done(
            "partner", "add", other,
            "--destination-url", f"http://{host}/soap/{other}/destinazione",
            "--origin-url", f"http://{host}/soap/{other}/provenienza",
            "--username-in", f"ateneo-{other}", "--password-in", SECRET,
            "--username-out", f"ateneo-{code}", "--password-out", SECRET,
        )  # fmt: skip


def _world(origin: Office, destination: Office) -> World:
    """Open both installations, with a wire between them."""
    wire = WsgiNetwork()
    one, two = (
        Installation(Settings(home=office.home, threads=2, delivery_slots=2), transport=wire)
        for office in (origin, destination)
    )
    wire.hosts["origin"], wire.hosts["destination"] = one.wsgi(), two.wsgi()
    return World(now, wire, one, two)  # type: ignore[arg-type]


@contextmanager
def joined(folder: Path, origin: Office, destination: Office) -> Iterator[Pair]:
    """Yield two introduced offices; they are opened when something is first carried."""
    worlds: list[World] = []

    def carry() -> None:
        if not worlds:
            worlds.append(_world(origin, destination))
        (world,) = worlds
        for installation in (world.origin, world.destination):
            installation.store.forget()  # a change by command is felt at once
        Steps(world).deliver_all()

    yield Pair(folder, origin, destination, carry)
    for world in worlds:
        world.close()


def make_offices(folder: Path, urls: tuple[str, str] = ("", "")) -> tuple[Office, Office]:
    """Prepare and introduce two offices."""
    origin, destination = (
        office_with(folder / name, url)
        for name, url in zip(("origin", "destination"), urls, strict=True)
    )
    introduce(origin, destination)
    return origin, destination


def copy_offices(source: Path, folder: Path) -> tuple[Office, Office]:
    """Copy two offices on SQLite, as they stand."""
    for name in ("origin", "destination"):
        shutil.copytree(source / name, folder / name)
    return Office(folder / "origin"), Office(folder / "destination")


def sent(pair: Pair, **changes: Any) -> str:
    """Bring a request from the draft to the destination, by commands; return its identifier."""
    practice = ready(pair, **changes)
    pair.origin.done("transfer", "send", practice)
    pair.carry()
    return practice


def ready(pair: Pair, **changes: Any) -> str:
    """Bring a request to elaborata, by commands; return its identifier."""
    practice = drafted(pair, **changes)
    pair.origin.done("transfer", "confirm", practice)
    pair.origin.done("transfer", "process", practice)
    pair.origin.done("transfer", "clear", practice, "library", "--why", "verificato")
    return practice


def drafted(pair: Pair, **changes: Any) -> str:
    """Return the identifier of a draft."""
    file = write_foglio(pair.folder, **changes)
    return str(pair.origin.done("transfer", "draft", file)["id_pratica"])


def confirmed(pair: Pair) -> str:
    """Return the identifier of a request just confirmed."""
    practice = drafted(pair)
    pair.origin.done("transfer", "confirm", practice)
    return practice
