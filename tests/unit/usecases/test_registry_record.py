"""The record of the registry of titles: changed, and tried."""

from dataclasses import replace
from datetime import timedelta

import pytest

from gateway.domain.deliveries import PartnerUnreachable
from gateway.domain.lookups import (
    Asker,
    AskTrouble,
    Circuit,
    CouldNotAsk,
    NotFound,
    Reply,
    ask_titles,
)
from gateway.domain.registry import LookupService, TitleRegistry
from gateway.domain.rejections import Cause
from gateway.usecases import registry_record
from gateway.usecases.registry import RegistryDesk
from tests.support.clock import START, HandClock
from tests.support.fakes_registry import FakeRegistryService
from tests.support.fakes_samples import MONTELAGO, refused
from tests.support.fakes_store import FakeStore, FakeUnitOfWork
from tests.support.titles_samples import PERSON, THE_REGISTRY

pytestmark = pytest.mark.requirement("A4")

OFFICE = Asker("mario", "segreteria")
TITLES = ask_titles(PERSON)


def remember(uow: FakeUnitOfWork) -> None:
    uow.registry.remember(TITLES, NotFound(START), START + timedelta(days=1))


def remembers(uow: FakeUnitOfWork) -> bool:
    return uow.registry.remembered(TITLES, START) is not None


def test_the_first_record_is_begun_and_later_ones_change_it(
    destination_uow: FakeUnitOfWork,
) -> None:
    first = registry_record.keep({"name": "Registro", "per_day": 7}, {}, uow=destination_uow)
    assert first == TitleRegistry(name="Registro", per_day=7)
    security = {"token_username": "noi"}
    second = registry_record.keep({"per_day": None, "active": False}, security, uow=destination_uow)
    assert (second.per_day, second.active, second.name) == (7, False, "Registro")
    assert second.outbound.token_username == "noi"
    assert destination_uow.registry.get() == second


def test_a_change_closes_the_circuits(destination_uow: FakeUnitOfWork) -> None:
    destination_uow.registry.save(THE_REGISTRY)
    destination_uow.registry.keep_circuit(LookupService.TITLES, Circuit(failures=9))
    registry_record.keep({"timeout_seconds": 5.0}, {}, uow=destination_uow)
    assert destination_uow.registry.circuit(LookupService.TITLES) == Circuit()


def test_only_a_new_address_forgets_what_was_said(destination_uow: FakeUnitOfWork) -> None:
    destination_uow.registry.save(THE_REGISTRY)
    remember(destination_uow)
    registry_record.keep({"name": "Altro nome"}, {}, uow=destination_uow)
    assert remembers(destination_uow)
    registry_record.keep({"titles_url": "https://altro.example"}, {}, uow=destination_uow)
    assert not remembers(destination_uow)


def test_the_envelope_wants_both_its_parties(destination_uow: FakeUnitOfWork) -> None:
    with refused(Cause.PARAMETER_INVALID) as refusal:
        registry_record.keep({"egov": True, "sender": "noi"}, {}, uow=destination_uow)
    assert refusal.value.reasons[0].params == {"why": "egov_parties"}
    assert destination_uow.registry.get() is None
    parties = {"egov": True, "sender": "noi", "recipient": "loro"}
    assert registry_record.keep(parties, {}, uow=destination_uow).egov


@pytest.fixture
def desk(store: FakeStore, clock: HandClock) -> RegistryDesk:
    return RegistryDesk(store.open_uow, FakeRegistryService(), clock)


def service_of(desk: RegistryDesk) -> FakeRegistryService:
    assert isinstance(desk.service, FakeRegistryService)
    return desk.service


def test_each_service_there_is_is_asked_about_nobody(store: FakeStore, desk: RegistryDesk) -> None:
    store.tables[MONTELAGO].registry["it"] = replace(THE_REGISTRY, diplomas_url="")
    service_of(desk).will(Reply())
    ((service, answer),) = registry_record.probe(MONTELAGO, OFFICE, desk=desk)
    assert service is LookupService.TITLES
    assert registry_record.reached(answer)
    (question,) = service_of(desk).asked
    assert question.codice_fiscale == registry_record.NOBODY


def test_a_registry_that_is_down_is_told_so(store: FakeStore, desk: RegistryDesk) -> None:
    store.tables[MONTELAGO].registry["it"] = THE_REGISTRY
    service_of(desk).will(*(PartnerUnreachable("ConnectTimeout"),) * 2)
    answers = registry_record.probe(MONTELAGO, OFFICE, desk=desk)
    assert [service for service, _ in answers] == list(LookupService)
    assert not any(registry_record.reached(answer) for _, answer in answers)


@pytest.mark.parametrize("trouble", AskTrouble)
def test_only_what_is_refused_for_good_is_an_answer_too(trouble: AskTrouble) -> None:
    answered = registry_record.reached(CouldNotAsk(trouble, START))
    assert answered is (trouble is AskTrouble.QUESTION_REFUSED)
