"""Mails under their term and under erasure; their jobs in the commit of their cause."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa

from gateway.domain.mails import MailKind, MailState
from gateway.domain.retention import Kept
from storage.deliveries import MAIL_QUEUE, MAIL_WORKFLOW
from storage.store import Store
from storage.tables import mail_choices, mails
from storage.unit_of_work import SqlUnitOfWork
from tests.support.clock import START
from tests.support.databases import Maker
from tests.support.storage import OURS, act, count, opened
from tests.support.storage_everything import FISCAL, fill
from tests.support.storage_mail import MAIL, READER

pytestmark = pytest.mark.integration


@pytest.fixture
def store(database: Maker, tmp_path: Path) -> Iterator[Store]:
    with opened(database, tmp_path) as made:
        yield made


def jobs(store: Store) -> list[tuple[str, str, str]]:
    """Return the jobs of mails in line."""
    schema = "dbos." if store.engine.name == "postgresql" else ""
    with store.reader.connect() as connection:
        query = f"SELECT workflow_uuid, name, queue_name FROM {schema}workflow_status"  # noqa: S608
        return [tuple(row) for row in connection.exec_driver_sql(query)]  # type: ignore[misc]


def plan(uow: SqlUnitOfWork) -> None:
    """Keep a mail with its first attempt."""
    uow.mails.add(MAIL)
    uow.jobs.mail(MAIL, 1, timedelta(0))


def test_a_mail_and_its_job_are_one_commit(store: Store) -> None:
    with store.open_uow(OURS) as uow:
        plan(uow)
    assert (count(store, mails), jobs(store)) == (0, [])
    act(store, plan)
    assert (count(store, mails), jobs(store)) == (1, [("mail1-1", MAIL_WORKFLOW, MAIL_QUEUE)])


def test_the_reader_of_a_mail_is_sealed(store: Store) -> None:
    act(store, plan)
    with store.reader.connect() as connection:
        row = connection.execute(sa.select(mails)).one()
    assert READER.encode() not in b"".join(str(part).encode() for part in row)
    assert act(store, lambda uow: uow.mails.get("mail1")) == MAIL


def test_what_a_reader_chose_is_kept_by_address_whatever_its_capitals(store: Store) -> None:
    chosen = act(store, lambda uow: uow.mails.choice(READER, FISCAL))
    off = frozenset({MailKind.DIGEST})
    act(store, lambda uow: uow.mails.choose(replace(chosen, off=off)))
    assert act(store, lambda uow: uow.mails.choice(READER.upper())).off == off
    assert count(store, mail_choices) == 1


def test_erasing_a_person_takes_mails_and_choices(store: Store) -> None:
    act(store, fill)
    assert (count(store, mails), count(store, mail_choices)) == (1, 1)
    act(store, lambda uow: uow.personal.erase(FISCAL))
    assert (count(store, mails), count(store, mail_choices)) == (0, 0)


@pytest.mark.parametrize(("state", "left"), [(MailState.SENT, 0), (MailState.WAITING, 1)])
def test_mails_go_after_their_term_once_they_ended(
    store: Store, state: MailState, left: int
) -> None:
    act(store, plan)
    act(store, lambda uow: uow.mails.save(replace(MAIL, state=state)))
    after = START + timedelta(days=1)
    act(store, lambda uow: uow.personal.clear_rows(Kept.MAILS, START, limit=9, dry=False))
    assert count(store, mails) == 1
    act(store, lambda uow: uow.personal.clear_rows(Kept.MAILS, after, limit=9, dry=False))
    assert count(store, mails) == left
