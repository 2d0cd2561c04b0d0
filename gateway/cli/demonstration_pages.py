"""The demonstration at the pages: people, practices, addresses, and a table that tells all."""

from rich.console import Console
from rich.table import Table
from rich.text import Text as Shown

from gateway.bootstrap import Installation, now
from gateway.cli.language import LANGUAGE, say
from gateway.demo import points
from gateway.demo.accounts import PASSWORD, UNIVERSITIES, seats_at
from gateway.demo.installations import Place
from gateway.demo.story import Stage
from gateway.settings import Settings
from gateway.soap.passwords import hash_password
from gateway.texts import Text


def open_pages(stage: Stage, console: Console) -> None:
    """Prepare practices and people, and tell where to go."""
    console.print(say("\nPreparo le pagine…", "\nPreparing the pages…"), highlight=False)
    made = points.prepare(stage)
    give_careers(stage)
    for university, place in zip(UNIVERSITIES, (stage.origin, stage.destination), strict=True):
        hire(university, place)
    tell(stage, made, console)


def hire(university: str, place: Place) -> None:
    """Give everybody of a university an account."""
    hashed = hash_password(PASSWORD)
    installation = Installation(Settings(home=place.home))
    try:
        accounts = installation.store.accounts
        for seat in seats_at(university):
            if accounts.by_username(seat.username) is None:
                accounts.save(seat.account(university, hashed), now())
    finally:
        installation.close()


def give_careers(stage: Stage) -> None:
    """Import the newcomer's career, which she may ask for a transfer with."""
    stage.at(stage.origin, "career", "import", str(points.career_file(stage.folder)))


def tell(stage: Stage, made: list[tuple[str, Text]], console: Console) -> None:
    """Print addresses, accounts and practices."""
    console.print()
    title = say(
        "DIMOSTRAZIONE: persone inventate, una sola password: {password}",
        "DEMONSTRATION: invented people, one password: {password}",
        password=PASSWORD,
    )
    console.print(title, style="bold", markup=False, highlight=False)
    # Cookies know hosts, not ports: under two names a browser can be signed in at both.
    for university, address, name in (
        (
            UNIVERSITIES[0],
            stage.origin.address,
            say("Valdombra (provenienza)", "Valdombra (origin)"),
        ),
        (
            UNIVERSITIES[1],
            stage.destination.address.replace("127.0.0.1", "localhost"),
            say("Montelago (destinazione)", "Montelago (destination)"),
        ),
    ):
        table = Table(title=Shown(f"{name}: {address}/"), title_justify="left")
        for heading in (say("nome utente", "user name"), say("chi", "who"), say("ruolo", "role")):
            table.add_column(heading)
        for seat in seats_at(university):
            table.add_row(seat.username, seat.name, seat.what.say(LANGUAGE))
        console.print(table)
    table = Table(title=Shown(say("Pratiche pronte", "Practices ready")), title_justify="left")
    table.add_column("IdPratica")
    table.add_column(say("a che punto è", "where it stands"))
    for practice, what in made:
        table.add_row(practice, what.say(LANGUAGE))
    console.print(table)
    _tell_token(stage, made, console)


def _tell_token(stage: Stage, made: list[tuple[str, Text]], console: Console) -> None:
    """Print with what the student at the door of the destination enrols."""
    practice = made[6][0]
    person, token = points.student_at_the_door(stage, practice)
    console.print(
        say(
            "Per immatricolarsi a Montelago: codice fiscale {person}, token {token}",
            "To enrol at Montelago: codice fiscale {person}, token {token}",
            person=person,
            token=token,
        ),
        markup=False,
        highlight=False,
        soft_wrap=True,
    )
