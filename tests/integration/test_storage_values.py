"""What is stored comes back exactly, or is refused: never bent."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta, timezone

import pytest

from gateway.domain.attachments import Attachment, AttachmentState
from gateway.domain.checks import Check
from gateway.domain.delibera import Delibera
from gateway.domain.history import Step
from gateway.domain.messages import ExchangeResult
from gateway.domain.offers import Offer
from gateway.domain.partners import CheckKind
from gateway.domain.terms import TransmissionTerms
from gateway.domain.tokens import Token
from storage.store import Store
from storage.unit_of_work import SqlUnitOfWork
from tests.support.clock import START
from tests.support.databases import Maker
from tests.support.fakes_samples import (
    AT_ORIGIN,
    PRACTICE,
    ROCCASOLE,
    STUDENT,
    attachment,
    course,
    delivery,
    draft,
    message,
    partner,
    student,
)
from tests.support.storage import OURS, THEIRS, opened

pytestmark = pytest.mark.integration

Uow = SqlUnitOfWork
TEXTS = {
    "nothing": "",
    "blanks": "  due  spazi \t e \r\n a capo  ",
    "quotes": "'; DROP TABLE messages; -- \" \\ %s :u ?",
    "accents": "Università, perché così; e\u0301 non è é",
    "four bytes": "𝒫olitecnico 🎓 𠮷",
    "right to left": "\u202eאוניברסיטה\u202c جامعة",
    "signs": "\ufeff\u200b\u2028\u0085\ufffe\U0010ffff",
    "NUL": "a\x00b",
    "controls": "\x01\x07\x1b[31m\x7f",
    "lone surrogate": "a\ud800b",
    "half a pair": "\udc80",
    "long": "à" * 200_000,
}
ORDINARY = ("blanks", "quotes", "accents", "four bytes", "right to left", "signs")
"""Texts that people may well write: these are never refused."""

Round = tuple[Callable[[Uow, str], object], Callable[[Uow], object]]


@pytest.fixture(scope="module", params=["sqlite", "postgres"])
def store(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Store]:
    """One database for all: nothing here is ever committed."""
    maker: Maker = request.getfixturevalue(request.param)
    with opened(maker, tmp_path_factory.mktemp("values")) as made:
        yield made


@pytest.fixture
def uow(store: Store) -> Iterator[Uow]:
    with store.open_uow(OURS) as opened_uow:
        yield opened_uow


ROUNDS: dict[str, Round] = {
    "a name of a partner": (
        lambda uow, text: uow.partners.save(partner(ROCCASOLE, name=text)),
        lambda uow: uow.partners.get(ROCCASOLE).name,  # type: ignore[union-attr]
    ),
    "a secret": (
        lambda uow, text: uow.partners.save(partner(ROCCASOLE, password_out=text)),
        lambda uow: uow.partners.get(ROCCASOLE).password_out,  # type: ignore[union-attr]
    ),
    "terms": (
        lambda uow, text: [
            uow.partners.save(partner(ROCCASOLE)),
            uow.partners.keep_terms(ROCCASOLE, TransmissionTerms(other_info=text), START),
        ],
        lambda uow: uow.partners.get(ROCCASOLE).terms.other_info,  # type: ignore[union-attr]
    ),
    "a course": (
        lambda uow, text: uow.offers.publish(Offer(2026, (course(name=text),), START)),
        lambda uow: uow.offers.published(2026).courses[0].name,  # type: ignore[union-attr]
    ),
    "a course of a partner": (
        lambda uow, text: uow.offers.keep_cached(
            ROCCASOLE, Offer(2026, (course(notes=text),), START)
        ),
        lambda uow: uow.offers.cached(ROCCASOLE, 2026).courses[0].notes,  # type: ignore[union-attr]
    ),
    "a student": (
        lambda uow, text: uow.outgoing.add(draft(student=replace(student(), surname=text))),
        lambda uow: uow.outgoing.get(PRACTICE).student.surname,  # type: ignore[union-attr]
    ),
    "a token": (
        lambda uow, text: uow.outgoing.add(draft(token=Token(text)) if text else draft()),
        lambda uow: getattr(uow.outgoing.get(PRACTICE).token, "value", ""),  # type: ignore[union-attr]
    ),
    "a course asked for": (
        lambda uow, text: uow.outgoing.add(draft(course_name=text)),
        lambda uow: uow.outgoing.get(PRACTICE).course_name,  # type: ignore[union-attr]
    ),
    "notes in the history": (
        lambda uow, text: uow.outgoing.save(
            uow.outgoing.add(draft()).drop(text, actor=STUDENT, now=START)
        ),
        lambda uow: uow.records.history(AT_ORIGIN)[-1].notes,
    ),
    "a check": (
        lambda uow, text: uow.records.keep_checks(
            AT_ORIGIN, [Check(CheckKind.FEES, passed=None, detail=text)]
        ),
        lambda uow: uow.records.checks(AT_ORIGIN)[0].detail,
    ),
    "a partner's step": (
        lambda uow, text: uow.records.keep_remote(AT_ORIGIN, [Step(text, START, text)], START),
        lambda uow: uow.records.remote(AT_ORIGIN)[1][0].notes,  # type: ignore[index]
    ),
    "a decision": (
        lambda uow, text: uow.records.keep_delibera(
            AT_ORIGIN, Delibera("Consiglio", START.date(), (), notes=text), "P1"
        ),
        lambda uow: uow.records.delibera(AT_ORIGIN)[1].notes,  # type: ignore[index]
    ),
    "an attachment's name": (
        lambda uow, text: uow.attachments.add(
            AT_ORIGIN, Attachment(attachment(name=text), AttachmentState.OWN, b"%PDF")
        ),
        lambda uow: uow.attachments.of(AT_ORIGIN)[0].reference.name,
    ),
    "an alarm": (
        lambda uow, text: uow.alarms.raise_("kind", "subject", text, START),
        lambda uow: uow.alarms.open_ones()[0][2],
    ),
    "a delivery": (
        lambda uow, text: uow.deliveries.add(delivery(detail=text, meta={"notes": text})),
        lambda uow: uow.deliveries.get("d0").meta["notes"],  # type: ignore[union-attr]
    ),
}


def tried(store: Store, round_trip: Round, text: str) -> object:
    """Return what comes back for a text, or the error that refused it; nothing is kept."""
    write, read = round_trip
    with store.open_uow(OURS) as uow:
        try:
            write(uow, text)
        except Exception as error:  # noqa: BLE001  refused in whatever words
            return error
        return read(uow)


@pytest.mark.parametrize("what", ROUNDS)
def test_every_text_is_kept_exactly_or_refused(store: Store, what: str) -> None:
    bent = []
    for kind, text in TEXTS.items():
        found = tried(store, ROUNDS[what], text)
        if found != text and (kind in ORDINARY or not isinstance(found, Exception)):
            bent.append((kind, found))
    assert bent == []


@pytest.mark.parametrize(
    "moment",
    [
        datetime(2026, 3, 29, 2, 30, tzinfo=timezone(timedelta(hours=2))),
        datetime(2026, 10, 25, 2, 30, 59, 999_999, tzinfo=UTC),
        datetime(2026, 12, 31, 23, 59, tzinfo=timezone(timedelta(hours=-11, minutes=-30))),
        datetime(1, 1, 2, tzinfo=UTC),
        datetime(9999, 12, 30, 23, 59, 59, tzinfo=UTC),
    ],
)
def test_moments_are_kept_to_the_microsecond_whatever_their_zone(
    uow: Uow, moment: datetime
) -> None:
    uow.alarms.raise_("kind", "subject", "", moment)
    ((_, _, _, since),) = uow.alarms.open_ones()
    assert since == moment
    assert since.utcoffset() == timedelta(0)


def test_a_moment_without_a_zone_is_a_mistake(store: Store) -> None:
    naive = START.replace(tzinfo=None)
    with store.open_uow(OURS) as uow, pytest.raises(Exception, match="naive"):
        uow.alarms.raise_("kind", "subject", "", naive)
    received = message(at=naive)
    with store.open_uow(THEIRS) as uow, pytest.raises(ValueError, match="naive"):
        uow.journal.add(
            received, result=ExchangeResult.REFUSED, code=1, answer=b"", answered_at=naive
        )


@pytest.mark.parametrize("day", [date(1, 1, 1), date(1582, 10, 10), date(2028, 2, 29), date.max])
def test_days_are_kept(uow: Uow, day: date) -> None:
    born = replace(student(), birth_date=day)
    uow.outgoing.add(draft(career_due=day, student=born))
    found = uow.outgoing.get(PRACTICE)
    assert found is not None
    assert (found.career_due, found.student.birth_date) == (day, day)


@pytest.mark.parametrize(
    "content", [b"", b"\x00", bytes(range(256)) * 3, b"<a/>" * 500_000], ids=len
)
def test_documents_are_kept_byte_for_byte(uow: Uow, content: bytes) -> None:
    assert uow.foglios.draft(uow.foglios.add_draft(content, START)) == content
