"""Whatever comes, in whatever pieces: the end of a request is where gunicorn sees it too."""

from collections.abc import Iterator
from itertools import pairwise

from gunicorn.config import Config
from gunicorn.http import RequestParser
from hypothesis import given
from hypothesis import strategies as st

from gateway.serving.framing import Assembly, Phase

PEER = ("192.0.2.1", 4711)
_bytes = st.binary(max_size=300)
_line = st.sampled_from(
    [
        b"Content-Length: 5",
        b"Content-Length: 0",
        b"content-length:12",
        b"Content-Length: 5_0",
        b"Content-Length : 5",
        b"Content-Length: 99999",
        b"Content-Length: \xb2",
        b"Transfer-Encoding: chunked",
        b"transfer-encoding:\tCHUNKED",
        b"Transfer-Encoding: identity",
        b"Transfer-Encoding: gzip, chunked",
        b"Transfer-Encoding: \x0bchunked",
        b"X: y",
        b" folded",
        b"Connection: close",
        b"no colon",
        b"X-Bare: a\nb",
    ]
)
_start = st.sampled_from([b"POST / HTTP/1.1", b"GET /a HTTP/1.1", b"POST / HTTP/1.0", b"", b"x"])
_chunk = st.binary(max_size=20).map(lambda data: b"%x\r\n%b\r\n" % (len(data), data))
_chunks = st.lists(_chunk, max_size=5).map(lambda parts: b"".join(parts) + b"0\r\n\r\n")


@st.composite
def _requests(draw: st.DrawFn) -> bytes:
    lines = [draw(_start), b"Host: a", *draw(st.lists(_line, max_size=3)), b"", b""]
    return b"\r\n".join(lines) + draw(st.one_of(_bytes, _chunks))


@st.composite
def _pieces(draw: st.DrawFn) -> tuple[bytes, list[bytes]]:
    whole = draw(_requests()) + draw(st.one_of(st.just(b""), _requests()))
    cuts = sorted(draw(st.sets(st.integers(0, len(whole)), max_size=8)))
    edges = [0, *cuts, len(whole)]
    return whole, [whole[one:two] for one, two in pairwise(edges)]


def _feed(pieces: list[bytes]) -> tuple[Assembly, bytes]:
    made = Assembly(head_limit=2000, body_limit=200, spool_bytes=40)
    behind = b""
    for piece in pieces:
        behind += piece if made.phase.is_ended else made.feed(piece)
    return made, behind


def _seen(source: object) -> tuple[str, str, list[tuple[str, str]], bytes] | None:
    """What gunicorn reads: the request, or ``None`` if it refuses it."""
    try:
        request = next(RequestParser(Config(), source, PEER))
        return request.method, request.uri, request.headers, request.body.read()
    except Exception:  # noqa: BLE001  any refusal is one
        return None


def _alone(data: bytes) -> Iterator[bytes]:
    yield data


@given(_pieces())
def test_the_pieces_do_not_matter(given: tuple[bytes, list[bytes]]) -> None:
    whole, pieces = given
    cut, behind = _feed(pieces)
    at_once, behind_at_once = _feed([whole])
    assert (cut.phase, cut.head, cut.spool.size) == (
        at_once.phase,
        at_once.head,
        at_once.spool.size,
    )
    if cut.phase is Phase.WHOLE:
        assert behind == behind_at_once
        assert cut.spool.opened().read() == at_once.spool.opened().read()


@given(_pieces())
def test_gunicorn_reads_the_request_kept_as_it_would_have_read_it_from_the_wire(
    given: tuple[bytes, list[bytes]],
) -> None:
    whole, pieces = given
    made, _ = _feed(pieces)
    if made.phase is Phase.WHOLE:
        kept, wire = _seen(made.source()), _seen(_alone(whole))
        if b"Content-Length" in made.head or b"content-length" in made.head or made.chunked:
            assert kept == wire
        elif kept is not None and wire is not None:
            assert kept[:3] == wire[:3]  # from a bare wire it would read on until it closes
            assert kept[3] == b""


@given(_pieces())
def test_a_doubtful_request_never_has_a_body_that_came_behind_its_head(
    given: tuple[bytes, list[bytes]],
) -> None:
    _, pieces = given
    made, _ = _feed(pieces)
    if made.phase is Phase.REFERRED and not made.chunked:
        seen = _seen(made.source())
        assert seen is None or seen[3] == b""
