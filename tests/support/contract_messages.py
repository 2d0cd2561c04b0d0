"""Messages as texts and trees, for the contract tests: golden files, envelopes, shapes."""

from base64 import b64encode
from pathlib import Path
from typing import Any

from lxml import etree
from werkzeug.test import Client, TestResponse

from gateway.contracts import POLIJ, SOAP11, Role
from gateway.domain.messages import Operation
from tests.support.universities import SECRET

GOLDEN = Path(__file__).parents[1] / "contract" / "golden"
OPERATIONS = tuple(Operation)
DESTINATION_OPERATIONS = (
    Operation.GET_OFFERTA,
    Operation.GET_INFO_WORKFLOW,
    Operation.PUT_PROCESSO,
    Operation.PUT_DATI,
    Operation.CHANGE_STATUS,
    Operation.GET_STATUS,
)
ORIGIN_OPERATIONS = (
    Operation.REQUIRE_REFRESH,
    Operation.RET_TOKEN,
    Operation.GET_ALLEGATO,
    Operation.CHANGE_STATUS,
    Operation.GET_STATUS,
)
HOSTED_BY = tuple(
    [(Role.DESTINATION, operation) for operation in DESTINATION_OPERATIONS]
    + [(Role.ORIGIN, operation) for operation in ORIGIN_OPERATIONS]
)
"""Every service with who hosts it, as the guideline says (A.2)."""

Shape = tuple[str, tuple[str, ...], tuple["Shape", ...]]


def golden(operation: Operation, kind: str, variant: str = "") -> bytes:
    """Return a printed message: ``kind`` is request or answer."""
    name = ".".join(filter(None, [operation.value, kind, variant, "xml"]))
    return (GOLDEN / name).read_bytes()


def body_of(content: bytes) -> etree._Element:
    """Return the one element in the body of an envelope."""
    body = etree.fromstring(content).find(f"{{{SOAP11}}}Body")
    assert body is not None
    (element,) = body
    return element


def result_of(content: bytes) -> etree._Element:
    """Return the element ``XResult`` of an answer."""
    (result,) = body_of(content)
    return result


def shape(element: etree._Element) -> Shape:
    """Return names, namespaces, nesting and order; of a row of equal siblings, one."""
    children: list[Shape] = []
    for child in element:
        found = shape(child)
        if not children or children[-1] != found:
            children.append(found)
    return str(element.tag), tuple(sorted(map(str, element.attrib))), tuple(children)


def outcome(content: bytes) -> tuple[int, str]:
    """Return code and description of an answer's outcome."""
    result = result_of(content)
    return int(result.findtext("esito/codEsito") or "-1"), result.findtext("esito/descEsito") or ""


def envelope(operation: Operation, *parameters: tuple[str, str], foglio: bytes = b"") -> bytes:
    """Return a message that follows the contract; ``foglio`` stands after ``IdPratica``."""
    root = etree.Element(f"{{{SOAP11}}}Envelope", nsmap={"soapenv": SOAP11, "pol": POLIJ})
    body = etree.SubElement(root, f"{{{SOAP11}}}Body")
    call = etree.SubElement(body, f"{{{POLIJ}}}{operation.value}")
    for name, text in parameters:
        etree.SubElement(call, name).text = text
        if foglio and name == "IdPratica":
            call.append(etree.fromstring(foglio))
    return bytes(etree.tostring(root))


def changed(content: bytes, old: str, new: str) -> bytes:
    """Return a message with ``old``, which must be there, replaced by ``new``."""
    text = content.decode()
    assert old in text
    return text.replace(old, new).encode()


def authorization(user: str, secret: str = SECRET) -> dict[str, str]:
    """Return the header of HTTP Basic."""
    return {"Authorization": "Basic " + b64encode(f"{user}:{secret}".encode()).decode()}


def post(application: Any, path: str, content: bytes, user: str) -> TestResponse:
    """Send a message over WSGI as a partner that we know."""
    return Client(application).post(
        path, data=content, headers={"Content-Type": "text/xml", **authorization(user)}
    )
