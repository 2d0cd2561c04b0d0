"""Who passed the entrance test of a course: a text with one codice fiscale a line."""

from stdnum.it import codicefiscale

from gateway.domain.identifiers import CodiceFiscale, parse_codice_fiscale
from gateway.domain.rejections import Cause, Reason, Rejection, refuse


def read_admitted(content: bytes) -> list[CodiceFiscale]:
    """Return the people of a list; blank lines do not count.

    Raises:
        Rejection: it is no text, nobody is in it, or lines have no valid codice fiscale; every
            line at once.
    """
    try:
        lines = content.decode("utf-8-sig").splitlines()
    except UnicodeDecodeError as error:
        raise refuse(Cause.NOT_A_DOCUMENT, "UTF-8", why="people") from error
    found: list[CodiceFiscale] = []
    reasons: list[Reason] = []
    for number, line in enumerate(lines, start=1):
        if line.strip():
            try:
                found.append(_person(line, f"riga {number}"))
            except Rejection as rejection:
                reasons += rejection.reasons
    if reasons:
        raise Rejection(reasons)
    if not found:
        raise refuse(Cause.NOT_A_DOCUMENT, "UTF-8", why="no_person")
    return found


def _person(line: str, place: str) -> CodiceFiscale:
    code = parse_codice_fiscale(line, place)
    if not codicefiscale.is_valid(code):
        raise refuse(Cause.CODICE_FISCALE_INVALID, place)
    return code
