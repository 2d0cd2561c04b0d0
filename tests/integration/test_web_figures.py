"""Figures: counted by both databases alike, shown as pictures beside their tables."""

import csv
import re
from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime, timedelta
from io import StringIO

import pytest
import sqlalchemy as sa
from lxml import etree

from gateway.demo.people import numbered
from gateway.demo.sample import Request
from gateway.domain.accounts import Role
from gateway.domain.deliveries import Side
from gateway.domain.identifiers import MiurCode
from gateway.domain.offers import Offer
from gateway.domain.rejections import Cause
from gateway.soap.outcomes import CODES
from gateway.usecases.figures import months_between
from gateway.usecases.figures_ports import Flow, Months, Refusals, Wait
from storage.tables import history
from tests.support.databases import Maker
from tests.support.fakes_samples import course
from tests.support.offices import employ
from tests.support.transfers import Steps
from tests.support.universities import MONTELAGO, VALDOMBRA

pytestmark = [pytest.mark.integration, pytest.mark.requirement("T18")]

PAGE = f"/ateneo/{VALDOMBRA}/andamento"
SVG = "{http://www.w3.org/2000/svg}"


def september(first: int = 9, last: int = 9) -> Months:
    """Return months of 2026."""
    return months_between(date(2026, first, 1), date(2026, last, 1))


@pytest.fixture
def busy(make_steps: Callable[..., Steps], database: Maker) -> Steps:
    """A world in which three students asked, one was sent, with days between the steps."""
    steps = make_steps(database)
    clock = steps.world.clock
    for number in (1, 2, 3):
        practice = steps.draft(Request(exams=6, student=numbered(number)))
        clock.advance(days=number)
        steps.ready_from(practice)
    clock.advance(days=4)
    steps.authorise(practice)
    steps.deliver_all()
    steps.draft()
    return steps


def test_flows_are_counted_by_month_and_partner(busy: Steps) -> None:
    figures = busy.world.origin.store.figures
    assert figures.flows(VALDOMBRA, september()) == [
        Flow(Side.ORIGIN, date(2026, 9, 1), MONTELAGO, 3)
    ]
    assert figures.flows(VALDOMBRA, september(10, 12)) == []
    assert figures.flows(MiurCode("93"), september()) == []
    theirs = busy.world.destination.store.figures
    assert theirs.flows(MONTELAGO, september(8, 12)) == [
        Flow(Side.DESTINATION, date(2026, 10, 1), VALDOMBRA, 1)
    ]


def test_a_month_begins_at_midnight_in_italy(busy: Steps) -> None:
    """What happened at 22:30 UTC on the last day of September happened in October here."""
    store = busy.world.origin.store
    late = datetime.fromisoformat("2026-09-30T22:30:00+00:00")
    with store.engine.begin() as connection:
        connection.execute(sa.update(history).where(history.c.event == "confirm").values(at=late))
    (flow,) = store.figures.flows(VALDOMBRA, september(9, 10))
    assert (flow.month, flow.number) == (date(2026, 10, 1), 3)


def test_waits_have_a_median_and_what_nine_in_ten_do_not_exceed(busy: Steps) -> None:
    found = {
        wait.state: wait
        for wait in busy.world.origin.store.figures.waits(VALDOMBRA, september(9, 10))
    }
    day = timedelta(days=1)
    assert found["bozza"] == Wait(Side.ORIGIN, "bozza", 3, 2 * day, 3 * day)
    assert found["presentata"].median == timedelta(0)
    assert found["elaborata"] == Wait(Side.ORIGIN, "elaborata", 1, 4 * day, 4 * day)
    assert "trasferita" not in found


def test_refusals_are_counted_by_code(busy: Steps) -> None:
    world = busy.world
    practice = busy.ready(Request(exams=6, student=numbered(9)))
    busy.authorise(practice)
    busy.destination(lambda uow: uow.offers.publish(Offer(2026, (course("altro"),))))
    busy.deliver_all()
    code = CODES[Cause.COURSE_NOT_OFFERED]
    ours, theirs = world.origin.store.figures, world.destination.store.figures
    assert ours.refusals(VALDOMBRA, september(9, 12)) == [Refusals("out", code, 1)]
    assert theirs.refusals(MONTELAGO, september(9, 12)) == [Refusals("in", code, 1)]
    assert theirs.refusals(MONTELAGO, september(8, 9)) == []
    visit = employ(world.destination, MONTELAGO, Role.ADMINISTRATOR)
    page = visit.get(f"/ateneo/{MONTELAGO}/andamento?dal=2026-09&al=2026-12").text
    assert "rifiutati da noi" in page
    assert "corso di studi … non offerto per l&#39;anno …" in page


def test_the_page_shows_each_picture_beside_its_table(busy: Steps) -> None:
    visit = employ(busy.world.origin, VALDOMBRA, Role.AUDITOR)
    page = visit.get(f"{PAGE}?dal=2026-09&al=2026-10").text
    assert "Politecnico di Montelago" in page
    assert "style=" not in page.replace("stylesheet", "")
    pictures = [
        address.replace("&amp;", "&") for address in re.findall(r'<img[^>]*src="([^"]+)"', page)
    ]
    assert len(pictures) == page.count("<caption>") == 2
    english = visit.post("/lingua/en", page=f"{PAGE}?dal=2026-09&al=2026-10").text
    assert "<td>processed (elaborata)</td>" in english
    assert b">processed (leaving)<" in visit.get(pictures[1]).data
    for address in pictures:
        answer = visit.get(address)
        assert answer.mimetype == "image/svg+xml"
        root = etree.fromstring(answer.data)
        assert root.tag == f"{SVG}svg"
        assert list(root.iter(f"{SVG}script")) == []
        assert b"http" not in answer.data.replace(b"http://www.w3.org", b"")


def test_a_table_is_a_file_that_no_spreadsheet_runs(busy: Steps) -> None:
    world = busy.world.origin

    def rename(uow: object) -> None:
        from_book = uow.partners.get(MONTELAGO)  # type: ignore[attr-defined]
        uow.partners.save(replace(from_book, name="=1+1"))  # type: ignore[attr-defined]

    busy.origin(rename)
    visit = employ(world, VALDOMBRA, Role.OPERATOR)
    answer = visit.get(f"{PAGE}/uscite.csv?dal=2026-09&al=2026-10")
    rows = list(csv.reader(StringIO(answer.text.lstrip("\ufeff")), delimiter=";"))
    assert rows == [["mese", "ateneo", "domande"], ["09/2026", "'=1+1", "3"]]
    assert answer.headers["Content-Disposition"] == "attachment; filename=uscite.csv"


def test_a_period_that_will_not_do_is_told(busy: Steps) -> None:
    visit = employ(busy.world.origin, VALDOMBRA, Role.OPERATOR)
    page = visit.get(f"{PAGE}?dal=2027-01&al=2026-01")
    assert (page.status_code, "Il periodo non va bene" in page.text) == (200, True)
    assert visit.get(f"{PAGE}/uscite.csv?dal=1990-01&al=2026-01").status_code == 400
    assert visit.get(f"{PAGE}/altro.svg").status_code == 404
    assert visit.get(f"{PAGE}?dal=domani").status_code == 200


def test_only_readers_of_this_university_see_figures(busy: Steps) -> None:
    world = busy.world.origin
    assert employ(world, VALDOMBRA, Role.COMMISSION).get(PAGE).status_code == 403
    assert employ(world, MONTELAGO, Role.OPERATOR).get(PAGE).status_code == 403
