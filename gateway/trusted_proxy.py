"""Proxies in front of us, each of which proves that it is ours by a secret in a header.

What one says in other headers is worth something only then: the proxy that ends TLS says whose
certificate it saw, the one that signs people in who they are. They need not be the same, and one
passes on what it does not know as callers wrote it: neither may speak for the other.
"""

import hmac
from collections.abc import Mapping, Sequence
from typing import Any

CERTIFICATES = "HTTP_X_CONGEDO_PROXY_SECRET"
"""Where the proxy that ends TLS makes itself known."""
PEOPLE = "HTTP_X_CONGEDO_USER_SECRET"
"""Where the proxy that signs people in makes itself known."""


def from_proxy(environ: Mapping[str, Any], header: str, secrets: Sequence[str]) -> bool:
    """Tell whether a request was passed on by the proxy that has one of ``secrets``."""
    given = str(environ.get(header) or "").encode("latin-1", "replace")
    same = [hmac.compare_digest(given, secret.encode()) for secret in secrets]
    return any(same)
