"""The documents of announced attachments: brought, replaced, refused in words."""

import io
from collections.abc import Callable
from datetime import date

import pytest
from werkzeug.test import TestResponse

from gateway.demo.sample import Request
from gateway.usecases.origin import key_of
from tests.support.careers import pdf
from tests.support.foglio_office import Fields, Office
from tests.support.transfers import Steps
from tests.support.universities import VALDOMBRA

pytestmark = [pytest.mark.integration, pytest.mark.requirement("T16")]

WITH_PAPER = Request(exams=2, attachments=(("A1", "programma.pdf"),))


def bring(
    office: Office, content: bytes, until: str = "2027-03-31", seen: str = ""
) -> TestResponse:
    """Bring the document of the first attachment."""
    page = f"/ateneo/{VALDOMBRA}/uscita/{office.practice}/allegati"
    known = Fields(office.visit.get(page).text).values
    return office.visit.post(
        page,
        **{
            "0-attachment": "A1",
            "0-version": seen or known["0-version"],
            "0-file": (io.BytesIO(content), "programma.pdf"),
            "0-until": until,
        },
    )


@pytest.fixture
def papers(steps: Steps) -> Office:
    return Office(steps, steps.ready(WITH_PAPER))


def kept_document(office: Office) -> tuple[bytes | None, date] | None:
    """Return the document of the first attachment, and its last day."""
    transfer = office.steps.out(office.practice)
    found = office.steps.origin(lambda uow: uow.attachments.get(key_of(transfer), "A1"))
    return None if found is None else (found.content, found.reference.available_until)


def test_a_document_is_brought_and_replaced_with_its_last_day(papers: Office) -> None:
    assert "allegato A1 non trovato" in papers.visit.get(papers.home).text
    first, second = pdf("uno"), pdf("due")
    assert "Allegato A1 caricato" in bring(papers, first).text
    assert kept_document(papers) == (first, date(2027, 3, 31))
    assert "Nessun difetto" in papers.visit.get(papers.home).text
    assert "Allegato A1 sostituito" in bring(papers, second, "2027-01-31").text
    assert kept_document(papers) == (second, date(2027, 1, 31))


@pytest.mark.parametrize(
    ("make", "until", "told"),
    [
        (lambda: b"ciao", "2027-03-31", "non è un PDF"),
        (lambda: b"", "2027-03-31", "non è un PDF"),
        (lambda: b"%PDF-" + b"x" * 210_000, "2027-03-31", "troppo grande"),
        (lambda: pdf("x"), "2026-09-01", "Il giorno è già passato"),
        (lambda: pdf("x"), "", "Campo obbligatorio"),
    ],
)
def test_a_document_that_cannot_be_taken_is_refused_in_words(
    papers: Office, make: Callable[[], bytes], until: str, told: str
) -> None:
    answer = bring(papers, make(), until)
    assert answer.status_code == 422
    assert told in answer.text
    assert kept_document(papers) is None


def test_a_stale_page_brings_no_document(papers: Office) -> None:
    assert "Nel frattempo la domanda è cambiata" in bring(papers, pdf("x"), seen="1").text
    assert kept_document(papers) is None
