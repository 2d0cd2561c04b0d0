"""Faults of a foglio, and what preflight says of each."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from lxml import etree
from stdnum.it import codicefiscale

from tests.support.cli_pair import CLOSED, CODICE_FISCALE, LIMITED, TODAY

ASKED = "FoglioCongedo/Trasferimento/DomandaDiTrasferimento"
WANTED = "FoglioCongedo/Trasferimento/DestinazioneTrasferimento"
STUDENT = "FoglioCongedo/DatiIdentificativiStudente"
EXAM = "FoglioCongedo/CarrieraUniversitaria/Tratta[1]/EsamiSuperatiOFrequentati/Esame[1]"
FIRST = ".//Tratta/EsamiSuperatiOFrequentati/Esame"


def omocodia(code: str) -> str:
    """Return the code with its last digit as a letter, as two people of one code have it."""
    changed = code[:14] + "LMNPQRSTUV"[int(code[14])]
    return changed + str(codicefiscale.calc_check_digit(changed))


def with_text(path: str, text: str) -> Callable[[Any], None]:
    """Return what puts another text at a path."""

    def change(foglio: Any) -> None:
        foglio.find(path).text = text

    return change


def without(path: str) -> Callable[[Any], None]:
    """Return what takes an element out."""

    def change(foglio: Any) -> None:
        element = foglio.find(path)
        element.getparent().remove(element)

    return change


def with_another_tratta(foglio: Any) -> None:
    numbers = foglio.findall(".//Tratta/Progressivo")
    numbers[1].text = numbers[0].text


@dataclass(frozen=True, slots=True)
class Fault:
    """A fault, and what is said of it: Italian, English, where."""

    cause: str
    path: str
    it: str
    en: str
    change: Callable[[Any], None]


TOMORROW = (TODAY + timedelta(days=1)).isoformat()
FAULTS = {
    "an element of the schema missing": Fault(
        "element_missing", f"{STUDENT}/Cittadinanza/CodiceStato",
        "elemento obbligatorio mancante: CodiceStato", "mandatory element missing: CodiceStato",
        lambda foglio: foglio.find("DatiIdentificativiStudente/Cittadinanza").clear(),
    ),
    "an element the schema has not": Fault(
        "element_unexpected", f"{STUDENT}/Soprannome",
        "elemento, attributo o testo non previsto", "element, attribute or text not foreseen",
        lambda foglio: foglio.find("DatiIdentificativiStudente").insert(
            1, etree.Element("Soprannome")
        ),
    ),
    "a code not in its list": Fault(
        "code_unknown", f"{EXAM}/Esito",
        "codice non presente nel suo elenco", "code not in its list",
        with_text(f"{FIRST}/Esito", "PROMOSSO"),
    ),
    "a sector not in its list": Fault(
        "code_unknown", f"{EXAM}/Dettaglio/SSD",
        "codice non presente nel suo elenco", "code not in its list",
        with_text(f"{FIRST}/Dettaglio/SSD", "MAT/99"),
    ),
    "an impossible day": Fault(
        "date_impossible", f"{STUDENT}/DataNascita", "data impossibile", "impossible date",
        with_text("DatiIdentificativiStudente/DataNascita", "2003-02-30"),
    ),
    "an exam of tomorrow": Fault(
        "date_impossible", f"{EXAM}/Data", "data impossibile", "impossible date",
        with_text(f"{FIRST}/Data", TOMORROW),
    ),
    "a codice fiscale out of form": Fault(
        "codice_fiscale_invalid", f"{STUDENT}/CodiceFiscale",
        "codice fiscale non valido", "codice fiscale not valid",
        with_text("DatiIdentificativiStudente/CodiceFiscale", "QTTFLL03D57Q001"),
    ),
    "a codice fiscale with another check character": Fault(
        "codice_fiscale_invalid", f"{STUDENT}/CodiceFiscale",
        "codice fiscale non valido", "codice fiscale not valid",
        with_text("DatiIdentificativiStudente/CodiceFiscale", CODICE_FISCALE[:-1] + "Z"),
    ),
    "an omocodia with the check character of the plain code": Fault(
        "codice_fiscale_invalid", f"{STUDENT}/CodiceFiscale",
        "codice fiscale non valido", "codice fiscale not valid",
        with_text(
            "DatiIdentificativiStudente/CodiceFiscale",
            omocodia(CODICE_FISCALE)[:-1] + CODICE_FISCALE[-1],
        ),
    ),
    "a passed exam without its grade": Fault(
        "values_disagree", f"{EXAM}/Voto",
        "esame superato senza voto né idoneità", "exam passed without grade or pass",
        without(f"{FIRST}/Voto"),
    ),
    "honours without full marks": Fault(
        "values_disagree", f"{EXAM}/Lode",
        "lode senza il voto massimo", "honours without full marks",
        with_text(f"{FIRST}/Lode", "SI"),
    ),
    "credits that do not add up": Fault(
        "values_disagree", f"{EXAM}/CFU",
        "la somma dei crediti per settore", "credits by sector do not add up",
        with_text(f"{FIRST}/Dettaglio/CFU", "3"),
    ),
    "two tratte of one number": Fault(
        "identifier_repeated", "FoglioCongedo/CarrieraUniversitaria/Tratta[2]/Progressivo",
        "identificativo ripetuto", "identifier repeated", with_another_tratta,
    ),
    "no consent": Fault(
        "consent_missing", f"{ASKED}/ConsensoTrattamentoDati",
        "manca l'autorizzazione dello studente", "the student's consent",
        with_text(".//ConsensoTrattamentoDati", "NO"),
    ),
    "another origin": Fault(
        "origin_differs", f"{ASKED}/AteneoProvenienza/CodiceAteneo",
        "l'ateneo di provenienza del foglio non è quello", "the origin named in the foglio",
        with_text(".//AteneoProvenienza/CodiceAteneo", "93"),
    ),
    "a destination that is no partner": Fault(
        "partner_unknown", f"{WANTED}/CodiceAteneo",
        "l'ateneo 93 non è fra i partner", "the university 93 is no partner",
        with_text(".//DestinazioneTrasferimento/CodiceAteneo", "93"),
    ),
    "section 3 missing": Fault(
        "section_missing", "FoglioCongedo/TitoliConseguiti",
        "sezione obbligatoria mancante: TitoliConseguiti",
        "mandatory section missing: TitoliConseguiti",
        without("TitoliConseguiti"),
    ),
    "section 4 missing": Fault(
        "section_missing", "FoglioCongedo/CarrieraUniversitaria",
        "sezione obbligatoria mancante: CarrieraUniversitaria",
        "mandatory section missing: CarrieraUniversitaria",
        without("CarrieraUniversitaria"),
    ),
    "a course that is not on offer": Fault(
        "course_not_offered", f"{WANTED}/CodiceCorsoStudi/codice",
        "corso di studi 77 non offerto", "degree course 77 not on offer",
        with_text(".//DestinazioneTrasferimento/CodiceCorsoStudi/codice", "77"),
    ),
    "a course whose day has passed": Fault(
        "deadline_passed", f"{ASKED}/DataPresentazione",
        "domanda presentata dopo la scadenza del", "request made after the deadline of",
        with_text(".//DestinazioneTrasferimento/CodiceCorsoStudi/codice", CLOSED),
    ),
    "limited access without its test": Fault(
        "admission_test_missing", f"{WANTED}/TestAmmissione",
        f"corso {LIMITED} ad accesso programmato", f"course {LIMITED} has limited access",
        with_text(".//DestinazioneTrasferimento/CodiceCorsoStudi/codice", LIMITED),
    ),
}  # fmt: skip
