"""Student credentials as CSV: ``UserID``, ``Hash`` (argon2id), ``CodiceFiscale``.

A hash is verified with the cost it names, so one that would cost too much is refused here.
"""

import csv
import re

from stdnum.it import codicefiscale

from gateway.domain.identifiers import parse_codice_fiscale
from gateway.domain.rejections import Cause, Reason, Rejection, refuse
from gateway.files.rows import Faults
from gateway.usecases.title_ports import StudentCredential

COLUMNS = ("UserID", "Hash", "CodiceFiscale")
_HASH = re.compile(
    r"\$argon2id\$v=19\$m=(\d{1,6}),t=(\d{1,2}),p=(\d{1,2})\$[A-Za-z0-9+/]{11,86}\$[A-Za-z0-9+/]{22,86}"
)
_MOST_MEMORY_KIB, _MOST_PASSES, _MOST_LANES = 131_072, 8, 8
_USER_ID = 100


def read_credentials(content: bytes) -> list[StudentCredential]:
    """Return the credentials of a file.

    Raises:
        Rejection: it is no CSV with these columns, or lines are wrong; every line at once, up to
            ``MOST_FAULTS`` faults.
    """
    try:
        lines = content.decode("utf-8-sig").splitlines()
    except UnicodeDecodeError as error:
        raise refuse(Cause.NOT_A_DOCUMENT, "CSV UTF-8", why="credentials") from error
    header = lines[0] if lines else ""
    delimiter = max(";\t", key=header.count)  # a hash has commas
    names = [name.strip().lower() for name in header.split(delimiter)]
    if not {column.lower() for column in COLUMNS} <= set(names):
        raise refuse(Cause.NOT_A_DOCUMENT, "CSV", why="credentials")
    found: list[StudentCredential] = []
    faults = Faults()
    for number, line in enumerate(lines[1:], start=2):
        if not line.strip():
            continue
        values = next(csv.reader([line], delimiter=delimiter))
        row = dict(zip(names, (value.strip() for value in values), strict=False))
        if not faults.add(_faults(row, f"riga {number}"), number):
            student = parse_codice_fiscale(row["codicefiscale"])
            found.append(StudentCredential(row["userid"], row["hash"], student))
    faults.stop()
    return found


def _faults(row: dict[str, str], place: str) -> list[Reason]:
    wrong: list[Reason] = []
    if not 0 < len(row.get("userid", "")) <= _USER_ID:
        wrong.append(Reason(Cause.VALUE_MALFORMED, f"{place}/UserID"))
    if not _affordable(row.get("hash", "")):
        wrong.append(Reason(Cause.VALUE_MALFORMED, f"{place}/Hash"))
    if not _is_person(row.get("codicefiscale", "")):
        wrong.append(Reason(Cause.CODICE_FISCALE_INVALID, f"{place}/CodiceFiscale"))
    return wrong


def _affordable(text: str) -> bool:
    match = _HASH.fullmatch(text)
    if match is None:
        return False
    memory, passes, lanes = (int(group) for group in match.groups())
    return (
        8 * lanes <= memory <= _MOST_MEMORY_KIB
        and 1 <= passes <= _MOST_PASSES
        and 1 <= lanes <= _MOST_LANES
    )


def _is_person(text: str) -> bool:
    try:
        return bool(codicefiscale.is_valid(parse_codice_fiscale(text)))
    except Rejection:
        return False
