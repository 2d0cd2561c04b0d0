"""Messages as large as the limit allows, each of a shape that costs somebody dear."""

from tests.support.hostile_messages import transfer

LIMIT = 1024 * 1024
EXAMS = "<EsamiSuperatiOFrequentati>"
FOGLIO = "<FoglioCongedo>"
BODY = "<soapenv:Body>"


def filled(practice: str, place: str, unit: str, size: int = LIMIT) -> bytes:
    """T3 of ``size`` bytes at most, ``unit`` again and again after ``place``."""
    message = transfer(practice=practice).decode()
    times = (size - len(message.encode())) // len(unit.encode())
    return message.replace(place, place + unit * times, 1).encode()


def declaring(practice: str, place: str, size: int = LIMIT) -> bytes:
    """T3 with as many namespace declarations in the element ``place`` as there is room for."""
    message = transfer(practice=practice).decode()
    unit = 'xmlns:a{:05d}="urn:u{:05d}" '
    times = (size - len(message.encode())) // len(unit.format(0, 0))
    declared = "".join(unit.format(number, number) for number in range(times))
    return message.replace(place, f"{place[:-1]} {declared}>", 1).encode()


def attributes(practice: str, count: int) -> bytes:
    """T3 with an element of ``count`` attributes."""
    many = " ".join(f'a{number}=""' for number in range(count))
    return transfer(practice=practice).replace(FOGLIO.encode(), f"{FOGLIO}<a {many}/>".encode(), 1)


EXAM = "<Esame><Denominazione>a</Denominazione><Esito>SUPERATO</Esito><CFU>6</CFU></Esame>"
UNITS = {
    "siblings in the foglio": (FOGLIO, "<a/>"),
    "siblings in the exams": (EXAMS, "<a/>"),
    "exams without anything": (EXAMS, "<Esame/>"),
    "exams that lack a grade": (EXAMS, EXAM),
    "exams of wrong values": (EXAMS, EXAM.replace("SUPERATO", "x").replace(">6<", ">x<")),
    "dates": (FOGLIO, "<DataNascita>1/1/1</DataNascita>"),
    "texts between elements": (EXAMS, "x<a/>"),
    "depth and width": (FOGLIO, "<a>" * 200 + "</a>" * 200),
    "a namespace each": (FOGLIO, '<a xmlns="urn:u"/>'),
    "comments": (FOGLIO, "<!--x-->"),
    "instructions": (FOGLIO, "<?x y?>"),
    "character references": ("<Cognome>", "&#65;"),
    "cdata": ("<Cognome>", "<![CDATA[x]]>"),
    "an endless name": ("<Cognome>", "x"),
    "an endless number": ("<CFU>", "9"),
    "an endless date": ("<DataNascita>", "2"),
    "signs for the pattern of addresses": ("<Email>", "a@"),
    "blanks for the pattern of telephones": ("<Cellulare>", "0 "),
}
"""Where what is repeated; each is answered within the bound."""
