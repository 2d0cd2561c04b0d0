"""The plain profile's event loop over real sockets: nobody's slowness holds a thread."""

import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

import pytest

from gateway.serving.connection import Connection
from gateway.serving.crew import Verdict
from gateway.serving.framing import BodyPending
from tests.support.serving import (
    HASTY,
    Serving,
    echo,
    eventually,
    looping,
    post,
    read_answer,
    read_to_end,
    reply,
    whole,
)

pytestmark = pytest.mark.integration

CLOSE = "Connection: close"
LARGE = 8_000_000
"""Bytes of an answer: more than the kernel keeps for one who does not read."""


@pytest.fixture
def serving() -> Iterator[Serving]:
    with looping() as running:
        yield running


def is_well(serving: Serving) -> None:
    assert serving.ask(post(b"honest", CLOSE)).endswith(b"honest")


def test_a_request_is_answered_and_the_connection_kept(serving: Serving) -> None:
    with serving.connect() as wire:
        for body in (b"one", b"", b"three"):
            wire.sendall(post(body))
            assert read_answer(wire) == body


def test_a_request_that_comes_byte_by_byte_is_answered(serving: Serving) -> None:
    with serving.connect() as wire:
        for byte in post(b"slow"):
            wire.sendall(bytes([byte]))
        assert read_answer(wire) == b"slow"


def test_requests_sent_in_one_go_are_answered_in_their_order(serving: Serving) -> None:
    answer = serving.ask(post(b"one") + post(b"two" * 20) + post(b"three", CLOSE))
    assert [part.partition(b"\r\n\r\n")[2] for part in answer.split(b"HTTP/1.1 200 OK")[1:]] == [
        b"one",
        b"two" * 20,
        b"three",
    ]


def test_a_large_body_in_chunks_is_answered(serving: Serving) -> None:
    chunk = b"fff\r\n" + b"x" * 0xFFF + b"\r\n"
    head = b"POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\n"
    answer = serving.ask(head, chunk * 20, b"0\r\n\r\n")
    assert answer.count(b"x") == 20 * 0xFFF


def test_a_client_that_waits_to_be_asked_is_asked(serving: Serving) -> None:
    head, _, body = post(b"patient", "Expect: 100-continue", CLOSE).partition(b"patient")
    with serving.connect() as wire:
        wire.sendall(head)
        assert wire.recv(100) == b"HTTP/1.1 100 Continue\r\n\r\n"
        wire.sendall(b"patient" + body)
        assert read_to_end(wire).endswith(b"patient")


def test_a_client_that_says_it_has_done_gets_its_answer(serving: Serving) -> None:
    with serving.connect() as wire:
        wire.sendall(post(b"last words"))
        wire.shutdown(socket.SHUT_WR)
        assert read_to_end(wire).endswith(b"last words")


def test_silence_is_ended_without_a_word(serving: Serving) -> None:
    began = time.monotonic()
    with serving.connect() as wire:
        assert read_to_end(wire) == b""
    assert time.monotonic() - began < 3
    eventually(lambda: len(serving.loop) == 0)


def test_a_head_that_never_ends_is_ended_however_it_is_fed(serving: Serving) -> None:
    with serving.connect() as wire:
        wire.sendall(b"POST / HTTP/1.1\r\n")
        with dribbling(wire, b"X: y\r\n", 0.05):
            assert b"408" in read_to_end(wire)


@contextmanager
def dribbling(wire: socket.socket, piece: bytes, pause: float) -> Iterator[None]:
    """Send a piece again and again meanwhile, then close."""
    dribble = threading.Thread(target=_feed, args=(wire, piece, pause))
    dribble.start()
    try:
        yield
    finally:
        wire.close()
        dribble.join()


def _feed(wire: socket.socket, piece: bytes, pause: float) -> None:
    pacing = threading.Event()
    try:
        for _ in range(100):
            wire.sendall(piece)
            pacing.wait(pause)
    except OSError:
        pass


def test_a_body_below_the_least_rate_is_ended(serving: Serving) -> None:
    with serving.connect() as wire:
        wire.sendall(post(b"a" * 1000)[:-900])
        with dribbling(wire, b"a", 0.1):
            assert b"408" in read_to_end(wire)


def test_a_body_above_the_least_rate_may_take_longer_than_a_stalled_one(serving: Serving) -> None:
    body = b"a" * 60_000  # 3 seconds at the least rate
    began, pacing = time.monotonic(), threading.Event()
    with serving.connect() as wire:
        wire.sendall(post(b"a" * 60_000)[: -len(body)])
        for at in range(0, len(body), 6000):
            wire.sendall(body[at : at + 6000])
            pacing.wait(0.09)
        assert read_answer(wire) == body
    assert time.monotonic() - began > HASTY.body_seconds


def test_an_empty_line_now_and_then_does_not_keep_a_connection(serving: Serving) -> None:
    with serving.connect() as wire:
        wire.sendall(post(b"one"))
        assert read_answer(wire) == b"one"
        with dribbling(wire, b"\r\n", 0.1):
            assert b"200" not in read_to_end(wire)


@pytest.mark.parametrize(
    ("sent", "status"),
    [
        (b"POST / HTTP/1.1\r\nX: " + b"x" * 3000, b"431"),
        (b"POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n", b"400"),
    ],
)
def test_what_no_thread_need_see_is_refused_at_once(
    serving: Serving, sent: bytes, status: bytes
) -> None:
    began = time.monotonic()
    assert serving.ask(sent).split()[1] == status
    assert time.monotonic() - began < HASTY.head_seconds + HASTY.linger_seconds
    is_well(serving)


def test_a_body_over_the_limit_is_answered_by_its_head(serving: Serving) -> None:
    head = b"POST / HTTP/1.1\r\nContent-Length: 9999999\r\n\r\n"
    assert serving.ask(head).startswith(b"HTTP/1.1 200")


def test_stalled_clients_of_every_kind_hold_no_thread() -> None:
    with looping(threads=1, bounds=replace(HASTY, connections=100, from_one=100)) as serving:
        starts = [
            b"",
            b"POST",
            post(b"a" * 50)[:-10],
            post(b"a" * 50, "Expect: 100-continue")[:-50],
        ]
        wires = [serving.connect() for _ in range(60)]
        for number, wire in enumerate(wires):
            wire.sendall(starts[number % len(starts)])
        for _ in range(20):
            began = time.monotonic()
            is_well(serving)
            assert time.monotonic() - began < 2
        for wire in wires:
            wire.close()


def test_a_slow_reader_holds_no_thread_and_gets_its_whole_answer_in_the_end() -> None:
    def answer(connection: Connection) -> Verdict:
        reply(connection, b"x" * LARGE if b"large" in whole(connection) else b"honest")
        return Verdict.KEEP

    with (
        looping(answer, threads=1, bounds=replace(HASTY, body_most=30, body_seconds=30)) as serving,
        serving.connect() as slow,
        serving.connect() as honest,
    ):
        slow.sendall(post(b"large"))
        for _ in range(5):
            honest.sendall(post())
            assert read_answer(honest) == b"honest"
        assert read_answer(slow) == b"x" * LARGE
        slow.sendall(post())
        assert read_answer(slow) == b"honest"


def test_who_never_reads_is_let_go() -> None:
    def answer(connection: Connection) -> Verdict:
        reply(connection, b"x" * LARGE)
        return Verdict.KEEP

    with looping(answer) as serving, serving.connect() as wire:
        wire.sendall(post())
        eventually(lambda: len(serving.loop) == 1)
        eventually(lambda: len(serving.loop) == 0)
        assert len(read_to_end(wire)) < LARGE


def test_answers_that_nobody_reads_take_a_bounded_memory() -> None:
    calls: list[Connection] = []

    def answer(connection: Connection) -> Verdict:
        calls.append(connection)
        reply(connection, b"x" * LARGE)
        return Verdict.KEEP

    bounds = replace(HASTY, body_seconds=60, body_most=60, pending_bytes=2 * LARGE)
    with looping(answer, bounds=bounds) as serving:
        wires = [serving.connect() for _ in range(6)]
        for wire in wires:
            wire.sendall(post())
        eventually(lambda: len(calls) == 6)
        eventually(lambda: len(serving.loop) < 4)
        waiting = sum(one.outbox.size for one in serving.loop._crowd.waiting())
        assert 0 < waiting <= 2 * LARGE
        for wire in wires:
            wire.close()
        eventually(lambda: len(serving.loop) == 0)


def refuse_strangers(connection: Connection) -> Verdict:
    """Refuse by the head alone who does not say a name, as the application does."""
    if b"Name:" not in connection.assembly.head:
        reply(connection, b"who are you")
        return Verdict.CLOSE
    return echo(connection)


def test_who_is_refused_by_the_head_is_refused_though_the_body_dawdles() -> None:
    with looping(refuse_strangers, bounds=replace(HASTY, body_seconds=60)) as serving:
        began = time.monotonic()
        assert serving.ask(post(b"a" * 1000)[:-1]).endswith(b"who are you")
        assert time.monotonic() - began < 5


def test_who_is_not_refused_by_the_head_is_heard_to_the_end() -> None:
    calls: list[bool] = []

    def answer(connection: Connection) -> Verdict:
        try:
            whole(connection)
        except BodyPending:
            calls.append(False)
            return Verdict.LATER
        calls.append(True)
        return refuse_strangers(connection)

    bounds = replace(HASTY, body_seconds=60)
    with looping(answer, bounds=bounds) as serving, serving.connect() as wire:
        sent = post(b"a" * 1000, "Name: Valdombra")
        wire.sendall(sent[:-1])
        eventually(lambda: calls == [False])
        wire.sendall(sent[-1:])
        assert read_answer(wire) == b"a" * 1000
    assert calls == [False, True]  # looked at once, answered once


def heads_of(serving: Serving) -> int:
    """Return how many requests have begun."""
    return sum(not one.is_idle for one in serving.loop._crowd.waiting())


def test_the_longest_unfinished_goes_when_there_are_too_many() -> None:
    with looping(bounds=replace(HASTY, head_seconds=60, connections=4)) as serving:
        wires = []
        for number in range(4):
            wires.append(serving.connect())
            wires[-1].sendall(b"POST")
            eventually(lambda begun=number: begun < heads_of(serving))
        is_well(serving)
        assert b"503" in read_to_end(wires[0])
        for wire in wires[1:]:
            wire.sendall(post(b"still here", CLOSE)[4:])
            assert read_to_end(wire).endswith(b"still here")


def test_a_newcomer_is_turned_away_when_everybody_is_being_answered() -> None:
    free = threading.Event()

    def answer(connection: Connection) -> Verdict:
        free.wait(10)
        return echo(connection)

    with looping(answer, bounds=replace(HASTY, connections=2)) as serving:
        wires = [serving.connect() for _ in range(2)]
        for wire in wires:
            wire.sendall(post(b"patient"))
        eventually(lambda: len(serving.loop) == 2 and not list(serving.loop._crowd.waiting()))
        answer_ = serving.ask()
        assert answer_.startswith(b"HTTP/1.1 503")
        assert b"Retry-After: 5" in answer_
        free.set()
        for wire in wires:
            assert read_answer(wire) == b"patient"
            wire.close()


def test_stopping_finishes_what_is_under_way_and_takes_nothing_new() -> None:
    bounds = replace(HASTY, body_seconds=60, idle_seconds=60)
    with (
        looping(bounds=bounds) as serving,
        serving.connect() as half,
        serving.connect() as idle,
        serving.connect() as stalled,
    ):
        half.sendall(post(b"half a request")[:-4])
        idle.sendall(post(b"one"))
        assert read_answer(idle) == b"one"
        stalled.sendall(post(b"never ends")[:-1])
        eventually(lambda: len(serving.loop) == 3)
        serving.loop.stop()
        half.sendall(b"uest")
        assert read_answer(half) == b"half a request"
        assert read_to_end(idle) == b""
        assert b"408" in read_to_end(stalled)
        eventually(lambda: len(serving.loop) == 0)


def test_a_bug_in_a_thread_closes_one_connection_and_no_more() -> None:
    def answer(connection: Connection) -> Verdict:
        if b"bug" in whole(connection):
            raise SystemExit
        return echo(connection)

    with looping(answer, threads=1) as serving:
        assert serving.ask(post(b"bug")) == b""
        is_well(serving)


def test_who_sends_on_what_was_refused_can_read_the_answer(serving: Serving) -> None:
    piece, pieces = b"a" * 40_000, 50
    with serving.connect() as wire:
        wire.sendall(f"POST / HTTP/1.1\r\nContent-Length: {len(piece) * pieces}\r\n\r\n".encode())
        pacing = threading.Event()
        for _ in range(pieces):
            wire.sendall(piece)  # for a second and a half, thrice as long as a silent one lingers
            pacing.wait(0.03)
        assert read_to_end(wire).startswith(b"HTTP/1.1 200")
    eventually(lambda: len(serving.loop) == 0)


def test_who_dribbles_on_what_was_refused_is_let_go(serving: Serving) -> None:
    with serving.connect() as wire:
        wire.sendall(b"POST / HTTP/1.1\r\nContent-Length: 2000000\r\n\r\n")
        with dribbling(wire, b"a", 0.05):
            eventually(lambda: len(serving.loop) == 1)
            eventually(lambda: len(serving.loop) == 0, seconds=2.0)
