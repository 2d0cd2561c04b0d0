"""What the use cases of accounts need of the outside."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from gateway.domain.accounts import Account, Role, WebSession
from gateway.domain.audit import AuditEntry, AuditQuery
from gateway.domain.identifiers import CodiceFiscale, MiurCode
from gateway.domain.signing_in import IdentityProvider, SecondFactor


class Busy(Exception):  # noqa: N818  says what to do: come back
    """Too many passwords are being verified just now."""


class NotProved(Exception):  # noqa: N818  names what the visitor is told
    """What a provider of identities sent back proves nothing; the text is a fixed word."""


class Accounts(Protocol):
    """The accounts of an installation. Each call is a commit of its own."""

    def get(self, account_id: int) -> Account | None: ...
    def by_username(self, username: str) -> Account | None:
        """Return the account of a name; capitals do not matter."""

    def by_subject(self, subject: str) -> Account | None: ...
    def of_student(self, university: MiurCode, codice_fiscale: CodiceFiscale) -> Account | None: ...
    def at(self, university: MiurCode) -> Sequence[Account]:
        """Return the accounts with a grant at a university, by name."""

    def page(
        self, university: MiurCode, *, role: Role | None, text: str, after: str, limit: int
    ) -> Sequence[Account]:
        """Return some accounts with a grant at a university, by name, beyond a name.

        Without a role those that are students only are left out.
        """

    def everybody(self) -> Sequence[Account]: ...
    def save(self, account: Account, now: datetime) -> Account:
        """Keep a new or changed account; return it with its number.

        Raises:
            Rejection: another account has this name.
            ConcurrentChange: somebody else changed it meanwhile.
        """


class StudentAccess(Protocol):
    """Students' accounts at one hosted university, within a unit of work."""

    def end(self, student: CodiceFiscale, now: datetime) -> None:
        """Take a student's role here away.

        An account without any other role is switched off; who opens the accounts of a university
        can switch it on again.
        """

    def restore(self, student: CodiceFiscale, now: datetime) -> None:
        """Switch on again the account of a student who enrols after an earlier one had ended.

        It has no password any more, unless its owner signs in elsewhere, and no session. One that
        is more than this student's stays as it is: who switched it off had other reasons.
        """


class WebSessions(Protocol):
    """The sessions of an installation. Each call is a commit of its own."""

    def begin(self, session: WebSession) -> None: ...
    def get(self, mark: str) -> WebSession | None: ...
    def see(self, mark: str, now: datetime) -> None: ...
    def prove(self, mark: str, now: datetime) -> None: ...
    def end(self, mark: str, now: datetime) -> None: ...
    def end_all(self, account_id: int, now: datetime, *, but: str = "") -> int:
        """End every session of an account, except one; return how many were open."""

    def of(self, account_id: int) -> Sequence[WebSession]: ...


class SecondFactors(Protocol):
    """The second factors of accounts, and their recovery codes. Each call is a commit."""

    def get(self, account_id: int) -> SecondFactor | None: ...
    def propose(self, account_id: int, secret: str) -> None:
        """Keep a secret that is not in force yet; one in force stays."""

    def confirm(self, account_id: int, step: int, now: datetime) -> bool:
        """Put the proposed secret in force; return whether there was one."""

    def use(self, account_id: int, step: int) -> bool:
        """Use up the code of a time step; return whether nobody had used it or a later one."""

    def remove(self, account_id: int) -> None:
        """Remove the secret and every recovery code."""

    def keep_recovery(self, account_id: int, codes: Sequence[str]) -> None:
        """Replace the recovery codes by these."""

    def use_recovery(self, account_id: int, code: str, now: datetime) -> bool: ...
    def recovery_left(self, account_id: int) -> int: ...


class Throttles(Protocol):
    """Who must wait before trying again, known to every process. Each call is a commit."""

    def try_(self, mark: str, free: int, now: datetime) -> datetime | None:
        """Count a try as a wrong one; return until when to wait instead, if it may not be made."""

    def forgive(self, mark: str) -> None:
        """Take back one try: it was right."""

    def lift(self, mark: str) -> None:
        """Forget the wrong tries of a mark."""

    def waiting(self, mark: str, now: datetime) -> datetime | None: ...


class Invitations(Protocol):
    """One-time links by which people set their first password. Each call is a commit."""

    def add(self, secret: str, account_id: int, until: datetime) -> None:
        """Keep a link; older ones of the account are no longer good."""

    def of(self, secret: str, now: datetime) -> int | None:
        """Return whose link it is, while it is good."""

    def use(self, secret: str, now: datetime) -> int | None:
        """Use a link up; return whose it was, if it was good."""

    def withdraw(self, account_id: int) -> None: ...


class AuditLog(Protocol):
    """What people did and looked at. Each call is a commit of its own."""

    def note(self, entries: Sequence[AuditEntry]) -> None: ...
    def page(
        self, university: MiurCode, query: AuditQuery, *, before: int, limit: int
    ) -> Sequence[AuditEntry]:
        """Return entries at a university and sign-ins of its people, newest first.

        ``before`` is the number of the last entry seen, 0 to begin.
        """

    def actions(self, university: MiurCode) -> Sequence[str]:
        """Return the actions there are, in order."""


class IdentityProviders(Protocol):
    """Where people may sign in instead of here. Each call is a commit of its own."""

    def get(self, name: str) -> IdentityProvider | None: ...
    def everybody(self) -> Sequence[IdentityProvider]: ...
    def save(self, provider: IdentityProvider) -> None: ...
    def remove(self, name: str) -> bool: ...


@dataclass(frozen=True, slots=True)
class Departure:
    """A visitor sent to a provider: where to, and what must come back."""

    address: str
    state: str
    nonce: str = field(repr=False)
    verifier: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Arrival:
    """Who came back, as the provider proves it.

    ``proved_at`` is when the person showed the provider who they are, if it says so.
    """

    subject: str = field(repr=False)
    codice_fiscale: CodiceFiscale | None = field(default=None, repr=False)
    name: str = field(default="", repr=False)
    email: str = field(default="", repr=False)
    proved_at: datetime | None = None


class OpenIdClient(Protocol):
    """Talks to a provider of identities. No transaction is open meanwhile."""

    def begin(self, provider: IdentityProvider, back: str, *, again: bool) -> Departure:
        """Return where to send a visitor; ``again`` wants them to show who they are anew.

        Raises:
            NotProved: the provider cannot be asked.
        """

    def finish(
        self,
        provider: IdentityProvider,
        departure: Departure,
        back: str,
        answer: Mapping[str, str],
        now: datetime,
    ) -> Arrival:
        """Return who came back.

        Raises:
            NotProved: what came back does not prove it.
        """

    def leave(self, provider: IdentityProvider, back: str) -> str:
        """Return where a visitor signs out of the provider, empty if it has no such place."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountDesk:
    """What the steps of accounts work with.

    ``verify`` compares a password with its hash (an empty hash is nobody's and costs as much), both
    of the name that comes third;
    ``matching_step`` returns the time step of a one-time code under a secret; ``new_secret`` makes
    such a secret, ``new_word`` a word nobody can guess.
    """

    accounts: Accounts
    sessions: WebSessions
    factors: SecondFactors
    throttles: Throttles
    invitations: Invitations
    audit: AuditLog
    providers: IdentityProviders
    verify: Callable[[str, str, str], bool]
    hash_password: Callable[[str], str]
    matching_step: Callable[[str, str, datetime], int | None]
    new_secret: Callable[[], str]
    new_word: Callable[[], str]
    clock: Callable[[], datetime]
