"""Two installations as processes with nothing but people in them, and students who want to go."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path

from gateway.bootstrap import Installation
from gateway.demo.people import Person, numbered
from gateway.demo.sample import Request
from gateway.domain.accounts import Grant, Role
from gateway.domain.calendar import italian_day, transfer_year
from gateway.domain.identifiers import MiurCode
from tests.support.browsed_world import offer_courses
from tests.support.careers import bring, prepared_career
from tests.support.databases import Maker
from tests.support.offices import hire
from tests.support.processes import ServedWorld, make_served_world
from tests.support.universities import MONTELAGO, VALDOMBRA

OFFICE = (Role.OPERATOR, Role.COMMISSION)


@dataclass(frozen=True, slots=True)
class Leaver:
    """A student of Valdombra who may ask for a transfer: the user name, and who it is."""

    username: str
    person: Person


@contextmanager
def walked_world(
    folder: Path, maker: Maker, students: int
) -> Iterator[tuple[ServedWorld, list[Leaver]]]:
    """Yield two installations that serve, with offices at both and students at the origin."""
    served = make_served_world(folder, maker)
    try:
        world = served.steps.world
        _staff(world.origin, VALDOMBRA)
        _staff(world.destination, MONTELAGO)
        offer_courses(served.steps)
        leavers = [_leaver(served, number) for number in range(1, students + 1)]
        served.start()
        yield served, leavers
    finally:
        served.close()


def _staff(installation: Installation, university: MiurCode) -> None:
    for role in OFFICE:
        hire(installation, role.value, Grant(role, university))


def _leaver(served: ServedWorld, number: int) -> Leaver:
    """Give a student an account, and the career that the student system prepared."""
    today = italian_day(served.steps.world.clock())
    person = numbered(number)
    request = Request(
        year=transfer_year(today),
        submitted_on=today,
        available_until=today + timedelta(days=90),
        exams=6,
        student=person,
    )
    bring(served.steps, prepared_career(replace(request, attachments=())))
    username = f"studente{number}"
    hire(
        served.steps.world.origin,
        username,
        Grant(Role.STUDENT, VALDOMBRA),
        codice_fiscale=person.codice_fiscale,
    )
    return Leaver(username, person)
