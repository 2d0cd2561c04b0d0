"""Awarded titles as a sealed column keeps them: compact JSON, days in ISO form."""

import json
from dataclasses import asdict
from datetime import date
from typing import Any

from gateway.domain.title_records import kind_of
from gateway.domain.titles import SchoolDiploma, Title, UniversityTitle


def title_to_bytes(title: Title) -> bytes:
    """Return a title as it is sealed."""
    day = title.awarded_on.isoformat() if title.awarded_on else None
    fields = {**asdict(title), "awarded_on": day, "kind": kind_of(title).value}
    return json.dumps(fields, separators=(",", ":")).encode()


def title_from_bytes(content: bytes) -> Title:
    """Return the title that was sealed."""
    fields: dict[str, Any] = json.loads(content)
    day = fields["awarded_on"]
    fields["awarded_on"] = date.fromisoformat(day) if day else None
    made: type[Title] = SchoolDiploma if fields.pop("kind") == "school" else UniversityTitle
    return made(**fields)
