"""An in-memory ``PersonalData``: what has passed its term is what a test says has."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from gateway.domain.deliveries import Side
from gateway.domain.identifiers import CodiceFiscale, IdPratica
from gateway.domain.retention import Kept, Policy
from gateway.usecases.privacy_ports import Access, Cleared, PersonalCopy, Standing


@dataclass
class FakePersonal:
    """Implements ``PersonalData`` over lists; pages are as long as asked for.

    ``ended`` holds the practices of each side that have something to clear, ``loose`` how many rows
    of each kind hang on no practice; ``asked`` notes what was asked for.
    """

    terms: dict[Kept, int | None] = field(default_factory=dict)
    ended: dict[Side, int] = field(default_factory=dict)
    loose: dict[Kept, int] = field(default_factory=dict)
    people: dict[CodiceFiscale, list[Standing]] = field(default_factory=dict)
    files: dict[CodiceFiscale, datetime] = field(default_factory=dict)
    titles: dict[CodiceFiscale, int] = field(default_factory=dict)
    rows: dict[CodiceFiscale, dict[str, int]] = field(default_factory=dict)
    noted: list[Access] = field(default_factory=list)
    asked: dict[object, datetime] = field(default_factory=dict)

    def changed_terms(self) -> Policy:
        return dict(self.terms)

    def keep_term(self, kept: Kept, days: int | None) -> None:
        self.terms[kept] = days

    def clear_practices(
        self, side: Side, before: Mapping[Kept, datetime], *, after: int, limit: int, dry: bool
    ) -> Cleared:
        self.asked |= {(side, kept): moment for kept, moment in before.items()}
        there = self.ended.get(side, 0)
        page = min(limit, there - after)
        if page <= 0:
            return Cleared({}, None)
        return Cleared(dict.fromkeys(before, page), after + page if page == limit else None)

    def clear_rows(self, kept: Kept, before: datetime, *, limit: int, dry: bool) -> int:
        self.asked[kept] = before
        there = self.loose.get(kept, 0)
        if dry:
            return there
        self.loose[kept] = max(0, there - limit)
        return min(there, limit)

    def practices_of(self, person: CodiceFiscale) -> Sequence[Standing]:
        return self.people.get(person, [])

    def files_of(self, person: CodiceFiscale) -> datetime | None:
        return self.files.get(person)

    def titles_of(self, person: CodiceFiscale) -> int:
        return self.titles.get(person, 0)

    def copy_of(self, person: CodiceFiscale) -> PersonalCopy:
        return PersonalCopy(
            {table: [{}] * count for table, count in self.rows.get(person, {}).items()}
        )

    def erase(self, person: CodiceFiscale) -> Mapping[str, int]:
        self.people.pop(person, None)
        self.files.pop(person, None)
        self.titles.pop(person, None)
        return self.rows.pop(person, {"messages": 0})

    def subject(self, person: CodiceFiscale) -> str:
        return f"digest of {person[::-1]}"

    def subject_of(self, id_pratica: IdPratica) -> str:
        return f"digest for {id_pratica}"

    def note(self, access: Access) -> None:
        self.noted.append(access)

    def accesses(self, subject: str, limit: int) -> Sequence[Access]:
        found = [item for item in reversed(self.noted) if subject in ("", item.subject)]
        return found[:limit]
