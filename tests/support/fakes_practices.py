"""In-memory repositories of practices and of what stands beside them."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from gateway.domain.attachments import Attachment, AttachmentState
from gateway.domain.checks import Check
from gateway.domain.delibera import Delibera
from gateway.domain.deliveries import Side
from gateway.domain.destination import DestinationState, IncomingTransfer
from gateway.domain.history import UNTOLD, HistoryEntry, Step
from gateway.domain.identifiers import CodiceFiscale, IdPratica, MiurCode, make_id_pratica
from gateway.domain.origin import OriginState, OutgoingTransfer
from gateway.domain.partners import University
from gateway.usecases.ports import ConcurrentChange, PracticeKey
from tests.support.fakes_tables import Tables

_SENT = (OriginState.TRASFERITA, OriginState.RICHIESTA_REVISIONE)


def _note(tables: Tables, key: PracticeKey, entries: tuple[HistoryEntry, ...]) -> None:
    if entries:
        tables.history[key] = (*tables.history.get(key, ()), *entries)
        tables.updated_at[key] = entries[-1].at


def _unchecked(tables: Tables, key: PracticeKey, before: datetime) -> bool:
    asked = tables.checked_at.get(key)
    return (asked is None or asked < before) and tables.updated_at[key] < before


def _out(transfer: OutgoingTransfer) -> PracticeKey:
    return PracticeKey(Side.ORIGIN, transfer.destination, transfer.id_pratica)


def _in(transfer: IncomingTransfer) -> PracticeKey:
    return PracticeKey(Side.DESTINATION, transfer.origin, transfer.id_pratica)


@dataclass(frozen=True)
class FakeOutgoing:
    """Implements ``OutgoingTransfers``."""

    tables: Tables
    university: University

    def new_id_pratica(self, year: int) -> IdPratica:
        number = self.tables.next_number("practice", year)
        return make_id_pratica(self.university.practice_prefix, year, number)

    def add(self, transfer: OutgoingTransfer) -> OutgoingTransfer:
        _note(self.tables, _out(transfer), transfer.history)
        kept = transfer.stored(self.tables.next_number("outgoing"), 1)
        self.tables.outgoing[transfer.id_pratica] = kept
        return kept

    def get(self, id_pratica: IdPratica) -> OutgoingTransfer | None:
        return self.tables.outgoing.get(id_pratica)

    def save(self, transfer: OutgoingTransfer) -> OutgoingTransfer:
        if self.tables.outgoing[transfer.id_pratica].version != transfer.version:
            raise ConcurrentChange
        _note(self.tables, _out(transfer), transfer.history)
        kept = transfer.stored(transfer.transfer_id, transfer.version + 1)
        self.tables.outgoing[transfer.id_pratica] = kept
        return kept

    def of_student(self, codice_fiscale: CodiceFiscale) -> Sequence[OutgoingTransfer]:
        found = [
            transfer
            for transfer in self.tables.outgoing.values()
            if transfer.student.codice_fiscale == codice_fiscale
        ]
        return sorted(found, key=lambda transfer: -transfer.transfer_id)

    def in_states(
        self, states: Iterable[OriginState], after: int, limit: int
    ) -> Sequence[OutgoingTransfer]:
        wanted = set(states)
        found = [
            transfer
            for transfer in self.tables.outgoing.values()
            if transfer.state in wanted and transfer.transfer_id > after
        ]
        return sorted(found, key=lambda transfer: transfer.transfer_id)[:limit]

    def owing_career(self, until: date) -> Sequence[OutgoingTransfer]:
        return [
            transfer
            for transfer in self.tables.outgoing.values()
            if transfer.state in _SENT and transfer.career_due and transfer.career_due <= until
        ]

    def without_faculty(self) -> Sequence[OutgoingTransfer]:
        return [
            transfer
            for transfer in self.tables.outgoing.values()
            if not transfer.faculty and not transfer.has_ended
        ]

    def unchecked_since(self, before: datetime, limit: int) -> Sequence[OutgoingTransfer]:
        return [
            transfer
            for transfer in self.tables.outgoing.values()
            if transfer.state in _SENT and _unchecked(self.tables, _out(transfer), before)
        ][:limit]


@dataclass(frozen=True)
class FakeIncoming:
    """Implements ``IncomingTransfers``."""

    tables: Tables

    def new_matricola(self, year: int) -> str:
        return f"{year % 100:02d}{self.tables.next_number('matricola', year):06d}"

    def add(self, transfer: IncomingTransfer) -> IncomingTransfer:
        _note(self.tables, _in(transfer), transfer.history)
        kept = transfer.stored(self.tables.next_number("incoming"), 1)
        self.tables.incoming[transfer.origin, transfer.id_pratica] = kept
        return kept

    def get(self, origin: MiurCode, id_pratica: IdPratica) -> IncomingTransfer | None:
        return self.tables.incoming.get((origin, id_pratica))

    def in_state(self, state: DestinationState, limit: int) -> Sequence[IncomingTransfer]:
        kept = self.tables.incoming.values()
        return [transfer for transfer in kept if transfer.state is state][:limit]

    def of_student(self, codice_fiscale: CodiceFiscale) -> Sequence[IncomingTransfer]:
        found = [
            transfer
            for transfer in self.tables.incoming.values()
            if transfer.student.codice_fiscale == codice_fiscale
        ]
        return sorted(found, key=lambda transfer: -transfer.transfer_id)

    def save(self, transfer: IncomingTransfer) -> IncomingTransfer:
        if self.tables.incoming[transfer.origin, transfer.id_pratica].version != transfer.version:
            raise ConcurrentChange
        _note(self.tables, _in(transfer), transfer.history)
        kept = transfer.stored(transfer.transfer_id, transfer.version + 1)
        self.tables.incoming[transfer.origin, transfer.id_pratica] = kept
        return kept

    def owing_career(self, until: date) -> Sequence[IncomingTransfer]:
        return [
            transfer
            for transfer in self.tables.incoming.values()
            if not transfer.has_ended and transfer.career_due and transfer.career_due <= until
        ]

    def without_faculty(self) -> Sequence[IncomingTransfer]:
        return [
            transfer
            for transfer in self.tables.incoming.values()
            if not transfer.faculty and not transfer.has_ended
        ]

    def unchecked_since(self, before: datetime, limit: int) -> Sequence[IncomingTransfer]:
        return [
            transfer
            for transfer in self.tables.incoming.values()
            if not transfer.has_ended and _unchecked(self.tables, _in(transfer), before)
        ][:limit]


@dataclass(frozen=True)
class FakeAttachments:
    """Implements ``Attachments``."""

    tables: Tables

    def add(self, key: PracticeKey, attachment: Attachment) -> None:
        assert self.get(key, attachment.reference.attachment_id) is None
        self.tables.attachments[key, attachment.reference.attachment_id] = attachment

    def get(self, key: PracticeKey, attachment_id: str) -> Attachment | None:
        return self.tables.attachments.get((key, attachment_id))

    def of(self, key: PracticeKey) -> Sequence[Attachment]:
        return [kept for (of, _), kept in self.tables.attachments.items() if of == key]

    def save(self, key: PracticeKey, attachment: Attachment) -> None:
        assert self.get(key, attachment.reference.attachment_id) is not None
        self.tables.attachments[key, attachment.reference.attachment_id] = attachment

    def overdue(self, today: date) -> Sequence[tuple[PracticeKey, Attachment]]:
        return [
            (key, kept)
            for (key, _), kept in self.tables.attachments.items()
            if kept.state is AttachmentState.AWAITED and kept.reference.available_until < today
        ]


@dataclass(frozen=True)
class FakeRecords:
    """Implements ``Records``."""

    tables: Tables

    def history(self, key: PracticeKey) -> Sequence[HistoryEntry]:
        return self.tables.history.get(key, ())

    def steps(self, key: PracticeKey) -> Sequence[Step]:
        return [
            Step(entry.target, entry.at, "" if entry.event in UNTOLD else entry.notes)
            for entry in self.history(key)
            if entry.source != entry.target
        ]

    def checks(self, key: PracticeKey) -> Sequence[Check]:
        return self.tables.checks.get(key, ())

    def keep_checks(self, key: PracticeKey, checks: Iterable[Check]) -> None:
        self.tables.checks[key] = tuple(checks)

    def keep_remote(self, key: PracticeKey, steps: Sequence[Step], now: datetime) -> None:
        self.tables.remote[key] = (now, tuple(steps))
        self.tables.checked_at[key] = now

    def remote(self, key: PracticeKey) -> tuple[datetime, Sequence[Step]] | None:
        return self.tables.remote.get(key)

    def keep_delibera(self, key: PracticeKey, delibera: Delibera, number: str) -> None:
        self.tables.delibere[key] = (number, delibera)

    def delibera(self, key: PracticeKey) -> tuple[str, Delibera] | None:
        return self.tables.delibere.get(key)


@dataclass(frozen=True)
class FakeRegistrations:
    """Implements ``Registrations``."""

    tables: Tables

    def next_number(self, series: str, year: int) -> int:
        return self.tables.next_number(series, year)

    def given(self, series: str, kind: str, key: PracticeKey) -> int:
        return sum((one[0], *one[2:]) == (series, kind, key) for one in self.tables.register)

    def keep(self, series: str, number: str, kind: str, key: PracticeKey, now: datetime) -> None:
        self.tables.register.append((series, number, kind, key))

    def add_to_file(
        self, student: CodiceFiscale, matricola: str, event: str, document: str, now: datetime
    ) -> None:
        self.tables.files.append((student, now, event, document))

    def file_of(self, student: CodiceFiscale) -> Sequence[tuple[datetime, str, str]]:
        return [(at, event, name) for who, at, event, name in self.tables.files if who == student]
