"""Values that cannot be: each refused with its code and its place, and nothing kept of it."""

import itertools
import re
from collections.abc import Iterator

import pytest

from tests.support.databases import SqliteMaker
from tests.support.hostile import PLAIN, Site, site_of
from tests.support.hostile_messages import PRACTICE, foglio_without, status, terms, transfer

pytestmark = [pytest.mark.integration, pytest.mark.requirement("T12")]

STUDENT = "FoglioCongedo/DatiIdentificativiStudente"
EXAM = "FoglioCongedo/CarrieraUniversitaria/Tratta[1]/EsamiSuperatiOFrequentati/Esame"
ASKED = "FoglioCongedo/Trasferimento/DomandaDiTrasferimento"
ATTACHMENT = "FoglioCongedo/Allegati/Allegato"
SAID = {
    6: "parametro vuoto o non valido",
    22: "valore vuoto o nel formato sbagliato",
    23: "valore troppo lungo",
    24: "valore fuori dai limiti",
    25: "codice non presente nel suo elenco",
    26: "data impossibile",
    27: "codice fiscale non valido",
    30: "identificativo ripetuto",
    62: "l'allegato non è un PDF",
}
numbers = itertools.count(1)


def why(code: int, path: str, said: str = "", acts: str = "provenienza") -> tuple[int, str]:
    return code, f"[{code}] {said or SAID[code]} ({path}) - agisce: {acts}"


def missing(section: str) -> str:
    said = f"sezione obbligatoria mancante: {section}"
    return why(28, f"FoglioCongedo/{section}", said)[1]


def fresh(message: bytes) -> bytes:
    """The same message about a practice that no other test has named."""
    return message.replace(PRACTICE.encode(), b"UNIVAL2026%07d" % next(numbers))


def with_value(name: str, value: str) -> bytes:
    """T3 with the first element of a name holding ``value``."""
    text, times = re.subn(
        f"<{name}>[^<]*", lambda _: f"<{name}>{value}", transfer().decode(), count=1
    )
    assert times == 1
    return fresh(text.encode())


def announcing(*attachments: str) -> bytes:
    """T3 that announces attachments."""
    listed = "".join(f"<Allegato>{item}</Allegato>" for item in attachments)
    end = "</FoglioCongedo>"
    text = transfer().decode().replace(end, f"<Allegati>{listed}</Allegati>{end}")
    return fresh(text.encode())


def attachment(
    name: str = "A1", kind: str = "application/pdf", size: str = "", until: str = "2027-03-31"
) -> str:
    sized = f"<Dimensione>{size}</Dimensione>" if size else ""
    return (
        f"<IdAllegato>{name}</IdAllegato><Nome>piano.pdf</Nome><Tipo>{kind}</Tipo>{sized}"
        f"<DisponibileFino>{until}</DisponibileFino>"
    )


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory, sqlite: SqliteMaker) -> Iterator[Site]:
    with site_of(tmp_path_factory.mktemp("values"), sqlite) as made:
        yield made


@pytest.mark.parametrize(
    "day",
    [
        "2003-02-30",
        "2003-02-29",
        "2003-13-01",
        "2003-00-10",
        "0000-00-00",
        "2003-1-1",
        "31/02/2003",
        "30022003",
        "2003-02-28T10:00:00",
        "99999-01-01",
        "-2003-01-01",
        "1899-12-31",
        "2026-09-22",
        "9999-12-31",
        "２００３-01-01",
        "ieri",
        "",
        "2" * 5000,
    ],
)
def test_a_date_that_cannot_be_is_refused(site: Site, day: str) -> None:
    site.reject(with_value("DataNascita", day), why(26, f"{STUDENT}/DataNascita"))


@pytest.mark.parametrize(
    "code",
    [
        "",
        "QTTFLL03D57Q001",
        "QTTFLL03D57Q001G",
        "QTTFLL03D57Q001FF",
        "qttfll03d57q001f",
        "X" * 16,
        "0" * 16,
        "QTTFLL03D57Q001@",
        "QTTFLL03D99Q001F",
        "QTTFLL03D57Q001F' OR '1'='1",
        "A" * 5000,
    ],
)
def test_a_codice_fiscale_that_cannot_be_is_refused(site: Site, code: str) -> None:
    site.reject(with_value("CodiceFiscale", code), why(27, f"{STUDENT}/CodiceFiscale"))


@pytest.mark.parametrize(
    ("name", "value", "path"),
    [
        ("SSD", "MAT/99", f"{EXAM}/Dettaglio/SSD"),
        ("SSD", "", f"{EXAM}/Dettaglio/SSD"),
        ("TipoAttivita", "Z", f"{EXAM}/Dettaglio/TipoAttivita"),
        ("Esito", "FORSE", f"{EXAM}/Esito"),
        ("Sesso", "X", f"{STUDENT}/Sesso"),
        ("Provincia", "ZZ", f"{STUDENT}/LuogoNascita/Provincia"),
        ("MotivoChiusura", "NOIA", "FoglioCongedo/CarrieraUniversitaria/Tratta[1]/MotivoChiusura"),
    ],
)
def test_a_code_that_is_not_in_its_list_is_refused(
    site: Site, name: str, value: str, path: str
) -> None:
    site.reject(with_value(name, value), why(25, path))


@pytest.mark.parametrize(
    ("name", "value", "code", "path"),
    [
        ("Cognome", "", 22, f"{STUDENT}/Cognome"),
        ("Cognome", "   ", 22, f"{STUDENT}/Cognome"),
        ("Cognome", "x" * 256, 23, f"{STUDENT}/Cognome"),
        ("Cognome", "x" * 1_000_000, 23, f"{STUDENT}/Cognome"),
        ("Email", "nessuna", 22, f"{STUDENT}/Email"),
        ("CAP", "'; DROP TABLE incoming; --", 22, f"{STUDENT}/Residenza/CAP"),
        ("AnnoAccademico", "26", 22, f"{ASKED}/AnnoAccademico"),
        ("AnnoAccademico", "2026.0", 22, f"{ASKED}/AnnoAccademico"),
        ("CFU", "-1", 24, f"{EXAM}/CFU"),
        ("CFU", "1e2", 22, f"{EXAM}/CFU"),
        ("CFU", "NaN", 22, f"{EXAM}/CFU"),
        ("CFU", "6.123", 22, f"{EXAM}/CFU"),
    ],
)
def test_a_value_out_of_its_form_is_refused(
    site: Site, name: str, value: str, code: int, path: str
) -> None:
    site.reject(with_value(name, value), why(code, path))


def test_a_refusal_never_repeats_the_value(site: Site) -> None:
    for name in ("Cognome", "CodiceFiscale", "DataNascita", "SSD", "Email"):
        answer = PLAIN.to(site.application, with_value(name, "SEGRETO" * 60))
        assert answer.outcome[0] != 0
        assert b"SEGRETO" not in answer.content


@pytest.mark.parametrize(
    "section",
    [
        pytest.param("TitoliConseguiti", id="titles"),
        pytest.param("CarrieraUniversitaria", id="career"),
    ],
)
def test_a_section_that_our_terms_demand_is_missed(site: Site, section: str) -> None:
    site.reject(fresh(foglio_without(section)), (28, missing(section)))


def test_an_administrative_section_is_missed_where_it_should_be(site: Site) -> None:
    site.reject(fresh(foglio_without("Trasferimento")), (28, missing("Trasferimento")))


SECTIONS = (
    "Trasferimento",
    "DatiIdentificativiStudente",
    "TitoliConseguiti",
    "CarrieraUniversitaria",
)


def test_an_empty_foglio_is_told_each_missing_section_once(site: Site) -> None:
    empty = fresh(foglio_without(*SECTIONS))
    site.reject(empty, (28, "; ".join(missing(section) for section in SECTIONS)))


def test_a_foglio_that_is_not_there_is_no_call(site: Site) -> None:
    message = re.sub(b"(?s)<FoglioCongedo>.*</FoglioCongedo>", b"", transfer())
    text = "Il messaggio non segue il contratto: Put_ProcessoTrasferimento"
    site.refuse(message, (500, "Client.Structure", text))


def test_two_fogli_are_refused(site: Site) -> None:
    end = b"</FoglioCongedo>"
    message = fresh(transfer().replace(end, end + b"<FoglioCongedo/>"))
    site.reject(message, why(6, "FoglioCongedo[2]", acts="chiamante"))


@pytest.mark.parametrize("practice", ["", " ", "A B", "à", "A" * 65, "A" * 60_000, "A\tB"])
def test_an_identifier_that_cannot_be_is_refused(site: Site, practice: str) -> None:
    expected = why(6, "IdPratica", acts="chiamante")
    site.reject(status(practice), expected)
    site.reject(transfer(practice=practice), expected)


@pytest.mark.parametrize("caller", ["", "  ", "9 1", "91!", "ATENEO", "\u0660\u0661", "9" * 60_000])
def test_a_caller_that_cannot_be_is_refused(site: Site, caller: str) -> None:
    site.reject(terms(caller), why(6, "MiurAteneoChiamante", acts="chiamante"))


@pytest.mark.parametrize(
    ("announced", "expected"),
    [
        (attachment(kind="text/plain"), why(62, f"{ATTACHMENT}[1]/Tipo")),
        (attachment(kind=""), why(62, f"{ATTACHMENT}[1]/Tipo")),
        (
            attachment(size="204801"),
            why(
                63,
                f"{ATTACHMENT}[1]/Dimensione",
                "allegato vuoto o troppo grande (204801 byte, massimo 204800)",
            ),
        ),
        pytest.param(
            attachment(size="0"),
            why(
                63,
                f"{ATTACHMENT}[1]/Dimensione",
                "allegato vuoto o troppo grande (0 byte, massimo 204800)",
            ),
        ),
        (attachment(size="-1"), why(24, f"{ATTACHMENT}/Dimensione")),
        (
            attachment(until="2026-09-20"),
            why(
                61,
                f"{ATTACHMENT}[1]/DisponibileFino",
                "allegato disponibile solo fino al 20/09/2026",
            ),
        ),
        (attachment(until="2027-02-30"), why(26, f"{ATTACHMENT}/DisponibileFino")),
        (attachment(name=""), why(22, f"{ATTACHMENT}/IdAllegato")),
        (attachment(name="A" * 41), why(23, f"{ATTACHMENT}/IdAllegato")),
    ],
    ids=["kind", "no kind", "large", "empty", "negative", "past", "no day", "no name", "long name"],
)
@pytest.mark.requirement("T16")
def test_an_attachment_that_cannot_be_had_is_refused_when_announced(
    site: Site, announced: str, expected: tuple[int, str]
) -> None:
    site.reject(announcing(announced), expected)


@pytest.mark.requirement("T16")
def test_two_attachments_of_one_name_are_refused(site: Site) -> None:
    message = announcing(attachment(), attachment())
    site.reject(message, why(30, f"{ATTACHMENT}[2]/IdAllegato"))


def test_a_thousand_faults_are_told_in_a_bounded_answer(site: Site) -> None:
    broken = [attachment(name="", until="ieri") for _ in range(1000)]
    answer = PLAIN.to(site.application, announcing(*broken))
    assert answer.outcome[0] != 0
    assert answer.outcome[1].count("agisce") <= 120
    assert len(answer.content) < 32_000


def test_a_year_of_forty_digits_is_refused_with_its_place(site: Site) -> None:
    site.reject(with_value("AnnoAccademico", "9" * 40), why(22, f"{ASKED}/AnnoAccademico"))
