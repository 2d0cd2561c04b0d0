"""What mail needs of the outside."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from gateway.domain.identifiers import CodiceFiscale
from gateway.domain.mails import Mail, MailChoice, MailSettings, MailState
from gateway.domain.partners import University


class Mails(Protocol):
    """The mails of a hosted university, its settings, and what readers chose."""

    def settings(self) -> MailSettings: ...
    def keep_settings(self, settings: MailSettings) -> None: ...
    def new_id(self) -> str: ...
    def add(self, mail: Mail) -> None: ...
    def get(self, mail_id: str) -> Mail | None: ...
    def save(self, mail: Mail) -> None: ...
    def by_state(self, state: MailState | None, limit: int) -> Sequence[Mail]: ...
    def forgotten(self, before: datetime, limit: int) -> Sequence[Mail]:
        """Return mails that should have moved before ``before`` and have not."""

    def choice(self, recipient: str, student: CodiceFiscale | None = None) -> MailChoice:
        """Return what a reader chose; a new reader gets a code of their own."""

    def by_code(self, code: str) -> MailChoice | None: ...
    def choose(self, choice: MailChoice) -> None: ...
    def waiting(self) -> Mapping[str, int]:
        """Return how many practices and deliveries wait for the offices, by what they wait for."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Letter:
    """A mail ready to be written: words and form are the implementation's.

    ``leave`` is where its reader may switch this kind off, empty where nobody may. ``waiting`` is
    what a digest tells.
    """

    mail: Mail
    university: University
    sender: str
    language: str
    leave: str = field(default="", repr=False)
    waiting: Mapping[str, int] = field(default_factory=dict, repr=False)


class Postman(Protocol):
    """Hands mails to the mail server."""

    def send(self, letter: Letter) -> None:
        """Hand a mail over.

        Raises:
            MailDelayed, MailRefused: see ``domain.mails``.
        """
