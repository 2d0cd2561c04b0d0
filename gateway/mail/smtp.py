"""The mail server, by SMTP: what it says decides whether a mail is tried again."""

import smtplib
import ssl
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path

from gateway.domain.mails import MailDelayed, MailRefused
from gateway.mail.letters import message_of
from gateway.usecases.mail_ports import Letter

_PERMANENT = 500


class MailTls(StrEnum):
    """How the connection to the mail server is guarded."""

    NONE = "none"
    STARTTLS = "starttls"
    TLS = "tls"


PORTS = {MailTls.NONE: 25, MailTls.STARTTLS: 587, MailTls.TLS: 465}


@dataclass(frozen=True, slots=True, kw_only=True)
class MailServer:
    """Where the mail server is; port 0 is the usual one."""

    host: str
    port: int = 0
    tls: MailTls = MailTls.STARTTLS
    user: str = ""
    password: str = field(default="", repr=False)
    seconds: float = 20.0
    authorities: Path | None = None


class SmtpPostman:
    """Implements ``Postman``. Errors hold codes and names of troubles, never addresses."""

    def __init__(self, server: MailServer, public_url: str) -> None:
        self._server = server
        self._public_url = public_url

    def send(self, letter: Letter) -> None:
        """Hand a mail over.

        Raises:
            MailDelayed: the server is not there, busy, not set up, or says "later" (4xx).
            MailRefused: the server says "never" (5xx) of this mail.
        """
        if not self._server.host:
            raise MailDelayed("no mail server")
        message = message_of(letter, self._public_url)
        try:
            with self._connected() as connection:
                connection.send_message(message)
        except smtplib.SMTPRecipientsRefused as error:
            code = next(iter(error.recipients.values()))[0]
            raise _verdict(code) from None
        except (smtplib.SMTPAuthenticationError, smtplib.SMTPNotSupportedError) as error:
            raise MailDelayed(type(error).__name__) from None  # ours to mend, not the mail's fault
        except smtplib.SMTPResponseException as error:  # its text may name the reader
            raise _verdict(error.smtp_code) from None
        except (smtplib.SMTPException, OSError) as error:
            raise MailDelayed(type(error).__name__) from None

    def _connected(self) -> smtplib.SMTP:
        """Return a connection, guarded and known to the server as far as that is set."""
        server = self._server
        port = server.port or PORTS[server.tls]
        trust = ssl.create_default_context(
            cafile=str(server.authorities) if server.authorities else None
        )
        if server.tls is MailTls.TLS:
            connection: smtplib.SMTP = smtplib.SMTP_SSL(
                server.host, port, timeout=server.seconds, context=trust
            )
        else:
            connection = smtplib.SMTP(server.host, port, timeout=server.seconds)
        try:
            if server.tls is MailTls.STARTTLS:
                connection.starttls(context=trust)
            if server.user:
                connection.login(server.user, server.password)
        except BaseException:
            connection.close()
            raise
        return connection


def _verdict(code: int) -> MailDelayed | MailRefused:
    said = f"SMTP {code}"
    return MailRefused(said) if code >= _PERMANENT else MailDelayed(said)
