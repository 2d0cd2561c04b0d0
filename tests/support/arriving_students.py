"""Students who arrive in tests: where the pages are, coming in by token, confirming every step."""

import re

from gateway.demo.sample import Request, foglio
from gateway.domain.identifiers import IdPratica
from gateway.usecases import origin
from tests.support.offices import Browser, browser
from tests.support.transfers import OFFICE, Steps
from tests.support.universities import MONTELAGO

HERE = f"/ateneo/{MONTELAGO}"
ENTRANCE = f"{HERE}/arrivo"
SHOW = f"{HERE}/arrivo/domanda"
RECEIPT = f"{HERE}/arrivo/ricevuta"
DATA, CAREER, COURSE, FINAL = (
    f"{HERE}/immatricolazione/{step}" for step in ("dati", "carriera", "corso", "conferma")
)
VERSION = re.compile(r'name="version" value="(\d+)"')
FIELD = re.compile(r'<input class="form-control[^"]*" id="([^"]+)" name="[^"]+" value="([^"]*)"')
TICK = re.compile(r'name="confirm" value="([^"]*)"')
SECRET = re.compile(r"<code>([A-Z0-9]{5}-[A-Z0-9]{5}-[A-Z0-9]{5})</code>")


def token_of(steps: Steps, practice: IdPratica) -> str:
    """Return the token of a practice."""
    found = steps.into(practice).token
    assert found is not None
    return found.value


def comes(steps: Steps, practice: IdPratica, visit: Browser | None = None) -> Browser:
    """Return the browser of a student who came in by token."""
    visit = visit or browser(steps.world.destination)
    answer = visit.post(
        ENTRANCE,
        codice_fiscale=steps.into(practice).student.codice_fiscale.lower(),
        token=token_of(steps, practice).lower(),
    )
    assert answer.request.path == SHOW
    return visit


def version(visit: Browser, page: str) -> str:
    """Return the version that a form stands on."""
    found = VERSION.search(visit.get(page).text)
    assert found
    return found.group(1)


def fields(visit: Browser) -> dict[str, str]:
    """Return the data as the form has them."""
    return dict(FIELD.findall(visit.get(DATA).text))


def confirm_all(visit: Browser, course: str = "") -> None:
    """Confirm every step as it is."""
    answer = visit.post(DATA, version=version(visit, DATA), **fields(visit))
    assert answer.request.path == CAREER
    answer = visit.post(CAREER, version=version(visit, CAREER), remark="")
    assert answer.request.path == COURSE
    chosen = {"course": course} if course else {}
    answer = visit.post(COURSE, version=version(visit, COURSE), privacy="1", **chosen)
    assert answer.request.path == FINAL, answer.text


def send_another(steps: Steps, practice: IdPratica, request: Request) -> None:
    """Let the origin send the foglio again, with other contents."""
    world = steps.world.origin
    steps.origin(
        lambda uow: origin.edit(
            origin.find(practice, uow=uow),
            foglio(request),
            OFFICE,
            "integrazione",
            uow=uow,
            documents=world.documents,
            now=world.clock(),
        )
    )
    steps.world.clock.advance(seconds=5)
    steps.send_again(practice)
    steps.deliver_all()
