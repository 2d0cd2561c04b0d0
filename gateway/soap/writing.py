"""From results to answers: the shape the guideline prints (A.3), byte by byte under our control.

``XResponse`` in the request's namespace, inside it ``XResult`` in the outcome's, its children in
none.
"""

import base64
from collections.abc import Sequence
from xml.sax.saxutils import escape, quoteattr

from gateway.contracts import ICT4U, POLIJ, SOAP11, legal
from gateway.domain.calendar import ITALY
from gateway.domain.history import Step
from gateway.domain.messages import MAX_NOTES, Operation
from gateway.domain.offers import Course, Offer
from gateway.domain.outcomes import OK, Outcome
from gateway.domain.terms import SendingMode, TransmissionTerms
from gateway.domain.tokens import Token


def clean(text: str) -> str:
    """Return ``text`` escaped, without the characters XML cannot carry."""
    return escape(legal(text))


def element(name: str, text: str) -> str:
    """Return an element, nothing when it would be empty."""
    return f"<{name}>{clean(text)}</{name}>" if text else ""


def envelope(operation: Operation, outcome: Outcome, content: str = "") -> bytes:
    """Return the whole answer to an operation."""
    name = operation.value
    return (
        f'<?xml version="1.0" encoding="UTF-8"?>\n'
        f'<SOAP-ENV:Envelope xmlns:SOAP-ENV="{SOAP11}"><SOAP-ENV:Body>'
        f'<polij:{name}Response xmlns:polij="{POLIJ}"><ns2:{name}Result xmlns:ns2="{ICT4U}">'
        f"<esito><codEsito>{outcome.code}</codEsito>"
        f"<descEsito>{clean(outcome.description)}</descEsito></esito>{content}"
        f"</ns2:{name}Result></polij:{name}Response></SOAP-ENV:Body></SOAP-ENV:Envelope>"
    ).encode()


def accepted(operation: Operation, content: str = "") -> bytes:
    """Return the answer to an accepted message."""
    return envelope(operation, OK, content)


def token(given: Token | None) -> str:
    """T3: the token, in immediate mode."""
    return element("Token", given.value) if given else ""


def terms(announced: TransmissionTerms) -> str:
    """T2. The days for sections 3-4 are told with partial sending only."""
    days = (
        element("GiorniCompletamento", str(announced.career_days))
        if announced.sending_mode is SendingMode.PARTIAL
        else ""
    )
    return (
        "<InfoWorkflow>"
        f"<ModalitaTrasmissione>{announced.sending_mode}</ModalitaTrasmissione>"
        f"<ModalitaToken>{announced.token_mode}</ModalitaToken>"
        f"{element('AltreInfo', announced.other_info[:MAX_NOTES])}{days}</InfoWorkflow>"
    )


def steps(taken: Sequence[Step]) -> str:
    """T7: day and hour are Italian time."""
    return "<Passi>" + "".join(_step(step) for step in taken) + "</Passi>"


def _step(step: Step) -> str:
    at = step.entered_at.astimezone(ITALY).strftime("%d/%m/%Y %H:%M:%S")
    return (
        f"<Passo><Stato>{clean(step.state.upper())}</Stato>"
        f"<DataTransazione>{at}</DataTransazione>"
        f"{element('Note', step.notes[:MAX_NOTES])}</Passo>"
    )


def attachment(id_pratica: str, attachment_id: str, content: bytes) -> str:
    """T9."""
    return (
        f"<idPratica>{clean(id_pratica)}</idPratica>"
        f"<idAllegato>{clean(attachment_id)}</idAllegato>"
        f"<allegato>{base64.b64encode(content).decode()}</allegato>"
    )


def offer(offered: Offer) -> str:
    """T1."""
    groups = "".join(
        "<Facolta_Tipo>"
        f"<Cod_Tipo_Facolta>{clean(code)}</Cod_Tipo_Facolta>"
        f"<Desc_Tipo_Facolta>{clean(name)}</Desc_Tipo_Facolta>"
        f"<Cdl>{''.join(_course(course) for course in courses)}</Cdl>"
        "</Facolta_Tipo>"
        for code, name, courses in offered.by_faculty()
    )
    return f"<Elenco_Facolta>{groups}</Elenco_Facolta>"


def _course(course: Course) -> str:
    attributes = f" classificazione={quoteattr(legal(course.classification))}"
    if course.name:
        attributes += f" descrizione={quoteattr(legal(course.name))}"
    deadline = course.deadline.strftime("%d%m%Y") if course.deadline else ""
    return (
        "<CorsoDiStudio>"
        f"<CodiceCorsoStudi><codice{attributes}>{clean(course.code)}</codice></CodiceCorsoStudi>"
        + element("Classe", course.classe)
        + element("Normativa", course.regulation)
        + element("Facolta_Specifica", course.faculty_detail)
        + element("TipoDiCorso", course.kind)
        + element("Sede", course.site)
        + element("ScadenzaDomandaTrasferimento", deadline)
        + f"<NumeroChiuso>{_yes(course.limited_access)}</NumeroChiuso>"
        + f"<ProcedureSelezione>{_yes(course.selection)}</ProcedureSelezione>"
        + element("IndirizzoWeb", course.web)
        + element("Note", course.notes[:MAX_NOTES])
        + "</CorsoDiStudio>"
    )


def _yes(value: bool) -> str:
    return "SI" if value else "NO"
