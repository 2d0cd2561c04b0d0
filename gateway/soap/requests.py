"""From a WSGI environment to the bytes of a message, within limits, whatever the headers claim."""

from collections.abc import Mapping
from typing import IO

from gateway.soap.faults import (
    bad_request,
    soap_12,
    too_large,
    wrong_encoding,
    wrong_media_type,
    wrong_method,
)

_CHUNK = 64 * 1024
_MAX_DIGITS = 18


def check_form(environ: Mapping[str, object]) -> None:
    """Check method and media type.

    Raises:
        InvalidCall: it is no POST, no text/xml, or compressed.
    """
    if environ.get("REQUEST_METHOD") != "POST":
        raise wrong_method()
    if str(environ.get("HTTP_CONTENT_ENCODING") or "identity").strip().lower() != "identity":
        raise wrong_encoding()
    media_type = str(environ.get("CONTENT_TYPE") or "").partition(";")[0].strip().lower()
    if media_type == "application/soap+xml":
        raise soap_12("415 Unsupported Media Type")
    if media_type != "text/xml":
        raise wrong_media_type()


def read_body(environ: Mapping[str, object], limit: int) -> bytes:
    """Return the body of a request; the length header is a hint, never trusted.

    Raises:
        InvalidCall: the length is no number, or the body is over ``limit`` bytes.
    """
    declared = str(environ.get("CONTENT_LENGTH") or "").strip()
    chunked = bool(environ.get("wsgi.input_terminated"))
    if declared and not (declared.isascii() and declared.isdigit()):
        raise bad_request("Length", "Content-Length non valido")
    if len(declared) > _MAX_DIGITS or (declared and int(declared) > limit):
        raise too_large(limit)
    if not declared and not chunked:
        return b""
    stream: IO[bytes] = environ["wsgi.input"]  # type: ignore[assignment]
    wanted = limit + 1 if chunked and not declared else int(declared)
    parts: list[bytes] = []
    received = 0
    while received < wanted:
        part = stream.read(min(_CHUNK, wanted - received))
        if not part:
            break
        parts.append(part)
        received += len(part)
    if received > limit:
        raise too_large(limit)
    return b"".join(parts)
