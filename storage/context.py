"""What every repository works with: one transaction, for one hosted university."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from gateway.domain.partners import University
from gateway.usecases.ports import PracticeKey
from storage.encryption import Cipher

PRACTICE_COLUMNS = ("university", "side", "partner", "id_pratica")
"""The columns that name a practice."""


@dataclass(frozen=True, slots=True)
class Context:
    """A transaction, the cipher and the university whose rows are seen; no others are.

    ``canonical`` returns what a message and its repeats have in common.
    """

    connection: sa.Connection
    cipher: Cipher
    university: University
    canonical: Callable[[bytes], str]

    def practice(self, key: PracticeKey) -> dict[str, str]:
        """Return the columns that name a practice."""
        return {
            "university": self.university.code,
            "side": key.side.value,
            "partner": key.partner,
            "id_pratica": key.id_pratica,
        }


def inserted_key(result: sa.CursorResult[Any]) -> int:
    """Return the surrogate key that an insert was given."""
    key = result.inserted_primary_key
    assert key is not None
    return int(key[0])


def aware(moment: datetime | None) -> datetime:
    """Return a moment that the row must have."""
    assert moment is not None
    return moment
