"""Papers as PDF: who gets them, what they say, that they are archivable, accessible and whole."""

import re
from io import BytesIO

import pytest
from pypdf import PdfReader

from gateway.demo.people import numbered
from gateway.demo.sample import Request
from gateway.documents.exchanged import foglio_bytes
from gateway.domain.accounts import Grant, Role
from gateway.usecases.origin import key_of
from tests.support.offices import Browser, browser, employ, hire, signed_in
from tests.support.transfers import REQUEST, Steps
from tests.support.universities import MONTELAGO, VALDOMBRA

pytestmark = [pytest.mark.integration, pytest.mark.requirement("T18")]

OUT = f"/ateneo/{VALDOMBRA}/uscita"
IN = f"/ateneo/{MONTELAGO}/ingresso/{VALDOMBRA}"


def read(visit: Browser, address: str) -> PdfReader:
    """Return the PDF at an address."""
    answer = visit.get(address)
    assert (answer.status_code, answer.mimetype) == (200, "application/pdf"), answer.status
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Cache-Control"] == "no-store"
    return PdfReader(BytesIO(answer.data), strict=True)


def text_of(reader: PdfReader) -> str:
    """Return the words of a PDF, in one line."""
    return " ".join(" ".join(page.extract_text() for page in reader.pages).split())


def check_conformance(reader: PdfReader, language: str = "it") -> None:
    """Check what a PDF says of itself: PDF/A-3a, PDF/UA-1, tagged, language, title."""
    root = reader.root_object
    assert "/StructTreeRoot" in root
    assert root["/MarkInfo"]["/Marked"].value  # type: ignore[index]
    assert str(root["/Lang"]).startswith(language)
    assert root["/ViewerPreferences"]["/DisplayDocTitle"].value  # type: ignore[index]
    said = root["/Metadata"].get_data().decode()  # type: ignore[attr-defined]
    for element, value in (
        ("pdfaid:part", "3"),
        ("pdfaid:conformance", "A"),
        ("pdfuaid:part", "1"),
    ):
        assert re.search(f"<{element}>{value}<", said), element
    assert reader.metadata is not None
    assert reader.metadata.title


def test_a_receipt_says_where_to_number_day_and_irregularities(steps: Steps) -> None:
    practice = steps.ready(Request(exams=6, notes="Manca un esame"))
    number = steps.out(practice).protocol_number
    paper = read(
        employ(steps.world.origin, VALDOMBRA, Role.OPERATOR), f"{OUT}/{practice}/ricevuta.pdf"
    )
    check_conformance(paper)
    said = text_of(paper)
    for word in (
        "Politecnico di Montelago (92)",
        "Ingegneria informatica",
        number,
        practice,
        "21/09/2026",
        "note dello studente",
        "Manca un esame",
    ):
        assert word in said, word


def test_the_receipt_keeps_the_number_of_the_request_when_it_is_sent(steps: Steps) -> None:
    practice = steps.ready()
    submitted = steps.out(practice).protocol_number
    steps.authorise(practice)
    assert steps.out(practice).protocol_number != submitted
    visit = employ(steps.world.origin, VALDOMBRA, Role.OPERATOR)
    assert submitted in text_of(read(visit, f"{OUT}/{practice}/ricevuta.pdf"))


def test_a_draft_has_no_receipt(steps: Steps) -> None:
    visit = employ(steps.world.origin, VALDOMBRA, Role.OPERATOR)
    assert visit.get(f"{OUT}/{steps.draft()}/ricevuta.pdf").status_code == 404
    assert visit.get(f"{OUT}/UNIVAL20260009999/ricevuta.pdf").status_code == 404


def test_the_foglio_encloses_what_was_sent_byte_for_byte(steps: Steps) -> None:
    practice = steps.sent()
    paper = read(
        employ(steps.world.origin, VALDOMBRA, Role.AUDITOR), f"{OUT}/{practice}/foglio.pdf"
    )
    check_conformance(paper)
    key = key_of(steps.out(practice))
    (sent,) = steps.origin(lambda uow: uow.foglios.sent(key))
    enclosed = paper.attachments["foglio-congedo.xml"][0]
    assert enclosed in sent
    assert enclosed.startswith(b"<FoglioCongedo")
    assert enclosed == foglio_bytes(sent)
    assert b"Security" not in enclosed
    file = paper.root_object["/AF"][0].get_object()  # type: ignore[index]
    assert file["/AFRelationship"] == "/Source"


def test_both_sides_print_the_same_foglio(steps: Steps) -> None:
    practice = steps.sent()
    ours = read(
        employ(steps.world.origin, VALDOMBRA, Role.OPERATOR), f"{OUT}/{practice}/foglio.pdf"
    )
    visit = employ(steps.world.destination, MONTELAGO, Role.OPERATOR)
    theirs = read(visit, f"{IN}/{practice}/foglio.pdf")
    assert ours.attachments["foglio-congedo.xml"] == theirs.attachments["foglio-congedo.xml"]
    assert "Università degli Studi di Valdombra" in text_of(theirs)
    assert "Fondamenti di informatica" in text_of(theirs)


def test_a_foglio_not_sent_yet_is_called_a_draft(steps: Steps) -> None:
    paper = read(
        employ(steps.world.origin, VALDOMBRA, Role.OPERATOR), f"{OUT}/{steps.draft()}/foglio.pdf"
    )
    assert "Foglio di congedo (bozza)" in text_of(paper)


def test_enrolment_and_decision_are_printed_too(steps: Steps) -> None:
    practice = steps.sent()
    steps.authorise_enrolment(practice)
    visit = employ(steps.world.destination, MONTELAGO, Role.OPERATOR)
    assert visit.get(f"{IN}/{practice}/immatricolazione.pdf").status_code == 404
    steps.enrol(practice)
    paper = read(visit, f"{IN}/{practice}/immatricolazione.pdf")
    check_conformance(paper)
    assert steps.into(practice).matricola in text_of(paper)
    steps.evaluate(practice)
    assert visit.get(f"{IN}/{practice}/delibera.pdf").status_code == 404
    steps.decide(practice)
    visit.post("/lingua/en", page="/accessibilita")
    decision = read(visit, f"{IN}/{practice}/delibera.pdf")
    check_conformance(decision, "en")
    said = text_of(decision)
    assert "Decision of the commission" in said
    assert "Analisi I" in said


def test_students_get_their_own_papers_and_nobody_elses(steps: Steps) -> None:
    practice = steps.ready()
    other = numbered(7)
    world = steps.world.origin
    grant = Grant(Role.STUDENT, VALDOMBRA)
    hire(world, "fiorella", grant, codice_fiscale=REQUEST.student.codice_fiscale)
    hire(world, "altra", grant, codice_fiscale=other.codice_fiscale)
    hire(world, "nessuna", grant)
    address = f"{OUT}/{practice}/ricevuta.pdf"
    assert signed_in(world, "fiorella").get(address).status_code == 200
    assert signed_in(world, "altra").get(address).status_code == 404
    assert signed_in(world, "nessuna").get(address).status_code == 404
    assert browser(world).get(address, follow=False).status_code == 302


def test_a_commission_sees_its_faculty_and_nothing_of_the_origin(steps: Steps) -> None:
    practice = steps.sent()
    world = steps.world.destination
    hire(world, "altrove", Grant(Role.COMMISSION, MONTELAGO, "LETTERE"))
    assert signed_in(world, "altrove").get(f"{IN}/{practice}/foglio.pdf").status_code == 404
    ours = employ(steps.world.origin, VALDOMBRA, Role.COMMISSION)
    assert ours.get(f"{OUT}/{practice}/foglio.pdf").status_code == 404


def test_a_commission_reads_a_foglio_only_once_it_is_asked(steps: Steps) -> None:
    practice = steps.sent()
    visit = employ(steps.world.destination, MONTELAGO, Role.COMMISSION)
    paper = f"{IN}/{practice}/foglio.pdf"
    desk = f"/ateneo/{MONTELAGO}/commissione/{VALDOMBRA}/{practice}"
    for step in (steps.authorise_enrolment, steps.enrol):
        assert visit.get(paper).status_code == visit.get(desk).status_code == 404
        step(practice)
    steps.evaluate(practice)
    assert visit.get(paper).status_code == visit.get(desk).status_code == 200


def test_another_role_opens_no_papers_of_others_to_a_student(steps: Steps) -> None:
    practice = steps.ready()
    world = steps.world.origin
    grants = (Grant(Role.STUDENT, VALDOMBRA), Grant(Role.COMMISSION, VALDOMBRA), Grant(Role.SYSTEM))
    hire(world, "anche", *grants, codice_fiscale=numbered(7).codice_fiscale)
    visit = signed_in(world, "anche")
    assert visit.get(f"{OUT}/{practice}/ricevuta.pdf").status_code == 404
    assert visit.get(f"{OUT}/{practice}/foglio.pdf").status_code == 404


def test_a_foreign_or_foul_identifier_is_not_found(steps: Steps) -> None:
    visit = employ(steps.world.destination, MONTELAGO, Role.OPERATOR)
    for address in ("99999/X", f"{VALDOMBRA}/..", f"{VALDOMBRA}/%00", f"x/{'A' * 300}"):
        answer = visit.get(f"/ateneo/{MONTELAGO}/ingresso/{address}/foglio.pdf")
        assert answer.status_code == 404, address
