"""The commission sees its faculties' careers, drafts together and decides once."""

from datetime import timedelta

import pytest

from gateway.domain.delibera_draft import DeliberaDraft, DraftLine, DraftSource
from gateway.domain.destination import DestinationState
from gateway.domain.foglio_congedo import Career
from gateway.domain.messages import MAX_NOTES
from gateway.domain.rejections import Cause
from gateway.usecases import commission
from gateway.usecases.ports import ConcurrentChange
from tests.support.fakes_arriving import KEY, Arriving
from tests.support.fakes_destination import NOW
from tests.support.fakes_samples import COMMISSION, career, exam, paths, refused

pytestmark = pytest.mark.requirement("T19")

_S = DestinationState
CAREER = career(exam("1.1", 9))
LINE = DraftLine(sources=(DraftSource("1.1", "9"),), target_name="Analisi", cfu="9")
GOOD = DeliberaDraft(body="Consiglio", decided_on="2026-09-21", lines=(LINE,))


def decide(here: Arriving, version: int) -> None:
    commission.decide(
        here.kept,
        version,
        COMMISSION,
        uow=here.uow,
        register=here.register,
        documents=here.documents,
        now=NOW,
    )


def test_a_member_sees_the_practices_of_their_faculties(here: Arriving) -> None:
    made = here.at(_S.AUTORIZZATA_VALUTAZIONE)
    here.offer()

    def seen(faculties: frozenset[str] | None) -> int:
        found = commission.listing(_S.AUTORIZZATA_VALUTAZIONE, faculties, uow=here.uow)
        assert bool(found) == commission.concerns(made, faculties, uow=here.uow)
        return len(found)

    assert (seen(None), seen(frozenset({"10"})), seen(frozenset({"20"}))) == (1, 1, 0)


def test_a_course_in_no_offer_is_seen_by_whoever_sees_all(here: Arriving) -> None:
    made = here.at(_S.AUTORIZZATA_VALUTAZIONE)
    assert commission.concerns(made, None, uow=here.uow)
    assert not commission.concerns(made, frozenset({"10"}), uow=here.uow)


def test_two_practices_of_a_course_ask_the_offer_once(here: Arriving) -> None:
    here.at(_S.AUTORIZZATA_VALUTAZIONE)
    here.uow.tables.incoming[("X", "Y")] = here.kept  # type: ignore[index]
    assert len(commission.listing(_S.AUTORIZZATA_VALUTAZIONE, None, uow=here.uow)) == 2


def test_before_the_evaluation_a_practice_is_not_the_commissions(here: Arriving) -> None:
    made = here.at(_S.IMMATRICOLATO)
    assert not commission.concerns(made, None, uow=here.uow)
    with refused(Cause.EVENT_NOT_ALLOWED):
        commission.save_draft(made, GOOD, COMMISSION, uow=here.uow, now=NOW)


def test_a_draft_keeps_who_and_when_and_is_written_over_by_nobody(here: Arriving) -> None:
    made = here.at(_S.AUTORIZZATA_VALUTAZIONE)
    kept = commission.save_draft(made, GOOD, COMMISSION, uow=here.uow, now=NOW)
    assert (kept.changed_by, kept.changed_at, kept.version) == (COMMISSION.name, NOW, 1)
    with pytest.raises(ConcurrentChange):
        commission.save_draft(made, GOOD, COMMISSION, uow=here.uow, now=NOW)
    assert commission.listing(made.state, None, uow=here.uow)[0].draft == kept


def test_a_table_that_does_not_add_up_tells_its_faults() -> None:
    def told(draft: DeliberaDraft, known: Career = CAREER) -> list[str]:
        return paths(commission.faults(draft, known, NOW))

    assert told(GOOD) == []
    assert told(DeliberaDraft(body="C")) == ["decided_on"]
    tomorrow = (NOW + timedelta(days=1)).date().isoformat()
    assert told(DeliberaDraft(body="C", decided_on=tomorrow)) == ["decided_on"]
    empty = DeliberaDraft(body="C", decided_on="2026-09-21")
    assert told(empty) == ["conversions"]
    assert told(empty, Career(())) == []
    assert told(GOOD, career(exam("1.1", 6))) == ["conversions"]


def test_a_draft_becomes_the_decision(here: Arriving) -> None:
    made = here.at(_S.AUTORIZZATA_VALUTAZIONE, known=CAREER)
    commission.save_draft(made, GOOD, COMMISSION, uow=here.uow, now=NOW)
    decide(here, 1)
    assert here.kept.state is _S.DELIBERATA
    number, delibera = here.uow.records.delibera(KEY) or ("", None)
    assert number == "P1"
    assert delibera == GOOD.delibera()


def test_only_the_draft_that_was_looked_at_is_decided(here: Arriving) -> None:
    made = here.at(_S.AUTORIZZATA_VALUTAZIONE, known=CAREER)
    commission.save_draft(made, GOOD, COMMISSION, uow=here.uow, now=NOW)
    with pytest.raises(ConcurrentChange):
        decide(here, 2)
    assert here.kept.state is _S.AUTORIZZATA_VALUTAZIONE


def test_a_draft_with_faults_is_not_decided(here: Arriving) -> None:
    here.at(_S.AUTORIZZATA_VALUTAZIONE, known=CAREER)
    with refused(Cause.ELEMENT_MISSING, Cause.VALUE_MALFORMED):
        decide(here, 0)


def test_an_anomaly_is_noted_and_moves_nothing(here: Arriving) -> None:
    made = here.at(_S.AUTORIZZATA_VALUTAZIONE)
    moved = commission.report_anomaly(made, COMMISSION, " manca 1.3 ", uow=here.uow, now=NOW)
    assert moved.state is made.state
    entry = here.uow.records.history(KEY)[-1]
    assert (entry.event, entry.notes) == ("report_anomaly", "manca 1.3")
    assert "manca" not in " ".join(step.notes for step in here.uow.records.steps(KEY))


@pytest.mark.parametrize(
    ("words", "cause"),
    [("  ", Cause.ELEMENT_MISSING), ("x" * (MAX_NOTES + 1), Cause.VALUE_TOO_LONG)],
)
def test_an_anomaly_must_be_said_in_words_that_fit(
    here: Arriving, words: str, cause: Cause
) -> None:
    made = here.at(_S.AUTORIZZATA_VALUTAZIONE)
    with refused(cause):
        commission.report_anomaly(made, COMMISSION, words, uow=here.uow, now=NOW)
