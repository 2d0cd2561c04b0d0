"""A student who enrolled gets one account, for good."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

import pytest

from gateway.domain.accounts import Account, Grant, Role
from gateway.domain.identifiers import CodiceFiscale, MiurCode
from gateway.domain.rejections import Cause, refuse
from gateway.usecases.ports import ConcurrentChange
from gateway.usecases.student_accounts import open_account
from tests.support.clock import START
from tests.support.fakes_samples import (
    MONTELAGO,
    VALDOMBRA,
    received,
    refused,
    university,
)

pytestmark = pytest.mark.requirement("T19")

MADE = received(matricola="26000001")
HERE = university(MONTELAGO)


@dataclass
class FakeAccounts:
    """The part of ``Accounts`` that opening one needs.

    ``meanwhile`` is added by somebody else, ``faster`` is what somebody else made of the one there.
    """

    kept: list[Account] = field(default_factory=list)
    meanwhile: Account | None = None
    faster: Account | None = None

    def of_student(self, university: MiurCode, codice_fiscale: CodiceFiscale) -> Account | None:
        found = [item for item in self.kept if item.codice_fiscale == codice_fiscale]
        return found[0] if found else None

    def save(self, account: Account, now: datetime) -> Account:
        if self.meanwhile is not None:
            self.kept.append(self.meanwhile)
        if self.faster is not None:
            self.kept = [self.faster]
            raise ConcurrentChange
        changed = account.account_id
        others = [item for item in self.kept if not changed or item.account_id != changed]
        if any(item.username == account.username for item in others):
            raise refuse(Cause.ALREADY_EXISTS, "username")
        made = replace(account, account_id=account.account_id or len(self.kept) + 1)
        self.kept = [*others, made]
        return made

    def everybody(self) -> Sequence[Account]:
        return self.kept


def opened(accounts: FakeAccounts, **values: str) -> tuple[Account, bool]:
    return open_account(
        MADE,
        values,
        university=HERE,
        accounts=accounts,  # type: ignore[arg-type]
        password_hash="$argon2id$x",
        language="en",
        now=START,
    )


def test_an_account_has_the_data_that_hold_here_and_must_change_its_password() -> None:
    account, new = opened(FakeAccounts(), Nome="Ida", Cognome="Prove", Email="ida@example.org")
    assert new
    assert (account.username, account.name) == ("uni9226000001", "Ida Prove")
    assert (account.email, account.language) == ("ida@example.org", "en")
    assert account.grants == {Grant(Role.STUDENT, MONTELAGO)}
    assert account.must_change
    assert account.codice_fiscale == MADE.student.codice_fiscale


def test_without_data_of_their_own_those_of_the_practice_are_taken() -> None:
    account, _ = opened(FakeAccounts())
    assert account.name == f"{MADE.student.name} {MADE.student.surname}"


def test_an_account_that_exists_keeps_its_password() -> None:
    accounts = FakeAccounts()
    first, _ = opened(accounts)
    accounts.kept = [replace(first, password_hash="theirs")]
    again, new = opened(accounts)
    assert (again.password_hash, new) == ("theirs", False)


def test_an_account_switched_on_again_gets_a_new_password() -> None:
    accounts = FakeAccounts()
    first, _ = opened(accounts)
    accounts.kept = [replace(first, must_change=False, password_hash="")]
    again, new = opened(accounts, Email="nuova@example.org")
    assert new
    assert (again.must_change, again.password_hash) == (True, "$argon2id$x")
    assert (again.username, again.email) == (first.username, "nuova@example.org")
    assert accounts.kept == [again]


@pytest.mark.parametrize(
    "changes",
    [
        {"active": False},
        {"subject": "oidc:idp:persona-1"},
        {"grants": {Grant(Role.STUDENT, MONTELAGO), Grant(Role.ADMINISTRATOR, MONTELAGO)}},
        {"grants": {Grant(Role.STUDENT, MONTELAGO), Grant(Role.OPERATOR, VALDOMBRA)}},
    ],
    ids=["switched off", "known elsewhere", "an administrator too", "a secretary elsewhere"],
)
def test_nobody_else_gets_a_password(changes: dict[str, Any]) -> None:
    accounts = FakeAccounts()
    first, _ = opened(accounts)
    accounts.kept = [replace(first, password_hash="", **changes)]
    assert opened(accounts) == (accounts.kept[0], False)


def test_of_two_who_give_it_its_password_one_does() -> None:
    accounts = FakeAccounts()
    first, _ = opened(accounts)
    accounts.kept = [replace(first, password_hash="")]
    accounts.faster = replace(first, password_hash="theirs")
    account, new = opened(accounts)
    assert (account.password_hash, new) == ("theirs", False)


def test_of_two_who_open_it_at_once_one_does() -> None:
    mine, _ = opened(FakeAccounts())
    accounts = FakeAccounts(meanwhile=replace(mine, password_hash="theirs"))
    account, new = opened(accounts)
    assert (account.password_hash, new) == ("theirs", False)


def test_where_the_name_is_somebody_elses_another_is_taken() -> None:
    mine, _ = opened(FakeAccounts())
    strangers = [replace(mine, codice_fiscale=None, account_id=7)]
    account, new = opened(FakeAccounts(kept=strangers))
    assert (account.username, new) == (f"{mine.username}-2", True)


def test_where_no_name_is_left_it_is_refused() -> None:
    mine, _ = opened(FakeAccounts())
    names = [mine.username, *(f"{mine.username}-{number}" for number in range(2, 10))]
    strangers = [replace(mine, username=name, codice_fiscale=None) for name in names]
    with refused(Cause.ALREADY_EXISTS):
        opened(FakeAccounts(kept=strangers))
