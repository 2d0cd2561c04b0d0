"""The secretariat imports careers: files of every kind, each with its reasons."""

import io
import json
import re
import zipfile

import pytest
import xmlschema
from werkzeug.test import TestResponse

from gateway.contracts import schema_path
from gateway.demo.people import FIORELLA, numbered
from gateway.demo.sample import Request, foglio
from gateway.domain.accounts import Role
from gateway.domain.identifiers import CodiceFiscale
from tests.support.careers import prepared_career
from tests.support.offices import Browser, employ
from tests.support.transfers import Steps
from tests.support.universities import MONTELAGO, VALDOMBRA

pytestmark = [pytest.mark.integration, pytest.mark.requirement("T18")]

PAGE = f"/ateneo/{VALDOMBRA}/carriere"
SMALL = Request(exams=2)


@pytest.fixture
def visit(steps: Steps) -> Browser:
    return employ(steps.world.origin, VALDOMBRA, Role.OPERATOR)


def bring(visit: Browser, *files: tuple[str, bytes]) -> TestResponse:
    """Import files."""
    return visit.post(PAGE, files=[(io.BytesIO(content), name) for name, content in files])


def as_json(content: bytes) -> bytes:
    """Return a foglio as JSON."""
    schema = xmlschema.XMLSchema(str(schema_path("foglio_congedo/documento.xsd")))
    return json.dumps(schema.to_dict(content.decode(), decimal_type=str)).encode()


def zipped(**files: bytes) -> bytes:
    """Return an archive of files."""
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return target.getvalue()


def kept(steps: Steps) -> list[str]:
    """Return whose careers there are."""
    return [
        item.student.codice_fiscale for item in steps.origin(lambda uow: uow.careers.page(0, 99))
    ]


def test_a_career_is_imported_and_the_same_again_changes_nothing(
    steps: Steps, visit: Browser
) -> None:
    file = ("fiorella.xml", prepared_career(SMALL))
    assert "importata" in bring(visit, file).text
    before = steps.origin(lambda uow: uow.careers.page(0, 9))
    steps.world.clock.advance(minutes=5)
    assert "già presente, uguale" in bring(visit, file).text
    assert steps.origin(lambda uow: uow.careers.page(0, 9)) == before
    newer = ("fiorella.xml", prepared_career(Request(exams=3)))
    assert "sostituita" in bring(visit, newer).text
    assert kept(steps) == [FIORELLA.codice_fiscale]


def test_many_files_in_an_archive_each_have_their_outcome(steps: Steps, visit: Browser) -> None:
    people = [Request(exams=1, student=numbered(number)) for number in range(3)]
    archive = zipped(
        **{
            "a/uno.xml": prepared_career(people[0]),
            "due.json": as_json(foglio(people[1])),
            "tre.xml": prepared_career(people[2]).replace(b"<CFU>9</CFU>", b"<CFU>x</CFU>"),
            "quattro.txt": b"ciao",
            "__MACOSX/._uno.xml": b"rubbish",
            ".DS_Store": b"rubbish",
        }
    )
    page = bring(visit, ("ottobre.zip", archive)).text
    rows = {row.partition("</th>")[0].rpartition(">")[2]: row for row in page.split("<tr>")}
    assert {"uno.xml", "due.json", "tre.xml", "quattro.txt"} <= set(rows)
    assert "File: 4" in page
    assert "non importata" not in rows["uno.xml"] + rows["due.json"]
    assert "valore vuoto o nel formato sbagliato" in rows["tre.xml"]
    assert "Esame" in rows["tre.xml"]
    assert "non è un foglio di congedo leggibile" in rows["quattro.txt"]
    assert sorted(kept(steps)) == sorted(item.student.codice_fiscale for item in people[:2])


def test_another_universitys_career_and_a_wrong_code_are_refused(
    steps: Steps, visit: Browser
) -> None:
    elsewhere = foglio(Request(exams=1, origin="93"))
    assert "l&#39;ateneo di provenienza del foglio" in bring(visit, ("a.xml", elsewhere)).text
    code = FIORELLA.codice_fiscale
    last = "A" if code[-1] != "A" else "B"
    wrong = prepared_career(SMALL).replace(code.encode(), f"{code[:-1]}{last}".encode())
    assert "codice fiscale non valido" in bring(visit, ("b.xml", wrong)).text
    assert kept(steps) == []


def test_what_the_contents_lack_is_told_and_the_career_is_kept(
    steps: Steps, visit: Browser
) -> None:
    odd = prepared_career(SMALL).replace(b"<Voto>26</Voto>", b"", 1)
    page = bring(visit, ("strana.xml", odd)).text
    assert "esame superato senza voto" in page
    assert kept(steps) == [FIORELLA.codice_fiscale]


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"PK\x03\x04 rotto", "l&#39;archivio ZIP è guasto"),
        (zipped(), "Campo obbligatorio"),
        (b'<!DOCTYPE x [<!ENTITY a "b">]><FoglioCongedo/>', "non è un foglio di congedo leggibile"),
        (b"[1, 2]", "non è un foglio di congedo leggibile"),
    ],
)
def test_hostile_files_are_refused_in_words(visit: Browser, content: bytes, told: str) -> None:
    page = bring(visit, ("x.zip", content)).text
    assert told in page or "non è un foglio di congedo leggibile" in page


def test_an_archive_that_unpacks_to_too_much_is_not_unpacked(visit: Browser) -> None:
    bomb = zipped(**{f"{number}.xml": b" " * 30_000_000 for number in range(8)})
    assert len(bomb) < 1_000_000
    assert "contiene troppo" in bring(visit, ("bomba.zip", bomb)).text


def test_archives_of_one_form_share_what_they_may_unpack_to(visit: Browser) -> None:
    archive = zipped(**{f"{number}.xml": b" " * 2_000_000 for number in range(60)})
    page = bring(visit, ("uno.zip", archive), ("due.zip", archive)).text
    rows = page.split("<tr>")
    assert sum("non è un foglio di congedo leggibile" in row for row in rows) == 60
    (refused,) = (row for row in rows if "l&#39;invio contiene troppo" in row)
    assert "due.zip" in refused
    assert "2000 file e 200 MB" in refused


def test_more_than_a_thousand_files_are_brought_without_an_archive(visit: Browser) -> None:
    page = bring(visit, *((f"{number}.txt", b"ciao") for number in range(1200))).text
    assert "File: 1200" in page


def test_too_many_files_are_told_so_and_not_that_they_are_too_large(visit: Browser) -> None:
    answer = bring(visit, *((f"{number}.txt", b"ciao") for number in range(2100)))
    assert answer.status_code == 413
    assert "Troppi elementi in un modulo" in answer.text
    assert "più di 2050 file e campi" in answer.text
    assert "12 MB" not in answer.text


def test_reasons_behind_those_told_are_counted(visit: Browser) -> None:
    odd = re.sub(b"<Voto>[0-9]+</Voto>", b"", prepared_career(Request(exams=60)))
    page = bring(visit, ("strana.xml", odd)).text
    row = page[page.index("strana.xml") :].partition("</tr>")[0]
    assert row.count("<li>") == 41
    assert "e altri 21" in page


def test_a_career_is_found_by_its_code_which_stands_in_no_address(visit: Browser) -> None:
    bring(visit, ("a.xml", prepared_career(SMALL)))
    answer = visit.post(f"{PAGE}/cerca", page=PAGE, code=FIORELLA.codice_fiscale, follow=False)
    assert FIORELLA.codice_fiscale not in answer.location
    shown = visit.get(answer.location).text
    assert "Quattrocchi Fiorella" in shown
    assert "Analisi matematica 1" in shown
    assert FIORELLA.codice_fiscale not in shown.partition("</title>")[0]
    nobody = visit.post(f"{PAGE}/cerca", page=PAGE, code=numbered(7).codice_fiscale)
    assert "Nessuna carriera con questo codice" in nobody.text
    assert "codice fiscale non valido" in visit.post(f"{PAGE}/cerca", page=PAGE, code="X").text


def test_a_career_is_removed_once_confirmed(steps: Steps, visit: Browser) -> None:
    bring(visit, ("a.xml", prepared_career(SMALL)))
    (career,) = steps.origin(lambda uow: uow.careers.page(0, 9))
    address = f"{PAGE}/{career.number}/togli"
    assert "Togliere la carriera?" in visit.get(address).text
    assert kept(steps) == [FIORELLA.codice_fiscale]
    assert "Carriera tolta" in visit.post(address).text
    assert kept(steps) == []
    assert visit.get(address).status_code == 404


def test_removing_asks_again_who_one_is(steps: Steps, visit: Browser) -> None:
    bring(visit, ("a.xml", prepared_career(SMALL)))
    (career,) = steps.origin(lambda uow: uow.careers.page(0, 9))
    steps.world.clock.advance(minutes=15)
    answer = visit.get(f"{PAGE}/{career.number}/togli", follow=False)
    assert answer.location.startswith("/conferma-identita")


def test_the_list_has_pages(steps: Steps, visit: Browser) -> None:
    files = {
        f"{number}.xml": prepared_career(Request(exams=1, student=numbered(number)))
        for number in range(52)
    }
    bring(visit, ("tutti.zip", zipped(**files)))
    page = visit.get(PAGE).text
    assert "52 in tutto" in page
    assert page.count('scope="row"') == 50
    following = page[page.index("?dopo=") :].partition('"')[0]
    assert visit.get(PAGE + following).text.count('scope="row"') == 2


def test_careers_are_the_operators_of_their_university(steps: Steps, visit: Browser) -> None:
    bring(visit, ("a.xml", prepared_career(SMALL)))
    (career,) = steps.origin(lambda uow: uow.careers.page(0, 9))
    code = CodiceFiscale(FIORELLA.codice_fiscale)
    assert steps.origin(lambda uow: uow.careers.get(code)) == career
    for role in (Role.AUDITOR, Role.STUDENT, Role.APPROVER):
        other = employ(steps.world.origin, VALDOMBRA, role)
        assert other.get(PAGE).status_code == 403
        assert other.get(f"{PAGE}/{career.number}").status_code == 403
    assert employ(steps.world.origin, MONTELAGO, Role.OPERATOR).get(PAGE).status_code == 403
