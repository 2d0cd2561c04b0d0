"""Looking for messages in the journal, looking at one, and finding those of before by student."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

import sqlalchemy as sa
import typer

from gateway.cli.context import Session, actor, session
from gateway.cli.language import say
from gateway.cli.parameters import LIMIT, UNIVERSITY
from gateway.domain.calendar import parse_moment
from gateway.domain.identifiers import (
    CodiceFiscale,
    MiurCode,
    parse_codice_fiscale,
    parse_id_pratica,
    parse_miur_code,
)
from gateway.domain.lifecycle import Party
from gateway.domain.messages import ExchangeResult, Operation
from gateway.domain.rejections import Cause, refuse
from gateway.foglio.parsing import ForbiddenDocument, NotXml, parse
from gateway.foglio.reading import student_of
from gateway.logs import get_logger
from gateway.usecases.journal_ports import Search
from gateway.usecases.privacy import note_message_read
from storage.journal_reindex import reindex

_log = get_logger(__name__)
_LONGEST_DAY = 10
_MOST_CODE = 2**31 - 1
"""What the column of outcomes holds."""


class Direction(StrEnum):
    """Which way a message went."""

    IN = "in"
    OUT = "out"


def search(
    context: typer.Context,
    practice: str = typer.Option(
        "", "--practice", help=say("Solo di questo IdPratica", "Of this IdPratica only")
    ),
    student: str = typer.Option(
        "", "--cf", help=say("Solo di questo codice fiscale", "Of this codice fiscale only")
    ),
    code: int | None = typer.Option(
        None,
        "--code",
        "--outcome",
        max=_MOST_CODE,
        help=say("Solo con questo esito (o stato HTTP)", "With this outcome (or HTTP status) only"),
    ),
    result: ExchangeResult | None = typer.Option(
        None, "--result", help=say("Solo con questo risultato", "With this result only")
    ),
    operation: Operation | None = typer.Option(
        None, "--operation", help=say("Solo di questa operazione", "Of this operation only")
    ),
    partner: str = typer.Option(
        "", "--partner", help=say("Solo con questo partner", "With this partner only")
    ),
    since: str = typer.Option(
        "",
        "--from",
        help=say(
            "Da questo giorno, o giorno e ora (ora italiana)",
            "From this day, or day and hour (Italian time)",
        ),
    ),
    until: str = typer.Option(
        "",
        "--to",
        help=say(
            "Fino a questo giorno compreso, o prima di quest'ora",
            "To this day included, or before this hour",
        ),
    ),
    correlation: str = typer.Option(
        "",
        "--correlation",
        help=say("Identificativo dello scambio", "Identifier of the exchange"),
    ),
    direction: Direction | None = typer.Option(
        None, "--direction", help=say("Solo in questo verso", "In this direction only")
    ),
    after: str = typer.Option(
        "",
        "--after",
        help=say(
            "Dopo questo messaggio: l'ultimo della pagina precedente",
            "After this message: the last of the page before",
        ),
    ),
    limit: int = LIMIT,
    university: str = UNIVERSITY,
) -> None:
    """List the messages that fit, newest first, page by page."""
    wanted = Search(
        practice=parse_id_pratica(practice) if practice else None,
        student=parse_codice_fiscale(student, "--cf") if student else None,
        code=code,
        result=result,
        operation=operation,
        partner=parse_miur_code(partner, "--partner") if partner else None,
        since=_moment(since, "--from") if since else None,
        until=_end(until) if until else None,
        correlation=correlation.strip().lower(),
        direction=direction.value if direction else "",
        after=after,
        limit=limit,
    )
    with session(context) as work:
        hosted = work.university(university)
        with work.installation.store.open_uow(hosted.code, lasting=False) as uow:
            rows = [_row(found) for found in uow.journal_search.find(wanted)]
        work.output.rows(say("Messaggi", "Messages"), rows)
        if len(rows) == limit and not work.output.as_json:
            work.output.line(
                say(
                    "Per continuare: --after {last}",
                    "To go on: --after {last}",
                    last=str(rows[-1]["message_id"]),
                )
            )


def _row(row: sa.Row[Any]) -> dict[str, object]:
    """Return a message as lists show it."""
    lasted = row.ended_at - row.began_at if row.ended_at else None
    return {
        "message_id": row.message_id,
        "at": row.began_at,
        "direction": row.direction,
        "partner": row.partner,
        "operation": row.operation,
        "id_pratica": row.id_pratica,
        "result": row.result,
        "code": row.code,
        "milliseconds": None if lasted is None else round(lasted.total_seconds() * 1000, 1),
        "bytes": row.request_bytes,
        "correlation": row.correlation or row.message_id,
    }


def show(
    context: typer.Context,
    message_id: str = typer.Argument(
        ..., help=say("Identificativo del messaggio", "Identifier of the message")
    ),
    contents: bool = typer.Option(
        False,
        "--contents",
        help=say(
            "Anche il messaggio e la risposta (dati personali: l'accesso è annotato)",
            "The message and the answer too (personal data: the access is noted)",
        ),
    ),
    university: str = UNIVERSITY,
) -> None:
    """Show one message."""
    with session(context) as work:
        hosted = work.university(university)
        with work.installation.store.open_uow(hosted.code, lasting=False) as uow:
            row = uow.journal_search.get(message_id)
            if row is None:
                raise refuse(Cause.PARAMETER_INVALID, "MESSAGE_ID")
            fields: dict[str, object] = {
                **_row(row),
                "ended_at": row.ended_at,
                "address": row.address,
                "sections": row.sections,
                "tolerated": row.tolerated,
                "repeats": row.repeats,
                "delivery_id": row.delivery_id,
                "sha256": row.sha256,
            }
            texts = uow.journal.contents(message_id) if contents else None
        if texts is None:
            work.output.record(say("Messaggio", "Message"), fields)
            return
        note_access(work, hosted.code, message_id)
        _print_contents(work, fields, texts)


def _print_contents(
    work: Session, fields: Mapping[str, object], texts: tuple[bytes, bytes]
) -> None:
    request, answer = (text.decode("utf-8", "replace") for text in texts)
    if work.output.as_json:
        work.output.record("", {**fields, "request": request, "answer": answer})
        return
    work.output.record(say("Messaggio", "Message"), fields)
    for title, text in (
        (say("Messaggio", "Message"), request),
        (say("Risposta", "Answer"), answer),
    ):
        work.output.line(f"--- {title}", "bold")
        work.output.line(text)


def note_access(work: Session, university: MiurCode, message_id: str) -> None:
    """Note that a person has read personal data: who, and which message."""
    with work.installation.store.open_uow(university) as uow:
        row = uow.journal_search.get(message_id)
        practice = parse_id_pratica(row.id_pratica) if row and row.id_pratica else None
        note_message_read(
            message_id,
            practice,
            actor(Party.SECRETARIAT),
            uow=uow,
            now=work.installation.clock(),
        )
        uow.commit()
    _log.warning(
        "personal_data_read",
        university=university,
        message_id=message_id,
        actor=actor(Party.SECRETARIAT).name,
    )


def reindexing(context: typer.Context) -> None:
    """Give the messages of before their student; may be stopped and begun again."""
    with session(context) as work:
        store = work.installation.store

        def told(seen: int) -> None:
            if not work.output.as_json:
                work.output.line(
                    say("Guardati: {seen}", "Looked at: {seen}", seen=str(seen)), "dim"
                )

        done = reindex(store.engine, store.cipher, carried, told=told)
        work.output.done(
            "Messaggi senza studente guardati: {seen}; ritrovabili ora: {found};"
            " illeggibili: {unreadable}",
            "Messages without a student looked at: {seen}; found by it now: {found};"
            " unreadable: {unreadable}",
            seen=done.seen,
            found=done.found,
            unreadable=done.unreadable,
        )


def carried(content: bytes) -> CodiceFiscale | None:
    """Return whom the foglio of a message as it went over the wire is about."""
    try:
        body = parse(content).find("{*}Body/*")
    except (NotXml, ForbiddenDocument):
        return None
    return student_of(body) if body is not None else None


def _moment(text: str, path: str) -> datetime:
    found = parse_moment(text.strip())
    if found is None:
        raise refuse(Cause.PARAMETER_INVALID, path)
    return found


def _end(text: str) -> datetime:
    """Return the moment before which messages are wanted: a day is wanted to its end."""
    found = _moment(text, "--to")
    return found + timedelta(days=1) if len(text.strip()) <= _LONGEST_DAY else found
