"""Two installations as processes, with people and practices at every point, for browsers."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

from gateway.bootstrap import Installation
from gateway.demo.people import FIORELLA, numbered
from gateway.demo.sample import Request
from gateway.domain.accounts import EVERYWHERE, Grant, Role
from gateway.domain.calendar import italian_day, transfer_year
from gateway.domain.identifiers import IdPratica, MiurCode
from gateway.domain.offers import Course, Offer
from storage.unit_of_work import SqlUnitOfWork
from tests.support.databases import Maker
from tests.support.offices import hire
from tests.support.processes import ServedWorld, make_served_world
from tests.support.transfers import Steps
from tests.support.universities import MONTELAGO, VALDOMBRA

COURSE = "0920207302400001"


@contextmanager
def browsed_world(folder: Path, maker: Maker) -> Iterator[ServedWorld]:
    """Yield two installations that serve, with accounts of every role and practices."""
    served = make_served_world(folder, maker)
    try:
        _connect(served)
        people_at(served.steps.world.origin, VALDOMBRA)
        people_at(served.steps.world.destination, MONTELAGO)
        offer_courses(served.steps)
        served.practices = practices(served.steps)
        served.start()
        yield served
    finally:
        served.close()


def _connect(served: ServedWorld) -> None:
    """Let the driver carry messages before the processes are there."""
    world = served.steps.world
    for process, installation in (
        (served.origin, world.origin),
        (served.destination, world.destination),
    ):
        world.network.hosts[f"127.0.0.1:{process.port}"] = installation.wsgi()
        installation.__dict__.pop("transport", None)
        installation._transport = world.network


def people_at(installation: Installation, university: MiurCode) -> None:
    """Give every role its person: their name is the role's."""
    for role in Role:
        where = EVERYWHERE if role is Role.SYSTEM else university
        student = FIORELLA.codice_fiscale if role is Role.STUDENT else ""
        hire(installation, role.value, Grant(role, where), codice_fiscale=student)


def offer_courses(steps: Steps) -> None:
    """Let the destination offer three courses of two faculties."""
    now = steps.world.clock()
    today = italian_day(now)

    def publish(uow: SqlUnitOfWork) -> None:
        courses = tuple(
            Course(
                faculty_code=faculty,
                faculty_name=name,
                code=f"09202073024000{number:02}",
                name=course,
                kind="LT",
                deadline=today + timedelta(days=90),
                limited_access=number > 2,
            )
            for number, (faculty, name, course) in enumerate(
                (
                    ("06", "Ingegneria", "Ingegneria informatica"),
                    ("06", "Ingegneria", "Ingegneria dell'automazione"),
                    ("07", "Architettura", "Architettura"),
                ),
                1,
            )
        )
        offer = Offer(transfer_year(today), courses, now)
        uow.offers.publish(offer)

    steps.destination(publish)


def practices(steps: Steps) -> list[IdPratica]:
    """Bring one practice to each interesting point."""
    today = italian_day(steps.world.clock())

    def request(number: int) -> Request:
        return Request(
            year=transfer_year(today),
            submitted_on=today,
            available_until=today + timedelta(days=90),
            exams=6,
            student=numbered(number) if number else FIORELLA,
        )

    made = [steps.draft(request(1)), steps.ready(request(2))]
    sent = [steps.sent(request(number)) for number in range(3, 10)]
    steps.ask_revision(sent[0])
    for practice in sent[1:5]:
        steps.authorise_enrolment(practice)
    for practice in sent[2:5]:
        steps.enrol(practice, COURSE)
    for practice in sent[3:5]:
        steps.evaluate(practice)
    steps.decide(sent[4])
    steps.complete(sent[4])
    steps.refuse(sent[5])
    steps.ask_cancellation(sent[6])
    own = steps.sent(replace(request(0), notes="Vorrei cominciare il secondo semestre"))
    steps.deliver_all()
    return [*made, *sent, own]
