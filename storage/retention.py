"""Clearing what has passed its term, some rows at a time.

What hangs on practices goes page by page along the practices that have ended and of which no
delivery is open; the rest is found by its own age. A dry run counts with the same conditions.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from gateway.domain.calendar import italian_day
from gateway.domain.deliveries import OPEN_STATES, Side
from gateway.domain.destination import DESTINATION, DestinationState
from gateway.domain.mails import MailState
from gateway.domain.messages import Operation
from gateway.domain.origin import ORIGIN, OriginState
from gateway.domain.retention import Kept, last_past_year
from gateway.usecases.privacy_ports import Cleared
from storage.context import Context
from storage.data_map import HOLDINGS
from storage.erasing import WITH_CONTENT, anonymise, empty, empty_messages
from storage.person import (
    OF_ACCOUNTS,
    PARTNER_OF,
    TABLE_OF,
    PracticeRow,
    being_verified,
    of_messages,
    of_no_practice,
    of_practices,
    of_received,
    only_ours,
    replaced_draft,
)
from storage.practices import private_from_bytes, private_to_bytes
from storage.tables import (
    accesses,
    accounts,
    admissions,
    alarms,
    attachments,
    audit_entries,
    checks,
    deliveries,
    enrolled_students,
    foglio_drafts,
    foglio_edits,
    history,
    mails,
    messages,
    outgoing,
    registry_answers,
    registry_queries,
    remote_progress,
    student_careers,
    student_credentials,
    student_files,
    title_refusals,
    title_runs,
    title_verifications,
    verifications,
)
from storage.tables.journal import LOOSE

_OPEN = sorted(state.value for state in OPEN_STATES)
ENDED = {
    Side.ORIGIN: [state.value for state in OriginState if ORIGIN.is_terminal(state)],
    Side.DESTINATION: [state.value for state in DestinationState if DESTINATION.is_terminal(state)],
}
"""The states in which a practice has ended, on each side."""
_FETCHED = messages.c.operation == Operation.GET_ALLEGATO.value
"""Messages that carried attachments: they go when attachments do."""


def clear_practices(
    context: Context,
    side: Side,
    before: Mapping[Kept, datetime],
    *,
    after: int,
    limit: int,
    dry: bool,
) -> Cleared:
    """Clear what has passed its term of up to ``limit`` ended practices beyond ``after``."""
    if not before:
        return Cleared({}, None)
    rows = _page(context, side, max(before.values()), after, limit)
    page = _Page(context, rows, dry=dry)
    counts: Counter[Kept] = Counter()
    for kept, moment in before.items():
        counts[kept] += page.clear(kept, moment)
    return Cleared(counts, rows[-1].id if len(rows) == limit else None)


def _page(
    context: Context, side: Side, before: datetime, after: int, limit: int
) -> list[sa.Row[Any]]:
    """Return ended practices of which nothing is open, with the moment of their end."""
    table = TABLE_OF[side]
    waiting = sa.exists().where(
        deliveries.c.university == context.university.code,
        deliveries.c.partner == PARTNER_OF[side],
        deliveries.c.id_pratica == table.c.id_pratica,
        deliveries.c.side == side.value,
        deliveries.c.state.in_(_OPEN),
    )
    query = (
        sa.select(
            table.c.id,
            sa.literal(side.value).label("side"),
            PARTNER_OF[side].label("partner"),
            table.c.id_pratica,
            table.c.updated_at,
            table.c.student_index,
            table.c.private_sealed,
        )
        .where(
            table.c.university == context.university.code,
            table.c.state.in_(ENDED[side]),
            table.c.updated_at < before,
            table.c.id > after,
            ~waiting,
            ~being_verified(context, side),
        )
        .order_by(table.c.id)
        .limit(limit)
    )
    return list(context.connection.execute(query).all())


class _Page:
    """Some ended practices, and what each kind of data means of them."""

    def __init__(self, context: Context, rows: list[sa.Row[Any]], *, dry: bool) -> None:
        self._c = context
        self._rows = rows
        self._dry = dry

    def clear(self, kept: Kept, before: datetime) -> int:
        """Clear one kind of the practices that ended before a moment; return how many rows."""
        due = [row for row in self._rows if row.updated_at < before]
        keys = tuple(PracticeRow(Side(row.side), row.partner, row.id_pratica) for row in due)
        if not keys:
            return 0
        match kept:
            case Kept.MESSAGES:
                return self._messages(keys, ~_FETCHED) + self._drafts(due)
            case Kept.ATTACHMENTS:
                return self._attachments(keys, before) + self._messages(keys, _FETCHED)
            case Kept.TOKENS:
                return sum(self._token(row) for row in due)
            case Kept.PARTNER_PROGRESS:
                return self._delete(remote_progress, keys)
            case Kept.CHECKS:
                return self._checks(keys)
            case _:
                return self._practices(due, keys)

    def _messages(self, keys: tuple[PracticeRow, ...], of_kind: sa.ColumnElement[bool]) -> int:
        ours = messages.c.university == self._c.university.code
        condition = sa.and_(ours, of_messages(keys), of_kind, ~self._elsewhere_open())
        if self._dry:
            return _count(self._c, messages, sa.and_(condition, WITH_CONTENT))
        return empty_messages(self._c, condition)

    def _elsewhere_open(self) -> sa.ColumnElement[bool]:
        """Whether the other side has an open practice of the same partner and identifier."""
        return sa.or_(
            *(
                sa.exists().where(
                    table.c.university == self._c.university.code,
                    PARTNER_OF[side] == messages.c.partner,
                    table.c.id_pratica == messages.c.id_pratica,
                    table.c.state.not_in(ENDED[side]),
                )
                for side, table in TABLE_OF.items()
            )
        )

    def _drafts(self, due: list[sa.Row[Any]]) -> int:
        if due[0].side != Side.ORIGIN.value:
            return 0
        pointed = sa.select(outgoing.c.foglio).where(outgoing.c.id.in_([row.id for row in due]))
        ours = foglio_drafts.c.university == self._c.university.code
        return self._remove(foglio_drafts, sa.and_(ours, foglio_drafts.c.id.in_(pointed)))

    def _attachments(self, keys: tuple[PracticeRow, ...], before: datetime) -> int:
        condition = sa.and_(
            attachments.c.university == self._c.university.code,
            of_practices(attachments, keys),
            attachments.c.content_sealed.is_not(None),
            attachments.c.available_until < italian_day(before),
        )
        if self._dry:
            return _count(self._c, attachments, condition)
        statement = sa.update(attachments).where(condition).values(content_sealed=None)
        return self._c.connection.execute(statement).rowcount

    def _token(self, row: sa.Row[Any]) -> int:
        student, token = private_from_bytes(self._c.cipher.open(row.private_sealed))
        if token is None:
            return 0
        if not self._dry:
            sealed = self._c.cipher.seal(private_to_bytes(student, None))
            table = TABLE_OF[Side(row.side)]
            statement = sa.update(table).where(table.c.id == row.id)
            self._c.connection.execute(statement.values(private_sealed=sealed))
        return 1

    def _checks(self, keys: tuple[PracticeRow, ...]) -> int:
        verified = 0
        for table in (verifications, title_verifications):
            ours = table.c.university == self._c.university.code
            verified += self._remove(table, sa.and_(ours, of_received(table, keys)))
        return self._delete(checks, keys) + verified

    def _delete(self, table: sa.Table, keys: tuple[PracticeRow, ...]) -> int:
        ours = table.c.university == self._c.university.code
        return self._remove(table, sa.and_(ours, of_practices(table, keys)))

    def _remove(self, table: sa.Table, condition: sa.ColumnElement[bool]) -> int:
        if self._dry:
            return _count(self._c, table, condition)
        return self._c.connection.execute(sa.delete(table).where(condition)).rowcount

    def _practices(self, due: list[sa.Row[Any]], keys: tuple[PracticeRow, ...]) -> int:
        if self._dry:
            return sum(row.student_index != "" for row in due)
        return anonymise(self._c, keys)


def clear_rows(context: Context, kept: Kept, before: datetime, *, limit: int, dry: bool) -> int:
    """Clear up to ``limit`` rows of a kind that hangs on no practice; a dry run counts all."""
    if kept is Kept.STUDENT_ACCOUNTS:
        return _unused_accounts(context, before, limit=limit, dry=dry)
    if kept is Kept.DRAFTS:
        return _abandoned(context, before, limit=limit, dry=dry)
    table, condition = _condition(context, kept, before)
    if dry:
        return _count(context, table, condition)
    if table is messages:
        return empty_messages(context, condition, limit, nameless=True)
    (key,) = table.primary_key.columns
    chosen = context.connection.execute(sa.select(key).where(condition).limit(limit)).scalars()
    some = key.in_(list(chosen))
    if table is deliveries:
        return empty(context, HOLDINGS[deliveries.name], some)
    return context.connection.execute(sa.delete(table).where(some)).rowcount


def _condition(
    context: Context, kept: Kept, before: datetime
) -> tuple[sa.Table, sa.ColumnElement[bool]]:
    """Return where rows of a kind are, and which of them have passed their term."""
    found: dict[Kept, tuple[sa.Table, tuple[Any, ...]]] = {
        Kept.LOOSE_MESSAGES: (
            messages,
            (messages.c.began_at < before, sa.text(LOOSE), of_no_practice(context)),
        ),
        Kept.DELIVERIES: (
            deliveries,
            (
                deliveries.c.updated_at < before,
                deliveries.c.state.not_in(_OPEN),
                sa.or_(*(deliveries.c[name].is_not(None) for name in _DELIVERY_CONTENT)),
            ),
        ),
        Kept.ALARMS: (alarms, (alarms.c.cleared_at < before,)),
        Kept.ADMISSIONS: (admissions, (admissions.c.year <= last_past_year(before),)),
        Kept.STUDENT_FILES: (student_files, (student_files.c.at < before,)),
        Kept.REGISTRY_ANSWERS: (registry_answers, (registry_answers.c.expires_at <= before,)),
        Kept.REGISTRY_QUERIES: (registry_queries, (registry_queries.c.asked_at < before,)),
        Kept.TITLE_REFUSALS: (title_refusals, (_of_old_runs(context, before),)),
        Kept.STUDENT_CREDENTIALS: (
            student_credentials,
            (student_credentials.c.updated_at < before,),
        ),
        Kept.CAREERS: (student_careers, (student_careers.c.imported_at < before,)),
        Kept.ENROLLED_STUDENTS: (
            enrolled_students,
            (enrolled_students.c.updated_at < before,),
        ),
        Kept.ACCESSES: (accesses, (accesses.c.at < before,)),
        Kept.AUDIT: (audit_entries, (audit_entries.c.at < before,)),
        Kept.MAILS: (mails, (mails.c.updated_at < before, mails.c.state.in_(_MAILS_ENDED))),
    }
    table, terms = found[kept]
    return table, sa.and_(table.c.university == context.university.code, *terms)


def _unused_accounts(context: Context, before: datetime, *, limit: int, dry: bool) -> int:
    """Remove accounts of students of ours alone, that nobody used or changed for long."""
    unused = sa.and_(
        only_ours(context),
        accounts.c.student_index.is_not(None),
        accounts.c.updated_at < before,
        sa.or_(accounts.c.seen_at.is_(None), accounts.c.seen_at < before),
    )
    if dry:
        return _count(context, accounts, unused)
    query = sa.select(accounts.c.id).where(unused).limit(limit)
    numbers = list(context.connection.execute(query).scalars())
    for name, column in OF_ACCOUNTS.items():
        table = HOLDINGS[name].table
        context.connection.execute(sa.delete(table).where(table.c[column].in_(numbers)))
    return len(numbers)


def _of_old_runs(context: Context, before: datetime) -> sa.ColumnElement[bool]:
    """Return the condition under which a refused line is of an import that long lies back."""
    old = sa.select(title_runs.c.id).where(
        title_runs.c.university == context.university.code, title_runs.c.updated_at < before
    )
    return title_refusals.c.run.in_(old)


_MAILS_ENDED = sorted(
    state.value for state in MailState if state not in (MailState.WAITING, MailState.SENDING)
)
_DELIVERY_CONTENT = HOLDINGS[deliveries.name].emptied.split()


def _abandoned(context: Context, before: datetime, *, limit: int, dry: bool) -> int:
    """Remove drafts that nobody touched or that were given up before anybody else knew of them.

    So do versions of a foglio that a later one replaced.
    """
    ours = foglio_drafts.c.university == context.university.code
    replaced = sa.and_(ours, foglio_drafts.c.created_at < before, replaced_draft(context))
    drafts = sa.and_(
        outgoing.c.university == context.university.code,
        outgoing.c.updated_at < before,
        outgoing.c.protocol_number == "",
        outgoing.c.state.in_([OriginState.BOZZA.value, OriginState.CANCELLATA.value]),
    )
    left = sa.and_(
        foglio_edits.c.university == context.university.code, foglio_edits.c.edited_at < before
    )
    if dry:
        found = ((foglio_drafts, replaced), (outgoing, drafts), (foglio_edits, left))
        return sum(_count(context, table, condition) for table, condition in found)
    some = sa.select(foglio_edits.c.id).where(left).limit(limit)
    numbers = list(context.connection.execute(some).scalars())
    context.connection.execute(sa.delete(foglio_edits).where(foglio_edits.c.id.in_(numbers)))
    limit -= len(numbers)
    old = context.connection.execute(
        sa.select(foglio_drafts.c.id).where(replaced).limit(limit)
    ).scalars()
    gone = context.connection.execute(
        sa.delete(foglio_drafts).where(foglio_drafts.c.id.in_(list(old)))
    ).rowcount
    columns = outgoing.c.id, outgoing.c.destination, outgoing.c.id_pratica, outgoing.c.foglio
    query = sa.select(*columns).where(drafts).limit(limit - gone).with_for_update()
    return len(numbers) + gone + _remove_drafts(context, context.connection.execute(query).all())


_OF_DRAFTS = (attachments, checks, foglio_edits, history)


def _remove_drafts(context: Context, rows: Sequence[Any]) -> int:
    if not rows:
        return 0
    keys = tuple(PracticeRow(Side.ORIGIN, row.destination, row.id_pratica) for row in rows)
    mine = context.university.code
    conditions = {table: of_practices(table, keys) for table in _OF_DRAFTS}
    conditions[foglio_drafts] = foglio_drafts.c.id.in_([row.foglio for row in rows])
    conditions[outgoing] = outgoing.c.id.in_([row.id for row in rows])
    for table, condition in conditions.items():
        context.connection.execute(sa.delete(table).where(table.c.university == mine, condition))
    return len(rows)


def _count(context: Context, table: sa.Table, condition: sa.ColumnElement[bool]) -> int:
    query = sa.select(sa.func.count()).select_from(table).where(condition)
    return int(context.connection.execute(query).scalar_one())
