"""The titles of a hosted university: kept sealed, found by digests, with every change."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, replace
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from gateway.domain.identifiers import CodiceFiscale
from gateway.domain.lifecycle import Actor, Party
from gateway.domain.rejections import Cause, Reason
from gateway.domain.title_records import (
    ImportRun,
    StoredTitle,
    TitleChange,
    TitleEvent,
    TitleKind,
    key_of,
    kind_of,
)
from gateway.domain.titles import Title
from gateway.usecases.ports import ConcurrentChange
from gateway.usecases.title_ports import StudentCredential
from storage.context import Context, inserted_key
from storage.tables import (
    student_credentials,
    title_changes,
    title_refusals,
    title_runs,
    titles,
)
from storage.title_codec import title_from_bytes, title_to_bytes

_ACTOR = 120
_COUNTS = ("position", "added", "unchanged", "replaced", "refused", "finished_at")


class TitleRows:
    """Implements ``Titles``."""

    def __init__(self, context: Context) -> None:
        self._c = context

    def known(self, found: Sequence[Title]) -> Mapping[str, StoredTitle]:
        """Return what is kept under the keys of titles, present or former."""
        keys = {self._index(key): key for key in map(key_of, found)}
        if not keys:
            return {}
        mine = titles.c.university == self._c.university.code
        former = (
            sa.select(title_changes.c.former_key, *titles.columns)
            .join(titles, titles.c.id == title_changes.c.title)
            .where(
                mine,
                title_changes.c.university == self._c.university.code,
                title_changes.c.former_key.in_(keys),
            )
            .order_by(title_changes.c.id)
        )
        present = sa.select(titles).where(mine, titles.c.title_key.in_(keys))
        run = self._c.connection.execute
        kept = {keys[row.former_key]: self._stored(row) for row in run(former)}
        return kept | {keys[row.title_key]: self._stored(row) for row in run(present)}

    def add(self, new: Sequence[Title], run: int, now: datetime) -> None:
        """Keep new titles."""
        if not new:
            return
        self._c.connection.execute(
            titles.insert(),
            [
                {**self._values(title), "version": 1, "run": run, "recorded_at": now}
                for title in new
            ],
        )

    def get(self, title_id: int) -> StoredTitle | None:
        """Return the title of a number."""
        query = sa.select(titles).where(
            titles.c.university == self._c.university.code, titles.c.id == title_id
        )
        row = self._c.connection.execute(query).one_or_none()
        return self._stored(row) if row is not None else None

    def change(self, stored: StoredTitle, title: Title, change: TitleChange) -> StoredTitle:
        """Keep a changed title, and the change.

        Raises:
            ConcurrentChange: somebody else changed it meanwhile.
        """
        changed = replace(stored, title=title, version=stored.version + 1)
        done = self._c.connection.execute(
            titles.update()
            .where(
                titles.c.university == self._c.university.code,
                titles.c.id == stored.title_id,
                titles.c.version == stored.version,
            )
            .values(
                **self._values(title), version=changed.version, withdrawn_at=stored.withdrawn_at
            )
        )
        if done.rowcount != 1:
            raise ConcurrentChange
        self._c.connection.execute(
            title_changes.insert(),
            {
                "university": self._c.university.code,
                "title": stored.title_id,
                "student_index": self._c.cipher.index(change.before.codice_fiscale),
                "at": change.at,
                "party": change.actor.party.value,
                "actor": change.actor.name[:_ACTOR],
                "event": change.event.value,
                "former_key": self._index(key_of(change.before)),
                "why_sealed": self._c.cipher.seal_text(change.why),
                "before_sealed": self._c.cipher.seal(title_to_bytes(change.before)),
            },
        )
        return changed

    def history(self, title_id: int) -> Sequence[TitleChange]:
        """Return what happened to a title, oldest first."""
        query = (
            sa.select(title_changes)
            .where(
                title_changes.c.university == self._c.university.code,
                title_changes.c.title == title_id,
            )
            .order_by(title_changes.c.id)
        )
        return [
            TitleChange(
                row.at,
                Actor(Party(row.party), row.actor),
                TitleEvent(row.event),
                self._c.cipher.open_text(row.why_sealed),
                title_from_bytes(self._c.cipher.open(row.before_sealed)),
            )
            for row in self._c.connection.execute(query)
        ]

    def listing(
        self,
        *,
        kind: TitleKind | None = None,
        student: CodiceFiscale | None = None,
        after: int = 0,
        limit: int,
    ) -> Sequence[StoredTitle]:
        """Return titles by number, from the one behind ``after``; withdrawn ones too."""
        query = sa.select(titles).where(
            titles.c.university == self._c.university.code, titles.c.id > after
        )
        if kind is not None:
            query = query.where(titles.c.kind == kind.value)
        if student is not None:
            query = query.where(titles.c.student_index == self._c.cipher.index(student))
        rows = self._c.connection.execute(query.order_by(titles.c.id).limit(limit)).all()
        return [self._stored(row) for row in rows]

    def open_run(self, digest: str, *, replace: bool) -> ImportRun | None:
        """Return the import of this file that was begun and never finished."""
        query = (
            sa.select(title_runs)
            .where(
                title_runs.c.university == self._c.university.code,
                title_runs.c.digest == digest,
                title_runs.c.replacing == replace,
                title_runs.c.finished_at.is_(None),
            )
            .order_by(title_runs.c.id.desc())
            .limit(1)
        )
        row = self._c.connection.execute(query).one_or_none()
        if row is None:
            return None
        counts = {name: getattr(row, name) for name in _COUNTS}
        return ImportRun(run_id=row.id, digest=digest, replace=replace, **counts)

    def begin_run(self, digest: str, *, replace: bool, actor: Actor, now: datetime) -> ImportRun:
        """Note that an import begins."""
        made = ImportRun(run_id=0, digest=digest, replace=replace)
        result = self._c.connection.execute(
            title_runs.insert(),
            {
                "university": self._c.university.code,
                "digest": digest,
                "replacing": replace,
                "actor": actor.name[:_ACTOR],
                "started_at": now,
                **self._progress(made, now),
            },
        )
        return ImportRun(run_id=inserted_key(result), digest=digest, replace=replace)

    def save_run(self, run: ImportRun, now: datetime) -> None:
        """Note how far an import has come."""
        self._c.connection.execute(
            title_runs.update()
            .where(
                title_runs.c.university == self._c.university.code, title_runs.c.id == run.run_id
            )
            .values(self._progress(run, now))
        )

    def refuse(self, run: int, line: int, reasons: Sequence[Reason]) -> None:
        """Note why a line of an import was refused."""
        self._c.connection.execute(
            title_refusals.insert(),
            [
                {
                    "university": self._c.university.code,
                    "run": run,
                    "line": line,
                    "cause": reason.cause.value,
                    "path": reason.path,
                    "params": dict(reason.params),
                }
                for reason in reasons
            ],
        )

    def refusals(self, run: int, limit: int) -> Sequence[tuple[int, Reason]]:
        """Return why lines of an import were refused, in the order of the file."""
        query = (
            sa.select(title_refusals)
            .where(
                title_refusals.c.university == self._c.university.code, title_refusals.c.run == run
            )
            .order_by(title_refusals.c.id)
            .limit(limit)
        )
        return [
            (row.line, Reason(Cause(row.cause), row.path, row.params))
            for row in self._c.connection.execute(query)
        ]

    def keep_credentials(self, credentials: Sequence[StudentCredential], now: datetime) -> int:
        """Keep credentials in place of those of the same name; return how many are new."""
        return sum(self._keep_credential(item, now) for item in credentials)

    def _keep_credential(self, credential: StudentCredential, now: datetime) -> bool:
        who = {
            "university": self._c.university.code,
            "user_index": self._index(f"user|{credential.user_id}"),
        }
        what = {
            "student_index": self._c.cipher.index(credential.codice_fiscale),
            "password_hash": credential.password_hash,
        }
        same = [student_credentials.c[name] == value for name, value in who.items()]
        kept = self._c.connection.execute(
            sa.select(*(student_credentials.c[name] for name in what)).where(*same)
        ).one_or_none()
        if kept is None:
            self._c.connection.execute(
                student_credentials.insert(), {**who, **what, "updated_at": now}
            )
        else:  # the same again too: the term of keeping runs from the last list that names them
            self._c.connection.execute(
                student_credentials.update().where(*same).values(**what, updated_at=now)
            )
        return kept is None or tuple(kept) != tuple(what.values())

    def _index(self, key: str) -> str:
        return self._c.cipher.index(key)

    def _values(self, title: Title) -> dict[str, object]:
        return {
            "university": self._c.university.code,
            "kind": kind_of(title).value,
            "student_index": self._c.cipher.index(title.codice_fiscale),
            "title_key": self._index(key_of(title)),
            "content_sealed": self._c.cipher.seal(title_to_bytes(title)),
        }

    def _stored(self, row: sa.Row[Any]) -> StoredTitle:
        return StoredTitle(
            title_id=row.id,
            title=title_from_bytes(self._c.cipher.open(row.content_sealed)),
            version=row.version,
            run=row.run,
            recorded_at=row.recorded_at,
            withdrawn_at=row.withdrawn_at,
        )

    @staticmethod
    def _progress(run: ImportRun, now: datetime) -> dict[str, object]:
        counts = asdict(run)
        return {"updated_at": now, **{name: counts[name] for name in _COUNTS}}
