"""A practice is reached by the faculty that is kept with it, on every page of both sides."""

from dataclasses import replace

import pytest

from gateway.domain.accounts import Grant, Role
from gateway.domain.deliveries import DeliveryState, Side, Trouble
from gateway.domain.offers import Course, Offer
from tests.support.careers import bring, prepared_career
from tests.support.fakes_samples import COURSE
from tests.support.offices import hire, signed_in
from tests.support.practices import SMALL, page_of
from tests.support.transfers import Steps
from tests.support.universities import MONTELAGO, VALDOMBRA

pytestmark = [
    pytest.mark.integration,
    pytest.mark.requirement("T18"),
    pytest.mark.requirement("T19"),
]

MEMBERS = (("ada", "ING", 200), ("ida", "LET", 404))


def published(steps: Steps, faculty: str) -> None:
    """Let the destination have the course in a faculty."""
    course = Course(faculty_code=faculty, faculty_name=faculty, code=COURSE, name="Informatica")
    steps.destination(lambda uow: uow.offers.publish(Offer(2026, (course,), steps.world.clock())))


def test_the_faculty_kept_decides_whatever_the_offer_says_later(steps: Steps) -> None:
    published(steps, "ING")
    practice = steps.sent(SMALL)
    steps.authorise_enrolment(practice)
    steps.enrol(practice)
    steps.evaluate(practice)
    published(steps, "LET")
    page = page_of(Side.DESTINATION, practice)
    world = steps.world.destination
    for name, faculty, status in MEMBERS:
        grants = (Grant(role, MONTELAGO, faculty) for role in (Role.OPERATOR, Role.COMMISSION))
        hire(world, name, *grants)
        visit = signed_in(world, name)
        desk = f"/ateneo/{MONTELAGO}/commissione"
        for address in (
            page,
            f"{page}/requisiti",
            f"{page}/riconciliazione",
            f"{page}/foglio.pdf",
            f"{page}/immatricolazione.pdf",
            f"{desk}/{VALDOMBRA}/{practice}",
        ):
            assert visit.get(address).status_code == status, (name, address)
        assert (practice in visit.get(desk).text) == (status == 200)


def test_at_the_origin_papers_and_pages_are_of_the_faculty_of_the_request(steps: Steps) -> None:
    practice = steps.ready(SMALL)
    steps.origin(lambda uow: uow.outgoing.save(replace(uow.outgoing.get(practice), faculty="ING")))
    page = page_of(Side.ORIGIN, practice)
    world = steps.world.origin
    for name, faculty, status in MEMBERS:
        hire(world, name, Grant(Role.OPERATOR, VALDOMBRA, faculty))
        visit = signed_in(world, name)
        for path in ("", "/foglio", "/allegati", "/ricevuta.pdf", "/foglio.pdf"):
            assert visit.get(page + path).status_code == status, (name, path)


def test_who_reads_everything_of_one_faculty_acts_in_their_own_only(steps: Steps) -> None:
    published(steps, "ING")
    practice = steps.sent(SMALL)
    world = steps.world.destination
    grants = (Grant(Role.OPERATOR, MONTELAGO, "LET"), Grant(Role.AUDITOR, MONTELAGO))
    hire(world, "ada", *grants)
    visit = signed_in(world, "ada")
    page = visit.get(f"{page_of(Side.DESTINATION, practice)}/requisiti").text
    assert practice in page
    assert "/atto/" not in page
    steps.refuse(practice)
    deliveries = f"/ateneo/{MONTELAGO}/messaggi/consegne"
    page = visit.get(f"{deliveries}?stato=-").text
    assert practice in page
    assert "Riprova ora" not in page
    (waiting,) = steps.destination(lambda uow: uow.deliveries.by_state(DeliveryState.WAITING, 9))
    answer = visit.post(f"{deliveries}/{waiting.delivery_id}", page="/servizi", follow=False)
    assert answer.status_code == 403


def test_a_delivery_that_stopped_is_seen_by_the_faculty_of_its_practice(steps: Steps) -> None:
    published(steps, "ING")
    practice = steps.sent(SMALL)
    steps.refuse(practice)

    def park(uow: object) -> None:
        (waiting,) = uow.deliveries.by_state(DeliveryState.WAITING, 9)  # type: ignore[attr-defined]
        uow.deliveries.save(waiting.parked(Trouble.UNREACHABLE, "", reached=False))  # type: ignore[attr-defined]

    steps.destination(park)
    world = steps.world.destination
    for name, faculty, status in MEMBERS:
        hire(world, name, Grant(Role.OPERATOR, MONTELAGO, faculty))
        page = signed_in(world, name).get(f"/ateneo/{MONTELAGO}/sospese").text
        assert (practice in page) == (status == 200), name


def test_what_is_of_no_faculty_is_for_who_works_for_all_of_them(steps: Steps) -> None:
    (career,) = bring(steps, prepared_career(SMALL))
    assert not career.reasons
    world, home = steps.world.origin, f"/ateneo/{VALDOMBRA}"
    pages = {
        Role.OPERATOR: ("/carriere", "/carriere/1", "/carriere/1/togli", "/messaggi"),
        Role.AUDITOR: ("/amministrazione/registro", "/amministrazione/registro/registro.csv"),
    }
    for role, paths in pages.items():
        for faculty, status in (("ING", 403), ("", 200)):
            name = f"{role}-{faculty or 'tutte'}"
            hire(world, name, Grant(role, VALDOMBRA, faculty))
            visit = signed_in(world, name)
            menu = visit.get(f"{home}/lavori").text
            for path in paths:
                assert visit.get(home + path).status_code == status, (name, path)
            assert (f'href="{home}{paths[0]}"' in menu) == (status == 200), name
    ada = signed_in(world, "operator-ING")
    for path in ("/carriere", "/carriere/cerca", "/carriere/1/togli"):
        assert ada.post(home + path, page="/", code=SMALL.student.codice_fiscale).status_code == 403
