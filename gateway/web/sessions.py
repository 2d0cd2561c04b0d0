"""Sessions of the pages: a random mark in a signed cookie, everything else in the database."""

import hashlib
import secrets
from datetime import datetime
from ipaddress import IPv6Address, ip_address, ip_network

from flask import Flask, request, session
from flask_login import LoginManager, login_user, logout_user

from gateway.domain.accounts import NOTED, Account, WebSession
from gateway.web.wiring import WebWiring

PASSWORD = "password"
"""The way in by name and password; others are ``oidc:`` and a provider, and ``proxy``."""

_BROWSERS = (
    ("Edg", "Edge"),
    ("OPR", "Opera"),
    ("Firefox", "Firefox"),
    ("Chrome", "Chrome"),
    ("Safari", "Safari"),
)
_SYSTEMS = (
    ("Android", "Android"),
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Windows", "Windows"),
    ("Mac OS", "macOS"),
    ("Linux", "Linux"),
)


class Visitor:
    """Who is signed in, for Flask-Login: an account and its session."""

    is_authenticated = True
    is_anonymous = False

    def __init__(self, account: Account, session: WebSession, secret: str) -> None:
        self.account = account
        self.session = session
        self._secret = secret

    @property
    def is_active(self) -> bool:
        """Tell whether the account may be used."""
        return self.account.active

    @property
    def language(self) -> str:
        """The language of the account."""
        return self.account.language

    def get_id(self) -> str:
        """Return what the cookie holds."""
        return self._secret

    def proved_lately(self, now: datetime) -> bool:
        """Tell whether the person showed who they are a short while ago."""
        return self.session.proved_lately(now)


def device() -> str:
    """Return what tells a person which browser it was: its kind, its system, its address."""
    agent = request.user_agent.string
    kinds = [
        next((name for sign, name in table if sign in agent), "") for table in (_BROWSERS, _SYSTEMS)
    ]
    return " · ".join(word for word in (*kinds, request.remote_addr or "") if word)


def address() -> str:
    """Return under what wrong tries from here are counted: of IPv6 the network, all one site's."""
    try:
        known = ip_address(request.remote_addr or "")
    except ValueError:
        return "unknown"
    if isinstance(known, IPv6Address):
        known = known.ipv4_mapped or known
    if isinstance(known, IPv6Address):
        return str(ip_network((known, 64), strict=False))
    return str(known)


def mark_of(secret: str) -> str:
    """Return under what a session is kept: nobody can make the cookie out of the database."""
    return hashlib.sha256(secret.encode()).hexdigest()


def begin(
    account: Account, wiring: WebWiring, way: str = PASSWORD, proved_at: datetime | None = None
) -> None:
    """Sign an account in, in the browser that asks; nothing of its former cookie stays.

    ``proved_at`` is when its person showed elsewhere who they are: a provider that still knew them
    proves nothing now.
    """
    session.clear()
    now = wiring.clock()
    secret = secrets.token_urlsafe(32)
    begun = WebSession(
        mark=mark_of(secret),
        account_id=account.account_id,
        began_at=now,
        seen_at=now,
        proved_at=min(proved_at, now) if proved_at is not None else now,
        way=way,
        device=device(),
    )
    wiring.sessions.begin(begun)
    login_user(Visitor(account, begun, secret))


def end(visitor: Visitor, wiring: WebWiring) -> None:
    """Sign out."""
    wiring.sessions.end(visitor.session.mark, wiring.clock())
    logout_user()
    session.clear()


def add_sessions(app: Flask, wiring: WebWiring) -> None:
    """Let an application know who is signed in."""
    manager = LoginManager(app)

    @manager.user_loader  # type: ignore[untyped-decorator]
    def load(secret: str) -> Visitor | None:
        known = wiring.sessions.get(mark_of(secret))
        now = wiring.clock()
        if known is None or not known.holds_at(now):
            return None
        account = wiring.accounts.get(known.account_id)
        if account is None or not account.active:
            return None
        if now - known.seen_at > NOTED:
            wiring.sessions.see(known.mark, now)
        return Visitor(account, known, secret)
