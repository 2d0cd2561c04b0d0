"""What is kept sealed: tokens, secrets and documents with personal data (Fernet, keys in a file).

The key file lists Fernet keys, newest first, and one index key. New things are sealed with the
first key and opened with any; rotating puts a new key on top and seals everything again
(``rekey``). The index key makes keyed digests by which a codice fiscale is found without being
readable; it is not rotated, since every row would have to be opened to do so.
"""

import base64
import hashlib
import hmac
import math
import os
import secrets
import time
import zlib
from contextlib import suppress
from pathlib import Path

from cryptography.fernet import Fernet, InvalidToken, MultiFernet

_SEALED = "fernet:"
_INDEX = "index:"
_PLAIN, _DEFLATED = b"\x00", b"\x01"
_WORTH_DEFLATING = 512
LOOK_SECONDS = 1.0
"""How soon every process seals with a new key."""


class KeysUnusable(Exception):  # noqa: N818  names what the operator sees
    """The key file is missing, unreadable, or has no keys."""


class Unreadable(Exception):  # noqa: N818
    """Something sealed cannot be opened with these keys."""


def create_keys(path: Path) -> None:
    """Write a new key file, readable by its owner only; one that exists is left alone."""
    if path.exists():
        return
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    index = base64.urlsafe_b64encode(secrets.token_bytes(32)).decode()
    draft = _draft(path, [f"{_SEALED}{Fernet.generate_key().decode()}", f"{_INDEX}{index}"])
    with suppress(FileExistsError):  # another was faster: its keys hold
        path.hardlink_to(draft)
    draft.unlink()


def add_key(path: Path) -> None:
    """Put a new sealing key on top of the file; the old ones still open what they sealed."""
    lines = path.read_text("ascii").split()
    _write(path, [f"{_SEALED}{Fernet.generate_key().decode()}", *lines])


def drop_old_keys(path: Path, keep: int = 1) -> None:
    """Keep only the ``keep`` newest sealing keys; everything must be sealed with them."""
    lines = path.read_text("ascii").split()
    newest = [line for line in lines if line.startswith(_SEALED)][:keep]
    _write(path, [*newest, *(line for line in lines if line.startswith(_INDEX))])


def _write(path: Path, lines: list[str]) -> None:
    """Replace the file as a whole, so that a crash leaves the old or the new one, never a half."""
    _draft(path, lines).replace(path)


def _draft(path: Path, lines: list[str]) -> Path:
    """Write a file beside ``path``, under a name that nobody else uses, down to the disk."""
    draft = path.with_suffix(f".{secrets.token_hex(6)}")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="ascii") as file:
        file.write("\n".join(lines) + "\n")
        file.flush()
        os.fsync(file.fileno())
    return draft


def _stamp_of(file: Path | None) -> int:
    """Return when the file was last changed, 0 if it cannot be told."""
    try:
        return file.stat().st_mtime_ns if file is not None else 0
    except OSError:
        return 0


class Cipher:
    """Seals and opens. Bytes worth it are deflated first (level 1): less to seal, less to store."""

    def __init__(self, fernet_keys: list[str], index_key: bytes, file: Path | None = None) -> None:
        self._fernet = MultiFernet([Fernet(key) for key in fernet_keys])
        self._index_key = index_key
        self._file = file
        self._stamp = _stamp_of(file)
        self._looked_at = time.monotonic()

    @classmethod
    def from_file(cls, path: Path) -> "Cipher":
        """Return the cipher of a key file.

        Raises:
            KeysUnusable: it is missing or damaged.
        """
        try:
            lines = path.read_text("ascii").split()
            sealing = [line.removeprefix(_SEALED) for line in lines if line.startswith(_SEALED)]
            index = [line.removeprefix(_INDEX) for line in lines if line.startswith(_INDEX)]
            return cls(sealing, base64.urlsafe_b64decode(index[0]), path)
        except (OSError, ValueError, IndexError) as error:
            raise KeysUnusable(str(path)) from error

    def seal(self, content: bytes) -> bytes:
        """Return ``content`` sealed."""
        packed = (
            _DEFLATED + zlib.compress(content, 1)
            if len(content) >= _WORTH_DEFLATING
            else _PLAIN + content
        )
        return self._newest().encrypt(packed)

    def _newest(self) -> MultiFernet:
        """Return the keys, read again at most a second after the file was changed."""
        now = time.monotonic()
        if self._file is not None and now - self._looked_at >= LOOK_SECONDS:
            self._looked_at = now
            stamp = _stamp_of(self._file)
            if stamp not in (self._stamp, 0):
                self._stamp = stamp
                self._fernet = type(self).from_file(self._file)._fernet  # noqa: SLF001
        return self._fernet

    def open(self, sealed: bytes) -> bytes:
        """Return what was sealed.

        Raises:
            Unreadable: it was sealed with a key that is not in the file, or is damaged.
        """
        try:
            return _unpack(self._newest().decrypt(bytes(sealed)))
        except InvalidToken:
            self._looked_at = -math.inf  # perhaps by a key that was added this very second
        try:
            return _unpack(self._newest().decrypt(bytes(sealed)))
        except InvalidToken as error:
            message = "sealed with a key that is not in the file, or damaged"
            raise Unreadable(message) from error

    def reseal(self, sealed: bytes) -> bytes:
        """Return the same content sealed with the newest key."""
        return self.seal(self.open(sealed))

    def seal_text(self, text: str) -> bytes | None:
        """Return ``text`` sealed, ``None`` for an empty one."""
        return self.seal(text.encode()) if text else None

    def open_text(self, sealed: bytes | None) -> str:
        """Return the text that was sealed, empty for ``None``."""
        return self.open(sealed).decode() if sealed is not None else ""

    def index(self, text: str) -> str:
        """Return the keyed digest by which ``text`` is found."""
        return hmac.new(self._index_key, text.encode(), hashlib.sha256).hexdigest()


def _unpack(packed: bytes) -> bytes:
    return zlib.decompress(packed[1:]) if packed[:1] == _DEFLATED else packed[1:]
