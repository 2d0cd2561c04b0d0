"""What an account may do and where; when a session holds."""

from datetime import timedelta

import pytest

from gateway.domain.accounts import (
    ABSOLUTE,
    IDLE,
    RECENT,
    Account,
    Grant,
    Role,
    WebSession,
)
from gateway.domain.lifecycle import Actor, Party
from tests.support.clock import START
from tests.support.universities import MONTELAGO, VALDOMBRA

PERSON = Account(
    username="ada",
    name="Ada",
    grants=frozenset(
        {
            Grant(Role.COMMISSION, VALDOMBRA, "ING"),
            Grant(Role.COMMISSION, VALDOMBRA, "ARC"),
            Grant(Role.OPERATOR, MONTELAGO),
        }
    ),
)
ROOT = Account(username="radice", name="Radice", grants=frozenset({Grant(Role.SYSTEM)}))
SESSION = WebSession(mark="m", account_id=1, began_at=START, seen_at=START, proved_at=START)


def test_roles_are_those_of_the_university_and_of_everywhere() -> None:
    assert PERSON.roles_at(VALDOMBRA) == {Role.COMMISSION}
    assert PERSON.universities() == {VALDOMBRA, MONTELAGO}
    assert ROOT.roles_at(VALDOMBRA) == {Role.SYSTEM}
    assert ROOT.universities() == frozenset()
    assert (PERSON.is_system, ROOT.is_system) == (False, True)


def test_faculties_are_those_granted_or_all() -> None:
    assert PERSON.faculties_at(VALDOMBRA, Role.COMMISSION) == {"ING", "ARC"}
    assert PERSON.faculties_at(MONTELAGO, Role.OPERATOR) is None
    assert PERSON.faculties_at(MONTELAGO, Role.COMMISSION) == frozenset()


def test_one_acts_in_a_role_that_acts() -> None:
    assert PERSON.actor(Role.COMMISSION) == Actor(Party.COMMISSION, "ada")
    with pytest.raises(KeyError):
        ROOT.actor(Role.SYSTEM)


def test_a_session_ends_when_idle_when_old_and_when_ended() -> None:
    tick = timedelta(seconds=1)
    assert SESSION.holds_at(START + IDLE - tick)
    assert not SESSION.holds_at(START + IDLE)
    used = WebSession(
        mark="m", account_id=1, began_at=START, seen_at=START + ABSOLUTE, proved_at=START
    )
    assert not used.holds_at(START + ABSOLUTE)
    assert not WebSession(
        mark="m", account_id=1, began_at=START, seen_at=START, proved_at=START, ended_at=START
    ).holds_at(START)


def test_a_proof_is_good_for_a_while() -> None:
    assert SESSION.proved_lately(START + RECENT - timedelta(seconds=1))
    assert not SESSION.proved_lately(START + RECENT)


def test_nothing_secret_or_personal_shows_in_a_representation() -> None:
    shown = repr(Account(username="ada", name="Ada", password_hash="$argon2id$x"))
    assert "argon2" not in shown
