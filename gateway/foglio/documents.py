"""Foglio documents as the use cases see them: implements ``FoglioDocuments`` over lxml."""

from collections.abc import Set as AbstractSet
from datetime import date

from lxml import etree

from gateway.contracts import compiled
from gateway.domain.foglio_congedo import Career, FoglioCongedo, TransferRequest
from gateway.domain.rejections import Cause, Reason, Rejection, refuse
from gateway.domain.terms import Section
from gateway.domain.title_checks import DeclaredTitle
from gateway.foglio import canonical, contents, particulars, reading, schema, titles, writing
from gateway.foglio.parsing import ForbiddenDocument, NotXml, parse

_DOCUMENT = "foglio_congedo/documento.xsd"


def element_of(content: bytes) -> etree._Element:
    """Return the ``FoglioCongedo`` element of a document or of a message that carries one.

    Raises:
        Rejection: it is not XML, or has no foglio.
    """
    try:
        root = parse(content)
    except NotXml as error:
        raise refuse(Cause.NOT_A_DOCUMENT, "XML", line=str(error.line)) from error
    except ForbiddenDocument as error:
        raise refuse(Cause.NOT_A_DOCUMENT, str(error)) from error
    foglio = root if root.tag == "FoglioCongedo" else next(root.iter("FoglioCongedo"), None)
    if foglio is None:
        raise refuse(Cause.NOT_A_DOCUMENT, "FoglioCongedo")
    return foglio


def violations(foglio: etree._Element) -> list[Reason]:
    """Return every violation of the schema by a whole foglio."""
    document = compiled(_DOCUMENT)
    if document.validate(foglio):
        return []
    return list(schema.reasons(document.error_log))


def read_broken(content: bytes) -> FoglioCongedo | None:
    """Return what can be read of a document that breaks the schema, ``None`` if it is no foglio."""
    try:
        return reading.read_what_can_be(element_of(content))
    except Rejection:
        return None


class XmlFoglioDocuments:
    """Reads, judges, composes and compares foglio documents."""

    def read(self, content: bytes) -> FoglioCongedo:
        """Return what a document says.

        Raises:
            Rejection: it is no foglio, or does not follow the schema; every violation is a reason.
        """
        foglio = element_of(content)
        found = violations(foglio)
        if found:
            raise Rejection(found)
        return reading.read(foglio)

    def faults(self, content: bytes, today: date) -> list[Reason]:
        """Return the faults of a document that follows the schema."""
        return list(contents.faults(element_of(content), today))

    def warnings(self, content: bytes) -> list[Reason]:
        """Return what looks wrong in a document that follows the schema, but may be right."""
        return list(contents.warnings(element_of(content)))

    def career(self, content: bytes) -> Career | None:
        """Return section 4 of a document or message, if it carries one."""
        return reading.career(element_of(content))

    def request(self, content: bytes) -> TransferRequest | None:
        """Return section 1 of a document or message, if it carries a readable one."""
        return reading.read_what_can_be(element_of(content)).request

    def particulars(self, content: bytes) -> dict[str, str]:
        """Return section 2 of a document or message, field by field."""
        return particulars.read(element_of(content))

    def titles(self, content: bytes) -> list[DeclaredTitle]:
        """Return the titles of section 3 of a document or message, none if it is not there."""
        return titles.read(element_of(content))

    def compose(
        self, content: bytes, sections: AbstractSet[Section], protocol_number: str, on: date
    ) -> bytes:
        """Return the document to send."""
        return writing.compose(element_of(content), sections, protocol_number, on)

    def differences(self, first: bytes, second: bytes) -> list[str]:
        """Return the paths at which two messages differ, without values."""
        return canonical.differences(first, second)
