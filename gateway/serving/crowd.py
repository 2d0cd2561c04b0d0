"""Who is connected, and who must go when there are too many.

The one that goes is one that waits for nothing, or else the one that has been unfinished longest:
of an address that has its full share, or of the address that has most. Whoever is being answered
stays.
"""

from collections.abc import Iterator
from typing import Generic, Protocol, TypeVar


class Member(Protocol):
    """A connection, as far as it matters here."""

    address: str
    since: float

    @property
    def is_idle(self) -> bool:
        """Tell whether nothing is lost by closing it."""
        ...

    @property
    def is_served(self) -> bool:
        """Tell whether a thread works for it."""
        ...


M = TypeVar("M", bound=Member)


class Crowd(Generic[M]):
    """The connections of one process, by address."""

    def __init__(self, *, most: int, from_one: int) -> None:
        self._most = most
        self._from_one = from_one
        self._count = 0
        self._by_address: dict[str, dict[M, None]] = {}

    def __len__(self) -> int:
        return self._count

    def waiting(self) -> Iterator[M]:
        """Yield everybody that no thread works for; the crowd may change meanwhile."""
        for members in list(self._by_address.values()):
            for member in list(members):
                if not member.is_served:
                    yield member

    def is_full_for(self, address: str) -> bool:
        """Tell whether somebody must go before a newcomer from ``address`` can stay."""
        return self._count >= self._most or len(self._by_address.get(address, {})) >= self._from_one

    def first_to_go(self, address: str) -> M | None:
        """Return who must go for a newcomer from ``address``; ``None``: nobody can be sent away."""
        ours = self._by_address.get(address, {})
        if len(ours) < self._from_one:
            ours = max(self._by_address.values(), key=_unserved, default={})
        waiting = [member for member in ours if not member.is_served]
        return min(waiting, key=lambda one: (not one.is_idle, one.since), default=None)

    def enter(self, member: M) -> None:
        """Count somebody in."""
        self._by_address.setdefault(member.address, {})[member] = None
        self._count += 1

    def leave(self, member: M) -> None:
        """Count somebody out; a second time changes nothing."""
        members = self._by_address.get(member.address, {})
        if member in members:
            del members[member]
            self._count -= 1
            if not members:
                del self._by_address[member.address]


def _unserved(members: dict[M, None]) -> int:
    return sum(not member.is_served for member in members)
