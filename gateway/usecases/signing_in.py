"""Signing in: by password and code, by a link once, or by what a provider of identities proves.

Every try counts as a wrong one before it is looked at, so that many at once gain nothing; a right
one is taken back. Names that nobody has are treated, and told, as those that somebody has.
"""

from dataclasses import dataclass, replace
from datetime import datetime

from gateway.domain.accounts import Account, Grant, Role
from gateway.domain.audit import AuditEntry
from gateway.domain.identifiers import MiurCode
from gateway.domain.rejections import Rejection
from gateway.domain.signing_in import ADDRESS_FREE, NAME_FREE, IdentityProvider
from gateway.usecases.account_ports import AccountDesk, Arrival
from gateway.usecases.ports import ConcurrentChange


@dataclass(frozen=True, slots=True)
class Waiting:
    """There were too many wrong tries: none is looked at before a moment."""

    until: datetime


@dataclass(frozen=True, slots=True)
class Wrong:
    """It was not right, and no more is said."""


@dataclass(frozen=True, slots=True)
class SwitchedOff:
    """The password is right, but the account does not open any more: its owner may be told."""


Tried = Account | Waiting | Wrong | SwitchedOff
WRONG = Wrong()
SWITCHED_OFF = SwitchedOff()


def name_mark(username: str) -> str:
    """Return under what wrong passwords for a name are counted."""
    return f"name:{username.strip().lower()}"


def code_mark(account: Account) -> str:
    """Return under what wrong codes of an account are counted."""
    return f"code:{account.account_id}"


def by_password(username: str, password: str, address: str, *, desk: AccountDesk) -> Tried:
    """Return the account whose name and password these are.

    That one is switched off is told to nobody but who has its password.
    """
    now = desk.clock()
    waits = [
        desk.throttles.try_(f"address:{address}", ADDRESS_FREE, now),
        desk.throttles.try_(name_mark(username), NAME_FREE, now),
    ]
    if held := [until for until in waits if until is not None]:
        return Waiting(max(held))
    account = desk.accounts.by_username(username)
    right = desk.verify(password, account.password_hash if account else "", name_mark(username))
    if account is None or not right or not account.active:
        _note("sign_in_refused", account, desk)
        return SWITCHED_OFF if account is not None and right else WRONG
    desk.throttles.forgive(f"address:{address}")
    desk.throttles.lift(name_mark(username))
    return account


def by_code(account: Account, code: str, *, desk: AccountDesk) -> Tried:
    """Return an account whose one-time code, or one of whose recovery codes, this is."""
    now = desk.clock()
    until = desk.throttles.try_(code_mark(account), NAME_FREE, now)
    if until is not None:
        return Waiting(until)
    if not (account.active and (_one_time(account, code, desk) or _recovery(account, code, desk))):
        _note("code_refused", account, desk)
        return WRONG
    desk.throttles.lift(code_mark(account))
    return account


def _one_time(account: Account, code: str, desk: AccountDesk) -> bool:
    factor = desk.factors.get(account.account_id)
    if factor is None or factor.confirmed_at is None:
        return False
    step = desk.matching_step(factor.secret, code, desk.clock())
    return step is not None and desk.factors.use(account.account_id, step)


def _recovery(account: Account, code: str, desk: AccountDesk) -> bool:
    word = spelled(code)
    if not desk.factors.use_recovery(account.account_id, word, desk.clock()):
        return False
    _note("recovery_code_used", account, desk)
    return True


def spelled(code: str) -> str:
    """Return a recovery code as it is kept, however it was typed."""
    return "".join(character for character in code.lower() if character.isalnum())


def provider_subject(provider: IdentityProvider, subject: str) -> str:
    """Return how an account keeps as whom its person is known to a provider."""
    return f"oidc:{provider.name}:{subject}"


def proxy_subject(user: str) -> str:
    """Return how an account keeps as whom its person is known to the trusted proxy."""
    return f"proxy:{user}"


def by_subject(
    subject: str, arrival: Arrival, students_of: MiurCode, *, desk: AccountDesk
) -> Tried:
    """Return the account of somebody who signed in elsewhere.

    A student of ``students_of`` gets one, or has the one they have tied to it.
    """
    account = desk.accounts.by_subject(subject)
    if account is None:
        account = _student(subject, arrival, students_of, desk)
    if account is None or not account.active:
        _note("sign_in_refused", account, desk)
        return WRONG
    return account


def _student(
    subject: str, arrival: Arrival, university: MiurCode, desk: AccountDesk
) -> Account | None:
    code = arrival.codice_fiscale
    if not university or code is None:
        return None
    now = desk.clock()
    known = desk.accounts.of_student(university, code)
    if known is not None and (known.subject or known.universities() != {university}):
        return None
    if known is None:
        known = Account(
            username=f"studente-{desk.new_word().lower()[:16]}",
            name=arrival.name,
            email=arrival.email,
            grants=frozenset({Grant(Role.STUDENT, university)}),
            codice_fiscale=code,
        )
    try:
        account = desk.accounts.save(replace(known, subject=subject), now)
    except (Rejection, ConcurrentChange):  # the same person, in another window
        return desk.accounts.by_subject(subject)
    _note("account_tied", account, desk)
    return account


def _note(action: str, account: Account | None, desk: AccountDesk) -> None:
    """Note a step, of nobody too: else the time it takes would tell who exists.

    A name that nobody has is not kept: it may be a password typed in the wrong place.
    """
    entry = AuditEntry(
        at=desk.clock(),
        action=action,
        account_id=account.account_id if account is not None else 0,
        username=account.username if account is not None else "",
    )
    desk.audit.note([entry])
