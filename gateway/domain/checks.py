"""What the origin verifies before a request goes on (T18), and what stands in its way."""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import datetime

from gateway.domain.foglio_congedo import Career, TransferRequest
from gateway.domain.partners import CheckKind
from gateway.domain.rejections import Cause, Reason

BY_PEOPLE = frozenset({CheckKind.LIBRARY})
"""Checks that only people make: nobody has looked when a student confirms, so none stops that."""


@dataclass(frozen=True, slots=True)
class Check:
    """One check.

    ``passed`` is ``None`` while nobody has looked; a secretary may clear a failed one.
    """

    kind: CheckKind
    passed: bool | None
    detail: str = field(default="", repr=False)
    cleared_by: str = ""
    cleared_at: datetime | None = None
    cleared_for: str = field(default="", repr=False)

    @property
    def settled(self) -> bool:
        """Tell whether the check no longer stands in the way."""
        return self.passed is True or self.cleared_at is not None

    def clear(self, who: str, why: str, now: datetime) -> "Check":
        """Return the check cleared by ``who`` because of ``why``."""
        return replace(self, cleared_by=who, cleared_at=now, cleared_for=why)


def run(request: TransferRequest, career: Career | None) -> list[Check]:
    """Return the checks of a request. The library is asked by people: nobody has looked yet."""
    owing = [str(fees.academic_year) for fees in request.fees if not fees.in_order]
    suspended = career.suspended if career else []
    return [
        Check(CheckKind.FEES, not owing, ", ".join(owing)),
        Check(
            CheckKind.SUSPENDED_EXAMS,
            not suspended,
            "; ".join(f"{exam.name} ({exam.suspension})" for exam in suspended),
        ),
        Check(CheckKind.LIBRARY, None),
        Check(CheckKind.STUDENT_NOTES, not request.student_notes, request.student_notes),
    ]


def run_again(old: Iterable[Check], new: Iterable[Check]) -> list[Check]:
    """Return ``new``, keeping what a secretary cleared as long as the finding is the same."""
    before = {check.kind: check for check in old}
    return [
        before[check.kind]
        if check.kind in before
        and before[check.kind].cleared_at is not None
        and before[check.kind].detail == check.detail
        else check
        for check in new
    ]


def obstacles(checks: Iterable[Check], kinds: Iterable[CheckKind]) -> list[Reason]:
    """Return a reason for each check of ``kinds`` that is not settled; "nobody looked" counts."""
    wanted = frozenset(kinds)
    return [
        Reason(Cause.CHECK_BLOCKS, f"checks/{check.kind}", {"check": check.kind.value})
        for check in checks
        if check.kind in wanted and not check.settled
    ]
