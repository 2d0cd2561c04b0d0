"""The copy for the data subject as files: JSON for programs, text for people, the documents.

Everything is readable by its owner only. What each table is stands in ``gateway.texts``.
"""

import io
import json
import os
import tempfile
import zipfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from gateway.domain.calendar import ITALY
from gateway.domain.identifiers import CodiceFiscale
from gateway.domain.messages import ExchangeResult, LookupOperation, Operation
from gateway.texts.personal_data import HOLDINGS
from gateway.usecases.privacy_ports import PersonalCopy

DATA, SUMMARY, DOCUMENTS = "dati.json", "leggimi.txt", "documenti"
_XML, _PDF = b"<", b"%PDF"
_GIVEN = frozenset({ExchangeResult.ACCEPTED.value, ExchangeResult.REPEATED.value})
_MAYBE = frozenset({ExchangeResult.UNKNOWN.value, ExchangeResult.REFUSED.value})
_CARRIES_OUT = frozenset(
    {
        Operation.PUT_PROCESSO.value,
        Operation.PUT_DATI.value,
        Operation.REQUIRE_REFRESH.value,
        Operation.CHANGE_STATUS.value,
        Operation.RET_TOKEN.value,
    }
)
"""Messages of ours that tell a partner something of a person; the others only ask."""
_ASKED_OF_US = frozenset(
    {Operation.GET_STATUS.value, Operation.GET_ALLEGATO.value, *map(str, LookupOperation)}
)
"""Messages of a partner's whose answer tells it something of a person."""


@dataclass(frozen=True, slots=True)
class CopyHead:
    """Of whom, by whom and when the copy was made."""

    university: str
    codice_fiscale: str = field(repr=False)
    made_at: datetime


def write_copy(folder: Path, copy: PersonalCopy, head: CopyHead) -> int:
    """Write the copy below ``folder``, which must be new or empty; return how many files.

    Raises:
        FileExistsError: a file of the same name is there.
    """
    folder.parent.mkdir(parents=True, exist_ok=True)
    folder.mkdir(mode=0o700, exist_ok=True)
    (folder / DOCUMENTS).mkdir(mode=0o700, exist_ok=True)
    files = _Files(folder)
    tables = {
        name: [files.without_documents(name, number, row) for number, row in enumerate(rows, 1)]
        for name, rows in copy.tables.items()
    }
    disclosures = list(_disclosures(copy))
    data = {
        "university": head.university,
        "codice_fiscale": head.codice_fiscale,
        "made_at": head.made_at.isoformat(),
        "disclosures": disclosures,
        "tables": {
            name: {"what": HOLDINGS[name].what.it, "why": HOLDINGS[name].why.it, "rows": rows}
            for name, rows in tables.items()
        },
    }
    files.write(DATA, json.dumps(data, ensure_ascii=False, indent=2).encode())
    files.write(SUMMARY, "\n".join(_summary(head, tables, disclosures)).encode())
    return files.written


def archive_copy(
    copy: PersonalCopy, university: str, person: CodiceFiscale, now: datetime
) -> bytes:
    """Return the copy as one ZIP file; what is written on the way is gone afterwards."""
    made = io.BytesIO()
    with tempfile.TemporaryDirectory(prefix="congedo-") as name:
        folder = Path(name) / "copia"
        write_copy(folder, copy, CopyHead(university, person, now))
        with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
            for file in sorted(path for path in folder.rglob("*") if path.is_file()):
                archive.write(file, file.relative_to(folder))
    return made.getvalue()


class _Files:
    """Writes files that nobody else can read."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self.written = 0

    def write(self, name: str, content: bytes) -> None:
        """Write a new file."""
        descriptor = os.open(self._folder / name, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "wb") as target:
            target.write(content)
        self.written += 1

    def without_documents(
        self, table: str, number: int, row: Mapping[str, object]
    ) -> Mapping[str, object]:
        """Return a row with the name of a file in place of each document, and write the files."""
        told: dict[str, object] = {}
        for name, value in row.items():
            if not isinstance(value, bytes):
                told[name] = value
                continue
            file = f"{DOCUMENTS}/{table}-{number:04d}-{name}{_ending(value)}"
            self.write(file, value)
            told[name] = file
        return told


def _ending(content: bytes) -> str:
    if content.startswith(_PDF):
        return ".pdf"
    return ".xml" if content.lstrip(b"\xef\xbb\xbf \r\n").startswith(_XML) else ".bin"


def _disclosures(copy: PersonalCopy) -> Iterator[dict[str, object]]:
    """Yield what was told to whom and when (GDPR art. 15(1)(c)), from the journal."""
    for row in copy.tables.get("messages", ()):
        direction, operation, result = row["direction"], row["operation"], row["result"]
        ours = direction == "out" and operation in _CARRIES_OUT
        asked = direction == "in" and operation in _ASKED_OF_US
        if (ours and result in _GIVEN | _MAYBE) or (asked and result in _GIVEN):
            yield {
                "at": row["began_at"],
                "to": row["partner"],
                "operation": operation,
                "id_pratica": row["id_pratica"],
                "certain": result in _GIVEN,
            }


def _summary(
    head: CopyHead,
    tables: Mapping[str, list[Mapping[str, object]]],
    disclosures: list[dict[str, object]],
) -> Iterator[str]:
    yield "Copia dei dati personali (regolamento UE 2016/679, articoli 15 e 20)"
    yield ""
    yield f"Interessato: {head.codice_fiscale}"
    yield f"Ateneo: {head.university}"
    yield f"Fatta il {head.made_at.astimezone(ITALY).strftime('%d/%m/%Y %H:%M')}"
    yield f"Per i programmi: {DATA}. I documenti nominati qui sotto stanno in {DOCUMENTS}/."
    yield ""
    yield "A chi sono stati comunicati"
    for item in disclosures or ({},):
        yield _told(item) if item else "  a nessuno"
    for name, rows in tables.items():
        text = HOLDINGS[name]
        yield ""
        yield f"{text.what.it[:1].upper()}{text.what.it[1:]}"
        yield f"  Perché: {text.why.it}."
        for row in rows:
            yield "  - " + "; ".join(
                f"{field}: {value}" for field, value in row.items() if value not in (None, "")
            )


def _told(item: Mapping[str, object]) -> str:
    doubt = "" if item["certain"] else " (non è certo che sia stato letto)"
    at = datetime.fromisoformat(str(item["at"])).astimezone(ITALY).strftime("%d/%m/%Y %H:%M")
    practice = f", {item['id_pratica']}" if item["id_pratica"] else ""
    return f"  {at}: all'ateneo {item['to']}, {item['operation']}{practice}{doubt}"
