"""A commission's decision as a JSON file.

``{"body": …, "decided_on": "2026-11-03", "conversions": [{"sources": [["1.3", "9"]],
"target_name": …, "target_code": …, "cfu": "9", "sector": …, "grade": 28}, …]}``: a source is an
exam's reference in the career (tratta.position) and the credits used of it.
"""

import json
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

from gateway.domain.delibera import Conversion, Delibera, Source
from gateway.domain.rejections import Cause, refuse


def read_delibera(content: bytes) -> Delibera:
    """Return the decision of a file.

    Raises:
        Rejection: it is not JSON, or lacks something.
    """
    try:
        data = json.loads(content)
        return Delibera(
            body=str(data["body"]),
            decided_on=date.fromisoformat(data["decided_on"]),
            number=str(data.get("number", "")),
            year_of_course=data.get("year_of_course"),
            notes=str(data.get("notes", "")),
            conversions=tuple(_conversion(line) for line in data["conversions"]),
        )
    except (ValueError, KeyError, TypeError, AttributeError, InvalidOperation) as error:
        raise refuse(Cause.NOT_A_DOCUMENT, f"delibera: {error}"[:80]) from error


def _conversion(line: dict[str, Any]) -> Conversion:
    return Conversion(
        sources=tuple(
            Source(str(reference), Decimal(str(cfu))) for reference, cfu in line["sources"]
        ),
        target_name=str(line["target_name"]),
        target_code=str(line.get("target_code", "")),
        cfu=Decimal(str(line.get("cfu", "0"))),
        sector=str(line.get("sector", "")),
        grade=int(str(line["grade"])) if line.get("grade") is not None else None,
        refused_for=str(line.get("refused_for", "")),
    )
