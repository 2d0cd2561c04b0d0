"""A registry, what it answered, and the verification of a practice's titles, for people."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from gateway.cli.language import LANGUAGE, say
from gateway.cli.output import Output, shown
from gateway.domain.lookups import Answer, Circuit, CouldNotAsk, Found, NotFound, outcome_of
from gateway.domain.registry import LookupService, TitleRegistry
from gateway.domain.title_checks import shown_grade
from gateway.domain.titles import SchoolDiploma, Title
from gateway.domain.verifications import CheckedTitle, Verification, tally
from gateway.texts import Language
from gateway.texts.fields import label, word
from gateway.texts.machine import in_words as machine_words


def show_registry(
    output: Output,
    record: TitleRegistry,
    circuits: Mapping[LookupService, Circuit],
    spent: Sequence[tuple[str, int]],
) -> None:
    """Print the record of a registry, how it fares, and what is spent today; never a secret."""
    down = {service: circuit for service, circuit in circuits.items() if circuit.failures}
    output.record(
        record.name or say("Registro dei titoli", "Registry of titles"),
        {
            "name": record.name,
            "titles_url": record.titles_url,
            "diplomas_url": record.diplomas_url,
            "username": record.username,
            "password_set": bool(record.password),
            "proofs_out": record.outbound.proofs,
            "egov": record.egov,
            "sender": record.sender,
            "recipient": record.recipient,
            "timeout_seconds": record.timeout_seconds,
            "remember_found_hours": record.found_for.total_seconds() / 3600,
            "remember_not_found_hours": record.not_found_for.total_seconds() / 3600,
            "per_day": record.per_day,
            "per_office": record.per_office,
            "spent": [f"{office}: {number}" for office, number in spent],
            "active": record.active,
            "verify": record.verify,
            "forward": record.forward,
            "failing": [
                f"{service} {circuit.failures} {circuit.trouble}"
                for service, circuit in down.items()
            ],
            "failing_since": min(
                (item.failing_since for item in down.values() if item.failing_since),
                default=None,
            ),
            "probe_at": max(
                (item.probe_at for item in down.values() if item.probe_at), default=None
            ),
        },
    )


def title_row(title: Title) -> dict[str, object]:
    """Return a title as the registry has it."""
    diploma = isinstance(title, SchoolDiploma)
    return {
        "kind": "diploma" if diploma else "university",
        "awarded_by": title.school if isinstance(title, SchoolDiploma) else title.university,
        "type": title.diploma_type if isinstance(title, SchoolDiploma) else title.degree_type,
        "classe": "" if isinstance(title, SchoolDiploma) else title.classe,
        "year": title.year if isinstance(title, SchoolDiploma) else title.academic_year,
        "on": title.awarded_on,
        "grade": title.grade,
        "country": title.state,
    }


def answer_rows(answer: Answer) -> dict[str, Any]:
    """Return an answer as programs read it."""
    outcome, detail = outcome_of(answer)
    asked_at: datetime | None = None
    if not isinstance(answer, CouldNotAsk):
        asked_at = answer.asked_at
    return {
        "outcome": outcome,
        "titles": [title_row(item) for item in answer.what] if isinstance(answer, Found) else [],
        "asked_at": asked_at,
        "from_cache": not isinstance(answer, CouldNotAsk) and answer.remembered,
        "trouble": answer.trouble if isinstance(answer, CouldNotAsk) else "",
        "detail": detail if isinstance(answer, CouldNotAsk) else "",
        "since": answer.since if isinstance(answer, CouldNotAsk) else None,
        "again_at": answer.again_at if isinstance(answer, CouldNotAsk) else None,
    }


def in_words(answer: Answer, language: Language, *, as_json: bool = False) -> str:
    """Return one of the three honest answers in words, or as programs read it."""
    outcome, detail = outcome_of(answer)
    if as_json:
        return f"{outcome.value}: {detail}" if detail else outcome.value
    said = word(outcome.value, language)
    if isinstance(answer, Found | NotFound):
        when = shown(answer.asked_at)
        asked = say("chiesto il {when}", "asked on {when}", when=when)
        return f"{said} ({asked})"
    parts = [said, trouble_words(detail, language)]
    parts.append(say("dal {since}", "since {since}", since=shown(answer.since)))
    if answer.again_at is not None:
        again = shown(answer.again_at)
        parts.append(say("si può richiedere dal {again}", "may be asked from {again}", again=again))
    return ", ".join(parts)


def trouble_words(detail: str, language: Language) -> str:
    """Return a trouble and its detail in words."""
    first, colon, rest = detail.partition(": ")
    known = word(first, language)
    return known + colon + (machine_words(rest, language) if rest else "")


def summary(verification: Verification | None, titles: Sequence[CheckedTitle]) -> dict[str, object]:
    """Return the verification of a practice's titles in a few fields."""
    counts = tally(titles)
    return {
        "titles_verified": [f"{verdict} {number}" for verdict, number in counts.items()],
        "titles_state": verification.state if verification else None,
        "titles_since": verification.since if verification else None,
        "titles_next_at": verification.next_at if verification else None,
    }


def title_rows(titles: Sequence[CheckedTitle], *, all_of_them: bool) -> list[dict[str, object]]:
    """Return the titles of a practice with their verdicts."""
    return [
        {
            "position": item.position,
            "kind": item.declared.kind,
            "name": item.declared.name,
            "year": item.declared.year,
            "grade": shown_grade(item.declared),
            "verdict": item.verdict,
            "reason": item.judgement.reason,
            "detail": item.judgement.detail,
            "since": item.since,
            "judged_at": item.judged_at,
            "withdrawn": item.withdrawn,
            "fields": [
                {
                    "field": check.name,
                    "declared": check.declared,
                    "registry": check.registry,
                    "agreement": check.agreement,
                }
                for check in item.judgement.fields
            ],
            "history": [
                {"at": entry.at, "verdict": entry.verdict, "reason": entry.reason}
                for entry in item.history
            ],
        }
        for item in titles
        if all_of_them or not item.withdrawn
    ]


def print_titles(output: Output, rows: Sequence[Mapping[str, Any]]) -> None:
    """Print titles with their fields, each in a table of its own; as JSON they are one document."""
    if output.as_json:
        output.rows("", list(rows))
        return
    plain = [
        {name: value for name, value in row.items() if name not in ("fields", "history")}
        for row in rows
    ]
    output.rows(say("Titoli dichiarati", "Declared titles"), plain)
    for row in rows:
        if row["fields"]:
            fields = [{**item, "field": label(item["field"], LANGUAGE)} for item in row["fields"]]
            output.rows(f"{row['position']}. {row['name']}", fields)
