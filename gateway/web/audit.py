"""What people did and looked at, noted where an auditor finds it."""

from flask import g

from gateway.logs import get_logger
from gateway.web.access import visitor

_log = get_logger("gateway.audit")


def note(action: str, *, practice: str = "", subject: str = "", detail: str = "") -> None:
    """Note that the visitor did or looked at something.

    ``action`` is a short English word such as ``practice_viewed``; ``practice`` an IdPratica,
    ``subject`` what else it was about (an account, a partner); ``detail`` codes, never names.
    """
    _log.info(
        "audit",
        action=action,
        by=visitor().username,
        university=g.university.code if g.university else "",
        practice=practice,
        subject=subject,
        detail=detail,
    )
