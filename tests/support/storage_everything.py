"""A row of everything for one hosted university, and every way to read and to write them."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

from gateway.demo.people import numbered
from gateway.domain.attachments import Attachment, AttachmentState
from gateway.domain.checks import Check
from gateway.domain.delibera import Delibera
from gateway.domain.deliveries import DeliveryKind, DeliveryState, Side
from gateway.domain.history import Step
from gateway.domain.identifiers import CodiceFiscale
from gateway.domain.messages import ExchangeResult, Operation
from gateway.domain.offers import Offer
from gateway.domain.origin import OriginState
from gateway.domain.partners import CheckKind, ToleranceRule
from gateway.domain.rejections import Cause, Reason
from gateway.domain.retention import OF_PRACTICES, Kept
from gateway.domain.terms import TransmissionTerms
from gateway.domain.title_records import TitleChange, TitleEvent, TitleKind
from gateway.usecases.journal_ports import Search
from gateway.usecases.ports import PracticeKey
from gateway.usecases.privacy_ports import Access
from gateway.usecases.title_ports import StudentCredential
from storage.unit_of_work import SqlUnitOfWork
from tests.support import (
    storage_arrivals,
    storage_careers,
    storage_mail,
    storage_offices,
    storage_registry,
)
from tests.support.clock import START
from tests.support.fakes_samples import (
    COURSE,
    OFFICE,
    PRACTICE,
    ROCCASOLE,
    TODAY,
    attachment,
    course,
    delivery,
    draft,
    message,
    partner,
    received,
    student,
)
from tests.support.storage import OURS
from tests.support.titles import degree, diploma

Uow = SqlUnitOfWork
FAR = datetime(2100, 1, 1, tzinfo=UTC)
SENT = replace(delivery(), university=OURS, partner=ROCCASOLE, state=DeliveryState.SENDING)
SECOND = replace(SENT, delivery_id="d1", state=DeliveryState.WAITING)
IN = replace(received(), university=OURS, origin=ROCCASOLE)
OUT = replace(draft(), destination=ROCCASOLE, career_due=TODAY, state=OriginState.TRASFERITA)
OUTWARD = PracticeKey(Side.ORIGIN, ROCCASOLE, PRACTICE)
INWARD = PracticeKey(Side.DESTINATION, ROCCASOLE, PRACTICE)
KEYS = (OUTWARD, INWARD)
CORRELATION = "4bf92f3577b34da6a3ce929d0e0e4736"
MESSAGE = message(
    university=OURS,
    caller=ROCCASOLE,
    tolerated=(ToleranceRule.DATES,),
    correlation=CORRELATION,
)
FISCAL = CodiceFiscale(numbered(1).codice_fiscale)
DELIBERA = Delibera("Consiglio", TODAY, ())
DEGREE, DIPLOMA = degree(FISCAL), diploma(FISCAL)
CHANGE = TitleChange(START, OFFICE, TitleEvent.CORRECTED, "errore", degree(FISCAL, grade="99"))
CREDENTIAL = StudentCredential("fiorella", "$argon2id$x", FISCAL)
KEPT = Attachment(attachment(), AttachmentState.AWAITED)
ACCESS = Access(START, "segreteria", "journal export", "istanza")


def fill(uow: Uow) -> dict[str, Any]:
    """Let our university own a row of everything."""
    uow.partners.save(partner(ROCCASOLE))
    foglio = uow.foglios.add_draft(b"<FoglioCongedo/>", START)
    kept = {
        "out": uow.outgoing.add(replace(OUT, foglio=foglio)),
        "in": uow.incoming.add(replace(IN, career_due=TODAY)),
        "foglio": foglio,
    }
    uow.journal.add(
        MESSAGE, result=ExchangeResult.ACCEPTED, code=0, answer=b"<r/>", answered_at=START
    )
    for item in (SENT, SECOND):
        uow.deliveries.add(item)
    kept["message"] = uow.journal.begin(SENT, Operation.PUT_PROCESSO, b"<m/>", START)
    uow.jobs.deliver(SECOND, 1, timedelta(0))
    uow.offers.publish(Offer(2026, (course(),), START))
    uow.offers.keep_cached(ROCCASOLE, Offer(2026, (course(),), START))
    uow.offers.admit(COURSE, 2026, [FISCAL])
    uow.alarms.raise_("kind", "subject", "detail", START)
    uow.registrations.keep("protocol", "P1", "receipt", INWARD, START)
    uow.registrations.add_to_file(FISCAL, "m1", "Nuova_carriera", "d", START)
    storage_registry.fill_registry(uow)
    kept |= storage_mail.fill_mail(uow)
    accepted = uow.journal.begin(SECOND, Operation.PUT_DATI, b"<sent/>", START)
    uow.journal.end(accepted, result=ExchangeResult.ACCEPTED, code=0, answer=b"<r/>", now=START)
    uow.titles.add([DEGREE, DIPLOMA], 1, START)
    kept["run"] = uow.titles.begin_run("digest", replace=False, actor=OFFICE, now=START)
    uow.titles.refuse(kept["run"].run_id, 2, [Reason(Cause.CODE_UNKNOWN, "riga 2/TipoTitolo")])
    (kept["title"],) = uow.titles.listing(kind=TitleKind.UNIVERSITY, limit=9)
    kept["title"] = uow.titles.change(kept["title"], DEGREE, CHANGE)
    uow.titles.keep_credentials([CREDENTIAL], START)
    kept["work"] = storage_careers.fill_careers(uow, kept["out"])
    uow.personal.keep_term(Kept.TOKENS, 7)
    uow.personal.note(replace(ACCESS, subject=uow.personal.subject(FISCAL)))
    kept |= storage_arrivals.fill_arrivals(uow)
    kept |= storage_offices.fill_offices(uow)
    for key in KEYS:
        uow.attachments.add(key, KEPT)
        uow.records.keep_checks(key, [Check(CheckKind.FEES, passed=False)])
        uow.records.keep_remote(key, [Step("bozza", START)], START)
        uow.records.keep_delibera(key, DELIBERA, "P2")
    return kept


Read = Callable[[Uow, dict[str, Any]], object]

READS: dict[str, Read] = {
    "outgoing.get": lambda uow, _: uow.outgoing.get(PRACTICE),
    "outgoing.owing_career": lambda uow, _: uow.outgoing.owing_career(date.max),
    "outgoing.unchecked_since": lambda uow, _: uow.outgoing.unchecked_since(FAR, 9),
    "outgoing.listing": lambda uow, _: [
        *uow.outgoing.listing(),
        *uow.outgoing.listing(student=FISCAL),
    ],
    "outgoing.of_student": lambda uow, _: uow.outgoing.of_student(FISCAL),
    "outgoing.in_states": lambda uow, _: uow.outgoing.in_states(OriginState, 0, 9),
    "incoming.get": lambda uow, _: uow.incoming.get(ROCCASOLE, PRACTICE),
    "incoming.of_student": lambda uow, _: uow.incoming.of_student(FISCAL),
    "incoming.find_any": lambda uow, _: uow.incoming.find_any(PRACTICE),
    "incoming.owing_career": lambda uow, _: uow.incoming.owing_career(date.max),
    "incoming.unchecked_since": lambda uow, _: uow.incoming.unchecked_since(FAR, 9),
    "incoming.listing": lambda uow, _: [
        *uow.incoming.listing(),
        *uow.incoming.listing(student=FISCAL),
    ],
    "journal.find_accepted": lambda uow, _: uow.journal.find_accepted(
        replace(MESSAGE, university=uow.university.code)
    ),
    "journal.of": lambda uow, _: [row for key in KEYS for row in uow.journal.of(key)],
    "journal.latest": lambda uow, _: [
        *uow.journal.latest(),
        *uow.journal.latest(id_pratica=PRACTICE),
    ],
    "journal.tolerated": lambda uow, _: uow.journal.tolerated(ROCCASOLE),
    "journal.contents": lambda uow, kept: uow.journal.contents(kept["message"]),
    "journal_search.find": lambda uow, _: [
        *uow.journal_search.find(Search()),
        *uow.journal_search.find(Search(practice=PRACTICE)),
        *uow.journal_search.find(Search(student=FISCAL)),
        *uow.journal_search.find(Search(correlation=CORRELATION)),
    ],
    "journal_search.get": lambda uow, kept: uow.journal_search.get(kept["message"]),
    "foglios.received": lambda uow, _: [row for key in KEYS for row in uow.foglios.received(key)],
    "partners.get": lambda uow, _: uow.partners.get(ROCCASOLE),
    "partners.all": lambda uow, _: uow.partners.all(),
    "offers.published": lambda uow, _: uow.offers.published(2026),
    "offers.course": lambda uow, _: uow.offers.course(2026, COURSE)[1],
    "offers.cached": lambda uow, _: uow.offers.cached(ROCCASOLE, 2026),
    "offers.is_admitted": lambda uow, _: uow.offers.is_admitted(COURSE, 2026, FISCAL),
    "deliveries.get": lambda uow, _: uow.deliveries.get(SENT.delivery_id),
    "deliveries.is_blocked": lambda uow, _: uow.deliveries.is_blocked(SECOND),
    "deliveries.next_after": lambda uow, _: uow.deliveries.next_after(replace(SENT)),
    "deliveries.open_of": lambda uow, _: uow.deliveries.open_of(
        DeliveryKind.FOGLIO, ROCCASOLE, PRACTICE
    ),
    "deliveries.of_practice": lambda uow, _: uow.deliveries.of_practice(ROCCASOLE, PRACTICE),
    "deliveries.by_state": lambda uow, _: uow.deliveries.by_state(None, 9),
    "deliveries.forgotten": lambda uow, _: uow.deliveries.forgotten(FAR, 9),
    "attachments.get": lambda uow, _: [
        found for key in KEYS if (found := uow.attachments.get(key, "ALL1"))
    ],
    "attachments.of": lambda uow, _: [row for key in KEYS for row in uow.attachments.of(key)],
    "attachments.overdue": lambda uow, _: uow.attachments.overdue(date.max),
    "records.history": lambda uow, _: [row for key in KEYS for row in uow.records.history(key)],
    "records.steps": lambda uow, _: [row for key in KEYS for row in uow.records.steps(key)],
    "records.checks": lambda uow, _: [row for key in KEYS for row in uow.records.checks(key)],
    "records.remote": lambda uow, _: [found for key in KEYS if (found := uow.records.remote(key))],
    "records.delibera": lambda uow, _: [
        found for key in KEYS if (found := uow.records.delibera(key))
    ],
    "alarms.open_ones": lambda uow, _: uow.alarms.open_ones(),
    "titles.known": lambda uow, _: uow.titles.known([DEGREE, DIPLOMA]),
    "titles.get": lambda uow, kept: uow.titles.get(kept["title"].title_id),
    "titles.history": lambda uow, kept: uow.titles.history(kept["title"].title_id),
    "titles.listing": lambda uow, _: [
        *uow.titles.listing(limit=9),
        *uow.titles.listing(student=FISCAL, limit=9),
    ],
    "titles.open_run": lambda uow, _: uow.titles.open_run("digest", replace=False),
    "titles.refusals": lambda uow, kept: uow.titles.refusals(kept["run"].run_id, 9),
    "registrations.file_of": lambda uow, _: uow.registrations.file_of(FISCAL),
    **storage_registry.READS,
    **storage_arrivals.READS,
    **storage_offices.READS,
    "incoming.in_state": lambda uow, _: uow.incoming.in_state(IN.state, 9),
    **storage_mail.READS,
    "foglios.sent": lambda uow, _: uow.foglios.sent(OUTWARD),
    "registrations.given": lambda uow, _: uow.registrations.given("protocol", "receipt", INWARD),
    **storage_careers.READS,
    "personal.changed_terms": lambda uow, _: uow.personal.changed_terms(),
    "personal.practices_of": lambda uow, _: uow.personal.practices_of(FISCAL),
    "personal.files_of": lambda uow, _: uow.personal.files_of(FISCAL),
    "personal.titles_of": lambda uow, _: uow.personal.titles_of(FISCAL),
    "personal.copy_of": lambda uow, _: uow.personal.copy_of(FISCAL).rows,
    "personal.subject_of": lambda uow, _: uow.personal.subject_of(PRACTICE),
    "personal.accesses": lambda uow, _: [
        *uow.personal.accesses("", 9),
        *uow.personal.accesses(uow.personal.subject(FISCAL), 9),
    ],
}
WRITES: dict[str, Read] = {
    **storage_careers.WRITES,
    "personal.keep_term": lambda uow, _: uow.personal.keep_term(Kept.TOKENS, 8),
    "personal.clear_practices": lambda uow, _: [
        uow.personal.clear_practices(side, dict.fromkeys(Kept, FAR), after=0, limit=9, dry=False)
        for side in Side
    ],
    "personal.clear_rows": lambda uow, _: [
        uow.personal.clear_rows(kept, FAR, limit=9, dry=False)
        for kept in set(Kept) - set(OF_PRACTICES)
    ],
    "personal.erase": lambda uow, _: uow.personal.erase(FISCAL),
    "personal.note": lambda uow, _: uow.personal.note(ACCESS),
    "outgoing.add": lambda uow, _: uow.outgoing.add(replace(OUT, id_pratica="ALTRA")),
    "outgoing.save": lambda uow, kept: uow.outgoing.save(replace(kept["out"], course_code="X")),
    "outgoing.new_id_pratica": lambda uow, _: uow.outgoing.new_id_pratica(2026),
    "incoming.add": lambda uow, _: uow.incoming.add(replace(IN, id_pratica="ALTRA")),
    "incoming.save": lambda uow, kept: uow.incoming.save(replace(kept["in"], course_code="X")),
    "incoming.new_matricola": lambda uow, _: uow.incoming.new_matricola(2026),
    "journal.add": lambda uow, _: uow.journal.add(
        replace(MESSAGE, message_id="m9"),
        result=ExchangeResult.ACCEPTED,
        code=0,
        answer=b"",
        answered_at=START,
    ),
    "journal.begin": lambda uow, _: uow.journal.begin(SENT, Operation.PUT_DATI, b"<x/>", START),
    "journal.end": lambda uow, kept: uow.journal.end(
        kept["message"], result=ExchangeResult.ACCEPTED, code=0, answer=b"<x/>", now=START
    ),
    "foglios.add_draft": lambda uow, _: uow.foglios.add_draft(b"<x/>", START),
    "partners.save": lambda uow, _: uow.partners.save(partner(ROCCASOLE, name="Altra")),
    "partners.keep_terms": lambda uow, _: uow.partners.keep_terms(
        ROCCASOLE, TransmissionTerms(), START
    ),
    "offers.publish": lambda uow, _: uow.offers.publish(Offer(2026, (), START)),
    "offers.keep_cached": lambda uow, _: uow.offers.keep_cached(ROCCASOLE, Offer(2026, (), START)),
    "offers.admit": lambda uow, _: uow.offers.admit(COURSE, 2026, [student(2).codice_fiscale]),
    "deliveries.add": lambda uow, _: uow.deliveries.add(replace(SENT, delivery_id="d9")),
    "deliveries.save": lambda uow, _: uow.deliveries.save(
        replace(SENT, state=DeliveryState.DELIVERED)
    ),
    "attachments.add": lambda uow, _: [
        uow.attachments.add(key, replace(KEPT, reference=attachment("ALL2"))) for key in KEYS
    ],
    "attachments.save": lambda uow, _: [
        uow.attachments.save(key, KEPT.arrived(b"%PDF")) for key in KEYS
    ],
    "records.keep_checks": lambda uow, _: [uow.records.keep_checks(key, []) for key in KEYS],
    "records.keep_remote": lambda uow, _: [uow.records.keep_remote(key, [], FAR) for key in KEYS],
    "records.keep_delibera": lambda uow, _: [
        uow.records.keep_delibera(key, DELIBERA, "P9") for key in KEYS
    ],
    "alarms.raise_": lambda uow, _: uow.alarms.raise_("kind", "subject", "other", START),
    "alarms.clear": lambda uow, _: uow.alarms.clear("kind", "subject", START),
    "titles.add": lambda uow, _: uow.titles.add([degree(FISCAL, degree_type="DR")], 1, START),
    "titles.change": lambda uow, kept: uow.titles.change(kept["title"], DEGREE, CHANGE),
    "titles.begin_run": lambda uow, _: uow.titles.begin_run(
        "other", replace=True, actor=OFFICE, now=START
    ),
    "titles.save_run": lambda uow, kept: uow.titles.save_run(
        replace(kept["run"], position=9, finished_at=START), START
    ),
    "titles.refuse": lambda uow, kept: uow.titles.refuse(
        kept["run"].run_id, 3, [Reason(Cause.CODE_UNKNOWN)]
    ),
    "titles.keep_credentials": lambda uow, _: uow.titles.keep_credentials(
        [replace(CREDENTIAL, password_hash="$argon2id$y")], START
    ),
    "registrations.next_number": lambda uow, _: uow.registrations.next_number("protocol", 2026),
    "registrations.keep": lambda uow, _: uow.registrations.keep(
        "protocol", "P1", "receipt", INWARD, START
    ),
    "registrations.add_to_file": lambda uow, _: uow.registrations.add_to_file(
        FISCAL, "m2", "Fine_carriera", "d", START
    ),
    **storage_registry.WRITES,
    **storage_arrivals.WRITES,
    **storage_offices.WRITES,
    **storage_mail.WRITES,
}
