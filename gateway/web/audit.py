"""What people did and looked at, noted where an auditor finds it.

Entries are kept when the page is ready: a unit of work may still be open while a view notes them.
A page whose entries cannot be kept is not shown.
"""

from flask import Flask, Response, g
from flask_login import current_user

from gateway.domain.accounts import Account
from gateway.domain.audit import AuditEntry
from gateway.domain.identifiers import MiurCode
from gateway.web.access import wiring

PROPOSED = "_proposed"
"""What is put behind the name of an act that waits for a second person."""


def note(action: str, *, practice: str = "", subject: str = "", detail: str = "") -> None:
    """Note that the visitor did or looked at something.

    ``action`` is a short English word such as ``practice_viewed``; ``practice`` an IdPratica,
    ``subject`` what else it was about (an account, a partner); ``detail`` codes, never names.
    """
    account = current_user.account if current_user.is_authenticated else None
    note_of(account, action, practice=practice, subject=subject, detail=detail)


def note_of(
    account: Account | None,
    action: str,
    *,
    practice: str = "",
    subject: str = "",
    detail: str = "",
) -> None:
    """Note that somebody did something who is not, or not yet, signed in here."""
    here = g.get("university")
    entry = AuditEntry(
        at=wiring().clock(),
        action=action,
        university=here.code if here else MiurCode(""),
        account_id=account.account_id if account else 0,
        username=account.username if account else "",
        practice=practice,
        subject=subject,
        detail=detail,
    )
    g.setdefault("audit", []).append(entry)


def subject_of(account: Account) -> str:
    """Return how an entry names an account."""
    return f"account:{account.account_id}"


def add_audit(app: Flask) -> None:
    """Let an application keep what was noted, before the page is sent."""

    @app.after_request
    def keep(response: Response) -> Response:
        entries = g.pop("audit", [])
        if entries:
            wiring().account_desk.audit.note(entries)
        return response
