"""The university, its deliveries and alarms, the installation: pages of administrators."""

import re
from dataclasses import replace

import pytest

from gateway.domain.accounts import RECENT, Grant, Role
from gateway.domain.deliveries import DeliveryState
from gateway.domain.partners import AdmissionPolicy, CheckKind
from gateway.domain.terms import SendingMode
from gateway.usecases.delivery import ALARM_PARKED
from storage.unit_of_work import SqlUnitOfWork
from tests.support.offices import Browser, employ, hire, signed_in
from tests.support.transfers import Steps
from tests.support.universities import VALDOMBRA

pytestmark = [pytest.mark.integration, pytest.mark.requirement("T18")]

BASE = f"/ateneo/{VALDOMBRA}/amministrazione"
RULES = f"{BASE}/ateneo"
FORM = {
    "name": "Università degli Studi di Valdombra",
    "name_en": "University of Valdombra",
    "sending_mode": "Completa",
    "token_mode": "I",
    "career_days": "30",
    "token_on_receipt": "y",
    "admission_policy": "declared",
    "token_days": "90",
    "blocking_checks": ["fees"],
}
_MARK = re.compile(r'name="agreed" value="([0-9a-f]{64})"')


@pytest.fixture
def admin(steps: Steps) -> Browser:
    return employ(steps.world.origin, VALDOMBRA, Role.ADMINISTRATOR)


def agree(visit: Browser, page: str, **fields: object) -> str:
    """Send a form, then agree to what it shows; return the last page."""
    shown = visit.post(page, **fields)
    found = _MARK.search(shown.text)
    assert found is not None, shown.text
    return visit.post(page, agreed=found.group(1), **fields).text


def test_the_first_page_leads_to_every_subject_with_its_state(admin: Browser) -> None:
    page = admin.get(BASE).text
    for title in ("Ateneo e regole", "Partner", "Consegne", "Allarmi", "Dati personali"):
        assert f">{title}</a>" in page
    assert "attivi: 2" in page
    assert "nessuna offerta quest&#39;anno" in page
    assert "Installazione" not in page


def test_nothing_changes_before_it_was_shown_what_will_change(steps: Steps, admin: Browser) -> None:
    wanted = FORM | {"sending_mode": "Parziale", "career_days": "45"}
    shown = admin.post(RULES, **wanted).text
    assert "Che cosa cambierà" in shown
    assert "<td>30</td><td>45</td>" in shown
    store = steps.world.origin.store
    store.forget()
    kept = store.university(VALDOMBRA)
    assert kept is not None
    assert kept.terms.sending_mode is SendingMode.COMPLETE


def test_what_was_agreed_to_holds_at_once(steps: Steps, admin: Browser) -> None:
    wanted = FORM | {
        "sending_mode": "Parziale",
        "career_days": "45",
        "admission_policy": "registered",
        "blocking_checks": ["fees", "suspended_exams"],
    }
    assert "Le regole dell&#39;ateneo sono cambiate" in agree(admin, RULES, **wanted)
    kept = steps.world.origin.store.university(VALDOMBRA)
    assert kept is not None
    assert (kept.terms.sending_mode, kept.terms.career_days) == (SendingMode.PARTIAL, 45)
    assert kept.admission_policy is AdmissionPolicy.REGISTERED
    assert kept.blocking_checks == {CheckKind.FEES, CheckKind.SUSPENDED_EXAMS}


def test_a_check_that_cannot_stop_a_student_is_not_offered_but_stays_where_it_was_chosen(
    steps: Steps, admin: Browser
) -> None:
    store = steps.world.origin.store
    known = store.university(VALDOMBRA)
    assert known is not None
    store.save_university(replace(known, blocking_checks=frozenset({CheckKind.LIBRARY})))
    page = admin.get(RULES).text
    assert "Verifiche che impediscono allo studente di presentare la domanda" in page
    assert set(re.findall(r'name="blocking_checks"[^>]* value="(\w+)"', page)) == {
        kind.value for kind in CheckKind if kind is not CheckKind.LIBRARY
    }
    agree(admin, RULES, **FORM)
    kept = store.university(VALDOMBRA)
    assert kept is not None
    assert kept.blocking_checks == {CheckKind.FEES, CheckKind.LIBRARY}


def test_what_binds_the_office_and_what_enrolled_students_need_is_set_here(
    steps: Steps, admin: Browser
) -> None:
    wanted = FORM | {
        "four_eyes": "y",
        "second_factor": "y",
        "token_days": "0",
        "payment_url": "https://paga.example.org/tasse",
    }
    shown = admin.post(RULES, **wanted).text
    for row in (
        '<th scope="row">due persone per chiudere</th><td>no</td><td>sì</td>',
        '<th scope="row">secondo fattore</th><td>no</td><td>sì</td>',
        "<td>90</td><td>0</td>",
        "<td>–</td><td>https://paga.example.org/tasse</td>",
    ):
        assert row in shown
    agree(admin, RULES, **wanted)
    kept = steps.world.origin.store.university(VALDOMBRA)
    assert kept is not None
    assert (kept.four_eyes, kept.second_factor) == (True, True)
    assert (kept.token_days, kept.payment_url) == (0, "https://paga.example.org/tasse")


@pytest.mark.parametrize("address", ["javascript:alert(1)", "https://", "paga.example.org"])
def test_a_payment_page_is_one_that_browsers_may_be_sent_to(
    steps: Steps, admin: Browser, address: str
) -> None:
    page = admin.post(RULES, **FORM | {"payment_url": address}).text
    assert 'href="#payment_url"' in page
    assert "l&#39;indirizzo non è http(s)://nome/percorso" in page
    kept = steps.world.origin.store.university(VALDOMBRA)
    assert kept is not None
    assert not kept.payment_url


def test_agreeing_to_something_else_shows_it_again(steps: Steps, admin: Browser) -> None:
    found = _MARK.search(admin.post(RULES, **FORM | {"career_days": "45"}).text)
    assert found is not None
    again = admin.post(RULES, agreed=found.group(1), **FORM | {"career_days": "46"}).text
    assert "<td>30</td><td>46</td>" in again
    kept = steps.world.origin.store.university(VALDOMBRA)
    assert kept is not None
    assert kept.terms.career_days == 30


def test_a_form_that_cannot_be_keeps_what_was_typed(admin: Browser) -> None:
    page = admin.post(RULES, **FORM | {"career_days": "9999", "name": "Un altro nome"}).text
    assert "Un numero fra 1 e 730." in page
    assert 'href="#career_days"' in page
    assert 'value="Un altro nome"' in page


def test_a_parked_delivery_is_sent_again_once(steps: Steps, admin: Browser) -> None:
    practice = _parked(steps)
    page = admin.get(f"{BASE}/consegne?state=parked").text
    assert practice in page
    action = re.search(r'action="([^"]+/riprova)"', page)
    attempts = re.search(r'name="attempts" value="(\d+)"', page)
    assert action is not None
    assert attempts is not None
    here, tries = f"{BASE}/consegne", attempts.group(1)
    assert "riparte ora" in admin.post(action.group(1), page=here, attempts=tries).text
    assert "già stata ritentata" in admin.post(action.group(1), page=here, attempts=tries).text
    steps.deliver_all()
    assert steps.out(practice).state.value == "trasferita"


def test_a_delivery_that_never_arrived_is_given_up_for_a_reason(
    steps: Steps, admin: Browser
) -> None:
    practice = _parked(steps)
    page = admin.get(f"{BASE}/consegne").text
    link = re.search(r'href="([^"]+/rinuncia)"', page)
    assert link is not None
    assert "Campo obbligatorio" in admin.post(link.group(1), why="").text
    assert "abbandonata" in admin.post(link.group(1), why="doppione").text
    assert steps.out(practice).state.value == "elaborata"


def test_giving_up_wants_the_password_again(steps: Steps, admin: Browser) -> None:
    _parked(steps)
    link = re.search(r'href="([^"]+/rinuncia)"', admin.get(f"{BASE}/consegne").text)
    assert link is not None
    steps.world.clock.advance(seconds=RECENT.total_seconds() + 1)
    answer = admin.get(link.group(1), follow=False)
    assert answer.location == f"/conferma-identita?next={link.group(1)}"


def test_an_alarm_that_was_seen_to_is_closed(steps: Steps, admin: Browser) -> None:
    _parked(steps)
    page = admin.get(f"{BASE}/allarmi").text
    kind, subject = (
        re.search(rf'name="{name}" value="([^"]+)"', page).group(1)  # type: ignore[union-attr]
        for name in ("kind", "subject")
    )
    assert "Allarme chiuso." in admin.post(f"{BASE}/allarmi", kind=kind, subject=subject).text
    again = admin.post(f"{BASE}/allarmi", kind=kind, subject=subject).text
    assert "alert-danger" in again


def _parked(steps: Steps) -> str:
    """Return a practice whose first sending is parked."""
    practice = steps.ready()
    steps.authorise(practice)

    def park(uow: SqlUnitOfWork) -> None:
        (delivery,) = uow.deliveries.by_state(DeliveryState.WAITING, 10)
        uow.deliveries.save(delivery.parked(delivery.trouble, "prova"))
        uow.alarms.raise_(ALARM_PARKED, delivery.delivery_id, "prova", steps.world.clock())

    steps.origin(park)
    return practice


def test_the_keeper_of_the_installation_sees_how_it_stands(steps: Steps) -> None:
    hire(steps.world.origin, "eva", Grant(Role.SYSTEM))
    visit = signed_in(steps.world.origin, "eva")
    page = visit.get("/sistema").text
    assert "base dati" in page
    assert "Università degli Studi di Valdombra" in page
    assert "partner 91" not in page


def test_partners_are_called_only_when_asked_for(steps: Steps) -> None:
    hire(steps.world.origin, "eva", Grant(Role.SYSTEM))
    page = signed_in(steps.world.origin, "eva").post("/sistema/controlli", page="/sistema").text
    assert "0: " in page
    assert "irraggiungibile" in page


def test_a_university_is_hosted_and_administered_at_once(steps: Steps) -> None:
    hire(steps.world.origin, "eva", Grant(Role.SYSTEM))
    visit = signed_in(steps.world.origin, "eva")
    fields = {"code": "93", "name": "Università di Roccasole", "prefix": "UNIROC"}
    page = visit.post("/sistema/atenei/nuovo", **fields).text
    assert "L&#39;ateneo 93 è ospitato." in page
    assert "esiste già" in visit.post("/sistema/atenei/nuovo", **fields).text
    wrong = visit.post("/sistema/atenei/nuovo", code="94", name="X", prefix="minuscolo").text
    assert 'value="minuscolo"' in wrong


def test_the_administrator_of_a_university_is_not_the_keeper(admin: Browser) -> None:
    assert admin.get("/sistema").status_code == 403
