"""What the use cases of accounts need of the outside."""

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from gateway.domain.accounts import Account, WebSession
from gateway.domain.identifiers import CodiceFiscale, MiurCode


class Accounts(Protocol):
    """The accounts of an installation. Each call is a commit of its own."""

    def get(self, account_id: int) -> Account | None: ...
    def by_username(self, username: str) -> Account | None:
        """Return the account of a name; capitals do not matter."""

    def by_subject(self, subject: str) -> Account | None: ...
    def of_student(self, university: MiurCode, codice_fiscale: CodiceFiscale) -> Account | None: ...
    def at(self, university: MiurCode) -> Sequence[Account]:
        """Return the accounts with a grant at a university, by name."""

    def everybody(self) -> Sequence[Account]: ...
    def save(self, account: Account, now: datetime) -> Account:
        """Keep a new or changed account; return it with its number.

        Raises:
            Rejection: another account has this name.
        """


class WebSessions(Protocol):
    """The sessions of an installation. Each call is a commit of its own."""

    def begin(self, session: WebSession) -> None: ...
    def get(self, mark: str) -> WebSession | None: ...
    def see(self, mark: str, now: datetime) -> None: ...
    def prove(self, mark: str, now: datetime) -> None: ...
    def end(self, mark: str, now: datetime) -> None: ...
    def end_all(self, account_id: int, now: datetime) -> int: ...
    def of(self, account_id: int) -> Sequence[WebSession]: ...
