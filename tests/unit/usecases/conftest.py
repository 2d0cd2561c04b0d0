"""A store with two universities that know each other, and the systems around them."""

from collections.abc import Iterator

import pytest

from tests.support.clock import HandClock
from tests.support.fakes import FakeDocuments, FakePartnerServices, FakeRegister, FakeStudentFile
from tests.support.fakes_arriving import Arriving
from tests.support.fakes_samples import MONTELAGO, VALDOMBRA, partner, university
from tests.support.fakes_store import FakeStore, FakeUnitOfWork


@pytest.fixture
def store() -> FakeStore:
    """Valdombra and Montelago, each a partner of the other."""
    made = FakeStore(university(VALDOMBRA), university(MONTELAGO))
    made.tables[VALDOMBRA].partners[MONTELAGO] = partner(MONTELAGO)
    made.tables[MONTELAGO].partners[VALDOMBRA] = partner(VALDOMBRA)
    return made


@pytest.fixture
def origin_uow(store: FakeStore) -> Iterator[FakeUnitOfWork]:
    """A unit of work of Valdombra, the origin."""
    with store.open_uow(VALDOMBRA) as uow:
        yield uow


@pytest.fixture
def destination_uow(store: FakeStore) -> Iterator[FakeUnitOfWork]:
    """A unit of work of Montelago, the destination."""
    with store.open_uow(MONTELAGO) as uow:
        yield uow


@pytest.fixture
def register() -> FakeRegister:
    return FakeRegister()


@pytest.fixture
def student_file() -> FakeStudentFile:
    return FakeStudentFile()


@pytest.fixture
def documents() -> FakeDocuments:
    return FakeDocuments()


@pytest.fixture
def here(
    destination_uow: FakeUnitOfWork,
    register: FakeRegister,
    student_file: FakeStudentFile,
    documents: FakeDocuments,
) -> Arriving:
    """Montelago, to which a student comes."""
    return Arriving(destination_uow, register, student_file, documents)


@pytest.fixture
def services() -> FakePartnerServices:
    return FakePartnerServices()


@pytest.fixture
def clock() -> HandClock:
    return HandClock()
