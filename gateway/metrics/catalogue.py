"""Every metric there is: name, kind, labels, and what it means.

Labels hold codes and words of ours only: no person, no practice, no address, and of partners only
the codes of those that are registered. So the number of series is bounded by what was set up.
"""

from dataclasses import dataclass
from enum import Enum

STRANGER = "stranger"
"""The partner in a label when nobody known sent the message."""
UNKNOWN = "unknown"
"""The operation in a label when a message names none of ours."""


class Kind(Enum):
    """What a metric does: only grow, spread over buckets, or go up and down."""

    COUNTER = "counter"
    HISTOGRAM = "histogram"
    GAUGE = "gauge"


@dataclass(frozen=True, slots=True)
class Family:
    """A metric. ``buckets`` are the upper bounds of a histogram, the infinite one left out."""

    name: str
    kind: Kind
    help: str
    labels: tuple[str, ...] = ()
    buckets: tuple[float, ...] = ()


@dataclass(frozen=True, slots=True)
class Sample:
    """The present value of a gauge."""

    family: Family
    value: float
    labels: tuple[str, ...] = ()


def _counter(name: str, text: str, *labels: str) -> Family:
    return Family(f"congedo_{name}_total", Kind.COUNTER, text, labels)


def _gauge(name: str, text: str, *labels: str) -> Family:
    return Family(f"congedo_{name}", Kind.GAUGE, text, labels)


MESSAGES = _counter(
    "messages",
    "Messages in and out by how they ended; whatever is not accepted or repeated is a failure,"
    " also under HTTP 200 (codEsito other than 0, a page in place of SOAP)",
    "university",
    "direction",
    "operation",
    "partner",
    "result",
)
SECONDS = Family(
    "congedo_message_duration_seconds",
    Kind.HISTOGRAM,
    "Seconds from the request to the answer",
    ("direction", "operation"),
    (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0, 60.0),
)
REFUSALS = _counter(
    "refusals", "Messages we answered with a codEsito other than 0", "operation", "code"
)
FAULTS = _counter("faults", "Messages we answered with a SOAP fault", "status", "code")
TOLERANCES = _counter(
    "tolerances", "Messages read in spite of a deviation, by the rule that allowed it", "rule"
)
VERIFICATIONS = _counter(
    "password_verifications", "Passwords verified by argon2 (not those remembered)", "result"
)
ATTEMPTS = _counter(
    "delivery_attempts",
    "Attempts to deliver by the state they left the delivery in; waiting means a retry is due",
    "university",
    "state",
)
SCHEDULES = _counter("schedule_runs", "Runs of what is done by the clock", "schedule", "result")

BUILD = _gauge("build_info", "1, with the version of the program that answered", "version")
DATABASE_UP = _gauge("database_up", "1 if the database could be read just now")
DATABASE_BYTES = _gauge("database_bytes", "Size of the database, journal of writes included")
DISK_FREE = _gauge("disk_free_bytes", "Space left where the installation keeps its files")
DELIVERIES = _gauge("deliveries", "Deliveries that have not ended", "university", "kind", "state")
OLDEST = _gauge(
    "delivery_oldest_seconds",
    "Age of the oldest delivery that has not ended",
    "university",
    "state",
)
LATE = _gauge(
    "deliveries_late", "Deliveries whose turn came more than ten minutes ago", "university"
)
RETRYING = _gauge("deliveries_retrying", "Deliveries waiting for another attempt", "university")
ALARMS = _gauge("alarms_open", "Alarms that a person must look at", "university", "kind")
PRACTICES = _gauge("practices", "Practices by side and state", "university", "side", "state")
ATTACHMENTS_FAILED = _gauge(
    "attachments_failed", "Attachments that could not be obtained", "university"
)
TERMS_LATE = _gauge(
    "terms_late", "Open practices whose sections 3-4 are past their term", "university", "side"
)
NODES = _gauge("worker_nodes", "Processes that deliver, by whether they were heard of", "state")
JOBS = _gauge("jobs", "Jobs of the queue that have not ended", "state")
EXPIRY = _gauge(
    "certificate_expiry_timestamp_seconds",
    "When the last certificate or pinned key for a use ends (Unix time); endless ones are left out",
    "university",
    "partner",
    "use",
)
PROCESSES = _gauge("processes", "Processes of this machine that count messages")
RESIDENT = _gauge("process_resident_bytes", "Memory of those processes together")
LARGEST = _gauge("process_resident_bytes_largest", "Memory of the largest of them")
BACKUP = _gauge(
    "last_backup_timestamp_seconds", "When `congedo db backup` last ended well (Unix time)"
)
REGISTRY_UP = _gauge(
    "registry_up", "1 if the registry of titles answered last time, 0 if not", "university"
)
READ_ERRORS = _gauge("gauge_errors", "1 if a group of gauges could not be read", "group")

COUNTED = (MESSAGES, SECONDS, REFUSALS, FAULTS, TOLERANCES, VERIFICATIONS, ATTEMPTS, SCHEDULES)
READ = (
    BUILD,
    DATABASE_UP,
    DATABASE_BYTES,
    DISK_FREE,
    DELIVERIES,
    OLDEST,
    LATE,
    RETRYING,
    ALARMS,
    PRACTICES,
    ATTACHMENTS_FAILED,
    TERMS_LATE,
    NODES,
    JOBS,
    EXPIRY,
    PROCESSES,
    RESIDENT,
    LARGEST,
    BACKUP,
    REGISTRY_UP,
    READ_ERRORS,
)
FAMILIES = (*COUNTED, *READ)
