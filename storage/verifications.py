"""Verifications of practices at the destination, and their titles."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from gateway.domain.identifiers import IdPratica, MiurCode
from gateway.domain.lookups import Asker
from gateway.domain.title_checks import Judgement
from gateway.domain.titles import TitleVerdict
from gateway.domain.verifications import (
    CheckedTitle,
    Verification,
    VerificationCause,
    VerificationState,
)
from storage.context import Context, aware
from storage.tables import title_verifications, verifications
from storage.title_texts import (
    declared_from_text,
    declared_to_text,
    fields_from_text,
    fields_to_text,
    history_from_json,
    history_to_json,
)

_DETAIL = 80


class VerificationRows:
    """Implements ``Verifications``."""

    def __init__(self, context: Context) -> None:
        self._c = context

    def add(self, verification: Verification) -> None:
        """Keep a new verification."""
        values = {
            **self._values(verification),
            "university": self._c.university.code,
            "verification_id": verification.verification_id,
            "origin": verification.origin,
            "id_pratica": verification.id_pratica,
            "created_at": verification.created_at,
        }
        self._c.connection.execute(verifications.insert().values(values))

    def get(self, verification_id: str) -> Verification | None:
        """Return the verification with this identifier; nobody else changes it meanwhile."""
        return self._one(verifications.c.verification_id == verification_id)

    def of(self, origin: MiurCode, id_pratica: IdPratica) -> Verification | None:
        """Return the verification of a practice; nobody else changes it meanwhile."""
        return self._one(verifications.c.origin == origin, verifications.c.id_pratica == id_pratica)

    def _one(self, *found: sa.ColumnElement[bool]) -> Verification | None:
        query = sa.select(verifications).where(self._mine(verifications), *found)
        row = self._c.connection.execute(query.with_for_update()).one_or_none()
        return self._read(row) if row is not None else None

    def save(self, verification: Verification) -> None:
        """Keep a changed verification."""
        self._c.connection.execute(
            sa.update(verifications)
            .where(
                self._mine(verifications),
                verifications.c.verification_id == verification.verification_id,
            )
            .values(self._values(verification))
        )

    def titles(self, origin: MiurCode, id_pratica: IdPratica) -> Sequence[CheckedTitle]:
        """Return the titles of a practice in the order of its foglio, withdrawn ones last."""
        table = title_verifications
        query = (
            sa.select(table)
            .where(self._of_practice(origin, id_pratica))
            .order_by(table.c.withdrawn, table.c.position, table.c.id)
        )
        return [self._title(row) for row in self._c.connection.execute(query)]

    def keep_titles(
        self, origin: MiurCode, id_pratica: IdPratica, titles: Sequence[CheckedTitle]
    ) -> None:
        """Keep the titles of a practice, new and known."""
        table = title_verifications
        practice = {
            "university": self._c.university.code,
            "origin": origin,
            "id_pratica": id_pratica,
        }
        known = {item.title_id: item for item in self.titles(origin, id_pratica)}
        for title in titles:
            if known.get(title.title_id) == title:
                continue
            values = self._title_values(title)
            if title.title_id in known:
                mine = self._of_practice(origin, id_pratica), table.c.title_id == title.title_id
                self._c.connection.execute(sa.update(table).where(*mine).values(values))
            else:
                self._c.connection.execute(
                    table.insert().values(**practice, title_id=title.title_id, **values)
                )

    def forgotten(self, before: datetime, limit: int) -> Sequence[Verification]:
        """Return verifications that should have moved before ``before`` and have not."""
        query = (
            sa.select(verifications)
            .where(
                self._mine(verifications),
                verifications.c.state == VerificationState.WAITING.value,
                verifications.c.next_at < before,
            )
            .order_by(verifications.c.id)
            .limit(limit)
        )
        return [self._read(row) for row in self._c.connection.execute(query)]

    def _mine(self, table: sa.Table) -> sa.ColumnElement[bool]:
        return table.c.university == self._c.university.code

    def _of_practice(self, origin: MiurCode, id_pratica: IdPratica) -> sa.ColumnElement[bool]:
        columns = title_verifications.c
        return sa.and_(
            self._mine(title_verifications),
            columns.origin == origin,
            columns.id_pratica == id_pratica,
        )

    def _values(self, verification: Verification) -> dict[str, object]:
        return {
            "cause": verification.cause.value,
            "operator": verification.asker.operator,
            "office": verification.asker.office,
            "state": verification.state.value,
            "attempts": verification.attempts,
            "next_at": verification.next_at,
            "renewed_at": verification.renewed_at,
            "fresh": verification.fresh,
            "since": verification.since,
            "trouble": verification.trouble,
            "updated_at": verification.changed_at,
            "expires_at": verification.expires_at,
        }

    def _read(self, row: sa.Row[Any]) -> Verification:
        return Verification(
            verification_id=row.verification_id,
            origin=row.origin,
            id_pratica=row.id_pratica,
            cause=VerificationCause(row.cause),
            asker=Asker(row.operator, row.office),
            created_at=aware(row.created_at),
            changed_at=aware(row.updated_at),
            expires_at=aware(row.expires_at),
            state=VerificationState(row.state),
            attempts=row.attempts,
            next_at=row.next_at,
            renewed_at=row.renewed_at,
            fresh=row.fresh,
            since=row.since,
            trouble=row.trouble,
        )

    def _title_values(self, title: CheckedTitle) -> dict[str, object]:
        cipher, judgement = self._c.cipher, title.judgement
        return {
            "position": title.position,
            "kind": title.declared.kind.value,
            "verdict": judgement.verdict.value,
            "reason": judgement.reason,
            "detail": judgement.detail[:_DETAIL],
            "judged_at": title.judged_at,
            "since": title.since,
            "withdrawn": title.withdrawn,
            "declared_sealed": cipher.seal_text(declared_to_text(title.declared)),
            "fields_sealed": cipher.seal_text(fields_to_text(judgement.fields)),
            "history": history_to_json(title.history),
        }

    def _title(self, row: sa.Row[Any]) -> CheckedTitle:
        cipher = self._c.cipher
        fields = fields_from_text(cipher.open_text(row.fields_sealed))
        return CheckedTitle(
            title_id=row.title_id,
            position=row.position,
            declared=declared_from_text(cipher.open_text(row.declared_sealed)),
            judgement=Judgement(TitleVerdict(row.verdict), row.reason, row.detail, fields),
            judged_at=row.judged_at,
            since=row.since,
            history=history_from_json(row.history),
            withdrawn=row.withdrawn,
        )
