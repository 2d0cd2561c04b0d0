"""The log of what people did: in one order, page by page, of one university only."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest

from gateway.domain.accounts import EVERYWHERE, Account, Grant, Role
from gateway.domain.audit import AuditEntry, AuditQuery
from gateway.domain.identifiers import MiurCode
from storage.store import Store
from tests.support.clock import START
from tests.support.databases import Maker
from tests.support.storage import OURS, THEIRS, opened

pytestmark = [pytest.mark.integration, pytest.mark.requirement("T18")]

ALL = AuditQuery()


@pytest.fixture
def store(database: Maker, tmp_path: Path) -> Iterator[Store]:
    with opened(database, tmp_path) as made:
        yield made


def hired(store: Store, name: str, *universities: MiurCode) -> AuditEntry:
    """Keep somebody's account; return what is noted when they sign in."""
    held = frozenset(
        Grant(role, code) for code in universities for role in (Role.AUDITOR, Role.ADMINISTRATOR)
    )
    account = store.accounts.save(Account(username=name, name=name, grants=held), START)
    return AuditEntry(at=START, action="signed_in", account_id=account.account_id, username=name)


def seen(store: Store, code: MiurCode = OURS, query: AuditQuery = ALL) -> list[str]:
    found = store.audit.page(code, query, before=0, limit=50)
    return [f"{entry.username} {entry.action} {entry.university}" for entry in found]


def test_a_university_sees_what_happened_there_and_its_people_sign_in(store: Store) -> None:
    ugo, eva, both = (
        hired(store, "ugo", OURS),
        hired(store, "eva", THEIRS),
        hired(store, "both", OURS, THEIRS),
    )
    store.audit.note([ugo, eva, both, AuditEntry(at=START, action="sign_in_failed")])
    store.audit.note([replace(eva, action="practice_opened", university=THEIRS)])
    store.audit.note([replace(eva, action="practice_opened", university=OURS)])
    assert seen(store) == [f"eva practice_opened {OURS}", "both signed_in ", "ugo signed_in "]
    assert seen(store, THEIRS) == [
        f"eva practice_opened {THEIRS}",
        "both signed_in ",
        "eva signed_in ",
    ]


def test_pages_join_without_gaps_though_much_happened_at_the_same_moment(store: Store) -> None:
    ugo = hired(store, "ugo", OURS)
    for number in range(12):
        where = OURS if number % 2 else EVERYWHERE
        entry = replace(ugo, at=START + timedelta(hours=number // 5), university=where)
        store.audit.note([replace(entry, detail=str(number))])
    whole = [entry.detail for entry in store.audit.page(OURS, ALL, before=0, limit=50)]
    assert whole == [str(number) for number in reversed(range(12))]
    joined: list[str] = []
    before = 0
    while page := store.audit.page(OURS, ALL, before=before, limit=5):
        joined += [entry.detail for entry in page]
        before = page[-1].number
    assert joined == whole


def test_what_is_noted_late_stands_where_it_happened(store: Store) -> None:
    ugo = replace(hired(store, "ugo", OURS), university=OURS)
    store.audit.note([replace(ugo, action="late")])
    store.audit.note([replace(ugo, at=START - timedelta(days=1), action="early")])
    found = store.audit.page(OURS, ALL, before=0, limit=1)
    assert [entry.action for entry in found] == ["late"]
    found = store.audit.page(OURS, ALL, before=found[0].number, limit=5)
    assert [entry.action for entry in found] == ["early"]


def test_a_page_goes_on_though_its_last_entry_is_outlived(store: Store) -> None:
    ugo = replace(hired(store, "ugo", OURS), university=OURS)
    store.audit.note([ugo, replace(ugo, action="practice_opened")])
    assert len(store.audit.page(OURS, ALL, before=10_000, limit=5)) == 2


def test_filters_narrow_both_what_happened_here_and_who_signed_in(store: Store) -> None:
    ugo, eva = hired(store, "ugo", OURS), hired(store, "eva", OURS)
    store.audit.note([ugo, eva, replace(ugo, university=OURS, action="export", practice="P1")])
    assert seen(store, query=AuditQuery(action="signed_in")) == [
        "eva signed_in ",
        "ugo signed_in ",
    ]
    assert seen(store, query=AuditQuery(username=" UGO ")) == [
        f"ugo export {OURS}",
        "ugo signed_in ",
    ]
    assert seen(store, query=AuditQuery(practice="P1")) == [f"ugo export {OURS}"]
    day = START.date()
    assert len(seen(store, query=AuditQuery(first_day=day, last_day=day))) == 3
    assert seen(store, query=AuditQuery(first_day=date(2100, 1, 1))) == []


def test_the_actions_are_those_of_the_university_and_of_signing_in(store: Store) -> None:
    assert store.audit.actions(OURS) == []
    ugo = hired(store, "ugo", OURS)
    ours = [replace(ugo, university=OURS, action=name) for name in ("b", "a", "b", "c")]
    store.audit.note([ugo, *ours, replace(ugo, university=THEIRS, action="theirs")])
    assert store.audit.actions(OURS) == ["a", "b", "c", "signed_in"]
