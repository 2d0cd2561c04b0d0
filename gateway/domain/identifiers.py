"""Names that the outside gives to universities, practices and people.

All are plain strings at run time; the parsers are the only way in and refuse what cannot be one.
"""

import re
from typing import NewType

from gateway.domain.rejections import Cause, refuse

MiurCode = NewType("MiurCode", str)
IdPratica = NewType("IdPratica", str)
CodiceFiscale = NewType("CodiceFiscale", str)

_MIUR_CODE = re.compile(r"[0-9A-Z]{1,5}")
_ID_PRATICA = re.compile(r"[!-~]{1,64}")
_PREFIX = re.compile(r"[A-Z][A-Z0-9]{1,15}")
_CODICE_FISCALE = re.compile(
    r"[A-Z]{6}[0-9LMNPQRSTUV]{2}[ABCDEHLMPRST][0-9LMNPQRSTUV]{2}[A-Z][0-9LMNPQRSTUV]{3}[A-Z]"
)


def parse_miur_code(text: str, path: str = "MiurAteneoChiamante") -> MiurCode:
    """Return the canonical MIUR code of ``text``: capitals, no leading zeros (``016`` is ``16``).

    The guideline prints two digits, the ANS layouts three, CODICIONE five: the same university.

    Raises:
        Rejection: ``text`` is not 1 to 5 letters or digits.
    """
    code = text.strip().upper()
    if _MIUR_CODE.fullmatch(code) is None:
        raise refuse(Cause.PARAMETER_INVALID, path)
    return MiurCode(code.lstrip("0") or "0")


def parse_id_pratica(text: str, path: str = "IdPratica") -> IdPratica:
    """Return ``text`` as a practice identifier (1 to 64 visible ASCII characters).

    Raises:
        Rejection: ``text`` is not one.
    """
    candidate = text.strip()
    if _ID_PRATICA.fullmatch(candidate) is None:
        raise refuse(Cause.PARAMETER_INVALID, path)
    return IdPratica(candidate)


def parse_practice_prefix(text: str) -> str:
    """Return ``text`` as the prefix of a university's practices (``POLIMI``).

    Raises:
        Rejection: ``text`` is not a capital letter followed by 1 to 15 capitals or digits.
    """
    if _PREFIX.fullmatch(text) is None:
        raise refuse(Cause.PARAMETER_INVALID, "prefix")
    return text


def make_id_pratica(prefix: str, year: int, number: int) -> IdPratica:
    """Return the identifier of a new practice, in the form the guideline prints (A.3)."""
    return IdPratica(f"{prefix}{year:04d}{number:07d}")


def parse_codice_fiscale(text: str, path: str = "CodiceFiscale") -> CodiceFiscale:
    """Return ``text`` in capitals without blanks; the check character is not looked at here.

    Raises:
        Rejection: the form is not that of a codice fiscale, omocodia included.
    """
    candidate = "".join(text.split()).upper()
    if _CODICE_FISCALE.fullmatch(candidate) is None:
        raise refuse(Cause.CODICE_FISCALE_INVALID, path)
    return CodiceFiscale(candidate)
