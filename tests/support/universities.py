"""Invented universities, and installations that host them."""

from dataclasses import replace
from pathlib import Path

from gateway.bootstrap import Installation
from gateway.domain.identifiers import MiurCode
from gateway.domain.partners import Partner, University
from gateway.domain.terms import SendingMode, TransmissionTerms
from gateway.domain.tokens import TokenMode
from gateway.settings import Settings
from gateway.soap.callers import hash_password
from storage.encryption import create_keys
from storage.upgrading import upgrade
from tests.support.clock import HandClock
from tests.support.network import WsgiNetwork

VALDOMBRA = MiurCode("91")
MONTELAGO = MiurCode("92")
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


def make_home(home: Path, **settings: object) -> Settings:
    """Create an installation's folder, keys and database."""
    made = Settings(home=home, **settings)
    create_keys(made.keys)
    upgrade(made.url)
    return made


def open_installation(
    home: Path, clock: HandClock, network: WsgiNetwork | None = None, **settings: object
) -> Installation:
    """Return an installation in ``home``, made if need be."""
    return Installation(make_home(home, **settings), clock=clock, transport=network)


def partner_of(university: University, host: str, password: str) -> Partner:
    """Return ``university`` as a partner at ``host``, calling and called with ``password``."""
    return Partner(
        code=university.code,
        name=university.name,
        destination_url=f"http://{host}/soap/{university.code}/destinazione",
        origin_url=f"http://{host}/soap/{university.code}/provenienza",
        username_in=f"ateneo-{university.code}",
        password_hash=hash_password(password),
        username_out="",
        password_out=password,
    )


def introduce(
    installation: Installation, university: University, partner: University, host: str
) -> None:
    """Let an installation host ``university`` and know ``partner`` at ``host``."""
    installation.store.save_university(university)
    record = partner_of(partner, host, "segreto-di-prova")
    record = replace(record, username_out=f"ateneo-{university.code}")
    with installation.store.open_uow(university.code) as uow:
        uow.partners.save(record)
        uow.commit()
