"""What administrators look over: read rightly on both databases, of one university only."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest

from gateway.demo.people import numbered
from gateway.domain.identifiers import CodiceFiscale
from gateway.domain.offers import Course, Offer
from gateway.usecases.administration_ports import AdmissionList, Exchanges
from tests.support.databases import Maker
from tests.support.transfers import Steps
from tests.support.universities import MONTELAGO, ROCCASOLE, THIRD

pytestmark = pytest.mark.integration

COURSE = Course(faculty_code="06", faculty_name="Ingegneria", code="C1", name="Informatica")
FIRST, SECOND = (CodiceFiscale(numbered(number).codice_fiscale) for number in (1, 2))


@pytest.fixture
def kept(make_steps: Callable[..., Steps], database: Maker) -> Steps:
    return make_steps(database)


def test_good_and_bad_exchanges_are_told_apart_since_a_moment(kept: Steps) -> None:
    kept.sent()
    good_at = kept.world.clock()
    kept.world.network.hosts.pop("destination")
    kept.world.clock.advance(seconds=3600)
    kept.authorise(kept.ready())
    kept.deliver_due()
    bad_at = kept.world.clock()

    def since(moment: datetime) -> dict[str, Exchanges]:
        return dict(kept.origin(lambda uow: uow.administration.exchanges(moment)))

    now = datetime.now(UTC)  # identifiers of messages begin with the machine's clock
    found = since(now - timedelta(days=1))
    assert found == {MONTELAGO: Exchanges(good_at, bad_at, "unreachable", 0)}
    assert since(now + timedelta(days=1)) == {}


def test_open_deliveries_are_counted_by_partner(kept: Steps) -> None:
    kept.authorise(kept.ready())
    assert kept.origin(lambda uow: uow.administration.waiting()) == {MONTELAGO: 1}
    kept.deliver_all()
    assert kept.origin(lambda uow: uow.administration.waiting()) == {}


def test_offers_and_lists_are_told_by_year(kept: Steps) -> None:
    now = kept.world.clock()
    for year in (2025, 2026):
        kept.origin(lambda uow, year=year: uow.offers.publish(Offer(year, (COURSE,), now)))
    kept.origin(lambda uow: uow.offers.admit("C1", 2026, (FIRST, SECOND)))
    kept.origin(lambda uow: uow.offers.keep_cached(ROCCASOLE, Offer(2026, (COURSE,), now)))
    look = kept.origin(
        lambda uow: (
            uow.administration.offered_years(),
            uow.administration.admission_lists(),
            uow.administration.cached_offers(),
        )
    )
    years, lists, (cached,) = look
    assert years == [2026, 2025]
    assert lists == [AdmissionList(2026, "C1", 2)]
    assert (cached.partner, cached.year, cached.courses) == (ROCCASOLE, 2026, 1)
    assert cached.fetched_at == now


def test_texts_are_kept_by_university_and_language(kept: Steps) -> None:
    now, world = kept.world.clock(), kept.world.origin
    world.store.save_university(THIRD)
    kept.origin(lambda uow: uow.administration.keep_text("privacy", "it", "Primo", now))
    kept.origin(lambda uow: uow.administration.keep_text("privacy", "it", "Secondo", now))
    kept.at(
        world,
        THIRD.code,
        lambda uow: uow.administration.keep_text("privacy", "it", "Altrui", now),
    )
    read = kept.origin(
        lambda uow: [uow.administration.text("privacy", code) for code in ("it", "en")]
    )
    assert read == [("Secondo", now), None]
    kept.origin(lambda uow: uow.administration.keep_text("privacy", "it", "", now))
    assert kept.origin(lambda uow: uow.administration.text("privacy", "it")) is None
    theirs = kept.at(world, THIRD.code, lambda uow: uow.administration.text("privacy", "it"))
    assert theirs == ("Altrui", now)


def test_nothing_of_another_university_is_seen(kept: Steps) -> None:
    kept.authorise(kept.ready())
    world = kept.world.origin
    world.store.save_university(THIRD)
    now = kept.world.clock()
    seen = kept.at(
        world,
        THIRD.code,
        lambda uow: (
            dict(uow.administration.exchanges(now - timedelta(days=9))),
            uow.administration.waiting(),
            uow.administration.offered_years(),
        ),
    )
    assert seen == ({}, {}, [])
