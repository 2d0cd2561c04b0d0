"""What the steps of arriving, reconciling and deciding need of the outside."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Protocol

from gateway.domain.arrivals import ArrivalSession, EnrolmentRecord
from gateway.domain.delibera_draft import DeliberaDraft
from gateway.domain.deliveries import Side
from gateway.domain.identifiers import CodiceFiscale, IdPratica, MiurCode


@dataclass(frozen=True, slots=True, kw_only=True)
class EnrolledStudent:
    """Somebody enrolled here before, as the university's student system tells it."""

    matricola: str = field(repr=False)
    codice_fiscale: CodiceFiscale = field(repr=False)
    course_code: str
    course_name: str = ""
    surname: str = field(default="", repr=False)
    name: str = field(default="", repr=False)
    birth_date: date | None = field(default=None, repr=False)
    email: str = field(default="", repr=False)
    enrolled_on: date | None = None


class Enrolments(Protocol):
    """What stands beside a practice about the enrolment."""

    def get(self, origin: MiurCode, id_pratica: IdPratica) -> EnrolmentRecord | None: ...
    def save(self, record: EnrolmentRecord, now: datetime) -> EnrolmentRecord:
        """Keep a new or changed record.

        Raises:
            ConcurrentChange: it was changed since it was read.
        """


class EnrolledStudents(Protocol):
    """Who is enrolled here, as last imported."""

    def keep(self, students: Iterable[EnrolledStudent], now: datetime) -> int:
        """Add students, or replace those of the same matricola; return how many were new."""

    def of(self, codice_fiscale: CodiceFiscale) -> Sequence[EnrolledStudent]: ...
    def count(self) -> tuple[int, datetime | None]:
        """Return how many there are, and when some were last imported."""


class DeliberaDrafts(Protocol):
    """Decisions in the making; a practice is named by side, partner and identifier."""

    def get(self, side: Side, partner: MiurCode, id_pratica: IdPratica) -> DeliberaDraft | None: ...
    def save(
        self, side: Side, partner: MiurCode, id_pratica: IdPratica, draft: DeliberaDraft
    ) -> DeliberaDraft:
        """Keep a draft.

        Raises:
            ConcurrentChange: somebody saved another since this one was read.
        """


class ArrivalSessions(Protocol):
    """Browsers of students known by a token. Each call is a commit of its own."""

    def begin(self, session: ArrivalSession) -> None: ...
    def get(self, mark: str) -> ArrivalSession | None: ...
    def see(self, mark: str, now: datetime) -> None: ...
    def end(self, mark: str, now: datetime) -> None: ...
    def end_all(
        self, university: MiurCode, origin: MiurCode, id_pratica: IdPratica, now: datetime
    ) -> None: ...
    def hide(self, mark: str, secret: str) -> None:
        """Keep a secret until it is shown."""

    def reveal(self, mark: str) -> str:
        """Return the secret and forget it; empty if there is none (any more)."""


class ArrivalTries(Protocol):
    """How often credentials were tried. Each call is a commit of its own."""

    def count(self, university: MiurCode, kind: str, who: str, now: datetime) -> int:
        """Note one more try; return how many there were within the window, this one included."""

    def forget(self, university: MiurCode, kind: str, who: str) -> None:
        """Forget the tries of somebody: the right credentials came."""
