"""A partner's lookup, passed on to the registry of the university that is asked."""

from dataclasses import replace

import pytest

from gateway.domain.deliveries import PartnerUnreachable
from gateway.domain.lookups import AskTrouble, PurposeKind, Reply
from gateway.domain.registry import LookupService
from gateway.domain.titles import LookupOutcome
from gateway.usecases.forwarding import OFFICE, RegistryUpstream
from gateway.usecases.registry import RegistryDesk
from gateway.usecases.title_ports import CouldNotAsk, DiplomaQuestion, DiplomaReply
from tests.support.clock import START, HandClock
from tests.support.fakes_registry import FakeRegistryService
from tests.support.fakes_samples import MONTELAGO, VALDOMBRA
from tests.support.fakes_store import FakeStore
from tests.support.titles_samples import PERSON, THE_REGISTRY, degree, diploma

pytestmark = pytest.mark.requirement("A5")

QUESTION = DiplomaQuestion(codice_fiscale=PERSON, year=2019)


@pytest.fixture
def service(store: FakeStore) -> FakeRegistryService:
    store.tables[MONTELAGO].registry["it"] = THE_REGISTRY
    return FakeRegistryService()


@pytest.fixture
def upstream(store: FakeStore, service: FakeRegistryService, clock: HandClock) -> RegistryUpstream:
    return RegistryUpstream(MONTELAGO, VALDOMBRA, RegistryDesk(store.open_uow, service, clock))


def test_titles_are_asked_for_the_partner_and_marked_as_passed_on(
    store: FakeStore, service: FakeRegistryService, upstream: RegistryUpstream
) -> None:
    service.will(Reply((degree(),)), Reply())
    assert upstream.ask_titles(PERSON) == [degree()]
    assert service.asked[0].forwarded
    (record,) = store.tables[MONTELAGO].queries.values()
    assert (record.purpose.kind, record.purpose.reference, record.asker.office) == (
        PurposeKind.FORWARDED,
        VALDOMBRA,
        OFFICE,
    )


@pytest.mark.parametrize(
    ("reply", "said"),
    [
        (Reply((diploma(),), "0"), DiplomaReply(LookupOutcome.FOUND, (diploma(),))),
        (Reply((diploma(),) * 2, "2"), DiplomaReply(LookupOutcome.MANY, (diploma(),) * 2)),
        (Reply((), "1"), DiplomaReply(LookupOutcome.NOT_FOUND)),
        (Reply((), "94"), DiplomaReply(LookupOutcome.CREDENTIALS_OF_ANOTHER)),
    ],
)
def test_what_the_registry_says_of_a_diploma_is_handed_back(
    service: FakeRegistryService, upstream: RegistryUpstream, reply: Reply, said: DiplomaReply
) -> None:
    service.will(reply)
    assert upstream.ask_diploma(QUESTION) == said


def test_a_silent_registry_says_nothing_and_since_when(
    service: FakeRegistryService, upstream: RegistryUpstream, clock: HandClock
) -> None:
    service.will(PartnerUnreachable("x"), Reply((), "97"))
    with pytest.raises(CouldNotAsk) as titles:
        upstream.ask_titles(PERSON)
    assert (titles.value.reason, titles.value.since) == (AskTrouble.UNREACHABLE, START)
    with pytest.raises(CouldNotAsk, match="registry_failed"):
        upstream.ask_diploma(QUESTION)


def test_only_a_registry_that_wants_them_takes_lookups_of_partners() -> None:
    forwarding = replace(THE_REGISTRY, forward=True)
    assert forwarding.takes_forwarded(LookupService.TITLES)
    for other in (
        THE_REGISTRY,
        replace(forwarding, active=False),
        replace(forwarding, titles_url=""),
    ):
        assert not other.takes_forwarded(LookupService.TITLES)
