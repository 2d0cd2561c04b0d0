"""The fakes keep the promises of the ports, or what is tested over them proves nothing."""

import pytest

from gateway.embedded.protocol_register import EmbeddedRegister
from gateway.usecases.partner_ports import PartnerServices
from gateway.usecases.ports import (
    ConcurrentChange,
    FoglioDocuments,
    OpenUnitOfWork,
    PracticeKey,
    ProtocolRegister,
    RegisterEntry,
    StudentFile,
)
from tests.support.clock import START
from tests.support.fakes import (
    FakeDocuments,
    FakePartnerServices,
    FakeRegister,
    FakeStudentFile,
)
from tests.support.fakes_samples import AT_ORIGIN, MONTELAGO, VALDOMBRA, draft, university
from tests.support.fakes_store import FakeStore

STORE = FakeStore()
# The type checker holds each fake against its port here.
OPENER: OpenUnitOfWork = STORE.open_uow
REGISTER: ProtocolRegister = FakeRegister()
FILE: StudentFile = FakeStudentFile()
DOCUMENTS: FoglioDocuments = FakeDocuments()
SERVICES: PartnerServices = FakePartnerServices()


@pytest.fixture
def store() -> FakeStore:
    return FakeStore(university(), university(MONTELAGO))


def test_what_is_not_committed_is_lost(store: FakeStore) -> None:
    with store.open_uow(VALDOMBRA) as uow:
        uow.outgoing.add(draft())
        uow.foglios.add_draft(b"<f/>", START)
    with store.open_uow(VALDOMBRA) as uow:
        assert uow.outgoing.get(draft().id_pratica) is None
        assert uow.foglios.add_draft(b"<f/>", START) == 1


def test_what_is_committed_stays_and_what_follows_does_not(store: FakeStore) -> None:
    with store.open_uow(VALDOMBRA) as uow:
        kept = uow.outgoing.add(draft())
        uow.commit()
        uow.alarms.raise_("late", "x", "", START)
    with store.open_uow(VALDOMBRA) as uow:
        assert uow.outgoing.get(kept.id_pratica) == kept
        assert uow.tables.alarms == {}


def test_each_university_sees_its_own(store: FakeStore) -> None:
    with store.open_uow(VALDOMBRA) as uow:
        uow.outgoing.add(draft())
        uow.commit()
    with store.open_uow(MONTELAGO) as uow:
        assert uow.outgoing.get(draft().id_pratica) is None


def test_the_second_of_two_that_meet_begins_again(store: FakeStore) -> None:
    with store.open_uow(VALDOMBRA) as slow:
        with store.open_uow(VALDOMBRA) as fast:
            fast.commit()
        with pytest.raises(ConcurrentChange):
            slow.commit()


def test_an_old_version_is_not_saved(store: FakeStore) -> None:
    with store.open_uow(VALDOMBRA) as uow:
        first = uow.outgoing.add(draft())
        uow.outgoing.save(first)
        with pytest.raises(ConcurrentChange):
            uow.outgoing.save(first)


def test_the_embedded_register_works_over_the_fake(store: FakeStore) -> None:
    key: PracticeKey = AT_ORIGIN
    with store.open_uow(VALDOMBRA) as uow:
        register = EmbeddedRegister(uow)
        entry = RegisterEntry("sending", key)
        numbers = [register.assign(entry, START), register.assign(entry, START)]
        assert [*numbers, register.archive(entry, START)] == [
            "2026/0000001",
            "2026/0000002",
            "A-2026/0000001",
        ]
