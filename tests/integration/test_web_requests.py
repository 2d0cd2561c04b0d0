"""A student chooses a university and a course, drafts, confirms, and follows the request."""

import re
from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from gateway.demo.people import person
from gateway.demo.sample import Request
from gateway.domain.accounts import Role
from gateway.domain.identifiers import IdPratica
from gateway.domain.origin import OriginState
from gateway.domain.terms import Section
from gateway.foglio.documents import element_of
from gateway.usecases.origin import key_of
from tests.support.careers import CLOSED, LIMITED, OPEN, offer, ready_to_ask, student
from tests.support.clock import START
from tests.support.offices import Browser, employ, signed_in
from tests.support.transfers import REQUEST, Steps
from tests.support.universities import MONTELAGO, VALDOMBRA

pytestmark = [pytest.mark.integration, pytest.mark.requirement("T18")]

HOME = f"/ateneo/{VALDOMBRA}/domande"
COMPOSE = f"{HOME}/nuova/{MONTELAGO}/foglio?anno=2026&corso={OPEN.code}"
_VERSION = re.compile(r'name="version"[^>]*value="(\d+)"')


def draft(visit: Browser, address: str = COMPOSE, **fields: str) -> IdPratica:
    """Make a draft by the pages; return its identifier."""
    answer = visit.post(address, follow=False, vai="1", **{"consent": "y", **fields})
    assert answer.status_code == 302, re.findall(r'field-error">([^<]*)', answer.text)
    found = re.search(r"/domande/([A-Z]+\d+)", answer.location)
    assert found is not None
    return IdPratica(found.group(1))


def version(visit: Browser, practice: str, page: str = "") -> str:
    """Return the version that the page of a draft carries."""
    found = _VERSION.search(visit.get(f"{HOME}/{practice}{page}").text)
    assert found is not None
    return found.group(1)


def confirm(visit: Browser, practice: str, seen: str = "") -> str:
    """Press the button of the confirmation; return the page that follows."""
    seen = seen or version(visit, practice)
    page = f"{HOME}/{practice}"
    return str(visit.post(f"{page}/conferma", page=page, version=seen).text)


def test_who_has_no_career_is_told_whom_to_ask(steps: Steps) -> None:
    page = student(steps).get(HOME).text
    assert "La carriera dello studente non è ancora disponibile" in page
    assert "Nuova domanda" not in page.partition("<h1>")[2]


def test_the_offer_is_a_tree_with_what_a_student_must_know(steps: Steps) -> None:
    page = ready_to_ask(steps).get(f"{HOME}/nuova/{MONTELAGO}").text
    assert "21/09/2026 10:00" in page  # when it was read, in Italy
    assert page.count("<details") == 2
    limited = page[page.index(LIMITED.name) :]
    assert "accesso programmato: prova di ammissione" in limited.partition("</li>")[0]
    assert "https://www.example.org/informatica" in page
    assert "javascript:" not in page
    closed = page[page.index(CLOSED.name) :].partition("</li>")[0]
    assert "31/08/2026" in closed
    assert CLOSED.code not in "".join(re.findall(r'href="([^"]*)"', closed))


def test_the_search_needs_no_script(steps: Steps) -> None:
    visit = ready_to_ask(steps)
    page = visit.get(f"{HOME}/nuova/{MONTELAGO}?cerca=chirurgia+LM-41").text
    assert LIMITED.name in page
    assert OPEN.name not in page
    assert '<details class="faculty" open>' in page
    assert "Nessun corso corrisponde" in visit.get(f"{HOME}/nuova/{MONTELAGO}?cerca=zzz").text


def test_a_limited_course_reminds_of_its_test_and_stops_nobody(steps: Steps) -> None:
    visit = ready_to_ask(steps)
    address = COMPOSE.replace(OPEN.code, LIMITED.code)
    assert "nessuna data la blocca qui" in visit.get(address).text
    practice = draft(visit, address, test_passed="no")
    assert "Domanda presentata, protocollo" in confirm(visit, practice)


def test_a_course_that_has_closed_cannot_be_asked_for(steps: Steps) -> None:
    visit = ready_to_ask(steps)
    answer = visit.post(COMPOSE.replace(OPEN.code, CLOSED.code), consent="y", vai="1")
    assert answer.status_code == 422
    assert "domanda presentata dopo la scadenza del 31/08/2026" in answer.text
    assert steps.origin(lambda uow: uow.outgoing.listing()) == []


def test_the_foglio_is_made_of_the_career_and_of_what_is_asked(steps: Steps) -> None:
    visit = ready_to_ask(steps)
    preview = visit.get(COMPOSE).text
    assert "Analisi matematica 1" in preview
    assert "Liceo scientifico di prova" in preview
    practice = draft(visit, year_of_course="2", notes="manca Fisica 3", why="famiglia")
    kept = steps.origin(lambda uow: uow.foglios.draft(uow.outgoing.get(practice).foglio))  # type: ignore[union-attr]
    section = element_of(kept).find("Trasferimento")
    assert section is not None
    wanted = "DestinazioneTrasferimento"
    for path, value in {
        "DomandaDiTrasferimento/AteneoProvenienza/CodiceAteneo": VALDOMBRA,
        "DomandaDiTrasferimento/DataPresentazione": START.date().isoformat(),
        "DomandaDiTrasferimento/ConsensoTrattamentoDati": "SI",
        "DomandaDiTrasferimento/Motivazione": "famiglia",
        "DomandaDiTrasferimento/NoteStudente": "manca Fisica 3",
        f"{wanted}/CodiceAteneo": MONTELAGO,
        f"{wanted}/CodiceCorsoStudi/codice": OPEN.code,
        f"{wanted}/Sede": "022205",
        f"{wanted}/AnnoCorso": "2",
        "PagamentoAnnoAccademicoTrasferimento/InRegola": "SI",
    }.items():
        assert section.findtext(path) == value, path
    assert steps.world.origin.documents.read(kept).sections == set(Section)


def test_words_pasted_with_control_characters_are_kept_without_them(steps: Steps) -> None:
    visit = ready_to_ask(steps)
    practice = draft(visit, notes="manca\x0bFisica 3\x0ce\x01 4", why="\x0bcasa\x1b\ufffe")
    asked = asked_of(steps, practice)
    assert asked.findtext("NoteStudente") == "manca\nFisica 3\ne 4"
    assert asked.findtext("Motivazione") == "casa"
    page = f"{HOME}/{practice}/modifica"
    seen = version(visit, practice)
    visit.post(page, version=seen, notes="manca\x0canche Chimica")
    assert asked_of(steps, practice).findtext("NoteStudente") == "manca\nanche Chimica"


def asked_of(steps: Steps, practice: IdPratica) -> Any:
    """Return what a draft asks for."""
    kept = steps.origin(lambda uow: uow.foglios.draft(uow.outgoing.get(practice).foglio))  # type: ignore[union-attr]
    return element_of(kept).find("Trasferimento/DomandaDiTrasferimento")


@pytest.mark.parametrize("year", ["primo", "0", "7", "99999999999", "²"])
def test_a_year_of_course_that_there_is_not_is_refused(steps: Steps, year: str) -> None:
    visit = ready_to_ask(steps)
    answer = visit.post(COMPOSE, year_of_course=year, consent="y")
    assert answer.status_code == 422
    assert "Scelta non valida" in answer.text
    assert steps.origin(lambda uow: uow.outgoing.listing()) == []


def test_a_confirmed_request_is_registered_once(steps: Steps) -> None:
    visit = ready_to_ask(steps)
    practice = draft(visit)
    seen = version(visit, practice)
    assert "Domanda presentata, protocollo" in confirm(visit, practice, seen)
    again = confirm(visit, practice, seen)
    assert "Nel frattempo la domanda è cambiata (conferma" in again
    out = steps.out(practice)
    assert out.state is OriginState.PRESENTATA
    assert [step.state for step in steps.origin(lambda uow: uow.records.steps(key_of(out)))] == [
        "bozza",
        "presentata",
    ]


def test_a_check_at_which_nobody_has_looked_is_no_irregularity(steps: Steps) -> None:
    visit = ready_to_ask(steps)
    assert "Nessuna." in irregular(confirm(visit, draft(visit)))


def test_a_check_that_failed_is_one_until_the_secretariat_settles_it(steps: Steps) -> None:
    visit = ready_to_ask(steps)
    practice = draft(visit, notes="vorrei iniziare dopo")
    assert "vorrei iniziare dopo" in irregular(confirm(visit, practice))
    steps.ready_confirmed(practice)
    assert "Nessuna." in irregular(visit.get(f"{HOME}/{practice}").text)


def irregular(page: str) -> str:
    """Return what the page of a request says of irregularities."""
    return page.partition("Irregolarità non ancora risolte")[2].partition("Avanzamento")[0]


def test_a_draft_without_consent_can_be_kept_and_not_confirmed(steps: Steps) -> None:
    visit = ready_to_ask(steps)
    practice = draft(visit, consent="")
    page = visit.get(f"{HOME}/{practice}").text
    assert "Manca l&#39;autorizzazione al trattamento dei dati" in page
    assert "Presenta la domanda" not in page
    assert "manca l&#39;autorizzazione" in confirm(visit, practice, "1")
    assert steps.out(practice).state is OriginState.BOZZA


def test_unpaid_fees_stop_the_confirmation_and_are_shown_before(steps: Steps) -> None:
    visit = ready_to_ask(steps, Request(exams=3, fees_in_order="NO"))
    practice = draft(visit)
    page = visit.get(f"{HOME}/{practice}").text
    assert "impedisce la conferma" in page
    assert "verifica non superata: regolarità delle tasse" in confirm(visit, practice, "1")
    assert steps.out(practice).state is OriginState.BOZZA


def test_a_draft_confirmed_on_another_day_is_dated_that_day(steps: Steps) -> None:
    visit = ready_to_ask(steps)
    practice = draft(visit)
    steps.world.clock.advance(days=3)
    visit = signed_again(steps)
    confirm(visit, practice)
    kept = steps.origin(lambda uow: uow.foglios.draft(uow.outgoing.get(practice).foglio))  # type: ignore[union-attr]
    day = element_of(kept).findtext("Trasferimento/DomandaDiTrasferimento/DataPresentazione")
    assert day == "2026-09-24"


def signed_again(steps: Steps) -> Browser:
    """Return a new browser of the student."""
    return signed_in(steps.world.origin, "studente.quattrocchi")


def test_a_course_that_closed_after_the_draft_stops_the_confirmation(steps: Steps) -> None:
    visit = ready_to_ask(steps)
    practice = draft(visit)
    steps.world.clock.advance(days=60)
    assert "dopo la scadenza" in confirm(signed_again(steps), practice)
    assert steps.out(practice).state is OriginState.BOZZA


def test_a_student_has_one_request_at_a_time(steps: Steps) -> None:
    visit = ready_to_ask(steps)
    practice = draft(visit)
    answer = visit.post(COMPOSE, page=HOME, consent="y", vai="1")
    assert f"C&#39;è già una domanda di trasferimento: {practice}" in answer.text
    assert len(steps.origin(lambda uow: uow.outgoing.listing())) == 1


def test_a_cancelled_draft_makes_room_for_another(steps: Steps) -> None:
    visit = ready_to_ask(steps)
    practice = draft(visit)
    page = f"{HOME}/{practice}/annulla"
    seen = version(visit, practice, "/annulla")
    assert "Bozza annullata" in visit.post(page, version=seen).text
    assert steps.out(practice).state is OriginState.CANCELLATA
    assert draft(visit) != practice


def test_a_draft_is_changed_to_another_course_and_keeps_its_number(steps: Steps) -> None:
    visit = ready_to_ask(steps)
    practice = draft(visit, notes="prima")
    page = f"{HOME}/{practice}/modifica"
    assert "prima</textarea>" in visit.get(page).text
    answer = visit.post(
        f"{page}?corso={LIMITED.code}",
        version=version(visit, practice, "/modifica"),
        notes="dopo",
        consent="y",
        bozza="1",
    )
    assert "Bozza salvata" in answer.text
    assert steps.out(practice).course_code == LIMITED.code
    stale = visit.post(page, version="1", notes="vecchia", consent="y", vai="1")
    assert "Nel frattempo la domanda è cambiata (modifica" in stale.text
    assert ">dopo<" in stale.text


def test_another_student_finds_nothing_at_the_address(steps: Steps) -> None:
    practice = draft(ready_to_ask(steps))
    other = student(steps, person("Altrui", "Piero", "M", date(2002, 2, 2)))
    for page in ("", "/modifica", "/annulla"):
        assert other.get(f"{HOME}/{practice}{page}").status_code == 404
    assert other.post(f"{HOME}/{practice}/conferma", page=HOME, version="1").status_code == 404
    assert other.post(f"{HOME}/{practice}/aggiorna", page=HOME).status_code == 404
    assert str(practice) not in other.get(HOME).text


def test_the_secretariat_has_no_requests_of_its_own(steps: Steps) -> None:
    assert employ(steps.world.origin, VALDOMBRA, Role.OPERATOR).get(HOME).status_code == 403


def test_progress_of_both_sides_is_one_line_and_the_token_comes_with_what_to_do(
    steps: Steps,
) -> None:
    visit = ready_to_ask(steps)
    practice = draft(visit)
    confirm(visit, practice)
    page = visit.get(f"{HOME}/{practice}").text
    assert "Domanda presentata" in page
    assert "Domanda non ancora pervenuta" in page
    steps.ready_confirmed(practice)
    assert "Domanda in fase di verifica" in visit.get(f"{HOME}/{practice}").text
    steps.authorise(practice)
    steps.deliver_all()
    page = visit.get(f"{HOME}/{practice}").text
    assert "Domanda trasmessa" in page
    token = steps.out(practice).token
    assert token is not None
    assert f"<code>{token.value}</code>" in page
    assert "Chiedi alla destinazione a che punto è" in page
    visit.post(f"{HOME}/{practice}/aggiorna", page=f"{HOME}/{practice}")
    steps.deliver_all()
    page = visit.get(f"{HOME}/{practice}").text
    line = page[page.index("Passi dei due atenei") :]
    assert line.index("domanda presentata") < line.index("Politecnico di Montelago")
    assert "ricevuta" in line
    assert "come risultava il" in page


def test_a_confirmed_request_leads_to_where_its_contribution_is_paid(steps: Steps) -> None:
    store, pay = steps.world.origin.store, "https://pagamenti.example.it/"
    visit = ready_to_ask(steps)
    practice = draft(visit)
    confirm(visit, practice)
    assert "contributo di trasferimento" not in visit.get(f"{HOME}/{practice}").text
    (here,) = store.universities()
    store.save_university(replace(here, payment_url=pay))
    assert f'<a href="{pay}"' in visit.get(f"{HOME}/{practice}").text


def test_an_offer_that_was_never_read_is_asked_for_once(steps: Steps) -> None:
    visit = ready_to_ask(steps)
    offer_page = f"{HOME}/nuova/{MONTELAGO}"
    assert "appena stata letta" in visit.post(f"{offer_page}/offerta", page=offer_page).text
    steps.world.clock.advance(minutes=11)
    for _ in range(2):
        visit.post(f"{offer_page}/offerta", page=offer_page)
    assert len(steps.due(steps.world.origin, VALDOMBRA)) == 1
    offer(steps)


def test_the_pages_speak_english(steps: Steps) -> None:
    visit = ready_to_ask(steps)
    practice = draft(visit)
    visit.post("/lingua/en", page=HOME)
    page = visit.get(f"{HOME}/{practice}").text
    assert "Draft of the request" in page
    assert "Submit the request" in page
    assert "My requests" in page


def test_what_the_student_wrote_stays_text(steps: Steps) -> None:
    visit = ready_to_ask(steps, REQUEST)
    practice = draft(visit, notes="<script>alert(1)</script>")
    page = visit.get(f"{HOME}/{practice}").text
    assert "<script>alert(1)" not in page
    assert "&lt;script&gt;alert(1)" in page
