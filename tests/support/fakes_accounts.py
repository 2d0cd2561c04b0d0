"""The outside of the steps of accounts, in memory."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from gateway.domain.accounts import Account, Role, WebSession
from gateway.domain.audit import AuditEntry, AuditQuery
from gateway.domain.identifiers import CodiceFiscale, MiurCode
from gateway.domain.rejections import Cause, refuse
from gateway.domain.signing_in import IdentityProvider, SecondFactor, wait_after
from gateway.usecases.account_ports import AccountDesk
from tests.support.clock import HandClock


@dataclass
class FakeAccounts:
    kept: dict[int, Account] = field(default_factory=dict)

    def get(self, account_id: int) -> Account | None:
        return self.kept.get(account_id)

    def by_username(self, username: str) -> Account | None:
        name = username.strip().lower()
        return next((one for one in self.kept.values() if one.username == name), None)

    def by_subject(self, subject: str) -> Account | None:
        return next((one for one in self.kept.values() if one.subject == subject), None)

    def of_student(self, university: MiurCode, codice_fiscale: CodiceFiscale) -> Account | None:
        found = (one for one in self.at(university) if one.codice_fiscale == codice_fiscale)
        return next(found, None)

    def at(self, university: MiurCode) -> Sequence[Account]:
        everybody = sorted(self.kept.values(), key=lambda one: one.username)
        return [one for one in everybody if university in {item.university for item in one.grants}]

    def page(
        self, university: MiurCode, *, role: Role | None, text: str, after: str, limit: int
    ) -> Sequence[Account]:
        def wanted(one: Account) -> bool:
            return any(
                item.university == university and item.role is (role or item.role)
                for item in one.grants
            )

        found = [one for one in self.at(university) if wanted(one)]
        return [one for one in found if text in one.username and one.username > after][:limit]

    def everybody(self) -> Sequence[Account]:
        return list(self.kept.values())

    def save(self, account: Account, now: datetime) -> Account:
        other = self.by_username(account.username)
        if other is not None and other.account_id != account.account_id:
            raise refuse(Cause.ALREADY_EXISTS, "username")
        number = account.account_id or len(self.kept) + 1
        self.kept[number] = replace(account, account_id=number, version=account.version + 1)
        return self.kept[number]


@dataclass
class FakeSessions:
    ended: list[int] = field(default_factory=list)

    def begin(self, session: WebSession) -> None: ...
    def get(self, mark: str) -> WebSession | None: ...
    def see(self, mark: str, now: datetime) -> None: ...
    def prove(self, mark: str, now: datetime) -> None: ...
    def end(self, mark: str, now: datetime) -> None: ...
    def end_all(self, account_id: int, now: datetime, *, but: str = "") -> int:
        self.ended.append(account_id)
        return 1

    def of(self, account_id: int) -> Sequence[WebSession]:
        return []


@dataclass
class FakeFactors:
    kept: dict[int, SecondFactor] = field(default_factory=dict)
    codes: dict[int, set[str]] = field(default_factory=dict)

    def get(self, account_id: int) -> SecondFactor | None:
        return self.kept.get(account_id)

    def propose(self, account_id: int, secret: str) -> None:
        self.kept[account_id] = SecondFactor(account_id=account_id, secret=secret)

    def confirm(self, account_id: int, step: int, now: datetime) -> bool:
        known = self.kept[account_id]
        if known.confirmed_at is not None:
            return False
        self.kept[account_id] = replace(known, confirmed_at=now, last_step=step)
        return True

    def use(self, account_id: int, step: int) -> bool:
        known = self.kept[account_id]
        if step <= known.last_step:
            return False
        self.kept[account_id] = replace(known, last_step=step)
        return True

    def remove(self, account_id: int) -> None:
        self.kept.pop(account_id, None)
        self.codes.pop(account_id, None)

    def keep_recovery(self, account_id: int, codes: Sequence[str]) -> None:
        self.codes[account_id] = set(codes)

    def use_recovery(self, account_id: int, code: str, now: datetime) -> bool:
        mine = self.codes.get(account_id, set())
        used = code in mine
        mine.discard(code)
        return used

    def recovery_left(self, account_id: int) -> int:
        return len(self.codes.get(account_id, ()))


@dataclass
class FakeThrottles:
    failures: dict[str, int] = field(default_factory=dict)
    until: dict[str, datetime] = field(default_factory=dict)

    def try_(self, mark: str, free: int, now: datetime) -> datetime | None:
        waiting = self.waiting(mark, now)
        if waiting is not None:
            return waiting
        self.failures[mark] = self.failures.get(mark, 0) + 1
        self.until[mark] = now + wait_after(self.failures[mark], free)
        return None

    def forgive(self, mark: str) -> None:
        self.failures[mark] -= 1
        self.until.pop(mark, None)

    def lift(self, mark: str) -> None:
        self.failures.pop(mark, None)
        self.until.pop(mark, None)

    def waiting(self, mark: str, now: datetime) -> datetime | None:
        until = self.until.get(mark, now)
        return until if until > now else None


@dataclass
class FakeInvitations:
    kept: dict[str, tuple[int, datetime]] = field(default_factory=dict)
    stolen: bool = False

    def add(self, secret: str, account_id: int, until: datetime) -> None:
        self.withdraw(account_id)
        self.kept[secret] = (account_id, until)

    def of(self, secret: str, now: datetime) -> int | None:
        number, until = self.kept.get(secret, (None, now))
        return number if until > now else None

    def use(self, secret: str, now: datetime) -> int | None:
        number = None if self.stolen else self.of(secret, now)
        self.kept.pop(secret, None)
        return number

    def withdraw(self, account_id: int) -> None:
        self.kept = {key: value for key, value in self.kept.items() if value[0] != account_id}


@dataclass
class FakeAudit:
    entries: list[AuditEntry] = field(default_factory=list)

    def note(self, entries: Sequence[AuditEntry]) -> None:
        self.entries += entries

    def page(
        self, university: MiurCode, query: AuditQuery, *, before: int, limit: int
    ) -> Sequence[AuditEntry]:
        return self.entries[-limit:]

    def actions(self, university: MiurCode) -> Sequence[str]:
        return [entry.action for entry in self.entries]


@dataclass
class FakeProviders:
    def get(self, name: str) -> IdentityProvider | None: ...
    def everybody(self) -> Sequence[IdentityProvider]:
        return []

    def save(self, provider: IdentityProvider) -> None: ...
    def remove(self, name: str) -> bool:
        return False


@dataclass
class FakeDesk:
    """A desk whose parts a test can look into; passwords are "hashed" by a word before them."""

    clock: HandClock = field(default_factory=HandClock)
    accounts: FakeAccounts = field(default_factory=FakeAccounts)
    sessions: FakeSessions = field(default_factory=FakeSessions)
    factors: FakeFactors = field(default_factory=FakeFactors)
    throttles: FakeThrottles = field(default_factory=FakeThrottles)
    invitations: FakeInvitations = field(default_factory=FakeInvitations)
    audit: FakeAudit = field(default_factory=FakeAudit)
    words: int = 0

    def desk(self) -> AccountDesk:
        """Return the desk as the steps know it."""
        return AccountDesk(
            accounts=self.accounts,
            sessions=self.sessions,
            factors=self.factors,
            throttles=self.throttles,
            invitations=self.invitations,
            audit=self.audit,
            providers=FakeProviders(),
            verify=lambda password, expected, who: expected == f"hash {password}",
            hash_password=lambda password: f"hash {password}",
            matching_step=self._step,
            new_secret=lambda: "SEGRETO",
            new_word=self._word,
            clock=self.clock,
        )

    def hire(self, username: str, *grants: object, **fields: object) -> Account:
        """Keep an account whose password is ``quattro pesci rossi``."""
        made = Account(
            username=username,
            name=username.title(),
            grants=frozenset(grants),  # type: ignore[arg-type]
            **{"password_hash": "hash quattro pesci rossi", **fields},  # type: ignore[arg-type]
        )
        return self.accounts.save(made, self.clock())

    def _step(self, secret: str, code: str, now: datetime) -> int | None:
        """The code of a step is its number."""
        step = int(now.timestamp()) // 30
        return step if code == str(step) else None

    def code(self) -> str:
        """Return the code of this moment."""
        return str(int(self.clock().timestamp()) // 30)

    def _word(self) -> str:
        self.words += 1
        return f"{self.words:08d}-Parola_Inventata"

    def later(self, **parts: float) -> datetime:
        """Let time pass."""
        return self.clock.advance(seconds=timedelta(**parts).total_seconds())
