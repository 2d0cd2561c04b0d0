"""Who passed the entrance test of a course: a text with one codice fiscale a line."""

from stdnum.it import codicefiscale

from gateway.domain.identifiers import CodiceFiscale, parse_codice_fiscale
from gateway.domain.rejections import Cause, Rejection, refuse
from gateway.files.rows import Faults, Lines, check_number


def read_admitted(content: bytes) -> list[CodiceFiscale]:
    """Return the people of a list; blank lines do not count.

    Raises:
        Rejection: it is no text, nobody is in it, there are too many, or lines have no valid codice
            fiscale; every line at once, up to ``MOST_FAULTS``.
    """
    lines, faults = Lines(content, "people"), Faults()
    found: list[CodiceFiscale] = []
    count = 0
    for line in lines:
        lines.end_row()
        if line.strip():
            count += 1
            check_number(count, lines.number)
            try:
                found.append(_person(line.strip(), f"riga {lines.number}"))
            except Rejection as rejection:
                faults.add(rejection.reasons, lines.number)
    faults.stop()
    if not found:
        raise refuse(Cause.NOT_A_DOCUMENT, "UTF-8", why="no_person")
    return found


def _person(line: str, place: str) -> CodiceFiscale:
    code = parse_codice_fiscale(line, place)
    if not codicefiscale.is_valid(code):
        raise refuse(Cause.CODICE_FISCALE_INVALID, place)
    return code
