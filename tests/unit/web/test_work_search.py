"""The address of the work list says what is asked for, and nonsense in it asks for nothing."""

from datetime import date, datetime
from urllib.parse import parse_qsl

import pytest
from hypothesis import given
from hypothesis import strategies as st
from werkzeug.datastructures import ImmutableMultiDict
from werkzeug.urls import iri_to_uri

from gateway.domain.deliveries import Side
from gateway.domain.worklist import Queue, Turn, queues_of
from gateway.usecases.worklist_ports import Order, Place, WorkSearch
from gateway.web.work_search import STATES, Wish, read_wish
from tests.support.fakes_samples import university

TODAY = date(2026, 10, 5)
NAMES = ["gruppo", "coda", "lato", "stato", "partner", "corso", "anno"]
NAMES += ["scaduti", "pratica", "ordine", "dopo"]


def asked(query: str) -> Wish:
    pairs = [part.partition("=")[::2] for part in query.split("&") if part]
    return read_wish(ImmutableMultiDict((name, iri_to_uri(value)) for name, value in pairs))


def search(wish: Wish) -> WorkSearch:
    return wish.search(university(), None, TODAY, 25)


def test_nothing_asked_for_is_what_waits_for_the_office() -> None:
    found = search(asked(""))
    assert found.queues == queues_of(Turn.OFFICE)
    assert found.order is Order.LONGEST


def test_a_queue_a_state_and_the_archive_are_asked_for_by_name() -> None:
    assert search(asked("coda=to_send")).queues == [Queue.TO_SEND]
    assert asked("coda=under_way").group == Turn.PARTNER.value
    assert search(asked("stato=cancellata")).states == [
        (Side.ORIGIN, "cancellata"),
        (Side.DESTINATION, "cancellata"),
    ]
    ended = search(asked("gruppo=ended&lato=origin"))
    assert [state for _, state in ended.states] == ["chiusa", "respinta", "cancellata"]
    assert ended.order is Order.NEWEST


def test_what_is_overdue_is_sorted_by_its_term() -> None:
    found = search(asked("scaduti=1&ordine=newest"))
    assert (found.due_before, found.order) == (TODAY, Order.DUE)


def test_a_number_alone_may_be_any_of_our_latest_practices() -> None:
    found = search(asked("pratica=77"))
    assert "UNI9120260000077" in found.practices
    assert "UNI9120250000077" in found.practices
    assert found.practices[0] == "77"


@given(
    st.builds(
        Wish,
        queue=st.none(),
        group=st.sampled_from([*Turn, "ended"]).map(str),
        side=st.none() | st.sampled_from(Side),
        state=st.sampled_from(["", *STATES]),
        year=st.none() | st.integers(1990, 2099),
        overdue=st.booleans(),
        order=st.none() | st.sampled_from(Order),
    ),
    st.datetimes(datetime(1900, 1, 1), datetime(2999, 12, 31)),  # noqa: DTZ001  the zone comes
    st.sampled_from(Side),
    st.integers(1, 10**9),
)
def test_an_address_read_again_asks_for_the_same(
    wish: Wish, moment: datetime, side: Side, number: int
) -> None:
    assert read_wish(dict(parse_qsl(wish.query()))) == wish
    due = wish.sorted_by is Order.DUE
    value = moment.date().isoformat() if due else f"{moment.isoformat()}+00:00"
    place = Place(value, side, number)
    turned = read_wish(dict(parse_qsl(wish.query(after=place))))
    assert turned.after == place


@given(st.dictionaries(st.sampled_from(NAMES), st.text(max_size=80)))
def test_whatever_stands_in_an_address_is_read_without_complaint(args: dict[str, str]) -> None:
    wish = read_wish(args)
    found = search(wish)
    assert found.queues or found.states or found.practices or wish.side is not None


@pytest.mark.parametrize("text", ["", "x", "a~b~c", "2026-01-01~origin~x", "~origin~1"])
def test_a_page_that_nobody_made_is_the_first(text: str) -> None:
    assert read_wish({"dopo": text}).after is None


@pytest.mark.parametrize(
    ("order", "end"),
    [
        ("due", "2026-01-01T00:00:00+00:00~origin~1"),
        ("newest", "0001-01-01T00:00:00+00:00~origin~1"),
        ("newest", "9999-12-31T23:59:59+00:00~origin~1"),
        ("newest", f"2026-01-01T00:00:00+00:00~origin~{'9' * 30}"),
        ("newest", "2026-01-01T00:00:00+00:00~origin~-1"),
    ],
)
def test_the_end_of_no_page_of_this_order_is_the_first(order: str, end: str) -> None:
    assert read_wish({"ordine": order, "dopo": end}).after is None
