"""Calling a partner to see whether it answers (T2), and keeping the terms it answers with."""

from datetime import datetime

from gateway.cli.context import Session
from gateway.cli.language import LANGUAGE
from gateway.domain.deliveries import Delivery, DeliveryKind, Side
from gateway.domain.messages import Operation
from gateway.domain.partners import Partner, University
from gateway.texts.machine import trouble as in_words
from gateway.usecases.delivery import TROUBLES, ask
from gateway.usecases.ports import PartnerAnswer, PartnerCall


def probe(work: Session, hosted: University, partner: Partner) -> tuple[bool, str]:
    """Return whether a partner answers T2, and what it said; its terms are kept."""
    call = PartnerCall(operation=Operation.GET_INFO_WORKFLOW, caller=hosted.code)
    errand = _errand(hosted, partner, work.installation.clock())
    answer = ask(hosted.code, errand, partner, call, work.installation.desk())
    if isinstance(answer, PartnerAnswer):
        _learn(work, hosted, partner, answer)
        return answer.outcome.accepted, f"{answer.outcome.code}: {answer.outcome.description}"
    kind, detail = TROUBLES[type(answer)][1].value, str(answer)
    as_json = work.output.as_json
    return False, f"{kind}: {detail}" if as_json else in_words(kind, detail, LANGUAGE)


def _errand(hosted: University, partner: Partner, now: datetime) -> Delivery:
    """Return what the journal wants to know of a call that no delivery makes."""
    return Delivery(
        delivery_id="",
        university=hosted.code,
        partner=partner.code,
        kind=DeliveryKind.OFFER,
        side=Side.ORIGIN,
        created_at=now,
        changed_at=now,
        expires_at=now,
    )


def _learn(work: Session, hosted: University, partner: Partner, answer: PartnerAnswer) -> None:
    """Keep the terms that a partner answered with: preflight holds a foglio against them."""
    if answer.outcome.accepted and answer.terms is not None:
        with work.installation.store.open_uow(hosted.code) as uow:
            uow.partners.keep_terms(partner.code, answer.terms, work.installation.clock())
            uow.commit()
