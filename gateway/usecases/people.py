"""What administrators do about the accounts of others.

An administrator gives and takes the roles of a university, never of another, never ``system``. What
touches the account as a whole (password, second factor, sessions, being switched off) wants every
grant of it to be the administrator's own business: else a university could take over another's
administrator. Nobody locks the last administrator out.
"""

from dataclasses import dataclass, replace

from gateway.domain.accounts import EVERYWHERE, Account, Grant, Role
from gateway.domain.identifiers import MiurCode
from gateway.domain.rejections import Cause, refuse
from gateway.domain.signing_in import INVITATION
from gateway.usecases.account_ports import AccountDesk
from gateway.usecases.own_account import set_password
from gateway.usecases.signing_in import code_mark, name_mark

GRANTABLE = tuple(role for role in Role if role not in (Role.SYSTEM, Role.STUDENT))
"""Roles that an administrator gives; students come by their requests."""


UNDIVIDED = frozenset({Role.ADMINISTRATOR, Role.SYSTEM})
"""Roles that know no faculties: whoever has one gives the others, to themselves too."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Editor:
    """Who acts upon accounts: somebody with an account, or (``None``) the machine's operator."""

    account: Account | None

    @property
    def is_system(self) -> bool:
        """Tell whether they look after the whole installation."""
        return self.account is None or self.account.is_system

    def runs(self, university: MiurCode) -> bool:
        """Tell whether they may give and take the roles of a university."""
        if self.is_system or self.account is None:
            return True
        return university != EVERYWHERE and Role.ADMINISTRATOR in self.account.roles_at(university)

    def answers_for(self, target: Account) -> bool:
        """Tell whether every grant of an account is their business."""
        return self.is_system or (
            bool(target.grants) and all(self.runs(grant.university) for grant in target.grants)
        )


_MANY = 100
"""Administrators that are looked at."""
OPERATOR = Editor(account=None)


def add(editor: Editor, account: Account, *, desk: AccountDesk) -> Account:
    """Keep a new account that nobody can use yet.

    Raises:
        Rejection: the name is taken or none, a grant is not the editor's to give, or a student is
            nobody, or has an account already.
    """
    name = account.username.strip().lower()
    if not name or any(character.isspace() or not character.isprintable() for character in name):
        raise refuse(Cause.PARAMETER_INVALID, "username", why="name_malformed")
    for grant in account.grants:
        _may_give(editor, grant)
        _is_somebody(account, grant, desk)
    return desk.accounts.save(replace(account, username=name, account_id=0), desk.clock())


def grant(editor: Editor, target: Account, given: Grant, *, desk: AccountDesk) -> Account:
    """Give a role.

    Raises:
        Rejection: it is not the editor's to give, or the account is no student's.
    """
    _may_give(editor, given)
    _is_somebody(target, given, desk)
    return desk.accounts.save(replace(target, grants=target.grants | {given}), desk.clock())


def revoke(editor: Editor, target: Account, taken: Grant, *, desk: AccountDesk) -> Account:
    """Take a role away.

    Raises:
        Rejection: it is not the editor's to take, or the last of its kind.
    """
    if not editor.runs(taken.university) or (taken.role is Role.SYSTEM and not editor.is_system):
        raise refuse(Cause.PARAMETER_INVALID, "grant", why="not_yours")
    left = replace(target, grants=target.grants - {taken})
    _keep_one(editor, target, left, desk)
    return desk.accounts.save(left, desk.clock())


def describe(
    editor: Editor, target: Account, *, name: str, email: str, subject: str, desk: AccountDesk
) -> Account:
    """Change name and mail address, and as whom the person is known elsewhere.

    Raises:
        Rejection: the account is not the editor's business, or somebody else is known so.
    """
    _answer_for(editor, target)
    changed = replace(target, name=name.strip(), email=email.strip(), subject=subject.strip())
    now = desk.clock()
    saved = desk.accounts.save(changed, now)
    if target.subject != saved.subject:
        desk.sessions.end_all(target.account_id, now)
    return saved


def switch(editor: Editor, target: Account, *, active: bool, desk: AccountDesk) -> Account:
    """Let an account be used, or not any more: then every session of it ends.

    Raises:
        Rejection: it is not the editor's business, their own, or the last administrator's.
    """
    _answer_for(editor, target)
    if not active and editor.account is not None and editor.account.username == target.username:
        raise refuse(Cause.PARAMETER_INVALID, "account", why="yourself")
    changed = replace(target, active=active)
    _keep_one(editor, target, changed, desk)
    saved = desk.accounts.save(changed, desk.clock())
    if not active:
        desk.sessions.end_all(target.account_id, desk.clock())
        desk.invitations.withdraw(target.account_id)
    return saved


def end_sessions(editor: Editor, target: Account, *, desk: AccountDesk) -> int:
    """Sign an account out everywhere; return of how many browsers.

    Raises:
        Rejection: it is not the editor's business.
    """
    _answer_for(editor, target)
    return desk.sessions.end_all(target.account_id, desk.clock())


def lift(editor: Editor, target: Account, *, desk: AccountDesk) -> None:
    """Let an account be tried again at once.

    Raises:
        Rejection: it is not the editor's business.
    """
    _answer_for(editor, target)
    for mark in (name_mark(target.username), code_mark(target)):
        desk.throttles.lift(mark)


def reset_factor(editor: Editor, target: Account, *, desk: AccountDesk) -> None:
    """Remove the second factor of somebody who lost it; every session ends.

    Raises:
        Rejection: the account is not the editor's business.
    """
    _answer_for(editor, target)
    desk.factors.remove(target.account_id)
    desk.throttles.lift(code_mark(target))
    desk.sessions.end_all(target.account_id, desk.clock())


def give_password(editor: Editor, target: Account, *, desk: AccountDesk) -> str:
    """Return a temporary password, to be shown once and changed at the next entrance.

    Raises:
        Rejection: the account is not the editor's business.
    """
    _answer_for(editor, target)
    password = desk.new_word()
    set_password(target, password, desk=desk, temporary=True)
    desk.throttles.lift(name_mark(target.username))
    return password


def invite(editor: Editor, target: Account, *, desk: AccountDesk) -> str:
    """Return the secret of a link by which the person sets a password, once.

    Raises:
        Rejection: the account is not the editor's business.
    """
    _answer_for(editor, target)
    secret = desk.new_word()
    desk.invitations.add(secret, target.account_id, desk.clock() + INVITATION)
    return secret


def _may_give(editor: Editor, given: Grant) -> None:
    anywhere = given.university == EVERYWHERE
    if anywhere != (given.role is Role.SYSTEM):
        raise refuse(Cause.PARAMETER_INVALID, "role", why="where_role")
    if given.faculty and given.role in UNDIVIDED:
        raise refuse(Cause.PARAMETER_INVALID, "role", why="undivided_role")
    if not editor.runs(given.university):
        raise refuse(Cause.PARAMETER_INVALID, "role", why="not_yours")


def _is_somebody(account: Account, given: Grant, desk: AccountDesk) -> None:
    """Refuse to make a student of whom requests do not know: they go by codice fiscale."""
    if given.role is not Role.STUDENT:
        return
    code = account.codice_fiscale
    if code is None:
        raise refuse(Cause.PARAMETER_INVALID, "codice_fiscale", why="student_unnamed")
    known = desk.accounts.of_student(given.university, code)
    if known is not None and known.account_id != account.account_id:
        raise refuse(Cause.ALREADY_EXISTS, "codice_fiscale")


def _answer_for(editor: Editor, target: Account) -> None:
    if not editor.answers_for(target):
        raise refuse(Cause.PARAMETER_INVALID, "account", why="elsewhere_too")


def _keep_one(editor: Editor, before: Account, after: Account, desk: AccountDesk) -> None:
    """Refuse what would lock everybody out whom the editor could not let in again."""
    mine = {Role.SYSTEM} if editor.is_system else {Role.ADMINISTRATOR}
    if editor.account is None:
        return
    kept = after.grants if after.active else frozenset()
    lost = before.grants - kept if before.active else frozenset()
    for item in lost:
        if item.role not in mine or _holds(kept, item):
            continue
        if not _another(item, before, desk):
            raise refuse(Cause.PARAMETER_INVALID, "grant", why="last_administrator")


def _another(item: Grant, before: Account, desk: AccountDesk) -> bool:
    others = desk.accounts.page(item.university, role=item.role, text="", after="", limit=_MANY)
    return any(other.active and other.account_id != before.account_id for other in others)


def _holds(grants: frozenset[Grant], item: Grant) -> bool:
    return any((held.role, held.university) == (item.role, item.university) for held in grants)
