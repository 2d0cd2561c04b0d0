"""How people sign in: what a password must be, how long a guesser waits, what proves who one is.

A wait says nothing about whether a name exists: names that nobody has are made to wait as well.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from gateway.domain.accounts import EVERYWHERE, Account, Role
from gateway.domain.identifiers import CodiceFiscale, MiurCode, parse_codice_fiscale
from gateway.domain.partners import University
from gateway.domain.rejections import Cause, Rejection, refuse

SHORTEST, LONGEST = 12, 200
"""Characters of a password."""
_COMMON = frozenset(
    (
        "password", "passwordpassword", "parolachiave", "parolasegreta", "passwordsegreta",
        "lamiapassword", "mypassword", "letmeinletmein", "qwertyuiop", "qwertyuiopas",
        "qwertyuiopasd", "qwertyuiopasdf", "asdfghjklzxcvbnm", "asdfghjklasdfghjkl",
        "qazwsxedcrfv", "zaqxswcdevfr", "abcdefghijkl", "abcdefghijklm", "abcdefghijklmnop",
        "administrator", "amministratore", "amministrazione", "segreteria", "segreteriastudenti",
        "universita", "università", "ateneo", "ateneoateneo", "congedo", "congedocongedo",
        "fogliodicongedo", "benvenuto", "benvenutobenvenuto", "welcome", "welcomewelcome",
        "iloveyou", "iloveyouiloveyou", "tiamotiamotiamo", "correcthorsebatterystaple",
        "cambiami", "cambiamisubito", "changeme", "changemechangeme", "forzanapoli",
        "forzajuventus", "forzainter", "forzamilan", "forzaroma",
    )
)  # fmt: skip
"""Words that guessers try first, without the digits and signs that people add to them."""
_FEW = 4
"""Different characters below which a password is a rhythm."""

NAME_FREE = 5
"""Wrong tries for a name before waits begin."""
ADDRESS_FREE = 40
"""Wrong tries from an address: a whole office may stand behind one."""
FORGOTTEN = timedelta(hours=12)
"""After how long without a try wrong ones are forgotten."""
_FIRST, _LONGEST_WAIT = timedelta(seconds=15), timedelta(minutes=30)

CODE_WAIT = timedelta(minutes=5)
"""How long after the password the code may come."""
INVITATION = timedelta(days=7)
"""How long the link of an invitation is good."""
RECOVERY_CODES = 10
DEMANDING = frozenset({Role.APPROVER, Role.ADMINISTRATOR, Role.SYSTEM})
"""Roles of which a university may demand a second factor."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SecondFactor:
    """What an account shares with an authenticator; in force once ``confirmed_at`` is set."""

    account_id: int
    secret: str = field(repr=False)
    confirmed_at: datetime | None = None
    last_step: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class IdentityProvider:
    """Where people may sign in instead of here, by OpenID Connect.

    ``fiscal_code_claim`` names the claim with a student's codice fiscale; ``student_university``
    is the hosted university whose students get an account by it, empty for none.
    """

    name: str
    label: str
    label_en: str
    issuer: str
    client_id: str
    client_secret: str = field(default="", repr=False)
    scopes: str = "openid profile email"
    subject_claim: str = "sub"
    fiscal_code_claim: str = ""
    student_university: MiurCode = EVERYWHERE
    active: bool = True


def checked_password(password: str, username: str) -> str:
    """Return a password that may be used.

    Raises:
        Rejection: it is too short, the name, or one of those that guessers try first.
    """
    if not SHORTEST <= len(password) <= LONGEST:
        raise refuse(Cause.PARAMETER_INVALID, "password", why="password_short")
    folded = password.casefold()
    name = username.strip().casefold()
    if name and folded.replace(name, "").strip("0123456789!?.,-_*@# ") == "":
        raise refuse(Cause.PARAMETER_INVALID, "password", why="password_name")
    bare = folded.strip("0123456789!?.,-_*@# ")
    if bare in _COMMON or len(set(folded)) < _FEW or bare == "":
        raise refuse(Cause.PARAMETER_INVALID, "password", why="password_common")
    return password


def wait_after(failures: int, free: int) -> timedelta:
    """Return how long to wait after so many wrong tries in a row."""
    beyond = failures - free
    if beyond <= 0:
        return timedelta(0)
    doublings: int = 2 ** min(beyond - 1, 20)
    return min(_FIRST * doublings, _LONGEST_WAIT)


def lacks_second_factor(account: Account, universities: Iterable[University]) -> bool:
    """Tell whether a university demands a second factor that the account does not have."""
    return not account.second_factor and any(
        university.second_factor and account.roles_at(university.code) & DEMANDING
        for university in universities
    )


def codice_fiscale_in(value: object) -> CodiceFiscale | None:
    """Return the codice fiscale that somebody's attribute is: bare, or as SPID and SCHAC write it.

    ``TINIT-…`` is SPID's, ``urn:schac:personalUniqueID:IT:CF:…`` the federations'.
    """
    for item in value if isinstance(value, list) else [value]:
        bare = str(item or "").rpartition(":")[2].removeprefix("TINIT-")
        try:
            return parse_codice_fiscale(bare)
        except Rejection:
            continue
    return None
