"""Showing a practice: its fields, steps, history, checks, deliveries, messages, attachments."""

from collections.abc import Mapping, Sequence
from typing import Any

from gateway.cli.context import Session
from gateway.cli.language import LANGUAGE, say
from gateway.cli.output import shown
from gateway.domain.attachments import Attachment
from gateway.domain.checks import Check
from gateway.domain.deliveries import Delivery, Side
from gateway.domain.history import HistoryEntry
from gateway.texts.whys import CHECKS
from gateway.usecases import status
from gateway.usecases.ports import PracticeKey
from storage.unit_of_work import SqlUnitOfWork


def show_practice(
    work: Session, uow: SqlUnitOfWork, key: PracticeKey, fields: Mapping[str, object]
) -> None:
    """Print a practice; as JSON it is one document."""
    parts = _parts(uow, key)
    if work.output.as_json:
        work.output.record("", {**fields, **parts})
        return
    side = say("provenienza", "origin")
    if key.side is Side.DESTINATION:
        side = say("destinazione", "destination")
    work.output.record(f"{key.id_pratica} ({side})", fields)
    titles = {
        "timeline": say("I due lati", "Both sides"),
        "history": say("Storia", "History"),
        "attachments": say("Allegati", "Attachments"),
        "deliveries": say("Consegne", "Deliveries"),
        "messages": say("Messaggi", "Messages"),
    }
    for name, rows in parts.items():
        if rows:
            work.output.rows(titles[name], rows)


def _parts(uow: SqlUnitOfWork, key: PracticeKey) -> dict[str, list[dict[str, object]]]:
    deliveries = uow.deliveries.of_practice(key.partner, key.id_pratica)
    return {
        "timeline": timeline(uow, key),
        "history": [_entry(entry) for entry in uow.records.history(key)],
        "attachments": [_attachment(item) for item in uow.attachments.of(key)],
        "deliveries": [_delivery(item) for item in deliveries],
        "messages": [_message(row) for row in uow.journal.of(key)],
    }


def _entry(entry: HistoryEntry) -> dict[str, object]:
    return {
        "at": entry.at,
        "by": f"{entry.actor.party}/{entry.actor.name}",
        "event": entry.event,
        "state": entry.target,
        "notes": entry.notes,
        "reference": entry.reference,
    }


def _attachment(item: Attachment) -> dict[str, object]:
    return {
        "id": item.reference.attachment_id,
        "name": item.reference.name,
        "state": item.state,
        "until": item.reference.available_until,
        "problem": item.problem,
    }


def _delivery(item: Delivery) -> dict[str, object]:
    return {
        "id": item.delivery_id,
        "kind": item.kind,
        "state": item.state,
        "attempts": item.attempts,
        "next_at": item.next_at,
        "trouble": item.trouble,
        "detail": item.detail,
    }


def _message(row: Any) -> dict[str, object]:
    names = ("direction", "operation", "result", "code", "tolerated", "message_id")
    return {"at": row.began_at, **{name: getattr(row, name) for name in names}}


def timeline(uow: SqlUnitOfWork, key: PracticeKey) -> list[dict[str, object]]:
    """Return both sides' steps in one line of time (T20)."""
    known = status.progress(key, uow=uow)
    return [
        {"at": step.entered_at, "side": side.value, "state": step.state, "notes": step.notes}
        for side, step in status.in_one_line(known, key.side)
    ]


def check_line(check: Check, *, as_json: bool) -> str:
    """Return a check and whether it passed, in a few words."""
    if as_json:
        return f"{check.kind}: {check.passed}"
    return f"{CHECKS[check.kind.value].say(LANGUAGE)}: {shown(check.passed)}"


def check_rows(found: Sequence[Check]) -> list[dict[str, object]]:
    """Return checks as rows to print."""
    return [
        {
            "kind": check.kind,
            "check": CHECKS[check.kind.value].say(LANGUAGE),
            "passed": check.passed,
            "settled": check.settled,
            "detail": check.detail,
            "cleared_by": check.cleared_by,
            "cleared_for": check.cleared_for,
        }
        for check in found
    ]
