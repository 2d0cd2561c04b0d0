"""What people do about their own account: password, second factor, sessions."""

from dataclasses import replace

from gateway.domain.accounts import Account
from gateway.domain.rejections import Cause, refuse
from gateway.domain.signing_in import NAME_FREE, RECOVERY_CODES, checked_password
from gateway.usecases.account_ports import AccountDesk
from gateway.usecases.signing_in import code_mark, name_mark, spelled

_LETTERS = 10


def change_password(account: Account, current: str, password: str, *, desk: AccountDesk) -> Account:
    """Set another password, for somebody who knows the present one; every session ends.

    Raises:
        Rejection: the present one is wrong, or the other one may not be used.
    """
    if desk.throttles.try_(name_mark(account.username), NAME_FREE, desk.clock()) is not None:
        raise refuse(Cause.PARAMETER_INVALID, "current", why="wait_first")
    if not desk.verify(current, account.password_hash, name_mark(account.username)):
        raise refuse(Cause.PARAMETER_INVALID, "current", why="password_wrong")
    desk.throttles.lift(name_mark(account.username))
    if current == password:
        raise refuse(Cause.PARAMETER_INVALID, "password", why="password_same")
    return set_password(account, password, desk=desk)


def set_password(
    account: Account, password: str, *, desk: AccountDesk, temporary: bool = False
) -> Account:
    """Set a password; every session and every link of the account ends.

    Raises:
        Rejection: it may not be used.
    """
    checked = checked_password(password, account.username)
    now = desk.clock()
    changed = replace(account, password_hash=desk.hash_password(checked), must_change=temporary)
    saved = desk.accounts.save(changed, now)
    desk.sessions.end_all(account.account_id, now)
    desk.invitations.withdraw(account.account_id)
    return saved


def accept_invitation(secret: str, password: str, *, desk: AccountDesk) -> Account:
    """Set the first password of whom a link was given to; the link is used up.

    Raises:
        Rejection: the link is not good, or the password may not be used.
    """
    account = invited(secret, desk=desk)
    if account is None:
        raise refuse(Cause.PARAMETER_INVALID, "link", why="link_spent")
    checked_password(password, account.username)
    if desk.invitations.use(secret, desk.clock()) is None:  # another was faster
        raise refuse(Cause.PARAMETER_INVALID, "link", why="link_spent")
    desk.throttles.lift(name_mark(account.username))
    return set_password(account, password, desk=desk)


def invited(secret: str, *, desk: AccountDesk) -> Account | None:
    """Return to whom a link was given, while it is good."""
    number = desk.invitations.of(secret, desk.clock())
    account = desk.accounts.get(number) if number is not None else None
    return account if account is not None and account.active else None


def propose_factor(account: Account, *, desk: AccountDesk) -> str:
    """Return the secret to be shown to an authenticator: the one proposed, or a new one.

    Raises:
        Rejection: a second factor is in force.
    """
    known = desk.factors.get(account.account_id)
    if known is not None and known.confirmed_at is not None:
        raise refuse(Cause.PARAMETER_INVALID, "code", why="factor_in_force")
    if known is not None:
        return known.secret
    secret = desk.new_secret()
    desk.factors.propose(account.account_id, secret)
    return secret


def confirm_factor(account: Account, code: str, *, desk: AccountDesk) -> tuple[str, ...]:
    """Put the proposed second factor in force by its first code; return the recovery codes.

    Raises:
        Rejection: the code is wrong, or nothing was proposed.
    """
    now = desk.clock()
    known = desk.factors.get(account.account_id)
    step = desk.matching_step(known.secret, code, now) if known is not None else None
    if step is None or not desk.factors.confirm(account.account_id, step, now):
        raise refuse(Cause.PARAMETER_INVALID, "code", why="code_wrong")
    return renew_recovery_codes(account, desk=desk)


def renew_recovery_codes(account: Account, *, desk: AccountDesk) -> tuple[str, ...]:
    """Return new recovery codes, to be shown once; the old ones are no longer good."""
    words = [
        spelled(desk.new_word())[:_LETTERS].ljust(_LETTERS, "0") for _ in range(RECOVERY_CODES)
    ]
    desk.factors.keep_recovery(account.account_id, words)
    return tuple(f"{word[:5]}-{word[5:]}" for word in words)


def remove_factor(account: Account, *, desk: AccountDesk) -> None:
    """Do without a second factor from now on."""
    desk.factors.remove(account.account_id)
    desk.throttles.lift(code_mark(account))
