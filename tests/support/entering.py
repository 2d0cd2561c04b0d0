"""Second factors and recovery codes as a person's phone and paper have them."""

import html
import re

import pyotp

from gateway.bootstrap import Installation
from tests.support.offices import Browser

_KEY = re.compile(r'<code class="key">([^<]+)</code>')
_CODES = re.compile(r"<li><code>([a-z0-9-]+)</code></li>")


def shown_key(page: str) -> str:
    """Return what a page shows once: a key, a link, a password."""
    found = _KEY.search(page)
    assert found is not None, page
    return html.unescape(found.group(1))


def code_now(installation: Installation, secret: str, steps: int = 0) -> str:
    """Return the code that a phone shows at the installation's time."""
    at = int(installation.clock().timestamp()) + 30 * steps
    return str(pyotp.TOTP(secret.replace(" ", "")).at(at))


def set_up_factor(installation: Installation, visit: Browser) -> tuple[str, list[str]]:
    """Set up a second factor by the pages; return its secret and the recovery codes."""
    secret = shown_key(visit.get("/profilo/secondo-fattore").text).replace(" ", "")
    page = visit.post("/profilo/secondo-fattore", code=code_now(installation, secret))
    codes = _CODES.findall(page.text)
    assert len(codes) == 10, page.text
    return secret, codes
