"""The page of a practice tells everything that is known of it, to those whom it concerns."""

import re
from dataclasses import replace
from urllib.parse import quote

import pytest

from gateway.demo.sample import Request, foglio
from gateway.domain.accounts import Role
from gateway.domain.attachments import Attachment, AttachmentReference, AttachmentState
from gateway.domain.deliveries import DeliveryKind, Side
from gateway.domain.identifiers import IdPratica
from gateway.domain.offers import Offer
from gateway.usecases import origin
from gateway.usecases.ports import PracticeKey
from storage.unit_of_work import SqlUnitOfWork
from tests.support.contract_foglio import PDF
from tests.support.offices import Browser, employ
from tests.support.practices import SMALL, confirm, page_of
from tests.support.transfers import OFFICE, Steps
from tests.support.universities import MONTELAGO, VALDOMBRA

pytestmark = [
    pytest.mark.integration,
    pytest.mark.requirement("T18"),
    pytest.mark.requirement("T19"),
    pytest.mark.requirement("T20"),
]


def office(steps: Steps, side: Side, role: Role = Role.OPERATOR) -> Browser:
    world = steps.world
    at = world.origin if side is Side.ORIGIN else world.destination
    university = VALDOMBRA if side is Side.ORIGIN else MONTELAGO
    return employ(at, university, role, world.network.hosts[side.value])


def text(page: str) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", page).split())


def test_both_sides_and_every_message_stand_in_one_line_of_time(steps: Steps) -> None:
    practice = steps.ready(SMALL)
    steps.world.clock.advance(minutes=1)
    steps.authorise(practice)
    steps.world.clock.advance(minutes=1)
    steps.deliver_all()
    steps.world.clock.advance(minutes=1)
    steps.authorise_enrolment(practice)
    browser = office(steps, Side.ORIGIN)
    page = page_of(Side.ORIGIN, practice)
    assert "Richiesta dello stato in coda" in browser.post(f"{page}/stato", page=page).text
    assert "già in coda" in browser.post(f"{page}/stato", page=page).text
    steps.deliver_all()
    whole = browser.get(page).text
    line = text(
        whole[whole.index('class="happened"') : whole.index("</ol>", whole.index("happened"))]
    )
    told = [
        "ora è presentata · numero 2026/0000001",
        "ora è validata",
        "invio del foglio · accettato",
        "ora è trasferita",
        "autorizzata immatricolazione",
        "richiesta dello stato · accettato",
    ]
    places = [line.index(words) for words in told if words in line]
    assert len(places) == len(told), line
    assert " ms" in line
    assert "autorizzata immatricolazione" in text(whole[: whole.index('class="happened"')])


def test_a_student_who_came_by_token_is_called_so_in_the_language_of_the_page(
    steps: Steps,
) -> None:
    practice = steps.sent(SMALL)
    steps.authorise_enrolment(practice)
    steps.enrol(practice)
    visit, page = office(steps, Side.DESTINATION), page_of(Side.DESTINATION, practice)
    whole = text(visit.get(page).text)
    assert "noi (studente)" in whole
    assert "Chiedi lo stato" in whole
    assert "di nuovo" not in whole  # nothing was asked yet
    visit.client.set_cookie("lingua", "en")
    assert "us (student)" in text(visit.get(page).text)


def test_what_the_other_side_answered_is_told_in_its_words(steps: Steps) -> None:
    practice = steps.ready(replace(SMALL, course="sconosciuto"))
    steps.destination(lambda uow: uow.offers.publish(Offer(2026, (), steps.world.clock())))
    steps.authorise(practice)
    steps.deliver_all()
    page = text(office(steps, Side.ORIGIN).get(page_of(Side.ORIGIN, practice)).text)
    assert "invio del foglio · rifiutato (42)" in page
    assert "risposta: [42] corso di studi sconosciuto non offerto" in page or (
        "corso di studi sconosciuto non offerto" in page
    )


def test_the_foglio_is_read_as_a_document_and_downloaded_as_xml(steps: Steps) -> None:
    practice = steps.sent(Request(exams=3))
    for side in Side:
        browser, page = office(steps, side), page_of(side, practice)
        document = text(browser.get(f"{page}/documento").text)
        for words in (
            "1. Domanda di trasferimento",
            "4. Carriera universitaria",
            "Codice fiscale, con carattere di controllo valido QTTFLL03D57Q001F",
            "Data di nascita 17/04/2003",
            "Analisi matematica 1",
            "Importo dovuto 1450,00",
        ):
            assert words in document, words
        xml = browser.get(f"{page}/documento.xml")
        assert xml.content_type == "application/xml"
        assert "attachment" in xml.headers["Content-Disposition"]
        assert b"<FoglioCongedo" in xml.data
        assert steps.world.origin.documents.read(xml.data).student is not None
    assert b"NumeroProtocollo" in xml.data  # as it was sent, not as it was drafted
    assert browser.get(f"{page}/documento-2.xml").status_code == 404


def test_at_the_destination_each_section_is_the_latest_that_came(steps: Steps) -> None:
    practice = steps.sent(SMALL)
    steps.ask_revision(practice)
    steps.deliver_all()
    _correct(steps, practice, Request(exams=5))
    steps.send_again(practice)
    steps.deliver_all()
    browser, page = office(steps, Side.DESTINATION), page_of(Side.DESTINATION, practice)
    assert "Chimica generale" in browser.get(f"{page}/documento").text
    assert b"Chimica generale" not in browser.get(f"{page}/documento.xml").data
    assert b"Chimica generale" in browser.get(f"{page}/documento-2.xml").data


def _correct(steps: Steps, practice: IdPratica, request: Request) -> None:
    world = steps.world.origin
    steps.origin(
        lambda uow: origin.edit(
            origin.find(practice, uow=uow),
            foglio(request),
            OFFICE,
            "corretto",
            uow=uow,
            documents=world.documents,
            now=world.clock(),
        )
    )


def attach(steps: Steps, content: bytes) -> IdPratica:
    """Send a foglio that announces an attachment, and keep its document at the origin."""
    practice = steps.draft(Request(exams=2, attachments=(("A1", "piano di studi.pdf"),)))
    until = steps.out(practice)
    reference = AttachmentReference(
        "A1", "piano di studi.pdf", "application/pdf", Request().available_until
    )
    document = Attachment(reference, AttachmentState.OWN, content)
    steps.origin(lambda uow: origin.attach(origin.find(practice, uow=uow), document, uow=uow))
    steps.ready_from(practice)
    steps.authorise(practice)
    assert until.id_pratica == practice
    return practice


@pytest.mark.requirement("T16")
def test_an_attachment_is_opened_in_the_browser_and_can_run_nothing(steps: Steps) -> None:
    content = PDF
    practice = attach(steps, content)
    steps.deliver_all()
    for side in Side:
        answer = office(steps, side).get(page_of(side, practice) + "/allegati/A1")
        assert (answer.data, answer.content_type) == (content, "application/pdf")
        assert answer.headers["Content-Disposition"] == 'inline; filename="A1.pdf"'
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert "default-src 'none'" in answer.headers["Content-Security-Policy"]
        assert answer.headers["Cache-Control"] == "no-store"


@pytest.mark.requirement("T16")
def test_a_file_has_a_name_that_a_header_can_carry_whatever_its_partner_called_it(
    steps: Steps,
) -> None:
    practice = steps.sent(SMALL)
    name = "Łódź è\u0416.1-a_b"
    reference = AttachmentReference(name, name, "application/pdf", Request().available_until)
    kept = Attachment(reference, AttachmentState.FETCHED, PDF)
    key = PracticeKey(Side.DESTINATION, VALDOMBRA, practice)
    steps.destination(lambda uow: uow.attachments.add(key, kept))
    visit = office(steps, Side.DESTINATION)
    answer = visit.get(f"{page_of(Side.DESTINATION, practice)}/allegati/{quote(name)}")
    assert answer.data == PDF
    said = answer.headers["Content-Disposition"]
    assert said == 'inline; filename="__d____.1-a_b.pdf"'


@pytest.mark.requirement("T16")
def test_an_attachment_that_failed_says_why_and_is_asked_for_once_more(steps: Steps) -> None:
    practice = attach(steps, b"%PDF-1.4 rotto")
    steps.deliver_all()
    browser, page = office(steps, Side.DESTINATION), page_of(Side.DESTINATION, practice)
    shown = browser.get(page).text
    assert "fallito: " in text(shown)
    assert browser.get(f"{page}/allegati/A1").status_code == 404
    again = f"{page}/allegati/A1/richiesta"
    assert "in coda" in browser.post(again, page=page).text
    assert "già in coda" in browser.post(again, page=page).text
    in_line = steps.destination(
        lambda uow: uow.deliveries.open_of(DeliveryKind.ATTACHMENT, VALDOMBRA, practice)
    )
    assert len(in_line) == 1
    assert browser.post(f"{page}/allegati/NO/richiesta", page=page).status_code == 200


def test_a_parked_delivery_is_tried_again_or_given_up(steps: Steps) -> None:
    practice = steps.ready(SMALL)
    steps.authorise(practice)
    browser, page = office(steps, Side.ORIGIN), page_of(Side.ORIGIN, practice)
    (delivery,) = steps.origin(lambda uow: uow.deliveries.of_practice(MONTELAGO, practice))
    way = f"{page}/consegne/{delivery.delivery_id}"
    assert "Consegna in coda" in browser.post(f"{way}/riprova", page=page).text
    assert "Consegna abbandonata" in browser.post(f"{way}/ferma", page=page, why="errore").text
    assert steps.out(practice).state.value == "elaborata"
    other = steps.ready(SMALL)
    assert (
        browser.post(
            f"{page_of(Side.ORIGIN, other)}/consegne/{delivery.delivery_id}/riprova", page=page
        ).status_code
        == 404
    )


def test_a_practice_of_any_identifier_has_a_page(steps: Steps) -> None:
    practice = steps.sent(SMALL)

    def rename(uow: SqlUnitOfWork) -> None:
        kept = uow.incoming.get(VALDOMBRA, practice)
        assert kept is not None
        uow.incoming.save(replace(kept, id_pratica=IdPratica("A/B?c#d")))

    steps.destination(rename)
    browser = office(steps, Side.DESTINATION)
    found = re.search(
        r'class="code" href="([^"]+)"', browser.get(f"/ateneo/{MONTELAGO}/lavori").text
    )
    assert found is not None
    assert "A/B?c#d" in browser.get(found.group(1)).text


@pytest.mark.parametrize("practice", ["NESSUNA", "con spazi", "~zz"])
def test_what_is_not_there_is_not_found(steps: Steps, practice: str) -> None:
    for side in Side:
        browser = office(steps, side)
        assert browser.get(page_of(side, IdPratica(practice))).status_code == 404
    assert browser.get(f"/ateneo/{MONTELAGO}/ingresso/!!/{practice}").status_code == 404


def test_every_look_leaves_a_line_in_the_audit_log(
    steps: Steps, monkeypatch: pytest.MonkeyPatch
) -> None:
    noted = []
    monkeypatch.setattr(
        "gateway.web.audit.note", lambda action, **about: noted.append((action, about["practice"]))
    )
    practice = steps.sent(SMALL)
    browser, page = office(steps, Side.DESTINATION), page_of(Side.DESTINATION, practice)
    for path in ("", "/documento", "/documento.xml"):
        browser.get(page + path)
    confirm(browser, page, "authorise_enrolment")
    actions = [action for action, about in noted if about == practice]
    assert actions[:3] == ["practice_viewed", "foglio_viewed", "foglio_downloaded"]
    assert "authorise_enrolment" in actions


def test_nothing_of_the_person_stands_in_a_title_or_an_address(steps: Steps) -> None:
    practice = steps.sent(SMALL)
    student = steps.out(practice).student
    page = office(steps, Side.ORIGIN).get(page_of(Side.ORIGIN, practice)).text
    title = re.search(r"<title>(.*?)</title>", page)
    assert title is not None
    addresses = " ".join(re.findall(r'(?:href|action|src)="([^"]*)"', page))
    for word in (student.surname, student.name, student.codice_fiscale):
        assert word not in title.group(1)
        assert word not in addresses
