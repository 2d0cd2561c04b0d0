"""The record of a partner, and a call to see whether it answers."""

from datetime import date

import pytest

from gateway.domain.deliveries import OutcomeUnknown, PartnerUnreachable
from gateway.domain.messages import Operation
from gateway.domain.rejections import Cause
from gateway.domain.terms import SendingMode, TransmissionTerms
from gateway.usecases import partners
from tests.support.clock import HandClock
from tests.support.fakes import FakePartnerServices, accepts, refuses
from tests.support.fakes_desk import FakeDesk
from tests.support.fakes_samples import MONTELAGO, ROCCASOLE, VALDOMBRA, partner, refused
from tests.support.fakes_store import FakeStore, FakeUnitOfWork

T2 = Operation.GET_INFO_WORKFLOW


@pytest.mark.parametrize("address", ["", "https://montelago.example/soap", "http://[::1]:8080/a"])
def test_an_address_is_taken_as_typed(address: str) -> None:
    assert partners.checked_address(address, "url") == address


@pytest.mark.parametrize(
    "address",
    [
        "montelago.example",
        "ftp://montelago.example",
        "https://",
        "https://a b.example",
        "http://[::1",
        "https://montelago.example:0/",
        "https://montelago.example:porta/",
    ],
)
def test_what_is_no_address_is_refused(address: str) -> None:
    with refused(Cause.PARAMETER_INVALID) as refusal:
        partners.checked_address(address, "url")
    assert refusal.value.reasons[0].params == {"why": "no_host"}


def test_a_partner_is_registered_once(origin_uow: FakeUnitOfWork) -> None:
    new = partner(ROCCASOLE)
    assert partners.register(new, uow=origin_uow) == new
    assert partners.find(ROCCASOLE, uow=origin_uow) == new
    with refused(Cause.ALREADY_EXISTS):
        partners.register(new, uow=origin_uow)


def test_who_is_not_known_is_not_found(origin_uow: FakeUnitOfWork) -> None:
    with refused(Cause.PARTNER_UNKNOWN):
        partners.find(ROCCASOLE, uow=origin_uow)


def test_a_period_does_not_end_before_it_begins(origin_uow: FakeUnitOfWork) -> None:
    backwards = partner(MONTELAGO, active_from=date(2026, 10, 2), active_to=date(2026, 10, 1))
    with refused(Cause.PARAMETER_INVALID) as refusal:
        partners.keep(backwards, uow=origin_uow)
    assert refusal.value.reasons[0].params == {"why": "period_backwards"}
    one_day = partner(MONTELAGO, active_from=date(2026, 10, 1), active_to=date(2026, 10, 1))
    assert partners.keep(one_day, uow=origin_uow) == one_day


def test_two_partners_do_not_call_by_one_name(origin_uow: FakeUnitOfWork) -> None:
    partners.keep(partner(MONTELAGO, username_in="ateneo"), uow=origin_uow)
    partners.keep(partner(MONTELAGO, username_in="ateneo", name="Altro"), uow=origin_uow)
    with refused(Cause.ALREADY_EXISTS):
        partners.keep(partner(ROCCASOLE, username_in="ateneo"), uow=origin_uow)
    nameless = partner(ROCCASOLE, username_in="")
    assert partners.keep(nameless, uow=origin_uow) == nameless


@pytest.fixture
def desk(store: FakeStore, services: FakePartnerServices, clock: HandClock) -> FakeDesk:
    return FakeDesk(store, services, clock)


@pytest.mark.requirement("T2")
def test_a_partner_that_answers_has_its_terms_kept(store: FakeStore, desk: FakeDesk) -> None:
    terms = TransmissionTerms(SendingMode.PARTIAL)
    desk.services.will(T2, accepts(terms=terms))
    found = partners.probe(VALDOMBRA, partner(MONTELAGO), desk=desk.desk)
    assert found.reached
    assert store.tables[VALDOMBRA].partners[MONTELAGO].terms == terms


@pytest.mark.requirement("T2")
@pytest.mark.parametrize("answer", [refuses(4, "CHI SEI"), accepts()])
def test_an_answer_without_terms_changes_none(
    store: FakeStore, desk: FakeDesk, answer: object
) -> None:
    before = store.tables[VALDOMBRA].partners[MONTELAGO].terms
    desk.services.will(T2, answer)  # type: ignore[arg-type]
    found = partners.probe(VALDOMBRA, partner(MONTELAGO), desk=desk.desk)
    assert found.outcome is not None
    assert found.reached is found.outcome.accepted
    assert store.tables[VALDOMBRA].partners[MONTELAGO].terms == before


@pytest.mark.parametrize(
    ("trouble", "word"),
    [(PartnerUnreachable("SSLError"), "unreachable"), (OutcomeUnknown("ReadTimeout"), "unknown")],
)
def test_the_trouble_there_was_is_told(desk: FakeDesk, trouble: Exception, word: str) -> None:
    desk.services.will(T2, trouble)
    found = partners.probe(VALDOMBRA, partner(MONTELAGO), desk=desk.desk)
    assert not found.reached
    assert (found.outcome, found.trouble, found.detail) == (None, word, str(trouble))
