"""A foglio given as JSON, as XML: for offices whose systems have no XML at hand."""

import json
from functools import lru_cache

import xmlschema
from lxml import etree

from gateway.contracts import schema_path
from gateway.domain.rejections import Cause, refuse


@lru_cache
def _schema() -> xmlschema.XMLSchema:
    return xmlschema.XMLSchema(str(schema_path("foglio_congedo/documento.xsd")))


def from_json(content: bytes) -> bytes:
    """Return the XML of a foglio given as JSON: element names as keys, lists where they repeat.

    The order of keys does not matter. Attributes are keys with "@", text beside them is "$".

    Raises:
        Rejection: it is not JSON, or no foglio.
    """
    try:
        data = json.loads(content)
    except (ValueError, RecursionError) as error:  # brackets in brackets without end
        raise refuse(Cause.NOT_A_DOCUMENT, "JSON") from error
    if isinstance(data, dict) and set(data) == {"FoglioCongedo"}:
        data = data["FoglioCongedo"]
    if not isinstance(data, dict):
        raise refuse(Cause.NOT_A_DOCUMENT, "JSON")
    try:
        encoded = _schema().encode(
            data,
            path="FoglioCongedo",
            converter=xmlschema.UnorderedConverter,
            etree_element_class=etree.Element,
            validation="lax",
        )
    except (
        xmlschema.XMLSchemaException,
        TypeError,
        ValueError,
        AttributeError,
        RecursionError,
    ) as error:
        raise refuse(Cause.NOT_A_DOCUMENT, "JSON") from error
    element = encoded[0] if isinstance(encoded, tuple) else encoded
    if element is None:
        raise refuse(Cause.NOT_A_DOCUMENT, "JSON")
    return bytes(etree.tostring(element, encoding="utf-8"))
