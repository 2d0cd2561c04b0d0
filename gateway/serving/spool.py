"""A body while it comes: in memory at first, in a file without a name when it is large."""

import io
import tempfile
from typing import IO


class Spool:
    """Keeps bytes in the order in which they come."""

    __slots__ = ("_file", "_in_memory", "_memory", "size")

    def __init__(self, in_memory: int) -> None:
        self._in_memory = in_memory
        self._memory = bytearray()
        self._file: IO[bytes] | None = None
        self.size = 0

    def add(self, data: bytes) -> None:
        """Keep more.

        Raises:
            OSError: there is no room on the disk, or no file can be opened.
        """
        if not data:
            return
        self.size += len(data)
        if self._file is None and self.size > self._in_memory:
            self._file = tempfile.TemporaryFile()  # noqa: SIM115  closed by close
            self._file.write(self._memory)
            self._memory = bytearray()
        if self._file is not None:
            self._file.write(data)
        else:
            self._memory += data

    def opened(self) -> IO[bytes]:
        """Return what is kept, to be read from its beginning."""
        if self._file is None:
            return io.BytesIO(self._memory)
        self._file.seek(0)
        return self._file

    def close(self) -> None:
        """Let go of everything."""
        self._memory = bytearray()
        if self._file is not None:
            self._file.close()
            self._file = None
