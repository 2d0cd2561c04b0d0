"""The two lookups on the wire: questions written by zeep, replies read liberally (appendix F.3).

Writing is strict: exactly what the contract says, with ``xsi:nil`` where the student's credentials
are not given. Reading goes by local names: registries forget namespaces, spell days in four ways
and write "nothing found" as a nil ``result``, an empty one, or none at all. What is no answer at
all, or one about somebody else, is ``PartnerMisbehaved``; a field that nobody can read is a flaw of
the reply, and nothing of it is believed.
"""

import re
from collections.abc import Iterator
from datetime import date, datetime
from functools import lru_cache
from typing import Any

import zeep
from lxml import etree

from gateway.client.slips import fault_code, slips_of
from gateway.contracts import Lookup, lookup_name, wsdl_path
from gateway.domain.calendar import parse_moment
from gateway.domain.deliveries import OutcomeUnknown, PartnerMisbehaved
from gateway.domain.lookups import FIRST_YEAR, LAST_YEAR, Question, Reply
from gateway.domain.partners import AnswerSlip
from gateway.domain.registry import LookupService, TitleRegistry
from gateway.domain.titles import UNKNOWN_STATE, SchoolDiploma, Title, UniversityTitle
from gateway.egov import ACTIONS, EGOV, EgovHeader, EgovParty, identifier, make_header

_NIL = "{http://www.w3.org/2001/XMLSchema-instance}nil"
_MAX_TITLES = 200


_LOOKUPS = {LookupService.TITLES: Lookup.TITLES, LookupService.DIPLOMA: Lookup.DIPLOMA}
SERVICES = {lookup: service for service, lookup in _LOOKUPS.items()}
"""Which service of a registry answers each lookup."""
_ASKED = {
    LookupService.TITLES: "ricercaDatiTitoliStudenteElement",
    LookupService.DIPLOMA: "ricercaDatiDiplomiStudenteElement",
}
_ANSWERED = {
    LookupService.TITLES: "ricercaDatiTitoliStudenteResponseElement",
    LookupService.DIPLOMA: "ricercaDatiDiplomiStudenteResponseElement",
}


def _operation(service: LookupService) -> str:
    return ACTIONS[_LOOKUPS[service]].value


def soap_action(service: LookupService) -> str:
    """Return the SOAPAction of a lookup, as its contract names it."""
    return f'"{_operation(service)}"'


@lru_cache
def _client(service: LookupService) -> Any:
    """Return zeep's client of a contract, made once from our own files."""
    return zeep.Client(str(wsdl_path(_LOOKUPS[service])))


def write(question: Question, registry: TitleRegistry, query_id: str, now: datetime) -> bytes:
    """Return the envelope of a question, with the e-Gov header if the registry wants it."""
    client = _client(question.service)
    asked: dict[str, object] = {"codiceFiscale": question.codice_fiscale}
    if question.service is LookupService.DIPLOMA:
        asked |= {
            "annoScolastico": f"{question.year:04d}",
            "userID": question.user_id or zeep.xsd.Nil,
            "password": question.password or zeep.xsd.Nil,
        }
    headers = [_egov(question.service, registry, query_id, now)] if registry.egov else None
    message = client.create_message(
        client.service,
        _operation(question.service),
        _soapheaders=headers,
        **{_ASKED[question.service]: asked},
    )
    return bytes(etree.tostring(message, xml_declaration=True, encoding="utf-8"))


def _egov(
    service: LookupService, registry: TitleRegistry, query_id: str, now: datetime
) -> etree._Element:
    """Return the header of the SPCoop envelope (F.3, documentation of the port types)."""
    sender = EgovParty(registry.sender)
    number = int(query_id, 16) if re.fullmatch("[0-9a-f]+", query_id) else 0
    header = EgovHeader(
        sender=sender,
        receiver=EgovParty(registry.recipient),
        service=lookup_name(_LOOKUPS[service]),
        action=_operation(service),
        message_id=identifier(sender, number, now),
    )
    return make_header(header, now)


def read(question: Question, root: etree._Element) -> Reply:
    """Return what a registry answered to a question.

    Raises:
        OutcomeUnknown: the registry's own failure (a Server fault).
        PartnerMisbehaved: no answer to this question, or a fault that says it is not valid.
    """
    if etree.QName(root).localname != "Envelope":
        raise PartnerMisbehaved("answer is no SOAP envelope")
    _check_fault(root)
    name = _ANSWERED[question.service]
    response = next(root.iter(f"{{*}}{name}"), None)
    if response is None:
        raise PartnerMisbehaved(f"answer has no {name}")
    results = [item for item in response if _local(item) == "result" and not _is_nil(item)]
    if len(results) > _MAX_TITLES:
        raise PartnerMisbehaved(f"more than {_MAX_TITLES} results")
    return _reply(question, results)


def slips(question: Question, root: etree._Element) -> tuple[AnswerSlip, ...]:
    """Return how the form of a reply that could be read deviates from the contract."""
    name = lookup_name(_LOOKUPS[question.service])
    namespace = f"http://miur.spcoop.gov.it/servizi/{name}.xsd"
    answering = f"{{{namespace}}}{_ANSWERED[question.service]}"
    return slips_of(root, f"ans/{name}_types.xsd", answering)


def _local(element: etree._Element) -> str:
    return etree.QName(element).localname if isinstance(element.tag, str) else ""


def _is_nil(element: etree._Element) -> bool:
    return (element.get(_NIL) or "").strip() in {"true", "1"}


def _check_fault(root: etree._Element) -> None:
    code = fault_code(root)
    if code is not None:
        if code.startswith("Server"):
            raise OutcomeUnknown(f"fault {code}")
        raise PartnerMisbehaved(f"fault {code}")
    exception = next(root.iter(f"{{{EGOV}}}Eccezione"), None)
    if exception is not None:
        code = exception.get("codiceEccezione", "")
        word = code if re.fullmatch(r"\w{1,30}", code) else "unknown"
        raise PartnerMisbehaved(f"e-Gov {word}")


class _Unreadable(Exception):  # noqa: N818  what a field is
    """A field that says nothing we understand; names it."""


Fields = dict[str, str]


def _fields(result: etree._Element) -> Fields:
    """Return what a result says, by local name; blanks and nil are nothing."""
    said = ((_local(item), item) for item in result)
    found = {name: " ".join((item.text or "").split()) for name, item in said if not _is_nil(item)}
    return {name: value for name, value in found.items() if value}


def _reply(question: Question, results: list[etree._Element]) -> Reply:
    read_result = _title if question.service is LookupService.TITLES else _diploma
    titles: list[Title] = []
    codes: set[str] = set()
    for fields in map(_fields, results):
        _check_person(question, fields)
        try:
            codes.update(_code(fields))
            if fields.keys() - {"codiceFiscale", "codiceRitorno", "messaggio"}:
                titles.append(read_result(question, fields))
        except _Unreadable as flaw:
            return Reply(flaw=str(flaw))
    if len(codes) > 1:
        return Reply(flaw="codiceRitorno")
    return Reply(tuple(titles), codes.pop() if codes else "")


def _check_person(question: Question, fields: Fields) -> None:
    """Refuse an answer about somebody else."""
    person = fields.get("codiceFiscale", "").upper()
    if person and person != question.codice_fiscale:
        raise PartnerMisbehaved("answer about another student")


def _code(fields: Fields) -> Iterator[str]:
    code = fields.get("codiceRitorno", "")
    if not code:
        return
    if not re.fullmatch(r"\d{1,4}", code):
        raise _Unreadable("codiceRitorno")
    yield str(int(code))


def _title(question: Question, fields: Fields) -> UniversityTitle:
    return UniversityTitle(
        codice_fiscale=question.codice_fiscale,
        university=fields.get("codiceAteneo", ""),
        state=fields.get("nazioneConseguimento", UNKNOWN_STATE),
        classe=fields.get("tipoClasseTitolo", ""),
        degree_type=fields.get("tipoTitoloUniversitario", "").upper(),
        awarded_on=_day(fields, "dataConseguimento"),
        academic_year=_year(fields, "annoAccademico"),
        grade=fields.get("voto", ""),
    )


def _diploma(question: Question, fields: Fields) -> SchoolDiploma:
    name = "annoSolareConseguimento"
    only_year = re.fullmatch(r"\d{4}", fields.get(name, ""))
    day = None if only_year else _day(fields, name)
    year = _year(fields, name) if only_year else None
    return SchoolDiploma(
        codice_fiscale=question.codice_fiscale,
        school=fields.get("codiceScuola", ""),
        year=year or (day.year if day else question.year),
        state=fields.get("nazioneConseguimento", UNKNOWN_STATE),
        grade=fields.get("votoDiploma", ""),
        diploma_type=fields.get("tipoTitoloDiploma", ""),
        awarded_on=day,
    )


_YEAR = re.compile(r"(\d{4})(?:\s?[-/]\s?(?:\d{2}|\d{4}))?")
_DIGITS = re.compile(r"\d{8}")
_NOTHING = re.compile(r"[0\s/.-]*")
"""How some databases write a day that they do not know."""


def _year(fields: Fields, name: str) -> int | None:
    """Return a year, of an academic one the first of the two."""
    given = fields.get(name, "")
    if _NOTHING.fullmatch(given):
        return None
    found = _YEAR.fullmatch(given)
    year = int(found[1]) if found else 0
    if not FIRST_YEAR <= year <= LAST_YEAR:
        raise _Unreadable(name)
    return year


def _day(fields: Fields, name: str) -> date | None:
    """Return a day written GGMMAAAA, AAAAMMGG, with slashes, or in ISO form.

    Eight digits are never both: between 1900 and 2100 the end of a day is no year.
    """
    given = fields.get(name, "")
    if _NOTHING.fullmatch(given):
        return None
    if _DIGITS.fullmatch(given):
        forms = [given, f"{given[:4]}-{given[4:6]}-{given[6:]}"]
    else:
        forms = [given.replace(".", "/")]
    for form in forms:
        moment = parse_moment(form)
        if moment is not None and FIRST_YEAR <= moment.year <= LAST_YEAR:
            return moment.date()
    raise _Unreadable(name)
