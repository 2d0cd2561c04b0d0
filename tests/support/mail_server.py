"""A real SMTP server in a thread: with STARTTLS, TLS from the start or plain, polite or not."""

import logging
import socket
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword

from tests.support.certificates import make
from tests.support.ports import free_port

logging.getLogger("mail.log").disabled = True  # its thread outlives what tests capture
USER, PASSWORD = "congedo", "parola-di-posta"


@dataclass
class Postbox:
    """What the server got, and what it answers: scripted lines first, then acceptance."""

    port: int = 0
    authority: Path | None = None
    got: list[EmailMessage] = field(default_factory=list)
    envelopes: list[Envelope] = field(default_factory=list)
    at_rcpt: list[str] = field(default_factory=list)
    at_data: list[str] = field(default_factory=list)
    signed_in: list[str] = field(default_factory=list)
    guarded: list[bool] = field(default_factory=list)

    async def handle_RCPT(  # noqa: N802  a name of the library
        self, server: SMTP, session: Any, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if self.at_rcpt:
            return self.at_rcpt.pop(0)
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(  # noqa: N802  a name of the library
        self, server: SMTP, session: Any, envelope: Envelope
    ) -> str:
        said = self.at_data.pop(0) if self.at_data else "250 OK"
        if said.startswith("250"):
            self.envelopes.append(envelope)
            assert server.transport is not None
            line = server.transport.get_extra_info("ssl_object")
            self.guarded.append(line is not None)
            read = message_from_bytes(envelope.content, policy=policy.default)  # type: ignore[arg-type]
            assert isinstance(read, EmailMessage)
            self.got.append(read)
        return said

    def check(
        self, server: SMTP, session: Any, envelope: Envelope, mechanism: str, data: Any
    ) -> AuthResult:
        """Let in who knows the password."""
        right = (
            isinstance(data, LoginPassword)
            and data.login.decode() == USER
            and data.password.decode() == PASSWORD
        )
        self.signed_in += [USER] if right else []
        return AuthResult(success=right, handled=right)


class _Direct(Controller):
    """Speaks TLS from the first byte."""

    def _trigger_server(self) -> None:
        """Call once as a client; the library would call with the server's own context."""
        trusting = ssl.create_default_context()
        trusting.check_hostname, trusting.verify_mode = False, ssl.CERT_NONE
        with (
            socket.create_connection(("localhost", self.port), 5) as line,
            trusting.wrap_socket(line, server_hostname="localhost") as guarded,
        ):
            assert guarded.recv(3) == b"220"


@contextmanager
def mail_server(folder: Path, tls: str = "starttls", *, login: bool = False) -> Iterator[Postbox]:
    """Serve."""
    identity = make("localhost")
    folder.mkdir(parents=True, exist_ok=True)
    certificate, key = identity.write(folder, "posta")
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(certificate, key)
    box = Postbox(port=free_port(), authority=Path(certificate))
    options: dict[str, Any] = {"hostname": "localhost", "port": box.port}
    if tls == "starttls":
        options |= {"tls_context": context, "require_starttls": True}
    if tls == "tls":
        options |= {"ssl_context": context}
    if login:
        options |= {"authenticator": box.check, "auth_required": True}
    controller = (_Direct if tls == "tls" else Controller)(box, **options)
    controller.start()
    try:
        yield box
    finally:
        controller.stop()
