"""The SOAP 1.1 protocol of our services: one safe parse, the envelope, the contract, nothing else.

Spyne's own reading of messages is unsafe in fourteen measured ways and would map the foglio to
objects at twenty times the cost. Here the body stays an lxml element, checked against the contract;
Spyne finds the operation and writes the faults.
"""

from collections.abc import Iterable
from typing import Any

from lxml import etree
from spyne.protocol.soap import Soap11

from gateway.contracts import SOAP11, SOAP12, Role, compiled
from gateway.domain.partners import ToleranceRule
from gateway.domain.rejections import Cause, Reason
from gateway.foglio import schema, tolerance
from gateway.foglio.parsing import ForbiddenDocument, NotXml, parse
from gateway.soap import compat  # noqa: F401  before anything of Spyne
from gateway.soap.faults import InvalidCall, bad_request, must_understand, soap_12, too_large

CALL_KEY = "congedo.envelope"
"""Where the WSGI environment carries the envelope between the endpoint and Spyne."""

_FOGLIO = "/FoglioCongedo"


class Envelope:
    """A received envelope: bytes in, body out, and what its values break of the contract.

    ``refusal`` is set when the request was refused before its body was looked at; ``small_limit``
    is the size allowed to a message without a foglio.
    """

    __slots__ = ("body", "content", "reasons", "refusal", "rules", "small_limit", "tolerated")

    def __init__(
        self,
        content: bytes,
        rules: Iterable[ToleranceRule] = (),
        small_limit: int = 0,
        refusal: InvalidCall | None = None,
    ) -> None:
        self.content = content
        self.rules = frozenset(rules)
        self.small_limit = small_limit
        self.refusal = refusal
        self.body: etree._Element | None = None
        self.reasons: tuple[Reason, ...] = ()
        self.tolerated: tuple[ToleranceRule, ...] = ()


def open_envelope(content: bytes) -> etree._Element:
    """Return the one element in the body of a SOAP 1.1 envelope.

    Raises:
        InvalidCall: not XML, a DTD, another version, a header we must understand, or not one body.
    """
    try:
        root = parse(content)
    except NotXml as error:
        raise bad_request("NotXml", f"Il messaggio non è XML valido (riga {error.line})") from error
    except ForbiddenDocument as error:
        raise bad_request("Forbidden", f"Non ammesso nel messaggio: {error}") from error
    if root.tag == f"{{{SOAP12}}}Envelope":
        raise soap_12()
    if root.tag != f"{{{SOAP11}}}Envelope":
        raise bad_request("NotSoap", "La radice non è una Envelope SOAP 1.1")
    children = list(root)
    if children and children[0].tag == f"{{{SOAP11}}}Header":
        header = children.pop(0)
        if any(part.get(f"{{{SOAP11}}}mustUnderstand") in ("1", "true") for part in header):
            raise must_understand()
    if len(children) != 1 or children[0].tag != f"{{{SOAP11}}}Body" or len(children[0]) != 1:
        raise bad_request("Structure", "Il messaggio deve avere un Body con un solo elemento")
    body: etree._Element = children[0][0]
    return body


def check_contract(envelope: Envelope, body: etree._Element, role: Role) -> None:
    """Judge a body against the contract, mending it first where the partner's profile allows.

    What is wrong with values is noted in ``envelope.reasons`` and becomes an outcome.

    Raises:
        InvalidCall: the elements are not those of the contract.
    """
    document = compiled(f"foglio_congedo/{role}.xsd")
    if document.validate(body):
        return
    envelope.tolerated = tolerance.mend(body, envelope.rules)
    if envelope.tolerated and document.validate(body):
        return
    operation = etree.QName(body).localname
    for entry in document.error_log:
        path = schema.path_of(entry)
        if schema.is_structural(entry) and not path.startswith(f"{operation}{_FOGLIO}"):
            raise bad_request("Structure", f"Il messaggio non segue il contratto: {path}")
    envelope.reasons = tuple(
        reason if "/" in reason.path or reason.path == "FoglioCongedo" else _parameter(reason)
        for reason in schema.reasons(document.error_log, operation)
    )


def _parameter(reason: Reason) -> Reason:
    return Reason(Cause.PARAMETER_INVALID, reason.path)


class BodySoap11(Soap11):  # type: ignore[misc]  # it has no types
    """Spyne's protocol with its reading and writing of messages taken out."""

    role: Role

    def create_in_document(self, ctx: Any, charset: str | None = None) -> None:
        """Parse the envelope once, safely."""
        envelope: Envelope = ctx.transport.req_env[CALL_KEY]
        try:
            if envelope.refusal is not None:
                raise envelope.refusal
            ctx.in_document = open_envelope(envelope.content)
        except InvalidCall as error:
            fail(ctx, error)

    def decompose_incoming_envelope(self, ctx: Any, message: object = None) -> None:
        """Name the operation, and judge the body against its contract."""
        envelope: Envelope = ctx.transport.req_env[CALL_KEY]
        body = ctx.in_document
        ctx.in_header_doc, ctx.in_body_doc, ctx.method_request_string = None, body, body.tag
        try:
            if body.tag not in self.app.interface.service_method_map:
                raise bad_request("UnknownOperation", "Operazione non prevista da questo servizio")
            if len(envelope.content) > envelope.small_limit and body.find("FoglioCongedo") is None:
                raise too_large(envelope.small_limit)
            check_contract(envelope, body, self.role)
        except InvalidCall as error:
            fail(ctx, error)
        envelope.body = body

    def deserialize(self, ctx: Any, message: object) -> None:
        """Hand the body over as it is."""
        ctx.in_object = ctx.in_body_doc

    def serialize(self, ctx: Any, message: object) -> None:
        """Let Spyne write the faults; answers are bytes already."""
        if ctx.out_error is not None:
            super().serialize(ctx, message)

    def create_out_string(self, ctx: Any, charset: str | None = None) -> None:
        """Let Spyne write the faults; answers are bytes already."""
        if ctx.out_error is not None:
            super().create_out_string(ctx, charset)
        else:
            ctx.out_string = [ctx.out_object[0]]


def fail(ctx: Any, error: InvalidCall) -> None:
    """Let Spyne write ``error`` with its HTTP status.

    Raises:
        spyne.Fault: always.
    """
    ctx.transport.resp_code = error.status
    ctx.transport.resp_headers.update(error.headers)
    raise error.as_fault() from error
