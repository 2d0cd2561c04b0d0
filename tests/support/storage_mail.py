"""Rows of mail and of connectors, and how they are read and written."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from gateway.demo.people import numbered
from gateway.domain.connectors import Connector, System
from gateway.domain.deliveries import Side
from gateway.domain.identifiers import CodiceFiscale
from gateway.domain.mails import Mail, MailKind, MailSettings, MailState
from storage.unit_of_work import SqlUnitOfWork
from tests.support.clock import START
from tests.support.fakes_samples import PRACTICE, ROCCASOLE

FISCAL = CodiceFiscale(numbered(1).codice_fiscale)
READER = "fiorella@studenti.example.org"
MAIL = Mail(
    mail_id="mail1",
    message_id="<mail1@ateneo.example.org>",
    kind=MailKind.REQUEST_SENT,
    recipient=READER,
    created_at=START,
    changed_at=START,
    expires_at=START,
    next_at=START,
    side=Side.ORIGIN,
    partner=ROCCASOLE,
    id_pratica=PRACTICE,
)
SETTINGS = MailSettings(sender="ateneo@ateneo.example.org", offices=("uff@ateneo.example.org",))
CONNECTOR = Connector(
    system=System.REGISTER, url="https://register.example.org", secret="segreto", certificate="x"
)
_FAR = datetime(2100, 1, 1, tzinfo=UTC)

Use = Callable[[SqlUnitOfWork, dict[str, Any]], object]


def fill_mail(uow: SqlUnitOfWork) -> dict[str, Any]:
    """Let our university own a mail, a choice, settings and a connector."""
    uow.mails.keep_settings(SETTINGS)
    uow.mails.add(MAIL)
    uow.connectors.save(CONNECTOR)
    return {"code": uow.mails.choice(READER, FISCAL).code}


READS: dict[str, Use] = {
    "mails.settings": lambda uow, _: uow.mails.settings().sender,
    "mails.get": lambda uow, _: uow.mails.get("mail1"),
    "mails.by_state": lambda uow, _: uow.mails.by_state(MailState.WAITING, 9),
    "mails.forgotten": lambda uow, _: uow.mails.forgotten(_FAR, 9),
    "mails.by_code": lambda uow, kept: uow.mails.by_code(kept["code"]),
    "mails.waiting": lambda uow, _: uow.mails.waiting(),
    "connectors.get": lambda uow, _: uow.connectors.get(System.REGISTER),
}
WRITES: dict[str, Use] = {
    "mails.keep_settings": lambda uow, _: uow.mails.keep_settings(replace(SETTINGS, sender="")),
    "mails.add": lambda uow, _: uow.mails.add(replace(MAIL, mail_id="mail2")),
    "mails.save": lambda uow, _: uow.mails.save(replace(MAIL, state=MailState.SENT)),
    "mails.choice": lambda uow, _: uow.mails.choice(READER),
    "mails.choose": lambda uow, kept: uow.mails.choose(
        replace(uow.mails.choice(READER), code=kept["code"], off=frozenset(MailKind))
    ),
    "connectors.save": lambda uow, _: uow.connectors.save(replace(CONNECTOR, url="https://x")),
    "connectors.remove": lambda uow, _: uow.connectors.remove(System.REGISTER),
}
