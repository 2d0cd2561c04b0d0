"""The permanent credentials of a student who enrolled (A.4.2): person code, one-time password."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime

from gateway.domain.accounts import Account, Grant, Role
from gateway.domain.destination import IncomingTransfer
from gateway.domain.partners import University
from gateway.domain.rejections import Rejection
from gateway.usecases.account_ports import Accounts
from gateway.usecases.ports import ConcurrentChange

_ENDINGS = ("", *(f"-{number}" for number in range(2, 10)))
"""What follows a user name whose shorter forms are somebody else's."""


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

    Whoever has an account here keeps it: no password is changed, but one that was switched on again
    without a password gets one (see ``wants_password``). Of two who open it at once one does. Where
    the user name is somebody else's already, another one is taken.

    Raises:
        Rejection: no user name is to be had.
    """
    student = transfer.student
    known = accounts.of_student(university.code, student.codice_fiscale)
    if known is not None and not wants_password(known, university):
        return known, False
    first = Account(
        username=person_code(university, transfer.matricola),
        name="",
        grants=frozenset({Grant(Role.STUDENT, university.code)}),
        codice_fiscale=student.codice_fiscale,
        language=language,
    )
    wanted = replace(
        known or first,
        name=f"{values.get('Nome') or student.name} {values.get('Cognome') or student.surname}",
        email=values.get("Email") or student.email,
        password_hash=password_hash,
        must_change=True,
    )
    for ending in _ENDINGS:
        try:
            return accounts.save(replace(wanted, username=wanted.username + ending), now), True
        except (Rejection, ConcurrentChange) as trouble:
            known, why = accounts.of_student(university.code, student.codice_fiscale), trouble
        if known is not None:
            return known, False
    raise why  # every name is somebody else's


def wants_password(known: Account, university: University) -> bool:
    """Tell whether an enrolment gives an account of the student's its password.

    It is one that opens nothing yet, and that is this student's only.
    """
    mine = known.grants == {Grant(Role.STUDENT, university.code)}
    return mine and known.active and not known.password_hash and not known.subject
