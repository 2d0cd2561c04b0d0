"""Identifiers in addresses: an IdPratica may hold what an address cannot.

A foreign university's identifier is any visible ASCII: slashes, question marks, dots alone. What is
not plain travels as ``~`` and hexadecimal digits, so that every practice has an address.
"""

import re

from flask import Flask
from werkzeug.exceptions import NotFound
from werkzeug.routing import UnicodeConverter

_PLAIN = re.compile(r"[A-Za-z0-9][A-Za-z0-9._:-]*")
_MARK = "~"


def to_address(value: str) -> str:
    """Return a text as it stands in an address."""
    return value if _PLAIN.fullmatch(value) else _MARK + value.encode().hex()


def from_address(part: str) -> str:
    """Return the text that stands in an address.

    Raises:
        ValueError: it cannot have come from :func:`to_address`.
    """
    if not part.startswith(_MARK):
        return part
    return bytes.fromhex(part.removeprefix(_MARK)).decode()


class Identifier(UnicodeConverter):
    """A part of an address that is any text without being a path."""

    def to_python(self, value: str) -> str:
        """Return the text that the part stands for."""
        try:
            return from_address(value)
        except ValueError as error:
            raise NotFound from error

    def to_url(self, value: object) -> str:
        """Return the part that a text becomes."""
        return super().to_url(to_address(str(value)))


def add_addresses(app: Flask) -> None:
    """Let every part of an application's addresses hold any identifier."""
    app.url_map.converters["default"] = Identifier
    app.url_map.converters["string"] = Identifier
