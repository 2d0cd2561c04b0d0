"""The tables. Columns that hold something sealed end in ``_sealed``."""

from storage.tables.accounts import (
    accounts,
    audit_entries,
    grants,
    identity_providers,
    invitations,
    recovery_codes,
    second_factors,
    throttles,
    web_sessions,
)
from storage.tables.arrivals import (
    arrival_sessions,
    arrival_tries,
    delibera_drafts,
    enrolled_students,
    enrolments,
)
from storage.tables.base import metadata
from storage.tables.careers import foglio_edits, student_careers
from storage.tables.connectors import connectors
from storage.tables.deliveries import alarms, deliveries, nodes
from storage.tables.journal import messages
from storage.tables.mail import mail_choices, mail_settings, mails
from storage.tables.nonces import nonces
from storage.tables.offers import admissions, cached_offers, courses, offers
from storage.tables.offices import proposals, saved_filters
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
from storage.tables.registry import (
    registries,
    registry_answers,
    registry_circuits,
    registry_queries,
    registry_quotas,
    title_verifications,
    verifications,
)
from storage.tables.texts import university_texts
from storage.tables.titles import (
    student_credentials,
    title_changes,
    title_refusals,
    title_runs,
    titles,
)
from storage.tables.transfers import foglio_drafts, incoming, outgoing

__all__ = [
    "accesses",
    "accounts",
    "admissions",
    "alarms",
    "arrival_sessions",
    "arrival_tries",
    "attachments",
    "audit_entries",
    "cached_offers",
    "checks",
    "connectors",
    "counters",
    "courses",
    "delibera_drafts",
    "delibere",
    "deliveries",
    "enrolled_students",
    "enrolments",
    "foglio_drafts",
    "foglio_edits",
    "grants",
    "history",
    "identity_providers",
    "incoming",
    "invitations",
    "mail_choices",
    "mail_settings",
    "mails",
    "messages",
    "metadata",
    "nodes",
    "nonces",
    "offers",
    "outgoing",
    "partners",
    "proposals",
    "recovery_codes",
    "register_entries",
    "registries",
    "registry_answers",
    "registry_circuits",
    "registry_queries",
    "registry_quotas",
    "remote_progress",
    "retention_terms",
    "saved_filters",
    "second_factors",
    "student_careers",
    "student_credentials",
    "student_files",
    "throttles",
    "title_changes",
    "title_refusals",
    "title_runs",
    "title_verifications",
    "titles",
    "universities",
    "university_texts",
    "verifications",
    "web_sessions",
]
