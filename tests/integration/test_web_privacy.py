"""Personal data on pages: terms, a person's copy, erasure; the statement, and public pages."""

import io
import json
import re
import zipfile

import pytest
from werkzeug.test import TestResponse

from gateway.domain.accounts import Role
from gateway.domain.retention import Kept
from gateway.usecases import privacy
from tests.support.offices import Browser, browser, employ
from tests.support.transfers import REQUEST, Steps
from tests.support.universities import VALDOMBRA

pytestmark = [pytest.mark.integration, pytest.mark.requirement("T18")]

BASE = f"/ateneo/{VALDOMBRA}/amministrazione/dati"
PERSON = REQUEST.student.codice_fiscale
STATEMENT = f"/ateneo/{VALDOMBRA}/informativa"
_MARK = re.compile(r'name="agreed" value="([0-9a-f]{64})"')


def keep_statement(visit: Browser, **texts: str) -> TestResponse:
    """Send the form of the statement as it stands on the page now."""
    page = f"{BASE}/informativa"
    return visit.post(page, seen=seen_on(visit, page), **texts)


def seen_on(visit: Browser, page: str) -> str:
    found = re.search(r'name="seen"[^>]*value="([0-9a-f]{64})"', visit.get(page).text)
    assert found is not None
    return found.group(1)


@pytest.fixture
def admin(steps: Steps) -> Browser:
    return employ(steps.world.origin, VALDOMBRA, Role.ADMINISTRATOR)


def test_a_term_changes_after_it_was_shown(steps: Steps, admin: Browser) -> None:
    page = f"{BASE}/termini/tokens"
    shown = admin.post(page, days="60").text
    assert "<td>30 giorni</td><td>60 giorni</td>" in shown
    found = _MARK.search(shown)
    assert found is not None
    assert "Il termine è cambiato." in admin.post(page, days="60", agreed=found.group(1)).text
    assert steps.origin(lambda uow: privacy.policy_of(uow=uow))[Kept.TOKENS] == 60


def test_a_term_that_the_exchange_does_not_bear_is_refused(steps: Steps, admin: Browser) -> None:
    page = f"{BASE}/termini/messages"
    found = _MARK.search(admin.post(page, days="1").text)
    assert found is not None
    refused = admin.post(page, days="1", agreed=found.group(1)).text
    assert "60" in refused
    assert "alert-danger" in refused
    assert steps.origin(lambda uow: privacy.policy_of(uow=uow))[Kept.MESSAGES] == 1826


def test_a_person_is_found_and_gets_a_copy(steps: Steps, admin: Browser) -> None:
    practice = steps.sent()
    asked = {"person": PERSON.lower(), "why": "richiesta 12/2026"}
    page = admin.post(f"{BASE}/persona", act="find", **asked).text
    assert "Che cosa si ha" in page
    answer = admin.post(f"{BASE}/persona", act="export", **asked)
    assert answer.headers["Content-Disposition"] == 'attachment; filename="copia.zip"'
    assert answer.headers["Cache-Control"] == "no-store"
    with zipfile.ZipFile(io.BytesIO(answer.data)) as archive:
        data = json.loads(archive.read("dati.json"))
        assert data["codice_fiscale"] == PERSON
        assert practice in archive.read("dati.json").decode()
        assert "leggimi.txt" in archive.namelist()
    assert "richiesta 12/2026" in admin.get(BASE).text


def test_a_person_is_not_erased_while_a_practice_is_open(steps: Steps, admin: Browser) -> None:
    steps.sent()
    asked = {"person": PERSON, "why": "richiesta 13/2026", "legal_basis": "art. 17"}
    page = admin.post(f"{BASE}/persona", act="erase", **asked).text
    assert "alert-danger" in page
    assert 'value="richiesta 13/2026"' in page


def test_a_person_without_open_practices_is_erased(steps: Steps, admin: Browser) -> None:
    practice = steps.sent()
    steps.cancel(practice)
    steps.deliver_all()
    asked = {"person": PERSON, "why": "richiesta 14/2026", "legal_basis": "art. 17"}
    page = admin.post(f"{BASE}/persona", act="erase", **asked).text
    assert "Righe cancellate:" in page
    left = admin.post(f"{BASE}/persona", act="find", **asked).text
    assert "chi ha esportato o cancellato dati personali: 1" in left
    assert "messaggi" not in left.partition("Che cosa si ha")[2].partition("</section>")[0]


def test_what_is_no_codice_fiscale_is_refused(admin: Browser) -> None:
    page = admin.post(f"{BASE}/persona", act="find", person="XYZ", why="prova").text
    assert "alert-danger" in page
    assert "Campo obbligatorio" in admin.post(f"{BASE}/persona", person=PERSON, why="").text


def test_a_university_has_its_own_statement_and_else_the_programs(
    steps: Steps, admin: Browser
) -> None:
    stranger = browser(steps.world.origin)
    ours = stranger.get(STATEMENT).text
    assert '<h2 class="h4">I diritti</h2>' in ours
    assert "Università degli Studi di Valdombra" in ours
    text = "# Titolo nostro\r\n\r\nIl DPO è <b>qui</b>.\r\n\r\nSecondo."
    keep_statement(admin, it=text, en="")
    changed = stranger.get(STATEMENT).text
    assert '<h2 class="h4">Titolo nostro</h2>' in changed
    assert "<p>Il DPO è &lt;b&gt;qui&lt;/b&gt;.</p>" in changed
    assert "I diritti" not in changed
    english = stranger.post("/lingua/en", page=STATEMENT).text
    assert '<h2 class="h4">Rights</h2>' in english
    keep_statement(admin, it="", en="")
    assert "I diritti" in browser(steps.world.origin).get(STATEMENT).text


def test_a_statement_that_another_kept_meanwhile_is_not_lost(admin: Browser) -> None:
    page = f"{BASE}/informativa"
    seen = seen_on(admin, page)
    keep_statement(admin, it="Del primo", en="")
    told = admin.post(page, seen=seen, it="Del secondo", en="")
    assert "nulla è stato salvato" in told.text
    assert ">\nDel secondo" in told.text.replace("\r", "")
    assert "Del primo" in admin.get(page).text
    keep_statement(admin, it="Del secondo", en="")
    assert "Del primo" not in admin.get(page).text


def test_everybody_finds_help_and_the_accessibility_statement(steps: Steps) -> None:
    stranger = browser(steps.world.origin)
    page = stranger.get("/").text
    for address in ("/aiuto", "/accessibilita", "/servizi"):
        assert f'href="{address}"' in page
        assert stranger.get(address).status_code == 200
    assert "parzialmente conformi" in stranger.get("/accessibilita").text


def test_the_help_for_a_visitor_begins_with_their_role(admin: Browser) -> None:
    page = admin.get("/aiuto").text
    assert page.index("Amministratore") < page.index("Studente")
    assert page.count("il vostro ruolo") == 1


@pytest.mark.parametrize(
    ("path", "status"), [("/niente", 404), ("/ateneo/77/lavori", 404), ("/lingua/it", 405)]
)
def test_errors_say_what_to_do(steps: Steps, path: str, status: int) -> None:
    answer = browser(steps.world.origin).get(path)
    assert answer.status_code == status
    assert "Alla prima pagina" in answer.text
    assert answer.text.count("<h1") == 1
