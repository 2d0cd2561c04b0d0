"""Answers of partners, read liberally: what they say matters, not how their stack spells it.

Result elements are found by their local name (some stacks forget the namespace), dates in any of
the guideline's forms, yes and no in capitals or not. What cannot be an answer is
``PartnerMisbehaved``.
"""

import base64
import binascii
import re
from collections.abc import Iterator
from dataclasses import replace

from lxml import etree

from gateway.client.slips import fault_code, slips_of
from gateway.contracts import ICT4U, Role
from gateway.domain.calendar import parse_moment
from gateway.domain.deliveries import OutcomeUnknown, PartnerMisbehaved
from gateway.domain.history import Step
from gateway.domain.messages import Operation
from gateway.domain.offers import Course, Offer
from gateway.domain.outcomes import Outcome
from gateway.domain.rejections import Rejection
from gateway.domain.terms import DEFAULT_CAREER_DAYS, SendingMode, TransmissionTerms
from gateway.domain.tokens import Token, TokenMode, parse_token
from gateway.foglio.pdf import problem_of
from gateway.usecases.partner_ports import PartnerAnswer

_AT_ORIGIN = (Operation.REQUIRE_REFRESH, Operation.RET_TOKEN, Operation.GET_ALLEGATO)
_SCHEMAS = {
    operation: f"foglio_congedo/{Role.ORIGIN if operation in _AT_ORIGIN else Role.DESTINATION}.xsd"
    for operation in Operation
}


def read(operation: Operation, content: bytes, root: etree._Element) -> PartnerAnswer:
    """Return what a partner answered to an operation; ``root`` is the tree of ``content``.

    Raises:
        OutcomeUnknown: the partner's own failure (a Server fault).
        PartnerMisbehaved: no answer to this operation, or a fault that says our call is not valid.
    """
    _check_fault(root)
    result = next(_named(root, f"{operation.value}Result"), None)
    if result is None:
        message = f"answer has no {operation.value}Result"
        raise PartnerMisbehaved(message)
    answer = _answer(operation, content, result)
    slips = slips_of(root, _SCHEMAS[operation], f"{{{ICT4U}}}{operation.value}Result")
    return replace(answer, slips=slips) if slips else answer


def _check_fault(root: etree._Element) -> None:
    code = fault_code(root)
    if code is None:
        return
    message = f"fault {code}"
    if code.startswith("Server"):
        raise OutcomeUnknown(message)
    raise PartnerMisbehaved(message)


def _answer(operation: Operation, content: bytes, result: etree._Element) -> PartnerAnswer:
    outcome = _outcome(result)
    answer = PartnerAnswer(content=content, outcome=outcome)
    if not outcome.accepted:
        return answer
    match operation:
        case Operation.PUT_PROCESSO:
            return PartnerAnswer(content=content, outcome=outcome, token=_token(result))
        case Operation.GET_INFO_WORKFLOW:
            return PartnerAnswer(content=content, outcome=outcome, terms=_terms(result))
        case Operation.GET_OFFERTA:
            courses = tuple(_courses(result))
            return PartnerAnswer(content=content, outcome=outcome, offer=Offer(0, courses))
        case Operation.GET_STATUS:
            return PartnerAnswer(content=content, outcome=outcome, steps=tuple(_steps(result)))
        case Operation.GET_ALLEGATO:
            document = _document(result)
            return PartnerAnswer(
                content=content,
                outcome=outcome,
                attachment=document,
                attachment_problem=problem_of(document),
            )
        case _:
            return answer


def _named(root: etree._Element, name: str) -> Iterator[etree._Element]:
    yield from root.iter(f"{{*}}{name}")


def _text(element: etree._Element, name: str) -> str:
    found = next(_named(element, name), None)
    return " ".join((found.text or "").split()) if found is not None else ""


def _outcome(result: etree._Element) -> Outcome:
    code = _text(result, "codEsito")
    if not re.fullmatch(r"-?\d{1,9}", code):
        message = "answer has no codEsito"
        raise PartnerMisbehaved(message)
    return Outcome(int(code), _text(result, "descEsito"))


def _token(result: etree._Element) -> Token | None:
    given = _text(result, "Token")
    try:
        return parse_token(given) if given else None
    except Rejection as error:
        message = "token is not readable"
        raise PartnerMisbehaved(message) from error


def _terms(result: etree._Element) -> TransmissionTerms:
    mode = _text(result, "ModalitaTrasmissione").capitalize()
    token = _text(result, "ModalitaToken")[:1].upper()
    days = _text(result, "GiorniCompletamento")
    try:
        return TransmissionTerms(
            SendingMode(mode),
            TokenMode(token),
            _text(result, "AltreInfo"),
            int(days) if days.isdigit() else DEFAULT_CAREER_DAYS,
        )
    except ValueError as error:
        message = "terms are not readable"
        raise PartnerMisbehaved(message) from error


def _steps(result: etree._Element) -> Iterator[Step]:
    for step in _named(result, "Passo"):
        at = parse_moment(_text(step, "DataTransazione"))
        if at is None:
            message = "DataTransazione is not readable"
            raise PartnerMisbehaved(message)
        yield Step(_text(step, "Stato"), at, _text(step, "Note"))


def _courses(result: etree._Element) -> Iterator[Course]:
    for faculty in _named(result, "Facolta_Tipo"):
        for course in _named(faculty, "CorsoDiStudio"):
            code = next(_named(course, "codice"), None)
            if code is None or not (code.text or "").strip():
                continue
            deadline = parse_moment(_text(course, "ScadenzaDomandaTrasferimento"))
            yield Course(
                faculty_code=_text(faculty, "Cod_Tipo_Facolta"),
                faculty_name=_text(faculty, "Desc_Tipo_Facolta"),
                code=" ".join((code.text or "").split()),
                name=" ".join(code.get("descrizione", "").split()),
                classification=code.get("classificazione", ""),
                faculty_detail=_text(course, "Facolta_Specifica"),
                classe=_text(course, "Classe"),
                regulation=_text(course, "Normativa"),
                kind=_text(course, "TipoDiCorso"),
                site=_text(course, "Sede"),
                deadline=deadline.date() if deadline else None,
                limited_access=_text(course, "NumeroChiuso").upper() == "SI",
                selection=_text(course, "ProcedureSelezione").upper() == "SI",
                web=_text(course, "IndirizzoWeb"),
                notes=_text(course, "Note"),
            )


def _document(result: etree._Element) -> bytes:
    try:
        return base64.b64decode(_text(result, "allegato").replace(" ", ""), validate=True)
    except (binascii.Error, ValueError) as error:
        message = "allegato is not base64"
        raise PartnerMisbehaved(message) from error
