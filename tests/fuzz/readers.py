"""What reads bytes from outside, with sound examples and the refusals it may answer with."""

import io
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import partial
from zipfile import ZIP_BZIP2, ZIP_DEFLATED, ZIP_LZMA, ZIP_STORED, ZipFile

from pypdf import PdfWriter

from gateway.demo.people import FIORELLA
from gateway.demo.sample import Request, foglio
from gateway.domain.deliveries import OutcomeUnknown, PartnerMisbehaved
from gateway.domain.messages import Operation
from gateway.domain.rejections import Rejection
from gateway.files.admitted import read_admitted
from gateway.files.courses import read_courses
from gateway.files.delibera import read_delibera
from gateway.files.enrolled_students import read_enrolled
from gateway.foglio.documents import XmlFoglioDocuments
from gateway.foglio.json_form import from_json
from gateway.foglio.packages import Room, prepared
from gateway.foglio.pdf import problem_of
from gateway.soap.callers import credentials
from gateway.soap.faults import InvalidCall
from gateway.soap.protocol import open_envelope
from tests.support.answers import read_answer
from tests.support.contract_messages import golden

_DAY = date(2026, 9, 21)


@dataclass(frozen=True, slots=True)
class Reader:
    """A reader: what it does with bytes, how it may refuse, and what it reads well."""

    read: Callable[[bytes], object]
    refusals: tuple[type[Exception], ...]
    sound: tuple[bytes, ...]
    is_xml: bool = True

    def try_one(self, content: bytes) -> bool:
        """Tell whether ``content`` was read. Anything but the known refusals is let through."""
        try:
            self.read(content)
        except self.refusals:
            return False
        return True


def _everything(content: bytes) -> None:
    documents = XmlFoglioDocuments()
    documents.read(content)
    documents.faults(content, _DAY)
    documents.warnings(content)
    documents.career(content)


def _pdf() -> bytes:
    writer, made = PdfWriter(), io.BytesIO()
    writer.add_blank_page(width=100, height=100)
    writer.write(made)
    return made.getvalue()


def _zip(how: int) -> bytes:
    made = io.BytesIO()
    with ZipFile(made, "w", how) as archive:
        for name in ("uno.xml", "dueè.json"):
            archive.writestr(name, b"<FoglioCongedo/>")
    return made.getvalue()


_DECISION = {
    "body": "Consiglio di corso",
    "decided_on": "2026-11-03",
    "conversions": [
        {"sources": [["1.1", "9"]], "target_name": "Analisi", "target_code": "A1", "cfu": "9"}
    ],
}
_COURSES = (
    "Cod_Tipo_Facolta;Desc_Tipo_Facolta;Codice;Descrizione;Scadenza;NumeroChiuso\n"
    "06;Ingegneria;0920207302400001;Informatica;31/12/2026;NO\n"
)

READERS: Mapping[str, Reader] = {
    **{
        f"answer-{operation.value}": Reader(
            partial(read_answer, operation),
            (OutcomeUnknown, PartnerMisbehaved),
            (golden(operation, "answer"),),
        )
        for operation in Operation
    },
    "envelope": Reader(
        open_envelope, (InvalidCall,), tuple(golden(item, "request") for item in Operation)
    ),
    "foglio": Reader(
        _everything,
        (Rejection,),
        (foglio(Request(exams=2, attachments=(("DOC1", "piano.pdf"),), test_passed="SI")),),
    ),
    "foglio-json": Reader(from_json, (Rejection,), (b'{"FoglioCongedo": {}}',), is_xml=False),
    "delibera": Reader(
        read_delibera, (Rejection,), (json.dumps(_DECISION).encode(),), is_xml=False
    ),
    "courses": Reader(
        lambda content: read_courses(content, 2026),
        (Rejection,),
        (_COURSES.encode(),),
        is_xml=False,
    ),
    "admitted": Reader(
        read_admitted, (Rejection,), (f"{FIORELLA.codice_fiscale}\n".encode(),), is_xml=False
    ),
    "enrolled": Reader(
        read_enrolled,
        (Rejection,),
        (f"Matricola;CodiceFiscale;Corso\nA1;{FIORELLA.codice_fiscale};C1\n".encode(),),
        is_xml=False,
    ),
    "packages": Reader(
        lambda content: list(prepared("a.zip", io.BytesIO(content), Room())),
        (),
        tuple(_zip(how) for how in (ZIP_STORED, ZIP_DEFLATED, ZIP_BZIP2, ZIP_LZMA)),
        is_xml=False,
    ),
    "pdf": Reader(problem_of, (), (_pdf(),), is_xml=False),
    "credentials": Reader(
        lambda content: credentials(content.decode("latin-1")),
        (),
        (b"Basic YXRlbmVvLTkxOnNlZ3JldG8=", b"Basic Og==", b"Bearer x"),
        is_xml=False,
    ),
}
