"""Who works in the offices' application: accounts, what they may do and where, their sessions.

An account is a person. What it may do is a set of grants: a role at one hosted university, of one
faculty or of all. Only the role ``system`` may be granted for the whole installation. A session is
one browser: it ends when it is idle too long, when it is too old, or when somebody ends it.
"""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum

from gateway.domain.identifiers import CodiceFiscale, MiurCode
from gateway.domain.lifecycle import Actor, Party

EVERYWHERE = MiurCode("")
"""The university of a grant for the whole installation."""

IDLE = timedelta(minutes=30)
ABSOLUTE = timedelta(hours=10)
RECENT = timedelta(minutes=10)
"""How long a proof of identity is good for a destructive act."""
NOTED = timedelta(minutes=1)
"""How often it is noted that a session is in use."""


class Role(StrEnum):
    """What somebody is at a university."""

    OPERATOR = "operator"
    APPROVER = "approver"
    COMMISSION = "commission"
    AUDITOR = "auditor"
    ADMINISTRATOR = "administrator"
    SYSTEM = "system"
    STUDENT = "student"


PARTIES = {
    Role.OPERATOR: Party.SECRETARIAT,
    Role.APPROVER: Party.SECRETARIAT,
    Role.COMMISSION: Party.COMMISSION,
    Role.STUDENT: Party.STUDENT,
}
"""As whom the holder of a role acts on a practice; the other roles only look."""


@dataclass(frozen=True, slots=True)
class Grant:
    """A role at a hosted university; an empty ``faculty`` is all of them."""

    role: Role
    university: MiurCode = EVERYWHERE
    faculty: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """A person who may sign in.

    ``password_hash`` is argon2id, empty for those who sign in elsewhere (OpenID Connect, a SAML
    proxy), known there as ``subject``. ``codice_fiscale`` is a student's. ``language`` is ``it`` or
    ``en``. ``must_change`` wants another password at the next entrance. ``second_factor`` tells
    that one is in force; saving an account does not change it. ``version`` is the one that was
    read: a save over a newer one is refused.
    """

    username: str
    name: str = field(repr=False)
    email: str = field(default="", repr=False)
    grants: frozenset[Grant] = frozenset()
    password_hash: str = field(default="", repr=False)
    codice_fiscale: CodiceFiscale | None = field(default=None, repr=False)
    subject: str = field(default="", repr=False)
    language: str = "it"
    active: bool = True
    must_change: bool = False
    second_factor: bool = False
    seen_at: datetime | None = None
    version: int = 0
    account_id: int = 0

    def roles_at(self, university: MiurCode) -> frozenset[Role]:
        """Return what the person is at a hosted university."""
        here = (university, EVERYWHERE)
        return frozenset(grant.role for grant in self.grants if grant.university in here)

    def universities(self) -> frozenset[MiurCode]:
        """Return the hosted universities at which the person is something."""
        return frozenset(grant.university for grant in self.grants) - {EVERYWHERE}

    def faculties_at(self, university: MiurCode, role: Role) -> frozenset[str] | None:
        """Return the faculties in which the person has a role, ``None`` for all of them."""
        found = {
            grant.faculty
            for grant in self.grants
            if grant.role is role and grant.university in (university, EVERYWHERE)
        }
        return None if "" in found else frozenset(found)

    @property
    def is_system(self) -> bool:
        """Tell whether the person looks after the whole installation."""
        return any(grant.role is Role.SYSTEM for grant in self.grants)

    def actor(self, role: Role) -> Actor:
        """Return as whom the person acts in a role.

        Raises:
            KeyError: the role only looks.
        """
        return Actor(PARTIES[role], self.username)


@dataclass(frozen=True, slots=True, kw_only=True)
class WebSession:
    """One browser that signed in; ``mark`` is the digest of what its cookie holds.

    ``way`` is how: ``password``, ``oidc:`` and a provider, ``proxy``. ``device`` tells the person
    which browser it was.
    """

    mark: str
    account_id: int
    began_at: datetime
    seen_at: datetime
    proved_at: datetime
    ended_at: datetime | None = None
    way: str = "password"
    device: str = field(default="", repr=False)

    def holds_at(self, now: datetime) -> bool:
        """Tell whether the session may be used at a moment."""
        return (
            self.ended_at is None and now - self.seen_at < IDLE and now - self.began_at < ABSOLUTE
        )

    def proved_lately(self, now: datetime) -> bool:
        """Tell whether its person showed who they are a short while ago."""
        return now - self.proved_at < RECENT
