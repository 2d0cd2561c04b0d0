"""What erasing does to rows: contents go, practices become nobody's.

The row of a message stays with its digests and its outcome: it is the evidence of the exchange, and
it lets a repeat be known (T15). The stored answer of an accepted message stays where it can only
say OK; the answer to T3 may hold the token, and goes.
"""

from collections import Counter

import sqlalchemy as sa

from gateway.domain.deliveries import Side
from gateway.domain.identifiers import CodiceFiscale
from gateway.domain.messages import CHANGING, ExchangeResult, LookupOperation, Operation
from gateway.domain.students import Student
from storage.context import Context
from storage.data_map import HOLDINGS
from storage.holdings import Erased, Holding
from storage.person import (
    PARTNER_OF,
    TABLE_OF,
    Person,
    PracticeRow,
    find_person,
    of_messages,
    of_practices,
    of_received,
    rows_of,
)
from storage.practices import private_to_bytes
from storage.tables import foglio_drafts, incoming, messages, outgoing

_SAYS_OK_ONLY = sorted(CHANGING - {Operation.PUT_PROCESSO})
NOBODY = Student(CodiceFiscale(""), "", "")

KEEPS_ANSWER = sa.and_(
    messages.c.direction == "in",
    messages.c.result == ExchangeResult.ACCEPTED.value,
    messages.c.operation.in_([operation.value for operation in _SAYS_OK_ONLY]),
)
WITH_CONTENT = sa.or_(
    messages.c.request_sealed.is_not(None),
    sa.and_(messages.c.answer_sealed.is_not(None), ~KEEPS_ANSWER),
)
"""Messages that still have something to lose."""
TELLING = sa.or_(WITH_CONTENT, messages.c.student_index.is_not(None))
"""Messages that still have something to lose, be it whom they are about."""
_OF_PRACTICES = (
    "attachments",
    "checks",
    "delibera_drafts",
    "delibere",
    "foglio_edits",
    "mails",
    "proposals",
    "remote_progress",
)
_LOOKUPS = frozenset(operation.value for operation in LookupOperation)


def erase_person(context: Context, codice_fiscale: CodiceFiscale) -> Counter[str]:
    """Erase a person; return how many rows of which tables."""
    person = find_person(context, codice_fiscale)
    conditions = {name: rows_of(item, context, person) for name, item in HOLDINGS.items()}
    done: Counter[str] = Counter()
    in_turn = sorted(HOLDINGS.items(), key=lambda item: item[1].erased is Erased.ANONYMISED)
    for name, holding in in_turn:  # practices last: by them the rest is found
        done[name] += _erase(holding, conditions[name], context, person)
    return done


def _erase(
    holding: Holding, condition: sa.ColumnElement[bool], context: Context, person: Person
) -> int:
    match holding.erased:
        case Erased.DELETED:
            return context.connection.execute(sa.delete(holding.table).where(condition)).rowcount
        case Erased.EMPTIED if holding.table is messages:
            return empty_messages(context, condition, nameless=True)
        case Erased.EMPTIED:
            return empty(context, holding, condition)
        case Erased.ANONYMISED:
            mine = tuple(one for one in person.practices if TABLE_OF[one.side] is holding.table)
            return anonymise(context, mine)
        case Erased.STAYS:
            return 0


def empty(context: Context, holding: Holding, condition: sa.ColumnElement[bool]) -> int:
    """Take the values of the personal columns from the rows; return how many had any."""
    columns = [holding.table.c[name] for name in holding.emptied.split()]
    full = sa.or_(*(column.is_not(None) for column in columns))
    statement = sa.update(holding.table).where(condition, full)
    values = {column.name: None for column in columns}
    return context.connection.execute(statement.values(values)).rowcount


def empty_messages(
    context: Context, condition: sa.ColumnElement[bool], limit: int = 0, *, nameless: bool = False
) -> int:
    """Take the content from messages, keeping the digest by which a repeat is known.

    Of at most ``limit`` messages if there is one; returns of how many. ``nameless`` takes away by
    which student they are found too. Lookups lose every digest: a few guesses would match it.
    """
    query = sa.select(
        messages.c.message_id,
        messages.c.operation,
        messages.c.request_sealed,
        messages.c.canonical,
        KEEPS_ANSWER.label("answers"),
        sa.and_(
            messages.c.direction == "in", messages.c.result == ExchangeResult.ACCEPTED.value
        ).label("binding"),
    ).where(condition, TELLING if nameless else WITH_CONTENT)
    rows = context.connection.execute(query.limit(limit) if limit else query).all()
    for row in rows:
        values: dict[str, object] = {"request_sealed": None}
        if not row.answers:
            values["answer_sealed"] = None
        if nameless:
            values["student_index"] = None
        if row.operation in _LOOKUPS:
            values["sha256"] = ""
        elif row.binding and row.request_sealed is not None:
            values["canonical"] = context.canonical(context.cipher.open(row.request_sealed))
        context.connection.execute(
            sa.update(messages).where(messages.c.message_id == row.message_id).values(values)
        )
    return len(rows)


def anonymise(context: Context, practices: tuple[PracticeRow, ...]) -> int:
    """Make practices nobody's, with everything that hangs on them; return how many were somebody's.

    Numbers of the register, states and moments stay: they say that there was a practice.
    """
    if not practices:
        return 0
    ours = messages.c.university == context.university.code
    empty_messages(context, sa.and_(ours, of_messages(practices)), nameless=True)
    for name in ("deliveries", "history"):
        holding = HOLDINGS[name]
        ours = holding.table.c.university == context.university.code
        empty(context, holding, sa.and_(ours, of_practices(holding.table, practices)))
    for name in _OF_PRACTICES:
        _delete(context, HOLDINGS[name].table, of_practices(HOLDINGS[name].table, practices))
    for name in ("verifications", "title_verifications", "enrolments", "arrival_sessions"):
        _delete(context, HOLDINGS[name].table, of_received(HOLDINGS[name].table, practices))
    return sum(_anonymise(context, side, practices) for side in Side)


def _delete(context: Context, table: sa.Table, condition: sa.ColumnElement[bool]) -> None:
    ours = table.c.university == context.university.code
    context.connection.execute(sa.delete(table).where(ours, condition))


def _anonymise(context: Context, side: Side, practices: tuple[PracticeRow, ...]) -> int:
    table, keys = TABLE_OF[side], [(p.partner, p.id_pratica) for p in practices if p.side is side]
    mine = sa.and_(
        table.c.university == context.university.code,
        sa.tuple_(PARTNER_OF[side], table.c.id_pratica).in_(keys),
        table.c.student_index != "",
    )
    nobody = context.cipher.seal(private_to_bytes(NOBODY, None))
    values: dict[str, object] = {"student_index": "", "private_sealed": nobody}
    if table is outgoing:
        drafts = sa.select(outgoing.c.foglio).where(mine)
        context.connection.execute(
            sa.delete(foglio_drafts).where(
                foglio_drafts.c.university == context.university.code,
                foglio_drafts.c.id.in_(drafts),
            )
        )
        values["revision_sealed"] = None
    else:
        values[incoming.c.matricola.name] = ""
    return context.connection.execute(sa.update(table).where(mine).values(values)).rowcount
