"""The proxy in front of us, which proves that it is ours by a secret in a header.

What it says in other headers (a client certificate, who signed in) is worth something only then.
"""

import hmac
from collections.abc import Mapping, Sequence
from typing import Any

SECRET_HEADER = "HTTP_X_CONGEDO_PROXY_SECRET"


def from_proxy(environ: Mapping[str, Any], secrets: Sequence[str]) -> bool:
    """Tell whether a request was passed on by our proxy."""
    given = str(environ.get(SECRET_HEADER) or "").encode("latin-1", "replace")
    same = [hmac.compare_digest(given, secret.encode()) for secret in secrets]
    return any(same)
