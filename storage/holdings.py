"""How a table is described on the map of personal data (``storage.data_map``)."""

from dataclasses import dataclass
from enum import StrEnum

import sqlalchemy as sa

from gateway.domain.retention import Kept


class Found(StrEnum):
    """How the rows about a person are found."""

    INDEX = "index"
    """By the keyed digest of the codice fiscale, in ``Holding.index_column``."""
    PRACTICE = "practice"
    """By the person's practices: university, side, partner, id_pratica."""
    MESSAGE = "message"
    """By the keyed digest, by the practices, and by looking into messages of no practice."""
    DRAFT = "draft"
    """By the request that points to it, and by looking into those that none points to."""
    ALARM = "alarm"
    """By the practice or the delivery that its subject names."""
    RECEIVED = "received"
    """By the person's practices at the destination: university, origin, id_pratica."""
    TITLE = "title"
    """By the number of the person's title, which ``params`` name."""
    ACCOUNT = "account"
    """By the accounts of the student that are nothing at other universities."""
    GRANT = "grant"
    """By the accounts of the student: what they are at this university."""
    DEED = "deed"
    """By the accounts of the student: what was done with them."""
    NOBODY = "nobody"
    """It holds nothing about students."""


class Erased(StrEnum):
    """What erasure does to the rows about a person."""

    DELETED = "deleted"
    EMPTIED = "emptied"
    """The columns of ``Holding.emptied`` lose their value; the row stays."""
    ANONYMISED = "anonymised"
    """Nobody's name and no index; the row stays (``storage.erasing``)."""
    STAYS = "stays"


@dataclass(frozen=True, slots=True, kw_only=True)
class Holding:
    """One table on the map.

    ``personal`` columns are about a person, ``technical`` ones are not, or only in that they hang
    on the person's row. ``withheld`` ones are left out of the copy: they name operators or hold
    our own secrets. ``documents`` are sealed columns whose content is a file. ``terms`` are the
    kinds whose term clears the table; none means that rows live as long as what they belong to.
    """

    table: sa.Table
    found: Found
    personal: str = ""
    technical: str = ""
    withheld: str = ""
    documents: str = ""
    emptied: str = ""
    index_column: str = "student_index"
    terms: tuple[Kept, ...] = ()
    erased: Erased = Erased.STAYS
    exported: bool = True

    @property
    def columns(self) -> list[str]:
        """Every column on the map, as often as it stands there."""
        return [*self.personal.split(), *self.technical.split()]


def nobody(table: sa.Table) -> Holding:
    """Return the place on the map of a table that holds nothing about students."""
    names = " ".join(table.columns.keys())
    return Holding(table=table, found=Found.NOBODY, technical=names, exported=False)


PRACTICE = "university side partner id_pratica"
"""The columns that name a practice."""
