"""Sessions of the pages: a random mark in a signed cookie, everything else in the database."""

import hashlib
import secrets
from datetime import datetime

from flask import Flask
from flask_login import LoginManager, login_user, logout_user

from gateway.domain.accounts import NOTED, Account, WebSession
from gateway.web.wiring import WebWiring


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


def mark_of(secret: str) -> str:
    """Return under what a session is kept: nobody can make the cookie out of the database."""
    return hashlib.sha256(secret.encode()).hexdigest()


def begin(account: Account, wiring: WebWiring) -> None:
    """Sign an account in, in the browser that asks."""
    now = wiring.clock()
    secret = secrets.token_urlsafe(32)
    session = WebSession(
        mark=mark_of(secret),
        account_id=account.account_id,
        began_at=now,
        seen_at=now,
        proved_at=now,
    )
    wiring.sessions.begin(session)
    login_user(Visitor(account, session, secret))


def end(visitor: Visitor, wiring: WebWiring) -> None:
    """Sign out."""
    wiring.sessions.end(visitor.session.mark, wiring.clock())
    logout_user()


def add_sessions(app: Flask, wiring: WebWiring) -> None:
    """Let an application know who is signed in."""
    manager = LoginManager(app)

    @manager.user_loader  # type: ignore[untyped-decorator]
    def load(secret: str) -> Visitor | None:
        session = wiring.sessions.get(mark_of(secret))
        now = wiring.clock()
        if session is None or not session.holds_at(now):
            return None
        account = wiring.accounts.get(session.account_id)
        if account is None or not account.active:
            return None
        if now - session.seen_at > NOTED:
            wiring.sessions.see(session.mark, now)
        return Visitor(account, session, secret)
