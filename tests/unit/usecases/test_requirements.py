"""What a practice lacks before the enrolment may be authorised is told, and forbids nothing."""

from dataclasses import replace

import pytest

from gateway.domain.attachments import Attachment, AttachmentState
from gateway.domain.destination import DestinationState
from gateway.domain.offers import Offer
from gateway.domain.partners import AdmissionPolicy
from gateway.domain.rejections import Cause, Reason
from gateway.domain.terms import ADMINISTRATIVE
from gateway.domain.title_checks import DeclaredKind, DeclaredTitle, Judgement
from gateway.domain.titles import TitleVerdict
from gateway.domain.verifications import CheckedTitle
from gateway.usecases import requirements
from gateway.usecases.requirements import Doubt
from tests.support.fakes_arriving import Arriving
from tests.support.fakes_samples import attachment, course, received, university

pytestmark = pytest.mark.requirement("T19")

_S = DestinationState
TITLE = DeclaredTitle(kind=next(iter(DeclaredKind)))
AWAITED = Attachment(attachment("A1"), AttachmentState.AWAITED)


def look(here: Arriving) -> requirements.Requirements:
    return requirements.look(here.kept, uow=here.uow, documents=here.documents)


def test_what_is_not_met_is_to_be_weighed_before_the_enrolment(here: Arriving) -> None:
    here.uow.incoming.add(received(state=_S.RICEVUTA, sections=ADMINISTRATIVE))
    found = look(here)
    assert found.doubts == [Doubt.SECTIONS_MISSING, Doubt.TEST_UNKNOWN, Doubt.TOKEN_MISSING]
    here.uow.offers.publish(Offer(2026, (course(limited_access=True),)))
    found = replace(look(here), complete=True, token_assigned=True)
    assert found.doubts == [Doubt.TEST_NOT_SHOWN]
    here.uow.university = university(
        here.uow.university.code, admission_policy=AdmissionPolicy.IGNORE
    )
    found = replace(look(here), complete=True, token_assigned=True)
    assert found.doubts == []
    odd = replace(found, warnings=[Reason(Cause.DATE_IMPOSSIBLE, "x")], attachments=[AWAITED])
    assert odd.doubts == [Doubt.ATTACHMENTS_MISSING, Doubt.FOGLIO_ODD]


@pytest.mark.parametrize(
    ("verdict", "doubts"),
    [
        (TitleVerdict.VERIFIED, []),
        (TitleVerdict.WAITING, []),
        (TitleVerdict.DIFFERENT, [Doubt.TITLES_NOT_CONFIRMED]),
        (TitleVerdict.NOT_VERIFIABLE, [Doubt.TITLES_NOT_CONFIRMED]),
    ],
)
def test_a_title_that_the_registry_does_not_confirm_is_to_be_weighed(
    here: Arriving, verdict: TitleVerdict, doubts: list[Doubt]
) -> None:
    here.at(_S.RICEVUTA)
    here.offer()
    title = CheckedTitle(title_id="t1", position=1, declared=TITLE, judgement=Judgement(verdict))
    assert replace(look(here), titles=[title], token_assigned=True).doubts == doubts
    withdrawn = replace(title, withdrawn=True)
    assert replace(look(here), titles=[withdrawn], token_assigned=True).doubts == []
