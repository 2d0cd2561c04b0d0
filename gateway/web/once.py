"""What a page shows once and then never again: sealed in the cookie until the next page."""

import json
from datetime import datetime, timedelta

from flask import session

from gateway.web.access import wiring

_GOOD = timedelta(minutes=10)


def keep(kind: str, *words: str) -> None:
    """Keep words for the next page."""
    content = json.dumps([wiring().clock().isoformat(), *words])
    session[f"once-{kind}"] = wiring().seal(content.encode()).decode("ascii")


def take(kind: str) -> tuple[str, ...]:
    """Return the words that were kept for this page, and forget them."""
    sealed = session.pop(f"once-{kind}", "")
    if not sealed:
        return ()
    kept, *words = json.loads(wiring().unseal(sealed.encode("ascii")))
    fresh = wiring().clock() - datetime.fromisoformat(kept) < _GOOD
    return tuple(words) if fresh else ()
