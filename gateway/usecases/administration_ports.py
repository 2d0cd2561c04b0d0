"""What the administration of a university needs to read and keep beyond what practices need."""

from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from gateway.domain.identifiers import MiurCode
from gateway.usecases.privacy_ports import PrivacyUnitOfWork


@dataclass(frozen=True, slots=True)
class Finding:
    """Something that was looked at; ``result`` is ``ok``, ``warning`` or ``failed``."""

    what: str = field(repr=False)
    result: str = field(repr=False)
    detail: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Exchanges:
    """When a message of or to a partner last went well, when one last did not, and how."""

    good_at: datetime | None = None
    bad_at: datetime | None = None
    bad_result: str = field(default="", repr=False)
    bad_code: int = 0


@dataclass(frozen=True, slots=True)
class CachedOffer:
    """What is known of a partner's offer."""

    partner: MiurCode
    year: int
    fetched_at: datetime
    courses: int


@dataclass(frozen=True, slots=True)
class AdmissionList:
    """How many passed the entrance test of a course."""

    year: int
    course: str
    people: int


class Administration(Protocol):
    """Looks over what a hosted university exchanges, and the texts it shows to people."""

    def exchanges(self, since: datetime) -> Mapping[MiurCode, Exchanges]:
        """Return how it went with each partner since a moment; who is not in it was silent."""

    def tolerated(self, partner: MiurCode) -> Mapping[str, int]: ...
    def waiting(self) -> Mapping[MiurCode, int]:
        """Return how many deliveries to each partner have not ended."""

    def cached_offers(self) -> Sequence[CachedOffer]: ...
    def admission_lists(self) -> Sequence[AdmissionList]: ...
    def offered_years(self) -> Sequence[int]: ...
    def text(self, kind: str, language: str) -> tuple[str, datetime] | None:
        """Return a text of the university and when it was changed; ``None``: the program's."""

    def keep_text(self, kind: str, language: str, text: str, now: datetime) -> None:
        """Keep a text; an empty one gives way to the program's again."""


class AdministrationUnitOfWork(PrivacyUnitOfWork, Protocol):
    """A unit of work that looks over the whole of a university."""

    @property
    def administration(self) -> Administration: ...


class OpenAdministrationUnitOfWork(Protocol):
    """Opens one for a hosted university; see ``ports.OpenUnitOfWork``."""

    def __call__(
        self, university: MiurCode, *, lasting: bool = True
    ) -> AbstractContextManager[AdministrationUnitOfWork]: ...
