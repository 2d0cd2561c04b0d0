"""Where a request ends: bytes in, one whole request out.

It looks for the end of a head, and in the head for nothing but what says where the body ends. It
does not judge requests: a head that it cannot follow is referred to the parser of the server as it
stands, without a body, and the parser refuses it. The chunks of a chunked body are joined here, so
that what is kept is the body alone.
"""

import re
from enum import Enum
from typing import IO

from gateway.serving.spool import Spool

_END = b"\r\n\r\n"
_LENGTH = re.compile(rb"[0-9]{1,18}")
_CHUNK_SIZE = re.compile(rb"([0-9A-Fa-f]{1,8})[ \t]*(?:;[^\r\n]*)?")
_LINE_BYTES = 512
_TRAILER_BYTES = 4096
_OVERHEAD = 16
"""Bytes of chunk lines allowed for each byte of a body: one-byte chunks with room to spare."""


class Phase(Enum):
    """How far a request has come."""

    NOTHING = "nothing"
    HEAD = "head"
    BODY = "body"
    WHOLE = "whole"
    REFERRED = "referred"
    """To be answered as it stands: the head alone decides, or the body is over every limit."""
    HEAD_TOO_LARGE = "head_too_large"
    MALFORMED = "malformed"

    @property
    def is_ended(self) -> bool:
        """Tell whether nothing more is read for this request."""
        return self not in _UNDER_WAY


_UNDER_WAY = frozenset({Phase.NOTHING, Phase.HEAD, Phase.BODY})


class Assembly:
    """Puts one request together out of the pieces in which it comes."""

    __slots__ = (
        "_body_limit",
        "_buffer",
        "_chunks",
        "_form_limit",
        "_forms_at",
        "_head_limit",
        "_need",
        "_searched",
        "chunked",
        "expects",
        "head",
        "phase",
        "received",
        "spool",
    )

    def __init__(
        self,
        *,
        head_limit: int,
        body_limit: int,
        spool_bytes: int,
        form_limit: int = 0,
        forms_at: bytes = b"",
    ) -> None:
        self._head_limit = head_limit
        self._body_limit = body_limit
        self._form_limit = form_limit
        self._forms_at = forms_at
        self._buffer = bytearray()
        self._searched = 0
        self._need = 0
        self._chunks: _Chunks | None = None
        self.phase = Phase.NOTHING
        self.head = b""
        self.chunked = False
        self.expects = False
        self.received = 0
        self.spool = Spool(spool_bytes)

    def feed(self, data: bytes) -> bytes:
        """Take what came; return what lies behind the end of the request.

        ``received`` counts the bytes of the body's transfer, ``expects`` tells that the client
        waits to be told to send its body.
        """
        if self.phase is Phase.BODY:
            return self._feed_body(data)
        self._buffer += data
        if self._searched <= 1 and self._buffer[:2] == b"\r\n":
            del self._buffer[:2]  # RFC 9112 2.2: an empty line before a request is ignored
            if not self._buffer:
                self.phase, self._searched = Phase.NOTHING, 0
                return b""
        self.phase = Phase.HEAD
        end = self._buffer.find(_END, max(0, self._searched - 3))
        self._searched = len(self._buffer)
        if end < 0 or end + len(_END) > self._head_limit:
            if end >= 0 or len(self._buffer) > self._head_limit:
                self.phase = Phase.HEAD_TOO_LARGE
            return b""
        self.head = bytes(self._buffer[: end + len(_END)])
        rest = bytes(self._buffer[end + len(_END) :])
        self._buffer = bytearray()
        self._begin_body()
        return self._feed_body(rest) if self.phase is Phase.BODY else rest

    def _begin_body(self) -> None:
        """Decide from the head where the body ends."""
        lengths, codings = [], []
        request, *lines = self.head.split(b"\r\n")
        for line in lines:
            name, _, value = line.partition(b":")
            match name.lower():
                case b"content-length":
                    lengths.append(value.strip(b" \t"))
                case b"transfer-encoding":
                    codings.append(value.strip(b" \t").lower())
                case b"expect":
                    self.expects = value.strip(b" \t").lower() == b"100-continue"
        self.phase = Phase.BODY
        if not lengths and not codings:
            self.phase = Phase.WHOLE
        elif codings == [b"chunked"] and not lengths:
            self.chunked = True
            self._chunks = _Chunks(self._body_limit)
        elif len(lengths) == 1 and not codings and _LENGTH.fullmatch(lengths[0]):
            self._need = int(lengths[0])
            if self._need > self._limit_of(request):
                self.phase = Phase.REFERRED
            elif self._need == 0:
                self.phase = Phase.WHOLE
        else:
            self.phase = Phase.REFERRED

    def _limit_of(self, request: bytes) -> int:
        """Return how large a body of known length may be, from the first line of its request."""
        _, _, target = request.partition(b" ")
        is_form = bool(self._forms_at) and target.startswith(self._forms_at)
        return self._form_limit if is_form else self._body_limit

    def _feed_body(self, data: bytes) -> bytes:
        if self._chunks is not None:
            return self._feed_chunks(self._chunks, data)
        mine, rest = data[: self._need], data[self._need :]
        self.received += len(mine)
        self._need -= len(mine)
        self.spool.add(mine)
        if self._need == 0:
            self.phase = Phase.WHOLE
        return rest

    def _feed_chunks(self, chunks: "_Chunks", data: bytes) -> bytes:
        rest = chunks.feed(data, self.spool)
        self.received += len(data) - len(rest)
        if chunks.is_malformed or self.received > _TRAILER_BYTES + _OVERHEAD * (
            self.spool.size + _LINE_BYTES
        ):
            self.phase = Phase.MALFORMED
        elif chunks.is_over:
            self.phase = Phase.REFERRED
        elif chunks.is_whole:
            self.phase = Phase.WHOLE
        return rest

    def source(self) -> "Source":
        """Return the request as something to be read from its beginning.

        Of one that is under way only the head can be read.

        Raises:
            OSError: what is kept in a file cannot be read.
        """
        if not self.phase.is_ended:
            return Source(self.head, None, b"")
        before, after = b"", b""
        if self.chunked:
            before = b"%x\r\n" % self.spool.size if self.spool.size else b""
            after = b"\r\n0\r\n\r\n" if self.spool.size else b"0\r\n\r\n"
        return Source(self.head + before, self.spool.opened(), after)

    def close(self) -> None:
        """Let go of the file, if there is one."""
        self.spool.close()


class _Line(Enum):
    """What the next line of a chunked body is."""

    SIZE = "size"
    END_OF_CHUNK = "end_of_chunk"
    TRAILER = "trailer"


class _Chunks:
    """Joins chunks; trailers are read and dropped."""

    __slots__ = (
        "_awaited",
        "_limit",
        "_line",
        "_need",
        "_trailers",
        "is_malformed",
        "is_over",
        "is_whole",
    )

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._line = b""
        self._awaited = _Line.SIZE
        self._need = 0
        self._trailers = 0
        self.is_malformed = False
        self.is_over = False
        self.is_whole = False

    def feed(self, data: bytes, spool: Spool) -> bytes:
        """Take what came; return what lies behind the end of the body."""
        at = 0
        while at < len(data) and not (self.is_malformed or self.is_over or self.is_whole):
            if self._need > 0:
                part = data[at : at + self._need]
                at += len(part)
                self._need -= len(part)
                spool.add(part)
                self.is_over = spool.size > self._limit
                continue
            end = data.find(b"\n", at)
            stop = len(data) if end < 0 else end + 1
            self._line += data[at:stop]
            at = stop
            if self._line.endswith(b"\r\n"):
                line, self._line = self._line[:-2], b""
                self._take_line(line)
            elif end >= 0 or len(self._line) > _LINE_BYTES:
                self.is_malformed = True
        return data[at:]

    def _take_line(self, line: bytes) -> None:
        match self._awaited:
            case _Line.SIZE:
                found = _CHUNK_SIZE.fullmatch(line)
                self._need = int(found[1], 16) if found else 0
                self._awaited = _Line.END_OF_CHUNK if self._need else _Line.TRAILER
                self.is_malformed = found is None
            case _Line.END_OF_CHUNK:
                self._awaited = _Line.SIZE
                self.is_malformed = bool(line)
            case _Line.TRAILER if line:
                self._trailers += len(line)
                self.is_malformed = self._trailers > _TRAILER_BYTES
            case _Line.TRAILER:
                self.is_whole = True


class BodyPending(BaseException):
    """The body of a request is asked for, and has not come yet: the call is made again later.

    No handler of errors may take it for one.
    """


class Source:
    """A request kept here, read as if it came from a socket; behind its end there is nothing."""

    __slots__ = ("_after", "_body", "_head")

    def __init__(self, head: bytes, body: IO[bytes] | None, after: bytes) -> None:
        self._head = head
        self._body = body
        self._after = after

    def recv(self, size: int) -> bytes:
        """Return up to ``size`` bytes; the head comes in one piece.

        Raises:
            BodyPending: there is more to come.
        """
        if self._head:
            given, self._head = self._head, b""
            return given
        if self._body is None:
            raise BodyPending
        given = self._body.read(size)
        if not given:
            given, self._after = self._after, b""
        return given
