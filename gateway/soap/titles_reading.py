"""From the body of a lookup to what it asks: the only place that knows its elements (F.3).

The contract is judged first; what breaks it is no valid call. The diploma lookup has codes for
values that break it, so there only the elements are judged by the contract, and each value here.
"""

import re
from collections.abc import Iterable
from datetime import date

from lxml import etree
from stdnum.it import codicefiscale

from gateway.contracts import Lookup, compiled, lookup_name, lookup_namespace
from gateway.domain.identifiers import CodiceFiscale, parse_codice_fiscale
from gateway.domain.rejections import Rejection
from gateway.domain.titles import LookupOutcome
from gateway.foglio.reading import text
from gateway.foglio.schema import path_of
from gateway.soap.faults import no_call
from gateway.usecases.title_ports import DiplomaQuestion

_XSI = "{http://www.w3.org/2001/XMLSchema-instance}"
_NIL = f"{_XSI}nil"
_TITLES = f"{{{lookup_namespace(Lookup.TITLES)}}}"
_DIPLOMA = f"{{{lookup_namespace(Lookup.DIPLOMA)}}}"
_VALUES = frozenset(
    {
        "SCHEMAV_CVC_PATTERN_VALID",
        "SCHEMAV_CVC_LENGTH_VALID",
        "SCHEMAV_CVC_MAXLENGTH_VALID",
        "SCHEMAV_CVC_DATATYPE_VALID_1_2_1",
    }
)
"""What libxml2 says of values; anything else is about elements, attributes and types."""
_FORMALLY = re.compile(
    "[A-Z]{6}[0-9LMNPQRSTUV]{2}[A-Z][0-9LMNPQRSTUV]{2}[A-Z][0-9LMNPQRSTUV]{3}[A-Z]"
)
_DIGITS = re.compile("[0-9]+")
_YEAR_DIGITS = 4
_FIRST_YEAR = 1900
_USER_ID, _PASSWORD = 100, 15


def titles_question(body: etree._Element) -> CodiceFiscale:
    """Return whose university titles are asked for (A1).

    Raises:
        InvalidCall: the body does not follow the contract; this lookup has no code for it.
    """
    schema = _schema(Lookup.TITLES)
    if not schema.validate(body):
        _refuse(schema.error_log)
    return CodiceFiscale(text(body[0], f"{_TITLES}codiceFiscale"))


def diploma_question(body: etree._Element, today: date) -> DiplomaQuestion | LookupOutcome:
    """Return whose diploma of which year is asked for (A2), or the code that says what is wrong.

    Raises:
        InvalidCall: the elements are not those of the contract.
    """
    _settle(body)
    schema = _schema(Lookup.DIPLOMA)
    if not schema.validate(body):
        _refuse(entry for entry in schema.error_log if entry.type_name not in _VALUES)
    asked = body[0]
    student, year, user_id, password = (_value(asked, name) for name in _NAMES)
    wrong = _wrong_student(student) or _wrong_year(year, today) or _wrong_pair(user_id, password)
    if wrong is not None:
        return wrong
    return DiplomaQuestion(
        codice_fiscale=CodiceFiscale(student), year=int(year), user_id=user_id, password=password
    )


def without_password(body: etree._Element) -> bytes | None:
    """Return the whole message without the student's password, ``None`` if it has none.

    No journal keeps the password of somebody who is no partner of ours.
    """
    given = [item for item in body.iter(f"{_DIPLOMA}password") if item.text]
    if not given:
        return None
    for item in given:
        item.text = ""
    root = body.getroottree()
    return bytes(etree.tostring(root, encoding="utf-8", xml_declaration=True))


_NAMES = ("codiceFiscale", "annoScolastico", "userID", "password")


def _schema(lookup: Lookup) -> etree.XMLSchema:
    return compiled(f"ans/{lookup_name(lookup)}_types.xsd")


def _refuse(log: Iterable[etree._LogEntry]) -> None:
    for entry in log:
        path = path_of(entry)
        raise no_call("Structure", f"Il messaggio non segue il contratto: {path}")


def _settle(body: etree._Element) -> None:
    """Let what is not given be empty, in whichever of three ways it is not given.

    The contract wants nil credentials where there are none, and stacks leave them out; nil where
    the contract wants a value is no value.
    """
    for asked in body.iterchildren(f"{_DIPLOMA}ricercaDatiDiplomiStudenteElement"):
        for name in _NAMES[:2]:
            for item in asked.iterchildren(f"{_DIPLOMA}{name}"):
                if item.get(_NIL) in ("true", "1") and not len(item) and not item.text:
                    del item.attrib[_NIL]
        if asked.find(f"{_DIPLOMA}userID") is None:
            asked.insert(2, etree.Element(f"{_DIPLOMA}userID"))
        if asked.find(f"{_DIPLOMA}password") is None:
            asked.append(etree.Element(f"{_DIPLOMA}password"))


def _value(asked: etree._Element, name: str) -> str:
    """Return a value as it is: blanks count, but blanks alone are nothing."""
    element = asked.find(f"{_DIPLOMA}{name}")
    found = "".join(element.itertext()) if element is not None else ""
    return found if found.strip() else ""


def _wrong_student(value: str) -> LookupOutcome | None:
    """12: not of the form. 96: nothing there, or of the form but nobody's."""
    if not value:
        return LookupOutcome.CODICE_FISCALE_MISSING
    if _FORMALLY.fullmatch(value) is None:
        return LookupOutcome.CODICE_FISCALE_MALFORMED
    try:
        parse_codice_fiscale(value)
    except Rejection:
        return LookupOutcome.CODICE_FISCALE_MISSING
    return None if codicefiscale.is_valid(value) else LookupOutcome.CODICE_FISCALE_MISSING


def _wrong_year(value: str, today: date) -> LookupOutcome | None:
    """15: no number. 14: not four digits. 95: nothing there, or a year that cannot be."""
    if not value:
        return LookupOutcome.YEAR_MISSING
    if _DIGITS.fullmatch(value) is None:
        return LookupOutcome.YEAR_NOT_NUMERIC
    if len(value) != _YEAR_DIGITS:
        return LookupOutcome.YEAR_MALFORMED
    return None if _FIRST_YEAR <= int(value) <= today.year else LookupOutcome.YEAR_MISSING


def _wrong_pair(user_id: str, password: str) -> LookupOutcome | None:
    """99: one without the other, or longer than credentials can be."""
    both = bool(user_id) == bool(password)
    fits = len(user_id) <= _USER_ID and len(password) <= _PASSWORD
    return None if both and fits else LookupOutcome.CREDENTIALS_HALF
