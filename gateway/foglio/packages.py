"""Prepared fogli in files: XML, JSON, or many of them in a ZIP.

A file that cannot be read hinders no other: it comes with its reason. What a ZIP unpacks to is
bounded before anything is unpacked, and again while it is; one foglio at a time is in memory.
"""

import lzma
import struct
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import PurePosixPath
from typing import IO

from gateway.domain.rejections import Cause, Reason, Rejection
from gateway.foglio.json_form import from_json
from gateway.usecases.careers import PreparedFile

MAX_FILES = 2_000
"""Fogli brought at once."""
MAX_BYTES = 2 * 1024 * 1024
"""Of one foglio, unpacked."""
MAX_ALL = 200 * 1024 * 1024
"""Of all fogli brought at once, unpacked."""
_MEGABYTE = 1024 * 1024

_ZIP = b"PK\x03\x04"
_ZIP_TROUBLES = (
    zipfile.BadZipFile,
    zlib.error,
    lzma.LZMAError,
    struct.error,
    EOFError,
    OSError,  # BZIP2 that is broken; a place before the beginning
    ValueError,  # a name that is no UTF-8
    RuntimeError,  # a password, and NotImplementedError
    MemoryError,  # LZMA may ask for 4 GB to unpack a byte
)
"""What the reader raises over broken, encrypted and exotic archives."""


class Room:
    """What may still be brought: one for all files of a form."""

    __slots__ = ("bytes", "files")

    def __init__(self, files: int = MAX_FILES, size: int = MAX_ALL) -> None:
        self.files = files
        self.bytes = size

    def take(self, files: int, size: int) -> bool:
        """Take room for some files; tell whether there was as much, otherwise none is taken."""
        if files > self.files or size > self.bytes:
            return False
        self.files -= files
        self.bytes -= size
        return True


def prepared(name: str, source: IO[bytes], room: Room) -> Iterator[PreparedFile]:
    """Yield the fogli of a file, from its beginning, or why there is none."""
    source.seek(0)
    begins = source.read(len(_ZIP))
    source.seek(0)
    if begins == _ZIP:
        yield from _packed(name, source, room)
        return
    content = source.read(MAX_BYTES + 1)
    yield _one(name, content) if room.take(1, len(content)) else _too_much(name, "")


def _too_much(name: str, path: str) -> PreparedFile:
    limits = {"files": str(MAX_FILES), "most": str(MAX_ALL // _MEGABYTE)}
    return _refused(name, path, why="import_too_large", **limits)


def _refused(name: str, path: str, **params: str) -> PreparedFile:
    return PreparedFile(name, reasons=(Reason(Cause.NOT_A_DOCUMENT, path, params),))


def _one(name: str, content: bytes) -> PreparedFile:
    if len(content) > MAX_BYTES:
        return _refused(name, "", why="foglio_too_large", limit=str(MAX_BYTES // 1024))
    if not looks_like_json(content):
        return PreparedFile(name, content)
    try:
        return PreparedFile(name, from_json(content))
    except Rejection as rejection:
        return PreparedFile(name, reasons=rejection.reasons)


def looks_like_json(content: bytes) -> bool:
    """Tell whether a document is JSON rather than XML, by how it begins."""
    return content.removeprefix(b"\xef\xbb\xbf").lstrip()[:1] in (b"{", b"[")


def _packed(name: str, source: IO[bytes], room: Room) -> Iterator[PreparedFile]:
    try:
        archive = zipfile.ZipFile(source)
    except _ZIP_TROUBLES:
        yield _refused(name, "ZIP", why="zip_unreadable")
        return
    with archive:
        entries = [entry for entry in archive.infolist() if _is_foglio(entry)]
        if not entries:
            yield _refused(name, "ZIP", why="zip_empty")
            return
        if not room.take(len(entries), sum(entry.file_size for entry in entries)):
            yield _too_much(name, "ZIP")
            return
        for entry in entries:
            yield _entry(archive, entry)


def _is_foglio(entry: zipfile.ZipInfo) -> bool:
    """Leave out folders, and what machines put beside people's files."""
    path = PurePosixPath(entry.filename)
    hidden = any(part.startswith((".", "__MACOSX")) for part in path.parts)
    return not entry.filename.endswith("/") and not hidden  # an entry may have no name at all


def _entry(archive: zipfile.ZipFile, entry: zipfile.ZipInfo) -> PreparedFile:
    name = PurePosixPath(entry.filename).name
    try:
        with archive.open(entry) as source:
            return _one(name, source.read(MAX_BYTES + 1))
    except _ZIP_TROUBLES:
        return _refused(name, "ZIP", why="zip_unreadable")
