"""Counting: what a call costs here is a few stores to memory."""

import os
import threading
from bisect import bisect_left

from gateway.logs import get_logger
from gateway.metrics.catalogue import Family
from gateway.metrics.files import ValueFile
from gateway.metrics.folder import Folder

_log = get_logger(__name__)
_SEPARATOR = "\x1f"


def name_of(family: Family, labels: tuple[str, ...]) -> bytes:
    """Return the name under which a series is kept."""
    return _SEPARATOR.join((family.name, *labels)).encode()


def read_name(name: bytes) -> tuple[str, tuple[str, ...]]:
    """Return the metric and the labels of a name."""
    metric, *labels = name.decode("utf-8", "replace").split(_SEPARATOR)
    return metric, tuple(labels)


class Meter:
    """Counts for this process. Without a folder that can be written it counts nothing.

    The file is made at the first count, in the process that counts: a process that forks after
    that begins a file of its own.
    """

    def __init__(self, folder: Folder | None) -> None:
        self._folder = folder
        self._lock = threading.Lock()
        self._file: ValueFile | None = None
        self._pid = 0

    def begin(self) -> None:
        """Make the file now: a process that has counted nothing yet is seen to live."""
        with self._lock:
            if self._pid != os.getpid():
                self._open()

    def count(self, family: Family, *labels: str, amount: float = 1.0) -> None:
        """Add to a counter."""
        self._add(name_of(family, labels), 1, ((0, amount),))

    def observe(self, family: Family, value: float, *labels: str) -> None:
        """Add a value to a histogram: to its bucket (the last is without bound) and to the sum."""
        buckets = len(family.buckets)
        bucket = bisect_left(family.buckets, value)
        self._add(name_of(family, labels), buckets + 2, ((bucket, 1.0), (buckets + 1, value)))

    def _add(self, name: bytes, numbers: int, amounts: tuple[tuple[int, float], ...]) -> None:
        with self._lock:
            file = self._file if self._pid == os.getpid() else self._open()
            if file is None:
                return
            try:
                place = file.place(name, numbers)
            except OSError:
                return  # the disk is full: a number less, and the call goes on
            for number, amount in amounts:
                file.add(place, number, amount)

    def _open(self) -> ValueFile | None:
        self._pid = os.getpid()
        self._file = None
        if self._folder is not None:
            try:
                self._file = self._folder.open_own()
            except OSError as error:
                _log.warning("metrics_unavailable", trouble=type(error).__name__)
        return self._file

    def close(self) -> None:
        """Let go of the file; what was counted stays."""
        with self._lock:
            if self._file is not None and self._pid == os.getpid():
                self._file.close()
            self._file = None
            self._folder = None
