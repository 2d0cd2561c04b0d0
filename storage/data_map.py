"""Where personal data is: every table, every column, how a person's rows are found.

Erasure, the copy for the data subject and the table of ``docs/security-and-privacy.md`` all follow
this map; a test demands that every table is on it, and every column in exactly one of its groups.
What each table is for, in words, stands in ``gateway.texts.personal_data``.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType

import sqlalchemy as sa

from gateway.domain.retention import Kept
from storage import tables as t


class Found(StrEnum):
    """How the rows about a person are found."""

    INDEX = "index"
    """By the keyed digest of the codice fiscale, in ``Holding.index_column``."""
    PRACTICE = "practice"
    """By the person's practices: university, side, partner, id_pratica."""
    MESSAGE = "message"
    """By the keyed digest, by the practices, and by looking into messages of no practice."""
    DRAFT = "draft"
    """By the request that points to it, and by looking into those that none points to."""
    ALARM = "alarm"
    """By the practice or the delivery that its subject names."""
    RECEIVED = "received"
    """By the person's practices at the destination: university, origin, id_pratica."""
    TITLE = "title"
    """By the number of the person's title, which ``params`` name."""
    ACCOUNT = "account"
    """By the accounts of the student that are nothing at other universities."""
    GRANT = "grant"
    """By the accounts of the student: what they are at this university."""
    DEED = "deed"
    """By the accounts of the student: what was done with them."""
    NOBODY = "nobody"
    """It holds nothing about students."""


class Erased(StrEnum):
    """What erasure does to the rows about a person."""

    DELETED = "deleted"
    EMPTIED = "emptied"
    """The columns of ``Holding.emptied`` lose their value; the row stays."""
    ANONYMISED = "anonymised"
    """Nobody's name and no index; the row stays (``storage.erasing``)."""
    STAYS = "stays"


@dataclass(frozen=True, slots=True, kw_only=True)
class Holding:
    """One table on the map.

    ``personal`` columns are about a person, ``technical`` ones are not, or only in that they hang
    on the person's row. ``withheld`` ones are left out of the copy: they name operators or hold
    our own secrets. ``documents`` are sealed columns whose content is a file. ``terms`` are the
    kinds whose term clears the table; none means that rows live as long as what they belong to.
    """

    table: sa.Table
    found: Found
    personal: str = ""
    technical: str = ""
    withheld: str = ""
    documents: str = ""
    emptied: str = ""
    index_column: str = "student_index"
    terms: tuple[Kept, ...] = ()
    erased: Erased = Erased.STAYS
    exported: bool = True

    @property
    def columns(self) -> list[str]:
        """Every column on the map, as often as it stands there."""
        return [*self.personal.split(), *self.technical.split()]


def _nobody(table: sa.Table) -> Holding:
    names = " ".join(table.columns.keys())
    return Holding(table=table, found=Found.NOBODY, technical=names, exported=False)


_PRACTICE = "university side partner id_pratica"

_HOLDINGS = (
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
        " created_at updated_at checked_at faculty queue",
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
        technical=f"id delivery_id {_PRACTICE} kind ordered state attempts reached trouble"
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
        technical=f"id {_PRACTICE} media_type available_until state",
        withheld="id",
        documents="content_sealed",
        terms=(Kept.ATTACHMENTS, Kept.PRACTICES),
        erased=Erased.DELETED,
    ),
    Holding(
        table=t.history,
        found=Found.PRACTICE,
        personal="notes_sealed reference",
        technical=f"id {_PRACTICE} at party actor event source target",
        withheld="id actor",
        emptied="notes_sealed reference",
        terms=(Kept.PRACTICES,),
        erased=Erased.EMPTIED,
    ),
    Holding(
        table=t.checks,
        found=Found.PRACTICE,
        personal="passed detail_sealed cleared_for_sealed",
        technical=f"id {_PRACTICE} kind cleared_by cleared_at",
        withheld="id cleared_by",
        terms=(Kept.CHECKS, Kept.PRACTICES),
        erased=Erased.DELETED,
    ),
    Holding(
        table=t.delibere,
        found=Found.PRACTICE,
        personal="content_sealed",
        technical=f"id {_PRACTICE} protocol_number",
        withheld="id",
        terms=(Kept.PRACTICES,),
        erased=Erased.DELETED,
    ),
    Holding(
        table=t.remote_progress,
        found=Found.PRACTICE,
        personal="steps_sealed",
        technical=f"id {_PRACTICE} asked_at",
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
        table=t.student_careers,
        found=Found.INDEX,
        personal="student_index private_sealed content_sealed",
        technical="id university sections imported_at imported_by",
        withheld="id student_index imported_by",
        documents="content_sealed",
        terms=(Kept.CAREERS,),
        erased=Erased.DELETED,
    ),
    Holding(
        table=t.foglio_edits,
        found=Found.PRACTICE,
        personal="content_sealed",
        technical=f"id {_PRACTICE} foglio version edited_at edited_by",
        withheld="id edited_by",
        documents="content_sealed",
        terms=(Kept.DRAFTS, Kept.PRACTICES),
        erased=Erased.DELETED,
    ),
    Holding(
        table=t.proposals,
        found=Found.PRACTICE,
        personal="words_sealed why_sealed",
        technical=f"id {_PRACTICE} event version proposed_by proposed_at state ended_by ended_at",
        withheld="id version proposed_by ended_by",
        terms=(Kept.PRACTICES,),
        erased=Erased.DELETED,
    ),
    Holding(
        table=t.enrolments,
        found=Found.RECEIVED,
        personal="content_sealed",
        technical="id university origin id_pratica version updated_at",
        withheld="id version",
        terms=(Kept.PRACTICES,),
        erased=Erased.DELETED,
    ),
    Holding(
        table=t.enrolled_students,
        found=Found.INDEX,
        personal="student_index matricola_index person_sealed course_code course_name",
        technical="id university updated_at",
        withheld="id student_index matricola_index",
        terms=(Kept.ENROLLED_STUDENTS,),
        erased=Erased.DELETED,
    ),
    Holding(
        table=t.delibera_drafts,
        found=Found.PRACTICE,
        personal="content_sealed",
        technical=f"id {_PRACTICE} version changed_by updated_at",
        withheld="id version changed_by",
        terms=(Kept.PRACTICES,),
        erased=Erased.DELETED,
    ),
    Holding(
        table=t.arrival_sessions,
        found=Found.RECEIVED,
        personal="secret_sealed began_at seen_at ended_at",
        technical="id university origin id_pratica mark",
        withheld="id mark secret_sealed",
        terms=(Kept.PRACTICES,),
        erased=Erased.DELETED,
    ),
    Holding(
        table=t.register_entries,
        found=Found.PRACTICE,
        personal="number",
        technical=f"id {_PRACTICE} series kind at",
        withheld="id",
    ),
    Holding(
        table=t.mails,
        found=Found.PRACTICE,
        personal="recipient_sealed",
        technical=f"id mail_id message_id {_PRACTICE} kind state attempts trouble created_at"
        " updated_at next_at expires_at",
        withheld="id",
        terms=(Kept.MAILS,),
        erased=Erased.DELETED,
    ),
    Holding(
        table=t.mail_choices,
        found=Found.INDEX,
        personal="student_index recipient_index off",
        technical="id university code",
        withheld="id student_index recipient_index code",
        erased=Erased.DELETED,
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
    Holding(
        table=t.accounts,
        found=Found.ACCOUNT,
        index_column="id",
        personal="username subject private_sealed student_index password_hash language seen_at",
        technical="id active must_change created_at updated_at version",
        withheld="id subject student_index password_hash version",
        terms=(Kept.STUDENT_ACCOUNTS,),
        erased=Erased.DELETED,
    ),
    Holding(
        table=t.grants,
        found=Found.GRANT,
        personal="role faculty",
        technical="id account_id university",
        withheld="id account_id",
        terms=(Kept.STUDENT_ACCOUNTS,),
        erased=Erased.DELETED,
    ),
    Holding(
        table=t.web_sessions,
        found=Found.ACCOUNT,
        index_column="account_id",
        personal="began_at seen_at way device_sealed",
        technical="id mark account_id proved_at ended_at",
        withheld="id mark account_id",
        terms=(Kept.STUDENT_ACCOUNTS,),
        erased=Erased.DELETED,
    ),
    Holding(
        table=t.second_factors,
        found=Found.ACCOUNT,
        index_column="account_id",
        personal="secret_sealed confirmed_at",
        technical="id account_id last_step",
        withheld="id account_id secret_sealed last_step",
        terms=(Kept.STUDENT_ACCOUNTS,),
        erased=Erased.DELETED,
    ),
    Holding(
        table=t.recovery_codes,
        found=Found.ACCOUNT,
        index_column="account_id",
        personal="code_index used_at",
        technical="id account_id",
        withheld="id account_id code_index",
        terms=(Kept.STUDENT_ACCOUNTS,),
        erased=Erased.DELETED,
    ),
    Holding(
        table=t.invitations,
        found=Found.ACCOUNT,
        index_column="account_id",
        personal="until",
        technical="id mark account_id",
        withheld="id mark account_id",
        terms=(Kept.STUDENT_ACCOUNTS,),
        erased=Erased.DELETED,
    ),
    Holding(
        table=t.audit_entries,
        found=Found.DEED,
        personal="username action practice subject detail at",
        technical="id university account_id",
        withheld="id account_id",
        emptied="username subject detail",
        terms=(Kept.AUDIT,),
        erased=Erased.EMPTIED,
    ),
    _nobody(t.universities),
    _nobody(t.university_texts),
    _nobody(t.partners),
    _nobody(t.offers),
    _nobody(t.courses),
    _nobody(t.cached_offers),
    _nobody(t.counters),
    _nobody(t.nodes),
    _nobody(t.retention_terms),
    _nobody(t.registries),
    _nobody(t.registry_circuits),
    _nobody(t.registry_quotas),
    _nobody(t.title_runs),
    _nobody(t.nonces),
    _nobody(t.throttles),
    _nobody(t.identity_providers),
    _nobody(t.mail_settings),
    _nobody(t.connectors),
    _nobody(t.arrival_tries),
    _nobody(t.accounts),
    _nobody(t.grants),
    _nobody(t.web_sessions),
    _nobody(t.saved_filters),
)
HOLDINGS: Mapping[str, Holding] = MappingProxyType({item.table.name: item for item in _HOLDINGS})
"""The map, by the name of the table."""
