"""What can be wrong with any line of a CSV, whatever it is about."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from gateway.contracts import legal
from gateway.domain.rejections import Cause, Reason


@dataclass(frozen=True, slots=True)
class Columns:
    """The columns of a file: what each field is called, which are needed, how long each may be.

    ``most`` is in characters, for fields of which ``longest`` says nothing.
    """

    names: Mapping[str, str]
    needed: Sequence[str]
    longest: Mapping[str, int]
    most: int


def row_faults(row: Mapping[str, str], place: str, columns: Columns) -> Iterator[Reason]:
    """Yield what is missing, too long, or no text that a message can carry."""
    for field in columns.needed:
        if not row.get(field):
            yield Reason(Cause.ELEMENT_MISSING, place, {"element": columns.names[field]})
    for field, value in row.items():
        if len(value) > columns.longest.get(field, columns.most):
            yield Reason(Cause.VALUE_TOO_LONG, f"{place}/{columns.names[field]}")
        if legal(value) != value:
            yield Reason(Cause.VALUE_MALFORMED, f"{place}/{columns.names[field]}")
