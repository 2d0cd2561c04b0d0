"""Papers: whatever a foglio holds stays text, and the exchanged XML stays what it was."""

from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal
from io import BytesIO

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from lxml import etree
from pypdf import PdfReader

from gateway.demo.sample import Request
from gateway.demo.sample import foglio as sample
from gateway.documents.exchanged import foglio_bytes
from gateway.documents.typst_papers import TypstPapers
from gateway.domain.checks import Check
from gateway.domain.delibera import Conversion, Delibera, Integration, Source
from gateway.domain.deliveries import Side
from gateway.domain.identifiers import CodiceFiscale, MiurCode
from gateway.domain.partners import CheckKind
from gateway.domain.students import Student
from gateway.texts import Language
from gateway.texts.foglio_labels import label
from gateway.usecases.paper_ports import (
    DecisionSheet,
    FoglioSheet,
    PaperHead,
    Receipt,
    Registered,
    Wanted,
)
from tests.support.fakes_samples import COURSE, PRACTICE, TODAY, exam, student, university

pytestmark = pytest.mark.requirement("T18")

NOW = datetime(2026, 9, 21, 22, 30, 5, 123456, tzinfo=UTC)
HEAD = PaperHead(university=university(), id_pratica=PRACTICE, student=student(), printed_at=NOW)
WANTED = Wanted(
    university_code=MiurCode("92"),
    university_name="Politecnico di Montelago",
    course_code=COURSE,
    course_name="Ingegneria informatica",
    academic_year=2026,
)
NUMBER = Registered(number="2026/0000007", at=NOW)
PAPERS = TypstPapers()
HOSTILE = (
    '#panic("x") #let a = 1 $ x^2 $ *grassetto* _corsivo_ = Titolo <etichetta> @rif // commento'
    ' /* */ `codice` \\ \\u{41} https://x.example {{7*7}} "virgolette" #include "/etc/passwd"'
)


def read(content: bytes) -> PdfReader:
    """Return a PDF, read strictly."""
    return PdfReader(BytesIO(content), strict=True)


def words(content: bytes) -> str:
    """Return the words of a PDF, without any blank: lines break anywhere."""
    text = "".join(page.extract_text() for page in read(content).pages)
    return "".join(text.replace("\u200b", "").replace("\u00ad", "").split())


def receipt(finding: str = "", **changes: object) -> Receipt:
    """Return the facts of a receipt with something found."""
    made = Receipt(
        head=HEAD,
        wanted=WANTED,
        registered=NUMBER,
        irregularities=(Check(CheckKind.STUDENT_NOTES, False, finding),),
    )
    return replace(made, **changes)  # type: ignore[arg-type]


def test_markup_of_the_typesetter_stays_text() -> None:
    said = words(PAPERS.receipt(receipt(HOSTILE), "it"))
    for word in (
        '#panic("x")',
        "$x^2$",
        "*grassetto*",
        "<etichetta>",
        "@rif",
        "//commento",
        "{{7*7}}",
    ):
        assert word in said, word


@pytest.mark.parametrize(
    ("written", "printed"),
    [
        ("مرحبا", ""),
        ("שלום", ""),
        ("Łódź Škoda Čapek", "ŁódźŠkodaČapek"),
        ("漢字", "[U+6F22][U+5B57]"),
        ("😀", "[U+1F600]"),
        ("a\x00b\x07c\ufffe", "abc[U+FFFE]"),
        ("\ue000", "[U+E000]"),
        ("\u202eabc", ""),
    ],
)
def test_no_character_stops_a_paper(written: str, printed: str) -> None:
    content = PAPERS.receipt(receipt(written), "it")
    assert printed in words(content)
    assert b"pdfaid:part" in content


def test_names_without_end_and_missing_fields_are_borne() -> None:
    nobody = Student(CodiceFiscale(""), "A" * 4000, "")
    head = replace(HEAD, student=nobody)
    empty = replace(WANTED, course_name="", course_code="", university_name="92")
    said = words(PAPERS.receipt(receipt("x" * 9000, head=head, wanted=empty), "en"))
    assert said.count("A") >= 4000
    assert said.count("x") >= 9000
    assert "None" not in said


def test_the_day_is_that_of_italy() -> None:
    assert "22/09/2026" in words(PAPERS.receipt(receipt("x"), "it"))


def test_the_same_facts_make_the_same_bytes() -> None:
    assert PAPERS.receipt(receipt("x"), "it") == PAPERS.receipt(receipt("x"), "it")


@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(st.text(max_size=60))
def test_any_text_makes_a_paper(text: str) -> None:
    assert len(read(PAPERS.receipt(receipt(text), "it")).pages) == 1


def test_a_receipt_without_irregularities_says_so() -> None:
    said = words(PAPERS.receipt(receipt(irregularities=()), "en"))
    assert "Noirregularitywasfound." in said


def test_a_settled_irregularity_says_since_when() -> None:
    cleared = Check(CheckKind.FEES, False, "2024", "ada", NOW, "pagato")
    said = words(PAPERS.receipt(receipt(irregularities=(cleared,)), "it"))
    assert "risoltail22/09/2026" in said
    assert "pagato" not in said


def sheet(*messages: bytes, **changes: object) -> FoglioSheet:
    """Return the facts of a foglio."""
    made = FoglioSheet(
        head=HEAD, side=Side.ORIGIN, partner="Montelago", registered=NUMBER, messages=messages
    )
    return replace(made, **changes)  # type: ignore[arg-type]


@pytest.mark.parametrize("language", Language)
def test_a_foglio_is_printed_with_all_its_sections(language: Language) -> None:
    content = sample(Request(exams=40, degree=True, attachments=(("ALL1", "programmi.pdf"),)))
    said = words(PAPERS.foglio(sheet(content), language.value))
    root = etree.fromstring(content)
    for section in root:
        assert "".join(label(str(section.tag)).say(language).split()).lower() in said.lower()
    for word in ("30" + ("lode" if language is Language.ITALIAN else "honours"), "ALL1"):
        assert word in said


def test_sections_sent_again_take_the_place_of_the_first() -> None:
    first, second = sample(Request(exams=2)), sample(Request(exams=2, career=False, notes="nuova"))
    content = PAPERS.foglio(sheet(first, second), "it")
    said = words(content)
    assert "nuova" in said
    assert "Analisimatematica1" in said
    assert set(read(content).attachments) == {"foglio-congedo-1.xml", "foglio-congedo-2.xml"}


def test_hostile_contents_of_a_foglio_stay_text() -> None:
    said = words(PAPERS.foglio(sheet(sample(Request(exams=2, notes=HOSTILE))), "it"))
    assert '#panic("x")' in said


def test_a_decision_prints_many_to_one_and_what_is_refused() -> None:
    delibera = Delibera(
        "Consiglio",
        TODAY,
        (
            Conversion(
                (Source("1.1", Decimal(9)), Source("1.2", Decimal("4.5"))),
                "Analisi",
                "AN1",
                Decimal("13.5"),
                "MAT/05",
                28,
            ),
            Conversion((Source("1.3", Decimal(6)),), "", refused_for="programma diverso"),
        ),
        number="7",
        year_of_course=2,
    )
    facts = DecisionSheet(
        head=HEAD,
        origin="Valdombra",
        wanted=WANTED,
        registered=NUMBER,
        delibera=delibera,
        exams={"1.1": exam("1.1")},
    )
    said = words(PAPERS.decision(facts, "it"))
    for word in (
        "1.1Esame1.1;1.2",
        "9;4,5",
        "AN1Analisi",
        "13,5",
        "Nonriconosciuto:programmadiverso",
    ):
        assert word in said, word
    assert "Creditsrecognisedbysector" in words(PAPERS.decision(facts, "en"))
    assert "Esamidaintegrare" not in said
    refused = replace(facts, delibera=replace(delibera, conversions=delibera.conversions[1:]))
    assert "persettore" not in words(PAPERS.decision(refused, "it"))


def test_a_decision_prints_the_exams_still_to_be_taken() -> None:
    facts = DecisionSheet(
        head=HEAD,
        origin="Valdombra",
        wanted=WANTED,
        registered=NUMBER,
        delibera=Delibera(
            "Consiglio",
            TODAY,
            (Conversion((Source("1.1", Decimal(9)),), "Analisi", "AN1", Decimal(9)),),
            integrations=(Integration("Disegno tecnico", "DIS1", Decimal("4.5"), "ICAR/17"),),
        ),
    )
    said = words(PAPERS.decision(facts, "it"))
    assert "Esamidaintegrare" in said
    assert "DIS1Disegnotecnico4,5ICAR/17" in said
    assert "Examsstilltobetaken" in words(PAPERS.decision(facts, "en"))


ENVELOPE = (
    b"<?xml version='1.0' encoding='UTF-8'?>\n<s:Envelope xmlns:s='urn:s'><s:Header>"
    b"<Password>segreto</Password></s:Header><s:Body><!-- <FoglioCongedo> -->"
    b"<m:Put xmlns:m='urn:m'>%s</m:Put></s:Body></s:Envelope>"
)
PART = (
    "<FoglioCongedo  a='1' ><Nome>è &lt;FoglioCongedo&gt; <![CDATA[</FoglioCongedo>]]></Nome>"
    "\n</FoglioCongedo >"
).encode()


def test_the_foglio_is_cut_out_of_its_message_byte_for_byte() -> None:
    assert foglio_bytes(ENVELOPE % PART) == PART
    assert foglio_bytes(PART) == PART
    for around in (b"%s", b"<a>%s</a>", b"<a>%s<b/></a>"):
        assert foglio_bytes(around % b"<FoglioCongedo/>") == b"<FoglioCongedo/>"


def test_a_foglio_that_cannot_stand_alone_is_written_anew() -> None:
    leaning = b"<m:Put xmlns:m='urn:m'><FoglioCongedo m:a='1'><N>x</N></FoglioCongedo></m:Put>"
    alone = foglio_bytes(leaning)
    assert etree.fromstring(alone).get("{urn:m}a") == "1"
    latin = "<?xml version='1.0' encoding='ISO-8859-1'?><FoglioCongedo><N>è</N></FoglioCongedo>"
    assert etree.fromstring(foglio_bytes(latin.encode("latin-1"))).findtext("N") == "è"
