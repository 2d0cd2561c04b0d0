"""The numbers that one process has counted, in a file that outlives it.

A file is a row of entries, each a name and some numbers, mapped into memory: adding to a number is
a store to memory, and a process that is killed has lost nothing. The space is allocated before it
is mapped, because a store to a page that the disk has no room for kills the process.
"""

import mmap
import os
import struct
from collections.abc import Iterator
from pathlib import Path

_CHUNK = 256 * 1024
_HEAD = struct.Struct("<8sQ")
_MAGIC = b"congedo1"
_ENTRY = struct.Struct("<II")
_NUMBER = struct.Struct("<d")
_SIZE = _NUMBER.size


class ValueFile:
    """A file that this process writes. One thread at a time.

    Raises:
        OSError: there is no room, or the file cannot be written.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
        try:
            os.posix_fallocate(self._descriptor, 0, _CHUNK)
            self._map = mmap.mmap(self._descriptor, _CHUNK)
        except OSError:
            os.close(self._descriptor)
            path.unlink(missing_ok=True)
            raise
        self._used = _HEAD.size
        self._places: dict[bytes, int] = {}
        _HEAD.pack_into(self._map, 0, _MAGIC, self._used)

    def place(self, name: bytes, numbers: int) -> int:
        """Return where the numbers of a name stand, with room made for them the first time.

        Raises:
            OSError: there is no room for a new name.
        """
        found = self._places.get(name)
        if found is not None:
            return found
        first = self._used + _ENTRY.size + _padded(len(name))
        end = first + numbers * _SIZE
        if end > len(self._map):
            size = len(self._map) + _CHUNK
            os.posix_fallocate(self._descriptor, 0, size)
            self._map.resize(size)
        _ENTRY.pack_into(self._map, self._used, len(name), numbers)
        start = self._used + _ENTRY.size
        self._map[start : start + len(name)] = name
        self._used = end
        _HEAD.pack_into(self._map, 0, _MAGIC, end)  # last: who reads meanwhile sees whole entries
        self._places[name] = first
        return first

    def add(self, place: int, number: int, amount: float) -> None:
        """Add to one of the numbers that stand at a place."""
        at = place + number * _SIZE
        (value,) = _NUMBER.unpack_from(self._map, at)
        _NUMBER.pack_into(self._map, at, value + amount)

    def close(self) -> None:
        """Let go of the file; it stays."""
        self._map.close()
        os.close(self._descriptor)


def _padded(length: int) -> int:
    return (length + _SIZE - 1) // _SIZE * _SIZE


def entries(content: bytes) -> Iterator[tuple[bytes, list[float]]]:
    """Return what a file holds; one that is cut off or is none of ours ends early."""
    if len(content) < _HEAD.size:
        return
    magic, used = _HEAD.unpack_from(content, 0)
    if magic != _MAGIC or used > len(content):
        return
    at = _HEAD.size
    while at < used:
        length, numbers = _ENTRY.unpack_from(content, at)
        start = at + _ENTRY.size
        first = start + _padded(length)
        at = first + numbers * _SIZE
        values = struct.unpack_from(f"<{numbers}d", content, first)
        yield content[start : start + length], list(values)


def write(path: Path, sums: dict[bytes, list[float]]) -> None:
    """Write a file as a whole beside its final place, then put it there."""
    draft = path.with_suffix(".draft")
    draft.unlink(missing_ok=True)
    made = ValueFile(draft)
    try:
        for name, values in sums.items():
            place = made.place(name, len(values))
            for number, value in enumerate(values):
                made.add(place, number, value)
    finally:
        made.close()
    draft.replace(path)
