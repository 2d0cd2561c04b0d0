"""What partners show and what we show them, as one sealed text: it holds keys and passwords."""

import json
from collections.abc import Mapping
from dataclasses import asdict
from datetime import date
from typing import Any

from gateway.domain.security import (
    InboundSecurity,
    KeyPin,
    OutboundSecurity,
    Proof,
    SubjectPin,
)

_PINS = frozenset({"keys", "signers", "answer_signers", "server_keys"})


def security_to_text(inbound: InboundSecurity, outbound: OutboundSecurity) -> str:
    """Return both as JSON; days in ISO form."""
    both = {"inbound": asdict(inbound), "outbound": asdict(outbound)}
    return json.dumps(both, default=_plain, sort_keys=True)


def security_from_text(text: str) -> tuple[InboundSecurity, OutboundSecurity]:
    """Return both from JSON; an empty text is a partner that shows HTTP Basic, and so do we."""
    if not text:
        return InboundSecurity(), OutboundSecurity()
    both = json.loads(text)
    return InboundSecurity(**_read(both["inbound"])), OutboundSecurity(**_read(both["outbound"]))


def _plain(value: object) -> Any:
    if isinstance(value, frozenset):
        return sorted(value)
    assert isinstance(value, date)
    return value.isoformat()


def _read(fields: Mapping[str, Any]) -> dict[str, Any]:
    return {name: _value(name, value) for name, value in fields.items()}


def _value(name: str, value: Any) -> Any:
    if name == "proofs":
        return frozenset(Proof(item) for item in value)
    if name in _PINS:
        return tuple(
            KeyPin(item["sha256"], _day(item["until"]), item.get("certificate", ""))
            for item in value
        )
    if name == "subjects":
        return tuple(
            SubjectPin(item["authority"], item["subject"], _day(item["until"])) for item in value
        )
    return value


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None
