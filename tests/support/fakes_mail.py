"""In-memory mails, and a postman that says what a test wants."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from gateway.domain.identifiers import CodiceFiscale
from gateway.domain.mails import Mail, MailChoice, MailSettings, MailState
from gateway.usecases.mail_ports import Letter
from tests.support.fakes_tables import Tables


@dataclass(frozen=True)
class FakeMails:
    """Implements ``Mails``."""

    tables: Tables

    def settings(self) -> MailSettings:
        return self.tables.mail_settings.get("it", MailSettings())

    def keep_settings(self, settings: MailSettings) -> None:
        self.tables.mail_settings["it"] = settings

    def new_id(self) -> str:
        return f"m{self.tables.next_number('mail')}"

    def add(self, mail: Mail) -> None:
        assert mail.mail_id not in self.tables.mails
        self.tables.mails[mail.mail_id] = mail

    def get(self, mail_id: str) -> Mail | None:
        return self.tables.mails.get(mail_id)

    def save(self, mail: Mail) -> None:
        assert mail.mail_id in self.tables.mails
        self.tables.mails[mail.mail_id] = mail

    def by_state(self, state: MailState | None, limit: int) -> Sequence[Mail]:
        newest_first = reversed(self.tables.mails.values())
        return [one for one in newest_first if state is None or one.state is state][:limit]

    def forgotten(self, before: datetime, limit: int) -> Sequence[Mail]:
        return [
            one
            for one in self.tables.mails.values()
            if (one.state is MailState.WAITING and one.next_at and one.next_at < before)
            or (one.state is MailState.SENDING and one.changed_at < before)
        ][:limit]

    def choice(self, recipient: str, student: CodiceFiscale | None = None) -> MailChoice:
        return self.tables.mail_choices.setdefault(recipient, MailChoice(code=f"c-{recipient}"))

    def by_code(self, code: str) -> MailChoice | None:
        return next((one for one in self.tables.mail_choices.values() if one.code == code), None)

    def choose(self, choice: MailChoice) -> None:
        for recipient, known in self.tables.mail_choices.items():
            if known.code == choice.code:
                self.tables.mail_choices[recipient] = choice

    def waiting(self) -> Mapping[str, int]:
        return self.tables.mail_waiting


@dataclass
class FakePostman:
    """Implements ``Postman``: raises the troubles a test has scripted, then takes everything."""

    letters: list[Letter] = field(default_factory=list)
    troubles: list[Exception] = field(default_factory=list)

    def send(self, letter: Letter) -> None:
        self.letters.append(letter)
        if self.troubles:
            raise self.troubles.pop(0)
