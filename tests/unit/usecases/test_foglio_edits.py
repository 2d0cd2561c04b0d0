"""Correcting a foglio in the office, apart from the request until it is kept."""

from dataclasses import replace

import pytest

from gateway.domain.origin import OriginState, OutgoingTransfer
from gateway.domain.rejections import Cause
from gateway.usecases import foglio_edits, origin
from gateway.usecases.ports import ConcurrentChange
from tests.support.clock import START
from tests.support.fakes import FakeDocuments
from tests.support.fakes_samples import OFFICE, foglio, refused
from tests.support.fakes_samples import draft as sample
from tests.support.fakes_store import FakeUnitOfWork

pytestmark = pytest.mark.requirement("T18")

OLD, NEW, OTHER = b"<old/>", b"<new/>", b"<other/>"


@pytest.fixture
def transfer(origin_uow: FakeUnitOfWork, documents: FakeDocuments) -> OutgoingTransfer:
    for content in (OLD, NEW, OTHER):
        documents.know(content, foglio())
    number = origin_uow.foglios.add_draft(OLD, START)
    return origin_uow.outgoing.add(sample(state=OriginState.ELABORATA, foglio=number))


@pytest.mark.parametrize("state", OriginState)
def test_the_office_edits_where_the_life_cycle_lets_it(state: OriginState) -> None:
    transfer = sample(state=state)
    closed = {
        OriginState.BOZZA,
        OriginState.VALIDATA,
        OriginState.CHIUSA,
        OriginState.RESPINTA,
        OriginState.CANCELLATA,
    }
    assert foglio_edits.may_edit(transfer) is (state not in closed)
    if state in closed:
        with refused(Cause.EVENT_NOT_ALLOWED):
            foglio_edits.check_editable(transfer)
    else:
        foglio_edits.check_editable(transfer)


def test_work_begins_with_the_foglio_as_it_is_and_goes_on_where_it_was(
    origin_uow: FakeUnitOfWork, transfer: OutgoingTransfer
) -> None:
    work = foglio_edits.work_on(transfer, uow=origin_uow, now=START)
    assert (work.content, work.foglio, work.version) == (OLD, transfer.foglio, 0)
    kept = foglio_edits.keep(transfer, work, NEW, OFFICE, uow=origin_uow, now=START)
    assert (kept.version, kept.edited_by) == (1, OFFICE.name)
    assert foglio_edits.work_on(transfer, uow=origin_uow, now=START) == kept
    with pytest.raises(ConcurrentChange):
        foglio_edits.keep(transfer, work, OTHER, OFFICE, uow=origin_uow, now=START)


def test_what_is_finished_is_the_foglio_of_the_request(
    origin_uow: FakeUnitOfWork, documents: FakeDocuments, transfer: OutgoingTransfer
) -> None:
    work = foglio_edits.work_on(transfer, uow=origin_uow, now=START)
    foglio_edits.keep(transfer, work, NEW, OFFICE, uow=origin_uow, now=START)
    for stale in (0, 2):
        with pytest.raises(ConcurrentChange):
            foglio_edits.finish(
                transfer, stale, OFFICE, "x", uow=origin_uow, documents=documents, now=START
            )
    moved = foglio_edits.finish(
        transfer, 1, OFFICE, "corretto", uow=origin_uow, documents=documents, now=START
    )
    assert origin_uow.foglios.draft(moved.foglio) == NEW
    assert origin_uow.foglio_edits.get(moved) is None
    entry = origin_uow.records.history(origin.key_of(moved))[-1]
    assert (entry.event, entry.notes) == ("edit", "corretto")
    with pytest.raises(ConcurrentChange):
        foglio_edits.finish(moved, 1, OFFICE, "x", uow=origin_uow, documents=documents, now=START)


def test_work_is_not_kept_over_another_foglio(
    origin_uow: FakeUnitOfWork, documents: FakeDocuments, transfer: OutgoingTransfer
) -> None:
    work = foglio_edits.work_on(transfer, uow=origin_uow, now=START)
    foglio_edits.keep(transfer, work, NEW, OFFICE, uow=origin_uow, now=START)
    moved = replace(transfer, foglio=origin_uow.foglios.add_draft(OTHER, START))
    with pytest.raises(ConcurrentChange):
        foglio_edits.finish(moved, 1, OFFICE, "x", uow=origin_uow, documents=documents, now=START)


def test_a_whole_document_drops_the_work_that_was_begun(
    origin_uow: FakeUnitOfWork, documents: FakeDocuments, transfer: OutgoingTransfer
) -> None:
    work = foglio_edits.work_on(transfer, uow=origin_uow, now=START)
    foglio_edits.keep(transfer, work, NEW, OFFICE, uow=origin_uow, now=START)
    moved = foglio_edits.replace_whole(
        transfer, OTHER, OFFICE, "rifatto", uow=origin_uow, documents=documents, now=START
    )
    assert origin_uow.foglios.draft(moved.foglio) == OTHER
    assert origin_uow.foglio_edits.get(moved) is None
