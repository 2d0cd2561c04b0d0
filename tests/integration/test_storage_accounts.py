"""Accounts on real databases: what holds once, what is found and erased, what is outlived."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta

import pytest

from gateway.demo.people import numbered
from gateway.domain.accounts import Account, Grant, Role, WebSession
from gateway.domain.audit import AuditEntry
from gateway.domain.identifiers import CodiceFiscale
from gateway.domain.lifecycle import Actor, Party
from gateway.domain.retention import Kept
from gateway.domain.signing_in import NAME_FREE
from gateway.usecases import privacy
from storage.rekey import rekey
from storage.store import Store
from storage.tables import (
    accounts,
    audit_entries,
    grants,
    recovery_codes,
    second_factors,
    web_sessions,
)
from tests.support.databases import Maker
from tests.support.storage import rows_of
from tests.support.transfers import Steps
from tests.support.universities import MONTELAGO, ROCCASOLE, VALDOMBRA

pytestmark = pytest.mark.integration

FISCAL = CodiceFiscale(numbered(3).codice_fiscale)
STUDENT = Grant(Role.STUDENT, VALDOMBRA)
OFFICE = Actor(Party.SECRETARIAT, "segreteria")


@pytest.fixture
def steps(make_steps: Callable[..., Steps], database: Maker) -> Steps:
    return make_steps(database)


@pytest.fixture
def store(steps: Steps) -> Store:
    return steps.world.origin.store


def enrolled(steps: Steps, *grants_held: Grant, username: str = "studente") -> Account:
    """Keep a student's account with everything that hangs on one."""
    store, now = steps.world.origin.store, steps.world.clock()
    made = Account(
        username=username,
        name="Persona Inventata",
        email="persona@example.org",
        grants=frozenset(grants_held or {STUDENT}),
        codice_fiscale=FISCAL,
        subject=f"proxy:{username}",
    )
    account = store.accounts.save(made, now)
    number = account.account_id
    store.web_sessions.begin(
        WebSession(
            mark=f"m{number}",
            account_id=number,
            began_at=now,
            seen_at=now,
            proved_at=now,
            device="Firefox · Linux · 192.0.2.9",
        )
    )
    store.second_factors.propose(number, "SEGRETO")
    store.second_factors.keep_recovery(number, ["a", "b"])
    store.invitations.add(f"link{number}", number, now + timedelta(days=1))
    entry = AuditEntry(
        at=now, action="signed_in", account_id=number, username=username, subject="account:1"
    )
    store.audit.note([entry])
    return account


def test_an_account_is_read_as_it_was_kept(steps: Steps, store: Store) -> None:
    kept = enrolled(steps)
    read = store.accounts.by_username(" STUDENTE ")
    assert read is not None
    assert read.codice_fiscale == FISCAL
    assert read.seen_at == steps.world.clock()
    assert store.accounts.by_subject("proxy:studente") == read
    assert store.accounts.by_subject("") is None
    assert store.accounts.of_student(VALDOMBRA, FISCAL) == read
    assert store.accounts.of_student(MONTELAGO, FISCAL) is None
    assert store.accounts.everybody() == [read]
    assert store.accounts.get(kept.account_id) == read


def test_nobody_is_readable_at_rest(steps: Steps, store: Store) -> None:
    enrolled(steps)
    kept = repr(rows_of(store)[accounts.name])
    for word in (FISCAL, "Inventata", "persona@", "proxy:"):
        assert word not in kept


def test_sealed_again_with_a_newer_key_everything_opens(steps: Steps, store: Store) -> None:
    kept = enrolled(steps)
    assert rekey(store.engine, store.cipher) >= 3
    factor = store.second_factors.get(kept.account_id)
    assert factor is not None
    assert factor.secret == "SEGRETO"


def test_a_code_and_a_recovery_code_and_a_link_are_used_by_one_only(
    steps: Steps, store: Store
) -> None:
    number, now = enrolled(steps).account_id, steps.world.clock()
    assert store.second_factors.confirm(number, 5, now)
    assert not store.second_factors.confirm(number, 5, now)
    with ThreadPoolExecutor(6) as pool:
        codes = list(pool.map(lambda _: store.second_factors.use(number, 6), range(6)))
        spare = list(
            pool.map(lambda _: store.second_factors.use_recovery(number, "a", now), range(6))
        )
        links = list(pool.map(lambda _: store.invitations.use(f"link{number}", now), range(6)))
    assert (codes.count(True), spare.count(True)) == (1, 1)
    assert [link for link in links if link is not None] == [number]
    assert not store.second_factors.use(number, 5)
    assert store.second_factors.recovery_left(number) == 1


def test_a_secret_in_force_is_not_replaced(steps: Steps, store: Store) -> None:
    number = enrolled(steps).account_id
    store.second_factors.confirm(number, 5, steps.world.clock())
    store.second_factors.propose(number, "ALTRO")
    factor = store.second_factors.get(number)
    assert factor is not None
    assert factor.secret == "SEGRETO"
    account = store.accounts.get(number)
    assert account is not None
    assert account.second_factor


def test_many_tries_at_once_gain_nothing(steps: Steps, store: Store) -> None:
    now = steps.world.clock()
    with ThreadPoolExecutor(8) as pool:
        tries = list(pool.map(lambda _: store.throttles.try_("x", NAME_FREE, now), range(40)))
    assert tries.count(None) == NAME_FREE + 1


def test_wrong_tries_of_long_ago_are_forgotten(steps: Steps, store: Store) -> None:
    clock = steps.world.clock
    for _ in range(NAME_FREE + 1):
        store.throttles.try_("x", NAME_FREE, clock())
    clock.advance(hours=13)
    for _ in range(NAME_FREE):
        assert store.throttles.try_("x", NAME_FREE, clock()) is None


def erase(steps: Steps) -> dict[str, int]:
    request = privacy.EraseRequest(FISCAL, "istanza", "scarto autorizzato")
    return steps.origin(
        lambda uow: dict(privacy.erase(request, OFFICE, uow=uow, now=steps.world.clock()))
    )


def test_a_student_is_erased_with_all_that_hangs_on_the_account(steps: Steps, store: Store) -> None:
    enrolled(steps)
    erased = erase(steps)
    assert erased[accounts.name] == 1
    kept = rows_of(store)
    for table in (accounts, grants, web_sessions, second_factors, recovery_codes):
        assert kept[table.name] == []
    (entry,) = kept[audit_entries.name]
    assert "studente" not in repr(entry)
    assert "signed_in" in repr(entry)


def test_what_the_account_is_at_another_university_stays(steps: Steps, store: Store) -> None:
    elsewhere = Grant(Role.STUDENT, ROCCASOLE)
    enrolled(steps, STUDENT, elsewhere)
    erase(steps)
    (left,) = store.accounts.everybody()
    assert left.grants == {elsewhere}


def test_the_copy_has_the_account_and_no_secret_of_it(steps: Steps, store: Store) -> None:
    enrolled(steps)
    copy = steps.origin(lambda uow: uow.personal.copy_of(FISCAL))  # type: ignore[attr-defined]
    (row,) = copy.tables["accounts"]
    assert row["private"]["codice_fiscale"] == FISCAL  # type: ignore[index]
    assert copy.tables["web_sessions"][0]["device"] == "Firefox · Linux · 192.0.2.9"
    assert "SEGRETO" not in repr(copy.tables)
    assert "password_hash" not in row


def test_an_account_that_no_student_uses_goes_after_its_term(steps: Steps, store: Store) -> None:
    enrolled(steps)
    enrolled(steps, Grant(Role.OPERATOR, VALDOMBRA), username="operatrice")
    clock = steps.world.clock
    clock.advance(days=1096)
    told = privacy.run(VALDOMBRA, open_uow=store.open_uow, now=clock(), dry=True)
    assert told.get(Kept.STUDENT_ACCOUNTS, 0) == 0
    clock.advance(days=1)
    told = privacy.run(VALDOMBRA, open_uow=store.open_uow, now=clock(), dry=True)
    assert told[Kept.STUDENT_ACCOUNTS] == 1
    done = privacy.run(VALDOMBRA, open_uow=store.open_uow, now=clock())
    assert done[Kept.STUDENT_ACCOUNTS] == 1
    assert [one.username for one in store.accounts.everybody()] == ["operatrice"]


def test_using_an_account_keeps_it(steps: Steps, store: Store) -> None:
    number = enrolled(steps).account_id
    clock = steps.world.clock
    clock.advance(days=1000)
    now = clock()
    store.web_sessions.begin(
        WebSession(mark="n", account_id=number, began_at=now, seen_at=now, proved_at=now)
    )
    clock.advance(days=1000)
    privacy.run(VALDOMBRA, open_uow=store.open_uow, now=clock())
    assert store.accounts.get(number) is not None


def test_a_student_who_leaves_is_switched_off_here_and_nowhere_else(steps: Steps) -> None:
    store, now = steps.world.origin.store, steps.world.clock()
    enrolled(steps)
    enrolled(steps, STUDENT, Grant(Role.COMMISSION, VALDOMBRA), username="membro")
    enrolled(steps, Grant(Role.STUDENT, ROCCASOLE), username="altrove")
    before = {item.username: item for item in store.accounts.everybody()}
    for _ in range(2):
        steps.origin(lambda uow: uow.student_access.end(FISCAL, now))
    member = before["membro"]
    assert {item.username: item for item in store.accounts.everybody()} == {
        "studente": replace(before["studente"], active=False, version=2),
        "membro": replace(member, grants=member.grants - {STUDENT}, version=member.version + 1),
        "altrove": before["altrove"],
    }


def test_a_student_who_enrols_again_is_switched_on_without_password_and_sessions(
    steps: Steps,
) -> None:
    store, now = steps.world.origin.store, steps.world.clock()
    enrolled(steps)
    enrolled(steps, Grant(Role.STUDENT, ROCCASOLE), username="altrove")
    enrolled(steps, STUDENT, Grant(Role.COMMISSION, ROCCASOLE), username="membro")
    for item in store.accounts.everybody():
        left = replace(item, active=False, password_hash="$argon2id$x", subject="")
        store.accounts.save(left, now)
    before = {item.username: item for item in store.accounts.everybody()}
    store.web_sessions.begin(
        WebSession(
            mark="n",
            account_id=before["studente"].account_id,
            began_at=now,
            seen_at=now,
            proved_at=now,
        )
    )
    for _ in range(2):
        steps.origin(lambda uow: uow.student_access.restore(FISCAL, now))
    mine = before["studente"]
    assert {item.username: item for item in store.accounts.everybody()} == {
        **before,
        "studente": replace(mine, active=True, password_hash="", version=mine.version + 1),
    }
    ended = store.web_sessions.get("n")
    assert ended is not None
    assert ended.ended_at == now


def test_a_student_known_elsewhere_comes_in_again_as_before(steps: Steps) -> None:
    store, now = steps.world.origin.store, steps.world.clock()
    enrolled(steps)
    (mine,) = store.accounts.everybody()
    kept = {"active": False, "subject": "proxy:ada", "password_hash": "$argon2id$x"}
    left = store.accounts.save(replace(mine, **kept), now)
    steps.origin(lambda uow: uow.student_access.restore(FISCAL, now))
    assert store.accounts.everybody() == [replace(left, active=True, version=left.version + 1)]
