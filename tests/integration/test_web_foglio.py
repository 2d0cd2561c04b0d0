"""The secretariat corrects a foglio in a form built from the schema, and sees its faults."""

import io
import re
from urllib.parse import unquote

import pytest
from lxml import etree
from werkzeug.test import TestResponse

from gateway.demo.sample import Request, foglio
from gateway.domain.accounts import Grant, Role
from gateway.domain.origin import OriginState
from gateway.foglio.documents import element_of
from gateway.usecases import origin
from gateway.usecases.origin import key_of
from storage.tables import foglio_drafts
from tests.support.foglio_office import Fields, Office
from tests.support.offices import employ, hire, signed_in
from tests.support.transfers import OFFICE, REQUEST, Steps
from tests.support.universities import MONTELAGO, VALDOMBRA

pytestmark = [pytest.mark.integration, pytest.mark.requirement("T18")]

EXAM = "CarrieraUniversitaria/Tratta[1]/EsamiSuperatiOFrequentati/Esame[1]"
STUDENT = "DatiIdentificativiStudente"


@pytest.fixture
def office(steps: Steps) -> Office:
    return Office(steps, steps.ready())


def canonical(element: etree._Element) -> bytes:
    """Return what an element says, without its blanks."""
    again = etree.fromstring(etree.tostring(element), etree.XMLParser(remove_blank_text=True))
    return bytes(etree.tostring(again, method="c14n"))


def test_a_foglio_without_faults_says_so(office: Office) -> None:
    page = office.visit.get(office.home).text
    assert "Nessun difetto." in page
    assert "Sezione 4: carriera" in page


def test_every_sheet_sent_as_it_stands_changes_nothing(office: Office) -> None:
    """Prefilled with everything: what the form shows is what the foglio holds."""
    before = canonical(office.foglio)
    seen = {"Trasferimento", STUDENT, "TitoliConseguiti", "CarrieraUniversitaria"}
    waiting = sorted(seen)
    while waiting:
        sheet = waiting.pop()
        page = office.visit.get(office.at(sheet)).text
        found = set(re.findall(r'value="go:([^"]+)"', page)) - seen
        seen |= found
        waiting += sorted(found)
        assert office.press(sheet).status_code == 200
    assert {EXAM, "CarrieraUniversitaria/Tratta[2]"} <= seen
    assert len(seen) > 15
    work = office.steps.origin(
        lambda uow: uow.foglio_edits.get(uow.outgoing.get(office.practice))  # type: ignore[arg-type]
    )
    assert work is None or canonical(element_of(work.content)) == before


def test_what_is_typed_is_kept_on_the_request_only_in_the_end(office: Office) -> None:
    office.press(STUDENT, **{f"{STUDENT}/Residenza/Via": "via dei Tigli"})
    assert office.foglio.findtext(f"{STUDENT}/Residenza/Via") == "via dei Ciliegi"
    page = office.finish("indirizzo nuovo").text
    assert "Foglio salvato nella domanda: nessun difetto" in page
    assert office.foglio.findtext(f"{STUDENT}/Residenza/Via") == "via dei Tigli"
    transfer = office.steps.out(office.practice)
    history = office.steps.origin(lambda uow: uow.records.history(key_of(transfer)))
    assert (history[-1].event, history[-1].notes) == ("edit", "indirizzo nuovo")
    assert history[-1].actor.name == f"operator-{VALDOMBRA}"


def test_a_reason_is_needed_to_keep_a_foglio(office: Office) -> None:
    office.press(STUDENT, **{f"{STUDENT}/Nome": "Fiora"})
    answer = office.finish("")
    assert answer.status_code == 422
    assert "Campo obbligatorio" in answer.text
    assert office.foglio.findtext(f"{STUDENT}/Nome") == "Fiorella"


def test_each_fault_stands_beside_its_field_and_in_the_summary(office: Office) -> None:
    answer = office.press(EXAM, **{f"{EXAM}/Denominazione": "", f"{EXAM}/Voto": "31"})
    page = answer.text
    assert "Da correggere in questa pagina" in page
    for name in ("Denominazione", "Voto"):
        spot = f"c-CarrieraUniversitaria-Tratta-1-EsamiSuperatiOFrequentati-Esame-1-{name}"
        assert f'href="#{spot}"' in page
        assert f'id="{spot}-errore"' in page
        field = page[page.index(f'id="{spot}"') :].partition(">")[0]
        assert 'aria-invalid="true"' in field
        assert f"{spot}-errore" in field
    overview = office.visit.get(office.home).text
    assert "Difetti: 2. Così il foglio sarebbe rifiutato" in overview
    assert "valore fuori dai limiti" in overview
    link = f"{office.at(EXAM)}#c-CarrieraUniversitaria-Tratta-1"
    assert any(unquote(href).startswith(link) for href in re.findall('href="([^"]*)"', overview))


def test_a_broken_foglio_is_not_kept_on_the_request(office: Office) -> None:
    before = office.steps.out(office.practice).foglio
    office.press(EXAM, **{f"{EXAM}/Denominazione": ""})
    answer = office.finish()
    assert answer.status_code == 422
    assert "ci sono difetti di forma" in answer.text
    assert office.steps.out(office.practice).foglio == before


def test_numbers_and_days_are_written_as_italians_do(office: Office) -> None:
    fee = "Trasferimento/PagamentoAnnoAccademicoTrasferimento[1]"
    assert office.fields(fee)[f"{fee}/ImportoDovuto"] == "1450,00"
    office.press(fee, **{f"{fee}/ImportoDovuto": "1.520,50", f"{fee}/DataPagamento": "3/10/2025"})
    office.finish()
    assert office.foglio.findtext("Trasferimento/*/ImportoDovuto") == "1520.50"
    assert office.foglio.findtext("Trasferimento/*/DataPagamento") == "2025-10-03"


def test_a_number_that_can_be_read_in_two_ways_is_not_guessed(office: Office) -> None:
    fee = "Trasferimento/PagamentoAnnoAccademicoTrasferimento[1]"
    answer = office.press(fee, **{f"{fee}/ImportoDovuto": "1.450", f"{fee}/InRegola": "NO"})
    assert answer.status_code == 422
    assert "Scrivere le migliaia senza punto" in answer.text
    assert 'value="1.450"' in answer.text
    assert office.fields(fee)[f"{fee}/ImportoDovuto"] == "1450,00"


def test_an_exam_is_added_filled_in_and_removed_without_scripts(office: Office) -> None:
    tratta = "CarrieraUniversitaria/Tratta[2]"
    exams = f"{tratta}/EsamiSuperatiOFrequentati/Esame"
    count = len(office.foglio.findall("CarrieraUniversitaria/Tratta[2]/*/Esame"))
    answer = office.press(tratta, f"add:{exams}", **{f"{tratta}/Matricola": "777"})
    new = f"{exams}[{count + 1}]"
    assert f'name="{new}/Denominazione"' in answer.text
    answer = office.press(
        new,
        f"add:{new}/Dettaglio",
        **{
            f"{new}/Denominazione": "Storia della matematica",
            f"{new}/Esito": "SUPERATO",
            f"{new}/Data": "2026-02-10",
            f"{new}/Voto": "28",
            f"{new}/CFU": "6",
        },
    )
    assert f'name="{new}/Dettaglio[1]/SSD"' in answer.text
    office.press(new, **{f"{new}/Dettaglio[1]/SSD": "MAT/04", f"{new}/Dettaglio[1]/CFU": "6"})
    assert "nessun difetto" in office.finish().text
    added = office.foglio.findall("CarrieraUniversitaria/Tratta[2]/*/Esame")[count]
    assert [added.findtext(name) for name in ("Denominazione", "Voto", "Dettaglio/SSD")] == [
        "Storia della matematica",
        "28",
        "MAT/04",
    ]
    assert office.foglio.findtext("CarrieraUniversitaria/Tratta[2]/Matricola") == "777"
    office.press(tratta, f"remove:{new}")
    office.finish()
    assert len(office.foglio.findall("CarrieraUniversitaria/Tratta[2]/*/Esame")) == count


def test_a_repeated_field_takes_one_more_and_loses_the_blank_ones(office: Office) -> None:
    assert f"{STUDENT}/Email[2]" in office.fields(STUDENT)
    assert f"{STUDENT}/Email[3]" not in office.fields(STUDENT)
    office.press(STUDENT, **{f"{STUDENT}/Email[1]": "", f"{STUDENT}/Email[2]": "nuova@example.org"})
    office.finish()
    assert [item.text for item in office.foglio.findall(f"{STUDENT}/Email")] == [
        "nuova@example.org"
    ]


def test_codes_are_chosen_by_their_meaning(office: Office) -> None:
    page = office.visit.get(office.at(EXAM)).text
    assert '<option value="CONVALIDATO">convalidato (CONVALIDATO)</option>' in page
    assert '<option value="MAT/05"></option>' in page
    page = office.visit.get(office.at(STUDENT)).text
    assert '<option value="TN" selected>Trento (TN)</option>' in page


def test_a_section_that_is_missing_is_added_and_a_course_may_lack_it(steps: Steps) -> None:
    office = Office(steps, steps.ready(Request(exams=2, career=False)))
    assert "sezione obbligatoria mancante: TitoliConseguiti" in office.visit.get(office.home).text
    office.send("", {"edit": "0"}, "make:TitoliConseguiti")
    titles = "TitoliConseguiti/DiplomaDiMaturita"
    office.press(
        "TitoliConseguiti",
        **{
            f"{titles}/DescrizioneDiploma": "Diploma di prova",
            f"{titles}/DescrizioneScuola": "Liceo di prova",
            f"{titles}/AnnoConseguimento": "2021",
        },
    )
    page = office.visit.get(office.home).text
    assert "TitoliConseguiti" not in re.sub(r"<[^>]+>", " ", page)
    office.send("", {"edit": str(office_version(office))}, "remove:TitoliConseguiti")
    assert "sezione obbligatoria mancante: TitoliConseguiti" in office.visit.get(office.home).text


def office_version(office: Office) -> int:
    """Return the version of the work on the foglio."""
    return int(Fields(office.visit.get(office.home).text).values["edit"])


def test_who_comes_second_is_told_who_was_there(office: Office) -> None:
    hire(office.steps.world.origin, "bruno", Grant(Role.APPROVER, VALDOMBRA))
    other = Office(office.steps, office.practice, signed_in(office.steps.world.origin, "bruno"))
    mine = office.fields(STUDENT)
    other.press(STUDENT, **{f"{STUDENT}/Nome": "Fiora"})
    answer = office.send(STUDENT, {**mine, f"{STUDENT}/Cognome": "Quattro"})
    assert "Nel frattempo bruno ha lavorato a questo foglio" in answer.text
    assert office.fields(STUDENT)[f"{STUDENT}/Cognome"] == "Quattrocchi"
    assert office.fields(STUDENT)[f"{STUDENT}/Nome"] == "Fiora"


def test_a_button_pressed_twice_adds_once(office: Office) -> None:
    tratta = "CarrieraUniversitaria/Tratta[1]"
    seen = office.fields(tratta)
    for _ in range(2):
        office.send(tratta, seen, f"add:{tratta}/Iscrizioni/Iscrizione")
    page = office.visit.get(office.at(tratta)).text
    assert page.count(f'value="remove:{tratta}/Iscrizioni/Iscrizione[') == 3


def test_work_is_not_kept_over_a_foglio_that_came_meanwhile(office: Office) -> None:
    office.press(STUDENT, **{f"{STUDENT}/Nome": "Fiora"})
    seen = Fields(office.visit.get(office.home).text).values
    steps, world = office.steps, office.steps.world.origin
    steps.origin(
        lambda uow: origin.edit(
            origin.find(office.practice, uow=uow),
            foglio(Request(exams=9)),
            OFFICE,
            "altro",
            uow=uow,
            documents=world.documents,
            now=world.clock(),
        )
    )
    kept = office.steps.out(office.practice).foglio
    answer = office.visit.post(
        f"{office.home}/salva",
        page=office.home,
        why="x",
        version=seen["version"],
        edit=seen["edit"],
    )
    assert "Nel frattempo la domanda è cambiata (modifica" in answer.text
    assert "si possono solo abbandonare" in answer.text
    assert office.steps.out(office.practice).foglio == kept
    seen = Fields(office.visit.get(office.home).text).values
    dropped = office.visit.post(f"{office.home}/abbandona", page=office.home, edit=seen["edit"])
    assert "Modifiche abbandonate" in dropped.text
    assert "si possono solo abbandonare" not in dropped.text


def upload(office: Office, content: bytes, name: str = "foglio.xml") -> TestResponse:
    """Bring a whole foglio."""
    seen = Fields(office.visit.get(office.home).text).values
    return office.visit.post(
        f"{office.home}/carica",
        page=office.home,
        **{
            "file-file": (io.BytesIO(content), name),
            "file-why": "rifatto",
            "file-version": seen["file-version"],
            "file-edit": seen["file-edit"],
        },
    )


def test_a_whole_foglio_takes_the_place_of_the_one_before(office: Office) -> None:
    answer = upload(office, foglio(Request(exams=12)))
    assert "Foglio salvato nella domanda" in answer.text
    assert len(office.foglio.findall("CarrieraUniversitaria/Tratta/*/Esame")) == 14


def test_a_file_that_breaks_the_schema_is_told_with_its_places(office: Office) -> None:
    broken = foglio(REQUEST).replace(b"<CFU>9</CFU>", b"<CFU>nove</CFU>")
    answer = upload(office, broken)
    assert answer.status_code == 422
    assert "Tratta di carriera 1 › " in answer.text
    assert "lo studente non è quello della pratica" not in answer.text
    other = foglio(REQUEST).replace(b"<CodiceFiscale>Q", b"<CodiceFiscale>R")
    assert upload(office, other).status_code == 422
    assert "non è un foglio di congedo leggibile" in upload(office, b"ciao").text


def test_what_makes_the_request_what_it_is_cannot_be_typed_over(office: Office) -> None:
    path = f"{STUDENT}/CodiceFiscale"
    before = office.fields(STUDENT)[path]
    office.press(STUDENT, **{path: "RSSMRA80A01Q501X"})
    assert office.fields(STUDENT)[path] == before


def test_what_was_asked_for_stands_above_the_form(steps: Steps) -> None:
    practice = steps.sent()
    steps.ask_revision(practice, "manca il tirocinio")
    steps.deliver_all()
    office = Office(steps, practice)
    for sheet in ("", EXAM):
        page = office.visit.get(office.at(sheet)).text
        assert "Revisione richiesta dalla destinazione il 21/09/2026" in page
        assert "manca il tirocinio" in page
        assert "ERRORE" in page


@pytest.mark.parametrize("state", [OriginState.BOZZA, OriginState.VALIDATA])
def test_a_foglio_that_cannot_be_changed_now_is_not_offered(
    steps: Steps, state: OriginState
) -> None:
    practice = steps.draft() if state is OriginState.BOZZA else steps.ready()
    if state is OriginState.VALIDATA:
        steps.authorise(practice)
    answer = Office(steps, practice).visit.get(f"/ateneo/{VALDOMBRA}/uscita/{practice}/foglio")
    assert answer.status_code == 409
    assert f"«{state.value}»" in answer.text


def test_sheets_that_are_none_are_not_found(office: Office) -> None:
    for sheet in ("Nessuna", "CarrieraUniversitaria/Tratta[9]", f"{STUDENT}/Nome", "../x"):
        assert office.visit.get(office.at(sheet)).status_code == 404
    for do in (
        "add:Trasferimento",
        "remove:Nessuna",
        "make:X",
        "add:CarrieraUniversitaria/Tratta[1]/Matricola",
    ):
        assert office.press(STUDENT, do).status_code == 400


def test_another_university_and_other_roles_are_refused(office: Office) -> None:
    world = office.steps.world.origin
    for role in (Role.AUDITOR, Role.ADMINISTRATOR, Role.STUDENT):
        assert employ(world, VALDOMBRA, role).get(office.home).status_code == 403
    assert employ(world, MONTELAGO, Role.OPERATOR).get(office.home).status_code == 403
    nowhere = office.home.replace(office.practice, "UNIVAL20269999999")
    assert office.visit.get(nowhere).status_code == 404


def test_who_works_for_a_faculty_reaches_its_students_only(office: Office) -> None:
    world = office.steps.world.origin
    facolta = rb"\1<Facolta>Lettere</Facolta>\1<DurataAnni>"
    content = re.sub(rb"(\s*)<DurataAnni>", facolta, foglio(REQUEST))
    assert "Foglio salvato" in upload(office, content).text
    for name, status in (("Lettere", 200), ("Fisica", 404)):
        hire(world, name, Grant(Role.OPERATOR, VALDOMBRA, name))
        assert signed_in(world, name).get(office.home).status_code == status


def test_a_foglio_that_is_no_longer_kept_is_not_found(steps: Steps) -> None:
    practice = steps.ready()
    number = steps.out(practice).foglio
    with steps.world.origin.store.engine.begin() as connection:
        connection.execute(foglio_drafts.delete().where(foglio_drafts.c.id == number))
    office = Office(steps, practice)
    assert office.visit.get(office.home).status_code == 404
    assert office.visit.get(office.home.replace("foglio", "allegati")).status_code == 404
