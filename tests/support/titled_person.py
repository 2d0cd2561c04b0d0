"""The marked student in everything that titles, lookups and the registry keep."""

from dataclasses import replace
from datetime import timedelta

from gateway.domain.identifiers import CodiceFiscale, MiurCode
from gateway.domain.lookups import Asker, Found, Purpose, PurposeKind, QueryRecord, ask_titles
from gateway.domain.messages import ExchangeResult, LookupOperation, ReceivedMessage
from gateway.domain.registry import LookupService
from gateway.domain.rejections import Cause, Reason
from gateway.domain.title_records import TitleChange, TitleEvent, TitleKind
from gateway.usecases.title_ports import StudentCredential
from storage.unit_of_work import SqlUnitOfWork
from tests.support import marks
from tests.support.clock import START
from tests.support.privacy import PERSON
from tests.support.titles import degree, diploma
from tests.support.transfers import OFFICE

OTHERS = CodiceFiscale(marks.OTHER.codice_fiscale)
USER = "zqmar.utente"
VALID_UNTIL = START + timedelta(days=1)
LOOKUP = (
    f'<e:Envelope xmlns:e="http://schemas.xmlsoap.org/soap/envelope/"><e:Body>'
    f"<codiceFiscale>{PERSON}</codiceFiscale></e:Body></e:Envelope>"
).encode()


def keep_titles(uow: SqlUnitOfWork) -> None:
    """Keep a degree that was the other's before a correction, a refused line, credentials."""
    run = uow.titles.begin_run("ab" * 32, replace=True, actor=OFFICE, now=START)
    uow.titles.add([degree(OTHERS), diploma(PERSON)], run.run_id, START)
    (kept,) = uow.titles.listing(kind=TitleKind.UNIVERSITY, student=OTHERS, limit=9)
    change = TitleChange(START, OFFICE, TitleEvent.CORRECTED, marks.WHY, degree(OTHERS))
    kept = uow.titles.change(kept, degree(PERSON), change)
    title = str(kept.title_id)
    uow.titles.refuse(run.run_id, 2, [Reason(Cause.TITLE_DIFFERS, "", {"title": title})])
    uow.titles.refuse(run.run_id, 3, [Reason(Cause.VALUE_MALFORMED, "riga 3/Voto")])
    uow.titles.save_run(replace(run, position=3, finished_at=START), START)
    uow.titles.keep_credentials(
        [StudentCredential(USER, "$argon2id$x", PERSON), StudentCredential("o", "$h", OTHERS)],
        START,
    )


def keep_lookups(uow: SqlUnitOfWork, caller: MiurCode) -> None:
    """Keep what the registry said of the student, who asked why, and a lookup of a partner's."""
    for person in (PERSON, OTHERS):
        question = ask_titles(person)
        uow.registry.remember(question, Found((degree(person),), START), VALID_UNTIL)
        purpose = Purpose(PurposeKind.STATED, "", marks.WHY)
        query = QueryRecord(
            query_id=f"q-{uow.registry.new_id()}",
            service=LookupService.TITLES,
            purpose=purpose,
            asker=Asker("mario", "segreteria"),
            asked_at=START,
        )
        uow.registry.begin_query(query, person)
    lookup = ReceivedMessage(
        university=uow.university.code,
        caller=caller,
        operation=LookupOperation.TITLES,
        id_pratica=None,
        content=LOOKUP,
        received_at=START,
        message_id="0000000000000001lookup",
        student=PERSON,
    )
    uow.journal.add(
        lookup, result=ExchangeResult.ACCEPTED, code=0, answer=LOOKUP, answered_at=START
    )
    blank = replace(lookup, content=b"", message_id="0000000000000002lookup")
    uow.journal.add(blank, result=ExchangeResult.REFUSED, code=12, answer=b"", answered_at=START)
