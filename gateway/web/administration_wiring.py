"""What the pages of administrators are given beside what all pages have."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from gateway.domain.identifiers import CodiceFiscale
from gateway.domain.offers import Offer
from gateway.domain.partners import University
from gateway.domain.rejections import Cause
from gateway.texts import Language
from gateway.usecases.administration_ports import Finding, OpenAdministrationUnitOfWork
from gateway.usecases.delivery import Desk
from gateway.usecases.privacy_ports import PersonalCopy
from gateway.usecases.registry import RegistryDesk


class Diagnosis(Protocol):
    """Whether the installation is well, and how it stands."""

    def findings(self, language: Language, *, calling: bool) -> Sequence[Finding]:
        """Return what was looked at."""

    def installation(self) -> Mapping[str, object]:
        """Return how the installation stands, by the names of fields."""

    def universities(self) -> Sequence[Mapping[str, object]]:
        """Return how each hosted university stands, by the names of fields."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AdministrationWiring:
    """Everything behind the pages of administrators.

    ``forget`` has changes of partners and universities felt at once by this process; ``settle``
    gets what was erased out of the database's files. ``codes`` number the causes of refusal;
    ``course_columns`` name the columns of an offer's file by its fields. ``archive_copy`` makes the
    copy for a data subject, of a university and a moment, into one file.
    """

    open_uow: OpenAdministrationUnitOfWork
    save_university: Callable[[University], None]
    forget: Callable[[], None]
    settle: Callable[[], object]
    desk: Callable[[], Desk]
    registry_desk: Callable[[], RegistryDesk]
    diagnosis: Diagnosis
    codes: Mapping[Cause, int]
    course_columns: Mapping[str, str]
    read_courses: Callable[[bytes, int], Offer]
    read_admitted: Callable[[bytes], Sequence[CodiceFiscale]]
    archive_copy: Callable[[PersonalCopy, str, CodiceFiscale, datetime], bytes]
