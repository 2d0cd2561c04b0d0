"""Finding everything about one person: by the keyed digest, by practices, and by looking inside.

Two kinds of rows have no practice to be found by: versions of a draft that a later one replaced,
and messages that began nothing. Both live for a short term only, so they are opened and searched.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import sqlalchemy as sa

from gateway.domain.accounts import Role
from gateway.domain.deliveries import Side
from gateway.domain.identifiers import CodiceFiscale
from gateway.domain.verifications import VerificationState
from storage.context import Context
from storage.holdings import Found, Holding
from storage.tables import (
    accounts,
    alarms,
    deliveries,
    foglio_drafts,
    grants,
    incoming,
    messages,
    outgoing,
    titles,
    verifications,
)
from storage.tables.journal import LOOSE

_PAGE = 200
PARTNER_OF = {Side.ORIGIN: outgoing.c.destination, Side.DESTINATION: incoming.c.origin}
"""The column that names the partner of a practice, on each side."""
OF_ACCOUNTS = {
    "grants": "account_id",
    "web_sessions": "account_id",
    "second_factors": "account_id",
    "recovery_codes": "account_id",
    "invitations": "account_id",
    "accounts": "id",
}
"""What goes with an account, and by which column it hangs on it."""
TABLE_OF = {Side.ORIGIN: outgoing, Side.DESTINATION: incoming}


@dataclass(frozen=True, slots=True)
class PracticeRow:
    """A practice as rows name it."""

    side: Side
    partner: str
    id_pratica: str


@dataclass(frozen=True, slots=True)
class Person:
    """What leads to the rows about a person."""

    index: str
    practices: tuple[PracticeRow, ...]
    drafts: tuple[int, ...]
    messages: tuple[str, ...]
    alarms: tuple[int, ...]
    titles: tuple[int, ...]
    accounts: tuple[int, ...]
    known_as: tuple[int, ...]
    """Every account of the student; ``accounts`` are those of ours alone."""


def find_person(context: Context, codice_fiscale: CodiceFiscale) -> Person:
    """Return what leads to the rows about a person."""
    index = context.cipher.index(codice_fiscale)
    mine = tuple(_practices(context, index))
    return Person(
        index,
        mine,
        tuple(_drafts(context, index, codice_fiscale)),
        tuple(_loose_messages(context, codice_fiscale)),
        tuple(alarms_of(context, mine)),
        tuple(_titles(context, index)),
        tuple(_accounts(context, index, only_ours(context))),
        tuple(_accounts(context, index, sa.true())),
    )


def rows_of(holding: Holding, context: Context, person: Person) -> sa.ColumnElement[bool]:
    """Return the condition under which a row of the table is about the person."""
    columns = holding.table.c
    if holding.found in (Found.NOBODY, Found.ACCOUNT, Found.GRANT, Found.DEED):
        return _of_accounts(holding, context, person)
    ours = columns.university == context.university.code
    match holding.found:
        case Found.INDEX:
            return sa.and_(ours, columns[holding.index_column] == person.index)
        case Found.PRACTICE:
            return sa.and_(ours, of_practices(holding.table, person.practices))
        case Found.MESSAGE:
            loose = columns.message_id.in_(person.messages)
            known = columns.student_index == person.index
            return sa.and_(ours, sa.or_(of_messages(person.practices), known, loose))
        case Found.DRAFT:
            return sa.and_(ours, columns.id.in_(person.drafts))
        case Found.ALARM:
            return sa.and_(ours, columns.id.in_(person.alarms))
        case Found.RECEIVED:
            return sa.and_(ours, of_received(holding.table, person.practices))
        case _:
            numbers = [str(number) for number in person.titles]
            return sa.and_(ours, columns.params["title"].as_string().in_(numbers))


def _of_accounts(holding: Holding, context: Context, person: Person) -> sa.ColumnElement[bool]:
    """Return the condition under which a row hangs on an account of the person, if any can."""
    if holding.found is Found.NOBODY:
        return sa.false()
    columns = holding.table.c
    if holding.found is Found.ACCOUNT:
        return columns[holding.index_column].in_(person.accounts)
    here = [context.university.code, *([""] if holding.found is Found.DEED else [])]
    return sa.and_(columns.university.in_(here), columns.account_id.in_(person.known_as))


def of_practices(table: sa.Table, practices: tuple[PracticeRow, ...]) -> sa.ColumnElement[bool]:
    """Return the condition under which a row hangs on one of these practices."""
    keys = [(item.side.value, item.partner, item.id_pratica) for item in practices]
    exactly = sa.tuple_(table.c.side, table.c.partner, table.c.id_pratica).in_(keys)
    return sa.and_(_near(table, practices), exactly)


def of_received(table: sa.Table, practices: tuple[PracticeRow, ...]) -> sa.ColumnElement[bool]:
    """Return the condition under which a row hangs on one of these practices at the destination."""
    keys = [(one.partner, one.id_pratica) for one in practices if one.side is Side.DESTINATION]
    return sa.tuple_(table.c.origin, table.c.id_pratica).in_(keys)


def being_verified(context: Context, side: Side) -> sa.ColumnElement[bool]:
    """Return the condition under which the registry is still to be asked about a practice."""
    if side is Side.ORIGIN:
        return sa.false()
    return sa.exists().where(
        verifications.c.university == context.university.code,
        verifications.c.origin == incoming.c.origin,
        verifications.c.id_pratica == incoming.c.id_pratica,
        verifications.c.state == VerificationState.WAITING.value,
    )


def of_messages(practices: tuple[PracticeRow, ...]) -> sa.ColumnElement[bool]:
    """Return the condition under which a message is about one of these practices."""
    pairs = [(item.partner, item.id_pratica) for item in practices]
    exactly = sa.tuple_(messages.c.partner, messages.c.id_pratica).in_(pairs)
    return sa.and_(_near(messages, practices), exactly)


def _near(table: sa.Table, practices: tuple[PracticeRow, ...]) -> sa.ColumnElement[bool]:
    """Return what follows from the condition and lets an index be used: SQLite takes no pairs."""
    return sa.and_(
        table.c.partner.in_(sorted({item.partner for item in practices})),
        table.c.id_pratica.in_(sorted({item.id_pratica for item in practices})),
    )


def of_no_practice(context: Context) -> sa.ColumnElement[bool]:
    """Return the condition under which a message belongs to no practice we know."""
    return sa.and_(
        *(
            ~sa.exists().where(
                table.c.university == context.university.code,
                PARTNER_OF[side] == messages.c.partner,
                table.c.id_pratica == messages.c.id_pratica,
            )
            for side, table in TABLE_OF.items()
        )
    )


def replaced_draft(context: Context) -> sa.ColumnElement[bool]:
    """Return the condition under which no request points to a draft any more."""
    return ~sa.exists().where(
        outgoing.c.university == context.university.code, outgoing.c.foglio == foglio_drafts.c.id
    )


def alarms_of(context: Context, practices: tuple[PracticeRow, ...]) -> Iterator[int]:
    """Yield the alarms about practices or about their deliveries, by the words of their subject."""
    if not practices:
        return
    names = {item.id_pratica for item in practices}
    ours = deliveries.c.university == context.university.code
    query = sa.select(deliveries.c.delivery_id).where(ours, of_practices(deliveries, practices))
    names |= set(context.connection.execute(query).scalars())
    every = sa.select(alarms.c.id, alarms.c.subject).where(
        alarms.c.university == context.university.code
    )
    for row in context.connection.execute(every):
        if names & set(row.subject.replace("/", " ").split()):
            yield row.id


def _practices(context: Context, index: str) -> Iterator[PracticeRow]:
    for side, table in TABLE_OF.items():
        query = sa.select(PARTNER_OF[side].label("partner"), table.c.id_pratica).where(
            table.c.university == context.university.code, table.c.student_index == index
        )
        for row in context.connection.execute(query):
            yield PracticeRow(side, row.partner, row.id_pratica)


def only_ours(context: Context) -> sa.ColumnElement[bool]:
    """Return the condition under which an account is a student's here and nothing elsewhere."""
    mine = grants.c.account_id == accounts.c.id
    here = grants.c.university == context.university.code
    student = sa.and_(here, grants.c.role == Role.STUDENT.value)
    return sa.and_(sa.exists().where(mine, student), ~sa.exists().where(mine, ~student))


def _accounts(context: Context, index: str, which: sa.ColumnElement[bool]) -> Iterator[int]:
    query = sa.select(accounts.c.id).where(accounts.c.student_index == index, which)
    yield from context.connection.execute(query).scalars()


def _titles(context: Context, index: str) -> Iterator[int]:
    query = sa.select(titles.c.id).where(
        titles.c.university == context.university.code, titles.c.student_index == index
    )
    yield from context.connection.execute(query).scalars()


def _drafts(context: Context, index: str, codice_fiscale: str) -> Iterator[int]:
    ours = outgoing.c.university == context.university.code
    pointed = sa.select(outgoing.c.foglio).where(ours, outgoing.c.student_index == index)
    mine = foglio_drafts.c.university == context.university.code
    yield from context.connection.execute(
        sa.select(foglio_drafts.c.id).where(mine, foglio_drafts.c.id.in_(pointed))
    ).scalars()
    last = 0
    while True:
        query = (
            sa.select(foglio_drafts.c.id, foglio_drafts.c.content_sealed)
            .where(mine, foglio_drafts.c.id > last, replaced_draft(context))
            .order_by(foglio_drafts.c.id)
            .limit(_PAGE)
        )
        rows = context.connection.execute(query).all()
        yield from (
            row.id
            for row in rows
            if mentions(context.cipher.open(row.content_sealed), codice_fiscale)
        )
        if len(rows) < _PAGE:
            return
        last = rows[-1].id


def _loose_messages(context: Context, codice_fiscale: str) -> Iterator[str]:
    last = ""
    while True:
        query = (
            sa.select(messages.c.message_id, messages.c.request_sealed)
            .where(
                messages.c.university == context.university.code,
                messages.c.message_id > last,
                sa.text(LOOSE),
                messages.c.request_sealed.is_not(None),
                of_no_practice(context),
            )
            .order_by(messages.c.message_id)
            .limit(_PAGE)
        )
        rows = context.connection.execute(query).all()
        yield from (
            row.message_id
            for row in rows
            if mentions(context.cipher.open(row.request_sealed), codice_fiscale)
        )
        if len(rows) < _PAGE:
            return
        last = rows[-1].message_id


def mentions(content: bytes, codice_fiscale: str) -> bool:
    """Tell whether a document, in any encoding that partners use, names a codice fiscale."""
    plain = content.replace(b"\x00", b"").upper()  # two bytes a letter: every other is nothing
    return codice_fiscale.encode("ascii") in plain
