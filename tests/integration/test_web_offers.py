"""Offers, admission lists, the registry of titles, code tables: pages of administrators."""

import io
import re
from typing import Any

import pytest

from gateway.demo.people import numbered
from gateway.domain.accounts import Role
from gateway.domain.calendar import italian_day, transfer_year
from gateway.domain.deliveries import DeliveryKind
from gateway.domain.registry import VerifyMoment
from tests.support.offices import Browser, employ
from tests.support.transfers import Steps
from tests.support.universities import MONTELAGO, VALDOMBRA

pytestmark = [pytest.mark.integration, pytest.mark.requirement("T1")]

BASE = f"/ateneo/{VALDOMBRA}/amministrazione"
OFFERS, REGISTRY, CODES = f"{BASE}/offerta", f"{BASE}/registro-titoli", f"{BASE}/codici"
HEADER = "Cod_Tipo_Facolta;Desc_Tipo_Facolta;Codice;Descrizione;TipoDiCorso;Scadenza;NumeroChiuso"
RECORD = {
    "titles_url": "https://registro.example/titoli",
    "timeout_seconds": "30",
    "remember_found_hours": "720",
    "remember_not_found_hours": "24",
    "per_day": "100",
    "per_office": "50",
    "verify": "enrolment",
    "active": "y",
}
_MARK = re.compile(r'name="agreed" value="([0-9a-f]{64})"')
_PACKED = re.compile(r'name="packed" value="([^"]+)"')


@pytest.fixture
def admin(steps: Steps) -> Browser:
    return employ(steps.world.origin, VALDOMBRA, Role.ADMINISTRATOR)


def year_of(steps: Steps) -> int:
    return transfer_year(italian_day(steps.world.clock()))


def csv(*lines: str) -> tuple[io.BytesIO, str]:
    return io.BytesIO("\n".join((HEADER, *lines, "")).encode()), "corsi.csv"


def upload(visit: Browser, steps: Steps, *lines: str, **fields: Any) -> str:
    year = str(year_of(steps))
    return visit.post(f"{OFFERS}/importa", year=year, file=csv(*lines), **fields).text


def publish(visit: Browser, steps: Steps, page: str) -> str:
    packed = _PACKED.search(page)
    assert packed is not None
    year = str(year_of(steps))
    return visit.post(
        f"{OFFERS}/pubblica", page=f"{OFFERS}/importa", year=year, packed=packed.group(1)
    ).text


FIRST = "06;Ingegneria;C1;Ingegneria informatica;LT;31/12/2026;NO"
SECOND = "06;Ingegneria;C2;Ingegneria gestionale;LT;31/12/2026;NO"


def test_an_offer_is_published_only_after_its_differences_were_seen(
    steps: Steps, admin: Browser
) -> None:
    seen = upload(admin, steps, FIRST, SECOND)
    assert seen.count("<td>nuovo</td>") == 2
    assert steps.origin(lambda uow: uow.offers.published(year_of(steps))) is None
    assert "Corsi: 2" in publish(admin, steps, seen)
    changed = upload(admin, steps, FIRST.replace(";NO", ";SI"), FIRST.replace("C1", "C3"))
    assert "NumeroChiuso: no → sì" in changed
    assert "<td>tolto</td>" in changed
    publish(admin, steps, changed)
    offer = steps.origin(lambda uow: uow.offers.published(year_of(steps)))
    assert offer is not None
    assert [course.code for course in offer.courses] == ["C1", "C3"]


def test_every_line_that_is_wrong_is_told_with_its_number(steps: Steps, admin: Browser) -> None:
    page = upload(admin, steps, FIRST.replace("31/12/2026", "31/02/2026"), SECOND, "06;;C4;;LT;;")
    assert "riga 2" in page
    assert "riga 4" in page
    assert _PACKED.search(page) is None


def test_a_file_that_is_too_large_is_refused_and_never_cut_short(
    steps: Steps, admin: Browser
) -> None:
    large = io.BytesIO(b"x" * (8 * 1024 * 1024 + 1)), "corsi.csv"
    answer = admin.post(f"{OFFERS}/importa", year=str(year_of(steps)), file=large)
    assert answer.status_code == 413
    assert "File troppo grande" in answer.text
    assert "il limite di 8 MB" in answer.text


def test_a_form_without_its_file_says_so(steps: Steps, admin: Browser) -> None:
    page = admin.post(f"{OFFERS}/importa", year=str(year_of(steps))).text
    assert 'href="#file"' in page
    assert "Campo obbligatorio." in page


def test_what_was_tampered_with_on_the_way_is_not_published(steps: Steps, admin: Browser) -> None:
    answer = admin.post(
        f"{OFFERS}/pubblica", page=f"{OFFERS}/importa", year="2026", packed="bm9uIHppcA=="
    )
    assert "alert-danger" in answer.text
    assert steps.origin(lambda uow: uow.offers.published(2026)) is None


@pytest.mark.parametrize("year", ["", "0", "1999", "2101", "9" * 5000, "²", "٢٠٢٦"])
@pytest.mark.parametrize("packed", ["città", "====", "%%%", "AAAA"])
def test_what_nobody_could_have_packed_is_refused_in_words(
    admin: Browser, year: str, packed: str
) -> None:
    answer = admin.post(f"{OFFERS}/pubblica", page=f"{OFFERS}/importa", year=year, packed=packed)
    assert answer.status_code == 200
    assert "alert-danger" in answer.text


def test_who_passed_a_test_is_counted_and_not_named(steps: Steps, admin: Browser) -> None:
    publish(admin, steps, upload(admin, steps, FIRST))
    people = [numbered(number).codice_fiscale for number in (1, 2)]
    file = io.BytesIO("\n".join(people).encode()), "ammessi.txt"
    year = str(year_of(steps))
    page = admin.post(f"{OFFERS}/ammessi", year=year, course="C1", file=file).text
    assert "Aggiunti: 2." in page
    assert re.search(rf"<td>{year}</td><th scope=\"row\">C1</th><td>2</td>", page)
    assert people[0] not in page
    wrong = io.BytesIO(b"NON-E-UN-CODICE\n"), "ammessi.txt"
    assert "riga 1" in admin.post(f"{OFFERS}/ammessi", year=year, course="C1", file=wrong).text


def test_a_partners_offer_is_asked_for_once(steps: Steps, admin: Browser) -> None:
    here = f"{OFFERS}/partner/{MONTELAGO}/aggiorna"
    assert "Richiesta in coda." in admin.post(here, page=OFFERS).text
    assert "già in coda" in admin.post(here, page=OFFERS).text
    waiting = steps.origin(lambda uow: uow.deliveries.by_state(None, 10))
    assert [delivery.kind for delivery in waiting] == [DeliveryKind.OFFER]


def test_the_registry_is_recorded_and_tried(steps: Steps, admin: Browser) -> None:
    found = _MARK.search(admin.post(REGISTRY, **RECORD).text)
    assert found is not None
    assert "è cambiata" in admin.post(REGISTRY, agreed=found.group(1), **RECORD).text
    record = steps.origin(lambda uow: uow.registry.get())
    assert record is not None
    assert (record.per_day, record.verify) == (100, VerifyMoment.ENROLMENT)
    admin.post(f"{REGISTRY}/password", password="parola-del-registro")
    record = steps.origin(lambda uow: uow.registry.get())
    assert record is not None
    assert record.password == "parola-del-registro"
    assert "parola-del-registro" not in admin.get(REGISTRY).text
    page = admin.post(f"{REGISTRY}/prova", page=REGISTRY).text
    assert "non interrogabile" in page


def test_an_envelope_needs_its_parties(steps: Steps, admin: Browser) -> None:
    wanted = RECORD | {"egov": "y"}
    found = _MARK.search(admin.post(REGISTRY, **wanted).text)
    assert found is not None
    refused = admin.post(REGISTRY, agreed=found.group(1), **wanted).text
    assert "vuole mittente e destinatario" in refused
    assert steps.origin(lambda uow: uow.registry.get()) is None


def test_codes_are_listed_with_their_source_and_searched(admin: Browser) -> None:
    page = admin.get(CODES).text
    assert "decreto 4 ottobre 2000" in page
    assert "linee guida" in page
    found = admin.get(f"{CODES}?cerca=triennale").text
    assert "Laurea triennale" in found
    table = admin.get(f"{CODES}/Ssd2000").text
    assert "MAT/05" in table
    assert admin.get(f"{CODES}/niente").status_code == 404


def test_the_values_of_a_table_are_said_in_words(admin: Browser) -> None:
    for table, words in (
        ("Sesso", ("maschile", "femminile")),
        ("Provincia", ("Trento", "Verona")),
        ("TipoDocumento", ("passaporto",)),
        ("TipoTitolo", ("Laurea triennale",)),
    ):
        page = admin.get(f"{CODES}/{table}").text
        assert [word for word in words if word not in page] == [], table
