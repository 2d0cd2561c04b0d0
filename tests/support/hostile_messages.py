"""Messages to be spoilt: sound ones, and the ways to spoil them."""

import re
from dataclasses import replace

from gateway.contracts import POLIJ, SOAP11
from gateway.demo.sample import Request, foglio
from gateway.domain.messages import Operation
from tests.support.contract_messages import changed, envelope

XSI = 'xmlns:i="http://www.w3.org/2001/XMLSchema-instance"'
REQUEST = Request(exams=2)
PRACTICE = "UNIVAL20260000001"


def transfer(request: Request = REQUEST, practice: str = PRACTICE, caller: str = "91") -> bytes:
    """T3, sound."""
    return envelope(
        Operation.PUT_PROCESSO,
        ("MiurAteneoChiamante", caller),
        ("IdPratica", practice),
        foglio=foglio(request),
    )


def spoilt(old: str, new: str, **parts: object) -> bytes:
    """T3 with ``old``, which must be there, replaced by ``new``."""
    return changed(transfer(replace(REQUEST, **parts)), old, new)  # type: ignore[arg-type]


def status(practice: str = PRACTICE, caller: str = "91") -> bytes:
    """T7, sound."""
    return envelope(Operation.GET_STATUS, ("MiurAteneoChiamante", caller), ("IdPratica", practice))


def terms(caller: str = "91") -> bytes:
    """T2, sound, of the smallest kind."""
    return envelope(Operation.GET_INFO_WORKFLOW, ("MiurAteneoChiamante", caller))


def wrapped(body: str, *, before: str = "", header: str = "", prolog: str = "") -> bytes:
    """A SOAP 1.1 envelope around ``body``."""
    return (
        f'{prolog}<s:Envelope xmlns:s="{SOAP11}" xmlns:pol="{POLIJ}">{header}{before}'
        f"<s:Body>{body}</s:Body></s:Envelope>"
    ).encode()


TERMS_BODY = (
    "<pol:Get_InfoWorkflowTrasferimento><MiurAteneoChiamante>91</MiurAteneoChiamante>"
    "</pol:Get_InfoWorkflowTrasferimento>"
)


def foglio_without(*sections: str) -> bytes:
    """T3 without these sections of the foglio."""
    message = transfer()
    for section in sections:
        message, times = re.subn(f"(?s)<{section}>.*</{section}>".encode(), b"", message)
        assert times == 1
    return message
