"""A realistic foglio of an invented student: two tratte, forty exams, a diploma, attachments."""

from dataclasses import dataclass
from datetime import date
from itertools import cycle, islice

from lxml import etree

from gateway.demo.people import FIORELLA, Person

Node = tuple[str, "str | list[Node] | None"]

_EXAMS: tuple[tuple[str, str, str, str, str], ...] = (
    # name, sector, credits, kind of activity, grade ("30L" with honours, "ID" passed without grade)
    ("Analisi matematica 1", "MAT/05", "9", "A", "26"),
    ("Geometria e algebra lineare", "MAT/03", "9", "A", "28"),
    ("Fisica 1", "FIS/01", "9", "A", "24"),
    ("Fondamenti di informatica", "ING-INF/05", "9", "A", "30L"),
    ("Chimica generale", "CHIM/07", "6", "A", "22"),
    ("Lingua inglese B2", "L-LIN/12", "3", "E", "ID"),
    ("Analisi matematica 2", "MAT/05", "9", "A", "25"),
    ("Fisica 2", "FIS/01", "6", "A", "27"),
    ("Elettrotecnica", "ING-IND/31", "6", "C", "23"),
    ("Algoritmi e strutture dati", "ING-INF/05", "9", "B", "30"),
    ("Calcolatori elettronici", "ING-INF/05", "9", "B", "29"),
    ("Basi di dati", "ING-INF/05", "6", "B", "30L"),
    ("Reti di calcolatori", "ING-INF/05", "6", "B", "28"),
    ("Segnali e sistemi", "ING-INF/03", "9", "B", "24"),
    ("Fondamenti di automatica", "ING-INF/04", "9", "B", "26"),
    ("Elettronica", "ING-INF/01", "6", "B", "21"),
    ("Ricerca operativa", "MAT/09", "6", "C", "30"),
    ("Economia e organizzazione aziendale", "ING-IND/35", "6", "C", "27"),
    ("Ingegneria del software", "ING-INF/05", "9", "B", "30"),
    ("Sistemi operativi", "ING-INF/05", "6", "B", "28"),
    ("Tirocinio", "ING-INF/05", "6", "S", "ID"),
    ("Probabilità e statistica", "MAT/06", "6", "A", "25"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """What the student asks, and how much of the foglio there is.

    With a ``degree`` section 3 has a university title too, and codes as the registry has them.
    """

    origin: str = "91"
    origin_name: str = "Università degli Studi di Valdombra"
    destination: str = "92"
    destination_name: str = "Politecnico di Montelago"
    course: str = "0920207302400001"
    course_name: str = "Ingegneria informatica"
    year: int = 2026
    submitted_on: date = date(2026, 9, 21)
    student: Person = FIORELLA
    exams: int = 40
    career: bool = True
    attachments: tuple[tuple[str, str], ...] = ()
    available_until: date = date(2027, 3, 31)
    notes: str = ""
    test_passed: str = ""
    fees_in_order: str = "SI"
    degree: bool = False


def _build(name: str, content: "str | list[Node] | None") -> etree._Element:
    element = etree.Element(name)
    if isinstance(content, str):
        element.text = content
    else:
        for child in content or []:
            element.append(_build(*child))
    return element


def _some(*nodes: Node | None) -> list[Node]:
    return [node for node in nodes if node is not None and node[1]]


def _place(town: str, name: str, province: str) -> list[Node]:
    return [
        ("CodiceComune", town),
        ("DescrizioneComune", name),
        ("Provincia", province),
        ("CodiceStato", "100"),
        ("DescrizioneStato", "Italia"),
    ]


def foglio_element(request: Request) -> etree._Element:
    """Return the foglio as an element."""
    parts: list[Node] = [
        ("Trasferimento", _transfer(request)),
        ("DatiIdentificativiStudente", _student(request.student)),
    ]
    if request.career:
        parts.append(("TitoliConseguiti", _titles(request)))
        parts.append(("CarrieraUniversitaria", _career(request)))
    if request.attachments:
        parts.append(("Allegati", [_attachment(item, request) for item in request.attachments]))
    element = _build("FoglioCongedo", parts)
    for codice in element.iter("codice"):
        codice.set("classificazione", "CODICIONE")
        codice.set("descrizione", request.course_name)
    return element


def foglio(request: Request | None = None) -> bytes:
    """Return the foglio as a document."""
    element = foglio_element(request or Request())
    return bytes(etree.tostring(element, xml_declaration=True, encoding="UTF-8", pretty_print=True))


def _transfer(request: Request) -> list[Node]:
    asked = _some(
        (
            "AteneoProvenienza",
            [("CodiceAteneo", request.origin), ("DescrizioneAteneo", request.origin_name)],
        ),
        ("AnnoAccademico", str(request.year)),
        ("DataPresentazione", request.submitted_on.isoformat()),
        ("ConsensoTrattamentoDati", "SI"),
        ("DataConsenso", request.submitted_on.isoformat()),
        ("Motivazione", "Avvicinamento alla famiglia"),
        ("NoteStudente", request.notes),
    )
    wanted = _some(
        ("CodiceAteneo", request.destination),
        ("DescrizioneAteneo", request.destination_name),
        ("CodiceCorsoStudi", [("codice", request.course)]),
        ("TipoDiCorso", "LT"),
        ("Classe", "L-8"),
        ("Normativa", "ord. 270"),
        ("AnnoCorso", "2"),
        ("TestAmmissione", [("Superato", request.test_passed)] if request.test_passed else None),
    )
    fees: list[Node] = [
        (
            "PagamentoAnnoAccademicoTrasferimento",
            [
                ("AnnoAccademico", str(year)),
                ("InRegola", request.fees_in_order),
                ("ImportoDovuto", "1450.00"),
                ("ImportoPagato", "1450.00"),
            ],
        )
        for year in (request.year - 2, request.year - 1)
    ]
    return [("DomandaDiTrasferimento", asked), ("DestinazioneTrasferimento", wanted), *fees]


def _student(student: Person) -> list[Node]:
    return [
        ("CodiceFiscale", student.codice_fiscale),
        ("Cognome", student.surname),
        ("Nome", student.name),
        ("Sesso", student.sex),
        ("DataNascita", student.born.isoformat()),
        ("LuogoNascita", _place("022205", "Trento", "TN")),
        ("Cittadinanza", [("CodiceStato", "100"), ("DescrizioneStato", "Italia")]),
        (
            "Residenza",
            [
                ("Via", "via dei Ciliegi"),
                ("NumeroCivico", "12/B"),
                ("CAP", "38122"),
                *_place("022205", "Trento", "TN"),
            ],
        ),
        ("Email", f"{student.name}.{student.surname}@studenti.example.org".lower()),
        ("Cellulare", "+39 000 0000000"),
    ]


def _titles(request: Request) -> list[Node]:
    diploma: Node = (
        "DiplomaDiMaturita",
        [
            ("CodiceTitoloDiploma", "1002"),
            ("DescrizioneDiploma", "Diploma di liceo scientifico"),
            ("CodiceScuola", "1234567" if request.degree else "TNPS000000"),
            ("DescrizioneScuola", "Liceo scientifico di prova"),
            ("AnnoConseguimento", "2022"),
            ("Voto", "94"),
            ("VotoMassimo", "100"),
        ],
    )
    return [diploma, _degree()] if request.degree else [diploma]


def _degree() -> Node:
    """Return a degree of a third university, taken beside the career."""
    course: list[Node] = [
        ("CodiceCorsoStudi", [("codice", "0930207301000001")]),
        ("TipoDiCorso", "LT"),
        ("Classe", "10010"),
        ("Normativa", "ord. 270"),
    ]
    return (
        "TitoloUniversitarioConseguitoItaliano",
        [
            ("CodiceAteneo", "93"),
            ("DescrizioneAteneo", "Università di Roccasole"),
            ("TipoTitolo", "LT"),
            ("CorsoDiStudiTitoloConseguito", course),
            ("AnnoAccademico", "2024"),
            ("DataConseguimento", "2025-07-15"),
            ("Voto", "110"),
            ("VotoMassimo", "110"),
            ("Lode", "SI"),
        ],
    )


def _course(request: Request, *, first: bool) -> list[Node]:
    return [
        ("CodiceCorsoStudi", [("codice", f"0{request.origin}0207300900{'1' if first else '2'}")]),
        ("TipoDiCorso", "LT"),
        ("Classe", "L-9" if first else "L-8"),
        ("Normativa", "ord. 270"),
        ("DurataAnni", "3"),
    ]


def _career(request: Request) -> list[Node]:
    first = request.year - 4
    exams = list(islice(cycle(_EXAMS), request.exams))
    half = max(1, len(exams) * 2 // 5)
    university: list[Node] = [
        ("CodiceAteneo", request.origin),
        ("DescrizioneAteneo", request.origin_name),
    ]
    immatricolazione: list[Node] = [
        ("AnnoAccademico", str(first)),
        ("DataImmatricolazione", f"{first}-09-20"),
        *university,
        ("Matricola", "100123"),
    ]
    earlier: list[Node] = [
        ("Progressivo", "1"),
        ("Matricola", "100123"),
        ("Tipo", "CORSO"),
        *university,
        ("CorsoDiStudi", _course(request, first=True)),
        ("DataInizio", f"{first}-09-20"),
        ("DataFine", f"{first + 2}-09-30"),
        ("MotivoChiusura", "PASSAGGIO"),
        ("Iscrizioni", [_enrolment(first, "1"), _enrolment(first + 1, "2")]),
        ("EsamiSuperatiOFrequentati", _exams(exams[:half], first)),
    ]
    later: list[Node] = [
        ("Progressivo", "2"),
        ("Matricola", "100987"),
        ("Tipo", "CORSO"),
        *university,
        ("CorsoDiStudi", _course(request, first=False)),
        ("DataInizio", f"{first + 2}-10-01"),
        *_second_course(exams[half:], first + 2),
    ]
    return [
        ("PrimaImmatricolazione", immatricolazione),
        ("Tratta", earlier),
        ("Tratta", later),
        ("AltreAttivita", [("Attivita", list(_TUTORING))]),
    ]


_TUTORING: tuple[Node, ...] = (("Descrizione", "Tutorato fra pari"), ("Ore", "60"), ("CFU", "2"))


def _second_course(exams: list[tuple[str, str, str, str, str]], year: int) -> list[Node]:
    delibera: list[Node] = [
        ("Organo", "Consiglio di corso di studi"),
        ("Numero", "14"),
        ("Data", f"{year}-10-15"),
        ("Oggetto", "Passaggio di corso e convalida di esami"),
    ]
    taken = [*_exams(exams, year), _recognised(year), _attended(year + 1)]
    return [
        ("Iscrizioni", [_enrolment(year, "2"), _enrolment(year + 1, "3")]),
        ("EsamiSuperatiOFrequentati", taken),
        ("Delibere", [("Delibera", delibera)]),
    ]


def _enrolment(year: int, of_course: str) -> Node:
    return (
        "Iscrizione",
        [
            ("AnnoAccademico", str(year)),
            ("AnnoCorso", of_course),
            ("TipoIscrizione", "IC"),
            ("Impegno", "FT"),
            ("TasseInRegola", "SI"),
        ],
    )


def _exams(exams: list[tuple[str, str, str, str, str]], year: int) -> list[Node]:
    return [
        ("Esame", _exam(number, exam, year + (number % 2))) for number, exam in enumerate(exams)
    ]


def _exam(number: int, exam: tuple[str, str, str, str, str], year: int) -> list[Node]:
    name, sector, cfu, kind, grade = exam
    day = date(year + 1, 1 + number % 6, 10 + number % 18)
    passed: list[Node] = (
        [("Idoneita", "SI")]
        if grade == "ID"
        else [("Voto", grade[:2]), ("Lode", "SI" if grade.endswith("L") else "NO")]
    )
    return [
        ("CodiceAttivita", f"IN{number:04d}"),
        ("Denominazione", name),
        ("Esito", "SUPERATO"),
        ("AnnoAccademico", str(year)),
        ("Data", day.isoformat()),
        *passed,
        ("CFU", cfu),
        ("Dettaglio", [("SSD", sector), ("CFU", cfu), ("TipoAttivita", kind)]),
        ("Frequenza", "SI"),
    ]


def _recognised(year: int) -> Node:
    return (
        "Esame",
        [
            ("Denominazione", "Laboratorio di programmazione"),
            ("Esito", "CONVALIDATO"),
            ("Data", f"{year}-10-15"),
            ("CFU", "6"),
            ("Dettaglio", [("SSD", "ING-INF/05"), ("CFU", "6"), ("TipoAttivita", "D")]),
            (
                "Riconoscimento",
                [
                    ("Tipo", "ATTIVITA"),
                    ("Denominazione", "Corso estivo di programmazione"),
                    ("Ente", "Scuola estiva di prova"),
                    ("CFU", "6"),
                    ("NumeroDelibera", "14"),
                    ("DataDelibera", f"{year}-10-15"),
                ],
            ),
        ],
    )


def _attended(year: int) -> Node:
    return (
        "Esame",
        [
            ("Denominazione", "Sistemi distribuiti"),
            ("Esito", "FREQUENTATO"),
            ("AnnoAccademico", str(year)),
            ("CFU", "6"),
            ("Dettaglio", [("SSD", "ING-INF/05"), ("CFU", "6"), ("TipoAttivita", "B")]),
            ("Frequenza", "SI"),
        ],
    )


def _attachment(item: tuple[str, str], request: Request) -> Node:
    attachment_id, name = item
    return (
        "Allegato",
        [
            ("IdAllegato", attachment_id),
            ("Nome", name),
            ("Tipo", "application/pdf"),
            ("DisponibileFino", request.available_until.isoformat()),
        ],
    )
