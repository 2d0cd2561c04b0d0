"""Who may read the metrics: whoever shows the token, or the machine itself if none is set.

Numbers tell how much business a university does, so they are not for everybody. A proxy on the same
machine makes strangers look like the machine: whatever came through one needs the token.
"""

import hmac
import ipaddress
from collections.abc import Callable, Mapping
from typing import Any

from flask import Flask, Response, request

from gateway.web.access import everybody

Render = Callable[[str], tuple[bytes, str]]
"""From what a client accepts to the text and its media type."""

_FORWARDED = (
    "HTTP_FORWARDED",
    "HTTP_VIA",
    "HTTP_X_FORWARDED_FOR",
    "HTTP_X_FORWARDED_HOST",
    "HTTP_X_FORWARDED_PROTO",
    "HTTP_X_REAL_IP",
)
_ORIGINAL = "werkzeug.proxy_fix.orig"
_PLAIN = "text/plain; charset=utf-8"


def add_metrics(app: Flask, render: Render, token: str) -> None:
    """Let an application answer at ``/metrics``."""

    @app.get("/metrics")
    @everybody
    def metrics() -> Response:
        if token and not shows(request.headers.get("Authorization", ""), token):
            refused = Response("bearer token?\n", 401, content_type=_PLAIN)
            refused.headers["WWW-Authenticate"] = 'Bearer realm="Congedo metrics"'
            return refused
        if not token and not is_local(request.environ):
            return Response("metrics_token?\n", 403, content_type=_PLAIN)
        text, media_type = render(request.headers.get("Accept", ""))
        return Response(text, content_type=media_type)


def shows(header: str, token: str) -> bool:
    """Tell whether an ``Authorization`` header carries the token."""
    scheme, _, given = header.partition(" ")
    return scheme.lower() == "bearer" and hmac.compare_digest(
        given.strip().encode(), token.encode()
    )


def is_local(environ: Mapping[str, Any]) -> bool:
    """Tell whether a request was made by this machine, and by no proxy for somebody else."""
    original: Mapping[str, Any] = environ.get(_ORIGINAL) or {}
    addresses = [environ.get("REMOTE_ADDR"), original.get("REMOTE_ADDR", "127.0.0.1")]
    forwarded = any(environ.get(name) for name in _FORWARDED)
    return not forwarded and all(_is_loopback(str(address or "")) for address in addresses)


def _is_loopback(address: str) -> bool:
    try:
        known = ipaddress.ip_address(address)
    except ValueError:
        return False
    mapped = known.ipv4_mapped if isinstance(known, ipaddress.IPv6Address) else None
    return (mapped or known).is_loopback
