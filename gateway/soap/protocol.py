"""From bytes to a body that follows the contract, or to what is wrong with it.

One safe parse, the envelope, the contract, the partner's tolerances; nothing of the message is
mapped to objects.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass

from lxml import etree

from gateway.contracts import SOAP11, SOAP12, Role, compiled
from gateway.domain.partners import ToleranceRule
from gateway.domain.rejections import Cause, Reason
from gateway.foglio import schema, tolerance
from gateway.foglio.parsing import ForbiddenDocument, NotXml, parse
from gateway.soap.faults import bad_request, must_understand, no_call, soap_12
from gateway.wsse.headers import for_us

_FOGLIO = "/FoglioCongedo"


@dataclass(frozen=True, slots=True)
class Judgement:
    """A body that is a valid call: what its values break, and which tolerances mended it."""

    reasons: tuple[Reason, ...] = ()
    tolerated: tuple[ToleranceRule, ...] = ()


def open_envelope(
    content: bytes, *, understood: Collection[str] = (), faithful: bool = False
) -> etree._Element:
    """Return the one element in the body of a SOAP 1.1 envelope.

    ``understood`` are the tags of headers that somebody will heed; ``faithful``: see ``parse``.

    Raises:
        InvalidCall: not XML, a DTD, another version, a header we must understand, or not one body.
    """
    try:
        root = parse(content, faithful=faithful)
    except NotXml as error:
        raise bad_request("NotXml", f"Il messaggio non è XML valido (riga {error.line})") from error
    except ForbiddenDocument as error:
        raise bad_request("Forbidden", f"Non ammesso nel messaggio: {error}") from error
    if root.tag == f"{{{SOAP12}}}Envelope":
        raise soap_12()
    if root.tag != f"{{{SOAP11}}}Envelope":
        raise bad_request("NotSoap", "La radice non è una Envelope SOAP 1.1")
    children = list(root.iterchildren("*"))
    if children and children[0].tag == f"{{{SOAP11}}}Header":
        for part in children.pop(0).iterchildren("*"):
            if _must_be_understood(part) and part.tag not in understood:
                raise must_understand()
    bodies = [body for child in children for body in child.iterchildren("*")]
    if len(children) != 1 or children[0].tag != f"{{{SOAP11}}}Body" or len(bodies) != 1:
        raise no_call("Structure", "Il messaggio deve avere un Body con un solo elemento")
    return bodies[0]


def _must_be_understood(header: etree._Element) -> bool:
    """Tell whether SOAP 1.1 forbids us to pass over a header: one meant for others, we may."""
    flag = header.get(f"{{{SOAP11}}}mustUnderstand", "").strip()
    return flag in ("1", "true") and for_us(header)


def judge(body: etree._Element, role: Role, rules: Iterable[ToleranceRule]) -> Judgement:
    """Judge a body against the contract of ``role``, mending it first where ``rules`` allow.

    Raises:
        InvalidCall: the elements are not those of the contract.
    """
    document = compiled(f"foglio_congedo/{role}.xsd")
    if document.validate(body):
        return Judgement()
    tolerated = tolerance.mend(body, rules)
    if tolerated and document.validate(body):
        return Judgement((), tolerated)
    operation = etree.QName(body).localname
    for entry in document.error_log:
        path = schema.path_of(entry)
        if schema.is_structural(entry) and not _in_foglio(entry, path, operation):
            raise no_call("Structure", f"Il messaggio non segue il contratto: {path}")
    found = (
        reason if "/" in reason.path or reason.path == "FoglioCongedo" else _parameter(reason)
        for reason in schema.reasons(document.error_log, operation)
    )
    return Judgement(tuple(found), tolerated)


def _in_foglio(entry: etree._LogEntry, path: str, operation: str) -> bool:
    """Tell whether a violation lies in the foglio of a message that carries one where it must.

    A second foglio is a fault of the first one's message: it is told with all the rest.
    """
    start = f"{operation}{_FOGLIO}"
    if schema.is_misplaced(entry) and path in (start, f"{start}[1]"):
        return False
    return path.startswith(start)


def _parameter(reason: Reason) -> Reason:
    return Reason(Cause.PARAMETER_INVALID, reason.path)
