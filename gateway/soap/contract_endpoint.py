"""Publishing the contracts: ``?wsdl`` and ``?xsd=name``, with the address filled in.

The address is the configured public one. Without it, it is rebuilt from the request, which a
poisoned ``Host`` could bend: then the answer may not be cached, and ``congedo doctor`` says so.
"""

from collections.abc import Callable, Iterable, Mapping
from typing import Any
from urllib.parse import parse_qsl

from werkzeug.wsgi import get_current_url

from gateway.contracts import Described, contract, publish

StartResponse = Callable[[str, list[tuple[str, str]]], object]
_PLAIN = "text/plain; charset=utf-8"


def answer_contract(
    environ: Mapping[str, Any],
    start_response: StartResponse,
    service: Described | None,
    *,
    public_url: str = "",
    mount: str = "soap",
) -> Iterable[bytes]:
    """Answer a GET or HEAD; ``service`` is ``None`` when there is none at the address.

    ``mount`` is where the services are, below the public address.
    """
    if service is None:
        return _send(environ, start_response, "404 Not Found", _PLAIN, "Indirizzo sconosciuto\n")
    query = dict(parse_qsl(str(environ.get("QUERY_STRING", "")), keep_blank_values=True))
    wanted = {name.lower(): value for name, value in query.items()}
    known = contract(service)
    if "wsdl" in wanted:
        found: str | None = known.wsdl
    elif "xsd" in wanted:
        found = known.schemas.get(wanted["xsd"])
    else:
        text = "Servizio SOAP 1.1: inviare con POST; il contratto è a ?wsdl\n"
        return _send(environ, start_response, "405 Method Not Allowed", _PLAIN, text)
    if found is None:
        return _send(environ, start_response, "404 Not Found", _PLAIN, "Schema sconosciuto\n")
    address = _address(environ, public_url, mount)
    return _send(
        environ, start_response, "200 OK", "text/xml; charset=utf-8", publish(found, address)
    )


def _address(environ: Mapping[str, Any], public_url: str, mount: str) -> str:
    if public_url:  # it stands for all before our own mount, a proxy's prefix too
        return f"{public_url.rstrip('/')}/{mount}{environ.get('PATH_INFO', '')}"
    return get_current_url(dict(environ), strip_querystring=True)


def _send(
    environ: Mapping[str, Any],
    start_response: StartResponse,
    status: str,
    media_type: str,
    text: str,
) -> Iterable[bytes]:
    body = text.encode()
    headers = [
        ("Content-Type", media_type),
        ("Content-Length", str(len(body))),
        ("Cache-Control", "no-store"),
    ]
    if status.startswith("405"):
        headers.append(("Allow", "GET, HEAD, POST"))
    start_response(status, headers)
    return [] if environ.get("REQUEST_METHOD") == "HEAD" else [body]
