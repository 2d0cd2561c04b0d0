"""Invented universities, and installations that host them."""

from dataclasses import dataclass, replace
from pathlib import Path

from gateway.bootstrap import Installation
from gateway.domain.identifiers import MiurCode
from gateway.domain.partners import Partner, University
from gateway.domain.security import Limits
from gateway.domain.terms import SendingMode, TransmissionTerms
from gateway.domain.tokens import TokenMode
from gateway.settings import Settings
from gateway.soap.passwords import hash_password
from storage.encryption import create_keys
from tests.support.clock import HandClock
from tests.support.databases import Maker
from tests.support.network import WsgiNetwork, served

VALDOMBRA = MiurCode("91")
MONTELAGO = MiurCode("92")
ROCCASOLE = MiurCode("93")
UNHURRIED = Limits(per_minute=1_000_000, burst=1_000_000, concurrent=256)
"""Tests call more in a second than an office in a day; limits have tests of their own."""
SECRET = "segreto-di-prova"
SECRET_HASH = hash_password(SECRET)
IMMEDIATE = TransmissionTerms(SendingMode.COMPLETE, TokenMode.IMMEDIATE)
DEFERRED_PARTIAL = TransmissionTerms(SendingMode.PARTIAL, TokenMode.DEFERRED, career_days=30)

ORIGIN = University(
    code=VALDOMBRA,
    name="Università degli Studi di Valdombra",
    name_en="University of Valdombra",
    practice_prefix="UNIVAL",
)
DESTINATION = University(
    code=MONTELAGO,
    name="Politecnico di Montelago",
    name_en="Montelago Polytechnic",
    practice_prefix="POLIMON",
    terms=IMMEDIATE,
)
THIRD = University(
    code=ROCCASOLE,
    name="Università di Roccasole",
    name_en="University of Roccasole",
    practice_prefix="UNIROC",
)


def make_home(home: Path, maker: Maker, **settings: object) -> Settings:
    """Create an installation's folder, keys and database."""
    made = Settings(home=home, database_url=maker.make(home), **settings)
    create_keys(made.keys)
    return made


def partner_of(university: University, host: str, us: MiurCode) -> Partner:
    """Return ``university`` as a partner at ``host``; we call it as ``us``."""
    return Partner(
        code=university.code,
        name=university.name,
        destination_url=f"http://{host}/soap/{university.code}/destinazione",
        origin_url=f"http://{host}/soap/{university.code}/provenienza",
        username_in=f"ateneo-{university.code}",
        password_hash=SECRET_HASH,
        username_out=f"ateneo-{us}",
        password_out=SECRET,
        limits=UNHURRIED,
    )


def introduce(
    installation: Installation, university: University, *partners: tuple[University, str]
) -> None:
    """Let an installation host ``university`` and know partners, each at a host."""
    installation.store.save_university(university)
    with installation.store.open_uow(university.code) as uow:
        for partner, host in partners:
            uow.partners.save(partner_of(partner, host, university.code))
        uow.commit()
    installation.store.forget()


@dataclass
class World:
    """An origin and a destination that know each other, on one network and one clock."""

    clock: HandClock
    network: WsgiNetwork
    origin: Installation
    destination: Installation

    def close(self) -> None:
        """Let go of both."""
        self.origin.close()
        self.destination.close()


def make_world(
    folder: Path,
    maker: Maker,
    *,
    terms: TransmissionTerms = IMMEDIATE,
    network: WsgiNetwork | None = None,
    **settings: object,
) -> World:
    """Return two installations that know each other."""
    clock, wire = HandClock(), network or WsgiNetwork()
    settings = {"threads": 4, "delivery_slots": 4, **settings}
    origin, destination = (
        Installation(make_home(folder / name, maker, **settings), clock=clock, transport=wire)
        for name in ("origin", "destination")
    )
    introduce(origin, ORIGIN, (DESTINATION, "destination"), (THIRD, "third"))
    introduce(destination, replace(DESTINATION, terms=terms), (ORIGIN, "origin"), (THIRD, "third"))
    wire.hosts["origin"] = served(origin)
    wire.hosts["destination"] = served(destination)
    return World(clock, wire, origin, destination)
