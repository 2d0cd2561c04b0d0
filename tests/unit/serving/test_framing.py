"""Where a request ends: bytes in, phases out."""

import pytest

from gateway.serving.framing import Assembly, BodyPending, Phase

HEAD = b"POST /soap/92/destinazione HTTP/1.1\r\nHost: a\r\n"
CHUNKED = HEAD + b"Transfer-Encoding: chunked\r\n\r\n"


def assembly(body_limit: int = 1000, spool_bytes: int = 100) -> Assembly:
    return Assembly(head_limit=400, body_limit=body_limit, spool_bytes=spool_bytes)


def with_length(length: int | str) -> bytes:
    return HEAD + f"Content-Length: {length}\r\n\r\n".encode()


def read_all(made: Assembly) -> bytes:
    source, parts = made.source(), []
    while part := source.recv(7):
        parts.append(part)
    return b"".join(parts)


def test_nothing_has_come_at_first() -> None:
    made = assembly()
    assert made.phase is Phase.NOTHING
    assert not made.phase.is_ended


def test_an_empty_line_before_a_request_is_not_part_of_it() -> None:
    made = assembly()
    assert made.feed(b"\r\n") == b""
    assert made.phase is Phase.NOTHING
    made.feed(with_length(0))
    assert (made.phase, made.head) == (Phase.WHOLE, with_length(0))


def test_a_request_without_a_body_ends_with_its_head() -> None:
    made = assembly()
    assert made.feed(HEAD[:20]) == b""
    assert made.phase is Phase.HEAD
    assert made.feed(HEAD[20:] + b"\r\nGET /") == b"GET /"
    assert made.phase is Phase.WHOLE
    assert read_all(made) == HEAD + b"\r\n"


@pytest.mark.parametrize("size", [1, 2, 3, 1000])
def test_a_body_ends_where_its_length_says(size: int) -> None:
    made, whole = assembly(), with_length(11) + b"hello world" + b"the next one"
    rest = b""
    for at in range(0, len(whole), size):
        rest += whole[at : at + size] if made.phase.is_ended else made.feed(whole[at : at + size])
    assert (made.phase, made.received, rest) == (Phase.WHOLE, 11, b"the next one")
    assert read_all(made) == with_length(11) + b"hello world"


@pytest.mark.parametrize("size", [1, 2, 3, 1000])
def test_chunks_are_joined_into_one(size: int) -> None:
    made = assembly()
    chunks = b"5\r\nhello\r\n6;a=b\r\n world\r\n0\r\nX-Trailer: 1\r\n\r\n"
    whole = CHUNKED + chunks + b"the next one"
    rest = b""
    for at in range(0, len(whole), size):
        rest += whole[at : at + size] if made.phase.is_ended else made.feed(whole[at : at + size])
    assert (made.phase, made.received, rest) == (Phase.WHOLE, len(chunks), b"the next one")
    assert read_all(made) == CHUNKED + b"b\r\nhello world\r\n0\r\n\r\n"


def test_no_chunk_at_all_is_an_empty_body() -> None:
    made = assembly()
    made.feed(CHUNKED + b"0\r\n\r\n")
    assert read_all(made) == CHUNKED + b"0\r\n\r\n"


@pytest.mark.parametrize(
    "chunks",
    [
        b"x\r\n",
        b"\r\n",
        b"-1\r\n",
        b"+5\r\nhello\r\n",
        b"0x5\r\nhello\r\n",
        b"5 5\r\n",
        b"123456789\r\n",
        b"5\nhello\n",
        b"5;\ra\r\n",
        b"5\r\nhello!\r\n",
        b"1" * 600,
        b"0\r\n" + b"X-Trailer: 1234567890\r\n" * 200,
    ],
)
def test_chunks_that_cannot_be_followed_are_malformed(chunks: bytes) -> None:
    made = assembly()
    made.feed(CHUNKED + chunks)
    assert made.phase is Phase.MALFORMED


def test_chunks_of_nothing_but_lines_are_not_read_for_ever() -> None:
    made = assembly(body_limit=10_000_000)
    made.feed(CHUNKED)
    for _ in range(10_000):
        made.feed(b"1;" + b"a" * 400 + b"\r\nx\r\n")
        if made.phase.is_ended:
            break
    assert made.phase is Phase.MALFORMED
    assert made.spool.size < 50


def test_one_byte_chunks_are_read() -> None:
    made = assembly(body_limit=30_000)
    made.feed(CHUNKED)
    made.feed(b"1\r\nx\r\n" * 20_000 + b"0\r\n\r\n")
    assert (made.phase, made.spool.size) == (Phase.WHOLE, 20_000)


def test_a_body_announced_over_the_limit_is_referred_before_it_comes() -> None:
    made = assembly(body_limit=1000)
    made.feed(with_length(1001) + b"a" * 20)
    assert (made.phase, made.received) == (Phase.REFERRED, 0)


def test_chunks_over_the_limit_are_referred_with_what_has_come() -> None:
    made = assembly(body_limit=10)
    made.feed(CHUNKED + b"8\r\n12345678\r\n8\r\n12345678\r\n")
    assert made.phase is Phase.REFERRED
    assert read_all(made) == CHUNKED + b"10\r\n1234567812345678\r\n0\r\n\r\n"


@pytest.mark.parametrize(
    "lines",
    [
        b"Content-Length: abc\r\n",
        b"Content-Length: -1\r\n",
        b"Content-Length: +5\r\n",
        b"Content-Length:\r\n",
        b"Content-Length: 5, 5\r\n",
        b"Content-Length: 5\r\nContent-Length: 5\r\n",
        b"Content-Length: 5\r\nTransfer-Encoding: chunked\r\n",
        b"Transfer-Encoding: gzip\r\n",
        b"Transfer-Encoding: gzip, chunked\r\n",
        b"Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n",
        b"Content-Length: " + b"9" * 30 + b"\r\n",
    ],
)
def test_a_head_whose_end_is_doubtful_is_left_to_the_parser_without_a_body(lines: bytes) -> None:
    made = assembly()
    made.feed(HEAD + lines + b"\r\n" + b"GET /hidden HTTP/1.1\r\n\r\n")
    assert made.phase is Phase.REFERRED
    assert read_all(made).startswith(HEAD + lines + b"\r\n")
    assert b"hidden" not in read_all(made)


@pytest.mark.parametrize("size", [1, 50, 500])
def test_a_head_over_the_limit_is_refused(size: int) -> None:
    made, head = assembly(), HEAD + b"X-Large: " + b"x" * 500
    for at in range(0, len(head), size):
        if not made.phase.is_ended:
            made.feed(head[at : at + size])
    assert made.phase is Phase.HEAD_TOO_LARGE


def test_a_head_over_the_limit_is_refused_even_when_it_ends() -> None:
    made = assembly()
    made.feed(HEAD + b"X-Large: " + b"x" * 400 + b"\r\n\r\n")
    assert made.phase is Phase.HEAD_TOO_LARGE


@pytest.mark.parametrize(
    ("line", "expects"),
    [(b"Expect: 100-continue", True), (b"expect:100-Continue", True), (b"Expect: 417", False)],
)
def test_it_is_known_who_waits_to_be_asked(line: bytes, expects: bool) -> None:
    made = assembly()
    made.feed(HEAD + b"Content-Length: 5\r\n" + line + b"\r\n\r\n")
    assert (made.phase, made.expects) == (Phase.BODY, expects)


def test_the_head_of_a_request_can_be_read_while_its_body_comes() -> None:
    made = assembly()
    made.feed(with_length(5) + b"he")
    source = made.source()
    assert source.recv(8) == with_length(5)
    with pytest.raises(BodyPending):
        source.recv(8)
    made.feed(b"llo")
    assert read_all(made) == with_length(5) + b"hello"


def test_no_handler_of_errors_takes_a_body_that_is_pending_for_one() -> None:
    assert not issubclass(BodyPending, Exception)


@pytest.mark.parametrize("parts", [[b"a" * 90], [b"a" * 90, b"b" * 90], [b"a" * 900]])
def test_a_large_body_is_kept_in_a_file_without_a_name(parts: list[bytes]) -> None:
    made = assembly(spool_bytes=100)
    made.feed(with_length(sum(map(len, parts))))
    for part in parts:
        made.feed(part)
    assert read_all(made) == made.head + b"".join(parts)
    kept = made.spool.opened()
    if len(b"".join(parts)) > 100:
        assert isinstance(kept.name, int)  # a number: no path leads to it
    made.close()
    made.close()
    assert kept.closed == (len(b"".join(parts)) > 100)


@pytest.mark.parametrize(
    ("target", "is_form"),
    [
        ("/ateneo/92/carriere", True),
        ("/ateneo/", True),
        ("/soap/92/destinazione", False),
        ("/soap/ateneo/", False),
        ("/ateneo", False),
        ("/accesso", False),
        ("*", False),
        ("", False),
    ],
)
@pytest.mark.parametrize("chunked", [False, True])
def test_only_forms_may_have_more_than_messages(target: str, is_form: bool, chunked: bool) -> None:
    made = Assembly(
        head_limit=400, body_limit=10, form_limit=100, forms_at=b"/ateneo/", spool_bytes=1000
    )
    fields = "Transfer-Encoding: chunked" if chunked else "Content-Length: 100"
    body = b"64\r\n" + b"a" * 100 + b"\r\n0\r\n\r\n" if chunked else b"a" * 100
    made.feed(f"POST {target} HTTP/1.1\r\n{fields}\r\n\r\n".encode() + body)
    assert made.phase is (Phase.WHOLE if is_form and not chunked else Phase.REFERRED)


def test_a_form_over_its_limit_is_referred_before_it_comes() -> None:
    made = Assembly(
        head_limit=400, body_limit=10, form_limit=100, forms_at=b"/ateneo/", spool_bytes=1000
    )
    made.feed(b"POST /ateneo/92/carriere HTTP/1.1\r\nContent-Length: 101\r\n\r\n" + b"a" * 20)
    assert (made.phase, made.received) == (Phase.REFERRED, 0)
