"""The tables. Columns that hold something sealed end in ``_sealed``."""

from storage.tables.base import metadata
from storage.tables.deliveries import alarms, deliveries, nodes
from storage.tables.journal import messages
from storage.tables.offers import admissions, cached_offers, courses, offers
from storage.tables.partners import partners, universities
from storage.tables.privacy import accesses, retention_terms
from storage.tables.records import (
    attachments,
    checks,
    counters,
    delibere,
    history,
    register_entries,
    remote_progress,
    student_files,
)
from storage.tables.transfers import foglio_drafts, incoming, outgoing

__all__ = [
    "accesses",
    "admissions",
    "alarms",
    "attachments",
    "cached_offers",
    "checks",
    "counters",
    "courses",
    "delibere",
    "deliveries",
    "foglio_drafts",
    "history",
    "incoming",
    "messages",
    "metadata",
    "nodes",
    "offers",
    "outgoing",
    "partners",
    "register_entries",
    "remote_progress",
    "retention_terms",
    "student_files",
    "universities",
]
