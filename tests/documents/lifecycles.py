"""docs/lifecycles.md, from the tables of the life cycles."""

from collections.abc import Iterator
from enum import StrEnum

from gateway.domain.deliveries import OPEN_STATES, DeliveryState
from gateway.domain.destination import DESTINATION
from gateway.domain.lifecycle import Lifecycle, Transition
from gateway.domain.origin import ORIGIN

INTRODUCTION = """# Life cycles

Made from the tables in `gateway/domain` by `make docs`; do not edit. A row says: in this state, on
this event, the practice goes to that state; who may cause it; what the partner is told; and where
the rule comes from (a paragraph of the guidelines of 2012, or "profile" where Congedo had to
choose: see `protocol-profile.md`). What is in no row is refused with codEsito 3 and changes
nothing.
"""
DELIVERIES = """
## Deliveries

Every outgoing message is a delivery. `waiting` and `sending` go on by themselves, `parked` waits
for a person (`congedo delivery resend`), the others have ended.

```mermaid
stateDiagram-v2
    [*] --> waiting
    waiting --> sending: its turn has come
    sending --> delivered: accepted
    sending --> refused: refused for good
    sending --> waiting: unreachable, or no answer
    sending --> parked: no answer of the protocol, or its term has passed
    waiting --> parked: its term has passed, or the partner is not active
    parked --> waiting: put in line again
    waiting --> abandoned: given up, nothing has left
    parked --> abandoned: given up, nothing has left
```

"""


def make() -> str:
    """Return the document."""
    parts = [INTRODUCTION]
    parts += ["\n## Origin (ateneo di provenienza)\n\n", *_table(ORIGIN)]
    parts += ["\n## Destination (ateneo di destinazione)\n\n", *_table(DESTINATION)]
    parts.append(DELIVERIES)
    parts += [
        f"- `{state}`: {'open' if state in OPEN_STATES else 'ended'}\n" for state in DeliveryState
    ]
    return "".join(parts)


def _name(state: StrEnum) -> str:
    return state.value.replace(" ", "_")


def _table(cycle: "Lifecycle[StrEnum, StrEnum]") -> Iterator[str]:  # type: ignore[type-var]
    yield "```mermaid\nstateDiagram-v2\n"
    yield f"    [*] --> {_name(cycle.initial)}\n"
    moves: dict[tuple[StrEnum, StrEnum], list[str]] = {}
    for row in cycle.transitions:
        if row.source is not row.target:
            moves.setdefault((row.source, row.target), []).append(row.event.value)
    for (source, target), events in moves.items():
        yield f"    {_name(source)} --> {_name(target)}: {', '.join(events)}\n"
    sources = {row.source for row in cycle.transitions}
    for state in type(cycle.initial):
        if state not in sources:
            yield f"    {_name(state)} --> [*]\n"
    yield "```\n\n| state | event | to | by | tells | source |\n|---|---|---|---|---|---|\n"
    yield from (_row(row) for row in cycle.transitions)


def _row(row: "Transition[StrEnum, StrEnum]") -> str:  # type: ignore[type-var]
    target = "stays" if row.target is row.source else row.target.value
    by = ", ".join(sorted(row.by))
    return (
        f"| {row.source.value} | `{row.event.value}` | {target} | {by} "
        f"| {row.notifies or ''} | {row.clause} |\n"
    )
