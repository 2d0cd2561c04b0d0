"""Prepared fogli in files: XML, JSON, or many of them in a ZIP.

A file that cannot be read hinders no other: it comes with its reason. What a ZIP unpacks to is
bounded before anything is unpacked, and again while it is.
"""

import io
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import PurePosixPath

from gateway.domain.rejections import Cause, Reason, Rejection
from gateway.foglio.json_form import from_json
from gateway.usecases.careers import PreparedFile

MAX_FILES = 2_000
MAX_BYTES = 2 * 1024 * 1024
"""Of one foglio, unpacked."""
MAX_ALL = 200 * 1024 * 1024
"""Of all fogli of a ZIP, unpacked."""

_ZIP = b"PK\x03\x04"
_ZIP_TROUBLES = (zipfile.BadZipFile, zlib.error, NotImplementedError, RuntimeError, EOFError)
"""What the reader raises over broken, encrypted and exotic archives."""


def prepared(name: str, content: bytes) -> Iterator[PreparedFile]:
    """Yield the fogli of a file, or why there is none."""
    if content.startswith(_ZIP):
        yield from _packed(name, content)
    else:
        yield _one(name, content)


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


def _packed(name: str, content: bytes) -> Iterator[PreparedFile]:
    try:
        archive = zipfile.ZipFile(io.BytesIO(content))
    except _ZIP_TROUBLES:
        yield _refused(name, "ZIP", why="zip_unreadable")
        return
    with archive:
        entries = [entry for entry in archive.infolist() if _is_foglio(entry)]
        if not entries:
            yield _refused(name, "ZIP", why="zip_empty")
            return
        if len(entries) > MAX_FILES or sum(entry.file_size for entry in entries) > MAX_ALL:
            yield _refused(name, "ZIP", why="zip_too_large", files=str(MAX_FILES))
            return
        for entry in entries:
            yield _entry(archive, entry)


def _is_foglio(entry: zipfile.ZipInfo) -> bool:
    """Leave out folders, and what machines put beside people's files."""
    path = PurePosixPath(entry.filename)
    hidden = any(part.startswith((".", "__MACOSX")) for part in path.parts)
    return not entry.is_dir() and not hidden


def _entry(archive: zipfile.ZipFile, entry: zipfile.ZipInfo) -> PreparedFile:
    name = PurePosixPath(entry.filename).name
    try:
        with archive.open(entry) as source:
            return _one(name, source.read(MAX_BYTES + 1))
    except _ZIP_TROUBLES:
        return _refused(name, "ZIP", why="zip_unreadable")
