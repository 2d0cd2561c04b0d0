"""Titles as the store keeps them, sealed: JSON, days in ISO form."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import date, datetime
from typing import Any

from gateway.domain.lookups import Found, NotFound
from gateway.domain.title_checks import (
    Agreement,
    DeclaredKind,
    DeclaredTitle,
    FieldCheck,
)
from gateway.domain.titles import SchoolDiploma, TitleVerdict, UniversityTitle
from gateway.domain.verifications import VerdictEntry

_KINDS = {"university": UniversityTitle, "diploma": SchoolDiploma}
_DAYS = frozenset({"awarded_on"})


def _to_text(value: object) -> str:
    return json.dumps(value, default=_plain, ensure_ascii=False)


def _plain(value: object) -> str:
    assert isinstance(value, date)
    return value.isoformat()


def _read(fields: Mapping[str, Any]) -> dict[str, Any]:
    return {
        name: date.fromisoformat(value) if name in _DAYS and value else value
        for name, value in fields.items()
    }


def answer_to_text(answer: Found | NotFound) -> str:
    """Return what a registry said of a title; empty where it has none."""
    if isinstance(answer, NotFound):
        return ""
    names = {kind: name for name, kind in _KINDS.items()}
    return _to_text([{"kind": names[type(item)], **asdict(item)} for item in answer.what])


def answer_from_text(text: str, asked_at: datetime) -> Found | NotFound:
    """Return what a registry said once."""
    if not text:
        return NotFound(asked_at, remembered=True)
    titles = []
    for item in json.loads(text):
        kind = _KINDS[item.pop("kind")]
        titles.append(kind(**_read(item)))
    return Found(tuple(titles), asked_at, remembered=True)


def declared_to_text(title: DeclaredTitle) -> str:
    """Return a declared title."""
    return _to_text(asdict(title))


def declared_from_text(text: str) -> DeclaredTitle:
    """Return a declared title."""
    fields = _read(json.loads(text))
    return DeclaredTitle(**{**fields, "kind": DeclaredKind(fields["kind"])})


def fields_to_text(fields: Sequence[FieldCheck]) -> str:
    """Return the fields of a judgement; empty where there are none."""
    return _to_text([asdict(item) for item in fields]) if fields else ""


def fields_from_text(text: str) -> tuple[FieldCheck, ...]:
    """Return the fields of a judgement."""
    return tuple(
        FieldCheck(item["name"], item["declared"], item["registry"], Agreement(item["agreement"]))
        for item in json.loads(text or "[]")
    )


def history_to_json(history: Sequence[VerdictEntry]) -> list[dict[str, str]]:
    """Return the verdicts of a title, oldest first; there is no value in them."""
    return [
        {"at": item.at.isoformat(), "verdict": item.verdict.value, "reason": item.reason}
        for item in history
    ]


def history_from_json(data: Sequence[Mapping[str, str]]) -> tuple[VerdictEntry, ...]:
    """Return the verdicts of a title, oldest first."""
    return tuple(
        VerdictEntry(
            datetime.fromisoformat(item["at"]), TitleVerdict(item["verdict"]), item["reason"]
        )
        for item in data
    )
