"""The permanent credentials of a student who enrolled (A.4.2): person code, one-time password."""

from collections.abc import Mapping
from datetime import datetime

from gateway.domain.accounts import Account, Grant, Role
from gateway.domain.destination import IncomingTransfer
from gateway.domain.partners import University
from gateway.domain.rejections import Rejection
from gateway.usecases.account_ports import Accounts


def person_code(university: University, matricola: str) -> str:
    """Return the user name of a student: from the matricola, so that nobody gets two."""
    return f"{university.practice_prefix}{matricola}".lower()


def open_account(
    transfer: IncomingTransfer,
    values: Mapping[str, str],
    *,
    university: University,
    accounts: Accounts,
    password_hash: str,
    language: str,
    now: datetime,
) -> tuple[Account, bool]:
    """Return the student's account, and whether it was opened just now with this password.

    Whoever has an account here keeps it: no password is changed. Of two who open it at once one
    does.
    """
    student = transfer.student
    known = accounts.of_student(university.code, student.codice_fiscale)
    if known is not None:
        return known, False
    wanted = Account(
        username=person_code(university, transfer.matricola),
        name=f"{values.get('Nome') or student.name} {values.get('Cognome') or student.surname}",
        email=values.get("Email") or student.email,
        grants=frozenset({Grant(Role.STUDENT, university.code)}),
        password_hash=password_hash,
        codice_fiscale=student.codice_fiscale,
        language=language,
        must_change=True,
    )
    try:
        return accounts.save(wanted, now), True
    except Rejection:
        known = accounts.of_student(university.code, student.codice_fiscale)
        if known is None:  # the name is somebody else's
            raise
        return known, False
