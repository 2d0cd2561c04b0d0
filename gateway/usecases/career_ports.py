"""What the making of fogli needs of the outside: careers, working copies, documents."""

from collections.abc import Sequence
from datetime import date
from typing import Protocol

from gateway.domain.careers import FoglioEdit, PreparedCareer, TransferWish
from gateway.domain.identifiers import CodiceFiscale
from gateway.domain.origin import OutgoingTransfer
from gateway.domain.partners import University


class StudentRecords(Protocol):
    """Where the career of a student comes from: a student system, or what the office imported."""

    def find(self, student: CodiceFiscale) -> PreparedCareer | None: ...


class Careers(Protocol):
    """The careers that the hosted university's office imported, one for each student."""

    def get(self, student: CodiceFiscale) -> PreparedCareer | None: ...
    def by_number(self, number: int) -> PreparedCareer | None: ...
    def keep(self, career: PreparedCareer) -> None:
        """Keep a career in place of the one that the student had."""

    def remove(self, number: int) -> bool:
        """Remove a career; tell whether there was one."""

    def page(self, after: int, limit: int) -> Sequence[PreparedCareer]:
        """Return careers in the order of their numbers, from behind ``after``."""

    def count(self) -> int: ...


class FoglioEdits(Protocol):
    """The fogli that the office is working on, one for each request."""

    def get(self, transfer: OutgoingTransfer) -> FoglioEdit | None: ...
    def keep(self, transfer: OutgoingTransfer, edit: FoglioEdit) -> FoglioEdit:
        """Keep the work; return it with its new version.

        Raises:
            ConcurrentChange: somebody else has worked on it since it was read.
        """

    def drop(self, transfer: OutgoingTransfer) -> None: ...


class FoglioComposer(Protocol):
    """Makes fogli out of careers and wishes (XML)."""

    def career(self, content: bytes) -> bytes:
        """Return what of a prepared foglio is the student's career: no request, no destination.

        Raises:
            Rejection: it is no foglio.
        """

    def origin_of(self, content: bytes) -> str:
        """Return the origin that a prepared foglio names, empty if it names none."""

    def compose(self, career: bytes, wish: TransferWish, origin: University) -> bytes:
        """Return the foglio of a request: the career with what the student asks for."""

    def wish_of(self, content: bytes) -> TransferWish:
        """Return what the student asks for in a foglio that follows the schema."""

    def dated(self, content: bytes, on: date) -> bytes:
        """Return the foglio as handed in on a day."""
