"""A world with a third installation that plays the national registry of titles."""

from dataclasses import dataclass, replace
from datetime import date, datetime
from pathlib import Path
from typing import Any

from gateway.bootstrap import Installation
from gateway.demo.people import FIORELLA
from gateway.demo.sample import Request
from gateway.domain.identifiers import CodiceFiscale, IdPratica, MiurCode
from gateway.domain.partners import University
from gateway.domain.registry import TitleRegistry
from gateway.domain.titles import SchoolDiploma, Title, UniversityTitle
from gateway.domain.verifications import CheckedTitle, Verification, VerificationState
from tests.support.databases import Maker
from tests.support.network import Application
from tests.support.transfers import Steps
from tests.support.universities import (
    DESTINATION,
    MONTELAGO,
    SECRET,
    VALDOMBRA,
    introduce,
    make_home,
    partner_of,
)

MINISTRY = University(
    code=MiurCode("99"),
    name="Ministero di prova",
    name_en="Test ministry",
    practice_prefix="MINIST",
)
STUDENT = CodiceFiscale(FIORELLA.codice_fiscale)
REQUEST = Request(exams=2, degree=True)
DEGREE = UniversityTitle(
    codice_fiscale=STUDENT,
    university="093",
    classe="10010",
    degree_type="LT",
    awarded_on=date(2025, 7, 15),
    academic_year=2024,
    grade="110L",
)
DIPLOMA = SchoolDiploma(
    codice_fiscale=STUDENT, school="1234567", year=2022, grade="94", diploma_type="1002"
)


@dataclass
class RegistryWorld:
    """Steps of a world, and the installation that plays the registry."""

    steps: Steps
    ministry: Installation
    application: Application

    def up(self) -> None:
        """The registry answers."""
        self.steps.world.network.hosts["ministero"] = self.application

    def down(self) -> None:
        """The registry is gone."""
        self.steps.world.network.hosts.pop("ministero", None)

    def keep(self, *titles: Title) -> None:
        """Let the registry have titles."""
        with self.ministry.store.open_uow(MINISTRY.code) as uow:
            uow.titles.add(titles, 0, self.steps.world.clock())
            uow.commit()

    def verification(self, practice: IdPratica) -> Verification:
        """Return the verification of a practice at the destination."""
        found = self.steps.destination(lambda uow: uow.verifications.of(VALDOMBRA, practice))
        assert found is not None
        return found

    def titles(self, practice: IdPratica) -> list[CheckedTitle]:
        """Return its titles."""
        return list(
            self.steps.destination(lambda uow: uow.verifications.titles(VALDOMBRA, practice))
        )

    def verify_due(self) -> int:
        """Run the verifications whose time has come, as the worker would; return how many."""
        world = self.steps.world
        now = world.clock()

        def due(uow: Any) -> list[Verification]:
            forgotten = uow.verifications.forgotten(datetime.max.replace(tzinfo=now.tzinfo), 100)
            return [item for item in forgotten if item.next_at <= now]

        waiting = self.steps.destination(due)
        for item in waiting:
            assert item.state is VerificationState.WAITING
            world.destination.verify(MONTELAGO, item.verification_id, item.attempts + 1)
        return len(waiting)

    def close(self) -> None:
        """Let go of the registry."""
        self.ministry.close()


def make_registry_world(steps: Steps, folder: Path, maker: Maker, **changes: Any) -> RegistryWorld:
    """Add a registry to a world, known to the destination as its own."""
    world = steps.world
    home = make_home(folder / "ministero", maker, threads=4)
    ministry = Installation(home, clock=world.clock, transport=world.network)
    introduce(ministry, MINISTRY)
    with ministry.store.open_uow(MINISTRY.code) as uow:
        partner = partner_of(DESTINATION, "destination", MINISTRY.code)
        uow.partners.save(replace(partner, may_look_up=True, egov=bool(changes.get("egov"))))
        uow.commit()
    record = TitleRegistry(
        name="Ministero di prova",
        titles_url="http://ministero/soap/ans/titoli",
        diplomas_url="http://ministero/soap/ans/diplomi",
        username=f"ateneo-{MONTELAGO}",
        password=SECRET,
    )
    with world.destination.store.open_uow(MONTELAGO) as uow:
        uow.registry.save(replace(record, **changes))
        uow.commit()
    made = RegistryWorld(steps, ministry, ministry.wsgi())
    made.up()
    return made
