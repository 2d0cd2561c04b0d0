"""What lists and searches say of their rows by themselves."""

from dataclasses import replace
from datetime import date, timedelta

from gateway.domain.deliveries import Side
from gateway.domain.messages import ExchangeResult
from gateway.usecases.journal_ports import JournalEntry
from gateway.usecases.ports import PracticeKey
from gateway.usecases.worklist_ports import Order, Place, WorkItem
from tests.support.clock import START
from tests.support.fakes_samples import MONTELAGO, PRACTICE

ITEM = WorkItem(
    number=7,
    side=Side.ORIGIN,
    partner=MONTELAGO,
    id_pratica=PRACTICE,
    state="presentata",
    queue=None,
    version=1,
    surname="",
    name="",
    course_code="1",
    course_name="",
    academic_year=2026,
    faculty="",
    career_due=None,
    created_at=START,
    updated_at=START,
    checked_at=None,
)
ENTRY = JournalEntry(
    message_id="m",
    direction="in",
    partner=MONTELAGO,
    operation="",
    id_pratica=PRACTICE,
    result=ExchangeResult.ACCEPTED,
    code=0,
    began_at=START,
    ended_at=None,
    request_bytes=1,
    address="",
    sections=(),
    tolerated=(),
    repeats="",
    delivery_id="",
    correlation="m",
)


def test_a_row_knows_its_practice_and_where_a_page_that_ends_with_it_ends() -> None:
    assert ITEM.key == PracticeKey(Side.ORIGIN, MONTELAGO, PRACTICE)
    moved = "2026-09-21T08:00:00.000000+00:00"
    assert ITEM.place(Order.LONGEST) == ITEM.place(Order.NEWEST) == Place(moved, Side.ORIGIN, 7)
    assert ITEM.place(Order.DUE).value == ""
    due = replace(ITEM, career_due=date(2026, 10, 1))
    assert due.place(Order.DUE).value == "2026-10-01"


def test_a_message_lasted_until_its_answer_once_there_is_one() -> None:
    assert ENTRY.lasted is None
    ended = replace(ENTRY, ended_at=START + timedelta(seconds=2))
    assert ended.lasted == timedelta(seconds=2)


def test_no_row_shows_a_person_in_a_trace() -> None:
    assert "Rossi" not in repr(replace(ITEM, surname="Rossi", name="Rossi"))
