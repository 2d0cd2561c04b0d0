"""The systems around an installation: register, student file, mail server; put together here."""

import random
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property

from gateway.connectors.http import ConnectorClient
from gateway.connectors.register import HttpRegister
from gateway.connectors.student_file import HttpStudentFile
from gateway.domain.connectors import Connector, System
from gateway.domain.identifiers import CodiceFiscale, MiurCode
from gateway.embedded.protocol_register import EmbeddedRegister
from gateway.embedded.student_file import EmbeddedStudentFile
from gateway.mail.smtp import MailServer, MailTls, SmtpPostman
from gateway.settings import Settings
from gateway.usecases import mailing
from gateway.usecases.mailing import MailDesk
from gateway.usecases.ports import ProtocolRegister, StudentFile, UnitOfWork
from gateway.worker import JobKind
from storage.deliveries import MAIL_QUEUE, MAIL_WORKFLOW
from storage.store import Store


@dataclass(frozen=True)
class Systems:
    """What a hosted university has of its own, or else the embedded ones; and the mail server."""

    store: Store
    settings: Settings
    clock: Callable[[], datetime]

    def register_for(self, uow: UnitOfWork) -> ProtocolRegister:
        """Return the protocol register: the university's own, or the embedded one."""
        client = self._connected(uow, System.REGISTER)
        return HttpRegister(client, uow) if client else EmbeddedRegister(uow)

    def student_file_for(self, uow: UnitOfWork) -> StudentFile:
        """Return the student file: the university's own, or the embedded one."""
        client = self._connected(uow, System.STUDENT_FILE)
        return HttpStudentFile(client, uow) if client else EmbeddedStudentFile(uow)

    def client(self, connector: Connector) -> ConnectorClient:
        """Return what asks a connector."""
        proxy, trusted = self.settings.outbound_proxy, self.settings.authorities
        return ConnectorClient(connector, proxy=proxy, authorities=trusted)

    def _connected(self, uow: UnitOfWork, system: System) -> ConnectorClient | None:
        connector = self.store.connector(uow.university.code, system)
        return self.client(connector) if connector else None

    @cached_property
    def mail_server(self) -> MailServer:
        """The mail server."""
        settings = self.settings
        return MailServer(
            host=settings.smtp_host,
            port=settings.smtp_port,
            tls=MailTls(settings.smtp_tls),
            user=settings.smtp_user,
            password=settings.smtp_password,
            seconds=settings.smtp_seconds,
            authorities=settings.authorities,
        )

    def mail_desk(self) -> MailDesk:
        """Return what mails need."""
        public = self.settings.public_url.rstrip("/")
        return MailDesk(
            open_uow=self.store.open_uow,
            postman=SmtpPostman(self.mail_server, public),
            clock=self.clock,
            roll=random.random,
            language_of=self.language_of,
            leave=lambda code, secret: f"{public}/ateneo/{code}/posta/{secret}" if public else "",
        )

    def language_of(self, university: MiurCode, student: CodiceFiscale) -> str:
        """Return the language that a student chose, Italian if there is no account."""
        account = self.store.accounts.of_student(university, student)
        return account.language if account else "it"

    def mail(self, university: str, mail_id: str, number: int) -> str:
        """Make one attempt of a mail."""
        desk = self.mail_desk()
        return mailing.attempt(MiurCode(university), mail_id, number, desk=desk).value

    def mail_jobs(self, run: Callable[[str, str, int], str]) -> JobKind:
        """Return how mails are sent by jobs."""
        return JobKind(
            name=MAIL_WORKFLOW, queue=MAIL_QUEUE, run=run, slots=4, slots_per_university=2
        )
