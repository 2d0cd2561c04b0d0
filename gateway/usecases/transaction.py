"""One unit of work, begun again when somebody else changed the same practice meanwhile."""

from collections.abc import Callable
from typing import TypeVar

from gateway.domain.identifiers import MiurCode
from gateway.usecases.ports import ConcurrentChange, OpenUnitOfWork, UnitOfWork

R = TypeVar("R")

ATTEMPTS = 6
"""How often the work is tried before the conflict is given up as hopeless."""


def transact(
    university: MiurCode,
    act: Callable[[UnitOfWork], R],
    *,
    open_uow: OpenUnitOfWork,
    lasting: bool = True,
) -> R:
    """Run ``act`` in a unit of work and commit it; return what ``act`` returned.

    Raises:
        ConcurrentChange: others were faster six times in a row.
    """
    for _ in range(ATTEMPTS - 1):
        try:
            return _once(university, act, open_uow, lasting)
        except ConcurrentChange:
            continue
    return _once(university, act, open_uow, lasting)


def _once(
    university: MiurCode, act: Callable[[UnitOfWork], R], open_uow: OpenUnitOfWork, lasting: bool
) -> R:
    with open_uow(university, lasting=lasting) as uow:
        result = act(uow)
        uow.commit()
        return result
