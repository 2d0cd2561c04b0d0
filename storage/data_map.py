"""Where personal data is: every table, every column, how a person's rows are found.

Erasure, the copy for the data subject and the table of ``docs/security-and-privacy.md`` all follow
this map; a test demands that every table is on it, and every column in exactly one of its groups.
What each table is for, in words, stands in ``gateway.texts.personal_data``.
"""

from collections.abc import Mapping
from types import MappingProxyType

from gateway.domain.retention import Kept
from storage import data_map_pages
from storage import tables as t
from storage.holdings import PRACTICE, Erased, Found, Holding, nobody

_HOLDINGS = (
    *data_map_pages.HOLDINGS,
    Holding(
        table=t.outgoing,
        found=Found.INDEX,
        personal="student_index private_sealed revision_sealed course_code course_name"
        " academic_year protocol_number archive_number course_enrolled state",
        technical="id university id_pratica destination version foglio sections sent terms"
        " career_due created_at updated_at checked_at faculty queue",
        withheld="id version student_index queue",
        terms=(Kept.DRAFTS, Kept.TOKENS, Kept.PRACTICES),
        erased=Erased.ANONYMISED,
    ),
    Holding(
        table=t.incoming,
        found=Found.INDEX,
        personal="student_index private_sealed token_used course_code course_name academic_year"
        " protocol_number matricola course_enrolled state",
        technical="id university origin id_pratica version sections career_due revision_open"
        " anomaly_open created_at updated_at checked_at faculty queue",
        withheld="id version student_index queue",
        terms=(Kept.TOKENS, Kept.PRACTICES),
        erased=Erased.ANONYMISED,
    ),
    Holding(
        table=t.foglio_drafts,
        found=Found.DRAFT,
        personal="content_sealed",
        technical="id university sha256 created_at",
        documents="content_sealed",
        terms=(Kept.MESSAGES, Kept.DRAFTS),
        erased=Erased.DELETED,
    ),
    Holding(
        table=t.messages,
        found=Found.MESSAGE,
        personal="request_sealed answer_sealed student_index",
        technical="message_id university direction partner operation id_pratica sha256 result code"
        " began_at ended_at request_bytes address sections tolerated repeats delivery_id canonical"
        " correlation",
        withheld="address canonical student_index",
        documents="request_sealed answer_sealed",
        emptied="request_sealed answer_sealed student_index",
        terms=(Kept.MESSAGES, Kept.ATTACHMENTS, Kept.LOOSE_MESSAGES),
        erased=Erased.EMPTIED,
    ),
    Holding(
        table=t.deliveries,
        found=Found.PRACTICE,
        personal="meta_sealed payload_sealed detail_sealed",
        technical=f"id delivery_id {PRACTICE} kind ordered state attempts reached trouble"
        " created_at updated_at next_at expires_at",
        withheld="id",
        documents="payload_sealed",
        emptied="meta_sealed payload_sealed detail_sealed",
        terms=(Kept.DELIVERIES,),
        erased=Erased.EMPTIED,
    ),
    Holding(
        table=t.attachments,
        found=Found.PRACTICE,
        personal="attachment_id name_sealed content_sealed problem_sealed size sha256",
        technical=f"id {PRACTICE} media_type available_until state",
        withheld="id",
        documents="content_sealed",
        terms=(Kept.ATTACHMENTS, Kept.PRACTICES),
        erased=Erased.DELETED,
    ),
    Holding(
        table=t.history,
        found=Found.PRACTICE,
        personal="notes_sealed reference",
        technical=f"id {PRACTICE} at party actor event source target",
        withheld="id actor",
        emptied="notes_sealed reference",
        terms=(Kept.PRACTICES,),
        erased=Erased.EMPTIED,
    ),
    Holding(
        table=t.checks,
        found=Found.PRACTICE,
        personal="passed detail_sealed cleared_for_sealed",
        technical=f"id {PRACTICE} kind cleared_by cleared_at",
        withheld="id cleared_by",
        terms=(Kept.CHECKS, Kept.PRACTICES),
        erased=Erased.DELETED,
    ),
    Holding(
        table=t.delibere,
        found=Found.PRACTICE,
        personal="content_sealed",
        technical=f"id {PRACTICE} protocol_number",
        withheld="id",
        terms=(Kept.PRACTICES,),
        erased=Erased.DELETED,
    ),
    Holding(
        table=t.remote_progress,
        found=Found.PRACTICE,
        personal="steps_sealed",
        technical=f"id {PRACTICE} asked_at",
        withheld="id",
        terms=(Kept.PARTNER_PROGRESS, Kept.PRACTICES),
        erased=Erased.DELETED,
    ),
    Holding(
        table=t.alarms,
        found=Found.ALARM,
        personal="detail_sealed",
        technical="id university kind subject raised_at cleared_at",
        withheld="id",
        terms=(Kept.ALARMS,),
        erased=Erased.DELETED,
    ),
    Holding(
        table=t.student_files,
        found=Found.INDEX,
        personal="student_index matricola event document at",
        technical="id university",
        withheld="id student_index",
        terms=(Kept.STUDENT_FILES,),
        erased=Erased.DELETED,
    ),
    Holding(
        table=t.admissions,
        found=Found.INDEX,
        personal="student_index course year",
        technical="id university",
        withheld="id student_index",
        terms=(Kept.ADMISSIONS,),
        erased=Erased.DELETED,
    ),
    Holding(
        table=t.verifications,
        found=Found.RECEIVED,
        personal="state cause trouble since",
        technical="id verification_id university origin id_pratica operator office attempts next_at"
        " renewed_at fresh created_at updated_at expires_at",
        withheld="id operator office",
        terms=(Kept.CHECKS, Kept.PRACTICES),
        erased=Erased.DELETED,
    ),
    Holding(
        table=t.title_verifications,
        found=Found.RECEIVED,
        personal="kind declared_sealed fields_sealed verdict reason detail history",
        technical="id university origin id_pratica title_id position judged_at since withdrawn",
        withheld="id",
        terms=(Kept.CHECKS, Kept.PRACTICES),
        erased=Erased.DELETED,
    ),
    Holding(
        table=t.registry_answers,
        found=Found.INDEX,
        personal="student_index answer_sealed year",
        technical="id university service asked_at expires_at",
        withheld="id student_index",
        terms=(Kept.REGISTRY_ANSWERS,),
        erased=Erased.DELETED,
    ),
    Holding(
        table=t.registry_queries,
        found=Found.INDEX,
        personal="student_index year reference words_sealed outcome detail",
        technical="id query_id university service purpose operator office asked_at ended_at"
        " from_cache",
        withheld="id student_index operator office",
        terms=(Kept.REGISTRY_QUERIES,),
        erased=Erased.DELETED,
    ),
    Holding(
        table=t.titles,
        found=Found.INDEX,
        personal="student_index title_key kind content_sealed withdrawn_at",
        technical="id university version run recorded_at",
        withheld="id student_index title_key version run",
        erased=Erased.DELETED,
    ),
    Holding(
        table=t.title_changes,
        found=Found.INDEX,
        personal="student_index former_key event why_sealed before_sealed",
        technical="id university title at party actor",
        withheld="id student_index former_key title actor",
        erased=Erased.DELETED,
    ),
    Holding(
        table=t.title_refusals,
        found=Found.TITLE,
        personal="params",
        technical="id university run line cause path",
        withheld="id params run",
        terms=(Kept.TITLE_REFUSALS,),
        erased=Erased.DELETED,
    ),
    Holding(
        table=t.student_credentials,
        found=Found.INDEX,
        personal="student_index user_index password_hash",
        technical="id university updated_at",
        withheld="id student_index user_index password_hash",
        terms=(Kept.STUDENT_CREDENTIALS,),
        erased=Erased.DELETED,
    ),
    Holding(
        table=t.register_entries,
        found=Found.PRACTICE,
        personal="number",
        technical=f"id {PRACTICE} series kind at",
        withheld="id",
    ),
    Holding(
        table=t.accesses,
        found=Found.INDEX,
        index_column="subject",
        personal="subject purpose_sealed operator",
        technical="id university at command id_pratica row_count",
        withheld="id subject operator",
        terms=(Kept.ACCESSES,),
    ),
    nobody(t.universities),
    nobody(t.university_texts),
    nobody(t.partners),
    nobody(t.offers),
    nobody(t.courses),
    nobody(t.cached_offers),
    nobody(t.counters),
    nobody(t.nodes),
    nobody(t.retention_terms),
    nobody(t.registries),
    nobody(t.registry_circuits),
    nobody(t.registry_quotas),
    nobody(t.title_runs),
    nobody(t.nonces),
    nobody(t.throttles),
    nobody(t.identity_providers),
    nobody(t.mail_settings),
    nobody(t.connectors),
    nobody(t.arrival_tries),
    nobody(t.saved_filters),
)
HOLDINGS: Mapping[str, Holding] = MappingProxyType({item.table.name: item for item in _HOLDINGS})
"""The map, by the name of the table."""
