"""Titles as this installation keeps them: what tells one from another, and what became of it.

A title is known by who got it, who awarded it, of which kind and when; everything else about it may
be corrected without making it another. A title is never deleted by an office: it is withdrawn, and
may be put back.
"""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from gateway.domain.lifecycle import Actor
from gateway.domain.rejections import Reason
from gateway.domain.titles import SchoolDiploma, Title, UniversityTitle


class TitleKind(StrEnum):
    """The two kinds of title that the registry tells apart (F.2)."""

    UNIVERSITY = "university"
    SCHOOL = "school"


def kind_of(title: Title) -> TitleKind:
    """Return the kind of a title."""
    return TitleKind.SCHOOL if isinstance(title, SchoolDiploma) else TitleKind.UNIVERSITY


def key_of(title: Title) -> str:
    """Return what tells a title of one hosted university from every other."""
    if isinstance(title, UniversityTitle):
        day = title.awarded_on.isoformat() if title.awarded_on else ""
        parts = (title.codice_fiscale, title.university, title.degree_type, day)
    else:
        parts = (title.codice_fiscale, title.school, title.diploma_type, str(title.year))
    return "|".join((kind_of(title), *parts))


class TitleEvent(StrEnum):
    """What can happen to a title that is kept."""

    REPLACED = "replaced"
    CORRECTED = "corrected"
    WITHDRAWN = "withdrawn"
    RESTORED = "restored"


@dataclass(frozen=True, slots=True)
class StoredTitle:
    """A title that is kept. ``version`` grows with every change; ``run`` is the import it came by.

    A withdrawn one is answered to nobody.
    """

    title_id: int
    title: Title
    version: int
    run: int
    recorded_at: datetime
    withdrawn_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class TitleChange:
    """One change of a title: when, by whom, why, and what it was before."""

    at: datetime
    actor: Actor
    event: TitleEvent
    why: str
    before: Title


@dataclass(frozen=True, slots=True)
class Line:
    """One title of a file. ``number`` is where it stands; ``reasons`` say why it is none."""

    number: int
    title: Title | None
    reasons: tuple[Reason, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportRun:
    """How far the import of a file has come.

    ``digest`` is the SHA-256 of the file; ``position`` counts the lines that are done, ``resumed``
    those that were done by a run that was cut off. ``replace`` lets other values take the place of
    those that are kept.
    """

    run_id: int
    digest: str
    replace: bool
    position: int = 0
    added: int = 0
    unchanged: int = 0
    replaced: int = 0
    refused: int = 0
    resumed: int = 0
    finished_at: datetime | None = None
