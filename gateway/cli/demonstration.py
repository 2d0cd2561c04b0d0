"""The demonstration: two universities exchange a student, told step by step."""

import subprocess
import time
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import typer
from rich.console import Console
from rich.table import Table
from rich.text import Text

from gateway.cli.demonstration_pages import open_pages
from gateway.cli.language import say
from gateway.cli.output import UNUSABLE, shown
from gateway.demo import registry_story, story
from gateway.demo.installations import (
    MARK,
    PIDS,
    Place,
    end_of,
    free_port,
    prepare,
    start,
    stop_all,
    wait_ready,
)
from gateway.demo.story import Stage
from gateway.domain.calendar import ITALY

HELP = say("Due atenei si scambiano uno studente", "Two universities exchange a student")


def demo(
    folder: Path = typer.Option(
        Path("congedo-demo"), "--folder", help=say("Cartella di lavoro", "Working folder")
    ),
    keep: bool = typer.Option(
        False, "--keep", help=say("Lascia attive le installazioni", "Leave them running")
    ),
    pages: bool = typer.Option(
        False,
        "--pages",
        help=say(
            "Senza racconto: subito alle pagine, con pratiche a ogni punto; restano attive",
            "No story: straight to the pages, with practices at every point; they stay on",
        ),
    ),
    stop: bool = typer.Option(
        False, "--stop", help=say("Ferma quelle lasciate attive", "Stop those left running")
    ),
) -> None:
    """Run the demonstration; everything it made stays in the folder."""
    console = Console(width=100, emoji=False)
    stopped = stop_all(folder)
    if stop:
        console.print(say("Fermate: {n}", "Stopped: {n}", n=str(stopped)), highlight=False)
        return
    began = time.monotonic()
    _prepare(folder)
    stage = Stage(
        folder,
        Place(folder / "provenienza", free_port(8091)),
        Place(folder / "destinazione", free_port(8092)),
        Place(folder / "ministero", free_port(8099)),
        _runner(),
        _teller(console),
    )
    _play(stage, console, not pages)
    console.print(
        say(
            "\nTutto è in {folder}: le basi dati, i messaggi scambiati, i file. ({seconds} s)",
            "\nEverything is in {folder}: the databases, the messages, the files. ({seconds} s)",
            folder=str(folder),
            seconds=f"{time.monotonic() - began:.1f}",
        ),
        markup=False,
        highlight=False,
        soft_wrap=True,
    )
    if keep or pages:
        _open_pages(stage, console)
        _tell_addresses(stage, console)
    else:
        stop_all(folder)


def _open_pages(stage: Stage, console: Console) -> None:
    """Prepare what people click through; whoever is here when it fails is not left with servers."""
    try:
        open_pages(stage, console)
    except BaseException:
        stop_all(stage.folder)
        raise


def _tell_addresses(stage: Stage, console: Console) -> None:
    console.print(
        say(
            "Le installazioni restano attive: {a}  {b}  {c}\nPer fermarle: congedo demo --stop",
            "The installations go on: {a}  {b}  {c}\nTo stop them: congedo demo --stop",
            a=stage.origin.address,
            b=stage.destination.address,
            c=stage.registry.address,
        ),
        markup=False,
        soft_wrap=True,
    )


def _prepare(folder: Path) -> None:
    """Make the folder, unless somebody else's things are in it."""
    try:
        prepare(folder)
    except FileExistsError as error:
        raise typer.BadParameter(
            say(
                "la cartella {folder} contiene altro (manca {mark}): indicarne una vuota o nuova",
                "the folder {folder} holds other things (no {mark}): name an empty or a new one",
                folder=str(folder),
                mark=MARK,
            ),
            param_hint="--folder",
        ) from error


def _runner() -> Callable[[list[str]], int]:
    from gateway.cli.app import run  # noqa: PLC0415  the demonstration uses the commands above it

    return run


def _teller(console: Console) -> Callable[[str, str, str], None]:
    numbers = iter(range(1, 100))

    def tell(it: str, en: str, detail: str) -> None:
        title = f"{next(numbers):>2}. {say(it, en)}"
        console.print(title, style="bold", highlight=False, markup=False)
        for line in detail.splitlines():
            console.print(f"    {line}", style="dim", highlight=False, markup=False)

    return tell


def _play(stage: Stage, console: Console, story_too: bool) -> None:
    console.print(
        say(
            "[bold]Congedo[/]: una studentessa passa da Valdombra a Montelago",
            "[bold]Congedo[/]: a student moves from Valdombra to Montelago",
        )
    )
    story.set_up(stage)
    processes = [_start(stage, place) for place in (stage.origin, stage.destination)]
    registry_story.set_up_registry(stage)
    try:
        for place, process in zip((stage.origin, stage.destination), processes, strict=True):
            _await(stage, place, process, console)
        if not story_too:
            _await(stage, stage.registry, _start(stage, stage.registry), console)
            return
        practice = story.draft_and_send(stage)
        token = story.token_and_completion(stage, practice)
        registry_story.titles_while_down(stage, practice)
        registry = _start(stage, stage.registry)
        story.revision(stage, practice)
        _await(stage, stage.registry, registry, console)
        registry_story.titles_once_back(stage, practice)
        story.enrolment_to_close(stage, practice, token)
        story.repeat_and_refusal(stage)
        _finish(stage, practice, console)
    except BaseException:
        stop_all(stage.folder)
        raise


def _start(stage: Stage, place: Place) -> "subprocess.Popen[bytes]":
    """Start an installation, and note its process for who stops them all."""
    process = start(place, stage.folder / f"{place.home.name}.log")
    with (stage.folder / PIDS).open("a", encoding="ascii") as pids:
        pids.write(f"{process.pid}\n")
    return process


def _await(
    stage: Stage, place: Place, process: "subprocess.Popen[bytes]", console: Console
) -> None:
    """Wait until an installation serves; where it never does, print the end of its log."""
    try:
        wait_ready(place, process)
    except TimeoutError as error:
        log = stage.folder / f"{place.home.name}.log"
        console.print(
            say(
                "{home} non si è avviata. La fine di {log}:",
                "{home} has not started. The end of {log}:",
                home=str(place.home),
                log=str(log),
            ),
            markup=False,
            soft_wrap=True,
        )
        console.print(end_of(log), markup=False, highlight=False, soft_wrap=True)
        raise typer.Exit(UNUSABLE) from error


def _finish(stage: Stage, practice: str, console: Console) -> None:
    """Print one timeline with both sides' steps, and write the messages to the folder."""
    stage.at(stage.origin, "transfer", "refresh", practice)
    data = stage.wait(
        stage.origin,
        ("transfer", "show", practice),
        lambda shown_now: any(row["state"] == "COMPLETATA" for row in shown_now["timeline"]),
    )
    stage.at(stage.origin, "journal", "export", str(stage.folder / "messaggi"), practice)
    table = Table(title=Text(practice), title_justify="left")
    for name in (
        say("quando", "when"),
        say("provenienza", "origin"),
        say("destinazione", "destination"),
    ):
        table.add_column(name)
    for row in data["timeline"]:
        state = shown(row["state"]).lower()
        left, right = (state, "") if row["side"] == "origin" else ("", state)
        table.add_row(_clock(row["at"]), Text(left), Text(right))
    console.print(table)


def _clock(text: str) -> str:
    return datetime.fromisoformat(text).astimezone(ITALY).strftime("%d/%m %H:%M:%S")
