"""The log of what people did and looked at."""

import csv
import io
import re

import pytest

from gateway.domain.accounts import EVERYWHERE, Grant, Role
from gateway.domain.audit import AuditEntry
from gateway.domain.identifiers import MiurCode
from gateway.domain.retention import TERMS, Kept
from gateway.usecases import privacy
from gateway.usecases.ports import StoreUnavailable
from storage.tables import audit_entries
from tests.support.offices import Browser, browser, hire, signed_in
from tests.support.storage import rows_of
from tests.support.transfers import Steps
from tests.support.universities import MONTELAGO, VALDOMBRA

pytestmark = [pytest.mark.integration, pytest.mark.requirement("T18")]

LOG = f"/ateneo/{VALDOMBRA}/amministrazione/registro"


def auditor(steps: Steps) -> Browser:
    hire(steps.world.origin, "revisore", Grant(Role.AUDITOR, VALDOMBRA))
    return signed_in(steps.world.origin, "revisore", steps.world.network.hosts["origin"])


def note(steps: Steps, action: str, university: MiurCode = VALDOMBRA, **fields: object) -> None:
    at = steps.world.clock()
    entry = AuditEntry(at=at, action=action, university=university, **fields)  # type: ignore[arg-type]
    steps.world.origin.store.audit.note([entry])


def test_who_entered_and_who_failed_to_is_seen_by_their_universitys_auditor(steps: Steps) -> None:
    hire(steps.world.origin, "eva", Grant(Role.OPERATOR, MONTELAGO))
    application = steps.world.network.hosts["origin"]
    for name in ("revisore", "eva"):
        browser(steps.world.origin, application).post(
            "/accesso", username=name, password="sbagliata"
        )
    visit = auditor(steps)
    browser(steps.world.origin, application).post(
        "/accesso", username="revisore", password="sbagliata"
    )
    page = visit.get(LOG).text
    assert "accesso rifiutato" in page
    assert "eva" not in page


def test_the_log_is_filtered_by_person_action_practice_and_day(steps: Steps) -> None:
    auditor(steps)
    note(steps, "practice_viewed", username="ada", practice="P1")
    steps.world.clock.advance(days=1)
    visit = signed_in(steps.world.origin, "revisore", steps.world.network.hosts["origin"])
    note(steps, "message_sent", username="bea", practice="P2")
    for words, seen, unseen in (
        ("chi=ADA", "ada", "bea"),
        ("azione=message_sent", "bea", "ada"),
        ("pratica=P1", "ada", "bea"),
        ("al=2026-09-21", "ada", "bea"),
        ("dal=2026-09-22", "bea", "ada"),
    ):
        page = visit.get(f"{LOG}?{words}").text
        assert f"<td>{seen}</td>" in page
        assert f"<td>{unseen}</td>" not in page
    assert visit.get(f"{LOG}?dal=ieri&prima=x").status_code == 200


def test_the_log_has_pages(steps: Steps) -> None:
    visit = auditor(steps)
    for number in range(120):
        note(steps, "practice_viewed", practice=f"P{number:03d}")
    seen: list[str] = []
    address = f"{LOG}?azione=practice_viewed"
    while address:
        page = visit.get(address).text
        seen += re.findall(r"<td>(P\d{3})</td>", page)
        following = re.search(r'href="([^"]*prima=[^"]*)"', page)
        address = following.group(1).replace("&amp;", "&") if following else ""
    assert seen == [f"P{number:03d}" for number in range(119, -1, -1)]


def test_the_file_has_every_line_and_no_formula(steps: Steps) -> None:
    visit = auditor(steps)
    note(steps, "practice_viewed", username="ada", practice="P1", detail='=HYPERLINK("x")')
    answer = visit.get(f"{LOG}/registro.csv?pratica=P1")
    assert answer.content_type == "text/csv; charset=utf-8"
    rows = list(csv.reader(io.StringIO(answer.text.removeprefix("\ufeff")), delimiter=";"))
    assert rows[0] == ["quando", "chi", "azione", "pratica", "oggetto", "dettaglio"]
    assert rows[1][1:] == ["ada", "practice_viewed", "P1", "", '\'=HYPERLINK("x")']
    assert "registro esportato" in visit.get(LOG).text


def test_nothing_of_other_universities_is_seen(steps: Steps) -> None:
    note(steps, "practice_viewed", MONTELAGO, practice="P9")
    note(steps, "practice_viewed", EVERYWHERE, practice="P8")
    page = auditor(steps).get(LOG).text
    assert "P9" not in page
    assert "P8" not in page


@pytest.mark.parametrize("role", [Role.OPERATOR, Role.APPROVER])
def test_the_log_is_for_auditors_and_administrators(steps: Steps, role: Role) -> None:
    hire(steps.world.origin, "ada", Grant(role, VALDOMBRA))
    visit = signed_in(steps.world.origin, "ada", steps.world.network.hosts["origin"])
    assert visit.get(LOG).status_code == 403
    assert visit.get(f"{LOG}/registro.csv").status_code == 403


def test_a_page_whose_entry_cannot_be_kept_is_not_shown(
    steps: Steps, monkeypatch: pytest.MonkeyPatch
) -> None:
    visit = auditor(steps)

    def fail(entries: object) -> None:
        raise StoreUnavailable("OperationalError")

    monkeypatch.setattr(steps.world.origin.store.audit, "note", fail)
    answer = visit.get(LOG)
    assert answer.status_code >= 500
    assert "Attività, le più recenti prima" not in answer.text


def test_entries_are_outlived_by_their_term(steps: Steps) -> None:
    note(steps, "practice_viewed", practice="P1")
    note(steps, "signed_in", EVERYWHERE)
    store, clock = steps.world.origin.store, steps.world.clock
    term = TERMS[Kept.AUDIT].days
    assert term is not None
    for days, left in ((term - 1, 2), (2, 0)):
        clock.advance(days=days)
        privacy.run(VALDOMBRA, open_uow=store.open_uow, now=clock())
        forget = {item.name: item for item in steps.world.origin.timetable.schedules()}
        forget["forget-sign-ins"].run(clock())
        assert len(rows_of(store)[audit_entries.name]) == left
