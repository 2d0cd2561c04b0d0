"""The first page of an office: what waits, what can be done about it, and who may see which."""

import io
import re
import zipfile
from dataclasses import replace
from datetime import date
from html import unescape

import pytest

from gateway.demo.people import numbered
from gateway.demo.sample import Request
from gateway.domain.accounts import Grant, Role
from gateway.domain.deliveries import DeliveryKind, Side
from gateway.domain.identifiers import IdPratica
from gateway.domain.offers import Course, Offer
from gateway.domain.origin import OriginState
from gateway.usecases import commission, destination
from gateway.web.access import READERS
from tests.support.offices import Browser, employ, hire, signed_in
from tests.support.practices import REACH, SMALL, page_of, submitted
from tests.support.transfers import COMMISSION, Steps
from tests.support.universities import MONTELAGO, VALDOMBRA

pytestmark = [
    pytest.mark.integration,
    pytest.mark.requirement("T18"),
    pytest.mark.requirement("T19"),
]

OUT, IN = f"/ateneo/{VALDOMBRA}/lavori", f"/ateneo/{MONTELAGO}/lavori"
COURSE = "0920207302400001"
LISTED = re.compile(r'<a class="code" href="[^"]+">([^<]+)</a>')


def secretary(steps: Steps, *, origin: bool = True, role: Role = Role.OPERATOR) -> Browser:
    world = steps.world
    at = world.origin if origin else world.destination
    application = world.network.hosts["origin" if origin else "destination"]
    return employ(at, VALDOMBRA if origin else MONTELAGO, role, application)


def listed(browser: Browser, address: str) -> list[str]:
    return LISTED.findall(browser.get(address).text)


def text(page: str) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", page).split())


def test_each_practice_stands_where_its_turn_is(steps: Steps) -> None:
    draft, waiting, sent = steps.draft(SMALL), submitted(steps), steps.sent(SMALL)
    browser = secretary(steps)
    assert listed(browser, OUT) == [waiting]
    assert listed(browser, f"{OUT}?gruppo=partner") == [sent]
    assert listed(browser, f"{OUT}?gruppo=student") == [draft]
    assert "da elaborare 1" in text(browser.get(OUT).text)
    steps.refuse(sent)
    steps.deliver_all()
    assert listed(browser, f"{OUT}?gruppo=partner") == []
    assert listed(browser, f"{OUT}?gruppo=ended") == [sent]


def test_the_destination_sees_what_arrived(steps: Steps) -> None:
    sent = steps.sent(SMALL)
    browser = secretary(steps, origin=False)
    page = browser.get(IN).text
    assert LISTED.findall(page) == [sent]
    assert f"/ateneo/{MONTELAGO}/ingresso/{VALDOMBRA}/{sent}/atto/authorise_enrolment" in page


def test_what_the_commission_reports_waits_for_the_office_until_it_asks(steps: Steps) -> None:
    practice = REACH[Side.DESTINATION, "autorizzata valutazione"](steps)
    office = secretary(steps, origin=False)
    row, page = f"{IN}?coda=anomaly_reported", page_of(Side.DESTINATION, practice)
    assert listed(office, row) == []
    report(steps, practice, "manca l'esame <1.3>")
    assert f"{page}/atto/ask_revision" in office.get(row).text
    assert "anomalie segnalate 1" in text(office.get(IN).text)
    shown = unescape(text(office.get(page).text))
    assert "La commissione segnala un'anomalia" in shown
    assert "commissione: manca l'esame <1.3>" in shown
    assert steps.destination(lambda uow: uow.mails.waiting())["incoming anomaly_reported"] == 1
    steps.ask_revision(practice)
    assert listed(office, row) == []
    assert listed(office, f"{IN}?coda=integration_awaited") == [practice]
    assert "La commissione segnala" not in office.get(page).text


def report(steps: Steps, practice: IdPratica, notes: str) -> None:
    """Let the commission report an anomaly."""
    steps.destination(
        lambda uow: commission.report_anomaly(
            destination.find(VALDOMBRA, practice, uow=uow),
            COMMISSION,
            notes,
            uow=uow,
            now=steps.world.clock(),
        )
    )


@pytest.mark.parametrize(("side", "state"), REACH, ids=str)
def test_no_row_leads_a_reader_where_they_may_not_go(steps: Steps, side: Side, state: str) -> None:
    practice = REACH[side, state](steps)
    for role in READERS:
        browser = secretary(steps, origin=side is Side.ORIGIN, role=role)
        page = browser.get(f"{OUT if side is Side.ORIGIN else IN}?stato={state}").text
        assert LISTED.findall(page) == [practice]
        (row,) = re.findall(r"<tr>(?:(?!</tr>).)*class=\"code\".*?</tr>", page, re.DOTALL)
        for address in re.findall(r'href="([^"]+)"', row):
            assert browser.get(unescape(address)).status_code == 200, (role, address)


def test_a_practice_is_found_by_its_identifier_or_its_number(steps: Steps) -> None:
    first, second = steps.draft(SMALL), steps.draft(SMALL)
    browser = secretary(steps)
    assert listed(browser, f"{OUT}?pratica={first}") == [first]
    assert listed(browser, f"{OUT}?pratica=2") == [second]
    assert listed(browser, f"{OUT}?pratica=nessuna") == []


def test_a_student_is_looked_for_by_a_form_and_stands_in_no_address(steps: Steps) -> None:
    practice = submitted(steps)
    browser = secretary(steps)
    student = steps.out(practice).student
    found = browser.post(f"{OUT}/studente", page=OUT, codice_fiscale=student.codice_fiscale.lower())
    assert LISTED.findall(found.text) == [practice]
    assert student.codice_fiscale not in found.text
    none = browser.post(f"{OUT}/studente", page=OUT, codice_fiscale=numbered(77).codice_fiscale)
    assert LISTED.findall(none.text) == []
    wrong = browser.post(f"{OUT}/studente", page=OUT, codice_fiscale="x")
    assert "codice fiscale non valido" in wrong.text
    assert browser.get(f"{OUT}/studente").status_code == 405


def test_one_day_is_said_as_one(steps: Steps) -> None:
    steps.sent(SMALL)
    steps.world.clock.advance(days=1)
    assert "un giorno senza risposta" in text(secretary(steps).get(f"{OUT}?gruppo=partner").text)


def test_clocks_run_on_the_page(steps: Steps) -> None:
    course = Course(
        faculty_code="ING",
        faculty_name="Ingegneria",
        code=COURSE,
        name="Ingegneria informatica",
        deadline=date(2026, 9, 30),
    )
    offer = Offer(2026, (course,), steps.world.clock())
    steps.origin(lambda uow: uow.offers.keep_cached(MONTELAGO, offer))
    steps.sent(SMALL)
    steps.world.clock.advance(days=12)
    page = text(secretary(steps).get(f"{OUT}?gruppo=partner").text)
    assert "12 giorni senza risposta" in page
    assert "scadenza del corso 30/09/2026 (passata)" in page


def test_attachments_that_have_not_come_show_their_last_day(steps: Steps) -> None:
    request = Request(exams=2, attachments=(("A1", "uno.pdf"),))
    practice = steps.draft(request)
    steps.ready_from(practice)
    browser = secretary(steps)
    assert listed(browser, f"{OUT}?coda=to_send") == [practice]


def test_the_checks_of_many_are_run_at_once_and_refusals_hinder_no_other(steps: Steps) -> None:
    first, second, sent = submitted(steps), submitted(steps), steps.sent(SMALL)
    browser = secretary(steps)
    boxes = re.findall(r'name="scelta" value="([^"]+)"', browser.get(OUT).text)
    boxes += re.findall(r'name="scelta" value="([^"]+)"', browser.get(f"{OUT}?gruppo=partner").text)
    done = browser.post(f"{OUT}/insieme", page=OUT, what="process", scelta=boxes)
    assert "Fatto. Pratiche: 2" in done.text
    assert f"Non fatto per 1: {sent}" in done.text
    assert {steps.out(name).state for name in (first, second)} == {OriginState.ELABORATA}
    again = browser.post(f"{OUT}/insieme", page=OUT, what="process", scelta=boxes[:2])
    assert "è cambiata nel frattempo" in again.text


def test_a_foreign_practice_of_the_same_number_lets_nothing_happen_to_ours(steps: Steps) -> None:
    """Another university gives its own numbers: one may be that of a request of ours."""
    ours, theirs = submitted(steps), steps.into(steps.sent(SMALL))
    history = steps.destination(lambda uow: uow.records.history(destination.key_of(theirs)))
    twin = replace(theirs, origin=MONTELAGO, id_pratica=ours, history=tuple(history))
    steps.origin(lambda uow: uow.incoming.add(twin))
    box = f"destination|{MONTELAGO}|{twin.version}|{ours}"
    answer = secretary(steps).post(f"{OUT}/insieme", page=OUT, what="process", scelta=[box])
    assert "Non fatto per 1" in answer.text
    assert steps.out(ours).state is OriginState.PRESENTATA


def test_the_status_of_many_is_asked_for_once(steps: Steps) -> None:
    sent = steps.sent(SMALL)
    browser = secretary(steps)
    page = f"{OUT}?gruppo=partner"
    boxes = re.findall(r'name="scelta" value="([^"]+)"', browser.get(page).text)
    for said in ("Fatto. Pratiche: 1", "era già in coda"):
        assert said in browser.post(f"{OUT}/insieme", page=page, what="status", scelta=boxes).text
    kinds = steps.origin(lambda uow: uow.deliveries.of_practice(MONTELAGO, sent))
    assert [item.kind for item in kinds].count(DeliveryKind.STATUS) == 1


def test_nothing_ticked_and_nothing_known_do_nothing(steps: Steps) -> None:
    browser = secretary(steps)
    for fields in ({"what": "process"}, {"what": "refuse", "scelta": ["origin|92|1|X"]}):
        answer = browser.post(f"{OUT}/insieme", page=OUT, **fields)
        assert "Scegliere almeno una pratica" in answer.text


def test_who_only_looks_ticks_nothing(steps: Steps) -> None:
    submitted(steps)
    browser = secretary(steps, role=Role.AUDITOR)
    assert 'name="scelta"' not in browser.get(OUT).text
    assert browser.post(f"{OUT}/insieme", page=OUT, what="process").status_code == 403


def test_a_filter_is_saved_for_oneself(steps: Steps) -> None:
    submitted(steps)
    browser = secretary(steps)
    browser.post(f"{OUT}/filtri", page=OUT, name="  i   miei ", query="coda=to_process&dopo=x")
    page = browser.get(OUT).text
    assert f'<a href="{OUT}?coda=to_process">i miei</a>' in page
    assert "i miei" not in secretary(steps, role=Role.AUDITOR).get(OUT).text
    number = re.search(r"/lavori/filtri/(\d+)", page)
    assert number is not None
    browser.post(f"{OUT}/filtri/{number.group(1)}", page=OUT)
    assert "i miei" not in browser.get(OUT).text
    assert "vuole un nome" in browser.post(f"{OUT}/filtri", page=OUT, name=" ").text


def test_pages_go_on_where_the_last_one_ended(
    steps: Steps, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("gateway.web.worklist.PAGE", 2)
    kept = []
    for _ in range(5):
        kept.append(steps.draft(SMALL))
        steps.world.clock.advance(seconds=5)
    browser, address, found = secretary(steps), f"{OUT}?gruppo=student", []
    while address:
        page = browser.get(address).text
        found += LISTED.findall(page)
        following = re.search(r'href="([^"]*dopo=[^"]*)"', page)
        address = following.group(1).replace("&amp;", "&") if following else ""
    assert found == kept


def test_the_whole_list_is_exported_with_what_was_asked_for(
    steps: Steps, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("gateway.web.worklist._CHUNK", 2)
    kept = [submitted(steps) for _ in range(3)]
    steps.draft(SMALL)
    browser = secretary(steps)
    answer = browser.get(f"{OUT}.csv?coda=to_process")
    lines = answer.data.decode("utf-8-sig").splitlines()
    assert [line.partition(";")[0] for line in lines] == ["Pratica", *kept]
    assert "attachment" in answer.headers["Content-Disposition"]
    sheet = browser.get(f"{OUT}.ods?coda=to_process")
    with zipfile.ZipFile(io.BytesIO(sheet.data)) as archive:
        content = archive.read("content.xml").decode()
    assert all(name in content for name in kept)


def test_who_works_for_one_faculty_sees_its_practices_only(steps: Steps) -> None:
    course = Course(faculty_code="ING", faculty_name="Ingegneria", code=COURSE, name="Informatica")
    steps.destination(lambda uow: uow.offers.publish(Offer(2026, (course,), steps.world.clock())))
    practice = steps.sent(SMALL)
    world = steps.world
    for name, faculty in (("ada", "ING"), ("ida", "LET")):
        hire(world.destination, name, Grant(Role.OPERATOR, MONTELAGO, faculty))
    page = f"/ateneo/{MONTELAGO}/ingresso/{VALDOMBRA}/{practice}"
    application = world.network.hosts["destination"]
    hers = signed_in(world.destination, "ada", application)
    assert listed(hers, IN) == [practice]
    assert hers.get(page).status_code == 200
    others = signed_in(world.destination, "ida", application)
    assert listed(others, IN) == []
    assert listed(others, f"{IN}?pratica={practice}") == []
    for path in ("", "/documento", "/documento.xml", "/atto/refuse", "/allegati/A1"):
        assert others.get(page + path).status_code == 404, path
    boxes = re.findall(r'name="scelta" value="([^"]+)"', hers.get(IN).text)
    answer = others.post(f"{IN}/insieme", page=IN, what="status", scelta=boxes)
    assert "non è della vostra facoltà" in answer.text


def test_the_page_speaks_english_too(steps: Steps) -> None:
    submitted(steps)
    browser = secretary(steps)
    page = text(browser.post("/lingua/en", page=OUT).text)
    for words in ("Waiting for us 1", "to process 1", "submitted (presentata)", "since today"):
        assert words in page
