"""What has come to a stop, why, and the button that helps."""

import re

import pytest

from gateway.demo.sample import Request
from gateway.domain.accounts import Grant, Role
from gateway.domain.deliveries import Delivery, DeliveryState, Trouble
from gateway.domain.origin import OriginState
from tests.support.offices import Browser, employ, hire, signed_in
from tests.support.transfers import Steps
from tests.support.universities import MONTELAGO, VALDOMBRA

pytestmark = [pytest.mark.integration, pytest.mark.requirement("T18")]

PAGE = f"/ateneo/{VALDOMBRA}/sospese"


@pytest.fixture
def visit(steps: Steps) -> Browser:
    return employ(steps.world.origin, VALDOMBRA, Role.OPERATOR)


def park(steps: Steps, trouble: Trouble, *, reached: bool = False) -> Delivery:
    """Park the delivery that waits at the origin."""

    def act(uow: object) -> Delivery:
        (waiting,) = uow.deliveries.by_state(DeliveryState.WAITING, 9)  # type: ignore[attr-defined]
        parked: Delivery = waiting.parked(trouble, "NewConnectionError", reached=reached)
        uow.deliveries.save(parked)  # type: ignore[attr-defined]
        return parked

    return steps.origin(act)


def test_nothing_has_stopped(visit: Browser) -> None:
    page = visit.get(PAGE).text
    assert "Nessuna consegna ferma" in page
    assert "in carico alla segreteria: 0" in page


def test_a_parked_delivery_is_tried_again_once(steps: Steps, visit: Browser) -> None:
    practice = steps.ready()
    steps.authorise(practice)
    parked = park(steps, Trouble.UNREACHABLE)
    page = visit.get(PAGE).text
    assert practice in page
    assert "irraggiungibile" in page
    assert "collegamento rifiutato" in page
    answer = visit.post(f"{PAGE}/riprova", page=PAGE, delivery=parked.delivery_id)
    assert "Consegna rimessa in coda" in answer.text
    answer = visit.post(f"{PAGE}/riprova", page=PAGE, delivery=parked.delivery_id)
    assert "non è più ferma" in answer.text
    steps.deliver_all()
    assert steps.out(practice).state is OriginState.TRASFERITA


def test_one_that_never_arrived_is_given_up_with_a_reason(steps: Steps, visit: Browser) -> None:
    practice = steps.ready()
    steps.authorise(practice)
    parked = park(steps, Trouble.UNREACHABLE)
    name = parked.delivery_id

    def give_up(why: str) -> str:
        fields = {f"{name}-delivery": name, f"{name}-why": why}
        return str(visit.post(f"{PAGE}/rinuncia", page=PAGE, **fields).text)

    assert "Per rinunciare serve un motivo" in give_up("")
    assert steps.out(practice).state is OriginState.VALIDATA
    assert "Consegna abbandonata" in give_up("partner chiuso")
    assert steps.out(practice).state is OriginState.ELABORATA
    assert "non è più ferma" in give_up("partner chiuso")


def test_one_that_may_have_arrived_is_not_offered_to_be_given_up(
    steps: Steps, visit: Browser
) -> None:
    practice = steps.ready()
    steps.authorise(practice)
    parked = park(steps, Trouble.UNKNOWN, reached=True)
    page = visit.get(PAGE).text
    assert "non si può abbandonare" in page
    assert f"{parked.delivery_id}-why" not in page


def test_a_refused_foglio_leads_to_its_correction_until_it_is_sent_again(
    steps: Steps, visit: Browser
) -> None:
    practice = steps.ready(Request(exams=2, test_passed=""))
    steps.authorise(practice)

    def refuse(uow: object) -> None:
        (waiting,) = uow.deliveries.by_state(DeliveryState.WAITING, 9)  # type: ignore[attr-defined]
        from gateway.domain.outcomes import Outcome  # noqa: PLC0415

        uow.deliveries.save(waiting.refused(Outcome(22, "manca la carriera")))  # type: ignore[attr-defined]

    steps.origin(refuse)
    page = visit.get(PAGE).text
    assert "manca la carriera" in page
    held = page[page.index('id="consegne"') : page.index('id="fogli"')]
    assert f"/uscita/{practice}/foglio" in held
    steps.world.clock.advance(minutes=1)


def test_fogli_with_faults_are_found_with_the_button_that_helps(
    steps: Steps, visit: Browser
) -> None:
    sound = steps.ready(Request(exams=1))
    faulty = steps.ready(Request(exams=1, attachments=(("A1", "a.pdf"),)))
    page = visit.get(PAGE).text
    fogli = page[page.index('id="fogli"') :]
    assert "in carico alla segreteria: 2" in fogli
    assert sound not in fogli
    assert f"/uscita/{faulty}/allegati" in fogli
    assert "allegato A1 non trovato" in fogli


def test_a_faculty_sees_its_own_only(steps: Steps) -> None:
    steps.authorise(steps.ready())
    park(steps, Trouble.UNREACHABLE)
    world = steps.world.origin
    hire(world, "lettere", Grant(Role.OPERATOR, VALDOMBRA, "Lettere"))
    visit = signed_in(world, "lettere")
    page = visit.get(PAGE).text
    assert not re.search(r"UNIVAL\d+", page)


def test_only_the_office_comes_here(steps: Steps) -> None:
    for role in (Role.AUDITOR, Role.ADMINISTRATOR, Role.STUDENT):
        assert employ(steps.world.origin, VALDOMBRA, role).get(PAGE).status_code == 403
    assert employ(steps.world.origin, MONTELAGO, Role.OPERATOR).get(PAGE).status_code == 403
