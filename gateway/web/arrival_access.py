"""Who comes by token: no account, a session of its own kind, short and for one practice only.

The cookie holds a random secret inside the signed session of the pages; everything else is a row.
The views are open to everybody and ask here, first thing, who comes.
"""

import secrets
from datetime import datetime

from flask import abort, g, redirect, session, url_for

from gateway.domain.accounts import NOTED
from gateway.domain.arrivals import MOST_TRIES, ArrivalSession
from gateway.domain.destination import IncomingTransfer
from gateway.logs import get_logger
from gateway.usecases import destination
from gateway.usecases.ports import UnitOfWork
from gateway.web.access import hosted, wiring
from gateway.web.sessions import address, mark_of

_COOKIE = "arrival"
_log = get_logger("gateway.audit")


def note(action: str, practice: str) -> None:
    """Note what a student without an account did; the log of people knows accounts only."""
    _log.info("audit", action=action, by="student", university=hosted().code, practice=practice)


def let_in(transfer: IncomingTransfer) -> None:
    """Begin the session of a student who showed codice fiscale and token."""
    now = wiring().clock()
    secret = secrets.token_urlsafe(32)
    wiring().arrival_sessions.begin(
        ArrivalSession(
            mark=mark_of(secret),
            university=hosted().code,
            origin=transfer.origin,
            id_pratica=transfer.id_pratica,
            began_at=now,
            seen_at=now,
        )
    )
    session[_COOKIE] = secret
    note("token_entrance", transfer.id_pratica)


def who_comes() -> ArrivalSession | None:
    """Return the session of the student who asks, ``None`` for anybody else."""
    if "arrival" not in g:
        g.arrival = _read(wiring().clock())
    found: ArrivalSession | None = g.arrival
    return found


def _read(now: datetime) -> ArrivalSession | None:
    secret = session.get(_COOKIE)
    found = wiring().arrival_sessions.get(mark_of(secret)) if secret else None
    if found is None or found.university != hosted().code or not found.holds_at(now):
        return None
    if now - found.seen_at > NOTED:
        wiring().arrival_sessions.see(found.mark, now)
    return found


def arrived() -> ArrivalSession:
    """Return the session of the student who asks; anybody else is sent to the entrance."""
    found = who_comes()
    if found is None:
        abort(redirect(url_for("arrivals.entrance", university=hosted().code)))
    return found


def practice_of(arrival: ArrivalSession, uow: UnitOfWork) -> IncomingTransfer:
    """Return the practice of a student's session."""
    return destination.find(arrival.origin, arrival.id_pratica, uow=uow)


def leave() -> None:
    """End the session of the student who asks."""
    found = who_comes()
    if found is not None:
        wiring().arrival_sessions.end(found.mark, wiring().clock())
    session.pop(_COOKIE, None)


def too_many(person: str) -> bool:
    """Note a try of credentials; tell whether there were too many, of the address or the person.

    Once an address has used up its tries nobody else's are: it cannot lock people out for ever.
    """
    now, code = wiring().clock(), hosted().code
    tries = wiring().arrival_tries
    for kind, who in (("address", address()), ("person", person)):
        if tries.count(code, kind, who, now) > MOST_TRIES[kind]:
            return True
    return False


def forget_tries(person: str) -> None:
    """Forget the tries of a person: the right credentials came."""
    wiring().arrival_tries.forget(hosted().code, "person", person)
