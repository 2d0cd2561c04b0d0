"""When the database was last copied: a small file in the installation's folder."""

import json
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

_FILE = "last-backup.json"


@dataclass(frozen=True, slots=True)
class Backup:
    """A copy: when it ended, where it was written, how large it is in bytes."""

    at: datetime
    file: str
    size: int


def note_backup(home: Path, copy: Path, now: datetime) -> None:
    """Note that a copy was made; that it cannot be noted is no reason to call it failed."""
    known = {"at": now.isoformat(), "file": str(copy.absolute()), "size": copy.stat().st_size}
    with suppress(OSError):
        draft = home / f"{_FILE}.draft"
        draft.write_text(json.dumps(known) + "\n", "utf-8")
        draft.replace(home / _FILE)


def last_backup(home: Path) -> Backup | None:
    """Return the last copy that was noted."""
    try:
        known = json.loads((home / _FILE).read_text("utf-8"))
        return Backup(datetime.fromisoformat(known["at"]), str(known["file"]), int(known["size"]))
    except (OSError, ValueError, KeyError, TypeError):
        return None
